//! Servers behind a driver's standard streams; the drivers are shell scripts.

use std::process::Command;
use std::time::Duration;

use ssokey_conformance::message::{Answer, Request};
use ssokey_conformance::reference::KEY;
use ssokey_conformance::transport::{Driver, Transport, TransportError};

/// Far more than any of these scripts takes.
const PATIENT: Duration = Duration::from_secs(60);

fn driver(script: &str, timeout: Duration) -> Driver {
    let mut shell = Command::new("sh");
    shell.args(["-c", script]);
    Driver::start(shell, timeout).unwrap()
}

/// Returns the outcome of one request, whose key must not show in an error.
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
fn what_is_not_an_answer_is_told_without_quoting_it() {
    for (script, told) in [
        ("exit 3", "the driver ended: exit status: 3"),
        ("exec >&-; sleep 0.1; exit 3", "the driver ended: exit status: 3"),
        ("exec >&-; sleep 60", "the driver closed its standard output"),
        ("echo listening on stdin; cat", "not JSON, in column 1: standard output is for answers"),
        ("cat", "its JSON is not an answer, which has `id`, `status`"),
        (r#"echo '{"id":1,"status":"200"}'; cat"#, "its JSON is not an answer"),
        (r#"echo '{"id":1,"status":0}'; cat"#, "its `status` is not one of HTTP"),
        (r#"echo '{"id":1,"status":600}'; cat"#, "its `status` is not one of HTTP"),
        (r#"echo '{"id":2,"status":200}'; cat"#, "an `id` that no request had"),
        (r#"echo '{"id":1,"status":200,"body_base64":"?"}'; cat"#, "not base64"),
        (r#"echo '{"id":1,"status":200,"body":"","body_base64":""}'; cat"#, "both `body` and"),
        ("head -c 2000000 /dev/zero | tr '\\0' ' '; cat", "longer than 1.5 MiB"),
    ] {
        let why = ask(script).err().unwrap();
        assert!(why.contains(told), "{script}: {why}");
    }
}

#[test]
fn a_driver_may_take_as_long_as_there_is() {
    let mut driver = driver(r#"echo '{"id":1,"status":200}'; cat"#, Duration::MAX);
    assert_eq!(driver.send(&Request::get("")).unwrap().status(), 200);
}

#[test]
fn a_driver_that_was_no_driver_once_is_not_asked_again() {
    let script = r#"echo hello; echo '{"id":2,"status":200}'; cat"#;
    let mut driver = driver(script, PATIENT);
    assert!(matches!(driver.send(&Request::get("")), Err(TransportError::Broken(_))));
    let Err(TransportError::Unreachable(why)) = driver.send(&Request::get("")) else { panic!() };
    assert!(why.starts_with("the driver was ended: it printed a line that is not JSON"), "{why}");
    assert!(driver.fork().is_none(), "its state may be in its memory");
}
