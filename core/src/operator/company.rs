//! Companies: adds, lists, changes, disables and deletes them, and finds the one that a command is about.

use alloc::boxed::Box;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::context::{Context, Principals};
use crate::operator::answer::ShownCompany;
use crate::operator::key::{self, PendingKey};
use crate::operator::refusal::Refusal;
use crate::operator::state::{State, Transition};
use crate::operator::user::{self, OfPage, OfUser, PageUse, UserChange};
use crate::operator::{Call, EventQuery, Name, Page, Reply};
use crate::wire::event::EventKind;
use crate::{
    Company, CompanyId, CompanyStatus, Domain, Email, EmailDomains, Error, KeyId, KeyStatus,
    NewCompany, Password, Response,
};

/// The members of a company that the operator sets. None leaves a member as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompanyMembers {
    /// The company's name, as in [`Company::name`](crate::Company::name).
    pub name: Option<Name>,
    /// The domains in the place of all that the company had, as in
    /// [`Company::email_domains`](crate::Company::email_domains).
    pub email_domains: Option<EmailDomains>,
    /// The kind of account, as in [`Company::account_type`](crate::Company::account_type).
    pub account_type: Option<Name>,
    /// As in [`Company::domain_ownership_verified`](crate::Company::domain_ownership_verified).
    pub domain_ownership_verified: Option<bool>,
    /// As in [`Company::domain_mx_verified`](crate::Company::domain_mx_verified).
    pub domain_mx_verified: Option<bool>,
}

/// A command about a company that is not looked up yet.
#[derive(Clone, Debug)]
pub(crate) struct OfCompany {
    /// The company's registered address.
    pub(super) email: Email,
    pub(super) action: Action,
}

/// The change that a command makes to a known company.
#[derive(Clone, Debug)]
pub(super) enum Action {
    SetStatus(CompanyStatus),
    Set(CompanyMembers),
    IssueKey(PendingKey),
    RotateKey { key_id: KeyId, key: PendingKey, revoke: bool },
    ListKeys(Page),
    SetKeyStatus(KeyId, KeyStatus),
    EndKey(KeyId),
    SignOut,
    Delete,
    AddUser(Email, Password),
    ListUsers(Page, PageUse),
    ChangeUser(Email, UserChange),
    ListEvents(Box<EventQuery>),
}

impl OfCompany {
    pub(super) fn find_company(self) -> Transition {
        let call = Call::FindCompanyByEmail { email: self.email.clone() };
        Transition::Call(call, State::FindCompany(self))
    }

    pub(super) fn company_found(
        self,
        context: &Context,
        reply: Reply,
    ) -> Result<Transition, Error> {
        let company = reply.company()?.ok_or(Refusal::NoCompany)?;
        if company.email != self.email {
            return Ok(Transition::wrong_record(Principals::default(), "company.email"));
        }
        let company_id = company.id;
        Ok(match self.action {
            Action::SetStatus(status) => set_status(context, company_id, status),
            Action::Set(members) => set(context, company_id, members),
            Action::IssueKey(pending) => pending.save(context, company_id),
            Action::RotateKey { key_id, key, revoke } => {
                key.rotate(context, company_id, key_id, revoke)
            }
            Action::ListKeys(page) => Transition::Call(
                Call::ListKeys { company_id, page },
                State::ListKeys(company_id, page),
            ),
            Action::SetKeyStatus(key_id, status) => {
                key::set_status(context, company_id, key_id, status)
            }
            Action::EndKey(key_id) => key::end(context, company_id, key_id),
            Action::SignOut => sign_out(context, company_id),
            Action::Delete => delete(context, company_id),
            Action::AddUser(email, password) => user::hash(context, company_id, email, password),
            Action::ListUsers(page, page_use) => OfPage { company_id, page, page_use }.list_users(),
            Action::ListEvents(query) => query.of_company(company_id),
            Action::ChangeUser(email, change) => OfUser { company_id, email, change }.find_user(),
        })
    }
}

/// Returns the principals of an event of this company.
pub(super) fn of(company_id: CompanyId) -> Principals {
    Principals { company: Some(company_id), ..Principals::default() }
}

pub(super) fn create(context: &Context, company: NewCompany) -> Transition {
    let event = context.event(EventKind::CompanyAdded, Principals::default(), None);
    let (domain, email) = (company.domain.clone(), company.email.clone());
    let call = Call::CreateCompany { company, event };
    Transition::Call(call, State::CreateCompany { domain, email })
}

pub(super) fn created(domain: &Domain, email: &Email, reply: Reply) -> Result<Transition, Error> {
    #[derive(Serialize)]
    struct Return<'a> {
        company: ShownCompany<'a>,
    }

    let company = reply.created_company()?.ok_or(Refusal::CompanyExists)?;
    if company.domain != *domain {
        return Ok(Transition::wrong_record(Principals::default(), "company.domain"));
    }
    if company.email != *email {
        return Ok(Transition::wrong_record(Principals::default(), "company.email"));
    }
    Response::of_command(&Return { company: (&company).into() }).map(Transition::Done)
}

pub(super) fn list(page: Page) -> Transition {
    Transition::Call(Call::ListCompanies { page }, State::ListCompanies(page))
}

pub(super) fn listed(page: Page, reply: Reply) -> Result<Transition, Error> {
    #[derive(Serialize)]
    struct Return<'a> {
        companies: Vec<ShownCompany<'a>>,
        next: Option<u64>,
    }

    let companies = reply.companies()?;
    let records = companies.iter().map(|company: &Company| (company.id.get(), None));
    let next = match page.next("companies", records) {
        Ok(next) => next,
        Err(member) => return Ok(Transition::wrong_record(Principals::default(), member)),
    };
    Response::of_command(&Return { companies: companies.iter().map(Into::into).collect(), next })
        .map(Transition::Done)
}

fn set_status(context: &Context, company_id: CompanyId, status: CompanyStatus) -> Transition {
    let event = context.event(EventKind::CompanyStatusSet(status), of(company_id), None);
    let call = Call::SetCompanyStatus { company_id, status, event };
    Transition::Call(call, State::ChangeCompany)
}

fn set(context: &Context, company_id: CompanyId, members: CompanyMembers) -> Transition {
    let event = context.event(EventKind::CompanySet, of(company_id), None);
    let call = Call::SetCompany { company_id, members, event };
    Transition::Call(call, State::ChangeCompany)
}

fn sign_out(context: &Context, company_id: CompanyId) -> Transition {
    let event = context.event(EventKind::SignedOut, of(company_id), None);
    let call = Call::SignOut { company_id, user_id: None, event };
    Transition::Call(call, State::ChangeCompany)
}

/// Returns the call that deletes a company and all that is its own (`SSO-OPS-030`). The events stay, with their ids.
fn delete(context: &Context, company_id: CompanyId) -> Transition {
    let event = context.event(EventKind::CompanyDeleted, of(company_id), None);
    Transition::Call(Call::DeleteCompany { company_id, event }, State::ChangeCompany)
}
