//! What a report looks like.

use serde_json::Value;
use ssokey_conformance::record::Record;
use ssokey_conformance::report;

use crate::matrix::{judge, judge_with};
use crate::server::{Raw, Reply};

/// A server that says no more than that all is well.
pub(crate) fn ok_to_everything(_: &Raw) -> Reply {
    Reply {
        status: 200,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: r#"{"stat":"ok"}"#.to_owned(),
    }
}

fn human(record: &Record) -> String {
    let mut text = Vec::new();
    report::human::write(record, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    anstream::adapter::strip_str(&text).to_string()
}

fn json(record: &Record) -> Value {
    let mut text = Vec::new();
    report::json::write(record, &mut text).unwrap();
    serde_json::from_slice(&text).unwrap()
}

#[test]
fn people_read_of_a_good_server() {
    insta::assert_snapshot!(human(&judge("good")));
}

#[test]
fn people_read_of_a_faulty_server() {
    insta::assert_snapshot!(human(&judge("other-password-makes-new-user")));
}

#[test]
fn people_read_of_a_server_that_breaks_a_should() {
    let report = human(&judge("members-are-swapped"));
    let verdict = report.lines().last().unwrap();
    insta::assert_snapshot!(verdict, @"CONFORMANT: 155 passed, 1 failed, 0 could not run (1 failed a SHOULD only)");
}

#[test]
fn people_read_of_a_server_that_says_ok_to_everything() {
    insta::assert_snapshot!(human(&judge_with(ok_to_everything)));
}

#[test]
fn programs_read_of_a_faulty_server() {
    let mut report = json(&judge("token-is-kept"));
    let checks = report["checks"].as_array_mut().unwrap();
    checks.retain(|check| {
        check["outcome"] != "passed" || check["id"] == "sign-on.creates-unknown-user"
    });
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
}

#[test]
fn programs_read_why_a_check_could_not_run() {
    let report = json(&judge_with(ok_to_everything));
    let checks = report["checks"].as_array().unwrap();
    let blocked = checks.iter().find(|check| check["outcome"] == "could_not_run");
    insta::assert_snapshot!(serde_json::to_string_pretty(blocked.unwrap()).unwrap());
}

#[test]
fn both_reports_agree_on_the_counts() {
    for record in [judge("good"), judge("error-code-is-text"), judge_with(ok_to_everything)] {
        let (human, json) = (human(&record), json(&record));
        let lines = |outcome: &str| {
            let listed = human.lines().filter(|line| line.starts_with(outcome));
            listed.filter(|line| line.contains(" MUST ") || line.contains(" SHOULD ")).count()
        };
        for (name, outcome) in
            [("passed", "passed "), ("failed", "failed  "), ("could_not_run", "could not run ")]
        {
            let counted =
                json["checks"].as_array().unwrap().iter().filter(|check| check["outcome"] == name);
            assert_eq!(json["counts"][name], counted.count(), "{name}");
            assert_eq!(json["counts"][name], lines(outcome), "{name}\n{human}");
        }
    }
}
