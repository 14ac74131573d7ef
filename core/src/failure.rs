//! The answers to failures that no call tells of.

use crate::{Error, Response, Settings};

/// A failure outside of any call: of the host, or of a client whose bytes a host's HTTP parser refused, so that there is no request
/// that the core could answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The host is at fault: 5000.
    Internal,
    /// Storage cannot be reached: 5030.
    StorageUnavailable,
    /// The host has no capacity for the request: 5031.
    Overloaded {
        /// The number of seconds after which to try again.
        seconds: u32,
    },
    /// The bytes are not a request of HTTP: 4000.
    MalformedRequest,
    /// The method is not one that the host can read: 4050.
    MethodNotAllowed,
    /// The head of the request is larger than the host reads: 4130.
    TooLarge,
}

/// Returns the answer to a failure, for a host that cannot begin a request or cannot end it.
#[must_use]
pub fn failure(failure: Failure, settings: &Settings) -> Response {
    let error = match failure {
        Failure::Internal => Error::Internal,
        Failure::StorageUnavailable => Error::StorageUnavailable,
        Failure::Overloaded { seconds } => Error::Overloaded { seconds },
        Failure::MalformedRequest => Error::Malformed,
        // The path is not known; every method of a path is one of these.
        Failure::MethodNotAllowed => Error::MethodNotAllowed { allow: "GET, POST" },
        Failure::TooLarge => Error::TooLarge,
    };
    Response::error(&error, settings.legacy_status())
}
