//! The judge judged: a good server passes everything, a faulty one fails exactly where its fault is.

use std::collections::BTreeSet;

use ssokey_conformance::account::Seed;
use ssokey_conformance::answer::Answer;
use ssokey_conformance::outcome::{Outcome, Verdict};
use ssokey_conformance::record::Record;
use ssokey_conformance::request::Request;
use ssokey_conformance::requirement::Level;
use ssokey_conformance::secret::Key;
use ssokey_conformance::suite::{Settings, Suite};
use ssokey_conformance::transport::TransportError;

use crate::fault::{FAULTS, Fault};
use crate::server::{Raw, Reply};
use crate::sign_on::{KEY, SignOn};

/// Runs the suite against a faulty server in this process, without a network.
pub(crate) fn judge(fault: Fault) -> Record {
    let mut server = SignOn::new(fault);
    judge_with(move |raw| server.answer(raw))
}

/// Runs the suite against any server in this process.
pub(crate) fn judge_with(mut answer: impl FnMut(&Raw) -> Reply) -> Record {
    let mut transport = |request: &Request| through(request, &mut answer);
    Suite::v1().run(&mut transport, settings(), |_, _| ()).unwrap()
}

/// Takes a request to a server in this process.
pub(crate) fn through(
    request: &Request,
    answer: impl FnOnce(&Raw) -> Reply,
) -> Result<Answer, TransportError> {
    let headers = request.headers.iter();
    let reply = answer(&Raw {
        method: request.method.to_owned(),
        path: request.path.clone(),
        query: request.query.clone().map(String::into_bytes),
        headers: headers.map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        body: request.body.clone().unwrap_or_default(),
    });
    let body = if request.method == "HEAD" { String::new() } else { reply.body };
    Ok(Answer::new(reply.status, reply.headers, body.into_bytes()))
}

/// The names of the accounts are the same in every run.
pub(crate) fn settings() -> Settings {
    Settings {
        target: "in process".to_owned(),
        key: Key::new(KEY),
        product: "livechat".to_owned(),
        seed: Seed::fixed(7),
    }
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
    for (fault, declared) in FAULTS {
        let record = judge(*fault);
        let declared: BTreeSet<_> = declared.iter().copied().collect();
        let blocked = ids(&record, |outcome| matches!(outcome, Outcome::CouldNotRun { .. }));
        let failed = failed(&record);
        if failed != declared || !blocked.is_empty() {
            wrong.push(format!(
                "{fault:?}\n  failed {failed:?}\n  declared {declared:?}\n  blocked {blocked:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_check_is_failed_by_some_fault() {
    let declared: BTreeSet<_> =
        FAULTS.iter().flat_map(|(_, checks)| checks.iter().copied()).collect();
    let all: BTreeSet<_> = Suite::v1().checks().iter().map(|check| check.id).collect();
    assert_eq!(declared, all);
}

#[test]
fn only_a_failed_must_makes_a_server_not_conformant() {
    for (fault, _) in FAULTS {
        let record = judge(*fault);
        let must = record.checks.iter().any(|finding| {
            finding.level == Level::Must && matches!(finding.outcome, Outcome::Failed { .. })
        });
        let verdict = if must { Verdict::NotConformant } else { Verdict::Conformant };
        assert_eq!(record.verdict, verdict, "{fault:?}");
    }
}
