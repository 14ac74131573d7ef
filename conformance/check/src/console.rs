//! The streams of the program and the code that it ends with.

use std::io::{Read, Write};

/// The code that the program ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// The server conforms, or the question was answered.
    Success = 0,
    /// A requirement failed.
    Failed = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// The server cannot be reached.
    Unreachable = 3,
    /// A check could not run.
    Incomplete = 4,
    /// The baseline lists a check that passes, or an entry of it has expired.
    Outdated = 5,
    /// The kit itself failed.
    Fault = 6,
}

/// The streams of the program. Texts carry ANSI styles; writers that lead elsewhere than to a terminal strip them.
pub struct Console<'io> {
    /// The input that `--ssokey-file -` and `lint` read.
    pub input: &'io mut dyn Read,
    /// The output for the report.
    pub out: &'io mut dyn Write,
    /// The output for errors.
    pub err: &'io mut dyn Write,
    /// True if progress is shown on the process's own standard error, when that is a terminal.
    pub progress: bool,
}
