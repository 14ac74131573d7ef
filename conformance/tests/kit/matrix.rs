//! The judge judged: a good server passes everything, a faulty one fails exactly where its fault is.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::thread;

use ssokey_conformance::account::Seed;
use ssokey_conformance::answer::Answer;
use ssokey_conformance::outcome::{Outcome, Verdict};
use ssokey_conformance::record::Record;
use ssokey_conformance::request::Request;
use ssokey_conformance::requirement::Level;
use ssokey_conformance::secret::Credential;
use ssokey_conformance::settings::Settings;
use ssokey_conformance::suite::Suite;
use ssokey_conformance::transport::TransportError;

use crate::fault::{FAULTS, Fault};
use crate::server::{Raw, Reply};
use crate::service::{KEY, PRODUCT_SECRET, SECOND_KEY, Service};

/// Runs the suite against a faulty server in this process, without a network.
pub(crate) fn judge(fault: Fault) -> Record {
    let mut server = Service::new(fault);
    judge_with(move |raw| server.answer(raw))
}

/// Runs the suite against any server in this process.
pub(crate) fn judge_with(mut answer: impl FnMut(&Raw) -> Reply) -> Record {
    let mut transport = |request: &Request| through(request, &mut answer);
    Suite::v1().run(&mut transport, settings()).unwrap()
}

/// Takes a request to a server in this process.
pub(crate) fn through(
    request: &Request,
    answer: impl FnOnce(&Raw) -> Reply,
) -> Result<Answer, TransportError> {
    let headers = request.headers.iter();
    let reply = answer(&Raw {
        method: request.method.to_string(),
        path: request.path.clone(),
        query: request.query.clone().map(String::into_bytes),
        headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect(),
        body: request.body.clone().unwrap_or_default(),
    });
    let body = if request.method == "HEAD" { String::new() } else { reply.body };
    Ok(Answer::new(reply.status, reply.headers, body.into_bytes()))
}

/// The names of the accounts are the same in every run.
pub(crate) fn settings() -> Settings {
    let mut settings = Settings::new("in process", Credential::new(KEY), Seed::fixed(7));
    settings.second_key = Some(Credential::new(SECOND_KEY));
    settings.product_secret = Some(Credential::new(PRODUCT_SECRET));
    settings
}

/// Every record of the matrix, judged once.
static JUDGED: LazyLock<Vec<(Fault, Record)>> = LazyLock::new(|| {
    let judge_all =
        |faults: &[(Fault, _)]| faults.iter().map(|(it, _)| (*it, judge(*it))).collect::<Vec<_>>();
    let (half, rest) = FAULTS.split_at(FAULTS.len() / 2);
    thread::scope(|scope| {
        let half = scope.spawn(move || judge_all(half));
        let rest = judge_all(rest);
        half.join().unwrap().into_iter().chain(rest).collect()
    })
});

/// The checks that these ids name; `*.name` names those of all areas.
fn declared(ids: &[&'static str]) -> BTreeSet<&'static str> {
    let all = Suite::v1().checks();
    let named = |id: &&'static str| -> Vec<&'static str> {
        let found: Vec<_> = match id.strip_prefix('*') {
            Some(end) => all.iter().map(|check| check.id).filter(|id| id.ends_with(end)).collect(),
            None => vec![*id],
        };
        assert!(!found.is_empty(), "no check is {id}");
        found
    };
    ids.iter().flat_map(named).collect()
}

fn ids(record: &Record, of: impl Fn(&Outcome) -> bool) -> BTreeSet<&str> {
    let found = record.checks.iter().filter(|finding| of(&finding.outcome));
    found.map(|finding| finding.id).collect()
}

fn failed(record: &Record) -> BTreeSet<&str> {
    ids(record, |outcome| matches!(outcome, Outcome::Failed { .. }))
}

#[test]
fn a_good_server_passes_every_check() {
    let record = judge(Fault::None);
    let passed = ids(&record, |outcome| matches!(outcome, Outcome::Passed));
    assert_eq!(passed.len(), Suite::v1().checks().len(), "{record:#?}");
    assert_eq!(record.verdict, Verdict::Conformant);
}

#[test]
fn a_faulty_server_fails_exactly_the_declared_checks() {
    let mut wrong = Vec::new();
    for ((fault, record), (_, declared_ids)) in JUDGED.iter().zip(FAULTS) {
        let declared = declared(declared_ids);
        // A check that builds on what is broken may be unable to run; it must not fail for it.
        let failed = failed(record);
        if failed != declared {
            let more: Vec<_> = failed.difference(&declared).collect();
            let fewer: Vec<_> = declared.difference(&failed).collect();
            wrong.push(format!(
                "{fault:?}\n  failed and not declared {more:?}\n  declared and not failed {fewer:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_check_is_failed_by_some_fault() {
    let declared: BTreeSet<_> = FAULTS.iter().flat_map(|(_, checks)| declared(checks)).collect();
    let all: BTreeSet<_> = Suite::v1().checks().iter().map(|check| check.id).collect();
    let unfailed: Vec<_> = all.difference(&declared).collect();
    assert!(unfailed.is_empty(), "{unfailed:?}");
    assert_eq!(declared, all);
}

#[test]
fn only_a_failed_must_makes_a_server_not_conformant() {
    for (fault, record) in JUDGED.iter() {
        let must = record.checks.iter().any(|finding| {
            finding.level == Level::Must && matches!(finding.outcome, Outcome::Failed { .. })
        });
        let verdict = if must { Verdict::NotConformant } else { Verdict::Conformant };
        assert_eq!(record.verdict, verdict, "{fault:?}");
    }
}
