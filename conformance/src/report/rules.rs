//! The report on sequences for people: the verdict first and last, and what went wrong step by step.

use std::io::{self, Write};
use std::path::PathBuf;

use anstyle::Style;

use crate::record::left_behind::LeftBehind;
use crate::record::outcome::Verdict;
use crate::record::sequences::{FailedSequence, LeftOut};
use crate::report::human::{BAD, FAINT, GOOD, OPEN, STRONG};
use crate::rules::failure::{Failure, Script};
use crate::rules::record::RulesRecord;

/// Writes the report with ANSI styles; a writer for anything but a terminal strips them. `files` are those
/// in which the failure was written down.
///
/// # Errors
///
/// The writer's.
pub fn write(record: &RulesRecord, files: &[PathBuf], out: &mut dyn Write) -> io::Result<()> {
    let RulesRecord { target, product, kit_version, seed, .. } = record;
    writeln!(
        out,
        "{target}, product {product}, played by ssokey-check {kit_version}, seed {seed}"
    )?;
    write_verdict(record, out)?;
    for LeftOut { what, reason, needed, advice } in &record.left_out {
        writeln!(out, "\n{OPEN}left out{OPEN:#}: {what}: {reason}")?;
        if *needed {
            let advice = advice.as_ref().map_or_else(String::new, |advice| format!("; {advice}"));
            writeln!(out, "  without it old and new passwords cannot be told apart{advice}")?;
        }
    }
    if let Some(why) = &record.stopped {
        writeln!(out, "\n{OPEN}stopped{OPEN:#}: {why}")?;
    }
    if let Some(failure) = &record.failure {
        write_failure(failure, out)?;
        for file in files {
            writeln!(out, "  {FAINT}written{FAINT:#}   {}", file.display())?;
        }
    }
    writeln!(out)?;
    write!(out, "{} requests were answered", record.requests)?;
    let LeftBehind { prefix, domain, left_behind, .. } = &record.accounts;
    match left_behind {
        0 => writeln!(out, "; no account is known to be left behind")?,
        _ => writeln!(
            out,
            "; {left_behind} accounts are known to be left behind: {prefix}…@{domain}"
        )?,
    }
    write_verdict(record, out)
}

/// Writes the record as one indented JSON object and a line feed.
///
/// # Errors
///
/// The writer's.
pub fn write_json(record: &RulesRecord, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, record)?;
    writeln!(out)
}

fn write_verdict(record: &RulesRecord, out: &mut dyn Write) -> io::Result<()> {
    let RulesRecord { verdict, sequences, steps, shrinks, .. } = record;
    let style = style(*verdict);
    write!(out, "{style}{verdict}{style:#}: {sequences} sequences, {steps} steps in all")?;
    match verdict {
        Verdict::NotConformant => {
            writeln!(out, ", the last of which went wrong, and {shrinks} to make it shorter")
        }
        Verdict::Incomplete => writeln!(out, ", in which nothing went wrong, but not all was seen"),
        Verdict::Conformant | Verdict::BaselineOutdated => {
            writeln!(out, ", in which nothing went wrong")
        }
    }
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Conformant => GOOD,
        Verdict::NotConformant => BAD,
        Verdict::BaselineOutdated | Verdict::Incomplete => OPEN,
    }
}

/// Writes a failure: what it breaks, the sequence step by step, and where it goes wrong.
///
/// # Errors
///
/// The writer's.
pub fn write_failure(failure: &Failure, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let told = FailedSequence::from(failure.clone());
    told.write([BAD, STRONG, FAINT], &mut text).map_err(io::Error::other)?;
    write!(out, "\n{text}")
}

/// Writes what came of playing a sequence again: FIXED, FAILED or ERROR.
///
/// # Errors
///
/// The writer's.
pub fn write_replay(record: &RulesRecord, script: &Script, out: &mut dyn Write) -> io::Result<()> {
    let Script { property, steps, .. } = script;
    let style = style(record.verdict);
    if let Some(failure) = &record.failure {
        writeln!(out, "{style}FAILED{style:#}: {property} on {}", record.target)?;
        return write_failure(failure, out);
    }
    if let Some(why) = &record.stopped {
        return writeln!(out, "{style}ERROR{style:#}: {why}");
    }
    let times = match record.sequences {
        1 => String::new(),
        times => format!(", {times} times"),
    };
    let count = steps.len();
    writeln!(
        out,
        "{style}FIXED{style:#}: {property} on {}: all {count} steps went as they should{times}",
        record.target
    )
}
