//! The cause of many failures: named first, with those that follow from it.

use ssokey_conformance::record::Record;
use ssokey_conformance::report::{self, Detail};
use ssokey_conformance::suite::Suite;

use crate::judging::{judge, judge_with, settings, through};
use crate::reading::text;
use crate::server::{Reply, reference};

fn human(record: &Record) -> String {
    text(record, report::human)
}

/// A good server, whose refusals are changed.
fn with_refusals(change: impl Fn(&mut Reply)) -> Record {
    let server = reference("good");
    judge_with(|raw| {
        let mut reply = server(raw);
        if reply.status >= 400 {
            change(&mut reply);
        }
        reply
    })
}

#[test]
fn what_cannot_be_read_comes_first_and_the_rest_follows_from_it() {
    let record = with_refusals(|reply| "<p>no</p>".clone_into(&mut reply.body));
    let report = human(&record);
    let failed = report.split("\n\n").find(|it| it.starts_with("failed ")).unwrap();
    assert!(failed.starts_with("failed answer.status-equals-status-code"), "{failed}");
    let follow = record.checks.iter().filter(|it| it.follows_from.is_some()).count();
    assert!(follow > 60, "{follow}");
    assert!(report.contains(&format!("  {follow} failures follow from this: ")), "{report}");
    let first = report.lines().nth(2).unwrap();
    assert!(
        first.contains("The first answer, to a sign-on without fields, is a web page"),
        "{first}"
    );
}

#[test]
fn what_a_server_decides_follows_from_nothing_but_itself() {
    // Every key is taken, and every account lacks a member.
    let server = reference("good");
    let mut transport = |request: &_| {
        through(request, |raw| {
            let mut reply = server(raw);
            reply.body = reply.body.replace("\"accountType\":", "\"kind\":");
            if reply.status == 401 && reply.body.contains("4010") {
                reply.status = 200;
                reply.body = r#"{"status_code":200,"return":{},"stat":"ok"}"#.to_owned();
            }
            reply
        })
    };
    let record = Suite::v1().run(&mut transport, settings()).unwrap();
    let find = |id| record.checks.iter().find(|it| it.id == id).unwrap();
    assert_eq!(find("answer.has-documented-members").outcome.word(), "failed");
    let decided = find("key.refuses-unknown");
    assert_eq!((decided.outcome.word(), decided.follows_from), ("failed", None));
}

#[test]
fn headers_come_first_and_nothing_follows_from_them() {
    let record = judge("referrer-policy-is-absent");
    assert!(record.checks.iter().all(|it| it.follows_from.is_none()));
}

#[test]
fn one_fault_of_several_operations_is_one_finding_with_their_places() {
    let record = judge("broken-escape-is-text");
    let report = human(&record);
    let blocks = report.split("\n\n").filter(|it| it.starts_with("failed "));
    let block: Vec<_> = blocks.collect();
    assert_eq!(block.len(), 1, "{report}");
    let places = block[0].lines().find_map(|line| line.strip_prefix("  also at   ")).unwrap();
    assert_eq!(places.split(", ").count() + 1, record.counts.failed);
}

#[test]
fn people_are_shown_as_much_as_they_ask_for() {
    let record = judge("token-is-kept");
    let write = |detail| {
        let mut bytes = Vec::new();
        report::human_with(&record, detail, &mut bytes).unwrap();
        anstream::adapter::strip_str(&String::from_utf8(bytes).unwrap()).to_string()
    };
    let [quiet, usual, passed] = [Detail::Quiet, Detail::Usual, Detail::Passed].map(write);
    assert!(!quiet.contains("passed:") && quiet.contains("failed token"), "{quiet}");
    assert!(usual.contains("\npassed: ") && !usual.contains("key.refuses-unknown"), "{usual}");
    assert!(passed.contains("\n  MUST   key.refuses-unknown\n"), "{passed}");
}
