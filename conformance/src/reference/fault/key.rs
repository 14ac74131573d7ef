//! Faults of the key, and of what its refusal tells.

use ssokey_core::ErrorCode;

use crate::reference::credentials::KEY;
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;

/// The characters of an issued key before its check characters.
const UNCHECKED: usize = 48;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "unknown-key-is-denied",
        sentence: "A key that is not accepted is answered with 403.",
        fails: &[
            "key.refuses-unknown",
            "key.refuses-near-misses",
            "key.refuses-wrong-check-characters",
            "key.refuses-other-shapes",
            "launch.checks-as-sign-on",
            "key.refuses-other-credentials",
            "launch.refuses-key-near-misses",
            "email.needs-no-dot",
        ],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.is(ErrorCode::InvalidSsokey) {
                answer.refuse(ErrorCode::AccessDenied);
            }
        })],
    },
    Fault {
        name: "key-is-trimmed",
        sentence: "Spaces around a key are ignored.",
        fails: &["key.refuses-near-misses", "launch.refuses-key-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["ssokey"], |key| key.trim_matches(' ').to_owned());
        })],
    },
    Fault {
        name: "key-ignores-case",
        sentence: "The case of a key is ignored.",
        fails: &["key.refuses-near-misses", "launch.refuses-key-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["ssokey"], |key| mend(key, key.eq_ignore_ascii_case(KEY)));
        })],
    },
    Fault {
        name: "check-characters-are-not-read",
        sentence: "The check characters of a key may be anything.",
        fails: &[
            "key.refuses-wrong-check-characters",
            "key.refuses-near-misses",
            "launch.refuses-key-near-misses",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["ssokey"], |key| {
                mend(key, key.len() == KEY.len() && key.get(..UNCHECKED) == KEY.get(..UNCHECKED))
            });
        })],
    },
    Fault {
        name: "short-key-is-invalid",
        sentence: "A key of less than 22 characters is called an invalid parameter.",
        fails: &[
            "key.refuses-other-shapes",
            "key.refusals-hide-the-reason",
            "key.refuses-near-misses",
            "key.refuses-other-credentials",
            "launch.refuses-key-near-misses",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            let short = visit.field("ssokey").is_some_and(|key| key.len() < 22);
            if short && answer.is(ErrorCode::InvalidSsokey) {
                answer.refuse(ErrorCode::InvalidParameter);
            }
        })],
    },
    Fault {
        name: "key-refusal-says-why",
        sentence: "The refusal of a key tells when the key is not ASCII.",
        fails: &[
            "key.refusals-hide-the-reason",
            "key.refuses-near-misses",
            "launch.refuses-key-near-misses",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            let odd = visit.field("ssokey").is_some_and(|key| !key.is_ascii());
            if odd && answer.is(ErrorCode::InvalidSsokey) {
                answer.say("the key is not ASCII");
            }
        })],
    },
    Fault {
        name: "key-refusal-knows-users",
        sentence: "The refusal of a key tells whether the user exists.",
        fails: &["key.refusals-hide-users"],
        hooks: &[Hook::Answer(|answer, visit| {
            let known = visit.store.users().any(|user| Some(&user.email) == visit.email().as_ref());
            if known && answer.is(ErrorCode::InvalidSsokey) {
                answer.say("the user is known, the key is not");
            }
        })],
    },
];

fn mend(key: &str, is_close: bool) -> String {
    if is_close { KEY.to_owned() } else { key.to_owned() }
}
