//! The progress of a run, for whoever watches it.

use crate::suite::check::Check;

/// The next action of a run.
#[derive(Clone, Copy)]
pub enum Progress<'c> {
    /// Run this check.
    Check(&'c Check),
    /// Play one more sequence of calls.
    Sequence,
    /// Make the sequence that went wrong shorter.
    Shrink,
}
