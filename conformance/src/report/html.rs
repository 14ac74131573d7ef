//! The report as a page to look at, to send and to print: one file that loads nothing.
//!
//! `templates/report.html` escapes whatever it is given. The page's policy allows its own style and script and nothing
//! else, so that even what got past the escaping could neither run nor load anything.

use std::io::{self, Write};
use std::time::Duration;

use askama::Template;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use crate::format::profile::Profile;
use crate::message::escape::legible;
use crate::record::Record;
use crate::record::finding::Finding;
use crate::record::outcome::{Counts, Outcome};
use crate::record::transcript::{Received, Sent, Transcript};
use crate::report::digest::{GroupedMismatch, failures, group_mismatches, groups};
use crate::suite::baseline::Baseline;

const STYLE: &str = include_str!("../../templates/report.css");
const SCRIPT: &str = include_str!("../../templates/report.js");

#[derive(Template)]
#[template(path = "report.html", whitespace = "minimize")]
struct Page<'r> {
    record: &'r Record,
    policy: String,
    style: &'static str,
    script: &'static str,
    verdict: String,
    started: String,
    took: String,
    tallies: [Tally; 5],
    failures: Vec<Failed<'r>>,
    sections: Vec<Section<'r>>,
    proposal: String,
}

/// The number of checks with one outcome, and the place where its part of the bar begins.
struct Tally {
    name: String,
    word: &'static str,
    count: usize,
    before: usize,
}

/// A failure in the list at the top.
struct Failed<'r> {
    finding: &'r Finding,
    name: String,
    alike: Option<String>,
    follow: Option<(String, String)>,
}

/// The checks of a profile.
struct Section<'r> {
    profile: Profile,
    tallies: [Tally; 5],
    rows: Vec<Row<'r>>,
}

/// A check.
struct Row<'r> {
    finding: &'r Finding,
    is_open: bool,
    name: String,
    took: String,
    reason: Option<&'r str>,
    mismatches: Vec<GroupedMismatch<'r>>,
    more: usize,
    talks: Vec<Talk>,
}

/// An exchange, as text.
struct Talk {
    differs: bool,
    title: String,
    sent: String,
    received: String,
}

/// Writes the page.
///
/// # Errors
///
/// The writer's.
pub fn write(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let sections = groups(record).into_iter().map(|group| {
        let rows = group.findings.iter().map(|(finding, took)| Row::new(record, finding, *took));
        Section { profile: group.profile, tallies: tallies(group.counts), rows: rows.collect() }
    });
    let failures = failures(record).into_iter().map(|failure| Failed {
        finding: failure.finding,
        name: name(failure.finding.outcome.word()),
        alike: failure.alike(),
        follow: failure.follow(),
    });
    let failures: Vec<_> = failures.collect();
    let sections = sections.map(|mut section: Section<'_>| {
        for row in &mut section.rows {
            row.is_open =
                failures.iter().any(|it| it.finding.id == row.finding.id && it.name == "failed");
        }
        section
    });
    let proposal = record.baseline.is_some().then(|| Baseline::proposal(record));
    let page = Page {
        record,
        policy: format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            fingerprint(STYLE),
            fingerprint(SCRIPT)
        ),
        style: STYLE,
        script: SCRIPT,
        verdict: name(&record.verdict.to_string().to_lowercase()),
        started: jiff::Timestamp::try_from(record.times.started)
            .map_or_else(|_| String::new(), |time| time.strftime("%F %H:%M UTC").to_string()),
        took: seconds(record.times.took),
        tallies: tallies(record.counts),
        sections: sections.collect(),
        failures,
        proposal: proposal.unwrap_or_default(),
    };
    let page = page.render().map_err(io::Error::other)?;
    // Escaped or not, a control character has no place in a page.
    out.write_all(legible(&page).as_bytes())
}

/// Returns how a policy names the style or script that it allows.
fn fingerprint(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text)))
}

fn tallies(counts: Counts) -> [Tally; 5] {
    let mut before = 0;
    [
        ("failed", counts.failed),
        ("could not run", counts.could_not_run),
        ("known", counts.known),
        ("passed", counts.passed),
        ("not applicable", counts.not_applicable),
    ]
    .map(|(word, count)| {
        let tally = Tally { name: name(word), word, count, before };
        before += count;
        tally
    })
}

/// Words as one, for the style and the script.
fn name(word: &str) -> String {
    word.replace(' ', "-")
}

fn seconds(time: Duration) -> String {
    match time.as_millis() {
        0 => "< 1 ms".to_owned(),
        milliseconds @ 1..1000 => format!("{milliseconds} ms"),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

impl<'r> Row<'r> {
    fn new(record: &'r Record, finding: &'r Finding, took: Duration) -> Self {
        let (mismatches, more) = group_mismatches(&finding.outcome);
        let located = finding.outcome.mismatches();
        let talks = record.exchanges.iter().enumerate().filter_map(|(place, transcript)| {
            let differs = located.iter().any(|mismatch| mismatch.exchange == Some(place));
            let own = transcript.check == Some(finding.id);
            (own || differs).then(|| Talk::new(transcript, differs))
        });
        Self {
            finding,
            is_open: false,
            name: name(finding.outcome.word()),
            took: seconds(took),
            reason: match &finding.outcome {
                Outcome::Known { reason, .. } => Some(reason),
                Outcome::CouldNotRun { reason } | Outcome::NotApplicable { reason } => {
                    Some(reason.words())
                }
                Outcome::Passed | Outcome::Failed { .. } => None,
            },
            mismatches,
            more,
            talks: talks.collect(),
        }
    }
}

impl Talk {
    fn new(transcript: &Transcript, differs: bool) -> Self {
        let Sent { method, path, query, headers, body, case } = &transcript.sent;
        let Received { status, headers: fields, body: answer } = &transcript.received;
        let case = case.as_deref().map_or_else(String::new, |case| format!(" ({case})"));
        let query = query.as_deref().map_or_else(String::new, |query| format!("?{query}"));
        let body = body.as_deref().unwrap_or_default();
        Self {
            differs,
            title: cut(&format!("{method} {path}{case}: HTTP {status}")),
            sent: message(&format!("{method} {path}{query}"), headers, body),
            received: message(&format!("HTTP {status}"), fields, answer),
        }
    }
}

/// Start line, header fields and body, as they would go over the wire.
fn message(start: &str, headers: &[(String, String)], body: &str) -> String {
    let mut text = cut(start);
    for (name, value) in headers {
        text += &format!("\n{}: {}", cut(name), cut(value));
    }
    if !body.is_empty() {
        text += &format!("\n\n{}", cut(body));
    }
    text
}

fn cut(text: &str) -> String {
    const LONGEST: usize = 2000;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => {
            let (shown, rest) = text.split_at(at);
            format!("{shown}… and {} characters more", rest.chars().count())
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_cut_at_a_character() {
        assert!(cut(&"é".repeat(2007)).ends_with("é… and 7 characters more"));
        assert_eq!(cut("é"), "é");
    }
}
