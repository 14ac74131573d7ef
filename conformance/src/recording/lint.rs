//! Judging a recording: the checks that send nothing, on exchanges that somebody else had.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::record::cause::find_causes;
use crate::record::exchange::Extent;
use crate::record::finding::{Finding, SHOWN};
use crate::record::left_behind::LeftBehind;
use crate::record::log::Log;
use crate::record::mismatch::LocatedMismatch;
use crate::record::outcome::Counts;
use crate::record::stop::Stop;
use crate::record::transcript::Transcript;
use crate::record::{Record, Recorded, Selection, Times};
use crate::recording::har::Run;
use crate::recording::text::{self, Line};
use crate::recording::{Recording, RecordingError};
use crate::suite::Suite;
use crate::suite::check::{Check, Judge};
use crate::suite::entry::Entry;
use crate::suite::error::RunError;
use crate::suite::runner::outcome;

/// An error of a recording that cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LintError {
    /// It is not a recording; says what is wrong, and where.
    Unreadable(RecordingError),
    /// The kit itself is at fault.
    Fault(RunError),
}

impl Suite {
    /// Judges a recording in any form that [`Recording::parse`](Recording::parse) reads, of which reports speak by this name, by the selected checks that send nothing.
    ///
    /// ```
    /// use ssokey_conformance::suite::Suite;
    ///
    /// let answer = br#"{"error":{"code":4010},"status_code":401,"stat":"fail"}"#;
    /// let record = Suite::v1().lint(answer, "one answer")?;
    /// assert_eq!(record.counts.failed, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// It is not a recording, or the kit is at fault. Everything else is in the record.
    pub fn lint(&self, recording: &[u8], name: &str) -> Result<Record, LintError> {
        lint(self.entries(), self.selection().clone(), recording, name)
    }
}

type Judged = Result<Vec<LocatedMismatch>, Stop>;

fn lint(
    entries: &[Entry],
    selection: Selection,
    text: &[u8],
    name: &str,
) -> Result<Record, LintError> {
    let selected = entries.iter().filter(|entry| entry.selected).map(|entry| entry.check);
    let selected: Vec<_> = selected.filter(|check| check.is_passive()).collect();
    let text = &text::utf8(text);
    let (recording, requests, judged) = match judge_by_parts(&selected, text) {
        Some((requests, judged)) => (Recording::default(), requests, judged),
        None => {
            let recording = Recording::read(text).map_err(RecordingError);
            let recording = recording.map_err(LintError::Unreadable)?;
            let judged = selected.iter().map(|check| judge(check, &recording.log)).collect();
            let requests = recording.log.len();
            (recording, requests, judged)
        }
    };
    let Recording { log, ignored, unread, run } = recording;
    let mut checks = Vec::new();
    for (check, judged) in selected.iter().zip(judged) {
        checks.push(check.finding(outcome(judged).map_err(LintError::Fault)?));
    }
    find_causes(&mut checks, &log);
    let exchanges = show(&mut checks, &log);
    // A file may come from anybody, and so may its name.
    let Run { products, product, seed, .. } = run.unwrap_or_default();
    let [target, product, seed] = [name, &product, &seed].map(|text| log.secrets.excerpt(text));
    let products = products.iter().map(|text| log.secrets.excerpt(text)).collect();
    let mut record = Record {
        schema_version: 1,
        kit_version: env!("CARGO_PKG_VERSION"),
        target,
        products,
        product,
        seed,
        selection,
        remarks: Vec::new(),
        accounts: LeftBehind::default(),
        requests,
        verdict: Counts::default().verdict(true),
        counts: Counts::default(),
        baseline: None,
        recording: Some(Recorded { judged: requests, ignored, unread }),
        sequences: None,
        exchanges,
        // So that the same recording gives the same report.
        times: Times {
            started: SystemTime::UNIX_EPOCH,
            took: Duration::ZERO,
            checks: vec![Duration::ZERO; checks.len()],
        },
        checks,
    };
    record.recount();
    Ok(record)
}

fn judge(check: &Check, log: &Log) -> Judged {
    match check.judge {
        Judge::Passive(judge) => judge(log),
        Judge::Active(_) => Err(Stop::Fault("a recording cannot be asked".to_owned())),
    }
}

/// Judges a recording of nothing but answers part by part, on all processors, as long as nothing is wrong: then no part is
/// kept, and no secret has to be found. Returns the number of answers and the judgements, or nothing if the recording has to be judged as a whole.
fn judge_by_parts(checks: &[&Check], text: &[u8]) -> Option<(usize, Vec<Judged>)> {
    const PART: usize = 200;
    let lines = Recording::lines(text)?;
    let parts: Vec<_> = lines.chunks(PART).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut judged = Vec::new();
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Some(part) = judge_part(checks, part) else {
                next.store(parts.len(), Ordering::Relaxed);
                return None;
            };
            judged = together(judged, part);
        }
        Some(judged)
    };
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(parts.len());
    // This thread is one of them: a page has no other.
    let judged = thread::scope(|scope| {
        let working: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let own = work();
        let done = working.into_iter().map(|working| working.join().ok().flatten());
        done.chain([own]).collect::<Option<Vec<_>>>()
    })?;
    Some((lines.len(), judged.into_iter().fold(Vec::new(), together)))
}

fn judge_part(checks: &[&Check], lines: &[Line<'_>]) -> Option<Vec<Judged>> {
    let Recording { log, ignored, unread, .. } = Recording::of_lines(lines).ok()?;
    let alone = log.exchanges().iter().all(|exchange| exchange.extent == Extent::Body);
    let judged: Vec<_> = checks.iter().map(|check| judge(check, &log)).collect();
    let sound = |judged: &Judged| match judged {
        Ok(mismatches) => mismatches.is_empty(),
        Err(Stop::Lacking(_)) => true,
        Err(Stop::Blocked(_) | Stop::Fault(_)) => false,
    };
    (alone && ignored == 0 && unread.is_empty() && judged.iter().all(sound)).then_some(judged)
}

/// A check that has passed on one part has passed, if the other parts only had nothing for it.
fn together(one: Vec<Judged>, other: Vec<Judged>) -> Vec<Judged> {
    if one.is_empty() {
        return other;
    }
    if other.is_empty() {
        return one;
    }
    one.into_iter().zip(other).map(|(one, other)| one.or(other)).collect()
}

/// Redacts what reports will show: of a long recording only little. Gives these exchanges.
fn show(checks: &mut [Finding], log: &Log) -> Vec<Transcript> {
    let shown = checks.iter().flat_map(|finding| finding.outcome.mismatches().iter().take(SHOWN));
    let shown: BTreeSet<_> = shown.filter_map(|mismatch| mismatch.exchange).collect();
    let exchanges = shown.iter().filter_map(|place| log.exchanges().get(*place));
    let exchanges: Vec<_> = exchanges.map(|it| Transcript::new(it, &log.secrets)).collect();
    let shows = |finding: &&mut Finding| !finding.outcome.mismatches().is_empty();
    for finding in checks.iter_mut().filter(shows) {
        for mismatch in finding.outcome.mismatches_mut().iter_mut().take(SHOWN) {
            let place = mismatch.exchange;
            mismatch.exchange = place.and_then(|place| shown.iter().position(|it| *it == place));
        }
        finding.redact(&log.secrets, &exchanges);
    }
    exchanges
}

impl std::fmt::Display for LintError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "this is not a recording: {why}"),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for LintError {}
