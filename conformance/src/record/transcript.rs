//! An exchange without its secrets, for reports and recordings.

use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::message::secrets::Secrets;
use crate::message::shown;
use crate::record::exchange::Exchange;

/// A request and its answer as text: what was decoded as the format has it, a label in place of every secret.
#[derive(Clone, Debug, Serialize)]
pub struct Transcript {
    /// The check that sent it; none at first contact.
    pub check: Option<&'static str>,
    /// The request.
    pub sent: Sent,
    /// The answer.
    pub received: Received,
    /// True if the answer may quote what nobody could decode.
    #[serde(skip)]
    pub(crate) is_quiet: bool,
    /// The time at which it was sent. It does not have to be reproducible.
    #[serde(skip)]
    pub began: SystemTime,
    /// The time that it took to come. It does not have to be reproducible either.
    #[serde(skip)]
    pub took: Duration,
}

/// A request.
#[derive(Clone, Debug, Serialize)]
pub struct Sent {
    /// The method.
    pub method: String,
    /// The path below the server's base.
    pub path: String,
    /// The query without `?`.
    pub query: Option<String>,
    /// Name and value of each header field that the check set.
    pub headers: Vec<(String, String)>,
    /// The body; of one that is not in the format, its length and media type.
    pub body: Option<String>,
    /// The particularity of the request, in words.
    pub case: Option<String>,
}

/// An answer.
#[derive(Clone, Debug, Serialize)]
pub struct Received {
    /// The HTTP status.
    pub status: u16,
    /// Name and value of each header field.
    pub headers: Vec<(String, String)>,
    /// The body; of one that is not a JSON object, its length and media type.
    pub body: String,
}

impl Transcript {
    /// Takes the secrets out of an exchange.
    pub fn new(exchange: &Exchange, secrets: &Secrets) -> Self {
        let Exchange { request, answer, began, took, check, .. } = exchange;
        let hide = |text: &str| secrets.redact(text);
        let operation = request.operation();
        let sent = request.headers.iter();
        let received = answer.headers().iter();
        Self {
            check: *check,
            sent: Sent {
                method: shown::method(&request.method).to_owned(),
                path: hide(&request.path),
                query: request.query.as_deref().map(|it| shown::query(it, operation, secrets)),
                headers: sent
                    .map(|(name, value)| shown::request_header(name, value, operation, secrets))
                    .collect(),
                body: shown::request_body(request, secrets),
                case: request.case.as_deref().map(hide),
            },
            received: Received {
                status: answer.status(),
                headers: received
                    .map(|(name, value)| shown::answer_header(name, value, secrets))
                    .collect(),
                body: shown::answer_body(request, answer, secrets),
            },
            is_quiet: shown::is_quiet(request, secrets),
            began: *began,
            took: *took,
        }
    }
}

impl Sent {
    /// The request with what is long cut.
    #[must_use]
    pub fn cut(mut self, longest: usize) -> Self {
        let values = self.headers.iter_mut().map(|(_, value)| value);
        for text in values.chain(&mut self.query).chain(&mut self.body) {
            cut(text, longest);
        }
        self
    }
}

impl Received {
    /// The answer with what is long cut, for a report that shows many.
    #[must_use]
    pub fn cut(mut self, longest: usize) -> Self {
        let values = self.headers.iter_mut().map(|(_, value)| value);
        for text in values.chain([&mut self.body]) {
            cut(text, longest);
        }
        self
    }
}

fn cut(text: &mut String, longest: usize) {
    if let Some((at, _)) = text.char_indices().nth(longest) {
        text.truncate(at);
        text.push('…');
    }
}
