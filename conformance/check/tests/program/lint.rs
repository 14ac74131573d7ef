//! The judging of recordings, as a command.

use crate::browsers::{REFUSAL, SUCCESS, browsers};
use crate::program::{Ended, check, check_with, file};
use crate::reading::FORMS;
use ssokey_check::Exit;

/// Gives the program a recording on its standard input.
fn piped(text: &str, args: &[&str]) -> Ended {
    check_with(&[&["lint"], args].concat(), None, text)
}

#[test]
fn people_read_of_a_recording() {
    let archive = format!("\u{feff}{:#}", browsers());
    let ended = piped(&archive, &[]);
    assert_eq!(ended.exit, Exit::Failed);
    insta::assert_snapshot!(ended.out);
    assert_eq!(ended.out, piped(&archive, &["-"]).out, "the same recording gives the same report");
}

#[test]
fn what_is_wrong_with_one_answer_among_many_is_told_with_its_line() {
    let number = SUCCESS.replace("\"isCreator\":false", "\"isCreator\":0");
    let ended = piped(
        &format!("{SUCCESS}\n{number}\n{REFUSAL}\n"),
        &["--only", "answer.*", "--only", "error.*"],
    );
    assert_eq!(ended.exit, Exit::Failed);
    assert!(ended.out.contains("`return.isCreator` to be a boolean"), "{}", ended.out);
    assert!(ended.out.contains("request   line 2\n"), "{}", ended.out);
}

#[test]
fn a_recording_that_shows_nothing_is_incomplete() {
    let ended = piped(r#"{"log":{"entries":[]}}"#, &[]);
    assert_eq!(ended.exit, Exit::Incomplete);
    assert!(
        ended.out.contains("0 recorded answers were judged, and nothing was sent"),
        "{}",
        ended.out
    );
    let ended = piped(REFUSAL, &["--only", "header.*"]);
    assert_eq!(ended.exit, Exit::Incomplete, "{}", ended.out);
}

#[test]
fn what_is_not_a_recording_is_refused_with_the_place_and_without_being_quoted() {
    for (text, told) in [
        ("", "it is empty"),
        ("{\n\"secret\": 1,\n", "line 2 column 12"),
        ("<html>secret", "expected value at line 1"),
        ("[1]", "line 1: an array is neither an answer nor an exchange"),
        (r#"{"log":"secret"}"#, "at line 1 column"),
        (&browsers().to_string()[..900], "EOF while parsing"),
    ] {
        let ended = piped(text, &[]);
        assert_eq!((ended.exit, ended.out.as_str()), (Exit::Usage, ""), "{text}");
        let (err, advice) = (&ended.err, "lines of JSON, or the JSON of one answer");
        assert!(err.contains(told) && err.contains(advice) && !err.contains("secret"), "{err}");
    }
    let ended = check(&["lint", "/nowhere.har"]);
    assert_eq!(ended.exit, Exit::Usage);
    assert!(
        ended.err.contains("`/nowhere.har` cannot be read: there is no such file or folder"),
        "{}",
        ended.err
    );
}

#[test]
fn what_cannot_be_read_is_named_and_leaves_the_verdict_open() {
    let cut = format!("{SUCCESS}\n{}\n{REFUSAL}", &REFUSAL[..40]);
    let odd = r#"{"log":{"entries":[{"request":"secret"},null]}}"#;
    for (text, told) in [
        (cut.as_str(), "1 entry could not be read: line 2: EOF while parsing"),
        (
            odd,
            "2 entries could not be read: entry 1: its `request` is a string; entry 2: it is null",
        ),
    ] {
        let ended = piped(text, &["--level", "must"]);
        assert_eq!(ended.exit, Exit::Incomplete, "{}{}", ended.out, ended.err);
        assert!(ended.out.contains(told) && !ended.out.contains("secret\""), "{}", ended.out);
        for form in ["json", "markdown", "html"] {
            let out = piped(text, &["--report", form]).out;
            assert!(out.contains("EOF while") || out.contains("it is null"), "{form}: {out}");
        }
    }
}

#[test]
fn a_file_is_read_like_standard_input() {
    let recorded = file("answer.json", SUCCESS.as_bytes());
    let ended = check(&["lint", recorded.to_str().unwrap()]);
    assert_eq!(ended.exit, Exit::Success, "{}", ended.out);
    assert!(
        ended.out.contains("1 recorded answer was judged, and nothing was sent"),
        "{}",
        ended.out
    );
}

#[test]
fn no_report_repeats_a_secret_of_the_recording() {
    for (form, ..) in FORMS {
        let ended = piped(&browsers().to_string(), &["--report", form]);
        let text = ended.out.to_lowercase();
        for secret in [
            "pa ss",
            "pa%20ss",
            "wörd",
            "their key",
            "their%20key",
            "misspelt",
            "11111111-1111",
            "20764cd4",
            "cookie of theirs",
            "they are known by",
        ] {
            assert!(!text.contains(secret), "{form}, {secret}: {text}");
        }
        let shows_answers = ["json", "html"].contains(&form);
        assert!(!shows_answers || text.contains("[password] and [key]"), "{text}");
    }
}
