//! The record of a run. Every report is made from it and from nothing else.

use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::format::requirement::Level;

pub(crate) mod cause;
pub(crate) mod curl;
pub(crate) mod exchange;
pub(crate) mod finding;
pub(crate) mod lacking;
pub(crate) mod left_behind;
pub(crate) mod log;
pub(crate) mod mismatch;
pub(crate) mod outcome;
pub(crate) mod rendering;
pub(crate) mod sequences;
#[cfg(feature = "snapshots")]
pub mod snapshot;
pub(crate) mod stop;
pub(crate) mod transcript;

pub use crate::record::finding::{Finding, Quote};
pub use crate::record::lacking::{Lacking, Reason};
pub use crate::record::left_behind::LeftBehind;
pub use crate::record::mismatch::LocatedMismatch;
pub use crate::record::outcome::{Counts, Outcome, Verdict};
pub use crate::record::sequences::{FailedSequence, LeftOut, Sequences};
pub use crate::record::transcript::{Received, Sent, Transcript};

/// The results of a run. It holds no secret.
///
/// Serialized, it is the JSON report: the same answers give the same report, byte for byte. What differs from
/// run to run, and the exchanges, which are many, are left out there. `schema_version` rises when a member changes
/// its meaning or goes.
#[must_use = "it holds the verdict"]
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Record {
    /// The version of this shape: 1.
    pub schema_version: u32,
    /// The version of the kit.
    pub kit_version: &'static str,
    /// The base of the server.
    pub target: String,
    /// The products of the server.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
    /// The product of all sign-ons.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub product: String,
    /// The number from which the run made its choices, in 16 hexadecimal digits.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub seed: String,
    /// The choice of checks.
    pub selection: Selection,
    /// Sentences about the run as a whole, which explain much of what follows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// The accounts that the run left on the server.
    #[serde(skip_serializing_if = "LeftBehind::is_unknown")]
    pub accounts: LeftBehind,
    /// The number of requests that the server answered to the checks.
    pub requests: usize,
    /// The verdict.
    pub verdict: Verdict,
    /// The number of checks for each outcome.
    pub counts: Counts,
    /// The comparison with the failures that were known before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Comparison>,
    /// The recording that was judged, if it was one: then there is no product, no seed and no account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<Recorded>,
    /// The sequences that were played after the checks; none of a recording, or where some checks alone were chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequences: Option<Sequences>,
    /// Each check, in the order of the suite.
    pub checks: Vec<Finding>,
    /// Every exchange, redacted: first contact, then check by check in the order of the suite. Of a recording but those
    /// that differ from what a requirement says and are shown.
    #[serde(skip)]
    pub exchanges: Vec<Transcript>,
    /// The time of its start, and its duration.
    #[serde(skip)]
    pub times: Times,
}

/// A recording that was judged.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Recorded {
    /// The number of answers that were judged.
    pub judged: usize,
    /// The number of exchanges that are about something else, or have no answer.
    pub ignored: usize,
    /// What could not be read, or not in full: its place, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
}

impl Recorded {
    /// Returns what could not be read, in one sentence: the first of it by name.
    pub fn unread_in_words(&self) -> Option<String> {
        const NAMED: usize = 5;
        let more = self.unread.len().saturating_sub(NAMED);
        let named =
            self.unread.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
        let entries = if self.unread.len() == 1 { "entry" } else { "entries" };
        let more = if more == 0 { String::new() } else { format!("; and {more} more") };
        let count = self.unread.len();
        (count > 0).then(|| format!("{count} {entries} could not be read: {named}{more}"))
    }
}

/// The choice of checks for a run.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Selection {
    /// The patterns that ids had to match; none means all.
    pub only: Vec<String>,
    /// The level that checks had to have at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The number of checks that these leave out.
    pub left_out: usize,
}

/// The times of a run, which differ from run to run.
#[derive(Clone, Debug)]
pub struct Times {
    /// The time at which the run began.
    pub started: SystemTime,
    /// The time that it took.
    pub took: Duration,
    /// The time that each check took, in the order of [`Record::checks`]; nothing of a recording.
    pub checks: Vec<Duration>,
}

/// The comparison of a run with its baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// The checks that are listed and passed.
    pub stale: Vec<String>,
    /// The entries whose last day is over, whether or not the run could see what they list, but for those that are stale.
    pub expired: Vec<String>,
}

impl Comparison {
    /// Returns whether the baseline says no more than what is so.
    pub fn holds(&self) -> bool {
        self.stale.is_empty() && self.expired.is_empty()
    }

    /// Returns each entry that is out of date, and what is to be done about it.
    pub(crate) fn outdated(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let stale =
            self.stale.iter().map(|id| (id.as_str(), "passes: take it out of the baseline"));
        let expired = self.expired.iter();
        let expired = expired.map(|id| (id.as_str(), "is past its last day, `expires`: mend it"));
        stale.chain(expired)
    }
}

impl Record {
    /// Counts the outcomes again and sets the verdict by them and by the sequences; of a recording of which not all could be read
    /// it is not that all is well. Whoever changes an outcome calls it.
    pub fn recount(&mut self) {
        self.counts = self.checks.iter().collect();
        let checks = self.counts.verdict(self.baseline.as_ref().is_none_or(Comparison::holds));
        self.verdict = match (&self.sequences, checks) {
            (None, _) => checks,
            // Where no check was chosen, the sequences alone are judged.
            (Some(sequences), Verdict::Incomplete) if self.checks.is_empty() => sequences.verdict(),
            (Some(sequences), _) => checks.and(sequences.verdict()),
        };
        let unread = self.recording.as_ref().is_some_and(|it| !it.unread.is_empty());
        if unread && self.verdict == Verdict::Conformant {
            self.verdict = Verdict::Incomplete;
        }
    }
}
