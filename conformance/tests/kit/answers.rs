//! The answers of a server as snapshots of the crate that tests it: this one.

use ssokey_conformance::assert_answers;
use ssokey_conformance::record::{Record, snapshot};

use crate::diff::another_run;
use crate::judging::judge;

#[test]
fn every_distinct_answer_is_a_snapshot() {
    assert_answers!(&judge("good"));
}

#[test]
fn snapshots_are_the_same_in_every_run_and_others_for_another_server() {
    let names = |of: &Record| snapshot::answers(of).into_keys().collect::<Vec<_>>();
    let good = judge("good");
    assert_eq!(snapshot::answers(&good), snapshot::answers(&another_run("good")));
    let faulty = judge("members-are-swapped");
    assert_eq!(names(&good), names(&faulty));
    let changed = snapshot::answers(&faulty);
    let changed =
        snapshot::answers(&good).into_iter().filter(|(name, text)| changed[name] != *text);
    let changed: Vec<_> = changed.map(|(name, _)| name).collect();
    assert_eq!(changed, ["200-direct", "200-exchange", "200-session", "200-sign-on"]);
}
