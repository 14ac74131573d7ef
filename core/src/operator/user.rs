//! Users: adds, lists, shows, changes, disables and deletes them, and sets who manages them.

use alloc::boxed::Box;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::context::{Context, Principals};
use crate::operator::answer::ShownUser;
use crate::operator::company::of;
use crate::operator::hash::{self, Disabling};
use crate::operator::refusal::Refusal;
use crate::operator::reply::Naming;
use crate::operator::state::{State, Transition};
use crate::operator::{Call, DisplayName, EventQuery, Name, Page, Reply};
use crate::wire::event::EventKind;
use crate::wire::outcome::Creation;
use crate::{
    Behalf, CompanyId, Email, Error, HashKind, Hashing, KeyId, ManagedBy, NewUser, Password,
    Response, User, UserStatus,
};

/// The members of a user that the operator sets and answers show. None leaves a member as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserMembers {
    /// The login id, as in [`User::login_id`](crate::User::login_id).
    pub login_id: Option<DisplayName>,
    /// The display name, as in [`User::display_name`](crate::User::display_name).
    pub display_name: Option<DisplayName>,
    /// As in [`User::is_creator`](crate::User::is_creator).
    pub is_creator: Option<bool>,
    /// As in [`User::is_company_admin`](crate::User::is_company_admin).
    pub is_company_admin: Option<bool>,
    /// The permissions in the place of all that the user had, at most 100.
    pub permissions: Option<Vec<Name>>,
}

/// A change of a user who is not looked up yet.
#[derive(Clone, Debug)]
pub(crate) struct OfUser {
    pub(super) company_id: CompanyId,
    pub(super) email: Email,
    pub(super) change: UserChange,
}

/// A change of a user.
#[derive(Clone, Debug)]
pub(super) enum UserChange {
    Status(UserStatus),
    Manager(ManagedBy),
    Members(UserMembers),
    Email(Email),
    SignOut,
    Delete,
    /// Changes nothing, and shows the user.
    Show,
    /// Changes nothing, and lists the events of the user.
    ListEvents(Box<EventQuery>),
}

impl OfUser {
    pub(super) fn find_user(self) -> Transition {
        let call = Call::FindUser { company_id: self.company_id, email: self.email.clone() };
        Transition::Call(call, State::FindUser(self))
    }

    pub(super) fn user_found(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        let user = reply.user()?.ok_or(Refusal::NoUser)?;
        let (company_id, user_id) = (self.company_id, user.id);
        if let Some(member) = user.difference(company_id, &self.email) {
            return Ok(Transition::wrong_record(of(company_id), member));
        }
        let principals = Principals { user: Some(user_id), ..of(company_id) };
        let call = match self.change {
            UserChange::Status(status) => {
                let event = context.event(EventKind::UserStatusSet(status), principals, None);
                Call::SetUserStatus { company_id, user_id, status, event }
            }
            UserChange::Manager(managed_by) => {
                let event = context.event(EventKind::UserManagerSet(managed_by), principals, None);
                Call::SetUserManager { company_id, user_id, managed_by, event }
            }
            UserChange::Members(members) => {
                let event = context.event(EventKind::UserSet, principals, None);
                Call::SetUser { company_id, user_id, members, event }
            }
            UserChange::ListEvents(query) => {
                return Ok(query.list(Some(company_id), Some(user_id)));
            }
            UserChange::Email(email) => {
                let event = context.event(EventKind::UserEmailSet, principals, None);
                let call = Call::SetUserEmail { company_id, user_id, email, event };
                return Ok(Transition::Call(call, State::SetUserEmail));
            }
            UserChange::SignOut => {
                let event = context.event(EventKind::SignedOut, principals, None);
                Call::SignOut { company_id, user_id: Some(user_id), event }
            }
            UserChange::Delete => {
                let event = context.event(EventKind::UserDeleted, principals, None);
                Call::DeleteUser { company_id, user_id, event }
            }
            UserChange::Show => return show_one(&user),
        };
        Ok(Transition::Call(call, State::ChangeUser))
    }
}

/// Shows a user, and when and by which key the password was set (`SSO-OPS-027`).
fn show_one(user: &User) -> Result<Transition, Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Return<'a> {
        user: ShownUser<'a>,
        issued_at: Option<u64>,
        password_key_id: Option<KeyId>,
    }

    let User { issued_at, password_key_id, .. } = *user;
    Response::of_command(&Return { user: user.into(), issued_at, password_key_id })
        .map(Transition::Done)
}

/// Answers a change of the address, which a different user may have (`SSO-OPS-028`).
pub(super) fn email_set(reply: Reply) -> Result<Transition, Error> {
    match reply.naming()? {
        Naming::Named => Ok(Transition::Done(Response::empty())),
        Naming::Exists => Err(Refusal::UserExists.into()),
        Naming::None => Err(Refusal::NoUser.into()),
    }
}

pub(super) fn hash(
    context: &Context,
    company_id: CompanyId,
    email: Email,
    password: Password,
) -> Transition {
    let call = Hashing::HashPassword {
        password,
        salt: context.entropy.salt,
        behalf: Behalf { keyed: true, company_id: Some(company_id) },
    };
    Transition::Call(Call::Hashing(call), State::HashPassword(company_id, email))
}

pub(super) fn hashed(
    context: &Context,
    company_id: CompanyId,
    email: Email,
    reply: Reply,
) -> Result<Transition, Error> {
    let user = NewUser {
        company_id,
        email,
        password_hash: reply.hashed()?,
        managed_by: ManagedBy::Local,
        issued_at: None,
        password_key_id: None,
    };
    let event = context.event(EventKind::UserAdded, of(company_id), None);
    Ok(Transition::Call(Call::CreateUser { user: user.clone(), event }, State::CreateUser(user)))
}

pub(super) fn created(new_user: &NewUser, reply: Reply) -> Result<Transition, Error> {
    #[derive(Serialize)]
    struct Return<'a> {
        user: ShownUser<'a>,
    }

    let Creation::Created(user) = reply.creation()? else {
        return Err(Refusal::UserExists.into());
    };
    if let Some(member) = user.difference_to(new_user) {
        return Ok(Transition::wrong_record(of(new_user.company_id), member));
    }
    Response::of_command(&Return { user: (&user).into() }).map(Transition::Done)
}

/// A command about the users of a page who are not looked up yet.
#[derive(Clone, Debug)]
pub(crate) struct OfPage {
    pub(super) company_id: CompanyId,
    pub(super) page: Page,
    pub(super) page_use: PageUse,
}

/// The use that a command makes of a page's users.
#[derive(Clone, Debug)]
pub(super) enum PageUse {
    Show,
    CountHashes,
    DisableHashes(HashKind),
}

impl OfPage {
    pub(super) fn list_users(self) -> Transition {
        let call = Call::ListUsers { company_id: self.company_id, page: self.page };
        Transition::Call(call, State::ListUsers(self))
    }

    pub(super) fn users_listed(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        let Self { company_id, page, page_use } = self;
        let users = reply.users()?;
        let foreign = |user: &User| (user.company_id != company_id).then_some("companyId");
        let records = users.iter().map(|user| (user.id.get(), foreign(user)));
        let next = match page.next("users", records) {
            Ok(next) => next,
            Err(member) => return Ok(Transition::wrong_record(of(company_id), member)),
        };
        match page_use {
            PageUse::Show => show(&users, next),
            PageUse::CountHashes => hash::count(&users, next),
            PageUse::DisableHashes(kind) => {
                Disabling::begin(context, company_id, kind, users, next)
            }
        }
    }
}

fn show(users: &[User], next: Option<u64>) -> Result<Transition, Error> {
    #[derive(Serialize)]
    struct Return<'a> {
        users: Vec<ShownUser<'a>>,
        next: Option<u64>,
    }

    Response::of_command(&Return { users: users.iter().map(Into::into).collect(), next })
        .map(Transition::Done)
}
