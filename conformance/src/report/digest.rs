//! The parts that several reports have in the same order and the same words.

use std::time::Duration;

use crate::format::profile::Profile;
use crate::format::requirement::Level;
use crate::record::Record;
use crate::record::finding::Finding;
use crate::record::mismatch::LocatedMismatch;
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

/// A failure, those that show the same fault at other places, and those that follow from it.
pub(crate) struct Failure<'r> {
    pub(crate) finding: &'r Finding,
    pub(crate) alike: Vec<&'r Finding>,
    pub(crate) follow: Vec<&'r Finding>,
}

impl<'r> Failure<'r> {
    /// A failure by itself.
    pub(crate) fn alone(finding: &'r Finding) -> Self {
        Self { finding, alike: Vec::new(), follow: Vec::new() }
    }

    /// The ids of the failures that show the same fault.
    pub(crate) fn alike(&self) -> Option<String> {
        ids(&self.alike)
    }

    /// The failures that follow, counted and listed.
    pub(crate) fn follow(&self) -> Option<(String, String)> {
        let count = match self.follow.len() {
            1 => "1 failure follows from this".to_owned(),
            count => format!("{count} failures follow from this"),
        };
        Some((count, ids(&self.follow)?))
    }
}

fn ids(findings: &[&Finding]) -> Option<String> {
    let ids: Vec<_> = findings.iter().map(|finding| finding.id).collect();
    (!ids.is_empty()).then(|| ids.join(", "))
}

/// Returns the failures, known ones too: first what judges every answer, then what decides, then the others.
pub(crate) fn failures(record: &Record) -> Vec<Failure<'_>> {
    let differs =
        |it: &&Finding| matches!(it.outcome, Outcome::Failed { .. } | Outcome::Known { .. });
    let mut failed: Vec<_> = record.checks.iter().filter(differs).collect();
    failed.sort_by_key(|it| match (&it.outcome, it.level, it.judges_all) {
        (Outcome::Failed { .. }, Level::Must, true) => 0,
        (Outcome::Failed { .. }, Level::Must, false) => 1,
        (Outcome::Failed { .. }, ..) => 2,
        (
            Outcome::Known { .. }
            | Outcome::Passed
            | Outcome::CouldNotRun { .. }
            | Outcome::NotApplicable { .. },
            ..,
        ) => 3,
    });
    let cause_of = |it: &Finding| {
        let fails = |id: &&str| {
            let mut failed = failed.iter().filter(|it| it.outcome.word() == "failed");
            failed.any(|it| it.id == *id)
        };
        it.follows_from.filter(fails).filter(|_| it.outcome.word() == "failed")
    };
    let mut failures: Vec<Failure<'_>> = Vec::new();
    for finding in failed.iter().copied().filter(|it| cause_of(it).is_none()) {
        let mut known = failures.iter_mut();
        match known.find(|failure| shows_the_same(failure.finding, finding)) {
            Some(failure) => failure.alike.push(finding),
            None => failures.push(Failure::alone(finding)),
        }
    }
    for finding in failed.iter().copied() {
        let Some(cause) = cause_of(finding) else { continue };
        let mut heads = failures.iter_mut();
        let head = heads
            .find(|it| it.finding.id == cause || it.alike.iter().any(|alike| alike.id == cause));
        if let Some(head) = head {
            head.follow.push(finding);
        }
    }
    failures
}

/// Returns whether the second failure is the first one at a different place: of the same name, with the same cases, or of
/// the same requirements and expectations in a different area.
fn shows_the_same(first: &Finding, second: &Finding) -> bool {
    if first.judges_all || second.judges_all {
        return false;
    }
    let sort = |it: &Finding| (it.outcome.word(), it.level);
    let parts = |it: &Finding| it.id.split_once('.').unwrap_or((it.id, it.id));
    let required =
        |it: &Finding| -> Vec<_> { it.requirements.iter().map(|quote| quote.id).collect() };
    let same = |one: &LocatedMismatch, other: &LocatedMismatch| {
        let same_case = one.request.case.is_some() && one.request.case == other.request.case;
        one.expected == other.expected && one.actual == other.actual && same_case
    };
    let expects = |one: &LocatedMismatch, other: &LocatedMismatch| one.expected == other.expected;
    let (mine, others) = (first.outcome.mismatches(), second.outcome.mismatches());
    let all = |fits: &dyn Fn(&LocatedMismatch, &LocatedMismatch) -> bool| {
        others.iter().all(|other| mine.iter().any(|one| fits(one, other)))
    };
    let ((area, name), (other_area, other_name)) = (parts(first), parts(second));
    let elsewhere = area != other_area && required(first) == required(second);
    sort(first) == sort(second) && (name == other_name || elsewhere && all(&expects) || all(&same))
}

/// One way in which a server differed, and the requests on which it did.
pub(crate) struct GroupedMismatch<'r> {
    pub(crate) expected: &'r str,
    pub(crate) actual: &'r str,
    pub(crate) requests: Vec<String>,
    /// The line for curl that sends the first of them.
    pub(crate) curl: Option<&'r str>,
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
            _ => {
                let (requests, curl) = (vec![request], mismatch.curl.as_deref());
                mismatches.push(GroupedMismatch { expected, actual, requests, curl });
            }
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
