//! Faults of answers that are remembered, of tokens that other calls end, and of headers that are minded.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ssokey_core::{Call, Hashing, Products, Reply};

use crate::format::operation::Operation;
use crate::reference::credentials::PRODUCT_SECRET;
use crate::reference::fault::Fault;
use crate::reference::fault::session::found;
use crate::reference::hook::{Hook, Visit};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "session-is-remembered",
        sentence: "A token that was asked for once stays valid when the password is replaced.",
        fails: &["session.remembers-no-answer"],
        hooks: &[Hook::Call(|call, visit| {
            let (mut token, holder) = found(call, visit)?;
            if visit.store.marked.contains(&token.digest) {
                token.credential_version = holder.user.credential_version;
            } else if token.credential_version == holder.user.credential_version {
                visit.store.marked.insert(token.digest);
            }
            Some(Reply::Token { token, holder })
        })],
    },
    Fault {
        name: "token-in-query-outlives-password",
        sentence: "A token in the query stays valid when the password is replaced.",
        fails: &["session.remembers-no-answer"],
        hooks: &[Hook::Call(|call, visit| {
            let (mut token, holder) = found(call, visit)?;
            visit.incoming.bearer().is_none().then(|| {
                token.credential_version = holder.user.credential_version;
                Reply::Token { token, holder }
            })
        })],
    },
    Fault {
        name: "token-in-query-is-for-every-product",
        sentence: "A token in the query is valid for products that it was not given for.",
        fails: &["session.minds-product-at-every-place"],
        hooks: &[Hook::Call(|call, visit| {
            let (mut token, holder) = found(call, visit)?;
            token.product = None;
            visit.incoming.bearer().is_none().then_some(Reply::Token { token, holder })
        })],
    },
    Fault {
        name: "direct-ends-tokens",
        sentence: "A direct sign-in ends the user's other tokens.",
        fails: &[
            "direct.replaces-nothing",
            "session.keeps-token-through-other-calls",
            "session.minds-product-of-every-token",
            "*.knows-by-every-way",
        ],
        hooks: &[Hook::Call(|call, visit| {
            if visit.is_for(Operation::Direct) {
                end_tokens(call, visit);
            }
            None
        })],
    },
    Fault {
        name: "swap-minds-no-version",
        sentence: "A sign-on replaces a password whoever has replaced it meanwhile.",
        fails: &["session.keeps-tokens-of-raced-sign-ons"],
        hooks: &[
            Hook::Slow(Operation::SignOn),
            Hook::Call(|call, visit| {
                let Call::ReplacePassword { swap, issued_at, password_key_id } = call else {
                    return None;
                };
                let mut swap = swap.clone();
                swap.expected_version =
                    visit.store.by_id(swap.company_id, swap.user_id)?.credential_version;
                let (issued_at, password_key_id) = (*issued_at, *password_key_id);
                Some(visit.store.answer(&Call::ReplacePassword {
                    swap,
                    issued_at,
                    password_key_id,
                }))
            }),
        ],
    },
    Fault {
        name: "refused-password-stays-refused",
        sentence: "A password that a direct sign-in has refused is refused from then on.",
        fails: &["direct.remembers-no-answer"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::Hashing(Hashing::VerifyPassword { password, password_hash, .. }) = call
            else {
                return None;
            };
            let id = visit.user().filter(|_| visit.is_for(Operation::Direct))?.id;
            let sent = visit.field("password")?;
            let history = visit.store.history.entry(id).or_default();
            if history.contains(&sent) {
                return Some(Reply::NoMatch);
            }
            let matches = visit.matches(password, password_hash);
            if !matches {
                visit.store.history.entry(id).or_default().push(sent);
            }
            Some(if matches { Reply::Match } else { Reply::NoMatch })
        })],
    },
    Fault {
        name: "exchange-by-json-minds-no-version",
        sentence: "An exchange by JSON takes a code of a password that was replaced.",
        fails: &["exchange.refuses-outdated-code"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::TakeCode { .. } = call else { return None };
            if visit.incoming.media_type() != "application/json" {
                return None;
            }
            let Reply::Code { mut code, holder } = visit.store.answer(call) else {
                return Some(Reply::None);
            };
            code.credential_version = holder.user.credential_version;
            Some(Reply::Code { code, holder })
        })],
    },
    Fault {
        name: "launch-minds-no-issued-at",
        sentence: "A launch forgets the time at which its password was set.",
        fails: &["issued-at.counts-by-every-way"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Launch) {
                request.change_fields(|fields| {
                    fields.retain(|(name, value)| {
                        name != "issued_at" || value.as_str().is_none_or(|it| !it.starts_with("16"))
                    });
                });
            }
        })],
    },
    Fault {
        name: "code-by-get-is-for-livechat",
        sentence: "A code of a launch by GET is for livechat, whatever product it names.",
        fails: &["exchange.takes-code-of-every-launch"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::SaveCode { code, event } = call else { return None };
            let (mut code, event) = (code.clone(), event.clone());
            code.product = Products::default().find("livechat")?.clone();
            let by_get = visit.incoming.method == "GET";
            by_get.then(|| visit.store.answer(&Call::SaveCode { code, event }))
        })],
    },
    Fault {
        name: "secret-has-a-character-that-does-not-count",
        sentence: "The eleventh character of a product's secret may be any.",
        fails: &["exchange.refuses-secret-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            let right = request.is_for(Operation::Exchange) && !request.repeats_authorization();
            let masked = |text: &str| Some(format!("{} {}", text.get(..10)?, text.get(11..)?));
            let close = request.bearer().and_then(masked) == masked(PRODUCT_SECRET);
            if right && close {
                request.set_header("authorization", Some(&format!("Bearer {PRODUCT_SECRET}")));
            }
        })],
    },
    Fault {
        name: "token-is-the-first-word",
        sentence: "Of what follows the scheme Bearer the first word counts.",
        fails: &["session.refuses-token-near-misses", "sign-out.refuses-token-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            let takes = request.is_for(Operation::Session) || request.is_for(Operation::SignOut);
            let first = request.bearer().and_then(|it| it.split_once(' ')).map(|(first, _)| first);
            let first = first.map(|first| format!("Bearer {first}"));
            if takes && first.is_some() && !request.repeats_authorization() {
                request.set_header("authorization", first.as_deref());
            }
        })],
    },
    Fault {
        name: "token-is-of-its-code",
        sentence: "The last digits of the token of an exchange are those of its code in hexadecimal.",
        fails: &["exchange.token-is-not-of-code"],
        hooks: &[Hook::Request(|request, _| {
            let code = request.field("code").filter(|_| request.is_for(Operation::Exchange));
            let bytes = code.and_then(|code| URL_SAFE_NO_PAD.decode(code).ok());
            for (byte, of_code) in
                request.entropy.iter_mut().zip(bytes.unwrap_or_default()).take(16)
            {
                *byte = of_code;
            }
        })],
    },
    Fault {
        name: "html-is-for-browsers",
        sentence: "Who accepts HTML gets the answer as text/html.",
        fails: &["header.others-are-ignored", "header.content-type-is-json"],
        hooks: &[Hook::Answer(|answer, visit| {
            let accepts = visit.incoming.header("accept").unwrap_or_default();
            if accepts.contains("text/html")
                && let Some(content_type) = answer.header("content-type")
            {
                "text/html".clone_into(content_type);
            }
        })],
    },
    Fault {
        name: "cache-is-fresh",
        sentence: "A request with If-None-Match is answered with 304.",
        fails: &["header.others-are-ignored", "answer.status-equals-status-code"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.incoming.header("if-none-match").is_some() {
                answer.status = 304;
            }
        })],
    },
];

/// Ends the other tokens of the user to whom this call gives one.
fn end_tokens(call: &Call, visit: &mut Visit<'_>) {
    if let Call::SaveToken { token, .. } = call {
        let theirs = (token.company_id, token.user_id);
        visit.store.tokens.retain(|_, known| (known.company_id, known.user_id) != theirs);
    }
}
