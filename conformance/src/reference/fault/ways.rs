//! Faults of one way, or of launch alone: everywhere else the rule holds.

use std::time::Duration;

use ssokey_core::{Call, NewUser, Reply};

use crate::format::operation::Operation;
use crate::format::way::Way;
use crate::reference::credentials::KEY;
use crate::reference::fault::Fault;
use crate::reference::fault::email::{change_emails, is_dotted};
use crate::reference::fault::pairs::change_passwords;
use crate::reference::hook::{Hook, Visit};
use crate::reference::incoming::{Incoming, JSON};
use crate::reference::store::raise;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "form-trims-password",
        sentence: "White space around a password in a form is trimmed.",
        fails: &[
            "password.tells-pairs-apart",
            "sign-on.keeps-password-by-every-way",
            "launch.keeps-password-by-every-way",
            "encoding.reads-json-escapes",
        ],
        hooks: &[Hook::Request(|request, _| {
            if comes_by(request, Way::Form) {
                change_passwords(request, |password| password.trim().to_owned());
            }
        })],
    },
    Fault {
        name: "get-ends-password-at-nul",
        sentence: "A password in a query ends at NUL.",
        fails: &[
            "sign-on.keeps-password-by-every-way",
            "launch.keeps-password-by-every-way",
            "password.tells-pairs-apart",
        ],
        hooks: &[Hook::Request(|request, _| {
            if comes_by(request, Way::Get) {
                change_passwords(request, |password| {
                    password.split('\0').next().unwrap_or_default().to_owned()
                });
            }
        })],
    },
    Fault {
        name: "launch-by-json-unescapes-password",
        sentence: "HTML in the password of a launch by JSON is unescaped.",
        fails: &["launch.keeps-password-by-every-way"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Launch) && comes_by(request, Way::Json) {
                change_passwords(request, |password| password.replace("&amp;", "&"));
            }
        })],
    },
    Fault {
        name: "launch-cuts-password",
        sentence: "Of the password of a launch 72 bytes count.",
        fails: &["launch.keeps-password-by-every-way"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Launch) {
                change_passwords(request, |password| {
                    password.get(..72).unwrap_or(password).to_owned()
                });
            }
        })],
    },
    Fault {
        name: "get-replaces-nothing",
        sentence: "A sign-on by GET with a different password leaves the stored one.",
        fails: &["sign-on.replaces-by-every-way"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::ReplacePassword { swap, .. } = call else { return None };
            if !visit.is_for(Operation::SignOn) || !comes_by(visit.incoming, Way::Get) {
                return None;
            }
            let user = visit.store.users_mut().find(|user| user.id == swap.user_id)?;
            raise(user).map(|credential_version| Reply::Replaced { credential_version })
        })],
    },
    Fault {
        name: "json-ends-tokens",
        sentence: "A sign-on by JSON ends the user's tokens, with the same password too.",
        fails: &[
            "sign-on.knows-by-every-way",
            "launch.makes-one-user-by-every-way",
            "session.keeps-token-through-other-calls",
        ],
        hooks: &[Hook::Call(|call, visit| {
            let ends = visit.is_for(Operation::SignOn) && comes_by(visit.incoming, Way::Json);
            end_older_tokens(call, visit, ends)
        })],
    },
    Fault {
        name: "launch-by-get-knows-nobody",
        sentence: "A launch by GET always creates a user.",
        fails: &[
            "launch.knows-by-every-way",
            "launch.replaces-by-every-way",
            "launch.makes-one-user-by-every-way",
            "answer.names-one-user-per-email",
            "answer.says-the-same-of-a-user",
            "exchange.takes-code-of-every-launch",
            "issued-at.counts-by-every-way",
            "session.keeps-token-through-other-calls",
        ],
        hooks: &[Hook::Call(|call, visit| {
            if !visit.is_for(Operation::Launch) || !comes_by(visit.incoming, Way::Get) {
                return None;
            }
            match call {
                Call::FindUser { .. } => Some(Reply::None),
                Call::CreateUser { user, .. } => {
                    visit.store.forget(user.company_id, &user.email);
                    None
                }
                _ => None,
            }
        })],
    },
    Fault {
        name: "launch-by-form-creates-without-password",
        sentence: "A launch of an unknown user by form stores a password of its own.",
        fails: &[
            "launch.creates-by-every-way",
            "launch.makes-one-user-by-every-way",
            "launch.signs-on",
            "launch.keeps-password-by-every-way",
            "launch.keeps-email-by-every-way",
        ],
        hooks: &[Hook::Request(|request, visit| {
            let is_it = request.is_for(Operation::Launch) && comes_by(request, Way::Form);
            if is_it && visit.user().is_none() {
                change_passwords(request, |password| {
                    password.get(1..).map_or(password.to_owned(), |rest| format!("{rest}y"))
                });
            }
        })],
    },
    Fault {
        name: "json-creates-without-password",
        sentence: "A sign-on of an unknown user by JSON stores a password of its own.",
        fails: &[
            "sign-on.creates-by-every-way",
            "sign-on.keeps-password-by-every-way",
            "sign-on.keeps-email-by-every-way",
            "way.ignores-charset",
            "encoding.reads-json-escapes",
        ],
        hooks: &[Hook::Request(|request, visit| {
            let is_it = request.is_for(Operation::SignOn) && comes_by(request, Way::Json);
            if is_it && visit.user().is_none() {
                change_passwords(request, |password| {
                    password.get(1..).map_or(password.to_owned(), |rest| format!("{rest}y"))
                });
            }
        })],
    },
    Fault {
        name: "launch-makes-two-users",
        sentence: "An unknown user who is launched twice at once becomes two.",
        fails: &[
            "launch.makes-one-user-by-every-way",
            "answer.names-one-user-per-email",
            "answer.says-the-same-of-a-user",
        ],
        hooks: &[
            Hook::Pause(|call, incoming| pause_at_creation(call, incoming, Operation::Launch)),
            Hook::Call(|call, visit| create_again(call, visit, Operation::Launch)),
        ],
    },
    Fault {
        name: "json-makes-two-users",
        sentence: "An unknown user who signs on by JSON twice at once becomes two.",
        fails: &[
            "sign-on.makes-one-user-by-every-way",
            // It races launches with sign-ons by JSON, too.
            "launch.makes-one-user-by-every-way?",
            "answer.names-one-user-per-email",
            "answer.says-the-same-of-a-user",
        ],
        hooks: &[
            Hook::Pause(|call, incoming| pause_at_creation(call, incoming, Operation::SignOn)),
            Hook::Call(|call, visit| create_again(call, visit, Operation::SignOn)),
        ],
    },
    Fault {
        name: "launch-knows-capitals",
        sentence: "An e-mail with capitals is launched as a different user.",
        fails: &["launch.keeps-email-by-every-way"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Launch) {
                change_emails(request, |email| {
                    let capitals = email.contains(|letter: char| letter.is_ascii_uppercase());
                    if capitals { format!("x{email}") } else { email.to_owned() }
                });
            }
        })],
    },
    Fault {
        name: "launch-drops-dots",
        sentence: "Dots in the local part of an e-mail mean nothing to a launch.",
        fails: &["launch.keeps-email-by-every-way", "launch.tells-emails-apart"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Launch) {
                change_emails(request, |email| {
                    let halves = email.split_once('@').filter(|(local, _)| is_dotted(local));
                    halves.map_or_else(
                        || email.to_owned(),
                        |(local, domain)| format!("{}@{domain}", local.replace('.', "")),
                    )
                });
            }
        })],
    },
    Fault {
        name: "json-drops-tags",
        sentence: "What follows on a plus sign in the e-mail of a sign-on by JSON is taken off.",
        fails: &[
            "sign-on.keeps-email-by-every-way",
            "sign-on.tells-emails-apart",
            "answer.says-the-same-of-a-user",
        ],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::SignOn) && comes_by(request, Way::Json) {
                change_emails(request, |email| {
                    email.split_once('@').map_or_else(
                        || email.to_owned(),
                        |(local, domain)| {
                            let name = local.split('+').next().unwrap_or_default();
                            format!("{}@{domain}", if name.is_empty() { local } else { name })
                        },
                    )
                });
            }
        })],
    },
    Fault {
        name: "launch-trims-key",
        sentence: "Spaces around the key of a launch are ignored.",
        fails: &["launch.refuses-key-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Launch) {
                request.change_texts(&["ssokey"], |key| key.trim_matches(' ').to_owned());
            }
        })],
    },
    Fault {
        name: "json-ignores-case-of-key",
        sentence: "The case of a key in JSON is ignored.",
        fails: &["key.refuses-near-misses", "launch.refuses-key-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            if comes_by(request, Way::Json) {
                request.change_texts(&["ssokey"], |key| {
                    if key.eq_ignore_ascii_case(KEY) { KEY } else { key }.to_owned()
                });
            }
        })],
    },
];

/// Returns whether the request comes by this way.
fn comes_by(request: &Incoming, way: Way) -> bool {
    let sent = match (request.method.as_str(), request.media_type().as_str()) {
        ("GET", _) => Way::Get,
        (_, JSON) => Way::Json,
        _ => Way::Form,
    };
    sent == way
}

/// Gives a token a higher version than those that the user has.
fn end_older_tokens(call: &Call, visit: &mut Visit<'_>, ends: bool) -> Option<Reply> {
    let Call::SaveToken { token, event } = call else { return None };
    if !ends {
        return None;
    }
    let user = visit.store.users_mut().find(|user| user.id == token.user_id)?;
    let (mut token, event) = (token.clone(), event.clone());
    token.credential_version = raise(user)?;
    Some(visit.store.answer(&Call::SaveToken { token, event }))
}

/// Waits before a user is created, until all that come at once have found that there is none. Of sign-ons those by JSON do.
fn pause_at_creation(call: &Call, incoming: &Incoming, operation: Operation) -> Duration {
    let is_it = operation == Operation::Launch || comes_by(incoming, Way::Json);
    let creates = matches!(call, Call::CreateUser { .. });
    Duration::from_millis(if creates && is_it && incoming.is_for(operation) { 25 } else { 0 })
}

/// Creates a user who has come to be meanwhile a second time.
fn create_again(call: &Call, visit: &mut Visit<'_>, operation: Operation) -> Option<Reply> {
    let Call::CreateUser { user, .. } = call else { return None };
    if visit.is_for(operation) {
        let NewUser { company_id, email, .. } = user;
        visit.store.set_aside(*company_id, email);
    }
    None
}
