//! Faults of the times at which passwords were set, and of what happens at one time.

use ssokey_core::{Behalf, Call, ErrorCode, Hashing, Password, Reply, User};

use crate::format::operation::Operation;
use crate::reference::fault::Fault;
use crate::reference::hook::{Hook, Visit};
use crate::reference::store::raise;

const TIME: &[&str] = &["issued-at.lets-in-the-latest"];
const EFFECT: &[&str] = &["issued-at.refuses-without-effect"];

/// A fault by which a sign-on is refused as outdated if this holds of its time, of whether its password matches, and of the user.
macro_rules! outdated {
    ($name:literal, $sentence:literal, $is_outdated:expr) => {
        Fault {
            name: $name,
            sentence: $sentence,
            fails: TIME,
            hooks: &[Hook::Refusal(|visit| {
                let is_outdated: fn(Option<u64>, bool, &User) -> bool = $is_outdated;
                let user = visit.user().filter(|_| visit.is_for(Operation::SignOn))?;
                let password = Password::parse(&visit.field("password")?)?;
                let matches = visit.matches(&password, &user.password_hash);
                is_outdated(time(visit), matches, user).then_some(ErrorCode::OutdatedPassword)
            })],
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    outdated!(
        "older-time-is-refused-at-a-match",
        "The stored password is refused if it comes with an older time.",
        |time, matches, user| matches && time.is_some() && time < user.issued_at
    ),
    outdated!(
        "equal-time-is-outdated",
        "A different password is refused if it has the time of the stored one.",
        |time, matches, user| !matches && time.is_some() && time == user.issued_at
    ),
    outdated!(
        "newer-by-less-than-a-second-is-outdated",
        "A different password is refused if its time is newer by less than a second.",
        |time, matches, user| {
            let newer =
                time.zip(user.issued_at).and_then(|(time, stored)| time.checked_sub(stored));
            !matches && newer.is_some_and(|it| (1..1000).contains(&it))
        }
    ),
    outdated!(
        "times-are-compared-as-texts",
        "A different password is refused if its time is less than the stored one as a text.",
        |time, matches, user| {
            let texts = time
                .zip(user.issued_at)
                .map(|(time, stored)| (time.to_string(), stored.to_string()));
            !matches && texts.is_some_and(|(time, stored)| time < stored)
        }
    ),
    Fault {
        name: "times-are-in-seconds",
        sentence: "Of the time of a password the milliseconds are cut.",
        fails: EFFECT,
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["issued_at"], |time| {
                if time.len() == 13 {
                    format!("{}000", time.get(..10).unwrap_or(time))
                } else {
                    time.to_owned()
                }
            });
        })],
    },
    outdated!(
        "no-time-is-the-oldest",
        "A different password without a time is refused if the stored one has a time.",
        |time, matches, user| !matches && time.is_none() && user.issued_at.is_some()
    ),
    Fault {
        name: "match-moves-the-time",
        sentence: "A password that matches takes over the time that it comes with.",
        fails: TIME,
        hooks: &[Hook::Call(|call, visit| {
            let Call::SaveToken { token, .. } = call else { return None };
            let time = time(visit).filter(|_| visit.is_for(Operation::SignOn))?;
            let mut users = visit.store.users_mut();
            users.find(|user| user.id == token.user_id)?.issued_at = Some(time);
            None
        })],
    },
    Fault {
        name: "time-outlives-its-password",
        sentence: "A password without a time keeps that of the one it replaces.",
        fails: TIME,
        hooks: &[Hook::Call(|call, visit| {
            let Call::ReplacePassword { swap, issued_at: None, password_key_id } = call else {
                return None;
            };
            let issued_at = visit.store.by_id(swap.company_id, swap.user_id)?.issued_at;
            let (swap, password_key_id) = (swap.clone(), *password_key_id);
            Some(visit.store.answer(&Call::ReplacePassword { swap, issued_at, password_key_id }))
        })],
    },
    Fault {
        name: "outdated-password-is-stored",
        sentence: "A password that is refused as outdated is stored all the same.",
        fails: EFFECT,
        hooks: &[Hook::Call(|call, visit| {
            let (user, password) = outdated(call, visit)?;
            let behalf = Behalf { keyed: true, company_id: None };
            let hashing = Hashing::HashPassword { password, salt: [7; 16], behalf };
            let Reply::Hashed { password_hash } = (visit.hash)(&hashing) else { return None };
            let mut users = visit.store.users_mut();
            users.find(|it| it.id == user.id)?.password_hash = password_hash;
            Some(Reply::User { user })
        })],
    },
    Fault {
        name: "outdated-password-ends-tokens",
        sentence: "A password that is refused as outdated ends the user's tokens.",
        fails: EFFECT,
        hooks: &[Hook::Call(|call, visit| {
            let (user, _) = outdated(call, visit)?;
            raise(visit.store.users_mut().find(|it| it.id == user.id)?);
            Some(Reply::User { user })
        })],
    },
    Fault {
        name: "new-user-has-no-time",
        sentence: "The time of the sign-on that creates a user is not stored.",
        fails: EFFECT,
        hooks: &[Hook::Call(|call, visit| {
            let Call::CreateUser { user, event } = call else { return None };
            let mut user = user.clone();
            user.issued_at = None;
            Some(visit.store.answer(&Call::CreateUser { user, event: event.clone() }))
        })],
    },
    Fault {
        name: "match-forgets-the-time",
        sentence: "A password that matches and comes without a time takes away the stored one.",
        fails: EFFECT,
        hooks: &[Hook::Call(|call, visit| {
            let Call::SaveToken { token, .. } = call else { return None };
            if visit.is_for(Operation::SignOn) && time(visit).is_none() {
                let mut users = visit.store.users_mut();
                users.find(|user| user.id == token.user_id)?.issued_at = None;
            }
            None
        })],
    },
    Fault {
        name: "time-is-of-the-email",
        sentence: "A password is outdated if a different company has a newer one of the same e-mail.",
        fails: &["isolation.keeps-time"],
        hooks: &[Hook::Refusal(|visit| {
            let time = time(visit).filter(|_| visit.is_for(Operation::SignOn))?;
            let has_newer = visit.namesakes().any(|user| user.issued_at > Some(time));
            has_newer.then_some(ErrorCode::OutdatedPassword)
        })],
    },
    Fault {
        name: "number-is-taken-in-two-steps",
        sentence: "The number of a new user is read before its password is hashed, and taken after.",
        fails: &[
            "sign-on.tells-raced-users-apart",
            "answer.names-one-user-per-email?",
            "answer.says-the-same-of-a-user?",
        ],
        hooks: &[
            Hook::Slow(Operation::SignOn),
            Hook::Call(|call, visit| {
                let Call::FindUser { company_id, email } = call else { return None };
                let reply = visit.store.answer(call);
                if reply == Reply::None && visit.is_for(Operation::SignOn) {
                    visit.store.read_number(*company_id, email);
                }
                Some(reply)
            }),
            Hook::Answer(|answer, visit| {
                let number = visit.company().zip(visit.email());
                let number =
                    number.and_then(|(company, email)| visit.store.number(company, &email));
                if let Some(number) = number.filter(|_| answer.value("userId").is_some()) {
                    answer.set("userId", &number.to_string());
                }
            }),
        ],
    },
];

/// The user that a sign-on looks for, and the password that it brings, if that is older than the stored one and differs.
fn outdated(call: &Call, visit: &Visit<'_>) -> Option<(User, Password)> {
    let Call::FindUser { company_id, email } = call else { return None };
    let user = visit.store.user(*company_id, email)?.clone();
    let sent = time(visit).filter(|_| visit.is_for(Operation::SignOn));
    let password = Password::parse(&visit.field("password")?)?;
    let is_outdated = sent? < user.issued_at? && !visit.matches(&password, &user.password_hash);
    is_outdated.then_some((user, password))
}

/// The time that a request brings.
fn time(visit: &Visit<'_>) -> Option<u64> {
    visit.field("issued_at")?.parse().ok()
}
