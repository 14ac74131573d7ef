//! Faults of credentials that are taken though they are not quite right.

use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{
    GeneralPurpose, GeneralPurposeConfig, STANDARD, URL_SAFE_NO_PAD,
};
use base64::engine::{DecodePaddingMode, Engine as _};

use crate::format::operation::Operation;
use crate::message::escape::unescape;
use crate::reference::credentials::{KEY, PRODUCT_SECRET};
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::incoming::Incoming;

const TOKENS: &[&str] = &[
    "session.refuses-alike",
    "session.refuses-token-near-misses",
    "sign-out.refuses-token-near-misses",
];

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "key-is-a-prefix",
        sentence: "Of a key the first 48 characters count, and more may follow.",
        fails: &[
            "key.refuses-near-misses",
            "key.refuses-wrong-check-characters",
            "launch.refuses-key-near-misses",
            "session.keeps-token-through-other-calls",
        ],
        hooks: &[Hook::Request(|request, _| {
            change_key(request, |key| {
                if key.is_ascii() && key.get(..48) == KEY.get(..48) {
                    KEY.to_owned()
                } else {
                    key.to_owned()
                }
            });
        })],
    },
    Fault {
        name: "key-is-trimmed-in-json",
        sentence: "White space of every kind around a key is ignored in JSON.",
        fails: &["key.refuses-near-misses", "launch.refuses-key-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            if request.media_type() == "application/json" {
                change_key(request, |key| key.trim_matches([' ', '\u{a0}', '\u{3000}']).to_owned());
            }
        })],
    },
    Fault {
        name: "key-of-launch-is-unescaped-twice",
        sentence: "The key of a launch by GET is percent-decoded twice.",
        fails: &["launch.refuses-key-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Launch) && request.method == "GET" {
                change_key(request, unescape);
            }
        })],
    },
    Fault {
        name: "key-is-folded",
        sentence: "A key is compared as databases compare text: without case, accents and what is invisible.",
        fails: &["key.refuses-near-misses", "launch.refuses-key-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            change_key(request, |key| {
                let plain = key.replace(['\u{301}', '\u{ad}', '\u{200b}'], "");
                if plain.eq_ignore_ascii_case(KEY) { KEY.to_owned() } else { key.to_owned() }
            });
        })],
    },
    Fault {
        name: "token-is-parsed-as-uuid",
        sentence: "A token is taken in braces, as a URN and without hyphens.",
        fails: TOKENS,
        hooks: &[Hook::Request(|request, _| {
            request.change_token(|token| {
                let bare = token.trim_start_matches("urn:uuid:").trim_matches(['{', '}']);
                let digits = bare.replace('-', "");
                let part = |place: std::ops::Range<usize>| digits.get(place);
                let parts = [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)];
                let parts: Option<Vec<_>> = parts.into_iter().collect();
                let parts = parts.filter(|_| digits.len() == 32);
                parts.map_or(token.to_owned(), |parts| parts.join("-"))
            });
        })],
    },
    Fault {
        name: "token-is-trimmed",
        sentence: "White space around a token is ignored in fields.",
        fails: TOKENS,
        hooks: &[Hook::Request(|request, _| {
            if takes_token(request) {
                request.change_texts(&["token", "_token"], |token| token.trim().to_owned());
            }
        })],
    },
    Fault {
        name: "token-may-follow-its-scheme",
        sentence: "A token in a field may have the scheme Bearer before it.",
        fails: &["session.refuses-token-near-misses", "sign-out.refuses-token-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            if takes_token(request) {
                request.change_texts(&["token", "_token"], |token| {
                    token.strip_prefix("Bearer ").unwrap_or(token).to_owned()
                });
            }
        })],
    },
    Fault {
        name: "token-is-cut-after-36",
        sentence: "What follows after the 36 characters of a token is ignored.",
        fails: &[
            "session.refuses-alike",
            "session.refuses-token-near-misses",
            "sign-out.refuses-missing-or-malformed",
            "sign-out.refuses-token-near-misses",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_token(|token| token.get(..36).unwrap_or(token).to_owned());
        })],
    },
    Fault {
        name: "code-is-its-bytes",
        sentence: "A code is decoded before it is compared, with padding or without, and bits that do not count may be anything.",
        fails: &["exchange.refuses-code-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            const LENIENT: GeneralPurpose = GeneralPurpose::new(
                &URL_SAFE,
                GeneralPurposeConfig::new()
                    .with_decode_allow_trailing_bits(true)
                    .with_decode_padding_mode(DecodePaddingMode::Indifferent),
            );
            request.change_texts(&["code"], |code| {
                let bytes = LENIENT.decode(code.trim_end_matches('='));
                let bytes = bytes.ok().filter(|bytes| bytes.len() == 32);
                bytes.map_or(code.to_owned(), |bytes| URL_SAFE_NO_PAD.encode(bytes))
            });
        })],
    },
    Fault {
        name: "code-is-trimmed",
        sentence: "Spaces of every kind around a code are ignored in JSON.",
        fails: &["exchange.refuses-code-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            if request.media_type() == "application/json" {
                request.change_texts(&["code"], |code| {
                    code.trim_matches([' ', '\u{a0}', '\u{3000}']).to_owned()
                });
            }
        })],
    },
    Fault {
        name: "code-is-unescaped-twice",
        sentence: "A code is percent-decoded twice.",
        fails: &["exchange.refuses-code-near-misses"],
        hooks: &[Hook::Request(|request, _| request.change_texts(&["code"], unescape))],
    },
    Fault {
        name: "secret-ignores-case",
        sentence: "The case of a product's secret is ignored.",
        fails: &["exchange.refuses-secret-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            mend_secret(request, |secret| secret.eq_ignore_ascii_case(PRODUCT_SECRET));
        })],
    },
    Fault {
        name: "secret-is-compared-in-part",
        sentence: "Of a product's secret as many characters count as were sent.",
        fails: &["exchange.refuses-secret-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            mend_secret(request, |secret| secret.len() > 8 && PRODUCT_SECRET.starts_with(secret));
        })],
    },
    Fault {
        name: "secret-may-be-in-base64",
        sentence: "A product's secret is taken in base64 as well.",
        fails: &["exchange.refuses-secret-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            mend_secret(request, |secret| {
                let decoded = STANDARD.decode(secret);
                decoded.is_ok_and(|decoded| decoded == PRODUCT_SECRET.as_bytes())
            });
        })],
    },
];

/// Changes the key, unless it has control characters, about which the core has something to say.
fn change_key(request: &mut Incoming, change: impl Fn(&str) -> String) {
    request.change_texts(&["ssokey"], |key| {
        if key.contains(char::is_control) { key.to_owned() } else { change(key) }
    });
}

fn takes_token(request: &Incoming) -> bool {
    request.is_for(Operation::Session) || request.is_for(Operation::SignOut)
}

/// Takes such a secret for that of every product.
fn mend_secret(request: &mut Incoming, is_close: impl Fn(&str) -> bool) {
    let right = request.is_for(Operation::Exchange) && !request.repeats_authorization();
    if right && request.bearer().is_some_and(is_close) {
        request.set_header("authorization", Some(&format!("Bearer {PRODUCT_SECRET}")));
    }
}
