//! What several reports tell in the same order and the same words.

use std::time::Duration;

use crate::outcome::{Counts, Outcome};
use crate::profile::Profile;
use crate::record::{Finding, Record};

/// The checks of one profile.
pub(crate) struct Group<'r> {
    pub(crate) profile: Profile,
    pub(crate) counts: Counts,
    /// Each with how long it took.
    pub(crate) findings: Vec<(&'r Finding, Duration)>,
}

/// The checks of each profile of which there are any.
pub(crate) fn groups(record: &Record) -> Vec<Group<'_>> {
    let times = record.timing.checks.iter().copied().chain(std::iter::repeat(Duration::ZERO));
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
pub(crate) struct Difference<'r> {
    pub(crate) expected: &'r str,
    pub(crate) actual: &'r str,
    pub(crate) requests: Vec<String>,
}

/// How a server differed from what a check expects, and how many mismatches more there are than are shown.
pub(crate) fn differences(outcome: &Outcome) -> (Vec<Difference<'_>>, usize) {
    let mut differences: Vec<Difference<'_>> = Vec::new();
    for mismatch in outcome.mismatches() {
        let (expected, actual) = (mismatch.expected.as_str(), mismatch.actual.as_str());
        let request = mismatch.request.to_string();
        match differences.last_mut() {
            Some(last) if (last.expected, last.actual) == (expected, actual) => {
                if last.requests.last() != Some(&request) {
                    last.requests.push(request);
                }
            }
            _ => differences.push(Difference { expected, actual, requests: vec![request] }),
        }
    }
    let shown = differences.iter().map(|difference| difference.requests.len()).sum();
    let more = outcome.mismatch_count().saturating_sub(shown);
    (differences, more)
}

/// Why checks could not run or are not applicable: one entry for each reason, with the ids.
pub(crate) fn reasons(record: &Record) -> Vec<(&Outcome, &str, Vec<&'static str>)> {
    let mut reasons: Vec<(&Outcome, &str, Vec<&str>)> = Vec::new();
    for finding in &record.checks {
        let reason = match &finding.outcome {
            Outcome::CouldNotRun { reason } | Outcome::NotApplicable { reason } => reason,
            Outcome::Passed | Outcome::Failed { .. } | Outcome::Known { .. } => continue,
        };
        let word = finding.outcome.word();
        let mut known = reasons.iter_mut();
        match known.find(|(outcome, known, _)| known == reason && outcome.word() == word) {
            Some((.., ids)) => ids.push(finding.id),
            None => reasons.push((&finding.outcome, reason, vec![finding.id])),
        }
    }
    reasons
}

/// Text with a sign in the place of every character that neither a page nor XML can hold.
pub(crate) fn legible(text: &str) -> String {
    let signs = text.chars().map(|character| match character {
        '\n' | '\t' => character,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' => '\u{fffd}',
        // The last two of each plane are no characters either.
        _ if u32::from(character) & 0xfffe == 0xfffe => '\u{fffd}',
        _ => character,
    });
    signs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_character_to_show_is_seen() {
        assert_eq!(legible("a\0\u{1b}[31m\r\n\t\u{7f}"), "a␀␛[31m␍\n\t␡");
        assert_eq!(
            legible("\u{85}\u{fdd0}\u{ffff}\u{1fffe}\u{1fffd}"),
            "\u{fffd}".repeat(4) + "\u{1fffd}"
        );
    }
}
