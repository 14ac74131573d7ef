//! Where a server's answer differs from what a requirement says.

use serde::Serialize;

use crate::request::{Outline, Request};

/// What a requirement expects and what came instead.
#[derive(Clone, Debug)]
pub struct Deviation {
    /// What the requirement expects.
    pub expected: String,
    /// What came.
    pub actual: String,
}

impl Deviation {
    /// Both as parts of a sentence: `HTTP 200`, not `Expected HTTP 200.`
    pub fn new(expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self { expected: expected.into(), actual: actual.into() }
    }

    /// The deviation together with the request that led to it.
    pub fn on(self, request: &Request) -> Mismatch {
        Mismatch { expected: self.expected, actual: self.actual, request: request.outline() }
    }
}

/// A deviation and the request that led to it.
#[derive(Clone, Debug, Serialize)]
pub struct Mismatch {
    /// What the requirement expects.
    pub expected: String,
    /// What came.
    pub actual: String,
    /// The request, without its values.
    pub request: Outline,
}
