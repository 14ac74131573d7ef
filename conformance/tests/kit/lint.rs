//! Recordings of anybody's, judged without sending anything.

use serde_json::{Value, json};
use ssokey_conformance::Exit;
use ssokey_conformance::outcome::{Outcome, Verdict};
use ssokey_conformance::record::{Finding, Record};
use ssokey_conformance::suite::Suite;

use crate::matrix::judge;
use crate::program::{Ended, check, check_with, file};
use crate::reading::FORMS;
use crate::recording::har;

const SUCCESS: &str = r#"{"status_code":200,"return":{"loginId":"a@b.example","companyName":"B","isCreator":false,"domainOwnershipVerified":false,"token":"20764cd4-e50c-40fe-beb3-70e7d3e27268","email":"a@b.example","userId":1,"permissions":[],"isCompanyAdmin":false,"accountType":"ENTERPRISE","domainMxVerified":false,"companyId":2,"displayName":"a@b.example","companyDomain":"b.example"},"stat":"ok"}"#;
const REFUSAL: &str = r#"{"error":{"code":4010,"name":"invalid_ssokey","details":"the key is not accepted"},"status_code":401,"stat":"fail"}"#;

fn lint(text: &str) -> Record {
    Suite::v1().passive().lint(text.as_bytes(), "a recording").unwrap()
}

fn failed(record: &Record) -> Vec<&str> {
    let failed = record.checks.iter().filter(|it| matches!(it.outcome, Outcome::Failed { .. }));
    failed.map(|finding| finding.id).collect()
}

/// Gives the program a recording on its standard input.
fn piped(text: &str, args: &[&str]) -> Ended {
    check_with(&[&["lint"], args].concat(), None, text)
}

#[test]
fn a_recording_of_a_run_is_judged_as_the_run_was() {
    for fault in [
        "good",
        "flag-is-number",
        "member-is-twice",
        "body-ends-in-line-feed",
        "key-is-echoed",
        "path-is-echoed",
        "status-code-of-404-is-400",
        "nosniff-is-absent",
        "cors-is-for-all",
        "password-is-in-header",
        "token-is-in-location",
    ] {
        let run = judge(fault);
        let linted = lint(&har(&run));
        assert_eq!(linted.requests, run.requests, "{fault:?}");
        for finding in &linted.checks {
            let before = run.checks.iter().find(|it| it.id == finding.id).unwrap();
            match &finding.outcome {
                // Of a label nobody can say whether it was a good token.
                Outcome::NotApplicable { .. } => {
                    let about_secrets = [
                        "token.is-new",
                        "token.is-uuid-v4",
                        "answer.names-token-first",
                        "launch.code-is-random",
                    ];
                    assert!(about_secrets.contains(&finding.id), "{fault:?} {}", finding.id);
                }
                outcome => {
                    let (now, before) = (json!(outcome), json!(before.outcome));
                    assert_eq!(now["outcome"], before["outcome"], "{fault:?} {}", finding.id);
                    assert_eq!(now["mismatch_count"], before["mismatch_count"], "{}", finding.id);
                }
            }
        }
    }
}

/// What a browser's developer tools export, with what they leave out and what is none of ours.
fn browsers() -> Value {
    let entry = |url: &str, response: Value| {
        json!({
            "_initiator": {"type": "script"},
            "request": {
                "method": "GET",
                "url": url,
                "headers": [
                    {"name": ":authority", "value": "sso.example.com"},
                    {"name": "authorization", "value": "Bearer 11111111-1111-4111-8111-111111111111"},
                    {"name": "cookie", "value": "lang=en; sid=what they are known by"},
                ],
            },
            "response": response,
            "time": null,
        })
    };
    let headers = json!([
        {"name": ":status", "value": "200"},
        {"name": "content-type", "value": "application/json"},
        {"name": "cache-control", "value": "no-store"},
        {"name": "referrer-policy", "value": "no-referrer"},
        {"name": "set-cookie", "value": "session=a cookie of theirs; Secure"},
        {"name": "set-cookie", "value": "lang=en"},
    ]);
    let content = json!({"size": null, "text": base64(SUCCESS), "encoding": "base64"});
    let answer =
        json!({"status": 200, "httpVersion": "h2", "headers": headers, "content": content});
    let lost = json!({"status": 200, "headers": headers, "content": {"size": 400}});
    let blocked = json!({"status": 0, "headers": [], "content": {}});
    let session = "https://sso.example.com/base/api/session";
    let by_form = json!({
        "request": {
            "method": "POST",
            "url": "https://sso.example.com/base/api/sso/authenticate#top",
            "postData": {
                "mimeType": "application/x-www-form-urlencoded",
                "params": [
                    {"name": "email", "value": "someone@partner.example"},
                    {"name": "password", "value": "pa ss&wörd"},
                    {"name": "ssokey", "value": "their key, which is theirs"},
                    {"name": "Password", "value": "their misspelt one"},
                ],
            },
        },
        "response": {
            "status": 401,
            "headers": headers,
            "content": {"text": REFUSAL.replace("the key", "someone@partner.example, pa ss&wörd and their key, which is theirs,")},
        },
    });
    json!({"log": {"version": "1.2", "creator": null, "pages": [], "entries": [
        entry("https://sso.example.com/logo.png", answer.clone()),
        entry(&format!("{session}?x=1"), answer),
        entry(session, lost),
        entry(session, blocked),
        by_form,
    ]}})
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.as_bytes().chunks(3).flat_map(|three| {
        let bits = three.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte))
            << (8 * (3 - three.len()));
        let digit = move |at: usize| {
            let padding = at > three.len();
            if padding { '=' } else { char::from(DIGITS[bits >> (18 - 6 * at) & 63]) }
        };
        (0..4).map(digit)
    });
    digits.collect()
}

#[test]
fn an_archive_of_a_browser_is_judged_where_it_is_about_the_format() {
    let record = lint(&browsers().to_string());
    let recording = record.recording.unwrap();
    assert_eq!((recording.judged, recording.ignored), (3, 2));
    assert_eq!(
        failed(&record),
        ["error.repeats-nothing", "header.forbids-sniffing", "secret.is-never-repeated"]
    );
    assert_eq!(record.verdict, Verdict::NotConformant);
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

#[test]
fn no_text_of_a_file_controls_the_terminal() {
    const BELL: &str = "\u{1b}]0;\u{7}";
    let entry = json!({
        "request": {"method": format!("GET{BELL}"), "url": "http://h/api/session"},
        "response": {"status": 200, "content": {"text": "{}"}},
    });
    let run = json!({"base": "http://h", "product": BELL, "seed": BELL, "prefix": BELL});
    let archive = json!({"log": {"_run": run, "entries": [entry]}}).to_string();
    let record = Suite::v1().passive().lint(archive.as_bytes(), BELL).unwrap();
    for (form, write, _) in FORMS {
        let mut text = Vec::new();
        write(&record, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains('\u{7}') && !text.contains("\u{1b}]"), "{form}: {text}");
    }
}

#[test]
fn lines_and_a_single_answer_are_judged_by_what_they_show() {
    for (text, answers) in [
        (SUCCESS.to_owned(), 1),
        (REFUSAL.to_owned(), 1),
        (format!("{SUCCESS}\r\n\n{REFUSAL}\n"), 2),
        (r#"{"status_code":303,"return":{},"stat":"ok"}"#.to_owned(), 1),
    ] {
        let record = lint(&text);
        assert_eq!((record.requests, record.verdict), (answers, Verdict::Conformant), "{text}");
        let of_headers = record.checks.iter().filter(|finding| finding.id.starts_with("header."));
        for finding in of_headers {
            assert!(matches!(finding.outcome, Outcome::NotApplicable { .. }), "{}", finding.id);
        }
    }
    // An answer may come in several lines; a SHOULD is against it.
    let pretty = format!("{:#}", serde_json::from_str::<Value>(REFUSAL).unwrap());
    assert_eq!(failed(&lint(&pretty)), ["answer.is-compact"]);
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
fn the_body_of_a_redirect_that_a_browser_lost_is_no_empty_one() {
    let launch = |content: Value| {
        let response = json!({
            "status": 303,
            "headers": [{"name": "location", "value": "https://product.example/?code=x"}],
            "content": content,
        });
        let request = json!({"method": "GET", "url": "https://h/api/sso/login"});
        let archive = json!({"log": {"entries": [{"request": request, "response": response}]}});
        failed(&lint(&archive.to_string())).contains(&"answer.is-compact")
    };
    assert!(!launch(json!({"text": ""})) && !launch(json!({})));
    assert!(launch(json!({"text": "moved"})));
}

#[test]
fn a_code_that_is_out_of_place_is_hidden_and_no_secret_of_another() {
    let location = "https://product.example/?code=a-code-of-theirs&state=x";
    let response = json!({
        "status": 303,
        "headers": [{"name": "location", "value": location}],
        "content": {"text": "moved"},
    });
    let request = json!({"method": "GET", "url": "https://h/api/sso/login"});
    let archive = json!({"log": {"entries": [{"request": request, "response": response}]}});
    let record = lint(&archive.to_string());
    let failed = failed(&record);
    assert!(!failed.contains(&"launch.gives-no-token"), "{failed:?}");
    assert!(!failed.contains(&"secret.is-never-repeated"), "{failed:?}");
    let shown = format!("{:?}", record.exchanges);
    assert!(shown.contains("?code=[code]&state=x"), "{shown}");
}

#[test]
fn exchanges_may_stand_in_lines() {
    let archive = browsers();
    let lines =
        archive["log"]["entries"].as_array().unwrap().iter().map(|entry| format!("{entry}\n"));
    let record = lint(&lines.collect::<String>());
    assert_eq!(record.recording.unwrap().judged, 3);
    assert_eq!(failed(&record), failed(&lint(&archive.to_string())));
}

#[test]
fn of_many_answers_each_is_judged() {
    let many = format!("{SUCCESS}\n").repeat(1000);
    let record = lint(&many);
    assert_eq!((record.requests, record.verdict), (1000, Verdict::Conformant));
    assert!(matches!(record.checks.last().unwrap().outcome, Outcome::NotApplicable { .. }));
    for wrong in
        [REFUSAL.replace("\"stat\":\"fail\"", "\"stat\":\"ok\""), SUCCESS.replace("20764", "ABCDE")]
    {
        let record = lint(&format!("{many}{wrong}\n{many}"));
        assert_eq!((record.requests, failed(&record).len()), (2001, 1), "{wrong}");
    }
    for (first, last) in [(SUCCESS, REFUSAL), (REFUSAL, SUCCESS)] {
        let record = lint(&(format!("{first}\n").repeat(500) + last));
        let unseen = |it: &&Finding| matches!(it.outcome, Outcome::NotApplicable { .. });
        let unseen: Vec<_> = record.checks.iter().filter(unseen).map(|it| it.id).collect();
        assert!(!unseen.iter().any(|id| id.starts_with("answer.has")), "{unseen:?}");
        assert!(
            !unseen.contains(&"error.has-error-shape"),
            "what one part shows is seen: {unseen:?}"
        );
    }
    let truncated = format!("{many}{}", &SUCCESS[..300]);
    let why = Suite::v1().lint(truncated.as_bytes(), "").unwrap_err().to_string();
    assert!(why.contains("line 1001: EOF"), "{why}");
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
fn what_is_no_recording_is_refused_with_the_place_and_without_being_quoted() {
    for (text, told) in [
        ("", "it is empty"),
        (&format!("{SUCCESS}\n{}", &REFUSAL[..40]), "line 2: EOF while parsing"),
        ("{\n\"secret\": 1,\n", "line 2 column 12"),
        ("<html>secret", "expected value at line 1"),
        ("[1]", "line 1: an array is neither an answer nor an exchange"),
        (r#"{"log":{"entries":[{"request":"secret"}]}}"#, "at line 1 column"),
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
