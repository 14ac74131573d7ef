//! The parts that several reports have in the same order and the same words.

use std::time::Duration;

use crate::format::profile::Profile;
use crate::record::Record;
use crate::record::finding::Finding;
use crate::record::outcome::{Counts, Outcome};

/// The checks of one profile.
pub(crate) struct Group<'r> {
    pub(crate) profile: Profile,
    pub(crate) counts: Counts,
    /// Each with how long it took.
    pub(crate) findings: Vec<(&'r Finding, Duration)>,
}

/// The checks of each profile of which there are any.
pub(crate) fn groups(record: &Record) -> Vec<Group<'_>> {
    let times = record.times.checks.iter().copied().chain(std::iter::repeat(Duration::ZERO));
    let timed: Vec<_> = record.checks.iter().zip(times).collect();
    let groups = Profile::ALL.into_iter().map(|profile| {
        let findings = timed.iter().filter(|(finding, _)| finding.profile == profile);
        let findings: Vec<_> = findings.copied().collect();
        let counts = findings.iter().map(|(finding, _)| *finding).collect();
        Group { profile, counts, findings }
    });
    groups.filter(|group| !group.findings.is_empty()).collect()
}

/// One way in which a server differed, and the requests on which it did.
pub(crate) struct GroupedMismatch<'r> {
    pub(crate) expected: &'r str,
    pub(crate) actual: &'r str,
    pub(crate) requests: Vec<String>,
}

/// Returns how a server differed from what a check expects, and how many mismatches more there are than are shown.
pub(crate) fn group_mismatches(outcome: &Outcome) -> (Vec<GroupedMismatch<'_>>, usize) {
    let mut mismatches: Vec<GroupedMismatch<'_>> = Vec::new();
    for mismatch in outcome.mismatches() {
        let (expected, actual) = (mismatch.expected.as_str(), mismatch.actual.as_str());
        let request = mismatch.request.to_string();
        match mismatches.last_mut() {
            Some(last) if (last.expected, last.actual) == (expected, actual) => {
                if last.requests.last() != Some(&request) {
                    last.requests.push(request);
                }
            }
            _ => mismatches.push(GroupedMismatch { expected, actual, requests: vec![request] }),
        }
    }
    let shown = mismatches.iter().map(|mismatch| mismatch.requests.len()).sum();
    let more = outcome.mismatch_count().saturating_sub(shown);
    (mismatches, more)
}

/// Returns the reasons for which checks could not run or are not applicable: one entry for each reason, with the ids.
pub(crate) fn reasons(record: &Record) -> Vec<(&Outcome, &str, Vec<&'static str>)> {
    let mut reasons: Vec<(&Outcome, &str, Vec<&str>)> = Vec::new();
    for finding in &record.checks {
        let reason = match &finding.outcome {
            Outcome::CouldNotRun { reason } | Outcome::NotApplicable { reason } => reason.words(),
            Outcome::Passed | Outcome::Failed { .. } | Outcome::Known { .. } => continue,
        };
        let word = finding.outcome.word();
        let mut known = reasons.iter_mut();
        match known.find(|(outcome, known, _)| *known == reason && outcome.word() == word) {
            Some((.., ids)) => ids.push(finding.id),
            None => reasons.push((&finding.outcome, reason, vec![finding.id])),
        }
    }
    reasons
}
