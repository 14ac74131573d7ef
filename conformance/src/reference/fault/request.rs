//! Faults of where fields are read, and of paths, methods and sizes.

use ssokey_core::{ErrorCode, MAX_REQUEST_BYTES};

use crate::format::operation::Operation;
use crate::message::shown::is_documented_product;
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::incoming::{FORM, Incoming, JSON};
use crate::reference::pairs::{Pairs, read_form, write_form};

/// A fault by which something is looked at before the method.
macro_rules! before_method {
    ($name:literal, $sentence:literal, $code:ident, $is_wrong:expr) => {
        Fault {
            name: $name,
            sentence: $sentence,
            fails: &["*.refuses-other-methods"],
            hooks: &[Hook::Answer(|answer, visit| {
                let is_wrong: fn(&Incoming) -> bool = $is_wrong;
                if answer.is(ErrorCode::MethodNotAllowed) && is_wrong(visit.incoming) {
                    answer.refuse(ErrorCode::$code);
                }
            })],
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    before_method!(
        "size-comes-before-method",
        "What is too large is told so by any method.",
        TooLarge,
        |incoming| incoming.body.len() > 8192
    ),
    before_method!(
        "media-type-comes-before-method",
        "A PUT of text is told that its media type is not supported.",
        UnsupportedMediaType,
        |incoming| incoming.method == "PUT" && incoming.media_type() == "text/plain"
    ),
    before_method!(
        "escapes-come-before-method",
        "A query that cannot be decoded is told so by any method.",
        MalformedRequest,
        |incoming| read_form(&incoming.query).is_none()
    ),
    Fault {
        name: "size-comes-before-path",
        sentence: "A query that is too large is told so at any path.",
        fails: &["*.refuses-other-paths"],
        hooks: &[Hook::Answer(|answer, visit| {
            if answer.is(ErrorCode::NotFound) && visit.incoming.query.len() > 8192 {
                answer.refuse(ErrorCode::TooLarge);
            }
        })],
    },
    Fault {
        name: "value-ends-at-second-equals-sign",
        sentence: "A pair of a query or form is split at each equals sign, and the third part dropped.",
        fails: &["encoding.reads-equals-sign-in-value"],
        hooks: &[Hook::Request(|request, _| {
            request.change_text(FORM, |text| {
                let pairs = text.split('&').map(|pair| {
                    let parts: Vec<_> = pair.split('=').take(2).collect();
                    parts.join("=")
                });
                pairs.collect::<Vec<_>>().join("&")
            });
        })],
    },
    Fault {
        name: "nameless-pair-is-malformed",
        sentence: "A query or form with a value that has no name cannot be read.",
        fails: &["parameter.ignores-unknown"],
        hooks: &[Hook::Refusal(|visit| {
            let incoming = visit.incoming;
            let form = match &*incoming.media_type() {
                _ if incoming.method == "GET" => &incoming.query,
                FORM => &incoming.body,
                _ => return None,
            };
            let mut pairs = form.split(|byte| *byte == b'&');
            pairs.any(|pair| pair.starts_with(b"=")).then_some(ErrorCode::MalformedRequest)
        })],
    },
    Fault {
        name: "authorization-is-read-everywhere",
        sentence: "Two values of Authorization are refused where none is read.",
        fails: &["*.ignores-authorization"],
        hooks: &[Hook::Refusal(|visit| {
            visit.incoming.repeats_authorization().then_some(ErrorCode::DuplicateParameter)
        })],
    },
    Fault {
        name: "exchange-does-not-know-the-products",
        sentence: "A product that the server does not have is one without the code.",
        fails: &["exchange.refuses-unknown-product"],
        hooks: &[Hook::Answer(|answer, visit| {
            let product = visit.field("product").filter(|_| visit.is_for(Operation::Exchange));
            let is_unknown = |it: &str| {
                it.bytes().all(|byte| byte.is_ascii_graphic()) && !is_documented_product(it)
            };
            if answer.is(ErrorCode::InvalidParameter) && product.is_some_and(|it| is_unknown(&it)) {
                answer.refuse(ErrorCode::InvalidToken);
            }
        })],
    },
    Fault {
        name: "get-answers-differently",
        sentence: "A sign-on by GET answers with a different displayName.",
        fails: &[
            "way.all-agree",
            "answer.gives-every-new-user-defaults",
            "answer.says-the-same-of-a-user",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.incoming.method == "GET" && visit.is_for(Operation::SignOn) {
                answer.set("displayName", "\"somebody\"");
            }
        })],
    },
    Fault {
        name: "get-minds-content-type",
        sentence: "A GET with the content type of JSON is refused.",
        fails: &[
            "way.get-ignores-content-type",
            "legacy.get-ignores-content-type",
            "legacy.takes-cut-token",
        ],
        hooks: &[Hook::Refusal(|visit| {
            let minded = visit.incoming.method == "GET" && visit.incoming.media_type() == JSON;
            minded.then_some(ErrorCode::UnsupportedMediaType)
        })],
    },
    Fault {
        name: "post-takes-query",
        sentence: "A POST takes from the query what its form has not.",
        fails: &[
            "way.post-takes-no-field-from-query",
            "*.takes-no-field-from-query",
            "sign-out.refuses-two-tokens",
        ],
        hooks: &[Hook::Request(|request, _| {
            if let Some((query, body)) = both_places(request)
                && !query.iter().any(|(name, _)| has(&body, name))
            {
                request.body = write_form(&[body, query].concat());
                request.query.clear();
                request.set_header("content-type", Some(FORM));
            }
        })],
    },
    Fault {
        name: "media-type-is-compared-as-text",
        sentence: "A media type in a different case or with a parameter is unknown.",
        fails: &[
            "way.accepts-media-type-variants",
            "way.ignores-charset",
            "*.reads-one-body-alike",
        ],
        hooks: &[Hook::Request(|request, _| {
            let sent = request.header("content-type").unwrap_or_default();
            if request.method == "POST" && ![FORM, JSON].contains(&sent) {
                request.set_header("content-type", Some("unknown"));
            }
        })],
    },
    Fault {
        name: "media-type-is-guessed",
        sentence: "A body is read as what it looks like, whatever its media type.",
        fails: &["*.refuses-other-media-types", "*.refuses-media-types-of-frameworks"],
        hooks: &[Hook::Request(|request, _| {
            if request.method == "POST" && ![FORM, JSON].contains(&&*request.media_type()) {
                let guess = if request.body.starts_with(b"{") { JSON } else { FORM };
                request.set_header("content-type", Some(guess));
            }
        })],
    },
    Fault {
        name: "empty-body-is-decoded",
        sentence: "An empty body is refused for its media type.",
        fails: &[
            "way.empty-body-holds-no-fields",
            "coding.ignores-it-without-body",
            "sign-out.needs-no-body",
        ],
        hooks: &[Hook::Request(|request, _| {
            if request.method == "POST" && request.body.is_empty() {
                request.body = b" ".to_vec();
            }
        })],
    },
    Fault {
        name: "last-duplicate-wins",
        sentence: "Of a field that occurs twice in a query or form the last one counts.",
        fails: &["*.refuses-duplicate", "session.refuses-two-tokens"],
        hooks: &[Hook::Request(|request, _| {
            if request.media_type() != JSON || request.method == "GET" {
                request.change_fields(keep_last);
            }
        })],
    },
    Fault {
        name: "last-json-member-wins",
        sentence: "Of a JSON member that occurs twice the last one counts.",
        fails: &[
            "parameter.refuses-duplicate-json-member",
            "launch.refuses-duplicate",
            "exchange.refuses-duplicate",
            "direct.refuses-duplicate",
            "sign-out.refuses-duplicate",
        ],
        hooks: &[Hook::Request(|request, _| {
            if request.media_type() == JSON && request.method == "POST" {
                request.change_fields(keep_last);
            }
        })],
    },
    Fault {
        name: "body-overrides-query",
        sentence: "Of a field in query and body the one in the body counts.",
        fails: &[
            "parameter.refuses-query-and-body",
            "launch.refuses-duplicate",
            "exchange.refuses-duplicate",
            "direct.refuses-duplicate",
            "sign-out.refuses-duplicate",
        ],
        hooks: &[Hook::Request(|request, _| {
            if let (Some(body), Some(mut query), "POST") =
                (request.fields(), read_form(&request.query), &*request.method)
            {
                query.retain(|(name, _)| !has(&body, name));
                request.query = write_form(&query);
            }
        })],
    },
    Fault {
        name: "largest-size-is-too-large",
        sentence: "A query or body of 8,192 bytes is refused.",
        fails: &["parameter.accepts-largest-size"],
        hooks: &[Hook::Refusal(|visit| {
            let largest = visit.incoming.query.len().max(visit.incoming.body.len());
            (largest >= MAX_REQUEST_BYTES).then_some(ErrorCode::TooLarge)
        })],
    },
    Fault {
        name: "size-limit-is-one-too-high",
        sentence: "A query or body of 8,193 bytes is read.",
        fails: &["*.refuses-oversize"],
        hooks: &[Hook::Request(|request, _| {
            for place in [&mut request.query, &mut request.body] {
                if place.len() == MAX_REQUEST_BYTES + 1 {
                    place.pop();
                }
            }
        })],
    },
    Fault {
        name: "put-is-post",
        sentence: "PUT does what POST does.",
        fails: &[
            "routing.refuses-other-methods",
            "routing.names-allowed-methods",
            "launch.refuses-other-methods",
            "exchange.refuses-other-methods",
            "direct.shows-that-refused-methods-do-nothing",
            "direct.refuses-other-methods",
            "sign-out.refuses-other-methods",
            "routing.minds-no-override",
        ],
        hooks: &[Hook::Request(|request, _| take_for(request, "PUT", "POST"))],
    },
    Fault {
        name: "head-is-get",
        sentence: "HEAD does what GET does.",
        fails: &[
            "routing.refuses-head",
            "routing.names-allowed-methods",
            "launch.refuses-other-methods",
            "direct.shows-that-refused-methods-do-nothing",
            "direct.refuses-other-methods",
            "session.refuses-other-methods",
        ],
        hooks: &[Hook::Request(|request, _| take_for(request, "HEAD", "GET"))],
    },
    Fault {
        name: "methods-of-extensions-break-it",
        sentence: "A method that is not one of HTTP's own is the server's own fault.",
        fails: &["*.refuses-other-methods", "routing.names-allowed-methods"],
        hooks: &[Hook::Answer(|answer, visit| {
            if ["PROPFIND", "REPORT"].contains(&&*visit.incoming.method) {
                answer.refuse(ErrorCode::Internal);
                answer.drop_header("allow");
            }
        })],
    },
    Fault {
        name: "allow-header-is-absent",
        sentence: "A refused method is not told which others are allowed.",
        fails: &[
            "routing.names-allowed-methods",
            "launch.refuses-other-methods",
            "exchange.refuses-other-methods",
            "direct.refuses-other-methods",
            "session.refuses-other-methods",
            "sign-out.refuses-other-methods",
        ],
        hooks: &[Hook::Answer(|answer, _| answer.drop_header("allow"))],
    },
    Fault {
        name: "paths-match-loosely",
        sentence: "A path is served in any case and with anything after it.",
        fails: &["*.refuses-other-paths", "*.refuses-paths-of-frameworks"],
        hooks: &[Hook::Request(|request, _| {
            let path = request.path.to_ascii_lowercase();
            let served = Operation::ALL.map(Operation::path);
            if let Some(served) = served.into_iter().find(|served| path.starts_with(served)) {
                request.path = served.to_owned();
            }
        })],
    },
    Fault {
        name: "paths-are-unescaped",
        sentence: "A path is served with its letters escaped, too.",
        fails: &[
            "routing.refuses-other-paths",
            "direct.refuses-paths-of-frameworks",
            "exchange.refuses-paths-of-frameworks",
            "sign-on.refuses-paths-of-frameworks",
        ],
        hooks: &[Hook::Request(|request, _| request.path = request.path.replace("%65", "e"))],
    },
    Fault {
        name: "slashes-are-merged",
        sentence: "A path is served with a slash twice, too.",
        fails: &["routing.refuses-other-paths", "*.refuses-paths-of-frameworks"],
        hooks: &[Hook::Request(|request, _| request.path = request.path.replace("//", "/"))],
    },
];

/// The fields of the query and of the form of a POST, where both can be decoded and nothing is JSON.
fn both_places(request: &Incoming) -> Option<(Pairs, Pairs)> {
    let is_form = request.body.is_empty() || request.media_type() == FORM;
    let reads = request.method == "POST" && is_form && !request.query.is_empty();
    reads.then(|| Some((read_form(&request.query)?, read_form(&request.body)?)))?
}

fn has(pairs: &Pairs, name: &str) -> bool {
    pairs.iter().any(|(known, _)| known == name)
}

/// Drops every field after which one of the same name comes.
fn keep_last(fields: &mut Pairs) {
    let mut at = 0;
    while let Some((name, _)) = fields.get(at).cloned() {
        if fields.iter().skip(at + 1).any(|(later, _)| *later == name) {
            fields.remove(at);
        } else {
            at += 1;
        }
    }
}

fn take_for(request: &mut Incoming, method: &str, other: &str) {
    if request.method == method {
        request.method = other.to_owned();
    }
}
