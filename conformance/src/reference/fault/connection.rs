//! Faults of connections, which show over a network alone.

use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::variant::Wire;

const WHOLE: &[&str] = &["connection.brings-whole-answers"];

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "head-has-body",
        sentence: "The answer to a HEAD has the body that a GET would get.",
        fails: WHOLE,
        hooks: &[Hook::Wire(Wire::HeadWithBody)],
    },
    Fault {
        name: "head-elsewhere-has-body",
        sentence: "The answer to a HEAD at a path that is not served has a body.",
        fails: WHOLE,
        hooks: &[Hook::Wire(Wire::HeadElsewhereWithBody)],
    },
    Fault {
        name: "rest-of-long-body-is-left-unread",
        sentence: "What a body has beyond 48 KiB is taken for the next request.",
        fails: WHOLE,
        hooks: &[Hook::Wire(Wire::RestUnread)],
    },
    Fault {
        name: "body-is-left-unread",
        sentence: "The body of a request that is refused by its path or method is taken for the next request.",
        fails: WHOLE,
        hooks: &[Hook::Wire(Wire::BodyUnread)],
    },
    Fault {
        name: "answer-lags",
        sentence: "After a HEAD the next request of the connection gets the answer to the HEAD.",
        fails: &["connection.carries-many-requests"],
        hooks: &[Hook::Wire(Wire::Lagging)],
    },
    Fault {
        name: "token-stays-with-connection",
        sentence: "A request without a token has that of the request before it on its connection.",
        fails: &["connection.forgets-requests", "connection.brings-whole-answers?"],
        hooks: &[Hook::Wire(Wire::RemembersToken)],
    },
    Fault {
        name: "key-stays-with-connection",
        sentence: "A sign-on without a key has that of the request before it on its connection.",
        fails: &[
            "connection.forgets-requests",
            "connection.brings-whole-answers?",
            "launch.refuses-missing?",
            "parameter.refuses-missing?",
        ],
        hooks: &[Hook::Wire(Wire::RemembersKey)],
    },
    Fault {
        name: "length-is-short",
        sentence: "The body ends with a line feed that its length does not count.",
        fails: WHOLE,
        hooks: &[Hook::Wire(Wire::LengthShort)],
    },
    Fault {
        name: "length-is-long",
        sentence: "The body of the answer to a preflight ends before its length.",
        fails: WHOLE,
        hooks: &[Hook::Wire(Wire::LengthLong)],
    },
    Fault {
        name: "last-chunk-is-missing",
        sentence: "The chunks of the answer to a preflight do not end.",
        fails: WHOLE,
        hooks: &[Hook::Wire(Wire::LastChunkMissing)],
    },
    Fault {
        name: "answer-is-dropped",
        sentence: "Every fifth connection is closed in place of the answer to a GET.",
        fails: WHOLE,
        hooks: &[Hook::Wire(Wire::Dropped)],
    },
    Fault {
        name: "status-line-is-garbage",
        sentence: "The answer to a preflight does not begin as HTTP does.",
        fails: WHOLE,
        hooks: &[Hook::Wire(Wire::StatusGarbage)],
    },
    Fault {
        name: "head-is-too-long",
        sentence: "The headers of the answer to a preflight have 40 KiB.",
        fails: WHOLE,
        hooks: &[Hook::Wire(Wire::HeadLong)],
    },
];
