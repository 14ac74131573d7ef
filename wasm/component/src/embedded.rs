//! The world `embedded`: makes each call of the storage that is imported, and hashes itself.

use alloc::string::String;

use ssokey_core::Verdict;

use crate::bindings::calls::{Call, Reply};
use crate::bindings::commands::Command;
use crate::bindings::embedded::exports::ssokey::sso::{authority, server};
use crate::bindings::embedded::ssokey::sso::operator_storage as operator;
use crate::bindings::embedded::ssokey::sso::storage;
use crate::bindings::http::{Mistake, Moment, Request, Response, Settings};
use crate::hash::{self, Trouble};
use crate::server::server;
use crate::step::{self, Step};

pub(crate) struct Embedded;

server!(Embedded: server);

impl authority::Guest for Embedded {
    fn handle(request: Request, settings: Settings, moment: Moment) -> Result<Response, Mistake> {
        step::begin(&request, &settings, &moment).map(finish)
    }

    fn carry_out(
        command: Command,
        settings: Settings,
        moment: Moment,
    ) -> Result<Response, Mistake> {
        step::begin_command(&command, &settings, &moment).map(finish)
    }
}

fn finish(mut step: Step) -> Response {
    loop {
        match step {
            Step::Call(call, waiting) => {
                step = waiting.resume(Some(&answer(call).unwrap_or(Reply::Failed)));
            }
            Step::Done(response) => return response,
        }
    }
}

/// Carries out a call. An error says that it failed.
fn answer(call: Call) -> Result<Reply, ()> {
    Ok(match call {
        Call::Admit(it) => storage::admit(&it)?.map_or(Reply::Admitted, Reply::RetryAfter),
        Call::GiveBack(it) => done(storage::give_back(&it)?),
        Call::FindKey(digest) => found(storage::find_key(&digest)?, Reply::Key),
        Call::FindUser(it) => found(storage::find_user(it.company_id, &it.email)?, Reply::User),
        Call::FindCompany(domain) => found(storage::find_company(&domain)?, Reply::Company),
        Call::FindProduct(name) => found(storage::find_product(&name)?, Reply::Product),
        Call::VerifyPassword(it) => match hash::verify(it) {
            Ok(Verdict::Match) => Reply::Match,
            Ok(Verdict::NoMatch) => Reply::NoMatch,
            Ok(Verdict::Unreadable) => Reply::Unreadable,
            Err(trouble) => trouble.into(),
        },
        Call::HashPassword(it) => hash::hash(&it).map_or_else(Into::into, Reply::Hashed),
        Call::CreateUser(it) => {
            let user = storage::create_user(&it.user, it.event.as_ref())?;
            user.map_or(Reply::Exists, Reply::Created)
        }
        Call::ReplacePassword(it) => storage::replace_password(
            it.company_id,
            it.user_id,
            it.expected_version,
            &it.password_hash,
            it.issued_at,
            it.password_key_id,
        )?
        .map_or(Reply::Stale, Reply::Replaced),
        Call::RehashPassword(it) => done_or(
            storage::rehash_password(
                it.company_id,
                it.user_id,
                it.expected_version,
                &it.password_hash,
            )?,
            Reply::Stale,
        ),
        Call::SaveToken(it) => done(storage::save_token(&it.token, &it.event)?),
        Call::SaveCode(it) => done(storage::save_code(&it.code, &it.event)?),
        Call::FindToken(digest) => found(storage::find_token(&digest)?, Reply::Token),
        Call::TakeCode(digest) => found(storage::take_code(&digest)?, Reply::Code),
        Call::RevokeToken(digest) => done(storage::revoke_token(&digest)?),
        Call::Audit(event) => done(storage::audit(&event)?),

        Call::FindCompanyByEmail(email) => {
            found(operator::find_company_by_email(&email)?, Reply::Company)
        }
        Call::CreateCompany(it) => {
            let company = operator::create_company(&it.company, &it.event)?;
            company.map_or(Reply::Exists, Reply::Company)
        }
        Call::ListCompanies(it) => Reply::Companies(operator::list_companies(it.after, it.limit)?),
        Call::SetCompanyStatus(it) => {
            done_or_none(operator::set_company_status(it.company_id, it.status, &it.event)?)
        }
        Call::SetCompany(it) => done_or_none(operator::set_company(
            it.company_id,
            it.name.as_deref(),
            it.email_domains.as_deref(),
            it.account_type.as_deref(),
            it.domain_ownership_verified,
            it.domain_mx_verified,
            &it.event,
        )?),
        Call::SaveKey(it) => Reply::SavedKey(operator::save_key(&it.key, &it.event)?),
        Call::RotateKey(it) => found(
            operator::rotate_key(it.company_id, it.key_id, &it.key, it.revoke, &it.event)?,
            Reply::SavedKey,
        ),
        Call::ListKeys(it) => Reply::Keys(operator::list_keys(it.company_id, it.after, it.limit)?),
        Call::SetKeyStatus(it) => {
            done_or_none(operator::set_key_status(it.company_id, it.key_id, it.status, &it.event)?)
        }
        Call::EndKey(it) => found(
            operator::end_key(it.company_id, it.key_id, &it.password_hash, &it.event)?,
            Reply::Ended,
        ),
        Call::SignOut(it) => {
            done_or_none(operator::sign_out(it.company_id, it.user_id, &it.event)?)
        }
        Call::DeleteCompany(it) => {
            done_or_none(operator::delete_company(it.company_id, &it.event)?)
        }
        Call::ListUsers(it) => {
            Reply::Users(operator::list_users(it.company_id, it.after, it.limit)?)
        }
        Call::SetUserStatus(it) => done_or_none(operator::set_user_status(
            it.company_id,
            it.user_id,
            it.status,
            &it.event,
        )?),
        Call::SetUserManager(it) => done_or_none(operator::set_user_manager(
            it.company_id,
            it.user_id,
            it.managed_by,
            &it.event,
        )?),
        Call::SetUser(it) => done_or_none(operator::set_user(
            it.company_id,
            it.user_id,
            it.login_id.as_deref(),
            it.display_name.as_deref(),
            it.is_creator,
            it.is_company_admin,
            it.permissions.as_deref(),
            &it.event,
        )?),
        Call::SetUserEmail(it) => {
            match operator::set_user_email(it.company_id, it.user_id, &it.email, &it.event)? {
                operator::Naming::Done => Reply::Done,
                operator::Naming::None => Reply::None,
                operator::Naming::Exists => Reply::Exists,
            }
        }
        Call::DeleteUser(it) => {
            done_or_none(operator::delete_user(it.company_id, it.user_id, &it.event)?)
        }
        Call::DisablePassword(it) => done_or(
            operator::disable_password(
                it.company_id,
                it.user_id,
                &it.expected_hash,
                &it.password_hash,
                &it.event,
            )?,
            Reply::Stale,
        ),
        Call::ListProducts => Reply::Products(operator::list_products()?),
        Call::SaveProduct(it) => done_or(
            operator::save_product(&it.name, &it.launch_url, &it.secret_digest, &it.event)?,
            Reply::Exists,
        ),
        Call::RotateProduct(it) => done_or_none(operator::rotate_product(
            &it.name,
            &it.secret_digest,
            it.previous_secret_expires_at,
            &it.event,
        )?),
        Call::ListEvents(it) => Reply::Events(operator::list_events(
            it.since,
            it.company_id,
            it.user_id,
            it.key_id,
            it.kind.as_deref(),
            it.after,
            it.limit,
        )?),
        Call::Purge(now) => Reply::Purged(operator::purge(now)?),
        Call::PurgeEvents(it) => Reply::Purged(operator::purge_events(it.before, &it.event)?),
    })
}

impl From<Trouble> for Reply {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Overloaded => Self::Overloaded(1),
            Trouble::Failed => Self::Failed,
        }
    }
}

fn done((): ()) -> Reply {
    Reply::Done
}

fn done_or(is_done: bool, otherwise: Reply) -> Reply {
    if is_done { Reply::Done } else { otherwise }
}

fn done_or_none(is_done: bool) -> Reply {
    done_or(is_done, Reply::None)
}

fn found<T>(record: Option<T>, reply: impl FnOnce(T) -> Reply) -> Reply {
    record.map_or(Reply::None, reply)
}
