//! The failures that follow from others, by evidence: the answer that a check did not expect is one that a check of all answers
//! blames for what it did not expect.

use std::collections::BTreeSet;

use crate::message::answer::Answer;
use crate::message::json::Json;
use crate::record::finding::Finding;
use crate::record::log::Log;
use crate::record::mismatch::LocatedMismatch;
use crate::record::outcome::Outcome;

/// The check of answers that do not come.
const WHOLE: &str = "connection.brings-whole-answers";
/// The checks whose failure keeps an answer from being read. Headers for browsers and caches are not among them.
const READABLE: [&str; 4] = [
    "answer.status-equals-status-code",
    "error.has-error-shape",
    "answer.has-success-shape",
    "answer.has-documented-members",
];

/// The exchanges that a check blames.
struct Cause {
    id: &'static str,
    places: BTreeSet<usize>,
}

/// Notes of each failure from which other one it follows, if it does.
pub(crate) fn find_causes(checks: &mut [Finding], log: &Log) {
    let is_cause = |it: &&Finding| {
        (READABLE.contains(&it.id) || it.id == WHOLE)
            && matches!(it.outcome, Outcome::Failed { .. })
    };
    let causes = checks.iter().filter(is_cause).map(|it| Cause {
        id: it.id,
        places: it.outcome.mismatches().iter().filter_map(|it| it.exchange).collect(),
    });
    let causes: Vec<_> = causes.collect();
    for finding in checks.iter_mut().filter(|it| !it.judges_all) {
        let mut follows = finding.outcome.mismatches().iter().map(|it| cause(it, &causes, log));
        let first = follows.next().flatten();
        finding.follows_from = first.filter(|_| follows.all(|it| it.is_some()));
    }
}

fn cause(mismatch: &LocatedMismatch, causes: &[Cause], log: &Log) -> Option<&'static str> {
    let Some(place) = mismatch.exchange else {
        let lost = mismatch.expected == "an answer";
        return causes.iter().find(|it| it.id == WHOLE && lost).map(|it| it.id);
    };
    let answer = &log.exchanges().get(place)?.answer;
    if !explains(answer, mismatch) {
        return None;
    }
    causes.iter().find(|it| it.id != WHOLE && it.places.contains(&place)).map(|it| it.id)
}

/// Returns whether it is the form of the answer that was not expected, and not what the server decided.
fn explains(answer: &Answer, LocatedMismatch { expected, actual, .. }: &LocatedMismatch) -> bool {
    let status = expected.strip_prefix("HTTP ").and_then(|rest| rest.split(' ').next());
    let Some(status) = status.and_then(|status| status.parse::<u16>().ok()) else {
        return answer.json().is_err() || actual == "no such member" || actual == "absent";
    };
    let code = answer.error("code").and_then(Json::as_u64);
    let same_error = code.is_some_and(|code| expected.contains(&format!(" error {code} ")));
    answer.plain_status() == status || same_error
}
