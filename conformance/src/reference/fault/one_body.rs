//! Faults of reading one body in several forms.

use ssokey_core::ErrorCode;

use crate::format::operation::Operation;
use crate::reference::fault::Fault;
use crate::reference::hook::{Hook, Visit};
use crate::reference::incoming::JSON;
use crate::reference::variant::Wire;

/// The size from which on a framework's own limit takes a body away.
const FRAMEWORKS_LIMIT: usize = 100_000;
/// The one that the kit sends.
const PAIR: &str = r"\ud83d\ude00";

/// What fails where a body that is too long is taken.
pub(super) const LONG_BODY: &[&str] = &[
    "parameter.refuses-oversize",
    "direct.refuses-oversize",
    "exchange.refuses-oversize",
    "launch.refuses-oversize",
    "sign-out.refuses-oversize",
];
/// What fails where a body in chunks is not read whole.
const CHUNKS: &[&str] = &[
    "way.accepts-chunked-body",
    "*.reads-one-body-alike",
    "parameter.refuses-oversize",
    "direct.refuses-oversize",
    "exchange.refuses-oversize",
    "launch.refuses-oversize",
    "sign-out.refuses-oversize",
];

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "chunked-body-is-empty",
        sentence: "A body without a Content-Length is not read.",
        fails: CHUNKS,
        hooks: &[Hook::Request(|request, _| {
            if request.header("transfer-encoding").is_some() {
                request.body.clear();
            }
        })],
    },
    Fault {
        name: "first-chunk-counts",
        sentence: "Of a body in chunks the first one is read.",
        fails: CHUNKS,
        hooks: &[Hook::Wire(Wire::FirstChunk)],
    },
    Fault {
        name: "surrogate-pair-is-malformed",
        sentence: "An escaped surrogate pair of JSON is taken for two halves of one.",
        fails: &["encoding.reads-json-escapes"],
        hooks: &[Hook::Refusal(|visit| {
            let has_pair = body(visit).to_ascii_lowercase().contains(PAIR);
            has_pair.then_some(ErrorCode::MalformedRequest)
        })],
    },
    Fault {
        name: "surrogate-pair-is-replaced",
        sentence: "An escaped surrogate pair of JSON becomes a question mark.",
        fails: &["encoding.reads-json-escapes"],
        hooks: &[Hook::Request(|request, _| {
            request.change_text(JSON, |text| {
                text.replace(PAIR, "?").replace(&PAIR.to_ascii_uppercase().replace('U', "u"), "?")
            });
        })],
    },
    Fault {
        name: "escaped-slash-keeps-its-backslash",
        sentence: "The escape of a slash in JSON is not read.",
        fails: &["encoding.reads-json-escapes"],
        hooks: &[Hook::Request(|request, _| {
            request.change_text(JSON, |text| text.replace(r"\/", r"\\/"));
        })],
    },
    Fault {
        name: "escaped-names-are-unknown",
        sentence: "The names of JSON members are not unescaped.",
        fails: &[
            "encoding.refuses-lone-surrogate",
            "encoding.reads-json-escapes",
            "*.reads-one-body-alike",
            "parameter.refuses-duplicate-json-member",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.change_text(JSON, |text| {
                text.replace(r#"{"\u"#, r#"{"\\u"#).replace(r#","\u"#, r#","\\u"#)
            });
        })],
    },
    Fault {
        name: "media-type-minds-case",
        sentence: "A media type in capitals is unknown.",
        fails: &["way.accepts-media-type-variants", "*.reads-one-body-alike"],
        hooks: &[Hook::Request(|request, _| {
            let sent = request.header("content-type").unwrap_or_default().to_owned();
            let media_type = sent.split(';').next().unwrap_or_default();
            if media_type.contains(|it: char| it.is_ascii_uppercase()) {
                request.set_header("content-type", Some("text/plain"));
            }
        })],
    },
    Fault {
        name: "media-type-ends-in-a-blank",
        sentence: "A media type with a blank before the semicolon is unknown.",
        fails: &["way.accepts-media-type-variants"],
        hooks: &[Hook::Request(|request, _| {
            if request.header("content-type").is_some_and(|sent| sent.contains(" ;")) {
                request.set_header("content-type", Some("text/plain"));
            }
        })],
    },
    Fault {
        name: "media-type-has-no-parameters",
        sentence: "A media type with a parameter is unknown.",
        fails: &[
            "way.accepts-media-type-variants",
            "way.ignores-charset",
            "*.reads-one-body-alike",
        ],
        hooks: &[Hook::Request(|request, _| {
            if request.header("content-type").is_some_and(|it| it.contains(';')) {
                request.set_header("content-type", Some("text/plain"));
            }
        })],
    },
    Fault {
        name: "charset-makes-another-media-type",
        sentence: "All but a sign-on know their media types only without a charset.",
        fails: &["*.reads-one-body-alike"],
        hooks: &[Hook::Answer(|answer, visit| {
            let media_type = visit.incoming.header("content-type").unwrap_or_default();
            if is_extension(visit) && media_type.ends_with("charset=utf-8") {
                answer.refuse(ErrorCode::UnsupportedMediaType);
            }
        })],
    },
    Fault {
        name: "identity-is-a-coding-elsewhere",
        sentence: "All but a sign-on refuse the coding identity.",
        fails: &["*.reads-one-body-alike"],
        hooks: &[Hook::Answer(|answer, visit| {
            let coding = visit.incoming.header("content-encoding");
            if is_extension(visit) && coding == Some("identity") {
                answer.refuse(ErrorCode::UnsupportedMediaType);
            }
        })],
    },
    Fault {
        name: "white-space-before-json-is-malformed",
        sentence: "A direct sign-in takes JSON only if it begins with its brace.",
        fails: &["direct.reads-one-body-alike"],
        hooks: &[Hook::Answer(|answer, visit| {
            let begins = body(visit).starts_with(['\r', '\n', '\t', ' ']);
            if visit.is_for(Operation::Direct) && begins {
                answer.refuse(ErrorCode::MalformedRequest);
            }
        })],
    },
    Fault {
        name: "empty-body-needs-a-media-type",
        sentence: "A sign-out without a body is refused for its media type.",
        fails: &["sign-out.needs-no-body"],
        hooks: &[Hook::Answer(|answer, visit| {
            let media_type = visit.incoming.header("content-type");
            let odd = media_type.is_some_and(|it| it == "text/plain");
            if visit.is_for(Operation::SignOut) && odd && visit.incoming.body.is_empty() {
                answer.refuse(ErrorCode::UnsupportedMediaType);
            }
        })],
    },
    Fault {
        name: "very-long-body-is-empty",
        sentence: "A body of more than 100 kB is dropped by the framework, and counts as empty.",
        fails: LONG_BODY,
        hooks: &[Hook::Request(|request, _| {
            if request.body.len() > FRAMEWORKS_LIMIT {
                request.body.clear();
            }
        })],
    },
];

fn body(visit: &Visit<'_>) -> String {
    String::from_utf8_lossy(&visit.incoming.body).into_owned()
}

/// Returns whether the request is for an operation that is not in the document.
fn is_extension(visit: &Visit<'_>) -> bool {
    visit.incoming.operation().is_some_and(|operation| operation != Operation::SignOn)
}
