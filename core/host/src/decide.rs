//! The driver: makes the calls of core, one at a time.

use ssokey_core::operator::{self, Command};
use ssokey_core::{
    Behalf, Call, ENTROPY_BYTES, Event, Failure, Hashing, Reply, Request, Response, Settings, Step,
    begin, failure,
};

use crate::{
    Admission, Change, Creation, Hasher, Naming, OperatorStorage, Storage, Swap, Trouble, entropy,
    now,
};

/// Answers a request over `storage` and `hasher`.
pub async fn decide<S: Storage, H: Hasher>(
    request: &Request<'_>,
    settings: &Settings,
    storage: &S,
    hasher: &H,
) -> Response {
    drive(begin(request, settings), storage, hasher).await
}

/// Carries out an operator's command over `storage` and `hasher`, with the time and random bytes of the system.
pub async fn carry_out<S: OperatorStorage, H: Hasher>(
    command: Command,
    settings: &Settings,
    storage: &S,
    hasher: &H,
) -> Response {
    let begin = |now, entropy| operator::begin(command, now, entropy, settings);
    carry_out_by(begin, settings, storage, hasher).await
}

/// Carries out an operator's command in JSON likewise, as `spec/README.md` lists them.
///
/// ```json
/// {"command":"issue_key","companyEmail":"sso@partner.example"}
/// ```
pub async fn carry_out_json<S: OperatorStorage, H: Hasher>(
    command: &str,
    settings: &Settings,
    storage: &S,
    hasher: &H,
) -> Response {
    let begin = |now, entropy| operator::begin_json(command, now, entropy, settings);
    carry_out_by(begin, settings, storage, hasher).await
}

async fn carry_out_by<S: OperatorStorage, H: Hasher>(
    begin: impl FnOnce(u64, [u8; ENTROPY_BYTES]) -> operator::Step,
    settings: &Settings,
    storage: &S,
    hasher: &H,
) -> Response {
    let Ok(entropy) = entropy() else {
        storage.report(Trouble::NoEntropy);
        return failure(Failure::Internal, settings);
    };
    drive_command(begin(now(), entropy), storage, hasher).await
}

/// Goes on with a request until it is done.
pub async fn drive<S: Storage, H: Hasher>(mut step: Step, storage: &S, hasher: &H) -> Response {
    loop {
        step = match step {
            Step::Call(call, waiting) => waiting.step(answer(call, storage, hasher).await),
            Step::Done(response) => return response,
        };
    }
}

/// Goes on with an operator's command until it is done.
pub async fn drive_command<S: OperatorStorage, H: Hasher>(
    mut step: operator::Step,
    storage: &S,
    hasher: &H,
) -> Response {
    loop {
        step = match step {
            operator::Step::Call(call, waiting) => {
                waiting.step(answer_command(call, storage, hasher).await)
            }
            operator::Step::Done(response) => return response,
        };
    }
}

async fn answer<S: Storage, H: Hasher>(call: Call, storage: &S, hasher: &H) -> Reply {
    let name = call.name();
    let replied = match call {
        Call::Hashing(hashing) => return hash(name, hashing, storage, hasher).await,
        Call::Admit(attempt) => storage.admit(attempt).await.map(|admission| match admission {
            Admission::Admitted => Reply::Admitted,
            Admission::RetryAfter { seconds } => Reply::RetryAfter { seconds },
        }),
        Call::GiveBack(attempt) => storage.give_back(attempt).await.map(|()| Reply::Done),
        Call::FindKey { digest } => storage
            .find_key(digest)
            .await
            .map(|found| found.map_or(Reply::None, |(key, company)| Reply::Key { key, company })),
        Call::FindUser { company_id, email } => storage
            .find_user(company_id, email)
            .await
            .map(|found| found.map_or(Reply::None, |user| Reply::User { user })),
        Call::FindCompany { domain } => storage
            .find_company(domain)
            .await
            .map(|found| found.map_or(Reply::None, |company| Reply::Company { company })),
        Call::FindProduct { name } => storage
            .find_product(name)
            .await
            .map(|found| found.map_or(Reply::None, |product| Reply::Product { product })),
        Call::CreateUser { user, event } => {
            storage.create_user(user, event).await.map(|creation| match creation {
                Creation::Created(user) => Reply::Created { user },
                Creation::Exists => Reply::Exists,
            })
        }
        Call::ReplacePassword { swap, issued_at, password_key_id } => storage
            .replace_password(swap, issued_at, password_key_id)
            .await
            .map(|swap| match swap {
                Swap::Done(credential_version) => Reply::Replaced { credential_version },
                Swap::Stale => Reply::Stale,
            }),
        Call::RehashPassword(swap) => storage.rehash_password(swap).await.map(|swap| match swap {
            Swap::Done(()) => Reply::Done,
            Swap::Stale => Reply::Stale,
        }),
        Call::SaveToken { token, event } => {
            storage.save_token(token, event).await.map(|()| Reply::Done)
        }
        Call::SaveCode { code, event } => {
            storage.save_code(code, event).await.map(|()| Reply::Done)
        }
        Call::FindToken { digest } => storage.find_token(digest).await.map(|found| {
            found.map_or(Reply::None, |(token, holder)| Reply::Token { token, holder })
        }),
        Call::TakeCode { digest } => storage
            .take_code(digest)
            .await
            .map(|taken| taken.map_or(Reply::None, |(code, holder)| Reply::Code { code, holder })),
        Call::RevokeToken { digest } => storage.revoke_token(digest).await.map(|()| Reply::Done),
        Call::Audit { event } => audit(event, storage).await.map(|()| Reply::Done),
    };
    replied.unwrap_or_else(|error| {
        storage.report(Trouble::Storage { call: name, error });
        Reply::Failed
    })
}

async fn answer_command<S: OperatorStorage, H: Hasher>(
    call: operator::Call,
    storage: &S,
    hasher: &H,
) -> operator::Reply {
    use operator::{Call, Reply};

    let name = call.name();
    let replied = match call {
        Call::Hashing(hashing) => return hash_command(name, hashing, storage, hasher).await,
        Call::FindCompanyByEmail { email } => storage
            .find_company_by_email(email)
            .await
            .map(|found| found.map_or(Reply::None, |company| Reply::Company { company })),
        Call::CreateCompany { company, event } => {
            storage.create_company(company, event).await.map(|creation| match creation {
                Creation::Created(company) => Reply::Company { company },
                Creation::Exists => Reply::Exists,
            })
        }
        Call::ListCompanies { page } => {
            storage.list_companies(page).await.map(|companies| Reply::Companies { companies })
        }
        Call::SetCompanyStatus { company_id, status, event } => {
            storage.set_company_status(company_id, status, event).await.map(Reply::from)
        }
        Call::SetCompany { company_id, members, event } => {
            storage.set_company(company_id, members, event).await.map(Reply::from)
        }
        Call::SaveKey { key, event } => {
            storage.save_key(key, event).await.map(|key_id| Reply::SavedKey { key_id })
        }
        Call::RotateKey { company_id, key_id, key, revoke, event } => storage
            .rotate_key(company_id, key_id, key, revoke, event)
            .await
            .map(|saved| saved.map_or(Reply::None, |key_id| Reply::SavedKey { key_id })),
        Call::ListKeys { company_id, page } => {
            storage.list_keys(company_id, page).await.map(|keys| Reply::Keys { keys })
        }
        Call::SetKeyStatus { company_id, key_id, status, event } => {
            storage.set_key_status(company_id, key_id, status, event).await.map(Reply::from)
        }
        Call::EndKey { company_id, key_id, password_hash, event } => storage
            .end_key(company_id, key_id, password_hash, event)
            .await
            .map(|ended| ended.map_or(Reply::None, |count| Reply::Ended { count })),
        Call::SignOut { company_id, user_id, event } => {
            storage.sign_out(company_id, user_id, event).await.map(Reply::from)
        }
        Call::DeleteCompany { company_id, event } => {
            storage.delete_company(company_id, event).await.map(Reply::from)
        }
        Call::FindUser { company_id, email } => storage
            .find_user(company_id, email)
            .await
            .map(|found| found.map_or(Reply::None, |user| Reply::User { user })),
        Call::CreateUser { user, event } => {
            storage.create_user(user, Some(event)).await.map(|creation| match creation {
                Creation::Created(user) => Reply::Created { user },
                Creation::Exists => Reply::Exists,
            })
        }
        Call::ListUsers { company_id, page } => {
            storage.list_users(company_id, page).await.map(|users| Reply::Users { users })
        }
        Call::SetUserStatus { company_id, user_id, status, event } => {
            storage.set_user_status(company_id, user_id, status, event).await.map(Reply::from)
        }
        Call::SetUserManager { company_id, user_id, managed_by, event } => {
            storage.set_user_manager(company_id, user_id, managed_by, event).await.map(Reply::from)
        }
        Call::SetUser { company_id, user_id, members, event } => {
            storage.set_user(company_id, user_id, members, event).await.map(Reply::from)
        }
        Call::SetUserEmail { company_id, user_id, email, event } => storage
            .set_user_email(company_id, user_id, email, event)
            .await
            .map(|naming| match naming {
                Naming::Done => Reply::Done,
                Naming::NotFound => Reply::None,
                Naming::Exists => Reply::Exists,
            }),
        Call::DeleteUser { company_id, user_id, event } => {
            storage.delete_user(company_id, user_id, event).await.map(Reply::from)
        }
        Call::DisablePassword { company_id, user_id, expected_hash, password_hash, event } => {
            storage
                .disable_password(company_id, user_id, expected_hash, password_hash, event)
                .await
                .map(|swap| match swap {
                    Swap::Done(()) => Reply::Done,
                    Swap::Stale => Reply::Stale,
                })
        }
        Call::ListProducts => {
            storage.list_products().await.map(|products| Reply::Products { products })
        }
        Call::SaveProduct { name, launch_url, secret_digest, event } => storage
            .save_product(name, launch_url, secret_digest, event)
            .await
            .map(|creation| match creation {
                Creation::Created(()) => Reply::Done,
                Creation::Exists => Reply::Exists,
            }),
        Call::RotateProduct { name, secret_digest, previous_secret_expires_at, event } => storage
            .rotate_product(name, secret_digest, previous_secret_expires_at, event)
            .await
            .map(Reply::from),
        Call::ListEvents { filter, page } => {
            storage.list_events(filter, page).await.map(|events| Reply::Events { events })
        }
        Call::Purge { now } => storage.purge(now).await.map(|count| Reply::Purged { count }),
        Call::PurgeEvents { before, event } => {
            storage.purge_events(before, event).await.map(|count| Reply::Purged { count })
        }
        Call::Audit { event } => audit(event, storage).await.map(|()| Reply::Done),
    };
    replied.unwrap_or_else(|error| {
        storage.report(Trouble::Storage { call: name, error });
        Reply::Failed
    })
}

impl From<Change> for operator::Reply {
    fn from(change: Change) -> Self {
        match change {
            Change::Done => Self::Done,
            Change::NotFound => Self::None,
        }
    }
}

/// Tells the host its fault, which the event may be of, whatever becomes of the event.
async fn audit<S: Storage>(event: Event, storage: &S) -> Result<(), S::Error> {
    if let Some(fault) = &event.fault {
        storage.report(Trouble::Fault(fault.clone()));
    }
    storage.audit(event).await
}

async fn hash<S: Storage, H: Hasher>(
    call: &'static str,
    hashing: Hashing,
    storage: &S,
    hasher: &H,
) -> Reply {
    let (Hashing::VerifyPassword { behalf, .. } | Hashing::HashPassword { behalf, .. }) = &hashing;
    let Behalf { company_id, .. } = *behalf;
    let reply = hasher.hash(hashing).await;
    if reply == Reply::Failed {
        storage.report(Trouble::Hash { call });
    }
    if reply == Reply::Unreadable {
        storage.report(Trouble::UnreadableHash { company_id });
    }
    reply
}

/// A command computes new hashes alone. What else a hasher says does not fit, and is a failure of it.
async fn hash_command<S: Storage, H: Hasher>(
    call: &'static str,
    hashing: Hashing,
    storage: &S,
    hasher: &H,
) -> operator::Reply {
    let reply = hasher.hash(hashing).await;
    if let Reply::Hashed { password_hash } = reply {
        return operator::Reply::Hashed { password_hash };
    }
    if let Reply::Overloaded { seconds } = reply {
        return operator::Reply::Overloaded { seconds };
    }
    storage.report(Trouble::Hash { call });
    operator::Reply::Failed
}
