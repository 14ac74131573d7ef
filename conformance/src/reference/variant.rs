//! The peculiarities of servers that break no rule.

use ssokey_core::{ErrorCode, MAX_INTEGER};

use crate::format::operation::Operation;
use crate::reference::credentials::FIRST_DOMAIN;
use crate::reference::hook::Hook;

/// A peculiarity of a server that the format leaves free: every check passes.
pub struct Variant {
    /// Its name on the command line.
    pub name: &'static str,
    /// The behaviour of a server with it, in one sentence.
    pub sentence: &'static str,
    pub(crate) hooks: &'static [Hook],
    /// The form in which its answers go over a network, where that is peculiar.
    pub(crate) wire: Option<Wire>,
}

/// The form in which answers go over a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    /// In chunks of a few bytes.
    Chunked,
    /// With the names of header fields in title case.
    TitleCase,
    /// With a pause before each piece of the body.
    Slow,
    /// With a connection that is closed after every answer, which does not say so.
    ClosesSilently,
    /// With a connection that is closed after a few answers, which do not say so.
    ClosesEarly,
    /// As HTTP/1.0 does, without a length.
    Http10,
    /// With a body in the answer to a HEAD.
    HeadWithBody,
    /// With a body in the answer to a HEAD at a path that is not served.
    HeadElsewhereWithBody,
    /// With some of what was sent left for the next request.
    BodyUnread,
    /// With the rest of a long body left for the next request.
    RestUnread,
    /// From the first chunk of a body.
    FirstChunk,
    /// Without reading a long body, over which the connection is closed.
    LongUnread,
    /// With the answer to a HEAD in place of the next one.
    Lagging,
    /// With a byte more than the length says.
    LengthShort,
    /// With fewer bytes than the length says.
    LengthLong,
    /// In chunks that do not end.
    LastChunkMissing,
    /// Not at all, now and then.
    Dropped,
    /// With the token of the request before it on its connection, where it has none.
    RemembersToken,
    /// With the key of the request before it on its connection, where it has none.
    RemembersKey,
    /// Without the name of the protocol.
    StatusGarbage,
    /// With a very long header.
    HeadLong,
}

impl Wire {
    /// Returns whether a library for HTTP would not do so.
    pub(crate) fn is_written_by_hand(self) -> bool {
        !matches!(
            self,
            Self::Chunked
                | Self::TitleCase
                | Self::Slow
                | Self::FirstChunk
                | Self::RemembersToken
                | Self::RemembersKey
        )
    }
}

const VARIANTS: &[Variant] = &[
    Variant {
        name: "body-in-chunks",
        sentence: "The body comes in chunks and without a length.",
        hooks: &[],
        wire: Some(Wire::Chunked),
    },
    Variant {
        name: "header-names-in-title-case",
        sentence: "The names of header fields are in title case.",
        hooks: &[],
        wire: Some(Wire::TitleCase),
    },
    Variant {
        name: "slow",
        sentence: "The body comes in pieces, with a pause before each.",
        hooks: &[],
        wire: Some(Wire::Slow),
    },
    Variant {
        name: "closes-silently",
        sentence: "The connection is closed after every answer, which does not say so.",
        hooks: &[],
        wire: Some(Wire::ClosesSilently),
    },
    Variant {
        name: "closes-early",
        sentence: "The connection is closed after three answers, which do not say so.",
        hooks: &[],
        wire: Some(Wire::ClosesEarly),
    },
    Variant {
        name: "long-body-is-unread",
        sentence: "A body of more than 64 KiB is answered without being read, and the connection closed.",
        hooks: &[],
        wire: Some(Wire::LongUnread),
    },
    Variant {
        name: "speaks-http-1-0",
        sentence: "Answers are HTTP/1.0, and end with the connection.",
        hooks: &[],
        wire: Some(Wire::Http10),
    },
    Variant {
        name: "header-names-in-capitals",
        sentence: "The names of header fields are in capitals.",
        hooks: &[Hook::Answer(|answer, _| {
            for (name, _) in &mut answer.headers {
                name.make_ascii_uppercase();
            }
        })],
        wire: None,
    },
    Variant {
        name: "header-values-say-more",
        sentence: "The content type has a charset, and the cache is told more than it need be.",
        hooks: &[Hook::Answer(|answer, _| {
            for (name, value) in [
                ("content-type", "Application/JSON; charset=utf-8"),
                ("cache-control", "private, max-age=0, No-Store"),
            ] {
                if let Some(header) = answer.header(name) {
                    value.clone_into(header);
                }
            }
        })],
        wire: None,
    },
    Variant {
        name: "header-field-in-two",
        sentence: "Cache-Control comes in two fields.",
        hooks: &[Hook::Answer(|answer, _| {
            answer.headers.insert(0, ("cache-control".to_owned(), "no-cache".to_owned()));
        })],
        wire: None,
    },
    Variant {
        name: "more-headers",
        sentence: "Answers carry header fields of which the format says nothing.",
        hooks: &[Hook::Answer(|answer, _| {
            answer.add("server", "reference");
            answer.add("vary", "Origin, Accept-Encoding");
            answer.add("x-request-id", "7");
            answer.add("content-security-policy", "default-src 'none'");
        })],
        wire: None,
    },
    Variant {
        name: "two-authorizations-are-malformed",
        sentence: "Two headers of Authorization are malformed where none is read, as to an HTTP parser.",
        hooks: &[Hook::Refusal(|visit| {
            let incoming = visit.incoming;
            let reads = [Operation::Exchange, Operation::Session, Operation::SignOut];
            let is_read = incoming.operation().is_some_and(|it| reads.contains(&it));
            let is_twice = incoming.header_values("authorization").len() > 1;
            (is_twice && !is_read).then_some(ErrorCode::MalformedRequest)
        })],
        wire: None,
    },
    Variant {
        name: "methods-in-other-order",
        sentence: "The Allow header lists POST before GET, without a space.",
        hooks: &[Hook::Answer(|answer, _| {
            if let Some(allow) = answer.header("allow") {
                let mut methods: Vec<_> = allow.split(", ").collect();
                methods.reverse();
                *allow = methods.join(",");
            }
        })],
        wire: None,
    },
    Variant {
        name: "more-members",
        sentence: "Answers have members of which the format says nothing.",
        hooks: &[Hook::Answer(|answer, _| {
            answer.body = answer
                .body
                .replace(r#","stat":"#, r#","took":{"ms":[1,2.5]},"stat":"#)
                .replace(r#","displayName":"#, r#","locale":null,"displayName":"#)
                .replace(r#","details":"#, r#","help":"","details":"#);
        })],
        wire: None,
    },
    Variant {
        name: "error-members-in-other-order",
        sentence: "The details of an error come before its name and code, and stat before status_code.",
        hooks: &[Hook::Answer(|answer, _| {
            let status = answer.status;
            let members = ["details", "name", "code"]
                .map(|member| answer.value(member).map(|value| format!("\"{member}\":{value}")));
            if let [Some(details), Some(name), Some(code)] = members {
                answer.body = format!(
                    r#"{{"error":{{{details},{name},{code}}},"stat":"fail","status_code":{status}}}"#
                );
            }
        })],
        wire: None,
    },
    Variant {
        name: "text-is-escaped",
        sentence: "Characters of JSON strings are escaped where they need not be.",
        hooks: &[Hook::Answer(|answer, _| {
            answer.body = answer.body.replace('@', r"\u0040").replace("Example", r"\u0045xample");
        })],
        wire: None,
    },
    Variant {
        name: "details-in-another-language",
        sentence: "The details of errors are in Greek.",
        hooks: &[Hook::Answer(|answer, _| answer.say("η αίτηση απορρίφθηκε"))],
        wire: None,
    },
    Variant {
        name: "company-is-named-token-escaped",
        sentence: "The company's name holds the word token, written so that old clients do not find it.",
        hooks: &[Hook::Answer(|answer, _| answer.set("companyName", r#""\u0074oken Ltd""#))],
        wire: None,
    },
    Variant {
        name: "ids-are-large",
        sentence: "A userId has 16 digits.",
        hooks: &[Hook::Answer(|answer, _| {
            if let Some(id) = answer.value("userId").and_then(|id| id.parse::<u64>().ok()) {
                answer.set("userId", &(MAX_INTEGER - id).to_string());
            }
        })],
        wire: None,
    },
    Variant {
        name: "company-is-configured",
        sentence: "A direct sign-in without a company means the first one.",
        hooks: &[Hook::Company(FIRST_DOMAIN)],
        wire: None,
    },
    Variant {
        name: "has-legacy-option",
        sentence: "The option for legacy clients is on.",
        hooks: &[Hook::Legacy],
        wire: None,
    },
    Variant {
        name: "products-are-its-own",
        sentence: "The products are none of the document's.",
        hooks: &[Hook::Products(&["chat", "desk-2", "9"])],
        wire: None,
    },
    Variant {
        name: "product-is-alone",
        sentence: "There is one product.",
        hooks: &[Hook::Products(&["chat"])],
        wire: None,
    },
    Variant {
        name: "dot-segments-are-resolved",
        sentence: "The segments . and .. of a path are resolved before it is read.",
        hooks: &[Hook::Request(|request, _| request.path = resolve(&request.path))],
        wire: None,
    },
    Variant {
        name: "busy",
        sentence: "One request in about thirty is told to come again in a second.",
        hooks: &[
            Hook::Refusal(|visit| {
                let lot = visit.incoming.entropy.last().is_some_and(|byte| *byte < 8);
                lot.then_some(ErrorCode::RateLimited)
            }),
            Hook::Answer(|answer, _| {
                if answer.is(ErrorCode::RateLimited) {
                    answer.add("retry-after", "1");
                }
            }),
        ],
        wire: None,
    },
];

impl Variant {
    /// Every variant.
    pub fn all() -> &'static [Self] {
        VARIANTS
    }

    /// The variant of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|variant| variant.name == name)
    }
}

/// Returns the path without dot segments.
fn resolve(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "." => (),
            ".." => drop(segments.pop()),
            other => segments.push(other),
        }
    }
    segments.join("/")
}
