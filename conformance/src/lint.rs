//! Judging a recording: the checks that send nothing, on exchanges that somebody else had.

use std::collections::BTreeSet;
use std::time::{Duration, Instant, SystemTime};

use crate::check::Judge;
use crate::outcome::Counts;
use crate::record::{Finding, LeftBehind, Record, Recorded, SHOWN, Selection, Timing};
use crate::recording::Recording;
use crate::runner::outcome;
use crate::suite::{Entry, RunError};
use crate::transcript::Transcript;

pub(crate) fn lint(
    entries: &[Entry],
    selection: Selection,
    recording: &Recording,
    name: &str,
) -> Result<Record, RunError> {
    let (started, clock) = (SystemTime::now(), Instant::now());
    let Recording { log, ignored, run } = recording;
    let mut timing = Timing { started, took: Duration::ZERO, checks: Vec::new() };
    let mut checks = Vec::new();
    for Entry { check, .. } in entries.iter().filter(|entry| entry.selected) {
        let Judge::Passive(judge) = check.judge else { continue };
        let clock = Instant::now();
        checks.push(Finding::new(check, outcome(judge(log))?));
        timing.checks.push(clock.elapsed());
    }
    timing.took = clock.elapsed();

    // A recording may be long: what is not shown need not be redacted.
    let shown = checks.iter().flat_map(|finding| finding.outcome.mismatches().iter().take(SHOWN));
    let shown: BTreeSet<_> = shown.filter_map(|mismatch| mismatch.exchange).collect();
    let exchanges = shown.iter().filter_map(|place| log.exchanges().get(*place));
    let exchanges: Vec<_> = exchanges.map(|it| Transcript::new(it, &log.secrets)).collect();
    for finding in &mut checks {
        for mismatch in finding.outcome.mismatches_mut().iter_mut().take(SHOWN) {
            let place = mismatch.exchange;
            mismatch.exchange = place.and_then(|place| shown.iter().position(|it| *it == place));
        }
        finding.tidy(&log.secrets, &exchanges);
    }
    let mut record = Record {
        schema_version: 1,
        kit_version: env!("CARGO_PKG_VERSION"),
        target: name.to_owned(),
        product: run.as_ref().map_or_else(String::new, |run| run.product.clone()),
        seed: run.as_ref().map_or_else(String::new, |run| run.seed.clone()),
        selection,
        accounts: LeftBehind::default(),
        requests: log.len(),
        verdict: Counts::default().verdict(true),
        counts: Counts::default(),
        baseline: None,
        recording: Some(Recorded { judged: log.len(), ignored: *ignored }),
        checks,
        exchanges,
        timing,
    };
    record.settle();
    Ok(record)
}
