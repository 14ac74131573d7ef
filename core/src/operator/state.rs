//! The states of a command that waits for its host, each named by the call whose reply it awaits.

use crate::context::Context;
use crate::machine;
use crate::operator::company::{self, OfCompany};
use crate::operator::event;
use crate::operator::hash::Disabling;
use crate::operator::key::{self, PendingKey};
use crate::operator::product::{self, PendingSecret};
use crate::operator::refusal::Refusal;
use crate::operator::user::{self, OfPage, OfUser};
use crate::operator::{Call, Page, Reply};
use crate::wire::contract::Contract;
use crate::wire::json::{Misfit, Object};
use crate::{CompanyId, Domain, Email, Error, Event, LaunchUrl, NewUser, Response};

/// The way on of a command.
pub(crate) type Transition = machine::Transition<State>;

/// The call whose reply is awaited.
#[derive(Clone, Debug)]
pub(crate) enum State {
    FindCompany(OfCompany),
    CreateCompany { domain: Domain, email: Email },
    ListCompanies(Page),
    ChangeCompany,
    SaveKey(CompanyId, PendingKey),
    RotateKey(CompanyId, PendingKey),
    ListKeys(CompanyId, Page),
    SetKeyStatus,
    EndKey,
    HashPassword(CompanyId, Email),
    CreateUser(NewUser),
    ListUsers(OfPage),
    FindUser(OfUser),
    SetUserEmail,
    ChangeUser,
    DisablePassword(Disabling),
    ListProducts,
    SaveProduct(PendingSecret, LaunchUrl),
    RotateProduct(PendingSecret, Option<u64>),
    ListEvents(Option<CompanyId>, Page),
    Purge,
}

impl machine::State for State {
    type Call = Call;
    type Reply = Reply;

    fn audit(event: Event) -> Call {
        Call::Audit { event }
    }

    fn contract(call: &Call) -> Contract {
        call.contract()
    }

    fn read(name: &str, members: &Object<'_>) -> Result<Option<Reply>, Misfit> {
        Reply::read(name, members)
    }

    fn step(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        match self {
            Self::FindCompany(command) => command.company_found(context, reply),
            Self::CreateCompany { domain, email } => company::created(&domain, &email, reply),
            Self::ListCompanies(page) => company::listed(page, reply),
            Self::ChangeCompany => done_or(reply, Refusal::NoCompany),
            Self::SaveKey(company_id, pending) => pending.saved(company_id, reply),
            Self::RotateKey(company_id, pending) => pending.rotated(company_id, reply),
            Self::ListKeys(company_id, page) => key::listed(company_id, page, reply),
            Self::SetKeyStatus => done_or(reply, Refusal::NoKey),
            Self::EndKey => key::ended(reply),
            Self::HashPassword(company_id, email) => {
                user::hashed(context, company_id, email, reply)
            }
            Self::CreateUser(new_user) => user::created(&new_user, reply),
            Self::ListUsers(command) => command.users_listed(context, reply),
            Self::FindUser(command) => command.user_found(context, reply),
            Self::SetUserEmail => user::email_set(reply),
            Self::ChangeUser => done_or(reply, Refusal::NoUser),
            Self::DisablePassword(disabling) => disabling.swapped(context, reply),
            Self::ListProducts => product::listed(reply),
            Self::SaveProduct(pending, launch_url) => pending.saved(&launch_url, reply),
            Self::RotateProduct(pending, end) => pending.rotated(end, reply),
            Self::ListEvents(company_id, page) => event::listed(company_id, page, reply),
            Self::Purge => product::purged(reply),
        }
    }
}

/// Answers a change of a record, or refuses if there is no such record.
fn done_or(reply: Reply, refusal: Refusal) -> Result<Transition, Error> {
    reply.done_or_none()?.ok_or(refusal)?;
    Ok(Transition::Done(Response::empty()))
}
