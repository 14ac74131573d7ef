//! What came of a check, and of all checks together.

use std::fmt;

use serde::Serialize;

use crate::mismatch::Mismatch;
use crate::requirement::Level;

/// What came of a check.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The server does what the check asks for.
    Passed,
    /// It does not.
    Failed {
        /// In how many exchanges.
        mismatch_count: usize,
        /// The first of them.
        mismatches: Vec<Mismatch>,
    },
    /// The check could not find out.
    CouldNotRun {
        /// What stood in the way.
        reason: String,
    },
}

/// How many checks came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Passed.
    pub passed: usize,
    /// Failed, of every level.
    pub failed: usize,
    /// Could not run, of every level.
    pub could_not_run: usize,
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
            Outcome::CouldNotRun { .. } => {
                self.could_not_run += 1;
                self.could_not_run_must += must;
            }
        }
    }

    /// What the counts say of the server. Only what a MUST says counts.
    pub fn verdict(&self) -> Verdict {
        if self.failed_must > 0 {
            Verdict::NotConformant
        } else if self.could_not_run_must > 0 || self.passed == 0 {
            Verdict::Incomplete
        } else {
            Verdict::Conformant
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, could_not_run, .. } = self;
        write!(f, "{passed} passed, {failed} failed, {could_not_run} could not run")?;
        match self.failed - self.failed_must {
            0 => Ok(()),
            should => write!(f, " ({should} failed a SHOULD only)"),
        }
    }
}

/// What a run says of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every check of a MUST passed.
    Conformant,
    /// A check of a MUST failed.
    NotConformant,
    /// No check of a MUST failed, but not all could run.
    Incomplete,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Conformant => "CONFORMANT",
            Self::NotConformant => "NOT CONFORMANT",
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
        assert_eq!(counts.verdict(), verdict, "{counts}");
    }

    fn failed() -> Outcome {
        Outcome::Failed { mismatch_count: 1, mismatches: Vec::new() }
    }

    fn could_not_run() -> Outcome {
        let reason = String::new();
        Outcome::CouldNotRun { reason }
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
    fn a_should_never_decides() {
        let should = [(Level::Should, failed()), (Level::Should, could_not_run())];
        let mut outcomes = vec![(Level::Must, Outcome::Passed)];
        outcomes.extend(should);
        check(&outcomes, Verdict::Conformant);
    }
}
