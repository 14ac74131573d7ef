//! The report for people: the verdict first and last, what failed in between.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::mismatch::Mismatch;
use crate::outcome::{Outcome, Verdict};
use crate::record::{Finding, Ledger, Record};

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const OPEN: Style = AnsiColor::Yellow.on_default().bold();
const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// Writes the report with ANSI styles; a writer for anything but a terminal strips them.
///
/// # Errors
///
/// The writer's.
pub fn write(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let Record { target, product, kit_version, .. } = record;
    writeln!(out, "{target}, product {product}, judged by ssokey-check {kit_version}")?;
    write_verdict(record, out)?;
    writeln!(out)?;
    for finding in &record.checks {
        write_line(finding, out)?;
    }
    for finding in &record.checks {
        write_failure(finding, out)?;
    }
    write_blocked(record, out)?;
    writeln!(out)?;
    write!(out, "{} requests were answered", record.requests)?;
    let Ledger { prefix, domain, left_behind } = &record.accounts;
    match left_behind {
        0 => writeln!(out, "; no account is known to be left behind")?,
        _ => writeln!(
            out,
            "; {left_behind} accounts are known to be left behind: {prefix}…@{domain} and below that domain"
        )?,
    }
    write_verdict(record, out)
}

fn write_verdict(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let verdict = record.verdict;
    let style = match verdict {
        Verdict::Conformant => GOOD,
        Verdict::NotConformant => BAD,
        Verdict::Incomplete => OPEN,
    };
    writeln!(out, "{style}{verdict}{style:#}: {}", record.counts)
}

fn write_line(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let (style, outcome) = match finding.outcome {
        Outcome::Passed => (GOOD, "passed"),
        Outcome::Failed { .. } => (BAD, "failed"),
        Outcome::CouldNotRun { .. } => (OPEN, "could not run"),
    };
    let Finding { id, level, .. } = finding;
    writeln!(out, "{style}{outcome:13}{style:#} {level:6} {id}")
}

fn write_failure(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let Outcome::Failed { mismatch_count, mismatches } = &finding.outcome else {
        return Ok(());
    };
    let Finding { id, level, title, .. } = finding;
    writeln!(out, "\n{BAD}failed{BAD:#} {STRONG}{id}{STRONG:#} ({level}): {title}")?;
    for quote in &finding.requirements {
        writeln!(out, "  {}: {}", quote.id, quote.sentence)?;
    }
    let (mut before, mut last, mut shown) = (None, String::new(), 0);
    for Mismatch { expected, actual, request } in mismatches {
        let request = request.to_string();
        let same = before == Some((expected, actual));
        if !same {
            writeln!(out, "  {FAINT}expected{FAINT:#}  {expected}")?;
            writeln!(out, "  {FAINT}actual{FAINT:#}    {actual}")?;
            before = Some((expected, actual));
        }
        if !same || request != last {
            writeln!(out, "  {FAINT}request{FAINT:#}   {request}")?;
            last = request;
            shown += 1;
        }
    }
    match mismatch_count - shown {
        0 => Ok(()),
        more => writeln!(out, "  {FAINT}and {more} more{FAINT:#}"),
    }
}

/// Checks that could not run, one paragraph for each reason.
fn write_blocked(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for finding in &record.checks {
        let Outcome::CouldNotRun { reason } = &finding.outcome else {
            continue;
        };
        match reasons.iter_mut().find(|(known, _)| known == reason) {
            Some((_, ids)) => ids.push(finding.id),
            None => reasons.push((reason, vec![finding.id])),
        }
    }
    for (reason, ids) in reasons {
        writeln!(out, "\n{OPEN}could not run{OPEN:#}: {reason}")?;
        writeln!(out, "  {}", ids.join(", "))?;
    }
    Ok(())
}
