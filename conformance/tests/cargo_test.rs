//! The checks as test cases of `cargo test`.
//!
//! What a harness prints is for people; what is tested here is how it ends.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::ExitCode;

use libtest_mimic::Arguments;
use ssokey_conformance::account::Seed;
use ssokey_conformance::answer::Answer;
use ssokey_conformance::harness;
use ssokey_conformance::request::Request;
use ssokey_conformance::secret::Credential;
use ssokey_conformance::settings::Settings;
use ssokey_conformance::suite::Suite;
use ssokey_conformance::transport::TransportError;

/// Runs the checks that these arguments name against a server that has nothing but proper 404s; gives how many requests came.
fn check(arguments: &[&str]) -> (ExitCode, usize) {
    let arguments = Arguments::from_iter(["test"].iter().chain(arguments));
    let settings = Settings::new("nothing", Credential::new("a key"), Seed::fixed(7));
    let mut sent = 0;
    let mut nothing = |_: &Request| -> Result<Answer, TransportError> {
        sent += 1;
        let headers = [
            ("Content-Type", "application/json"),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let body = r#"{"error":{"code":4040,"name":"not_found","details":""},"status_code":404,"stat":"fail"}"#;
        Ok(Answer::new(404, headers, body.into()))
    };
    let code = harness::with_arguments(&arguments, Suite::v1(), &mut nothing, settings);
    (code, sent)
}

/// An exit code says no more than this.
fn is_success(code: ExitCode) -> bool {
    format!("{code:?}") == format!("{:?}", ExitCode::SUCCESS)
}

#[test]
fn a_passing_check_passes_and_others_are_not_asked() {
    let (code, sent) = check(&["routing.refuses-other-paths", "--exact"]);
    assert!(is_success(code));
    assert!(sent < 30, "{sent}");
}

#[test]
fn a_failing_check_fails() {
    let (code, _) = check(&["way.accepts-get"]);
    assert!(!is_success(code));
}

#[test]
fn what_is_not_applicable_is_ignored_and_a_list_asks_nothing() {
    let (code, _) = check(&["launch."]);
    assert!(is_success(code));
    let (code, sent) = check(&["--list"]);
    assert!(is_success(code));
    assert_eq!(sent, 0);
}
