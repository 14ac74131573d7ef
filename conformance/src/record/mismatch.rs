//! The differences of a server's answer from what a requirement says.

use serde::Serialize;

use crate::message::request::{Outline, Request};
use crate::record::transcript::{Received, Sent};

/// The expectation of a requirement and the answer that came instead, in words.
#[derive(Clone, Debug)]
pub(crate) struct Mismatch {
    /// The expectation of the requirement.
    pub expected: String,
    /// The answer.
    pub actual: String,
}

impl Mismatch {
    /// Both as parts of a sentence: `HTTP 200`, not `Expected HTTP 200.`
    pub(crate) fn new(expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self { expected: expected.into(), actual: actual.into() }
    }

    /// The mismatch together with the request that led to it, and the place of that exchange in the log.
    pub(crate) fn on(self, request: &Request, exchange: Option<usize>) -> LocatedMismatch {
        LocatedMismatch {
            expected: self.expected,
            actual: self.actual,
            request: request.outline(),
            sent: None,
            curl: None,
            answer: None,
            exchange,
        }
    }
}

/// A mismatch and the exchange that led to it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct LocatedMismatch {
    /// The expectation of the requirement.
    pub expected: String,
    /// The answer.
    pub actual: String,
    /// The request, without its values.
    pub request: Outline,
    /// The request as it was sent, redacted; none if it got no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
    /// The line for curl that sends it again, with variables for its secrets; none where no line could.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub curl: Option<String>,
    /// The answer, redacted; none if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Received>,
    /// The place of the exchange among those of the record.
    #[serde(skip)]
    pub exchange: Option<usize>,
}
