//! The report for a job on GitHub: workflow commands, which its runner shows as annotations.
//!
//! A failed MUST, what could not run, what could not be read and what of the baseline is out of date are errors, a failed SHOULD is a warning, the rest are notices. The runner shows ten of
//! each kind per step, so the first notice is the summary.

use std::io::{self, Write};

use crate::format::requirement::Level;
use crate::record::outcome::{Outcome, Verdict};
use crate::record::{Comparison, Record, Recorded};
use crate::report::digest::{failures, reasons};
use crate::report::human::plain;

/// Writes one command a line.
///
/// # Errors
///
/// The writer's.
pub fn write(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let (verdict, target) = (record.verdict, &record.target);
    command("notice", &format!("{verdict}: {target}"), &record.counts.to_string(), out)?;
    for remark in &record.remarks {
        command("warning", "run", remark, out)?;
    }
    if let Some(unread) = record.recording.as_ref().and_then(Recorded::unread_in_words) {
        command("error", "recording", &unread, out)?;
    }
    for (id, what) in record.baseline.iter().flat_map(Comparison::outdated) {
        command("error", "baseline", &format!("{id} {what}"), out)?;
    }
    for failure in failures(record) {
        let finding = failure.finding;
        let kind = match (&finding.outcome, finding.level) {
            (Outcome::Failed { .. }, Level::Must) => "error",
            (Outcome::Failed { .. }, Level::Should | Level::May) => "warning",
            (Outcome::Known { .. }, _) => "notice",
            (Outcome::Passed | Outcome::CouldNotRun { .. } | Outcome::NotApplicable { .. }, _) => {
                continue;
            }
        };
        let title = format!("{} {}", finding.outcome.word(), finding.id);
        command(kind, &title, &plain(&failure)?, out)?;
    }
    if let Some(sequences) = &record.sequences {
        let kind = match sequences.verdict() {
            Verdict::Conformant => "notice",
            Verdict::NotConformant | Verdict::BaselineOutdated | Verdict::Incomplete => "error",
        };
        let stopped = sequences.stopped.as_ref().map_or("", |why| why.words());
        let failure = sequences.failure.as_ref();
        let told = failure.map_or_else(|| stopped.to_owned(), ToString::to_string);
        let text = format!("{}\n{told}", sequences.summary());
        command(kind, "sequences", text.trim_end(), out)?;
    }
    for (outcome, reason, ids) in reasons(record) {
        let kind = match outcome {
            Outcome::CouldNotRun { .. } => "error",
            Outcome::NotApplicable { .. }
            | Outcome::Passed
            | Outcome::Failed { .. }
            | Outcome::Known { .. } => "notice",
        };
        command(kind, outcome.word(), &format!("{reason}\n{}", ids.join(", ")), out)?;
    }
    Ok(())
}

/// A command, escaped so that nothing in it ends it or begins a new one.
fn command(kind: &str, title: &str, message: &str, out: &mut dyn Write) -> io::Result<()> {
    let title = escape(title).replace(':', "%3A").replace(',', "%2C");
    writeln!(out, "::{kind} title={title}::{}", escape(message))
}

fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_or_begins_another() {
        let mut text = Vec::new();
        command("error", "a,b:c%\n::error::", "100%,\r\n::error title=x::y", &mut text).unwrap();
        insta::assert_snapshot!(
            String::from_utf8(text).unwrap(),
            @"::error title=a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3A::100%25,%0D%0A::error title=x::y"
        );
    }
}
