//! A run: contact, the checks that ask, those that judge what came, the sequences, and the record of it all.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::format::operation::Operation;
use crate::format::product::ProductName;
use crate::format::profile::Profile;
use crate::message::request::Request;
use crate::record::cause::find_causes;
use crate::record::curl;
use crate::record::lacking::Reason;
use crate::record::log::Log;
use crate::record::mismatch::LocatedMismatch;
use crate::record::outcome::{Counts, Outcome};
use crate::record::stop::Stop;
use crate::record::transcript::Transcript;
use crate::record::{Record, Selection, Times};
use crate::suite::check::{Check, Judge};
use crate::suite::common::Common;
use crate::suite::contact::diagnose;
use crate::suite::entry::Entry;
use crate::suite::error::RunError;
use crate::suite::playing::{Played, Playing};
use crate::suite::probe::Probe;
use crate::suite::progress::Progress;
use crate::suite::settings::Settings;
use crate::suite::trial::Given;
use crate::transport::{Transport, TransportError};

/// The check that runs before all others.
const FIRST: &str = "connection.carries-many-requests";

/// A check that has run. Its mismatches point into its own log.
struct Ran {
    judged: Result<Vec<LocatedMismatch>, Stop>,
    log: Log,
    took: Duration,
}

pub(crate) fn run(
    entries: &[Entry],
    selection: Selection,
    playing: Option<Playing>,
    transport: &mut dyn Transport,
    settings: Settings,
    began: &(dyn Fn(Progress<'_>) + Sync),
) -> Result<Record, RunError> {
    let (started, clock) = (SystemTime::now(), Instant::now());
    let mut common = Common::new(settings)?;
    let (mut log, diagnosis) = make_contact(&common, transport, entries.len())?;
    let left_out = find_out(&mut common, transport, &mut log, entries.len())?;
    let common = &common;

    let judges = entries.iter().any(Entry::judges);
    let asks = |entry: &&(usize, &Entry)| {
        let (_, Entry { check, selected }) = entry;
        !check.is_passive() && (*selected || judges) && !left_out.contains_key(&check.profile)
    };
    let numbered: Vec<_> = entries.iter().enumerate().collect();
    let asking: Vec<_> = numbered.iter().filter(asks).copied().collect();
    let mut asked = ask_all(&asking, common, transport, began);

    let mut found = BTreeMap::new();
    for (place, _) in asking {
        let Some(Ran { mut judged, log: own, took }) = asked.remove(&place) else {
            let why = "a check was not run";
            return Err(RunError::Fault(why.to_owned()));
        };
        for mismatch in judged.iter_mut().flatten() {
            mismatch.exchange = mismatch.exchange.map(|place| place + log.len());
        }
        log.append(own);
        found.insert(place, (judged, took));
    }

    let mut times = Times { started, took: clock.elapsed(), checks: Vec::new() };
    let mut checks = Vec::new();
    for (place, Entry { check, .. }) in numbered.iter().filter(|(_, entry)| entry.selected) {
        let (judged, took) = match (check.judge, left_out.get(&check.profile)) {
            (_, Some(why)) => (Err(Stop::Lacking(why.clone())), Duration::ZERO),
            (Judge::Passive(judge), None) => {
                began(Progress::Check(check));
                let clock = Instant::now();
                (judge(&log), clock.elapsed())
            }
            (Judge::Active(_), None) => {
                found.remove(place).unwrap_or((Ok(Vec::new()), Duration::ZERO))
            }
        };
        let judged = unless_vacuous(check, judged, &common.trials().refused(), &log, common);
        checks.push(check.finding(outcome(judged)?));
        times.checks.push(took);
    }
    // The names of their users are none of a check or of the first contact.
    let place = entries.len() + 1;
    let play = |it: Playing| (it.play)(it, common, transport, place, &|next| began(next));
    let played = playing.map(play).transpose()?;
    let sequences = played.map(|Played { sequences, secrets }| {
        log.secrets.learn_all(&secrets);
        sequences
    });
    times.took = clock.elapsed();

    find_causes(&mut checks, &log);
    let exchanges = log.exchanges().iter().filter(|_| common.settings().exchanges);
    let exchanges: Vec<_> = exchanges.map(|it| Transcript::new(it, &log.secrets)).collect();
    for finding in &mut checks {
        finding.redact(&log.secrets, &exchanges);
        for mismatch in finding.outcome.mismatches_mut() {
            let request = mismatch.exchange.and_then(|place| log.exchanges().get(place));
            let request = request.map(|exchange| &exchange.request);
            if let (Some(request), Some(sent)) = (request, &mismatch.sent) {
                let variables = Given::variables(request, common.settings());
                mismatch.curl = curl::line(&common.settings().target, sent, variables);
            }
        }
    }
    let Settings { target, products, product, seed, remarks, .. } = common.settings();
    let refused = common.trials().refused();
    let refused = refused.into_iter().map(|given| capital(given.why()));
    let remarks = remarks.iter().cloned().chain(diagnosis).chain(refused);
    let ledger = common.ledger();
    let mut record = Record {
        schema_version: 1,
        kit_version: env!("CARGO_PKG_VERSION"),
        target: log.secrets.redact(target),
        products: products.iter().map(ProductName::to_string).collect(),
        product: product.to_string(),
        seed: format!("{:016x}", seed.number()),
        selection,
        remarks: remarks.map(|remark| log.secrets.redact(&remark)).collect(),
        accounts: ledger.left_behind(seed, &log.secrets),
        requests: log.len(),
        verdict: Counts::default().verdict(true),
        counts: Counts::default(),
        baseline: None,
        recording: None,
        sequences,
        checks,
        exchanges,
        times,
    };
    record.recount();
    Ok(record)
}

/// Returns what came of a check, unless the server refused a credential without which it says nothing.
fn unless_vacuous(
    check: &Check,
    judged: Result<Vec<LocatedMismatch>, Stop>,
    refused: &[Given],
    log: &Log,
    common: &Common,
) -> Result<Vec<LocatedMismatch>, Stop> {
    let sent = |given: Given| {
        let mut own = log.exchanges().iter().filter(|it| it.check == Some(check.id));
        own.any(|it| given.is_held_by(&it.request, common.settings()))
    };
    let lacks = |given: &&Given| match given {
        Given::Key => !check.is_passive(),
        Given::SecondKey | Given::ProductSecret | Given::SecondProductSecret => sent(**given),
    };
    match (judged, refused.iter().find(lacks)) {
        (Ok(_), Some(given)) => Err(Stop::Blocked(given.why().into())),
        (judged, _) => judged,
    }
}

/// The same words as a sentence of their own.
fn capital(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// Asks something that creates no account, to see that there is a server at all; gives what its answer says of those to come.
pub(crate) fn make_contact(
    common: &Common,
    transport: &mut dyn Transport,
    place: usize,
) -> Result<(Log, Option<String>), RunError> {
    let mut probe = Probe::new(transport, common, place, None);
    let request = Request::bare(Operation::SignOn);
    match probe.exchange(&request.case("first contact")) {
        Ok(answer) => {
            let diagnosis = diagnose(&answer).map_err(RunError::Obstacle)?;
            Ok((probe.finish().0, diagnosis))
        }
        Err(TransportError::Unsendable(why)) => Err(RunError::Fault(why)),
        Err(silent) => Err(RunError::Unreachable(silent)),
    }
}

/// Finds out which profiles the server offers; gives why each of the others is not judged.
pub(crate) fn find_out(
    common: &mut Common,
    transport: &mut dyn Transport,
    log: &mut Log,
    place: usize,
) -> Result<BTreeMap<Profile, Reason>, RunError> {
    let mut left_out = BTreeMap::new();
    for profile in Profile::ALL {
        if let Some(why) = common.settings().why_left_out(profile) {
            left_out.insert(profile, Reason::from(why));
        }
    }
    let mut absent = BTreeMap::new();
    for operation in Operation::ALL {
        let of_operation = |profile: &&Profile| profile.operations().contains(&operation);
        let profiles: Vec<_> = Profile::ALL.iter().filter(of_operation).collect();
        let demanded = profiles.iter().any(|profile| common.settings().demands(**profile));
        if profiles.is_empty() || demanded {
            continue;
        }
        if let Some(why) = profiles.first().and_then(|profile| left_out.get(profile)) {
            common.lacks(operation, why.clone());
            continue;
        }
        if let Some(why) = find_absent(common, transport, log, place, operation)? {
            absent.insert(operation, why.clone());
            common.lacks(operation, why);
        }
    }
    for profile in Profile::ALL.into_iter().filter(|it| !common.settings().demands(*it)) {
        let mut reasons = profile.operations().iter().map(|operation| absent.get(operation));
        let first = reasons.next().flatten();
        if let Some(why) = first.filter(|_| reasons.all(|reason| reason.is_some())) {
            left_out.entry(profile).or_insert(why.clone());
        }
    }
    Ok(left_out)
}

/// Asks at the path of an operation, without fields; says why if nothing is served there.
fn find_absent(
    common: &Common,
    transport: &mut dyn Transport,
    log: &mut Log,
    place: usize,
    operation: Operation,
) -> Result<Option<Reason>, RunError> {
    let mut probe = Probe::new(transport, common, place, None);
    let answer = probe.exchange(&Request::bare(operation).case("is it served"));
    log.append(probe.finish().0);
    match answer {
        Ok(answer) if answer.plain_status() == 404 => {
            let (path, summary) = (operation.path(), answer.summary());
            Ok(Some(format!("nothing is served at {path}: {summary}").into()))
        }
        Err(TransportError::Unsendable(why)) => Err(RunError::Fault(why)),
        // That there is an answer at all is for the checks to say.
        Ok(_) | Err(_) => Ok(None),
    }
}

/// Runs the checks that ask, several at a time if the transport can be forked; gives what they found by their place.
fn ask_all(
    asking: &[(usize, &Entry)],
    common: &Common,
    transport: &mut dyn Transport,
    began: &(dyn Fn(Progress<'_>) + Sync),
) -> BTreeMap<usize, Ran> {
    let mut asked = BTreeMap::new();
    // What it finds decides how the others are asked.
    let (first, asking): (Vec<_>, Vec<_>) =
        asking.iter().copied().partition(|(_, entry)| entry.check.id == FIRST);
    for (place, entry) in first {
        began(Progress::Check(entry.check));
        let ran = ask(entry.check, common, transport, place);
        if ran.judged.as_ref().is_ok_and(|noted| !noted.is_empty()) {
            common.keep_no_connections();
        }
        asked.insert(place, ran);
    }
    let (next, asked) = (AtomicUsize::new(0), Mutex::new(asked));
    let work = |transport: &mut dyn Transport| {
        while let Some((place, entry)) = asking.get(next.fetch_add(1, Ordering::Relaxed)) {
            began(Progress::Check(entry.check));
            let done = ask(entry.check, common, transport, *place);
            asked.lock().unwrap_or_else(PoisonError::into_inner).insert(*place, done);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..common.settings().jobs {
            let Some(mut fork) = transport.fork() else { break };
            scope.spawn(move || work(&mut *fork));
        }
        work(transport);
    });
    asked.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn ask(check: &Check, common: &Common, transport: &mut dyn Transport, place: usize) -> Ran {
    let clock = Instant::now();
    let mut probe = Probe::new(transport, common, place, Some(check.id));
    let judged = match check.judge {
        Judge::Active(_) if common.trials().key_is_refused() => {
            Err(Stop::Blocked(Given::Key.why().into()))
        }
        Judge::Active(judge) => judge(&mut probe),
        Judge::Passive(_) => Ok(()),
    };
    let (log, noted) = probe.finish();
    // What was found before the check was stopped is found all the same.
    let judged = match judged {
        Err(Stop::Blocked(_) | Stop::Lacking(_)) if !noted.is_empty() => Ok(noted),
        judged => judged.map(|()| noted),
    };
    Ran { judged, log, took: clock.elapsed() }
}

pub(crate) fn outcome(judged: Result<Vec<LocatedMismatch>, Stop>) -> Result<Outcome, RunError> {
    match judged {
        Ok(mismatches) if mismatches.is_empty() => Ok(Outcome::Passed),
        Ok(mismatches) => Ok(Outcome::Failed { mismatch_count: mismatches.len(), mismatches }),
        Err(Stop::Blocked(reason)) => Ok(Outcome::CouldNotRun { reason }),
        Err(Stop::Lacking(reason)) => Ok(Outcome::NotApplicable { reason }),
        Err(Stop::Fault(why)) => Err(RunError::Fault(why)),
    }
}
