//! Faults of single reasons for a refusal, one of several that a requirement lists.

use std::time::Duration;

use ssokey_core::{Call, ErrorCode};

use crate::format::operation::Operation;
use crate::reference::credentials::PRODUCT_SECRET;
use crate::reference::fault::Fault;
use crate::reference::hook::{Hook, Visit};
use crate::reference::outgoing::Outgoing;

/// A fault by which a sign-on without this field is answered otherwise.
macro_rules! missing {
    ($name:literal, $field:literal, $code:ident $(, $also:literal)*) => {
        Fault {
            name: $name,
            sentence: concat!(
                "A sign-on without the field ",
                $field,
                " is not told that it is missing."
            ),
            fails: &[
                "coding.ignores-it-without-body",
                "header.others-are-ignored",
                "parameter.refuses-missing",
                "sign-on.takes-no-field-from-the-body-of-a-get",
                "sign-on.takes-no-nested-field",
                $($also,)*
                "way.empty-body-holds-no-fields",
                "way.post-takes-no-field-from-query",
            ],
            hooks: &[Hook::Answer(|answer, visit| {
                let absent = visit.is_for(Operation::SignOn) && lacks(visit, $field);
                if absent && answer.is(ErrorCode::MissingParameter) {
                    answer.refuse(ErrorCode::$code);
                }
            })],
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    missing!(
        "missing-email-is-invalid",
        "email",
        InvalidParameter,
        "parameter.ignores-look-alikes"
    ),
    missing!("missing-password-is-invalid", "password", InvalidParameter),
    missing!("missing-key-is-unknown", "ssokey", InvalidSsokey, "key.is-read-from-its-field-alone"),
    missing!("missing-product-is-denied", "product", AccessDenied),
    Fault {
        name: "key-refusal-differs-in-a-header",
        sentence: "The refusal of a key that is too short may be kept by the browser.",
        fails: &[
            "key.refusals-hide-the-reason",
            "key.refuses-near-misses",
            "key.refuses-other-credentials",
            "launch.refuses-key-near-misses",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            let short = visit.field("ssokey").is_some_and(|key| key.len() < 22);
            if let Some(header) = answer.header("cache-control").filter(|_| short) {
                header.push_str(", private");
            }
        })],
    },
    Fault {
        name: "unknown-code-is-not-found",
        sentence: "A code that nobody was given is not found.",
        fails: &[
            "exchange.refuses-alike",
            "exchange.refuses-code-near-misses",
            "exchange.refuses-other-products",
            "exchange.refuses-outdated-code",
            "exchange.spends-code",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            let fits = visit.field("code").is_some_and(|code| code.len() == 43);
            let right = visit.incoming.bearer() == Some(PRODUCT_SECRET);
            if fits && right {
                instead(answer, ErrorCode::InvalidToken, ErrorCode::NotFound);
            }
        })],
    },
    Fault {
        name: "malformed-code-is-invalid",
        sentence: "A code that does not have 43 characters is an invalid parameter.",
        fails: &[
            "exchange.refuses-alike",
            "exchange.refuses-code-near-misses",
            "exchange.refuses-other-credentials",
            "session.ignores-fields-of-others",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.field("code").is_some_and(|code| code.len() != 43) {
                instead(answer, ErrorCode::InvalidToken, ErrorCode::InvalidParameter);
            }
        })],
    },
    Fault {
        name: "exchange-needs-no-secret",
        sentence: "An exchange without a secret is taken for one by the product.",
        fails: &["exchange.refuses-alike", "exchange.reads-bearer-alone"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Exchange) && request.header("authorization").is_none() {
                let secret = format!("Bearer {PRODUCT_SECRET}");
                request.set_header("authorization", Some(&secret));
            }
        })],
    },
    Fault {
        name: "code-is-taken-late",
        sentence: "A code is spent when its token is stored, some time after it was looked up.",
        fails: &["exchange.spends-code"],
        hooks: &[
            Hook::Call(|call, visit| {
                let Call::TakeCode { digest } = call else { return None };
                visit.store.find_code(digest)
            }),
            Hook::Pause(|call, incoming| {
                let stores = matches!(call, Call::SaveToken { .. });
                let pause = Duration::from_millis(20);
                if stores && incoming.is_for(Operation::Exchange) { pause } else { Duration::ZERO }
            }),
            Hook::Call(|call, visit| {
                let Call::SaveToken { .. } = call else { return None };
                let code = visit.field("code").filter(|_| visit.is_for(Operation::Exchange))?;
                visit.store.spend(&code);
                None
            }),
        ],
    },
    Fault {
        name: "unknown-company-is-told",
        sentence: "The refusal of a direct sign-in tells that there is no such company.",
        fails: &["direct.refuses-alike"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.company().is_none() && answer.is(ErrorCode::InvalidCredentials) {
                answer.say("there is no such company");
            }
        })],
    },
    Fault {
        name: "wrong-password-is-told",
        sentence: "The refusal of a direct sign-in tells that the password is wrong.",
        fails: &["direct.refuses-alike"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.user().is_some() && answer.is(ErrorCode::InvalidCredentials) {
                answer.say("the password is wrong");
            }
        })],
    },
    Fault {
        name: "missing-token-is-told",
        sentence: "A session without a token is told that it is missing.",
        fails: &[
            "session.refuses-alike",
            "session.reads-bearer-alone",
            "header.others-are-ignored",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.is_for(Operation::Session) && visit.incoming.token().is_none() {
                instead(answer, ErrorCode::InvalidToken, ErrorCode::MissingParameter);
            }
        })],
    },
    Fault {
        name: "malformed-token-is-invalid",
        sentence: "A token that does not have 36 characters is an invalid parameter.",
        fails: &[
            "session.refuses-alike",
            "session.refuses-other-credentials",
            "session.refuses-token-near-misses",
            "session.reads-bearer-alone",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            let odd = visit.incoming.token().is_some_and(|token| token.len() != 36);
            if odd && visit.is_for(Operation::Session) {
                instead(answer, ErrorCode::InvalidToken, ErrorCode::InvalidParameter);
            }
        })],
    },
    Fault {
        name: "unknown-token-is-not-found",
        sentence: "A token that nobody was given is not found.",
        fails: &[
            "session.refuses-alike",
            "session.refuses-token-near-misses",
            "sign-out.ends-token",
            "sign-out.ends-token-by-every-way",
            "session.remembers-no-answer",
            "sign-out.needs-no-body",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            let fits = visit.incoming.token().is_some_and(|token| token.len() == 36);
            if fits && visit.is_for(Operation::Session) && !visit.knows_token() {
                instead(answer, ErrorCode::InvalidToken, ErrorCode::NotFound);
            }
        })],
    },
    Fault {
        name: "session-reads-no-second-token-field",
        sentence: "A session takes no token from the field _token.",
        fails: &[
            "session.answers-holder",
            "legacy.takes-cut-token",
            "session.refuses-token-near-misses",
            "session.minds-product-at-every-place",
            "session.remembers-no-answer",
        ],
        hooks: &[Hook::Refusal(|visit| {
            visit.field("_token").filter(|_| visit.is_for(Operation::Session))?;
            Some(ErrorCode::InvalidToken)
        })],
    },
    Fault {
        name: "session-gives-a-different-token",
        sentence: "A session answers with a token of its own.",
        fails: &[
            "session.answers-holder",
            "session.ends-on-replacement",
            "session.keeps-token-on-same-password",
            "session.minds-product",
            "session.minds-product-of-every-token",
            "session.reads-bearer-in-any-case",
            "session.refuses-token-near-misses",
            "session.takes-token-without-product",
            "sign-out.ends-token",
            "sign-out.ends-token-by-every-way",
            "sign-out.refuses-token-near-misses",
            "session.keeps-token-through-other-calls",
            "session.keeps-tokens-of-raced-sign-ons",
            "session.minds-product-at-every-place",
            "session.remembers-no-answer",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.is_for(Operation::Session) {
                answer.set("token", "\"0f8c3a52-61d7-4b9e-8a14-c5d2e7f60b93\"");
            }
        })],
    },
    Fault {
        name: "empty-token-is-none",
        sentence: "An empty token beside a second one is ignored.",
        fails: &["session.refuses-two-tokens", "sign-out.refuses-two-tokens"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Session) || request.is_for(Operation::SignOut) {
                let bearer = request.bearer().is_some();
                request.change_fields(|fields| {
                    let tokens = fields.iter().filter(|(name, _)| is_token(name)).count();
                    if bearer || tokens > 1 {
                        fields.retain(|(name, value)| !is_token(name) || value != "");
                    }
                });
            }
        })],
    },
    Fault {
        name: "sign-out-reads-no-form",
        sentence: "A sign-out takes no token from a form.",
        fails: &[
            "sign-out.answers-ok",
            "sign-out.ends-token-by-every-way",
            "sign-out.refuses-two-tokens",
        ],
        hooks: &[Hook::Refusal(|visit| {
            let form =
                visit.is_for(Operation::SignOut) && !visit.incoming.media_type().ends_with("json");
            let field = visit.field("token").or_else(|| visit.field("_token"));
            field.filter(|_| form).map(|_| ErrorCode::InvalidToken)
        })],
    },
    Fault {
        name: "launch-takes-no-get",
        sentence: "A launch by GET is refused.",
        fails: &[
            "launch.answers-303",
            "launch.appends-code",
            "launch.goes-to-product",
            "launch.refuses-key-near-misses",
            "launch.creates-by-every-way",
            "launch.keeps-email-by-every-way",
            "launch.keeps-password-by-every-way",
            "launch.knows-by-every-way",
            "launch.makes-one-user-by-every-way",
            "launch.replaces-by-every-way",
            "launch.tells-emails-apart",
            "password.tells-pairs-apart",
            "issued-at.counts-by-every-way",
            "launch.gives-no-usable-token",
        ],
        hooks: &[Hook::Refusal(|visit| {
            let by_get = visit.is_for(Operation::Launch) && visit.incoming.method == "GET";
            by_get.then_some(ErrorCode::InvalidParameter)
        })],
    },
    Fault {
        name: "direct-by-get-is-refused",
        sentence: "A direct sign-in by GET is refused.",
        fails: &[
            "direct.accepts-password",
            "direct.ignores-unlisted-product",
            "direct.refuses-alike",
            "isolation.refuses-crossed-direct",
            "legacy.accepts-unescaped",
            "legacy.get-ignores-content-type",
            "legacy.ignores-source-and-platform",
            "legacy.takes-cut-token",
            "launch.keeps-email-by-every-way",
            "launch.keeps-password-by-every-way",
            "sign-on.keeps-email-by-every-way",
            "sign-on.keeps-password-by-every-way",
            "direct.ignores-case",
            "direct.remembers-no-answer",
        ],
        hooks: &[Hook::Refusal(|visit| {
            let by_get = visit.is_for(Operation::Direct) && visit.incoming.method == "GET";
            by_get.then_some(ErrorCode::InvalidCredentials)
        })],
    },
    Fault {
        name: "user-of-subdomain-is-refused",
        sentence: "A user whose e-mail is of a domain below a different one is refused.",
        fails: &[
            "sign-on.tells-users-apart",
            "email.accepts-bounds",
            "email.keeps-dots-and-plus",
            "sign-on.takes-company-from-key",
            "sign-on.keeps-email-by-every-way",
            "sign-on.tells-emails-apart",
            "email.needs-no-dot",
        ],
        hooks: &[Hook::Refusal(|visit| {
            let email = visit.email()?;
            let labels = email.as_str().split('.').count();
            (visit.is_for(Operation::SignOn) && labels > 2).then_some(ErrorCode::AccessDenied)
        })],
    },
    Fault {
        name: "new-user-has-no-password",
        sentence: "A user is created without its password.",
        fails: &[
            "encoding.reads-equals-sign-in-value",
            "issued-at.refuses-without-effect",
            "direct.accepts-password",
            "direct.ignores-case",
            "direct.ignores-unlisted-product",
            "direct.refuses-near-misses",
            "direct.replaces-nothing",
            "direct.shows-that-refused-methods-do-nothing",
            "isolation.holds-by-every-way",
            "isolation.keeps-password",
            "isolation.refuses-crossed-direct",
            "launch.signs-on",
            "legacy.accepts-unescaped",
            "legacy.get-ignores-content-type",
            "legacy.ignores-source-and-platform",
            "legacy.takes-cut-token",
            "session.keeps-token-on-same-password",
            "launch.creates-by-every-way",
            "launch.keeps-email-by-every-way",
            "launch.keeps-password-by-every-way",
            "launch.knows-by-every-way",
            "launch.makes-one-user-by-every-way",
            "launch.tells-emails-apart",
            "sign-on.creates-by-every-way",
            "sign-on.keeps-email-by-every-way",
            "sign-on.keeps-password-by-every-way",
            "sign-on.knows-by-every-way",
            "way.ignores-charset",
            "direct.remembers-no-answer",
            "session.keeps-token-through-other-calls",
            "encoding.reads-json-escapes",
        ],
        hooks: &[Hook::Call(|call, visit| {
            let Call::CreateUser { user, .. } = call else { return None };
            let reply = visit.store.answer(call);
            let created = visit.store.users_mut().find(|it| it.email == user.email)?;
            created.password_hash = ssokey_core::PasswordHash::new("!".to_owned());
            Some(reply)
        })],
    },
];

fn lacks(visit: &Visit<'_>, name: &str) -> bool {
    visit.incoming.fields().is_some_and(|fields| !fields.iter().any(|(known, _)| known == name))
}

/// Refuses with the second code where it was the first.
fn instead(answer: &mut Outgoing, was: ErrorCode, is: ErrorCode) {
    if answer.is(was) {
        answer.refuse(is);
    }
}

fn is_token(name: &str) -> bool {
    ["token", "_token"].contains(&name)
}
