//! The report for people: the verdict first and last, what failed in between.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::record::finding::Finding;
use crate::record::left_behind::LeftBehind;
use crate::record::outcome::{Outcome, Verdict};
use crate::record::sequences::LeftOut;
use crate::record::{Comparison, Record, Recorded};
use crate::report::digest::{Failure, GroupedMismatch, failures, group_mismatches, reasons};
use crate::report::untried::write_untried;
use crate::suite::baseline::Baseline;

pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(super) const OPEN: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const STRONG: Style = Style::new().bold();
pub(super) const FAINT: Style = Style::new().dimmed();

/// The amount of what people are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// The verdict and what failed.
    Quiet,
    /// All but the checks that passed, which are counted.
    #[default]
    Usual,
    /// All.
    Passed,
}

/// Writes the report with ANSI styles; a writer for anything but a terminal strips them.
///
/// # Errors
///
/// The writer's.
pub fn write(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    write_with(record, Detail::Usual, out)
}

/// The same with more or less detail.
///
/// # Errors
///
/// The writer's.
pub fn write_with(record: &Record, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let Record { target, product, kit_version, .. } = record;
    let product = if product.is_empty() { "" } else { &format!(", product {product}") };
    writeln!(out, "{target}{product}, judged by ssokey-check {kit_version}")?;
    write_verdict(record, out)?;
    for remark in &record.remarks {
        writeln!(out, "  {OPEN}{remark}{OPEN:#}")?;
    }
    write_obstacle(record, out)?;
    for failure in failures(record) {
        write_failure(&failure, |style| style, out)?;
    }
    if detail == Detail::Quiet {
        write_outdated(record, out)?;
        let failed = record.sequences.as_ref().is_some_and(|it| it.failure.is_some());
        return if failed { write_sequences(record, out) } else { Ok(()) };
    }
    write_reasons(record, out)?;
    write_sequences(record, out)?;
    write_passed(record, detail, out)?;
    write_outdated(record, out)?;
    write_proposal(record, out)?;
    writeln!(out)?;
    match &record.recording {
        Some(recording) => write_recording(recording, out)?,
        None => write_left_behind(record, out)?,
    }
    write_untried(record, out)?;
    if record.selection.left_out > 0 {
        writeln!(out, "{} checks were left out and say nothing", record.selection.left_out)?;
    }
    write_verdict(record, out)
}

/// Writes what kept the first check from running, which is often what kept all of them.
fn write_obstacle(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let obstacle = reasons(record).into_iter().find_map(|(outcome, reason, _)| match outcome {
        Outcome::CouldNotRun { .. } => Some(reason),
        Outcome::Passed
        | Outcome::Failed { .. }
        | Outcome::Known { .. }
        | Outcome::NotApplicable { .. } => None,
    });
    match obstacle.filter(|_| record.verdict == Verdict::Incomplete) {
        Some(reason) => writeln!(out, "  {reason}"),
        None => Ok(()),
    }
}

fn write_recording(recording: &Recorded, out: &mut dyn Write) -> io::Result<()> {
    let Recorded { judged, ignored, .. } = recording;
    let answers = if *judged == 1 { "answer was" } else { "answers were" };
    write!(out, "{judged} recorded {answers} judged")?;
    if *ignored == 0 {
        writeln!(out, ", and nothing was sent")?;
    } else {
        writeln!(out, ", and {ignored} exchanges of other URLs, or without an answer, ignored")?;
    }
    recording.unread_in_words().map_or(Ok(()), |unread| writeln!(out, "{unread}"))
}

fn write_left_behind(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{} requests were answered", record.requests)?;
    let LeftBehind { prefix, domain, left_behind, .. } = &record.accounts;
    match left_behind {
        0 => writeln!(out, "; no account is known to be left behind"),
        _ => writeln!(
            out,
            "; {left_behind} accounts are known to be left behind: {prefix}…@{domain} and below that domain"
        ),
    }
}

fn write_verdict(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let verdict = record.verdict;
    let style = match verdict {
        Verdict::Conformant => GOOD,
        Verdict::NotConformant => BAD,
        Verdict::BaselineOutdated | Verdict::Incomplete => OPEN,
    };
    let broken = match &record.sequences {
        Some(it) if it.verdict() != Verdict::Conformant => format!("; {}", it.summary()),
        Some(_) | None => String::new(),
    };
    writeln!(out, "{style}{verdict}{style:#}: {}{broken}", record.counts)
}

fn style(outcome: &Outcome) -> Style {
    match outcome {
        Outcome::Passed => GOOD,
        Outcome::Failed { .. } => BAD,
        Outcome::Known { .. } | Outcome::CouldNotRun { .. } => OPEN,
        Outcome::NotApplicable { .. } => FAINT,
    }
}

fn write_passed(record: &Record, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let passed = record.checks.iter().filter(|it| matches!(it.outcome, Outcome::Passed));
    match detail {
        Detail::Passed => {
            writeln!(out, "\n{GOOD}passed{GOOD:#}:")?;
            let mut passed = passed;
            passed.try_for_each(|it| writeln!(out, "  {:6} {}", it.level.to_string(), it.id))
        }
        Detail::Usual | Detail::Quiet => match passed.count() {
            0 => Ok(()),
            1 => writeln!(out, "\n{GOOD}passed{GOOD:#}: 1 check"),
            count => writeln!(out, "\n{GOOD}passed{GOOD:#}: {count} checks"),
        },
    }
}

fn write_failure(
    failure: &Failure<'_>,
    paint: impl Fn(Style) -> Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let finding = failure.finding;
    let Finding { id, level, title, outcome, .. } = finding;
    let known = match outcome {
        Outcome::Failed { .. } => None,
        Outcome::Known { reason, .. } => Some(reason),
        Outcome::Passed | Outcome::CouldNotRun { .. } | Outcome::NotApplicable { .. } => {
            return Ok(());
        }
    };
    let (style, strong, faint) = (paint(style(outcome)), paint(STRONG), paint(FAINT));
    writeln!(
        out,
        "\n{style}{}{style:#} {strong}{id}{strong:#} ({level}): {title}",
        outcome.word()
    )?;
    if let Some(reason) = known {
        writeln!(out, "  {faint}known{faint:#}     {reason}")?;
    }
    for quote in &finding.requirements {
        writeln!(out, "  {}: {}", quote.id, quote.sentence)?;
    }
    if let Some(quote) = finding.requirements.first() {
        writeln!(out, "  {faint}why{faint:#}       {}", quote.why)?;
    }
    if let Some((count, ids)) = failure.follow() {
        writeln!(out, "  {strong}{count}{strong:#}: {ids}")?;
    }
    if let Some(ids) = failure.alike() {
        writeln!(out, "  {faint}also at{faint:#}   {ids}")?;
    }
    let (mismatches, more) = group_mismatches(outcome);
    for GroupedMismatch { expected, actual, requests, curl } in mismatches {
        writeln!(out, "  {faint}expected{faint:#}  {expected}")?;
        writeln!(out, "  {faint}actual{faint:#}    {actual}")?;
        for request in requests {
            writeln!(out, "  {faint}request{faint:#}   {request}")?;
        }
        if let Some(curl) = curl {
            writeln!(out, "  {faint}as sent{faint:#}   {curl}")?;
        }
    }
    match more {
        0 => (),
        more => writeln!(out, "  {faint}and {more} more{faint:#}")?,
    }
    match &finding.again {
        Some(command) => writeln!(out, "  {faint}again{faint:#}     {command}"),
        None => Ok(()),
    }
}

/// A failure in the words of [`write`], for where there are no styles.
///
/// # Errors
///
/// None that a string in memory could have.
pub(crate) fn plain_failure(finding: &Finding) -> io::Result<String> {
    plain(&Failure::alone(finding))
}

/// The same with those that show the same and those that follow.
///
/// # Errors
///
/// As above.
pub(super) fn plain(failure: &Failure<'_>) -> io::Result<String> {
    let mut text = Vec::new();
    write_failure(failure, |_| Style::new(), &mut text)?;
    Ok(String::from_utf8_lossy(&text).trim().to_owned())
}

/// Checks that could not run or are not applicable, one paragraph for each reason.
fn write_reasons(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    for (outcome, reason, ids) in reasons(record) {
        let style = style(outcome);
        writeln!(out, "\n{style}{}{style:#}: {reason}", outcome.word())?;
        writeln!(out, "  {}", ids.join(", "))?;
    }
    Ok(())
}

/// Writes how many sequences were played, and the one that went wrong.
fn write_sequences(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let Some(sequences) = &record.sequences else { return Ok(()) };
    let style = match sequences.verdict() {
        Verdict::Conformant => GOOD,
        Verdict::NotConformant => BAD,
        Verdict::BaselineOutdated | Verdict::Incomplete => OPEN,
    };
    writeln!(out, "\n{style}sequences{style:#}: {}", sequences.summary())?;
    for LeftOut { what, reason, .. } in &sequences.left_out {
        writeln!(out, "  {FAINT}left out{FAINT:#}  {what}: {reason}")?;
    }
    if let Some(why) = &sequences.stopped {
        writeln!(out, "  {FAINT}stopped{FAINT:#}   {why}")?;
    }
    if let Some(reason) = &sequences.known {
        writeln!(out, "  {FAINT}known{FAINT:#}     {reason}")?;
    }
    if let Some(failure) = &sequences.failure {
        let mut text = String::new();
        failure.write([BAD, STRONG, FAINT], &mut text).map_err(io::Error::other)?;
        write!(out, "\n{text}")?;
    }
    match &sequences.again {
        Some(command) => writeln!(out, "  {FAINT}again{FAINT:#}     {command}"),
        None => Ok(()),
    }
}

/// Writes what of the baseline is out of date.
fn write_outdated(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    for (id, what) in record.baseline.iter().flat_map(Comparison::outdated) {
        writeln!(out, "\n{OPEN}baseline{OPEN:#} {STRONG}{id}{STRONG:#} {what}")?;
    }
    Ok(())
}

/// Writes what a baseline has to hold to tolerate what failed.
fn write_proposal(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let proposal = Baseline::proposal(record);
    if record.baseline.is_some() && !proposal.is_empty() {
        writeln!(out, "\nTo tolerate what failed, add to the baseline:\n\n{proposal}")?;
    }
    Ok(())
}
