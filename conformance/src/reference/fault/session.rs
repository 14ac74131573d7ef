//! Faults of session and sign-out.

use ssokey_core::{Call, ErrorCode, Holder, ProductName, Products, Reply, Token};

use crate::format::operation::Operation;
use crate::reference::fault::Fault;
use crate::reference::hook::{Hook, Visit};
use crate::reference::incoming::Incoming;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "sign-out-takes-any-uuid",
        sentence: "A sign-out takes a UUID of any version and variant for a token.",
        fails: &["sign-out.refuses-missing-or-malformed"],
        hooks: &[Hook::Answer(|answer, visit| {
            let token = visit.incoming.token().filter(|_| visit.is_for(Operation::SignOut));
            let is_uuid = token.is_some_and(|token| {
                token.len() == 36
                    && token.char_indices().all(|(at, it)| match at {
                        8 | 13 | 18 | 23 => it == '-',
                        _ => matches!(it, '0'..='9' | 'a'..='f'),
                    })
            });
            if is_uuid && answer.is(ErrorCode::InvalidToken) {
                answer.status = 200;
                answer.body = r#"{"status_code":200,"return":{},"stat":"ok"}"#.to_owned();
            }
        })],
    },
    Fault {
        name: "sign-out-minds-no-kind",
        sentence: "A token that is not a string is no token to a sign-out.",
        fails: &["sign-out.refuses-value-that-is-no-string"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::SignOut) {
                request.change_fields(|fields| {
                    fields.retain(|(name, value)| !name.ends_with("token") || value.is_string());
                });
            }
        })],
    },
    Fault {
        name: "long-token-is-invalid",
        sentence: "A token of more than 1,000 characters is an invalid parameter.",
        fails: &["session.refuses-alike"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.is_for(Operation::Session)
                && visit.incoming.token().is_some_and(|it| it.len() > 1000)
            {
                answer.refuse(ErrorCode::InvalidParameter);
            }
        })],
    },
    Fault {
        name: "session-reads-no-token-field",
        sentence: "A session takes no token from the field token.",
        fails: &[
            "session.answers-holder",
            "session.refuses-token-near-misses",
            "session.minds-product-at-every-place",
            "session.remembers-no-answer",
        ],
        hooks: &[Hook::Refusal(|visit| {
            visit.field("token").filter(|_| visit.is_for(Operation::Session))?;
            Some(ErrorCode::InvalidToken)
        })],
    },
    Fault {
        name: "bearer-minds-case",
        sentence: "The scheme Bearer is known in this spelling alone.",
        fails: &["session.reads-bearer-in-any-case"],
        hooks: &[Hook::Request(|request, _| {
            let sent = request.header("authorization").unwrap_or_default();
            if !sent.starts_with("Bearer ") && !request.repeats_authorization() {
                request.set_header("authorization", None);
            }
        })],
    },
    Fault {
        name: "token-is-one-per-user",
        sentence: "A sign-on ends the user's tokens, with the same password too.",
        fails: &[
            "direct.replaces-nothing",
            "session.keeps-token-on-same-password",
            "session.minds-product-of-every-token",
            "*.knows-by-every-way",
            "session.keeps-token-through-other-calls",
            "session.keeps-tokens-of-raced-sign-ons",
        ],
        hooks: &[Hook::Call(|call, visit| {
            let Call::SaveToken { token, .. } = call else { return None };
            let theirs = (token.company_id, token.user_id);
            visit.store.tokens.retain(|_, known| (known.company_id, known.user_id) != theirs);
            None
        })],
    },
    Fault {
        name: "first-token-wins",
        sentence: "Of several tokens in a request the first one counts.",
        fails: &[
            "session.refuses-two-tokens",
            "session.refuses-duplicate",
            "sign-out.refuses-two-tokens",
            "sign-out.refuses-duplicate",
        ],
        hooks: &[Hook::Request(|request, _| {
            if takes_token(request) {
                let mut taken = request.bearer().is_some();
                request.change_fields(|fields| {
                    fields.retain(|(name, _)| {
                        !is_token(name) || !std::mem::replace(&mut taken, true)
                    });
                });
            }
        })],
    },
    Fault {
        name: "token-ignores-case",
        sentence: "A token is taken in capitals.",
        fails: &[
            "session.refuses-alike",
            "sign-out.refuses-missing-or-malformed",
            "session.refuses-token-near-misses",
            "sign-out.refuses-token-near-misses",
        ],
        hooks: &[Hook::Request(|request, _| request.change_token(str::to_ascii_lowercase))],
    },
    Fault {
        name: "outdated-token-is-told",
        sentence: "The refusal of a token tells when it was valid once.",
        fails: &["session.refuses-alike", "exchange.refuses-other-credentials"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.knows_token() && answer.is(ErrorCode::InvalidToken) {
                answer.say("the token is outdated");
            }
        })],
    },
    Fault {
        name: "token-outlives-password",
        sentence: "A token stays valid when the password is replaced.",
        fails: &[
            "session.refuses-alike",
            "session.ends-on-replacement",
            "session.ends-on-every-replacement",
            "*.replaces-by-every-way",
            "session.remembers-no-answer",
        ],
        hooks: &[Hook::Call(|call, visit| {
            let (mut token, holder) = found(call, visit)?;
            token.credential_version = holder.user.credential_version;
            Some(Reply::Token { token, holder })
        })],
    },
    Fault {
        name: "session-minds-no-product",
        sentence: "A session answers whatever product it names.",
        fails: &[
            "session.minds-product",
            "session.takes-token-without-product",
            "session.minds-product-of-every-token",
            "session.minds-product-at-every-place",
        ],
        hooks: &[Hook::Request(|request, _| {
            let products = Products::default();
            let named = request.field("product").is_some_and(|it| products.find(&it).is_some());
            if named && request.is_for(Operation::Session) {
                request.change_fields(|fields| fields.retain(|(name, _)| name != "product"));
            }
        })],
    },
    Fault {
        name: "session-takes-no-product",
        sentence: "A session that names a product is refused.",
        fails: &[
            "direct.ignores-unlisted-product",
            "session.minds-product",
            "session.takes-token-without-product",
            "session.minds-product-of-every-token",
            "session.minds-product-at-every-place",
        ],
        hooks: &[Hook::Refusal(|visit| {
            visit.field("product").filter(|_| visit.is_for(Operation::Session))?;
            Some(ErrorCode::InvalidToken)
        })],
    },
    Fault {
        name: "token-is-for-every-product",
        sentence: "A token is valid for products that it was not given for.",
        fails: &[
            "session.minds-product",
            "session.minds-product-of-every-token",
            "session.minds-product-at-every-place",
        ],
        hooks: &[Hook::Call(|call, visit| {
            let (mut token, holder) = found(call, visit)?;
            token.product = token.product.filter(|_| visit.field("product").is_none());
            Some(Reply::Token { token, holder })
        })],
    },
    Fault {
        name: "token-without-product-is-for-none",
        sentence: "A token that was given without a product is valid for no product.",
        fails: &["direct.ignores-unlisted-product", "session.takes-token-without-product"],
        hooks: &[Hook::Call(|call, visit| {
            let (token, _) = found(call, visit)?;
            let refused = token.product.is_none() && visit.field("product").is_some();
            refused.then_some(Reply::None)
        })],
    },
    Fault {
        name: "token-without-product-is-for-all",
        sentence: "A token that was given without a product is valid for products that its company does not have.",
        fails: &["session.takes-token-without-product"],
        hooks: &[Hook::Call(|call, visit| {
            let (token, mut holder) = found(call, visit)?;
            holder.company.products.extend(ProductName::parse(&visit.field("product")?));
            Some(Reply::Token { token, holder })
        })],
    },
    Fault {
        name: "product-of-session-may-be-empty",
        sentence: "An empty product of a session is as good as none.",
        fails: &["session.refuses-missing"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Session)
                && request.field("product").is_some_and(|it| it.is_empty())
            {
                request.change_fields(|fields| fields.retain(|(name, _)| name != "product"));
            }
        })],
    },
    Fault {
        name: "sign-out-minds-unknown-token",
        sentence: "A sign-out with an unknown token is refused.",
        fails: &["sign-out.answers-ok", "sign-out.can-be-repeated"],
        hooks: &[Hook::Refusal(|visit| {
            let unknown = visit.is_for(Operation::SignOut) && !visit.knows_token();
            unknown.then_some(ErrorCode::InvalidToken)
        })],
    },
    Fault {
        name: "sign-out-ends-nothing",
        sentence: "A sign-out leaves the token valid.",
        fails: &[
            "session.refuses-alike",
            "sign-out.ends-token",
            "sign-out.ends-token-by-every-way",
            "session.remembers-no-answer",
            "sign-out.needs-no-body",
        ],
        hooks: &[Hook::Call(|call, _| {
            matches!(call, Call::RevokeToken { .. }).then_some(Reply::Done)
        })],
    },
    Fault {
        name: "sign-out-ends-all",
        sentence: "A sign-out ends every token of the user.",
        fails: &["sign-out.ends-token", "session.keeps-token-through-other-calls"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::RevokeToken { digest } = call else { return None };
            let ended = visit.store.token(digest)?;
            let theirs = (ended.company_id, ended.user_id);
            visit.store.tokens.retain(|_, known| (known.company_id, known.user_id) != theirs);
            Some(Reply::Done)
        })],
    },
    Fault {
        name: "sign-out-needs-no-token",
        sentence: "A sign-out without a token, or with a malformed one, succeeds.",
        fails: &[
            "sign-out.refuses-missing-or-malformed",
            "sign-out.refuses-two-tokens",
            "sign-out.refuses-duplicate",
            "sign-out.takes-no-field-from-query",
            "sign-out.refuses-token-near-misses",
            "sign-out.reads-bearer-alone",
            "header.others-are-ignored",
            "sign-out.refuses-value-that-is-no-string",
        ],
        hooks: &[Hook::Request(|request, _| {
            let token = request.token().unwrap_or_default();
            let fits = token.len() == 36 && token.matches('-').count() == 4;
            if request.is_for(Operation::SignOut) && !fits && !request.repeats_authorization() {
                let any = "Bearer 0f8c3a52-61d7-4b9e-8a14-c5d2e7f60b93";
                request.change_fields(|fields| fields.retain(|(name, _)| !is_token(name)));
                request.set_header("authorization", Some(any));
            }
        })],
    },
];

/// The token that a call finds, with its holder.
pub(super) fn found(call: &Call, visit: &Visit<'_>) -> Option<(Token, Holder)> {
    let Call::FindToken { digest } = call else { return None };
    match visit.store.find_token(digest)? {
        Reply::Token { token, holder } => Some((token, holder)),
        _ => None,
    }
}

fn is_token(name: &str) -> bool {
    ["token", "_token"].contains(&name)
}

fn takes_token(request: &Incoming) -> bool {
    request.is_for(Operation::Session) || request.is_for(Operation::SignOut)
}

impl Incoming {
    /// Changes the token of a session or sign-out, wherever it stands.
    pub(super) fn change_token(&mut self, change: impl Fn(&str) -> String) {
        if !takes_token(self) || self.repeats_authorization() {
            return;
        }
        self.change_texts(&["token", "_token"], &change);
        let bearer = self.bearer().map(|token| format!("Bearer {}", change(token)));
        if bearer.is_some() {
            self.set_header("authorization", bearer.as_deref());
        }
    }
}
