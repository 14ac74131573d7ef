//! The judge judged: a good server passes everything, a faulty one fails exactly where its fault is.

use std::sync::LazyLock;

use ssokey_conformance::format::Level;
use ssokey_conformance::record::{Outcome, Verdict};
use ssokey_conformance::reference::{Fault, Matrix, Subject, Variant, usual_seed};

/// The whole matrix, judged once.
static MATRIX: LazyLock<Matrix> =
    LazyLock::new(|| Matrix::judge(&Subject::all(), &usual_seed(), &|_| ()).unwrap());

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
fn only_a_failed_must_and_a_sequence_that_goes_wrong_make_a_server_not_conformant() {
    for judged in &MATRIX.judged {
        let record = &judged.record;
        let must = record.checks.iter().any(|finding| {
            finding.level == Level::Must && matches!(finding.outcome, Outcome::Failed { .. })
        });
        let broken = record.sequences.as_ref().is_some_and(|it| it.failure.is_some());
        let verdict = if must || broken { Verdict::NotConformant } else { Verdict::Conformant };
        assert_eq!(record.verdict, verdict, "{}", judged.subject.name());
    }
}
