//! The report for the summary of a job or the text of a pull request: GitHub's Markdown.

use std::io::{self, Write};

use crate::message::escape::legible;
use crate::record::finding::Finding;
use crate::record::lacking::Reason;
use crate::record::outcome::{Counts, Outcome, Verdict};
use crate::record::sequences::LeftOut;
use crate::record::{Comparison, Record, Recorded};
use crate::report::digest::{
    Failure, Group, GroupedMismatch, failures, group_mismatches, groups, reasons,
};

/// Writes the verdict first and last, between them a table of the profiles, each failure folded, and the reasons.
///
/// # Errors
///
/// The writer's.
pub fn write(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let Record { target, product, kit_version, seed, verdict, counts, .. } = record;
    let sign = match verdict {
        Verdict::Conformant => "✅",
        Verdict::NotConformant => "❌",
        Verdict::BaselineOutdated | Verdict::Incomplete => "⚠️",
    };
    writeln!(out, "## {sign} {verdict}\n")?;
    write!(out, "{}", code(target))?;
    if !product.is_empty() {
        write!(out, ", product {}", code(product))?;
    }
    write!(out, ", judged by ssokey-check {kit_version}")?;
    if !seed.is_empty() {
        write!(out, ", seed {}", code(seed))?;
    }
    writeln!(out)?;
    for remark in &record.remarks {
        writeln!(out, "\n**{}**", code(remark))?;
    }
    for failure in failures(record) {
        write_failure(&failure, out)?;
    }
    if let Some(unread) = record.recording.as_ref().and_then(Recorded::unread_in_words) {
        writeln!(out, "\n{}", code(&unread))?;
    }
    writeln!(out, "\n| profile | passed | failed | known | could not run | not applicable |")?;
    writeln!(out, "|---|--:|--:|--:|--:|--:|")?;
    let groups = groups(record);
    for Group { profile, counts, .. } in &groups {
        write_row(&profile.to_string(), counts, out)?;
    }
    write_row("**all**", counts, out)?;
    for (outcome, reason, ids) in reasons(record) {
        let ids: Vec<_> = ids.into_iter().map(code).collect();
        writeln!(out, "\n**{}**: {}\n", outcome.word(), code(reason))?;
        writeln!(out, "{}", ids.join(", "))?;
    }
    if let Some(sequences) = &record.sequences {
        writeln!(out, "\n**sequences**: {}", code(&sequences.summary()))?;
        for LeftOut { what, reason, .. } in &sequences.left_out {
            writeln!(out, "- left out: {what}: {}", code(reason.words()))?;
        }
        for why in sequences.stopped.iter().map(Reason::words).chain(sequences.known.as_deref()) {
            writeln!(out, "- {}", code(why))?;
        }
        if let Some(failure) = &sequences.failure {
            writeln!(out)?;
            for line in failure.to_string().lines() {
                writeln!(out, "- {}", code(line.trim()))?;
            }
        }
        if let Some(command) = &sequences.again {
            writeln!(out, "- **again** {}", code(command))?;
        }
    }
    for (id, what) in record.baseline.iter().flat_map(Comparison::outdated) {
        writeln!(out, "\n**baseline**: {} {what}", code(id))?;
    }
    writeln!(out, "\n{sign} **{verdict}**: {counts}")
}

fn write_row(name: &str, counts: &Counts, out: &mut dyn Write) -> io::Result<()> {
    let Counts { passed, failed, known, could_not_run, not_applicable, .. } = counts;
    writeln!(out, "| {name} | {passed} | {failed} | {known} | {could_not_run} | {not_applicable} |")
}

fn write_failure(failure: &Failure<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Finding { id, level, title, outcome, .. } = failure.finding;
    let known = match outcome {
        Outcome::Known { reason, .. } => Some(reason),
        Outcome::Failed { .. }
        | Outcome::Passed
        | Outcome::CouldNotRun { .. }
        | Outcome::NotApplicable { .. } => None,
    };
    let follow = failure.follow();
    let note = follow.as_ref().map_or_else(String::new, |(count, _)| format!("; {count}"));
    writeln!(out, "\n<details>")?;
    writeln!(out, "<summary>{} <code>{id}</code> ({level}{note})</summary>\n", outcome.word())?;
    writeln!(out, "{title}\n")?;
    if let Some(reason) = known {
        writeln!(out, "- **known** {}", code(reason))?;
    }
    for quote in &failure.finding.requirements {
        writeln!(out, "- **{}** {}", quote.id, quote.sentence)?;
    }
    if let Some(quote) = failure.finding.requirements.first() {
        writeln!(out, "- **why** {}", quote.why)?;
    }
    if let Some((count, ids)) = follow {
        writeln!(out, "- **{count}** {}", code(&ids))?;
    }
    if let Some(ids) = failure.alike() {
        writeln!(out, "- **also at** {}", code(&ids))?;
    }
    let (mismatches, more) = group_mismatches(outcome);
    for GroupedMismatch { expected, actual, requests, curl } in mismatches {
        writeln!(out, "- **expected** {}", code(expected))?;
        writeln!(out, "- **actual** {}", code(actual))?;
        for request in requests {
            writeln!(out, "- **request** {}", code(&request))?;
        }
        if let Some(curl) = curl {
            writeln!(out, "- **as sent** {}", code(curl))?;
        }
    }
    if more > 0 {
        writeln!(out, "- and {more} more")?;
    }
    if let Some(command) = &failure.finding.again {
        writeln!(out, "- **again** {}", code(command))?;
    }
    writeln!(out, "\n</details>")
}

/// A code span, which is the one place where no character of a text means anything: between more backticks than it
/// has in a row, and on one line.
fn code(text: &str) -> String {
    let text = legible(text).replace('\n', " ");
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A backtick at an end would belong to the fence; of one space at each end nothing is shown.
    let pad =
        if text.is_empty() || text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_span_holds_any_text() {
        insta::assert_snapshot!(code("plain"), @"`plain`");
        insta::assert_snapshot!(code("`a` ``b``\n- c"), @"``` `a` ``b`` - c ```");
        insta::assert_snapshot!(code(""), @"`  `");
    }
}
