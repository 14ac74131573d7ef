//! Recordings of anybody's, judged without sending anything.

use serde_json::{Value, json};
use ssokey_conformance::record::{Finding, Outcome, Record, Verdict};
use ssokey_conformance::suite::Suite;

use crate::browsers::{REFUSAL, SUCCESS, browsers};
use crate::judging::har;
use crate::judging::judge;
use crate::reading::FORMS;

fn lint(text: &str) -> Record {
    Suite::v1().passive().lint(text.as_bytes(), "a recording").unwrap()
}

fn failed(record: &Record) -> Vec<&str> {
    let failed = record.checks.iter().filter(|it| matches!(it.outcome, Outcome::Failed { .. }));
    failed.map(|finding| finding.id).collect()
}

fn is_not_applicable(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::NotApplicable { .. })
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
                Outcome::NotApplicable { .. } if !is_not_applicable(&before.outcome) => {
                    let about_secrets = [
                        "token.is-new",
                        "token.is-random",
                        "token.is-uuid-v4",
                        "answer.names-token-first",
                        "launch.code-is-random",
                    ];
                    // Nor does a recording show what else came over a connection.
                    let is_lost = finding.id == "connection.brings-whole-answers";
                    // Nor what an operator changed between two requests.
                    let about_users = [
                        "answer.names-one-user-per-email",
                        "answer.says-the-same-of-a-user",
                        "answer.says-the-same-of-a-company",
                        "answer.gives-every-new-user-defaults",
                    ];
                    let is_hidden = is_lost
                        || about_secrets.contains(&finding.id)
                        || about_users.contains(&finding.id);
                    assert!(is_hidden, "{fault:?} {}", finding.id);
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

#[test]
fn an_archive_of_a_browser_is_judged_where_it_is_about_the_format() {
    let record = lint(&browsers().to_string());
    let recording = record.recording.clone().unwrap();
    assert_eq!((recording.judged, recording.ignored), (3, 2));
    assert_eq!(recording.unread, ["entry 3: its body was not kept"]);
    assert_eq!(
        failed(&record),
        ["error.repeats-nothing", "header.forbids-sniffing", "secret.is-never-repeated"]
    );
    assert_eq!(record.verdict, Verdict::NotConformant);
}

#[test]
fn no_text_of_a_file_controls_the_terminal() {
    const BELL: &str = "\u{1b}]0;\u{7}";
    let entry = json!({
        "request": {"method": format!("GET{BELL}"), "url": "http://h/api/session"},
        "response": {"status": 200, "content": {"text": "{}"}},
    });
    let run = json!({"base": "http://h", "products": [BELL], "product": BELL, "seed": BELL, "prefix": BELL});
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

// proves: SSO-RSP-014
#[test]
fn a_recording_shows_the_option_for_legacy_clients_by_one_refusal() {
    let with_success = |body: &str, success: bool| {
        format!(r#"{},"success":{success}}}"#, body.strip_suffix('}').unwrap())
    };
    let judge = |answers: &[(u16, String)]| {
        let entries = answers.iter().map(|(status, body)| {
            json!({
                "request": {"method": "GET", "url": "https://h/api/authenticate"},
                "response": {"status": status, "content": {"text": body}},
            })
        });
        let record = lint(&json!({"log": {"entries": entries.collect::<Value>()}}).to_string());
        let of_body = |id: &&str| !id.starts_with("header.");
        failed(&record).into_iter().filter(of_body).map(str::to_owned).collect::<Vec<_>>()
    };
    let yes = (200, with_success(SUCCESS, true));
    let no = (200, with_success(REFUSAL, false));
    assert_eq!(judge(&[yes.clone(), no.clone()]), [""; 0]);
    assert_eq!(judge(&[(200, SUCCESS.to_owned()), no.clone()]), ["legacy.ends-with-success"]);
    assert_eq!(
        judge(&[yes.clone(), no, (401, with_success(REFUSAL, false))]),
        ["legacy.sends-errors-with-200"]
    );
    // Without a refusal that shows it, an error of status 200 is a mistake.
    assert!(
        judge(&[yes, (200, REFUSAL.to_owned())])
            .contains(&"answer.status-equals-status-code".to_owned())
    );
}

#[test]
fn the_body_of_a_redirect_that_a_browser_lost_is_not_an_empty_one() {
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
    assert!(shown.contains("?code=[code]&[1 more]"), "{shown}");
}

#[test]
fn exchanges_may_stand_in_lines() {
    let archive = browsers();
    let lines =
        archive["log"]["entries"].as_array().unwrap().iter().map(|entry| format!("{entry}\n"));
    let record = lint(&lines.collect::<String>());
    assert_eq!(record.recording.clone().unwrap().judged, 3);
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
    let record = lint(&format!("{many}{}", &SUCCESS[..300]));
    assert_eq!((record.requests, record.verdict), (1000, Verdict::Incomplete));
    let unread = record.recording.unwrap().unread;
    assert!(unread.len() == 1 && unread[0].starts_with("line 1001: EOF"), "{unread:?}");
}
