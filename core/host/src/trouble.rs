//! What a host is told of, since a client sees no more of it than 5000, 5030 or a password that does not match.

use std::fmt;

use ssokey_core::{CompanyId, Fault};

/// A trouble of the host. Nothing that a client sent is in it, unless a storage's own error has it, which is not among its words.
#[derive(Debug)]
#[non_exhaustive]
pub enum Trouble<E> {
    /// A call of the storage failed.
    Storage {
        /// The name of the call, as in `spec/storage.md`.
        call: &'static str,
        /// The storage's error.
        error: E,
    },
    /// A reply did not fit its call. Core has answered 5000.
    Fault(Fault),
    /// A hash was not computed, although there was no lack of threads or memory.
    Hash {
        /// The name of the call, as in `spec/storage.md`.
        call: &'static str,
    },
    /// A stored password hash cannot be read, so no password matches it.
    UnreadableHash {
        /// The company of the user whose hash it is.
        company_id: Option<CompanyId>,
    },
    /// The system gives no random bytes, so nothing can be decided.
    NoEntropy,
}

/// Says what happened, for a log, without the words of the storage's own error: drivers put values there.
impl<E> fmt::Display for Trouble<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(Fault { call, member, expected, .. }) => {
                write!(f, "the reply to `{call}` is wrong: `{member}` must be {expected}")
            }
            Self::Storage { call, .. } | Self::Hash { call } => write!(f, "`{call}` failed"),
            Self::UnreadableHash { company_id: Some(id) } => {
                write!(f, "a user of company {id} has a password hash that cannot be read")
            }
            Self::UnreadableHash { company_id: None } => {
                f.write_str("a user has a password hash that cannot be read")
            }
            Self::NoEntropy => f.write_str("the system gives no random bytes"),
        }
    }
}
