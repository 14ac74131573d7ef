//! Faults of decoding queries, forms and JSON.

use serde::de::IgnoredAny;
use ssokey_core::ErrorCode;

use crate::message::escape::escape;
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::incoming::{FORM, JSON};
use crate::reference::pairs::{read_json, unescape};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "broken-escape-is-text",
        sentence: "A percent sign without two digits after it stands for itself.",
        fails: &[
            "encoding.refuses-broken-escape",
            "launch.refuses-malformed",
            "exchange.refuses-malformed",
            "direct.refuses-malformed",
            "session.refuses-malformed",
            "sign-out.refuses-malformed",
        ],
        hooks: &[Hook::Request(|request, _| request.change_text(FORM, escape_percent))],
    },
    Fault {
        name: "escape-may-have-a-sign",
        sentence: "The digits of a percent-escape are read as a number, which may have a sign.",
        fails: &["encoding.refuses-broken-escape"],
        hooks: &[Hook::Request(|request, _| {
            request.change_text(FORM, |text| text.replace("%+", "%0").replace("%-", "%0"));
        })],
    },
    Fault {
        name: "escape-may-have-four-digits",
        sentence: "An escape of `%u` and four digits is read, as JavaScript's unescape does.",
        fails: &["encoding.refuses-broken-escape"],
        hooks: &[Hook::Request(|request, _| {
            request.change_text(FORM, |text| text.replace("%u00", "%"));
        })],
    },
    Fault {
        name: "long-numbers-are-malformed",
        sentence: "JSON with a number of more than 4,300 digits is malformed.",
        fails: &["parameter.ignores-unknown"],
        hooks: &[Hook::Refusal(|visit| {
            let is_number = |part: &[u8]| part.len() > 4300;
            let mut parts = visit.incoming.body.split(|it| !it.is_ascii_digit());
            parts.any(is_number).then_some(ErrorCode::MalformedRequest)
        })],
    },
    Fault {
        name: "broken-utf-8-is-replaced",
        sentence: "Bytes that are not UTF-8 become replacement characters.",
        fails: &[
            "encoding.refuses-broken-utf-8",
            "launch.refuses-malformed",
            "exchange.refuses-malformed",
            "direct.refuses-malformed",
            "session.refuses-malformed",
            "sign-out.refuses-malformed",
        ],
        hooks: &[Hook::Request(|request, _| request.change_text(FORM, replace_broken_utf_8))],
    },
    Fault {
        name: "utf-8-of-names-is-not-looked-at",
        sentence: "Bytes that are not UTF-8 are refused in a value alone.",
        fails: &["encoding.refuses-broken-utf-8"],
        hooks: &[Hook::Request(|request, _| {
            request.change_text(FORM, |text| text.replace("%ff=", "note="));
        })],
    },
    Fault {
        name: "byte-order-mark-is-skipped",
        sentence: "A byte order mark before JSON is ignored.",
        fails: &["encoding.refuses-broken-json"],
        hooks: &[Hook::Request(|request, _| {
            request.change_text(JSON, |text| text.trim_start_matches('\u{feff}').to_owned());
        })],
    },
    Fault {
        name: "byte-order-mark-before-form-is-skipped",
        sentence: "A byte order mark before a form is ignored, as by the text() of a Request.",
        fails: &["parameter.ignores-look-alikes"],
        hooks: &[Hook::Request(|request, _| {
            request.change_text(FORM, |text| text.trim_start_matches('\u{feff}').to_owned());
        })],
    },
    Fault {
        name: "body-of-zero-is-none",
        sentence: "A body of `0` is taken for an empty one.",
        fails: &["encoding.refuses-json-that-is-no-object"],
        hooks: &[Hook::Request(|request, _| {
            if request.body == b"0" {
                request.body.clear();
            }
        })],
    },
    Fault {
        name: "nested-surrogates-are-not-looked-at",
        sentence: "Half a surrogate pair is refused in a known member alone.",
        fails: &["encoding.refuses-lone-surrogate"],
        hooks: &[Hook::Request(|request, _| {
            request.change_text(JSON, |text| text.replace(r#"{"x":"\ud800"}"#, "{}"));
        })],
    },
    Fault {
        name: "nul-in-names-is-malformed",
        sentence: "A JSON member whose name begins with NUL is malformed.",
        fails: &["parameter.ignores-look-alikes"],
        hooks: &[Hook::Refusal(|visit| {
            let pairs = read_json(&visit.incoming.body).unwrap_or_default();
            let refused = pairs.iter().any(|(name, _)| name.starts_with('\0'));
            refused.then_some(ssokey_core::ErrorCode::MalformedRequest)
        })],
    },
    Fault {
        name: "fields-are-counted",
        sentence: "Of a query or form the first 1,000 fields are read, and the others dropped.",
        fails: &["parameter.ignores-unknown"],
        hooks: &[Hook::Request(|request, _| {
            request
                .change_text(FORM, |text| text.split('&').take(1000).collect::<Vec<_>>().join("&"));
        })],
    },
    Fault {
        name: "text-after-json-is-ignored",
        sentence: "What comes after the JSON in a body is ignored.",
        fails: &["encoding.refuses-broken-json", "*.refuses-what-is-nearly-json"],
        hooks: &[Hook::Request(|request, _| request.change_text(JSON, cut_after_json))],
    },
    Fault {
        name: "lone-surrogate-is-replaced",
        sentence: "Half of a surrogate pair in JSON becomes a replacement character.",
        fails: &[
            "encoding.refuses-lone-surrogate",
            "launch.refuses-malformed",
            "exchange.refuses-malformed",
            "direct.refuses-malformed",
            "sign-out.refuses-malformed",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_text(JSON, |text| {
                text.replace(r"\ud800", r"\ufffd").replace(r"\udc00", r"\ufffd")
            });
        })],
    },
    Fault {
        name: "json-array-holds-nothing",
        sentence: "A JSON array is read as an object without members.",
        fails: &[
            "encoding.refuses-json-that-is-no-object",
            "launch.refuses-malformed",
            "exchange.refuses-malformed",
            "direct.refuses-malformed",
            "sign-out.refuses-malformed",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_text(JSON, |text| {
                if text.starts_with('[') { "{}".to_owned() } else { text.to_owned() }
            });
        })],
    },
    Fault {
        name: "plus-is-plus",
        sentence: "A plus sign in a query or form is not read as a space.",
        fails: &["encoding.reads-plus-as-space", "answer.says-the-same-of-a-user"],
        hooks: &[Hook::Request(|request, _| {
            request.change_text(FORM, |text| text.replace('+', "%2B"));
        })],
    },
    Fault {
        name: "escaped-plus-is-space",
        sentence: "An escaped plus sign is read as a space, as by decoding twice.",
        fails: &[
            "encoding.reads-escaped-plus-as-plus",
            "email.accepts-bounds",
            "email.keeps-dots-and-plus",
            "*.keeps-email-by-every-way",
            "*.keeps-password-by-every-way",
            "*.tells-emails-apart",
            "password.tells-pairs-apart",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_text(FORM, |text| text.replace("%2B", "+").replace("%2b", "+"));
        })],
    },
    Fault {
        name: "unescaped-at-is-malformed",
        sentence: "An at sign in a query has to be escaped.",
        fails: &["legacy.accepts-unescaped"],
        hooks: &[Hook::Refusal(|visit| {
            let bare = visit.incoming.query.contains(&b'@');
            bare.then_some(ErrorCode::MalformedRequest)
        })],
    },
];

/// Escapes every percent sign that is not part of an escape.
fn escape_percent(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut escaped = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_escape = piece.get(..2).is_some_and(|digits| u8::from_str_radix(digits, 16).is_ok());
        escaped += if is_escape { "%" } else { "%25" };
        escaped += piece;
    }
    escaped
}

/// Writes every name and value whose bytes are not UTF-8 anew.
fn replace_broken_utf_8(text: &str) -> String {
    let replace = |half: &str| match unescape(half.as_bytes()).map(String::from_utf8) {
        Some(Err(broken)) => escape(&String::from_utf8_lossy(broken.as_bytes())),
        Some(Ok(_)) | None => half.to_owned(),
    };
    let pairs =
        text.split('&').map(|pair| pair.split('=').map(replace).collect::<Vec<_>>().join("="));
    pairs.collect::<Vec<_>>().join("&")
}

/// The text up to the end of the first JSON value.
fn cut_after_json(text: &str) -> String {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let is_json = values.next().is_some_and(|value| value.is_ok());
    let end = if is_json { values.byte_offset() } else { text.len() };
    text.get(..end).unwrap_or(text).to_owned()
}
