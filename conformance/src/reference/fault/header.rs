//! Faults of header fields.

use crate::format::operation::Operation;
use crate::message::escape::json_string;
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;

const CORS: &str = "access-control-allow-origin";

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "errors-are-text",
        sentence: "The content type of a refusal is that of a page.",
        fails: &["header.content-type-is-json"],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.status >= 400
                && let Some(content_type) = answer.header("content-type")
            {
                "text/html".clone_into(content_type);
            }
        })],
    },
    Fault {
        name: "errors-are-pages-for-browsers",
        sentence: "Who accepts HTML is refused a path, a method or a size with a page.",
        fails: &[
            "header.others-are-ignored",
            "header.content-type-is-json",
            "answer.is-compact",
            "answer.status-equals-status-code",
            "error.has-error-shape",
        ],
        hooks: &[Hook::Answer(|answer, visit| {
            let accepts = visit.incoming.header("accept").unwrap_or_default();
            if accepts.contains("text/html")
                && matches!(answer.status, 404 | 405 | 413)
                && let Some(content_type) = answer.header("content-type")
            {
                "text/html".clone_into(content_type);
                "<h1>Error</h1>".clone_into(&mut answer.body);
            }
        })],
    },
    Fault {
        name: "names-of-headers-mind-case",
        sentence: "Header fields are known by their names in lower case alone.",
        fails: &[
            "way.accepts-media-type-variants",
            "*.reads-one-body-alike",
            "coding.refuses-others",
            "*.refuses-codings",
            "*.refuses-two-authorizations",
            "exchange.gives-account",
            "session.reads-bearer-in-any-case",
            "sign-out.answers-ok",
        ],
        hooks: &[Hook::Request(|request, _| {
            request.headers.retain(|(name, _)| *name == name.to_ascii_lowercase());
        })],
    },
    Fault {
        name: "errors-are-stored",
        sentence: "A refusal may be stored by caches.",
        fails: &["header.forbids-storing"],
        hooks: &[Hook::Answer(|answer, _| {
            if answer.status >= 400 {
                answer.drop_header("cache-control");
            }
        })],
    },
    Fault {
        name: "referrer-policy-is-absent",
        sentence: "Browsers may send the URL on as the referrer.",
        fails: &["header.forbids-referrer"],
        hooks: &[Hook::Answer(|answer, _| answer.drop_header("referrer-policy"))],
    },
    Fault {
        name: "nosniff-is-absent",
        sentence: "Browsers may guess a different content type.",
        fails: &["header.forbids-sniffing"],
        hooks: &[Hook::Answer(|answer, _| answer.drop_header("x-content-type-options"))],
    },
    Fault {
        name: "cors-is-for-all",
        sentence: "Pages of every origin may read every answer.",
        fails: &[
            "header.has-no-cors-for-browsers",
            "header.has-no-cors",
            "header.has-no-cors-for-any-origin",
        ],
        hooks: &[Hook::Answer(|answer, _| answer.add(CORS, "*"))],
    },
    Fault {
        name: "cors-is-for-origins",
        sentence: "Pages of every origin may read the answers to their own calls.",
        fails: &["header.has-no-cors-for-browsers", "header.has-no-cors-for-any-origin"],
        hooks: &[Hook::Answer(|answer, visit| {
            if visit.incoming.header("origin").is_some() {
                answer.add(CORS, "*");
            }
        })],
    },
    Fault {
        name: "password-is-in-header",
        sentence: "A header of the answer to a sign-on quotes the password.",
        fails: &["secret.is-never-repeated"],
        hooks: &[Hook::Answer(|answer, visit| {
            if let (Some(password), 200, true) =
                (visit.field("password"), answer.status, visit.is_for(Operation::SignOn))
            {
                answer.add("x-debug", &json_string(&password));
            }
        })],
    },
];
