//! Faults of content codings, and of more than one value of `Authorization`.

use ssokey_core::ErrorCode;

use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::incoming::Incoming;

const CODING: &str = "content-encoding";
const AUTHORIZATION: &str = "authorization";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "coding-is-not-read",
        sentence: "A body is read as it is, whatever its Content-Encoding.",
        fails: &["coding.refuses-others", "*.refuses-codings"],
        hooks: &[Hook::Request(|request, _| request.set_header(CODING, None))],
    },
    Fault {
        name: "coding-minds-case",
        sentence: "A coding in capitals is not known, and not minded.",
        fails: &["coding.refuses-others"],
        hooks: &[Hook::Request(|request, _| {
            drop_headers(request, CODING, |value| value.contains("GZIP"));
        })],
    },
    Fault {
        name: "unknown-coding-is-not-minded",
        sentence: "A coding that the server does not know is not minded.",
        fails: &["coding.refuses-others"],
        hooks: &[Hook::Request(|request, _| {
            let known = ["gzip", "br", "deflate", "identity"];
            drop_headers(request, CODING, |value| {
                !known.iter().any(|it| value.to_ascii_lowercase().contains(it))
            });
        })],
    },
    Fault {
        name: "first-coding-counts",
        sentence: "Of a list of codings the first one counts.",
        fails: &["coding.refuses-others"],
        hooks: &[Hook::Request(|request, _| cut_at_comma(request, CODING))],
    },
    Fault {
        name: "first-coding-header-counts",
        sentence: "Of several Content-Encoding headers the first one counts.",
        fails: &["coding.refuses-others"],
        hooks: &[Hook::Request(|request, _| keep_first(request, CODING))],
    },
    Fault {
        name: "coding-is-refused-without-advice",
        sentence: "The refusal of a coding does not say which is accepted.",
        fails: &["coding.refuses-others", "*.refuses-codings"],
        hooks: &[Hook::Answer(|answer, _| answer.drop_header("accept-encoding"))],
    },
    Fault {
        name: "identity-is-refused",
        sentence: "A body whose coding is identity is refused.",
        fails: &["coding.accepts-identity", "*.reads-one-body-alike"],
        hooks: &[Hook::Refusal(|visit| {
            visit.incoming.header(CODING).filter(|_| visit.incoming.method == "POST")?;
            Some(ErrorCode::UnsupportedMediaType)
        })],
    },
    Fault {
        name: "coding-without-body-is-refused",
        sentence: "A request with a Content-Encoding is refused, whether or not it has a body.",
        fails: &["coding.ignores-it-without-body"],
        hooks: &[Hook::Answer(|answer, visit| {
            let encoded = visit.incoming.header(CODING).is_some_and(|it| it == "gzip");
            if encoded && visit.incoming.body.is_empty() {
                answer.refuse(ErrorCode::UnsupportedMediaType);
            }
        })],
    },
    Fault {
        name: "first-authorization-counts",
        sentence: "Of several Authorization headers the first one counts.",
        fails: &["*.refuses-two-authorizations"],
        hooks: &[Hook::Request(|request, _| keep_first(request, AUTHORIZATION))],
    },
    Fault {
        name: "authorization-is-cut-at-comma",
        sentence: "What stands after a comma in an Authorization header is not read.",
        fails: &["*.refuses-two-authorizations"],
        hooks: &[Hook::Request(|request, _| cut_at_comma(request, AUTHORIZATION))],
    },
    Fault {
        name: "empty-authorization-is-none",
        sentence: "An empty value of Authorization counts for nothing.",
        fails: &["*.refuses-two-authorizations"],
        hooks: &[Hook::Request(|request, _| {
            drop_headers(request, AUTHORIZATION, str::is_empty);
            let sent = request.header(AUTHORIZATION).map(|it| it.trim_end_matches(',').to_owned());
            if let Some(sent) = sent.filter(|_| request.header_values(AUTHORIZATION).len() == 1) {
                request.set_header(AUTHORIZATION, Some(&sent));
            }
        })],
    },
];

/// Takes the header fields of this name away whose value is of some kind.
fn drop_headers(request: &mut Incoming, name: &str, of_kind: impl Fn(&str) -> bool) {
    request.headers.retain(|(known, value)| !known.eq_ignore_ascii_case(name) || !of_kind(value));
}

fn keep_first(request: &mut Incoming, name: &str) {
    let first = request.header(name).map(str::to_owned);
    request.set_header(name, first.as_deref());
}

fn cut_at_comma(request: &mut Incoming, name: &str) {
    for (known, value) in &mut request.headers {
        if known.eq_ignore_ascii_case(name) {
            *value = value.split(',').next().unwrap_or_default().to_owned();
        }
    }
}
