//! What keeps a run from a record.

use crate::transport::TransportError;

/// Why a run came to no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunError {
    /// The first request got no answer.
    Unreachable(TransportError),
    /// The kit itself is at fault.
    Fault(String),
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable(why) => write!(f, "the server gives no answer: {why}"),
            Self::Fault(why) => write!(f, "the kit itself failed: {why}"),
        }
    }
}

impl std::error::Error for RunError {}
