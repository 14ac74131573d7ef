//! The changes in a server's answers.

use ssokey_conformance::message::Request;
use ssokey_conformance::record::Record;
use ssokey_conformance::recording::{
    Difference, Ignored, Recording, Side, compare, write_differences,
};
use ssokey_conformance::suite::{Seed, Suite};

use crate::judging::har;
use crate::judging::{judge, judge_with, settings, through};
use crate::server::reference;

/// A run with names, passwords and user numbers that no other has, and the choices that all have.
pub(crate) fn another_run(fault: &str) -> Record {
    let server = reference(fault);
    let mut transport = |request: &Request| through(request, |raw| server(raw));
    let mut settings = settings();
    // The numbers of this server's users begin elsewhere.
    let first = Suite::v1().only(&["sign-on.*"]).unwrap();
    let _ = first.run(&mut transport, settings.clone()).unwrap();
    settings.seed = Seed::fixed(0xa9).with_number(settings.seed.number());
    Suite::v1().run(&mut transport, settings).unwrap()
}

fn compared(before: &Record, after: &Record) -> Vec<Difference> {
    compare(&before.into(), &after.into(), &Ignored::default())
}

fn text(differences: &[Difference]) -> String {
    let mut text = Vec::new();
    write_differences(differences, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    anstream::adapter::strip_str(&text).to_string()
}

#[test]
fn two_runs_against_one_server_are_the_same() {
    let (before, after) = (judge("good"), another_run("good"));
    let differences = compared(&before, &after);
    assert!(differences.is_empty(), "{}", text(&differences));
    let recording = Recording::parse(har(&before).as_bytes()).unwrap();
    let differences = compare(&Side::from(&recording), &Side::from(&after), &Ignored::default());
    assert!(differences.is_empty(), "{}", text(&differences));
}

#[test]
fn another_header_is_the_one_change_and_can_be_ignored() {
    let (before, after) = (judge("good"), another_run("nosniff-is-absent"));
    let differences = compared(&before, &after);
    let changes = differences.iter().flat_map(|difference| &difference.changes);
    let changes: Vec<Vec<_>> = changes
        .map(|change| change.lines.iter().filter(|line| !line.starts_with(' ')).collect())
        .collect();
    let others = changes.iter().filter(|changed| *changed != &["-x-content-type-options: nosniff"]);
    assert_eq!(others.collect::<Vec<_>>(), Vec::<&Vec<&String>>::new());
    assert_eq!(changes.len(), before.requests);
    let headers = vec!["x-content-type-options".to_owned()];
    let ignored = Ignored { headers, ..Ignored::default() };
    assert!(compare(&(&before).into(), &(&after).into(), &ignored).is_empty());
}

#[test]
fn people_read_what_changed() {
    let before = judge("good");
    for fault in
        ["other-password-makes-new-user", "body-ends-in-line-feed", "status-code-of-404-is-400"]
    {
        let text = text(&compared(&before, &another_run(fault)));
        insta::assert_snapshot!(fault, text);
    }
}

#[test]
fn no_answer_controls_the_terminal() {
    let server = reference("good");
    let after = judge_with(|raw| {
        let mut reply = server(raw);
        reply.headers.push(("Server".to_owned(), "\u{1b}]0;\u{7}".to_owned()));
        reply
    });
    let mut text = Vec::new();
    write_differences(&compared(&judge("good"), &after), &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("␛]0;␇") && !text.contains('\u{7}'), "{text}");
}
