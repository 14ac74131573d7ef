//! The looks of reports.

use std::time::{Duration, SystemTime};

use serde_json::Value;
use ssokey_conformance::record::{Outcome, Record, Times};
use ssokey_conformance::report;

use crate::judging::{judge, judge_with, ok_to_everything};
use crate::reading::text;

fn human(record: &Record) -> String {
    text(record, report::human)
}

fn json(record: &Record) -> Value {
    serde_json::from_str(&text(record, report::json)).unwrap()
}

/// A record to be read by people: one passed check and those that did not pass, one exchange of each, and nothing that
/// a different run would have otherwise.
fn excerpt(fault: &str) -> Record {
    let mut record = judge(fault);
    let mut passed = 0;
    record.checks.retain(|finding| {
        passed += usize::from(matches!(finding.outcome, Outcome::Passed));
        passed == 1 || !matches!(finding.outcome, Outcome::Passed)
    });
    if let [_, first, second, third, ..] = &mut record.checks[..] {
        let reason = || "a <reason> | of `ours`";
        let mismatches = first.outcome.mismatches().to_vec();
        first.outcome =
            Outcome::Known { reason: reason().to_owned(), mismatch_count: 1, mismatches };
        second.outcome = Outcome::CouldNotRun { reason: reason().into() };
        third.outcome = Outcome::NotApplicable { reason: reason().into() };
    }
    for mismatch in record.checks.iter_mut().flat_map(|it| it.outcome.mismatches_mut()) {
        mismatch.exchange = None;
    }
    let mut last = None;
    record
        .exchanges
        .retain(|exchange| std::mem::replace(&mut last, exchange.check) != exchange.check);
    record.accounts.emails.truncate(1);
    record.times = Times {
        started: SystemTime::UNIX_EPOCH,
        took: Duration::from_secs(90),
        checks: vec![Duration::from_millis(5); record.checks.len()],
    };
    record.recount();
    record
}

/// The page without its style and script, whose files say what they are.
fn page(record: &Record) -> String {
    let page = text(record, report::html);
    let (_, body) = page.split_once("<body>").unwrap();
    body.split_once("<script>").unwrap().0.to_owned()
}

#[test]
fn build_servers_read() {
    insta::assert_snapshot!(text(&excerpt("good"), report::junit));
    insta::assert_snapshot!(text(&excerpt("token-is-kept"), report::junit));
}

#[test]
fn the_summary_of_a_job_says() {
    insta::assert_snapshot!(text(&excerpt("good"), report::markdown));
    insta::assert_snapshot!(text(&excerpt("token-is-kept"), report::markdown));
}

#[test]
fn the_runner_of_a_job_reads() {
    insta::assert_snapshot!(text(&excerpt("good"), report::github));
    insta::assert_snapshot!(text(&excerpt("token-is-kept"), report::github));
}

#[test]
fn the_page_says() {
    insta::assert_snapshot!(page(&excerpt("good")));
    insta::assert_snapshot!(page(&excerpt("token-is-kept")));
}

#[test]
fn the_page_allows_its_own_style_and_script_and_nothing_else() {
    let page = text(&excerpt("good"), report::html);
    let (_, policy) = page.split_once("Content-Security-Policy\" content=\"").unwrap();
    let policy = policy.split_once('"').unwrap().0.replace("&#39;", "'");
    let parts =
        policy.split("; ").map(|it| it.split_once("sha256-").map_or(it, |(start, _)| start));
    insta::assert_snapshot!(
        parts.collect::<Vec<_>>().join("; "),
        @"default-src 'none'; style-src '; script-src '; base-uri 'none'; form-action 'none'"
    );
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
    insta::assert_snapshot!(verdict, @"CONFORMANT: 284 passed, 1 failed, 0 could not run, 2 not applicable (1 failed a SHOULD only)");
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
