//! Faults of the JSON that is answered.

use ssokey_core::{Digest, ErrorCode};

use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::incoming::Incoming;

/// A fault by which a refusal of this code quotes what the request has.
macro_rules! echoed {
    ($name:literal, $sentence:literal, $code:ident, $sent:expr) => {
        Fault {
            name: $name,
            sentence: $sentence,
            fails: &["error.repeats-nothing"],
            hooks: &[Hook::Answer(|answer, visit| {
                let sent: fn(&Incoming) -> Option<String> = $sent;
                if let (Some(sent), true) = (sent(visit.incoming), answer.is(ErrorCode::$code)) {
                    answer.say(&format!("not of ours: {sent}"));
                }
            })],
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "status-code-is-text",
        sentence: "The status_code of a success is a string.",
        fails: &[
            "sign-out.answers-ok",
            "sign-out.can-be-repeated",
            "sign-out.refuses-two-tokens",
            "answer.has-success-shape",
            "answer.status-equals-status-code",
            "sign-out.needs-no-body",
        ],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.status == 200 {
                answer.set("status_code", "\"200\"");
            }
        })],
    },
    Fault {
        name: "status-code-of-404-is-400",
        sentence: "The status_code at a path that is not served is 400.",
        fails: &["answer.status-equals-status-code"],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.status == 404 {
                answer.set("status_code", "400");
            }
        })],
    },
    Fault {
        name: "flag-is-number",
        sentence: "A flag of the answer is 0 and not false.",
        fails: &["answer.has-documented-members"],
        hooks: &[Hook::Answer(|answer, _| answer.set("domainMxVerified", "0"))],
    },
    Fault {
        name: "member-is-absent",
        sentence: "The answer has no accountType.",
        fails: &["answer.has-documented-members", "answer.keeps-document-order"],
        hooks: &[Hook::Answer(|answer, _| {
            answer.body = answer.body.replace(r#""accountType":"ENTERPRISE","#, "");
        })],
    },
    Fault {
        name: "member-is-twice",
        sentence: "The answer has its e-mail twice.",
        fails: &["answer.has-documented-members", "answer.keeps-document-order"],
        hooks: &[Hook::Answer(|answer, _| {
            if let Some(email) = answer.value("email").map(str::to_owned) {
                let twice = format!("{email},\"email\":{email}");
                answer.set("email", &twice);
            }
        })],
    },
    Fault {
        name: "members-are-swapped",
        sentence: "The companyDomain comes before the displayName.",
        fails: &["answer.keeps-document-order"],
        hooks: &[Hook::Answer(|answer, _| {
            let Some((start, end)) = answer.body.split_once(r#""displayName":"#) else { return };
            let Some((name, domain)) = end.split_once(r#","companyDomain":"#) else { return };
            let Some((domain, end)) = domain.split_once('}') else { return };
            answer.body = format!(r#"{start}"companyDomain":{domain},"displayName":{name}}}{end}"#);
        })],
    },
    Fault {
        name: "company-id-is-0",
        sentence: "The companyId of every company is 0.",
        fails: &[
            "isolation.company-follows-key",
            "answer.bounds-integers",
            "answer.names-one-user-per-email",
            "isolation.holds-by-every-way",
        ],
        hooks: &[Hook::Answer(|answer, _| answer.set("companyId", "0"))],
    },
    Fault {
        name: "permissions-are-numbers",
        sentence: "The permissions of a user are numbers.",
        fails: &[
            "sign-on.gives-new-user-defaults",
            "answer.permissions-are-strings",
            "answer.gives-every-new-user-defaults",
        ],
        hooks: &[Hook::Answer(|answer, _| answer.set("permissions", "[1]"))],
    },
    Fault {
        name: "body-ends-in-line-feed",
        sentence: "A line feed comes after every JSON.",
        fails: &["answer.is-compact"],
        hooks: &[Hook::Answer(|answer, _| answer.body.push('\n'))],
    },
    Fault {
        name: "company-is-named-token",
        sentence: "The company's name holds the word token, as it is.",
        fails: &["legacy.takes-cut-token", "answer.names-token-first"],
        hooks: &[Hook::Answer(|answer, _| answer.set("companyName", "\"token Ltd\""))],
    },
    Fault {
        name: "error-comes-last",
        sentence: "The last member of a refusal is error.",
        fails: &["legacy.error-begins-text", "error.has-error-shape"],
        hooks: &[Hook::Answer(|answer, _| {
            let (Some(error), true) =
                (answer.value("error").map(str::to_owned), answer.status >= 400)
            else {
                return;
            };
            let status = answer.status;
            answer.body = format!(r#"{{"status_code":{status},"stat":"fail","error":{error}}}"#);
        })],
    },
    Fault {
        name: "error-code-is-text",
        sentence: "The code of a missing field is a string.",
        fails: &[
            "way.post-takes-no-field-from-query",
            "way.empty-body-holds-no-fields",
            "coding.ignores-it-without-body",
            "*.refuses-missing",
            "parameter.ignores-look-alikes",
            "parameter.refuses-empty",
            "launch.takes-no-field-from-query",
            "exchange.takes-no-field-from-query",
            "direct.asks-for-company",
            "direct.takes-no-field-from-query",
            "error.has-error-shape",
            "*.takes-no-field-from-the-body-of-a-get",
            "*.takes-no-nested-field",
            "key.is-read-from-its-field-alone",
            "header.others-are-ignored",
        ],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.is(ErrorCode::MissingParameter) {
                answer.set("code", "\"4001\"");
            }
        })],
    },
    Fault {
        name: "origin-has-code-of-its-own",
        sentence: "A refusal for a page of a different origin has a code that no list names.",
        fails: &["error.is-documented", "header.others-are-ignored"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.incoming.header("origin").is_some() && answer.status >= 400 {
                answer.set("code", "4006");
            }
        })],
    },
    Fault {
        name: "key-is-echoed",
        sentence: "The refusal of a key quotes it.",
        fails: &[
            "key.refusals-hide-the-reason",
            "error.repeats-nothing",
            "secret.is-never-repeated",
            "key.refuses-near-misses",
            "key.refuses-other-credentials",
            "launch.refuses-key-near-misses",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            if let (Some(key), true) = (visit.field("ssokey"), answer.is(ErrorCode::InvalidSsokey))
            {
                answer.say(&format!("{key} is not a key"));
            }
        })],
    },
    Fault {
        name: "email-is-echoed-escaped",
        sentence: "The refusal of an e-mail quotes it in capitals and escapes.",
        fails: &["error.repeats-nothing"],
        hooks: &[Hook::Answer(|answer, visit| {
            let email = visit.field("email").filter(|_| visit.email().is_none());
            if let (Some(email), true) = (email, answer.is(ErrorCode::InvalidParameter)) {
                answer.say(&format!("no e-mail: {}", email.to_uppercase().replace('-', "%2d")));
            }
        })],
    },
    echoed!("time-is-echoed", "The refusal of a time quotes it.", InvalidParameter, |incoming| {
        incoming.field("issued_at")
    }),
    echoed!(
        "company-is-echoed",
        "The refusal of a company quotes it.",
        InvalidParameter,
        |incoming| { incoming.field("company") }
    ),
    echoed!(
        "wrong-kind-is-echoed",
        "The refusal of a member that is not a string quotes it.",
        InvalidParameter,
        |incoming| {
            let mut values = incoming.fields()?.into_iter().map(|(_, value)| value);
            values.find(|it| it.is_array() || it.is_object()).map(|it| it.to_string())
        }
    ),
    echoed!(
        "unknown-name-is-echoed",
        "The refusal of a missing field lists the names of those that came.",
        MissingParameter,
        |incoming| {
            let names: Vec<_> = incoming.fields()?.into_iter().map(|(name, _)| name).collect();
            Some(names.join(", "))
        }
    ),
    echoed!(
        "coding-is-echoed",
        "The refusal of a content coding quotes it.",
        UnsupportedMediaType,
        |incoming| incoming.header("content-encoding").map(str::to_owned)
    ),
    echoed!("path-is-echoed", "The refusal of a path quotes it.", NotFound, |incoming| {
        Some(incoming.path.clone())
    }),
    Fault {
        name: "callback-is-refused",
        sentence: "A field `callback` is refused, since answers are not for JSONP.",
        fails: &["parameter.ignores-unknown", "launch.appends-code"],
        hooks: &[Hook::Refusal(|visit| {
            visit.field("callback").map(|_| ErrorCode::InvalidParameter)
        })],
    },
    Fault {
        name: "token-is-in-capitals",
        sentence: "A token is given, and taken, in capitals.",
        fails: &[
            "session.refuses-alike",
            "sign-out.refuses-missing-or-malformed",
            "token.is-uuid-v4",
            "session.refuses-token-near-misses",
            "sign-out.refuses-token-near-misses",
        ],
        hooks: &[
            Hook::Request(|request, _| request.change_token(str::to_ascii_lowercase)),
            Hook::Answer(|answer, _| {
                if let Some(token) = answer.value("token").map(str::to_ascii_uppercase) {
                    answer.set("token", &token);
                }
            }),
        ],
    },
    Fault {
        name: "token-is-version-1",
        sentence: "A token is a UUID of version 1.",
        fails: &[
            "token.is-uuid-v4",
            "sign-out.refuses-token-near-misses",
            "sign-out.refuses-missing-or-malformed",
        ],
        hooks: &[
            Hook::Request(|request, _| {
                request.change_token(|token| with_version(token, 14, "1", "4"))
            }),
            Hook::Answer(|answer, _| {
                // The JSON text of a string begins with a quotation mark.
                if let Some(token) = answer.value("token") {
                    let token = with_version(token, 15, "4", "1");
                    answer.set("token", &token);
                }
            }),
        ],
    },
    Fault {
        name: "token-is-kept",
        sentence: "A user gets the same token every time.",
        fails: &[
            "session.refuses-alike",
            "session.ends-on-replacement",
            "sign-out.ends-token",
            "token.is-new",
            "session.ends-on-every-replacement",
            "*.replaces-by-every-way",
            "session.keeps-token-through-other-calls",
            "session.remembers-no-answer",
        ],
        hooks: &[Hook::Request(|request, visit| {
            if let Some(email) = visit.email() {
                let seed = format!("{} {:?}", email.as_str(), visit.company());
                let digest = Digest::of(seed.as_bytes());
                for (byte, of_user) in request.entropy.iter_mut().zip(digest.as_bytes()).take(16) {
                    *byte = *of_user;
                }
            }
        })],
    },
];

/// The token with a different version digit at this place, if it has the first one there.
fn with_version(token: &str, at: usize, from: &str, to: &str) -> String {
    match (token.get(..at), token.get(at..=at), token.get(at + 1..)) {
        (Some(start), Some(version), Some(end)) if version == from => format!("{start}{to}{end}"),
        _ => token.to_owned(),
    }
}
