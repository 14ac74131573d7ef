//! One verdict on checks and on the sequences that are played after them.

use std::time::Duration;

use jiff::civil::date;
use ssokey_conformance::record::{Record, Verdict};
use ssokey_conformance::reference::Subject;
use ssokey_conformance::suite::{Baseline, Suite};

use crate::judging::{judge, settings};

fn run(suite: &Suite, name: &str) -> Record {
    let mut server = Subject::find(name).unwrap().service().unwrap().cheap();
    suite.run(&mut server, settings()).unwrap()
}

fn one_check() -> Suite {
    Suite::v1().only(&["key.refuses-unknown"]).unwrap()
}

#[test]
fn a_run_plays_sequences_and_its_verdict_is_on_both() {
    let good = judge("good");
    let sequences = good.sequences.as_ref().unwrap();
    assert_eq!((sequences.planned, sequences.played, sequences.left_out.len()), (96, 96, 0));
    assert!(sequences.failure.is_none() && sequences.requests > sequences.steps / 2);
    assert_eq!(good.verdict, Verdict::Conformant);
    let faulty = judge("password-before-last-works");
    assert_eq!((faulty.verdict, faulty.counts.failed), (Verdict::NotConformant, 0));
    let failure = faulty.sequences.unwrap().failure.unwrap();
    assert_eq!((failure.property, failure.sequence.len()), ("tells-new-password-from-old", 4));
}

#[test]
fn of_some_checks_no_sequence_is_played_unless_a_number_is_given() {
    assert!(run(&one_check(), "launch-ends-no-token").sequences.is_none());
    assert!(run(&Suite::v1().sequences(0), "good").sequences.is_none());
    let record = run(&one_check().sequences(2), "launch-ends-no-token");
    let sequences = record.sequences.unwrap();
    assert_eq!((sequences.planned, record.counts.passed), (2, 1));
    assert_eq!(record.verdict, Verdict::NotConformant, "{}", sequences.summary());
}

#[test]
fn a_run_whose_time_is_up_says_so() {
    let suite = one_check().sequences(5).sequences_within(Duration::ZERO);
    let record = run(&suite, "good");
    let sequences = record.sequences.unwrap();
    assert_eq!((sequences.planned, sequences.played), (5, 0));
    assert!(
        sequences.stopped.unwrap().words().starts_with("the time for sequences was up after 0")
    );
    assert_eq!(record.verdict, Verdict::Incomplete);
}

#[test]
fn a_baseline_lists_a_property_like_a_check() {
    let suite = Suite::v1();
    let listed = |id: &str, more: &str| {
        let text = format!("[[known]]\nid = \"{id}\"\nreason = \"until release 4\"\n{more}");
        Baseline::parse(&text, &suite).map_err(|error| error.to_string())
    };
    assert!(
        listed("ends-token-on-replacement", "").unwrap_err().contains("ends-tokens-on-replacement")
    );
    let mut record = run(&one_check().sequences(12), "launch-ends-no-token");
    assert!(Baseline::proposal(&record).contains("id = \"ends-tokens-on-replacement\""));
    listed("ends-tokens-on-replacement", "").unwrap().apply(&mut record, date(2026, 1, 2));
    assert_eq!(record.verdict, Verdict::Conformant);
    assert_eq!(Baseline::proposal(&record), "");
    let expired = listed("ends-tokens-on-replacement", "expires = 2026-01-01\n").unwrap();
    expired.apply(&mut record, date(2026, 1, 2));
    assert_eq!(record.verdict, Verdict::BaselineOutdated);
}
