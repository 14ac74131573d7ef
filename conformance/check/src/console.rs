//! The streams of the program and the code that it ends with.

use std::io::{self, Read, Write};

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
    /// A check could not run, or `--reset` failed after the run.
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
    /// The person who can be asked, if there is one.
    pub terminal: Option<&'io mut dyn Terminal>,
    /// True if progress is shown on the process's own standard error, when that is a terminal.
    pub progress: bool,
}

/// A person at a terminal.
pub trait Terminal {
    /// Asks a question and returns what is typed, without its line end.
    ///
    /// # Errors
    ///
    /// The terminal's, or that it is gone.
    fn ask(&mut self, question: &str) -> io::Result<String>;

    /// Does the same, and does not show what is typed.
    ///
    /// # Errors
    ///
    /// The terminal's, or that it is gone.
    fn ask_secret(&mut self, question: &str) -> io::Result<String>;

    /// Says a sentence.
    ///
    /// # Errors
    ///
    /// The terminal's.
    fn say(&mut self, sentence: &str) -> io::Result<()>;
}
