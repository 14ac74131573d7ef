//! Faults of single bounds and spellings, one of several that a requirement lists.

use ssokey_core::{Email, ErrorCode};

use crate::format::operation::Operation;
use crate::reference::fault::Fault;
use crate::reference::fault::one_body::LONG_BODY;
use crate::reference::hook::Hook;
use crate::reference::incoming::Incoming;

/// A fault by which a time of this form is ignored.
macro_rules! time {
    ($name:literal, $sentence:literal, $fails:expr, $is_odd:expr) => {
        Fault {
            name: $name,
            sentence: $sentence,
            fails: $fails,
            hooks: &[Hook::Request(|request, _| {
                let is_odd: fn(&str) -> bool = $is_odd;
                request.change_fields(|fields| {
                    fields.retain(|(name, value)| {
                        name != "issued_at" || !value.as_str().is_some_and(is_odd)
                    });
                });
            })],
        }
    };
}

const TIME: &[&str] = &["issued-at.refuses-malformed"];

pub(super) const FAULTS: &[Fault] = &[
    time!("issued-at-may-have-a-sign", "A time may have a sign.", TIME, |time| {
        time.starts_with(['+', '-'])
    }),
    time!(
        "issued-at-may-have-leading-zeros",
        "A time may begin with zeros.",
        &["issued-at.refuses-malformed", "launch.checks-as-sign-on"],
        |time| { time.len() > 1 && time.starts_with('0') }
    ),
    time!(
        "issued-at-may-have-foreign-digits",
        "A time may have digits outside ASCII.",
        TIME,
        |time| { time.starts_with(|it: char| it.is_ascii_digit()) && !time.is_ascii() }
    ),
    Fault {
        name: "email-needs-dot",
        sentence: "An e-mail needs a dot after the at sign.",
        fails: &["email.needs-no-dot"],
        hooks: &[Hook::Refusal(|visit| {
            let email = visit.field("email").filter(|_| visit.is_for(Operation::SignOn))?;
            let (_, domain) = email.split_once('@')?;
            (!domain.contains('.')).then_some(ErrorCode::InvalidParameter)
        })],
    },
    Fault {
        name: "email-needs-a-letter-at-its-end",
        sentence: "The last label of an e-mail may not be a number.",
        fails: &["email.needs-no-dot"],
        hooks: &[Hook::Refusal(|visit| {
            let email = visit.field("email").filter(|_| visit.is_for(Operation::SignOn))?;
            let last = email.rsplit(['.', '@']).next()?;
            last.bytes().all(|it| it.is_ascii_digit()).then_some(ErrorCode::InvalidParameter)
        })],
    },
    Fault {
        name: "company-needs-dot",
        sentence: "The company of a direct sign-in needs a dot.",
        fails: &["direct.refuses-malformed-company"],
        hooks: &[Hook::Refusal(|visit| {
            let company = visit.field("company").filter(|_| visit.is_for(Operation::Direct))?;
            (!company.contains('.')).then_some(ErrorCode::InvalidParameter)
        })],
    },
    Fault {
        name: "company-is-folded-beyond-ascii",
        sentence: "The letters of a company are folded beyond ASCII.",
        fails: &["direct.refuses-malformed-company"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Direct) {
                request.change_texts(&["company"], |it| it.replace('\u{212a}', "k"));
            }
        })],
    },
    Fault {
        name: "direct-counts-characters",
        sentence: "A direct sign-in counts the characters of a password in place of its bytes.",
        fails: &["direct.refuses-1025-bytes"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::Direct) {
                request.change_texts(&["password"], |password| {
                    let fits = password.len() > 1024 && password.chars().count() <= 1024;
                    // Nobody's, so that it is looked at and refused as wrong.
                    if fits { "x" } else { password }.to_owned()
                });
            }
        })],
    },
    Fault {
        name: "sizes-are-summed",
        sentence: "The query and the body of a request have 8,192 bytes together.",
        fails: &["parameter.accepts-largest-size"],
        hooks: &[Hook::Refusal(|visit| {
            let (query, body) = (visit.incoming.query.len(), visit.incoming.body.len());
            (query + body > 8192).then_some(ErrorCode::TooLarge)
        })],
    },
    time!("issued-at-may-be-zero", "A time may be 0.", TIME, |time| time == "0"),
    time!("issued-at-may-be-a-date", "A time may be a date.", TIME, |time| time.contains('T')),
    Fault {
        name: "email-is-cut-before-at",
        sentence: "What an e-mail has before the at sign is cut to 64 characters.",
        fails: &[
            "email.refuses-malformed",
            "answer.says-the-same-of-a-user",
            "launch.refuses-emails-like-others",
            "sign-on.refuses-emails-like-others",
        ],
        hooks: &[Hook::Request(|request, _| {
            change_email(request, |local, domain| {
                (local.get(..64).unwrap_or(local).to_owned(), domain.to_owned())
            });
        })],
    },
    Fault {
        name: "label-may-be-long",
        sentence: "A label of an e-mail's domain may have more than 63 characters.",
        fails: &[
            "answer.says-the-same-of-a-user",
            "email.refuses-malformed",
            "launch.refuses-emails-like-others",
            "sign-on.refuses-emails-like-others",
        ],
        hooks: &[Hook::Request(|request, _| {
            change_email(request, |local, domain| {
                let labels = domain.split('.').map(|label| label.get(..63).unwrap_or(label));
                (local.to_owned(), labels.collect::<Vec<_>>().join("."))
            });
        })],
    },
    Fault {
        name: "email-may-be-long",
        sentence: "An e-mail may have more than 254 characters.",
        fails: &[
            "email.refuses-malformed",
            "answer.says-the-same-of-a-user",
            "launch.refuses-emails-like-others",
            "sign-on.refuses-emails-like-others",
        ],
        hooks: &[Hook::Request(|request, _| {
            change_email(request, |local, domain| {
                let long = local.len() + domain.len() + 1 > 254 && local.len() <= 64;
                let domain = if long { domain.get(30..).unwrap_or(domain) } else { domain };
                (local.to_owned(), domain.trim_start_matches(['.', '-']).to_owned())
            });
        })],
    },
    Fault {
        name: "email-may-end-in-a-hyphen",
        sentence: "A label of an e-mail's domain may begin or end with a hyphen.",
        fails: &[
            "email.refuses-malformed",
            "answer.says-the-same-of-a-user",
            "launch.refuses-emails-like-others",
            "sign-on.refuses-emails-like-others",
        ],
        hooks: &[Hook::Request(|request, _| {
            change_email(request, |local, domain| {
                let labels = domain.split('.').map(|label| label.trim_matches('-'));
                (local.to_owned(), labels.collect::<Vec<_>>().join("."))
            });
        })],
    },
    Fault {
        name: "plus-and-more-is-dropped",
        sentence: "What an e-mail has after a plus sign means nothing.",
        fails: &[
            "email.keeps-dots-and-plus",
            "answer.says-the-same-of-a-user",
            "encoding.reads-escaped-plus-as-plus",
            "launch.keeps-email-by-every-way",
            "launch.tells-emails-apart",
            "sign-on.keeps-email-by-every-way",
            "sign-on.tells-emails-apart",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["email"], |email| {
                let parts = email.split_once('@').zip(email.split_once('+'));
                let valid = parts
                    .filter(|((local, _), _)| local.contains('+') && Email::parse(email).is_some());
                valid.map_or(email.to_owned(), |((_, domain), (start, _))| {
                    format!("{start}@{domain}")
                })
            });
        })],
    },
    Fault {
        name: "product-ignores-case",
        sentence: "The product of a sign-on may be in capitals.",
        fails: &["product.refuses-unlisted"],
        hooks: &[Hook::Request(|request, _| {
            if request.is_for(Operation::SignOn) {
                request.change_texts(&["product"], str::to_ascii_lowercase);
            }
        })],
    },
    Fault {
        name: "names-ignore-case",
        sentence: "The name of a field may be in capitals.",
        fails: &["parameter.ignores-look-alikes"],
        hooks: &[Hook::Request(|request, _| {
            request.change_fields(|fields| {
                for (name, _) in fields.iter_mut().filter(|(name, _)| *name == "EMAIL") {
                    name.make_ascii_lowercase();
                }
            });
        })],
    },
    Fault {
        name: "unknown-field-may-come-once",
        sentence: "A field that is not known is refused where it occurs twice.",
        fails: &[
            "parameter.ignores-unknown",
            "legacy.ignores-source-and-platform",
            "*.ignores-fields-of-others",
        ],
        hooks: &[Hook::Refusal(|visit| {
            let fields = visit.incoming.fields()?;
            let twice = fields
                .iter()
                .enumerate()
                .any(|(at, (name, _))| fields.iter().skip(at + 1).any(|(other, _)| other == name));
            twice.then_some(ErrorCode::DuplicateParameter)
        })],
    },
    Fault {
        name: "controls-up-to-1f-are-dropped",
        sentence: "Control characters up to U+001F are left out of a key, an e-mail and a product.",
        fails: &[
            "parameter.refuses-control-character",
            "answer.says-the-same-of-a-user",
            "direct.refuses-invalid",
            "exchange.refuses-invalid",
            "key.refuses-near-misses",
            "launch.refuses-invalid",
            "launch.refuses-key-near-misses",
            "session.refuses-invalid",
            "launch.refuses-emails-like-others",
            "sign-on.refuses-emails-like-others",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["ssokey", "email", "product"], |text| {
                text.replace(|it: char| it < '\u{20}', "")
            });
        })],
    },
    Fault {
        name: "controls-from-7f-are-dropped",
        sentence: "Control characters from U+007F on are left out of a key, an e-mail and a product.",
        fails: &[
            "parameter.refuses-control-character",
            "answer.says-the-same-of-a-user",
            "direct.refuses-invalid",
            "exchange.refuses-invalid",
            "launch.refuses-invalid",
            "session.refuses-invalid",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["ssokey", "email", "product"], |text| {
                text.replace(|it: char| ('\u{7f}'..='\u{9f}').contains(&it), "")
            });
        })],
    },
    Fault {
        name: "long-query-is-read",
        sentence: "A query of more than 8,192 bytes is read.",
        fails: &[
            "parameter.refuses-oversize",
            "direct.refuses-oversize",
            "launch.refuses-oversize",
            "session.refuses-oversize",
        ],
        hooks: &[Hook::Request(|request, _| {
            if request.method == "GET" && request.query.len() > 8192 {
                request.change_fields(|fields| fields.retain(|(_, value)| is_short(value)));
            }
        })],
    },
    Fault {
        name: "long-body-is-read",
        sentence: "A body of more than 8,192 bytes is read.",
        fails: LONG_BODY,
        hooks: &[Hook::Request(|request, _| {
            if request.method == "POST" && request.body.len() > 8192 {
                request.change_fields(|fields| fields.retain(|(_, value)| is_short(value)));
            }
        })],
    },
    Fault {
        name: "body-in-chunks-has-no-length",
        sentence: "Only Content-Length says whether a body is too large.",
        fails: LONG_BODY,
        hooks: &[Hook::Request(|request, _| {
            if request.body.len() > 8192 && request.header("transfer-encoding").is_some() {
                request.change_fields(|fields| fields.retain(|(_, value)| is_short(value)));
            }
        })],
    },
    Fault {
        name: "put-is-done-and-refused",
        sentence: "PUT does what POST does, and is refused afterwards.",
        fails: &["direct.shows-that-refused-methods-do-nothing"],
        hooks: &[
            Hook::Request(|request, _| {
                if request.method == "PUT" && request.is_for(Operation::SignOn) {
                    "POST".clone_into(&mut request.method);
                }
            }),
            Hook::Answer(|answer, visit| {
                if visit.incoming.method == "PUT" && visit.is_for(Operation::SignOn) {
                    answer.refuse(ErrorCode::MethodNotAllowed);
                    answer.drop_header("allow");
                    answer.add("allow", "GET, POST");
                }
            }),
        ],
    },
    Fault {
        name: "duplicate-of-a-different-kind-is-invalid",
        sentence: "Of a JSON member that occurs twice the kind is looked at first.",
        fails: &["parameter.refuses-duplicate-json-member"],
        hooks: &[Hook::Answer(|answer, visit| {
            let json = visit.incoming.media_type() == "application/json";
            let fields = visit.incoming.fields().filter(|_| json).unwrap_or_default();
            let odd = fields.iter().any(|(_, value)| !value.is_string());
            if odd && answer.is(ErrorCode::DuplicateParameter) {
                answer.refuse(ErrorCode::InvalidParameter);
            }
        })],
    },
];

/// Changes the two halves of an e-mail.
fn change_email(request: &mut Incoming, change: impl Fn(&str, &str) -> (String, String)) {
    request.change_texts(&["email"], |email| {
        let halves = email.split_once('@').filter(|_| email.is_ascii());
        halves.map_or(email.to_owned(), |(local, domain)| {
            let (local, domain) = change(local, domain);
            format!("{local}@{domain}")
        })
    });
}

/// Returns whether it is not the long field that fills a request.
fn is_short(value: &serde_json::Value) -> bool {
    value.as_str().is_some_and(|text| text.len() < 2000)
}
