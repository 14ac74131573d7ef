//! Faults that show in sequences of calls, and in no single check.

use ssokey_core::{Call, CredentialVersion, Hashing, Holder, Reply, User};

use crate::format::operation::Operation;
use crate::reference::fault::Fault;
use crate::reference::hook::{Hook, Visit};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "token-comes-back-with-password",
        sentence: "A token is valid again when the user has its password again.",
        fails: &["ends-tokens-on-replacement", "session.ends-on-every-replacement"],
        hooks: &[
            Hook::Call(remember),
            Hook::Call(|call, visit| {
                let Call::FindToken { digest } = call else { return None };
                let Reply::Token { mut token, holder } = visit.store.find_token(digest)? else {
                    return None;
                };
                if has_again(visit, &holder.user, token.credential_version) {
                    token.credential_version = holder.user.credential_version;
                }
                Some(Reply::Token { token, holder })
            }),
        ],
    },
    Fault {
        name: "code-comes-back-with-password",
        sentence: "A code can be exchanged again when the user has its password again.",
        fails: &["ends-codes-on-replacement", "exchange.refuses-outdated-code"],
        hooks: &[
            Hook::Call(remember),
            Hook::Call(|call, visit| {
                let Call::TakeCode { .. } = call else { return None };
                let Reply::Code { mut code, holder } = visit.store.answer(call) else {
                    return Some(Reply::None);
                };
                if has_again(visit, &holder.user, code.credential_version) {
                    code.credential_version = holder.user.credential_version;
                }
                Some(Reply::Code { code, holder })
            }),
        ],
    },
    Fault {
        name: "password-before-last-works",
        sentence: "A direct sign-in accepts the password before the last but one.",
        fails: &["tells-new-password-from-old"],
        hooks: &[
            Hook::Call(remember),
            Hook::Call(|call, visit| {
                let Call::Hashing(Hashing::VerifyPassword { .. }) = call else { return None };
                let user = visit.user().filter(|_| visit.is_for(Operation::Direct))?;
                let old = visit.store.history.get(&user.id)?.iter().rev().nth(2)?;
                (*old == visit.field("password")?).then_some(Reply::Match)
            }),
        ],
    },
    Fault {
        name: "direct-token-outlives-password",
        sentence: "A token of a direct sign-in stays valid when the password is replaced.",
        fails: &["ends-tokens-on-replacement", "session.ends-on-every-replacement"],
        hooks: &[Hook::Call(|call, visit| outlive(call, visit, |token, _| token.key_id.is_none()))],
    },
    Fault {
        name: "exchanged-token-outlives-password",
        sentence: "A token of an exchange stays valid when the password is replaced.",
        fails: &["ends-tokens-on-replacement", "session.ends-on-every-replacement"],
        hooks: &[
            Hook::Call(|call, visit| {
                let Call::SaveToken { token, .. } = call else { return None };
                if visit.is_for(Operation::Exchange) {
                    visit.store.marked.insert(token.digest);
                }
                None
            }),
            Hook::Call(|call, visit| {
                outlive(call, visit, |token, visit| visit.store.marked.contains(&token.digest))
            }),
        ],
    },
    Fault {
        name: "launch-ends-no-token",
        sentence: "A launch that replaces the password leaves the tokens valid.",
        fails: &[
            "ends-tokens-on-replacement",
            "launch.replaces-by-every-way",
            "session.ends-on-every-replacement",
        ],
        hooks: &[Hook::Call(|call, visit| {
            let Call::ReplacePassword { swap, .. } = call else { return None };
            if !visit.is_for(Operation::Launch) {
                return None;
            }
            let reply = visit.store.answer(call);
            if let Reply::Replaced { credential_version } = &reply {
                let theirs = visit.store.tokens.values_mut();
                let theirs = theirs.filter(|token| token.user_id == swap.user_id);
                for token in theirs.filter(|it| it.credential_version == swap.expected_version) {
                    token.credential_version = *credential_version;
                }
            }
            Some(reply)
        })],
    },
    Fault {
        name: "launch-ends-earlier-codes",
        sentence: "A launch ends the user's earlier codes.",
        fails: &["exchanges-code", "launch.makes-one-user-by-every-way"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::SaveCode { code, .. } = call else { return None };
            visit.store.codes.retain(|_, known| known.user_id != code.user_id);
            None
        })],
    },
    Fault {
        name: "raced-launches-are-two-users",
        sentence: "Of launches at the same time each creates a user.",
        fails: &[
            "exchanges-code",
            "creates-one-user-at-a-time",
            "ends-codes-on-replacement",
            "answer.names-one-user-per-email",
            "answer.says-the-same-of-a-user",
            "launch.makes-one-user-by-every-way",
        ],
        hooks: &[
            Hook::Slow(Operation::Launch),
            Hook::Call(|call, visit| {
                let Call::CreateUser { user, .. } = call else { return None };
                if visit.is_for(Operation::Launch) {
                    visit.store.set_aside(user.company_id, &user.email);
                }
                None
            }),
        ],
    },
];

/// Keeps the passwords of users.
fn remember(call: &Call, visit: &mut Visit<'_>) -> Option<Reply> {
    let (Call::CreateUser { .. } | Call::ReplacePassword { .. }) = call else { return None };
    let password = visit.field("password")?;
    let reply = visit.store.answer(call);
    let user = match (&reply, call) {
        (Reply::Created { user }, _) => user.id,
        (Reply::Replaced { .. }, Call::ReplacePassword { swap, .. }) => swap.user_id,
        _ => return Some(reply),
    };
    visit.store.history.entry(user).or_default().push(password);
    Some(reply)
}

/// Returns whether the user has the same password as at this version, which was the first of the user's or a later one.
fn has_again(visit: &Visit<'_>, user: &User, version: CredentialVersion) -> bool {
    let Some(passwords) = visit.store.history.get(&user.id) else { return false };
    let since = user.credential_version.get().saturating_sub(version.get());
    let then = usize::try_from(since).ok().and_then(|since| passwords.iter().rev().nth(since));
    then.is_some() && then == passwords.last()
}

/// Finds a token of this kind valid whatever the password is.
fn outlive(
    call: &Call,
    visit: &Visit<'_>,
    of_this_kind: impl Fn(&ssokey_core::Token, &Visit<'_>) -> bool,
) -> Option<Reply> {
    let Call::FindToken { digest } = call else { return None };
    let Reply::Token { mut token, holder } = visit.store.find_token(digest)? else { return None };
    let Holder { user, .. } = &holder;
    if of_this_kind(&token, visit) {
        token.credential_version = user.credential_version;
    }
    Some(Reply::Token { token, holder })
}
