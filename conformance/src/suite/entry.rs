//! A place in a suite.

use crate::suite::check::Check;

/// A check and whether its outcome is asked for.
pub(crate) struct Entry {
    pub(crate) check: &'static Check,
    pub(crate) selected: bool,
}

impl Entry {
    /// Returns whether its outcome needs the answers to other checks.
    pub(crate) fn judges(&self) -> bool {
        self.selected && self.check.is_passive()
    }
}
