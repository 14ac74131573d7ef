//! The reasons to end a check before it has judged.

use crate::record::lacking::Reason;

/// A reason to end a check before its verdict.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stop {
    /// Something that the check builds on is not there.
    Blocked(Reason),
    /// The server does not offer what the check is about, or the run was not given what it needs.
    Lacking(Reason),
    /// The kit itself is at fault.
    Fault(String),
}
