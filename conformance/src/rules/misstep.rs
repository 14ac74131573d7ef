//! What a server gets wrong in a step.

use crate::rules::property::MismatchKind;

/// A difference of an answer to a step: its place and its kind.
pub(crate) struct Misstep {
    pub(crate) at: usize,
    pub(crate) kind: MismatchKind,
    pub(crate) expected: String,
    pub(crate) actual: String,
}

impl Misstep {
    pub(crate) fn new(
        at: usize,
        kind: MismatchKind,
        expected: impl Into<String>,
        actual: String,
    ) -> Self {
        Self { at, kind, expected: expected.into(), actual }
    }
}
