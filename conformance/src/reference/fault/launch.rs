//! Faults of launch and exchange.

use ssokey_core::{Call, Digest, ErrorCode, ProductName, Reply, Token};

use crate::format::operation::Operation;
use crate::reference::credentials::{KEY, PRODUCT_SECRET, SECOND_KEY};
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::incoming::Incoming;
use crate::reference::outgoing::Outgoing;
use crate::reference::pairs::read_form;
use crate::reference::store::raise;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "launch-body-is-empty",
        sentence: "The body of a launch is an object without members.",
        fails: &["launch.answers-303", "answer.status-equals-status-code"],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.status == 303 {
                "{}".clone_into(&mut answer.body);
            }
        })],
    },
    Fault {
        name: "launch-url-follows-user",
        sentence: "The URL of a launch names the user.",
        fails: &["launch.appends-code"],
        hooks: &[Hook::Answer(|answer, visit| {
            if let Some(user) = visit.user() {
                let id = user.id;
                before_code(answer, |url| url.push_str(&format!("&user={id}")));
            }
        })],
    },
    Fault {
        name: "launch-goes-where-a-field-says",
        sentence: "A launch goes to the URL of the field redirect_uri.",
        fails: &["launch.appends-code"],
        hooks: &[Hook::Answer(|answer, visit| {
            if let Some(target) = visit.field("redirect_uri") {
                before_code(answer, |url| *url = format!("{target}?"));
            }
        })],
    },
    Fault {
        name: "launch-goes-where-a-query-says",
        sentence: "A launch by POST goes to the URL of next in its query.",
        fails: &["launch.appends-code"],
        hooks: &[Hook::Answer(|answer, visit| {
            let query = read_form(&visit.incoming.query).unwrap_or_default();
            let next = query.iter().find(|(name, _)| name == "next");
            let target = next.and_then(|(_, value)| value.as_str());
            if let Some(target) = target.filter(|_| visit.incoming.method == "POST") {
                before_code(answer, |url| *url = format!("{target}?"));
            }
        })],
    },
    Fault {
        name: "launch-goes-to-the-forwarded-host",
        sentence: "A launch goes to the host that Forwarded or X-Forwarded-Host names.",
        fails: &["launch.appends-code"],
        hooks: &[Hook::Answer(|answer, visit| {
            let forwarded = visit.incoming.header("forwarded");
            let host = forwarded.and_then(|it| it.strip_prefix("host=")?.split(';').next());
            if let Some(host) = host.or_else(|| visit.incoming.header("x-forwarded-host")) {
                before_code(answer, |url| *url = format!("https://{host}/?"));
            }
        })],
    },
    Fault {
        name: "launch-goes-by-the-forwarded-scheme",
        sentence: "A launch goes by the scheme of X-Forwarded-Proto.",
        fails: &["launch.appends-code"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.incoming.header("x-forwarded-proto") == Some("http") {
                before_code(answer, |url| *url = url.replace("https://", "http://"));
            }
        })],
    },
    Fault {
        name: "token-is-in-location",
        sentence: "The URL of a launch holds a token.",
        fails: &["launch.gives-no-token"],
        hooks: &[Hook::Answer(|answer, _| {
            before_code(answer, |url| url.push_str("&token=0f8c3a52-61d7-4b9e-8a14-c5d2e7f60b93"));
        })],
    },
    Fault {
        name: "launch-replaces-nothing",
        sentence: "A launch with a different password leaves the stored one.",
        fails: &["launch.signs-on", "launch.replaces-by-every-way"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::ReplacePassword { swap, .. } = call else { return None };
            if !visit.is_for(Operation::Launch) {
                return None;
            }
            let user = visit.store.users_mut().find(|user| user.id == swap.user_id)?;
            raise(user).map(|credential_version| Reply::Replaced { credential_version })
        })],
    },
    Fault {
        name: "launch-minds-no-key",
        sentence: "A launch takes any key for the first company's.",
        fails: &["launch.checks-as-sign-on", "launch.refuses-key-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Launch) {
                request.change_texts(&["ssokey"], |key| {
                    let sent = [SECOND_KEY, ""].contains(&key) || key.contains(char::is_control);
                    if sent { key.to_owned() } else { KEY.to_owned() }
                });
            }
        })],
    },
    Fault {
        name: "code-has-a-digit-more",
        sentence: "A code has 44 digits.",
        fails: &["launch.code-is-random", "exchange.refuses-code-near-misses"],
        hooks: &[
            Hook::Request(|request, _| {
                request.change_texts(&["code"], |code| {
                    let longer = code.strip_suffix('A').filter(|code| code.len() == 43);
                    longer.unwrap_or(code).to_owned()
                });
            }),
            Hook::Answer(|answer, _| {
                if let Some(location) = answer.header("location") {
                    location.push('A');
                }
            }),
        ],
    },
    Fault {
        name: "exchange-names-another",
        sentence: "An exchange answers with the user who was created next.",
        fails: &[
            "exchange.gives-account",
            "exchange.spends-code",
            "answer.names-one-user-per-email",
            "answer.says-the-same-of-a-user",
            "exchange.gives-each-code-its-user",
            "exchange.refuses-other-products",
            "isolation.keeps-code",
            "exchange.reads-bearer-alone",
            "launch.makes-one-user-by-every-way",
            "exchange.takes-code-of-every-launch",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            let id = answer.value("userId").and_then(|id| id.parse::<u64>().ok());
            if let Some(id) = id.filter(|_| visit.is_for(Operation::Exchange)) {
                answer.set("userId", &(id + 1).to_string());
            }
        })],
    },
    Fault {
        name: "code-is-kept",
        sentence: "A code can be exchanged again and again.",
        fails: &["exchange.spends-code", "exchange.refuses-alike"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::TakeCode { digest } = call else { return None };
            visit.store.find_code(digest)
        })],
    },
    Fault {
        name: "wrong-product-secret-is-told",
        sentence: "A wrong secret of a product is told apart from a wrong code.",
        fails: &[
            "exchange.refuses-alike",
            "exchange.refuses-other-credentials",
            "exchange.refuses-other-products",
            "exchange.refuses-secret-near-misses",
            "exchange.reads-bearer-alone",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            let wrong = visit.incoming.bearer() != Some(PRODUCT_SECRET);
            if wrong && visit.is_for(Operation::Exchange) && answer.is(ErrorCode::InvalidToken) {
                answer.refuse(ErrorCode::InvalidCredentials);
            }
        })],
    },
    Fault {
        name: "code-outlives-password",
        sentence: "A code can be exchanged after the password was replaced.",
        fails: &["exchange.refuses-outdated-code"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::TakeCode { .. } = call else { return None };
            let Reply::Code { mut code, holder } = visit.store.answer(call) else {
                return Some(Reply::None);
            };
            code.credential_version = holder.user.credential_version;
            Some(Reply::Code { code, holder })
        })],
    },
    Fault {
        name: "code-is-of-any-product",
        sentence: "A code can be exchanged by every product.",
        fails: &["exchange.refuses-other-products"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::TakeCode { .. } = call else { return None };
            let Reply::Code { mut code, holder } = visit.store.answer(call) else {
                return Some(Reply::None);
            };
            code.product = ProductName::parse(&visit.field("product")?)?;
            Some(Reply::Code { code, holder })
        })],
    },
    Fault {
        name: "launch-sets-a-cookie-with-a-token",
        sentence: "A launch sets a cookie that holds a token of its user.",
        fails: &["launch.gives-no-usable-token", "secret.is-never-repeated"],
        hooks: &[
            Hook::Call(|call, visit| {
                let Call::SaveCode { code, .. } = call else { return None };
                let digest = Digest::of(token_of(visit.incoming).as_bytes());
                let (key, product) = (Some(code.key_id), Some(code.product.clone()));
                let version = code.credential_version;
                let end = code.expires_at;
                let token =
                    Token::new(digest, code.user_id, code.company_id, key, version, product, end);
                visit.store.tokens.insert(digest, token);
                None
            }),
            Hook::Answer(|answer, visit| {
                if answer.status == 303 {
                    let cookie = format!("session={}; Path=/; HttpOnly", token_of(visit.incoming));
                    answer.add("set-cookie", &cookie);
                }
            }),
        ],
    },
];

/// A text of the form of a token, of the request's random bytes.
fn token_of(incoming: &Incoming) -> String {
    let hex: String = incoming.entropy.iter().map(|byte| format!("{byte:02x}")).collect();
    let digits = |from: usize, count: usize| hex.get(from..from + count).unwrap_or_default();
    let [head, time, node] = [digits(0, 8), digits(8, 4), digits(18, 12)];
    format!("{head}-{time}-4{}-8{}-{node}", digits(12, 3), digits(15, 3))
}

/// Changes the URL of a launch in front of its code.
fn before_code(answer: &mut Outgoing, change: impl FnOnce(&mut String)) {
    let Some(location) = answer.header("location") else { return };
    if let Some((url, code)) = location.clone().rsplit_once("&code=") {
        let mut url = url.to_owned();
        change(&mut url);
        *location = format!("{url}&code={code}");
    }
}
