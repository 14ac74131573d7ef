//! The failures of a server that are known and accepted for a while.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;

use crate::message::secrets::{hide_shapes, without_quotations};
use crate::record::outcome::Outcome;
use crate::record::{Comparison, Record};
use crate::suite::Suite;
use crate::suite::error::BaselineError;

/// A list of checks, and properties of sequences, that are known to fail.
///
/// ```toml
/// [[known]]
/// id = "answer.is-compact"
/// reason = "until release 4 of our JSON library"
/// expires = 2027-03-31 # the last day, in UTC, on which it counts; optional
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    #[serde(default)]
    known: Vec<Known>,
}

/// A check that is known to fail.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    id: String,
    reason: String,
    #[serde(default)]
    expires: Option<toml::value::Datetime>,
}

impl Baseline {
    /// Reads a baseline of checks of this suite.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with it and, where that can be guessed, what was meant.
    pub fn parse(text: &str, suite: &Suite) -> Result<Self, BaselineError> {
        let baseline: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let (line, why) = (before.split('\n').count(), without_quotations(error.message()));
            BaselineError(format!("line {line}: {why}"))
        })?;
        let mut seen = BTreeSet::new();
        for Known { id, reason, expires } in &baseline.known {
            let checks = suite.checks().into_iter().map(|check| check.id);
            if !checks.chain(suite.properties()).any(|known| known == id) {
                return Err(BaselineError(match suite.nearest(id) {
                    Some(meant) => format!("there is no check `{id}`: did you mean `{meant}`?"),
                    None => format!("there is no check `{}`", hide_shapes(id)),
                }));
            }
            if reason.trim().is_empty() {
                return Err(BaselineError(format!("the entry of `{id}` gives no reason")));
            }
            if !seen.insert(id) {
                return Err(BaselineError(format!("`{id}` is listed twice")));
            }
            if expires.is_some_and(|expires| date(expires).is_none()) {
                return Err(BaselineError(format!(
                    "`expires` of `{id}` is not a day: write it like 2027-03-31"
                )));
            }
        }
        Ok(baseline)
    }

    /// Marks the failures that are known, and notes what of the baseline is out of date.
    pub fn apply(&self, record: &mut Record, today: Date) {
        let mut comparison = Comparison::default();
        for Known { id, reason, expires } in &self.known {
            let expired = expires.and_then(date).is_some_and(|last| last < today);
            let broken = record.sequences.as_mut();
            let broken =
                broken.filter(|it| it.failure.as_ref().is_some_and(|it| it.property == id));
            if let Some(sequences) = broken {
                sequences.known = Some(reason.clone());
            }
            let finding = record.checks.iter_mut().find(|finding| finding.id == id);
            let outcome = finding.map(|finding| &mut finding.outcome);
            if let Some(Outcome::Passed) = outcome {
                comparison.stale.push(id.clone());
                continue;
            }
            comparison.expired.extend(expired.then(|| id.clone()));
            if let Some(outcome) = outcome
                && let Outcome::Failed { mismatch_count, mismatches } = outcome
            {
                *outcome = Outcome::Known {
                    reason: reason.clone(),
                    mismatch_count: *mismatch_count,
                    mismatches: std::mem::take(mismatches),
                };
            }
        }
        record.baseline = Some(comparison);
        record.recount();
    }

    /// An entry for each failure of a record, to be given a reason and put into a baseline.
    pub fn proposal(record: &Record) -> String {
        let failed = record.checks.iter();
        let failed = failed.filter(|finding| matches!(finding.outcome, Outcome::Failed { .. }));
        let broken = record.sequences.iter().filter(|it| it.known.is_none());
        let broken = broken.filter_map(|it| it.failure.as_ref()).map(|it| it.property);
        let entries = failed.map(|finding| finding.id).chain(broken).map(|id| {
            format!("[[known]]\nid = \"{id}\"\nreason = \"\" # why, or where to read why\n")
        });
        entries.collect::<Vec<_>>().join("\n")
    }
}

/// The day, if it is nothing but a day.
fn date(text: toml::value::Datetime) -> Option<Date> {
    let day = text.date.filter(|_| text.time.is_none() && text.offset.is_none())?;
    let year = i16::try_from(day.year).ok()?;
    Date::new(year, i8::try_from(day.month).ok()?, i8::try_from(day.day).ok()?).ok()
}
