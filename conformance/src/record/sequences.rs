//! What came of playing sequences of calls.

use std::fmt;

use anstyle::Style;
use serde::Serialize;

use crate::record::lacking::Reason;
use crate::record::outcome::Verdict;

/// The sequences of calls that a run has played after its checks. Their seed is that of the run.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Sequences {
    /// The number that was to be played.
    pub planned: u32,
    /// The number that was played, without those that only made a failure shorter.
    pub played: u32,
    /// The number of their steps together, as far as they were played.
    pub steps: usize,
    /// The number of sequences that were played to make a failure shorter.
    pub shrinks: u32,
    /// The number of requests that the server answered. It depends on who wins a race.
    #[serde(skip)]
    pub requests: usize,
    /// The operations that no sequence asks for.
    pub left_out: Vec<LeftOut>,
    /// The reason for which not all were played, other than a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Reason>,
    /// The shortest sequence that was found to go wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<FailedSequence>,
    /// The command that plays them again. The kit itself gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<String>,
    /// The reason for which the baseline lists the property that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<String>,
}

/// Something that no sequence asks for.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct LeftOut {
    /// The name of the operation or account.
    pub what: &'static str,
    /// The reason.
    pub reason: Reason,
    /// True if the sequences say too little without it.
    pub needed: bool,
    /// Advice from the program that ran the sequences. The kit itself gives none.
    #[serde(skip)]
    pub advice: Option<String>,
}

/// A sequence whose last step goes wrong, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FailedSequence {
    /// The id of the property that it breaks.
    pub property: &'static str,
    /// The property in a sentence.
    pub title: &'static str,
    /// The requirement that says so.
    pub requirement: &'static str,
    /// The requirement as the specification words it.
    pub sentence: &'static str,
    /// The harm: who suffers, and how.
    pub why: &'static str,
    /// The steps.
    pub sequence: Vec<String>,
    /// The result that the last step must have.
    pub expected: String,
    /// The result that it had.
    pub actual: String,
}

impl Sequences {
    /// Returns what the sequences say of the server. What they leave out is for the checks to say.
    pub fn verdict(&self) -> Verdict {
        if self.failure.is_some() && self.known.is_none() {
            Verdict::NotConformant
        } else if self.stopped.is_some() {
            Verdict::Incomplete
        } else {
            Verdict::Conformant
        }
    }

    /// Says in one line how many were played, and what came of it.
    pub fn summary(&self) -> String {
        let Self { planned, played, steps, .. } = self;
        let of = if played == planned { String::new() } else { format!(" of {planned}") };
        let plural = if *steps == 1 { "" } else { "s" };
        let outcome = match (&self.failure, &self.stopped) {
            (Some(failure), _) => {
                let known = if self.known.is_some() { ", as is known" } else { "" };
                format!("the last breaks {}{known}", failure.property)
            }
            (None, Some(_)) => "nothing went wrong, but not all were played".to_owned(),
            (None, None) => "nothing went wrong".to_owned(),
        };
        format!("{played}{of} sequences, {steps} step{plural} in all: {outcome}")
    }
}

impl FailedSequence {
    /// Writes what it breaks, the sequence step by step, and where it goes wrong, in these styles.
    ///
    /// # Errors
    ///
    /// The writer's.
    pub(crate) fn write(
        &self,
        [bad, strong, faint]: [Style; 3],
        out: &mut dyn fmt::Write,
    ) -> fmt::Result {
        let Self { property, title, requirement, sentence, why, .. } = self;
        let Self { sequence, expected, actual, .. } = self;
        writeln!(out, "{bad}failed{bad:#} {strong}{property}{strong:#}: {title}")?;
        writeln!(out, "  {requirement}: {sentence}")?;
        writeln!(out, "  {faint}why{faint:#}       {why}")?;
        for (number, step) in (1..).zip(sequence) {
            writeln!(out, "  {faint}step {number:<2}{faint:#}   {step}")?;
        }
        writeln!(out, "  {faint}expected{faint:#}  {expected}")?;
        writeln!(out, "  {faint}actual{faint:#}    {actual}")
    }
}

impl fmt::Display for FailedSequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write([Style::new(); 3], f)
    }
}
