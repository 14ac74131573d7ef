//! The outcome of a check, and the verdict on all checks together.

use std::fmt;

use serde::Serialize;

use crate::format::requirement::Level;
use crate::record::lacking::Reason;
use crate::record::mismatch::LocatedMismatch;

/// The outcome of a check.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The server does what the check asks for.
    Passed,
    /// It does not.
    Failed {
        /// The number of exchanges in which the server differed.
        mismatch_count: usize,
        /// The first of them.
        mismatches: Vec<LocatedMismatch>,
    },
    /// It does not, and the baseline lists that.
    Known {
        /// The reason for which the baseline lists it.
        reason: String,
        /// The number of exchanges in which the server differed.
        mismatch_count: usize,
        /// The first of them.
        mismatches: Vec<LocatedMismatch>,
    },
    /// The check could not find out.
    CouldNotRun {
        /// The obstacle.
        reason: Reason,
    },
    /// The server does not offer what the check is about, or the run was not given what it needs.
    NotApplicable {
        /// The thing that is lacking.
        reason: Reason,
    },
}

impl Outcome {
    /// Returns the places at which the server differed, whether or not that was known.
    pub fn mismatches(&self) -> &[LocatedMismatch] {
        match self {
            Self::Failed { mismatches, .. } | Self::Known { mismatches, .. } => mismatches,
            Self::Passed | Self::CouldNotRun { .. } | Self::NotApplicable { .. } => &[],
        }
    }

    /// The same, to be changed.
    pub fn mismatches_mut(&mut self) -> &mut [LocatedMismatch] {
        match self {
            Self::Failed { mismatches, .. } | Self::Known { mismatches, .. } => mismatches,
            Self::Passed | Self::CouldNotRun { .. } | Self::NotApplicable { .. } => &mut [],
        }
    }

    /// The number of exchanges in which the server differed.
    pub fn mismatch_count(&self) -> usize {
        match self {
            Self::Failed { mismatch_count, .. } | Self::Known { mismatch_count, .. } => {
                *mismatch_count
            }
            Self::Passed | Self::CouldNotRun { .. } | Self::NotApplicable { .. } => 0,
        }
    }

    /// The outcome in two or three words.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed { .. } => "failed",
            Self::Known { .. } => "known",
            Self::CouldNotRun { .. } => "could not run",
            Self::NotApplicable { .. } => "not applicable",
        }
    }
}

/// The number of checks for each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Passed.
    pub passed: usize,
    /// Failed, of every level, and not known.
    pub failed: usize,
    /// Failed, and listed in the baseline.
    pub known: usize,
    /// Could not run, of every level.
    pub could_not_run: usize,
    /// About what the server does not offer.
    pub not_applicable: usize,
    /// Failed, and a MUST.
    pub failed_must: usize,
    /// Could not run, and a MUST.
    pub could_not_run_must: usize,
}

impl Counts {
    /// Counts one more check.
    pub fn add(&mut self, level: Level, outcome: &Outcome) {
        let must = usize::from(level == Level::Must);
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Failed { .. } => {
                self.failed += 1;
                self.failed_must += must;
            }
            Outcome::Known { .. } => self.known += 1,
            Outcome::CouldNotRun { .. } => {
                self.could_not_run += 1;
                self.could_not_run_must += must;
            }
            Outcome::NotApplicable { .. } => self.not_applicable += 1,
        }
    }

    /// Returns what the counts say of the server. A SHOULD that fails decides nothing; one that could not run leaves
    /// the run incomplete like any other, so that nothing unseen is ever called conformant.
    pub fn verdict(&self, baseline_holds: bool) -> Verdict {
        if self.failed_must > 0 {
            Verdict::NotConformant
        } else if !baseline_holds {
            Verdict::BaselineOutdated
        } else if self.could_not_run > 0 || self.passed == 0 {
            Verdict::Incomplete
        } else {
            Verdict::Conformant
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, known, could_not_run, not_applicable, failed_must, .. } = self;
        write!(f, "{passed} passed, {failed} failed, {could_not_run} could not run")?;
        if *known > 0 {
            write!(f, ", {known} known")?;
        }
        if *not_applicable > 0 {
            write!(f, ", {not_applicable} not applicable")?;
        }
        match failed - failed_must {
            0 => Ok(()),
            should => write!(f, " ({should} failed a SHOULD only)"),
        }
    }
}

/// The verdict on a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every check of a MUST passed, or is known to fail, or is about what the server does not offer.
    Conformant,
    /// A check of a MUST failed.
    NotConformant,
    /// No check of a MUST failed, but the baseline lists one that passes, or an entry of it has expired.
    BaselineOutdated,
    /// No check of a MUST failed, but not all could run.
    Incomplete,
}

impl Verdict {
    /// The verdict on both: the worse one.
    pub(crate) fn and(self, other: Self) -> Self {
        let rank = |verdict: Self| match verdict {
            Self::NotConformant => 0,
            Self::BaselineOutdated => 1,
            Self::Incomplete => 2,
            Self::Conformant => 3,
        };
        std::cmp::min_by_key(self, other, |verdict| rank(*verdict))
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Conformant => "CONFORMANT",
            Self::NotConformant => "NOT CONFORMANT",
            Self::BaselineOutdated => "BASELINE OUT OF DATE",
            Self::Incomplete => "INCOMPLETE",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(outcomes: &[(Level, Outcome)], verdict: Verdict) {
        let mut counts = Counts::default();
        for (level, outcome) in outcomes {
            counts.add(*level, outcome);
        }
        assert_eq!(counts.verdict(true), verdict, "{counts}");
    }

    fn failed() -> Outcome {
        Outcome::Failed { mismatch_count: 1, mismatches: Vec::new() }
    }

    fn could_not_run() -> Outcome {
        Outcome::CouldNotRun { reason: "".into() }
    }

    #[test]
    fn a_must_decides_and_a_failure_outweighs_what_could_not_run() {
        let passed = (Level::Must, Outcome::Passed);
        check(&[], Verdict::Incomplete);
        check(std::slice::from_ref(&passed), Verdict::Conformant);
        check(&[passed.clone(), (Level::Must, could_not_run())], Verdict::Incomplete);
        check(
            &[passed, (Level::Must, could_not_run()), (Level::Must, failed())],
            Verdict::NotConformant,
        );
    }

    #[test]
    fn a_should_that_fails_decides_nothing_and_one_that_could_not_run_leaves_a_gap() {
        let passed = (Level::Must, Outcome::Passed);
        check(&[passed.clone(), (Level::Should, failed())], Verdict::Conformant);
        check(&[passed, (Level::Should, could_not_run())], Verdict::Incomplete);
    }

    #[test]
    fn what_nobody_looked_at_is_not_conformant() {
        let reason = "nothing is served there".into();
        check(&[(Level::Must, Outcome::NotApplicable { reason })], Verdict::Incomplete);
    }

    #[test]
    fn a_failure_outweighs_an_outdated_baseline_and_that_outweighs_a_gap() {
        let mut counts = Counts::default();
        counts.add(Level::Must, &Outcome::Passed);
        assert_eq!(counts.verdict(false), Verdict::BaselineOutdated);
        counts.add(Level::Must, &could_not_run());
        assert_eq!(counts.verdict(false), Verdict::BaselineOutdated);
        counts.add(Level::Must, &failed());
        assert_eq!(counts.verdict(false), Verdict::NotConformant);
    }
}
