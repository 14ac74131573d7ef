//! The answers to what keeps a request from the core: failures of the host, and requests that an HTTP parser in front refuses.

use crate::operation::GET_OR_POST;
use crate::{Error, Response, Settings};

/// A failure that no call tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    /// An HTTP parser in front cannot read the request: 4000.
    MalformedRequest,
    /// An HTTP parser in front does not know the method: 4050.
    MethodNotAllowed,
    /// The request is over a limit of an HTTP parser in front: 4130.
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
        Failure::MethodNotAllowed => Error::MethodNotAllowed { allow: GET_OR_POST },
        Failure::TooLarge => Error::TooLarge,
    };
    let response = Response::error(&error);
    if settings.legacy_status() { response.for_legacy_clients() } else { response }
}
