//! The report for build servers: JUnit's XML.
//!
//! A profile is a test suite, a check a test case. What failed is a `failure`, what could not run an `error`; what is known to
//! fail or not applicable is `skipped`, with the reason. The sequences are a suite of one case, and so are a recording that could not be read in full and a baseline that is out of date. The properties of each suite tell of the whole run.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite, XmlString};

use crate::message::escape::legible;
use crate::record::finding::Finding;
use crate::record::outcome::{Counts, Outcome, Verdict};
use crate::record::sequences::Sequences;
use crate::record::{Comparison, Record, Recorded};
use crate::report::digest::{Group, group_mismatches, groups};
use crate::report::human::plain_failure;

/// Writes the report as one XML document.
///
/// # Errors
///
/// The writer's.
pub fn write(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("ssokey-check");
    report.set_time(record.times.took);
    for Group { profile, findings, .. } in groups(record) {
        let mut suite = TestSuite::new(profile.name());
        for (name, value) in properties(record) {
            suite.add_property((xml(name), xml(&value)));
        }
        suite.set_time(findings.iter().map(|(_, took)| *took).sum());
        for (finding, took) in findings {
            let mut case = TestCase::new(finding.id, status(finding)?);
            case.set_classname(format!("ssokey-check.{profile}")).set_time(took);
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    if let Some(sequences) = &record.sequences {
        let mut suite = TestSuite::new("sequences");
        let mut case = TestCase::new("sequences", sequences_status(sequences));
        case.set_classname("ssokey-check.sequences");
        suite.add_test_case(case);
        report.add_test_suite(suite);
    }
    if let Some(unread) = record.recording.as_ref().and_then(Recorded::unread_in_words) {
        report.add_test_suite(in_error("recording", &unread));
    }
    let outdated = record.baseline.iter().flat_map(Comparison::outdated);
    let outdated: Vec<_> = outdated.map(|(id, what)| format!("{id} {what}")).collect();
    if !outdated.is_empty() {
        report.add_test_suite(in_error("baseline", &outdated.join("; ")));
    }
    let text = report.to_string().map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

/// Returns a suite of one case of the same name, which is an error.
fn in_error(name: &str, message: &str) -> TestSuite {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(xml(message));
    let mut case = TestCase::new(name, status);
    case.set_classname(format!("ssokey-check.{name}"));
    let mut suite = TestSuite::new(name);
    suite.add_test_case(case);
    suite
}

fn properties(record: &Record) -> Vec<(&'static str, String)> {
    let Counts { passed, failed, known, could_not_run, not_applicable, .. } = record.counts;
    let mut properties = vec![
        ("verdict", record.verdict.to_string()),
        ("target", record.target.clone()),
        ("product", record.product.clone()),
        ("kit_version", record.kit_version.to_owned()),
        ("seed", record.seed.clone()),
    ];
    let counts = [
        ("passed", passed),
        ("failed", failed),
        ("known", known),
        ("could_not_run", could_not_run),
        ("not_applicable", not_applicable),
    ];
    properties.extend(record.remarks.iter().map(|remark| ("remark", remark.clone())));
    properties.extend(counts.map(|(name, count)| (name, count.to_string())));
    properties
}

fn status(finding: &Finding) -> io::Result<TestCaseStatus> {
    let level = finding.level.to_string();
    let mut status = match &finding.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Failed { .. } => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::CouldNotRun { .. } => TestCaseStatus::non_success(NonSuccessKind::Error),
        Outcome::Known { .. } | Outcome::NotApplicable { .. } => TestCaseStatus::skipped(),
    };
    match &finding.outcome {
        Outcome::Passed => (),
        Outcome::Failed { .. } => {
            let (mismatches, _) = group_mismatches(&finding.outcome);
            let message = mismatches.first().map_or_else(
                || finding.title.to_owned(),
                |first| format!("expected {}, got {}", first.expected, first.actual),
            );
            status.set_message(xml(&message)).set_type(level);
            status.set_description(xml(&describe(finding)?));
        }
        Outcome::CouldNotRun { reason } => {
            status.set_message(xml(reason.words())).set_type(level);
        }
        Outcome::Known { reason, .. } => {
            status.set_message(xml(&format!("known: {reason}")));
            status.set_description(xml(&describe(finding)?));
        }
        Outcome::NotApplicable { reason } => {
            status.set_message(xml(&format!("not applicable: {reason}")));
        }
    }
    Ok(status)
}

/// A failure in full, and from which other one it follows.
fn describe(finding: &Finding) -> io::Result<String> {
    let text = plain_failure(finding)?;
    Ok(match finding.follows_from {
        Some(cause) => format!("follows from the failure of {cause}\n{text}"),
        None => text,
    })
}

fn sequences_status(sequences: &Sequences) -> TestCaseStatus {
    let mut status = match (sequences.verdict(), &sequences.known) {
        (_, Some(_)) => TestCaseStatus::skipped(),
        (Verdict::Conformant, None) => return TestCaseStatus::success(),
        (Verdict::NotConformant, None) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        (Verdict::BaselineOutdated | Verdict::Incomplete, None) => {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        }
    };
    let stopped = sequences.stopped.as_ref().map_or("", |why| why.words());
    let told = sequences.failure.as_ref().map_or_else(|| stopped.to_owned(), ToString::to_string);
    let known = sequences.known.iter().map(|reason| format!("known: {reason}; "));
    let message = known.chain([sequences.summary()]).collect::<String>();
    status.set_message(xml(&message)).set_description(xml(&told));
    status
}

fn xml(text: &str) -> XmlString {
    XmlString::new(legible(text))
}
