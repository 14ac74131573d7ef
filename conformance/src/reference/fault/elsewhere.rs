//! Faults of looking for credentials, methods and charsets where the format has none, of origins, and of secrets that come back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::format::operation::Operation;
use crate::reference::credentials::{KEY, PRODUCT_SECRET};
use crate::reference::fault::Fault;
use crate::reference::fault::reading::rename;
use crate::reference::hook::Hook;
use crate::reference::incoming::{FORM, Incoming};

/// A fault that takes a credential from elsewhere.
macro_rules! lax_credentials {
    ($name:literal, $sentence:literal, [$($more:literal),*], $find:expr) => {
        Fault {
            name: $name,
            sentence: $sentence,
            fails: &["*.reads-bearer-alone" $(, $more)*],
            hooks: &[Hook::Request(|request, _| {
                let find: fn(&Incoming) -> Option<String> = $find;
                if let Some(found) = find(request).filter(|_| !request.repeats_authorization()) {
                    request.set_header("authorization", Some(&format!("Bearer {found}")));
                }
            })],
        }
    };
}

/// A fault that repeats a field of the request in a header, written differently.
macro_rules! repeated {
    ($name:literal, $sentence:literal, $field:literal, $write:expr) => {
        Fault {
            name: $name,
            sentence: $sentence,
            fails: &["secret.is-never-repeated"],
            hooks: &[Hook::Answer(|answer, visit| {
                let write: fn(&str) -> String = $write;
                if let Some(value) = visit.field($field).filter(|_| answer.status == 200) {
                    answer.add("x-trace", &write(&value));
                }
            })],
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "method-is-overridden",
        sentence: "A POST is what its header X-HTTP-Method-Override says.",
        fails: &["routing.minds-no-override"],
        hooks: &[Hook::Request(|request, _| {
            let meant = request.header("x-http-method-override").map(str::to_owned);
            if let Some(meant) = meant.filter(|_| request.method == "POST") {
                request.method = meant;
            }
        })],
    },
    Fault {
        name: "path-is-overridden",
        sentence: "A request is for the path of its header X-Original-URL.",
        fails: &["routing.minds-no-override"],
        hooks: &[Hook::Request(|request, _| {
            if let Some(meant) = request.header("x-original-url").map(str::to_owned) {
                request.path = meant;
            }
        })],
    },
    Fault {
        name: "method-is-a-field",
        sentence: "A POST is what its field _method says.",
        fails: &["routing.minds-no-override", "parameter.ignores-unknown"],
        hooks: &[Hook::Request(|request, _| {
            if let Some(meant) = request.field("_method").filter(|_| request.method == "POST") {
                request.method = meant;
            }
        })],
    },
    Fault {
        name: "charset-is-minded",
        sentence: "A form whose media type names ISO 8859-1 is read so.",
        fails: &["way.ignores-charset"],
        hooks: &[Hook::Request(|request, _| {
            let sent = request.header("content-type").unwrap_or_default();
            if sent.contains("iso-8859-1") && request.media_type() == FORM {
                request.change_texts(&["password"], |password| {
                    password.bytes().map(char::from).collect()
                });
            }
        })],
    },
    lax_credentials!("basic-is-read", "The password of the scheme Basic is a token.", [], |it| {
        let basic = it.header("authorization")?.strip_prefix("Basic ")?;
        let decoded = String::from_utf8(STANDARD.decode(basic).ok()?).ok()?;
        Some(decoded.split_once(':')?.1.to_owned())
    }),
    lax_credentials!(
        "scheme-is-anything",
        "A token counts whatever its scheme is.",
        ["exchange.refuses-alike", "session.refuses-alike"],
        |it| {
            let (_, credential) = it.header("authorization")?.split_once(' ')?;
            Some(credential.trim_matches(' ').to_owned())
        }
    ),
    lax_credentials!("cookie-is-read", "A token in a cookie counts.", [], |it| {
        let cookie = it.header("cookie")?.strip_prefix("token=")?;
        Some(cookie.to_owned())
    }),
    lax_credentials!("x-auth-token-is-read", "A token in X-Auth-Token counts.", [], |it| {
        it.header("x-auth-token").map(str::to_owned)
    }),
    Fault {
        name: "access-token-is-read",
        sentence: "A token in the field access_token counts.",
        fails: &["session.reads-bearer-alone", "sign-out.reads-bearer-alone"],
        hooks: &[Hook::Request(|request, _| {
            rename(request, |name| (name == "access_token").then_some("token"));
        })],
    },
    Fault {
        name: "secret-is-a-field",
        sentence: "A product's secret in the field client_secret counts.",
        fails: &["exchange.reads-bearer-alone"],
        hooks: &[Hook::Request(|request, _| {
            let sent = request.field("client_secret").as_deref() == Some(PRODUCT_SECRET);
            if sent && request.is_for(Operation::Exchange) {
                request.set_header("authorization", Some(&format!("Bearer {PRODUCT_SECRET}")));
            }
        })],
    },
    Fault {
        name: "key-is-a-header",
        sentence: "A key in X-API-Key counts.",
        fails: &["key.is-read-from-its-field-alone"],
        hooks: &[Hook::Request(|request, _| {
            if request.header("x-api-key") == Some(KEY) {
                request.change_fields(|fields| {
                    if !fields.iter().any(|(name, _)| name == "ssokey") {
                        fields.push(("ssokey".to_owned(), KEY.into()));
                    }
                });
            }
        })],
    },
    Fault {
        name: "origin-null-is-allowed",
        sentence: "A page without an origin may read answers.",
        fails: &["header.has-no-cors-for-any-origin"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.incoming.header("origin") == Some("null") {
                answer.add("access-control-allow-origin", "null");
            }
        })],
    },
    repeated!(
        "password-is-repeated-in-base64",
        "A header repeats the password in base64.",
        "password",
        |password| STANDARD.encode(format!("user:{password}"))
    ),
    repeated!(
        "key-is-repeated-in-hexadecimal",
        "A header repeats the key in hexadecimal.",
        "ssokey",
        |key| { key.bytes().map(|byte| format!("{byte:02x}")).collect() }
    ),
    repeated!(
        "password-is-repeated-escaped",
        "A header repeats the password, each byte escaped.",
        "password",
        |password| password.bytes().map(|byte| format!("%{byte:02X}")).collect()
    ),
];
