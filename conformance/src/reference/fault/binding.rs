//! Faults of codes and tokens that are not bound to what they were given for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ssokey_core::{Call, Code, CredentialVersion, Digest, Reply, Token, User};

use crate::format::operation::Operation;
use crate::reference::credentials::{KEY, PRODUCT_SECRET, SECOND_KEY, SECOND_PRODUCT_SECRET};
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::incoming::{Incoming, JSON};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "secret-opens-every-product",
        sentence: "The secret of one product exchanges the codes of a different one in its name.",
        fails: &["exchange.refuses-other-products"],
        hooks: &[Hook::Request(|request, _| {
            let secret = secret_of(&request.field("product").unwrap_or_default());
            let known = [PRODUCT_SECRET, SECOND_PRODUCT_SECRET];
            if request.bearer().is_some_and(|it| known.contains(&it)) {
                set_secret(request, secret);
            }
        })],
    },
    Fault {
        name: "exchange-reads-no-product",
        sentence: "An exchange takes its product from the secret, whatever product it names.",
        fails: &["exchange.refuses-other-products", "exchange.refuses-alike"],
        hooks: &[Hook::Request(|request, _| {
            let named = request.field("product").unwrap_or_default();
            let second = request.bearer() == Some(SECOND_PRODUCT_SECRET) && named == "livechat";
            let first = request.bearer() == Some(PRODUCT_SECRET) && named == "accounts";
            if request.is_for(Operation::Exchange) && (first || second) {
                let product = if first { "livechat" } else { "accounts" };
                request.change_texts(&["product"], |_| product.to_owned());
            }
        })],
    },
    Fault {
        name: "launch-goes-to-one-product",
        sentence: "A launch goes to the URL of livechat, whatever product it names.",
        fails: &["launch.goes-to-product"],
        hooks: &[Hook::Answer(|answer, visit| {
            let product = visit.field("product").unwrap_or_default();
            if let Some(location) = answer.header("location") {
                *location = location.replace(&format!("//{product}."), "//livechat.");
            }
        })],
    },
    Fault {
        name: "launch-by-get-goes-to-one-product",
        sentence: "A launch by GET goes to the URL of livechat, whatever product it names.",
        fails: &["launch.goes-to-product"],
        hooks: &[Hook::Answer(|answer, visit| {
            let product = visit.field("product").unwrap_or_default();
            let by_get = visit.incoming.method == "GET";
            if let Some(location) = answer.header("location").filter(|_| by_get) {
                *location = location.replace(&format!("//{product}."), "//livechat.");
            }
        })],
    },
    Fault {
        name: "exchange-gives-last-user",
        sentence: "An exchange answers with the user who was launched last.",
        fails: &[
            "exchange.gives-each-code-its-user",
            "isolation.keeps-code",
            "answer.says-the-same-of-a-company",
            "answer.says-the-same-of-a-user",
            "exchange.refuses-outdated-code",
        ],
        hooks: &[Hook::Call(|call, visit| {
            let Call::TakeCode { .. } = call else { return None };
            let last = visit.store.last_code()?.clone();
            let Reply::Code { mut code, .. } = visit.store.answer(call) else {
                return Some(Reply::None);
            };
            (code.user_id, code.company_id) = (last.user_id, last.company_id);
            (code.key_id, code.credential_version) = (last.key_id, last.credential_version);
            let holder = visit.store.holder(code.company_id, code.user_id, Some(code.key_id))?;
            Some(Reply::Code { code, holder })
        })],
    },
    Fault {
        name: "code-is-of-its-email",
        sentence: "A code finds its user by e-mail, in whichever company was the last to have it.",
        fails: &["isolation.keeps-code"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::TakeCode { .. } = call else { return None };
            let Reply::Code { mut code, holder } = visit.store.answer(call) else {
                return Some(Reply::None);
            };
            let email = &holder.user.email;
            let user = visit.store.users().filter(|user| user.email == *email).last()?.clone();
            if user.id != code.user_id {
                (code.user_id, code.company_id) = (user.id, user.company_id);
                code.credential_version = user.credential_version;
            }
            let holder = visit.store.holder(code.company_id, code.user_id, Some(code.key_id))?;
            Some(Reply::Code { code, holder })
        })],
    },
    Fault {
        name: "token-of-exchange-bears-no-product",
        sentence: "A token of an exchange is valid for every product.",
        fails: &["session.minds-product-of-every-token"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::SaveToken { token, event } = call else { return None };
            let (mut token, event) = (token.clone(), event.clone());
            token.product = None;
            let exchanges = visit.is_for(Operation::Exchange);
            exchanges.then(|| visit.store.answer(&Call::SaveToken { token, event }))
        })],
    },
    Fault {
        name: "credential-version-comes-back",
        sentence: "A password that is back makes the tokens and codes valid that were given for it before.",
        fails: &["session.ends-on-every-replacement", "exchange.refuses-outdated-code"],
        hooks: &[Hook::Call(|call, visit| {
            let comes_back = |version: CredentialVersion, user: &User| {
                let same = version.get() % 2 == user.credential_version.get() % 2;
                if same { user.credential_version } else { version }
            };
            let reply = match call {
                Call::FindToken { digest } => visit.store.find_token(digest)?,
                Call::TakeCode { .. } => visit.store.answer(call),
                _ => return None,
            };
            Some(match reply {
                Reply::Token { mut token, holder } => {
                    token.credential_version = comes_back(token.credential_version, &holder.user);
                    Reply::Token { token, holder }
                }
                Reply::Code { mut code, holder } => {
                    code.credential_version = comes_back(code.credential_version, &holder.user);
                    Reply::Code { code, holder }
                }
                other => other,
            })
        })],
    },
    Fault {
        name: "launch-by-json-ends-no-token",
        sentence: "A launch by JSON that replaces a password leaves the tokens valid.",
        fails: &["session.ends-on-every-replacement", "launch.replaces-by-every-way"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::ReplacePassword { swap, .. } = call else { return None };
            let by_json = visit.is_for(Operation::Launch) && visit.incoming.media_type() == JSON;
            let reply = by_json.then(|| visit.store.answer(call))?;
            let Reply::Replaced { credential_version } = reply else { return Some(reply) };
            for token in visit.store.tokens.values_mut() {
                if token.user_id == swap.user_id {
                    token.credential_version = credential_version;
                }
            }
            Some(reply)
        })],
    },
    Fault {
        name: "token-of-direct-outlives-password",
        sentence: "A token of a direct sign-in stays valid when the password is replaced.",
        fails: &["session.ends-on-every-replacement"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::FindToken { digest } = call else { return None };
            let Reply::Token { mut token, holder } = visit.store.find_token(digest)? else {
                return None;
            };
            if token.key_id.is_none() {
                token.credential_version = holder.user.credential_version;
            }
            Some(Reply::Token { token, holder })
        })],
    },
    Fault {
        name: "sign-out-by-json-ends-nothing",
        sentence: "A sign-out by JSON leaves the token valid.",
        fails: &["sign-out.ends-token-by-every-way"],
        hooks: &[Hook::Call(|call, visit| {
            let by_json = visit.incoming.media_type() == JSON && !visit.incoming.body.is_empty();
            let ends = matches!(call, Call::RevokeToken { .. });
            (ends && by_json).then_some(Reply::Done)
        })],
    },
    Fault {
        name: "sign-out-ends-the-company",
        sentence: "A sign-out ends the tokens of all users of the company.",
        fails: &[
            "sign-out.ends-token",
            "sign-out.ends-token-by-every-way",
            "session.keeps-token-through-other-calls",
        ],
        hooks: &[Hook::Call(|call, visit| {
            let Call::RevokeToken { digest } = call else { return None };
            let company = visit.store.token(digest)?.company_id;
            visit.store.tokens.retain(|_, known| known.company_id != company);
            Some(Reply::Done)
        })],
    },
    Fault {
        name: "launch-takes-every-key-for-one",
        sentence: "Every key of a launch is the first company's.",
        fails: &[
            "isolation.holds-by-every-way",
            "isolation.keeps-code",
            "answer.says-the-same-of-a-company",
            "answer.says-the-same-of-a-user",
        ],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Launch) {
                request.change_texts(&["ssokey"], |key| {
                    if key == SECOND_KEY { KEY.to_owned() } else { key.to_owned() }
                });
            }
        })],
    },
    Fault {
        name: "password-of-get-is-shared-by-email",
        sentence: "A password that comes by GET is that of every user with the e-mail, in each company.",
        fails: &["isolation.holds-by-every-way"],
        hooks: &[Hook::Call(|call, visit| {
            let password_hash = match call {
                Call::CreateUser { user, .. } => &user.password_hash,
                Call::ReplacePassword { swap, .. } => &swap.password_hash,
                _ => return None,
            };
            if visit.incoming.method == "GET" {
                for namesake in visit.namesakes_mut() {
                    namesake.password_hash = password_hash.clone();
                }
            }
            None
        })],
    },
    Fault {
        name: "direct-by-json-looks-everywhere",
        sentence: "A direct sign-in by JSON finds the user in whichever company has it.",
        fails: &["isolation.refuses-crossed-direct", "answer.says-the-same-of-a-company"],
        hooks: &[Hook::Request(|request, visit| {
            let by_json = request.is_for(Operation::Direct) && request.media_type() == JSON;
            let company = visit.company().filter(|_| by_json);
            let email = visit.email();
            let elsewhere = company.filter(|_| visit.user().is_none()).and_then(|own| {
                let mut users = visit.store.users();
                let theirs = users.find(|user| Some(&user.email) == email.as_ref())?;
                let mut companies = visit.store.companies.iter();
                companies.find(|it| it.id == theirs.company_id && it.id != own)
            });
            if let Some(company) = elsewhere {
                request.change_texts(&["company"], |_| company.domain.as_str().to_owned());
            }
        })],
    },
    Fault {
        name: "secret-of-product-is-a-key",
        sentence: "The secret of a product is taken for the first company's key.",
        fails: &["key.refuses-other-credentials"],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["ssokey"], |key| {
                if key == PRODUCT_SECRET { KEY.to_owned() } else { key.to_owned() }
            });
        })],
    },
    Fault {
        name: "key-is-a-secret-of-product",
        sentence: "A company's key exchanges codes in the place of the product's secret.",
        fails: &["exchange.refuses-other-credentials"],
        hooks: &[Hook::Request(|request, _| {
            let product = request.field("product").unwrap_or_default();
            if request.bearer() == Some(KEY) {
                set_secret(request, secret_of(&product));
            }
        })],
    },
    Fault {
        name: "code-is-a-token",
        sentence: "A session takes a code for a token of its user.",
        fails: &["session.refuses-other-credentials"],
        hooks: &[
            Hook::Request(|request, visit| {
                if request.is_for(Operation::Session) {
                    request.change_token(|text| {
                        let digest = Digest::of(text.as_bytes());
                        let code = visit.store.code(&digest).is_some();
                        if code { token_for(&digest) } else { text.to_owned() }
                    });
                }
            }),
            Hook::Call(|call, visit| {
                let Call::FindToken { digest } = call else { return None };
                let is_its =
                    |code: &&Code| Digest::of(token_for(&code.digest).as_bytes()) == *digest;
                let code = visit.store.all_codes().find(is_its)?.clone();
                let holder =
                    visit.store.holder(code.company_id, code.user_id, Some(code.key_id))?;
                let token = Token::new(
                    *digest,
                    code.user_id,
                    code.company_id,
                    Some(code.key_id),
                    code.credential_version,
                    Some(code.product),
                    code.expires_at,
                );
                Some(Reply::Token { token, holder })
            }),
        ],
    },
    Fault {
        name: "token-is-a-code",
        sentence: "An exchange takes a token for a code of its user.",
        fails: &["exchange.refuses-other-credentials"],
        hooks: &[
            Hook::Request(|request, visit| {
                request.change_texts(&["code"], |text| {
                    let digest = Digest::of(text.as_bytes());
                    let token = visit.store.token(&digest).is_some();
                    if token { code_for(&digest) } else { text.to_owned() }
                });
            }),
            Hook::Call(|call, visit| {
                let Call::TakeCode { digest } = call else { return None };
                let mut tokens = visit.store.tokens.values();
                let is_its =
                    |token: &&Token| Digest::of(code_for(&token.digest).as_bytes()) == *digest;
                let token = tokens.find(is_its)?.clone();
                let holder = visit.store.holder(token.company_id, token.user_id, token.key_id)?;
                let code = Code::new(
                    *digest,
                    token.user_id,
                    token.company_id,
                    token.key_id?,
                    token.credential_version,
                    token.product?,
                    token.expires_at,
                );
                Some(Reply::Code { code, holder })
            }),
        ],
    },
];

/// The secret of the product of this name.
fn secret_of(product: &str) -> &'static str {
    if product == "accounts" { SECOND_PRODUCT_SECRET } else { PRODUCT_SECRET }
}

fn set_secret(request: &mut Incoming, secret: &str) {
    if request.is_for(Operation::Exchange) && !request.repeats_authorization() {
        request.set_header("authorization", Some(&format!("Bearer {secret}")));
    }
}

/// A text of the form of a token that stands for a code.
fn token_for(code: &Digest) -> String {
    let digits = code.to_string();
    let part = |place: std::ops::Range<usize>| digits.get(place).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0..8), part(8..12), part(12..15), part(15..18), part(18..30))
}

/// A text of the form of a code that stands for a token.
fn code_for(token: &Digest) -> String {
    URL_SAFE_NO_PAD.encode(token.as_bytes())
}
