//! The judge judged: a good server passes everything, a faulty one fails exactly where its fault is.

use std::sync::LazyLock;

use ssokey_conformance::answer::Answer;
use ssokey_conformance::outcome::{Outcome, Verdict};
use ssokey_conformance::record::Record;
use ssokey_conformance::reference::{Fault, Matrix, Subject, Variant};
use ssokey_conformance::request::Request;
use ssokey_conformance::requirement::Level;
use ssokey_conformance::settings::Settings;
use ssokey_conformance::suite::Suite;
use ssokey_conformance::transport::TransportError;

use crate::server::{Raw, Reply};

/// Runs the suite against the reference server of this name in this process, without a network.
pub(crate) fn judge(name: &str) -> Record {
    Subject::find(name).unwrap().judge().unwrap().record
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
    let mut reply = answer(&Raw::from_request(request).unwrap());
    if request.method == "HEAD" {
        reply.body.clear();
    }
    Ok(reply.into())
}

/// The names of the accounts are the same in every run.
pub(crate) fn settings() -> Settings {
    ssokey_conformance::reference::settings("in process")
}

/// The whole matrix, judged once.
static MATRIX: LazyLock<Matrix> =
    LazyLock::new(|| Matrix::judge(&Subject::all(), &|_| ()).unwrap());

#[test]
fn good_servers_pass_every_check_and_faulty_ones_fail_exactly_the_declared() {
    let mistakes = MATRIX.mistakes();
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn there_are_enough_servers_to_judge_by() {
    assert!(Fault::all().count() >= 60);
    assert!(Variant::all().len() >= 10);
}

#[test]
fn only_a_failed_must_makes_a_server_not_conformant() {
    for judged in &MATRIX.judged {
        let record = &judged.record;
        let must = record.checks.iter().any(|finding| {
            finding.level == Level::Must && matches!(finding.outcome, Outcome::Failed { .. })
        });
        let verdict = if must { Verdict::NotConformant } else { Verdict::Conformant };
        assert_eq!(record.verdict, verdict, "{}", judged.subject.name());
    }
}
