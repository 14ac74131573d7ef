//! Servers behind a driver's standard streams; the drivers are shell scripts.

use std::process::Command;
use std::time::Duration;

use ssokey_conformance::Exit;
use ssokey_conformance::answer::Answer;
use ssokey_conformance::driver::Driver;
use ssokey_conformance::reference::KEY;
use ssokey_conformance::request::Request;
use ssokey_conformance::transport::{Transport, TransportError};

use crate::program::{Ended, check, file};

/// Far more than any of these scripts takes.
const PATIENT: Duration = Duration::from_secs(60);

fn driver(script: &str, timeout: Duration) -> Driver {
    let mut shell = Command::new("sh");
    shell.args(["-c", script]);
    Driver::start(shell, timeout).unwrap()
}

/// What becomes of one request, of which the key must show in no error.
fn ask(script: &str) -> Result<Answer, String> {
    let request = Request::json(format!("{{\"ssokey\":\"{KEY}\"}}"));
    driver(script, PATIENT).send(&request).map_err(|error| {
        assert!(matches!(error, TransportError::Broken(_)), "{error:?}");
        assert!(!error.to_string().contains(KEY), "{error}");
        error.to_string()
    })
}

/// The line that a driver is given for this request.
fn line(request: &Request) -> String {
    let echo = r#"read -r line; printf '{"id":1,"status":200,"body_base64":"%s"}\n' "$(printf %s "$line" | base64 | tr -d '\n')""#;
    let answer = driver(echo, PATIENT).send(request).unwrap();
    String::from_utf8(answer.body().to_vec()).unwrap()
}

#[test]
fn a_request_is_a_line_of_json() {
    insta::assert_snapshot!(
        line(&Request::get("email=a%40b&c").bearer("t")),
        @r#"{"id":1,"method":"GET","path":"/api/sso/authenticate","query":"email=a%40b&c","headers":[["authorization","Bearer t"]],"body":null}"#
    );
    insta::assert_snapshot!(
        line(&Request::form("a=ü\n")),
        @r#"{"id":1,"method":"POST","path":"/api/sso/authenticate","query":null,"headers":[["content-type","application/x-www-form-urlencoded"]],"body":"a=ü\n"}"#
    );
    insta::assert_snapshot!(
        line(&Request::form(b"a=\xff".to_vec())),
        @r#"{"id":1,"method":"POST","path":"/api/sso/authenticate","query":null,"headers":[["content-type","application/x-www-form-urlencoded"]],"body":null,"body_base64":"YT3/"}"#
    );
}

#[test]
fn an_answer_may_lack_headers_and_body_and_hold_other_members() {
    let answer = ask(r#"echo '{"id":1,"status":404,"took":3}'; cat"#).unwrap();
    assert_eq!((answer.status(), answer.headers(), answer.body()), (404, &[][..], &[][..]));
    let answer = ask(
        r#"echo '{"id":1,"status":200,"headers":[["Allow","GET"],["allow","POST"]],"body":"{}"}'; cat"#,
    );
    assert_eq!(answer.unwrap().header("Allow").as_deref(), Some("GET, POST"));
}

#[test]
fn an_answer_to_head_has_no_body_as_over_http() {
    let mut driver = driver(r#"echo '{"id":1,"status":405,"body":"{}"}'; cat"#, PATIENT);
    let answer = driver.send(&Request::get("").method("HEAD")).unwrap();
    assert_eq!((answer.status(), answer.body()), (405, &[][..]));
}

#[test]
fn an_answer_after_its_time_is_not_taken_for_the_next_ones() {
    // It answers nothing before the second request, and the first one before each of the others.
    let script = r#"read -r line; id=2
        while read -r line; do echo '{"id":1,"status":201}'; echo '{"id":'$id',"status":202}'; id=$((id+1)); done"#;
    let mut driver = driver(script, Duration::from_millis(50));
    assert_eq!(driver.send(&Request::get("")).err(), Some(TransportError::TimedOut));
    // A busy machine may need longer than this for a few of them.
    let answer = (0..100).find_map(|_| driver.send(&Request::get("")).ok()).unwrap();
    assert_eq!(answer.status(), 202);
}

#[test]
fn what_is_no_answer_is_told_without_quoting_it() {
    for (script, told) in [
        ("exit 3", "the driver "),
        ("exec >&-; cat", "the driver "),
        ("echo listening on stdin; cat", "no JSON, in column 1: standard output is for answers"),
        ("cat", "its JSON is no answer, which has `id`, `status`"),
        (r#"echo '{"id":1,"status":"200"}'; cat"#, "its JSON is no answer"),
        (r#"echo '{"id":2,"status":200}'; cat"#, "an `id` that no request had"),
        (r#"echo '{"id":1,"status":200,"body_base64":"?"}'; cat"#, "no base64"),
        (r#"echo '{"id":1,"status":200,"body":"","body_base64":""}'; cat"#, "both `body` and"),
        ("head -c 2000000 /dev/zero | tr '\\0' ' '; cat", "longer than 1.5 MiB"),
    ] {
        let why = ask(script).err().unwrap();
        assert!(why.contains(told), "{script}: {why}");
    }
}

#[test]
fn a_driver_that_was_no_driver_once_is_not_asked_again() {
    let script = r#"echo hello; echo '{"id":2,"status":200}'; cat"#;
    let mut driver = driver(script, PATIENT);
    assert!(matches!(driver.send(&Request::get("")), Err(TransportError::Broken(_))));
    let Err(TransportError::Unreachable(why)) = driver.send(&Request::get("")) else { panic!() };
    assert!(why.starts_with("the driver was ended: it printed a line that is no JSON"), "{why}");
    assert!(driver.fork().is_none(), "its state may be in its memory");
}

fn drive(args: &[&str], script: &str) -> Ended {
    check(&[&["driver"], args, &["--", "sh", "-c", script]].concat())
}

#[test]
fn a_driver_that_gives_no_first_answer_is_unreachable() {
    let ended = drive(&[], "echo hello; cat");
    assert_eq!((ended.exit, ended.out.as_str()), (Exit::Unreachable, ""));
    assert!(ended.err.contains("the driver sh gives no answer: "), "{}", ended.err);
    assert!(ended.err.contains("has to print one line of JSON, and nothing else"), "{}", ended.err);
    assert_eq!(drive(&["--timeout", "0.05"], "cat >&2").exit, Exit::Unreachable);
}

#[test]
fn a_driver_that_ends_in_the_middle_of_a_run_fails_the_check_that_it_ended_on() {
    // First contact, and a look at each of the other five paths, come before the first check.
    let script =
        r#"for id in 1 2 3 4 5 6; do read -r line; echo '{"id":'$id',"status":404}'; done"#;
    let ended = drive(&["--only", "sign-on.*"], script);
    assert_eq!(ended.exit, Exit::Failed, "{}", ended.out);
    assert!(ended.out.contains("1 failed, 5 could not run"), "{}", ended.out);
    let again = "ssokey-check driver --ssokey-file FILE --only sign-on.creates-unknown-user --product livechat -- COMMAND";
    assert!(ended.out.contains(again), "{}", ended.out);
}

#[test]
fn what_is_wrong_with_the_call_says_what_to_do_next() {
    let config = file("driver.toml", b"start = './server'");
    let config = config.to_str().unwrap();
    for (args, advice) in [
        (&["driver"][..], "-- <COMMAND>"),
        (&["driver", "--"], "-- <COMMAND>"),
        (&["driver", "--", "/nowhere/driver"], "like -- python3 driver.py"),
        (&["driver", "http://127.0.0.1:1", "--", "cat"], "a URL is for `run`"),
        (&["driver", "--headers-file", "x", "--", "cat"], "--headers-file is for `run`"),
        (&["driver", "--ready", "http://x", "--", "cat"], "--ready is for `run`"),
        (&["driver", "--allow-remote", "--", "cat"], "--allow-remote is for `run`"),
        (&["driver", "--jobs", "2", "--", "cat"], "--jobs is for `run`"),
        (&["driver", "--config", config, "--", "cat"], "in the file of --config too"),
    ] {
        let ended = check(args);
        assert_eq!((ended.exit, ended.out.as_str()), (Exit::Usage, ""), "{args:?}");
        assert!(ended.err.contains(advice), "{args:?}: {}", ended.err);
    }
    let help = check(&["driver", "--help"]).out;
    assert!(!help.contains("--start") && help.contains("--timeout"), "{help}");
}
