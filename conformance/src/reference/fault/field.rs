//! Faults of what each field may hold.

use serde_json::{Value, json};
use ssokey_core::{Email, ErrorCode, MAX_INTEGER, Password, Products};

use crate::format::operation::Operation;
use crate::format::product::ProductName;
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::incoming::Incoming;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "sign-on-minds-a-token",
        sentence: "A sign-on with a field `token` is refused.",
        fails: &["parameter.ignores-fields-of-others"],
        hooks: &[Hook::Refusal(|visit| {
            visit.field("token").filter(|_| visit.is_for(Operation::SignOn))?;
            Some(ErrorCode::InvalidToken)
        })],
    },
    Fault {
        name: "launch-minds-a-company",
        sentence: "A launch with a field `company` is denied.",
        fails: &["launch.ignores-fields-of-others"],
        hooks: &[Hook::Refusal(|visit| {
            visit.field("company").filter(|_| visit.is_for(Operation::Launch))?;
            Some(ErrorCode::AccessDenied)
        })],
    },
    Fault {
        name: "missing-is-invalid",
        sentence: "A field that is missing is called invalid.",
        fails: &[
            "way.post-takes-no-field-from-query",
            "way.empty-body-holds-no-fields",
            "coding.ignores-it-without-body",
            "*.refuses-missing",
            "parameter.refuses-empty",
            "parameter.ignores-look-alikes",
            "launch.takes-no-field-from-query",
            "exchange.takes-no-field-from-query",
            "direct.asks-for-company",
            "direct.takes-no-field-from-query",
            "*.takes-no-field-from-the-body-of-a-get",
            "*.takes-no-nested-field",
            "key.is-read-from-its-field-alone",
            "header.others-are-ignored",
        ],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.is(ErrorCode::MissingParameter) {
                answer.refuse(ErrorCode::InvalidParameter);
            }
        })],
    },
    Fault {
        name: "empty-password-is-one",
        sentence: "A password may be empty.",
        fails: &["parameter.refuses-empty", "launch.refuses-missing", "direct.refuses-missing"],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["password"], |password| {
                if password.is_empty() { "\u{1}".to_owned() } else { password.to_owned() }
            });
        })],
    },
    Fault {
        name: "duplicate-is-malformed",
        sentence: "A field that occurs twice is called malformed.",
        fails: &[
            "*.refuses-duplicate",
            "parameter.refuses-duplicate-json-member",
            "parameter.refuses-query-and-body",
            "*.refuses-two-authorizations",
            "session.refuses-two-tokens",
            "sign-out.refuses-two-tokens",
        ],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.is(ErrorCode::DuplicateParameter) {
                answer.refuse(ErrorCode::MalformedRequest);
            }
        })],
    },
    Fault {
        name: "unknown-field-is-refused",
        sentence: "A field that is not known is invalid.",
        fails: &[
            "launch.appends-code",
            "parameter.ignores-unknown",
            "parameter.ignores-look-alikes",
            "parameter.accepts-largest-size",
            "legacy.ignores-source-and-platform",
            "legacy.get-ignores-content-type",
            "legacy.takes-cut-token",
            "routing.minds-no-override",
            "*.ignores-fields-of-others",
        ],
        hooks: &[Hook::Refusal(|visit| {
            let operation = visit.incoming.operation()?;
            let known = |name: &str| {
                operation.required().contains(&name) || operation.optional().contains(&name)
            };
            let fields = visit.incoming.fields()?;
            let stranger = fields.iter().any(|(name, _)| !known(name));
            stranger.then_some(ErrorCode::InvalidParameter)
        })],
    },
    Fault {
        name: "brackets-are-dropped",
        sentence: "A name that ends in brackets is read without them.",
        fails: &[
            "parameter.ignores-look-alikes",
            "*.takes-no-nested-field",
            "session.reads-bearer-alone",
            "sign-out.reads-bearer-alone",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_fields(|fields| {
                for (name, _) in fields {
                    *name = name.trim_end_matches("[]").to_owned();
                }
            });
        })],
    },
    Fault {
        name: "names-become-variables",
        sentence: "Dots and blanks in names are underscores, and blanks before them dropped, as by PHP.",
        fails: &[
            "parameter.ignores-look-alikes",
            "session.reads-bearer-alone",
            "sign-out.reads-bearer-alone",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_fields(|fields| {
                for (name, _) in fields {
                    *name = name.trim_start_matches(' ').replace(['.', ' '], "_");
                }
            });
        })],
    },
    Fault {
        name: "numbers-are-strings",
        sentence: "A JSON value that is not a string is read as its text.",
        fails: &[
            "parameter.refuses-value-that-is-no-string",
            "launch.refuses-invalid",
            "exchange.refuses-invalid",
            "direct.refuses-invalid",
            "sign-out.refuses-value-that-is-no-string",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_fields(|fields| {
                for (_, value) in fields.iter_mut().filter(|(_, value)| !value.is_string()) {
                    *value = value.to_string().into();
                }
            });
        })],
    },
    Fault {
        name: "fractions-are-strings",
        sentence: "A JSON number with a fraction is read as its text.",
        fails: &["parameter.refuses-value-that-is-no-string"],
        hooks: &[Hook::Request(|request, _| {
            request.change_fields(|fields| {
                for (_, value) in fields.iter_mut().filter(|(_, value)| value.is_f64()) {
                    *value = value.to_string().into();
                }
            });
        })],
    },
    Fault {
        name: "zero-and-false-are-missing",
        sentence: "A JSON value of 0 or false is taken for an empty text.",
        fails: &["parameter.refuses-value-that-is-no-string"],
        hooks: &[Hook::Request(|request, _| {
            request.change_fields(|fields| {
                let is_nothing = |value: &Value| value == &json!(0) || value == &json!(false);
                for (_, value) in fields.iter_mut().filter(|(_, value)| is_nothing(value)) {
                    *value = "".into();
                }
            });
        })],
    },
    Fault {
        name: "product-may-be-begun",
        sentence: "A product may be written as its first letters.",
        fails: &["product.refuses-unlisted"],
        hooks: &[Hook::Request(|request, _| change_product(request, |begun| begun))],
    },
    Fault {
        name: "product-is-a-pattern",
        sentence: "A product is compared by SQL's LIKE.",
        fails: &["product.refuses-unlisted"],
        hooks: &[Hook::Request(|request, _| {
            change_product(request, |pattern| pattern.strip_suffix('%').unwrap_or_default());
        })],
    },
    Fault {
        name: "control-character-makes-unknown-key",
        sentence: "A key with a control character is unknown and not invalid.",
        fails: &[
            "parameter.refuses-control-character",
            "launch.refuses-invalid",
            "key.refuses-near-misses",
            "launch.refuses-key-near-misses",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["ssokey"], |key| key.replace(char::is_control, "?"));
        })],
    },
    Fault {
        name: "local-part-has-63",
        sentence: "An e-mail may have no more than 63 characters before the at sign.",
        fails: &["email.accepts-bounds", "sign-on.tells-users-apart", "*.keeps-email-by-every-way"],
        hooks: &[Hook::Refusal(|visit| {
            let email = visit.email()?;
            let (local, _) = email.as_str().split_once('@')?;
            (local.len() > 63).then_some(ErrorCode::InvalidParameter)
        })],
    },
    Fault {
        name: "email-is-anything-with-at",
        sentence: "Whatever has an at sign is an e-mail.",
        fails: &[
            "parameter.refuses-control-character",
            "encoding.reads-plus-as-space",
            "email.refuses-malformed",
            "launch.refuses-invalid",
            "direct.refuses-malformed-user",
            "direct.refuses-invalid",
            "answer.says-the-same-of-a-user",
            "*.refuses-emails-like-others",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["email", "userid"], |email| {
                let odd = email.contains('@') && Email::parse(email).is_none();
                if odd { "odd@odd.example".to_owned() } else { email.to_owned() }
            });
        })],
    },
    Fault {
        name: "product-is-one",
        sentence: "Livechat is the only product.",
        fails: &[
            "direct.ignores-unlisted-product",
            "product.knows-listed",
            "exchange.refuses-alike",
            "session.minds-product",
            "session.minds-product-of-every-token",
            "session.minds-product-at-every-place",
            "sign-out.ignores-fields-of-others",
        ],
        hooks: &[Hook::Refusal(|visit| {
            let other = visit.field("product")? != "livechat";
            other.then_some(ErrorCode::InvalidParameter)
        })],
    },
    Fault {
        name: "product-is-anything",
        sentence: "A product that is not known is taken for livechat.",
        fails: &[
            "exchange.refuses-unknown-product",
            "parameter.refuses-control-character",
            "product.refuses-unlisted",
            "launch.checks-as-sign-on",
            "*.refuses-invalid",
            "direct.refuses-malformed-product",
            "session.minds-product",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["product"], |product| {
                let known = product.is_empty() || Products::default().find(product).is_some();
                if known { product.to_owned() } else { "livechat".to_owned() }
            });
        })],
    },
    Fault {
        name: "password-has-72-bytes",
        sentence: "A password may have no more than 72 bytes.",
        fails: &[
            "password.accepts-1-to-1024-bytes",
            "*.keeps-password-by-every-way",
            "password.tells-pairs-apart",
        ],
        hooks: &[Hook::Refusal(|visit| {
            (visit.field("password")?.len() > 72).then_some(ErrorCode::InvalidParameter)
        })],
    },
    Fault {
        name: "password-is-cut",
        sentence: "A password is cut after 1,024 bytes.",
        fails: &["password.refuses-1025-bytes", "direct.refuses-1025-bytes"],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["password"], |password| cut(password, Password::MAX_BYTES));
        })],
    },
    Fault {
        name: "password-is-counted-in-characters",
        sentence: "A password may have 1,024 characters of several bytes.",
        fails: &["password.refuses-1025-bytes", "direct.refuses-1025-bytes"],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["password"], |password| {
                let characters = password.chars().count();
                let most =
                    if characters > Password::MAX_BYTES { usize::MAX } else { Password::MAX_BYTES };
                cut(password, most)
            });
        })],
    },
    Fault {
        name: "password-is-compared-to-72-bytes",
        sentence: "Of a password 72 bytes count, as with bcrypt.",
        fails: &["direct.never-cuts-password", "password.tells-pairs-apart"],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["password"], |password| {
                let most = if password.len() > Password::MAX_BYTES { usize::MAX } else { 72 };
                cut(password, most)
            });
        })],
    },
    Fault {
        name: "password-holds-no-nul",
        sentence: "A password with NUL is invalid.",
        fails: &[
            "password.accepts-any-character",
            "direct.refuses-near-misses",
            "*.keeps-password-by-every-way",
            "password.tells-pairs-apart",
            "encoding.reads-json-escapes",
        ],
        hooks: &[Hook::Refusal(|visit| {
            visit.field("password")?.contains('\0').then_some(ErrorCode::InvalidParameter)
        })],
    },
    Fault {
        name: "issued-at-is-in-seconds",
        sentence: "A time that is in milliseconds is invalid.",
        fails: &[
            "issued-at.accepts-milliseconds",
            "issued-at.counts-by-every-way",
            "issued-at.lets-in-the-latest",
        ],
        hooks: &[Hook::Refusal(|visit| {
            let time: u64 = visit.field("issued_at")?.parse().ok()?;
            (time > u64::from(u32::MAX)).then_some(ErrorCode::InvalidParameter)
        })],
    },
    Fault {
        name: "issued-at-may-be-in-the-future",
        sentence: "A time may lie in the future.",
        fails: &["issued-at.refuses-future"],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["issued_at"], |time| {
                let far = time
                    .parse()
                    .is_ok_and(|time| (4_000_000_000_000..=MAX_INTEGER).contains(&time));
                if far { "1".to_owned() } else { time.to_owned() }
            });
        })],
    },
    Fault {
        name: "issued-at-is-not-read",
        sentence: "A time may be anything.",
        fails: &[
            "issued-at.refuses-future",
            "issued-at.refuses-malformed",
            "launch.checks-as-sign-on",
            "launch.refuses-invalid",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["issued_at"], |time| {
                if time.is_empty() { String::new() } else { "1".to_owned() }
            });
        })],
    },
];

/// Puts the listed product that begins so in the place of the product of a sign-on.
fn change_product(request: &mut Incoming, start_of: fn(&str) -> &str) {
    if !request.is_for(Operation::SignOn) {
        return;
    }
    request.change_texts(&["product"], |product| {
        let start = start_of(product);
        let mut listed = ProductName::documented().iter().map(ProductName::as_str);
        let found = listed.find(|listed| !start.is_empty() && listed.starts_with(start));
        found.unwrap_or(product).to_owned()
    });
}

/// The text up to this many bytes, and not a part of a character.
fn cut(text: &str, most: usize) -> String {
    let ends = text.char_indices().map(|(at, character)| at + character.len_utf8());
    let end = ends.take_while(|end| *end <= most).last().unwrap_or(0);
    text.get(..end).unwrap_or(text).to_owned()
}
