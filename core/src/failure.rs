//! The answers to failures of a host that no call tells of.

use crate::{Error, Response, Settings};

/// A failure of a host outside of any call.
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
}

/// Returns the answer to a failure of the host, for a host that cannot begin a request or cannot end it.
#[must_use]
pub fn failure(failure: Failure, settings: &Settings) -> Response {
    let error = match failure {
        Failure::Internal => Error::Internal,
        Failure::StorageUnavailable => Error::StorageUnavailable,
        Failure::Overloaded { seconds } => Error::Overloaded { seconds },
    };
    Response::error(&error, settings.legacy_status())
}
