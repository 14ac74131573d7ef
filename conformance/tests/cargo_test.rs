//! The checks as test cases of `cargo test`.
//!
//! This test target is one of those that it tests: it runs itself again, with the server's checks in place of its own tests.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::env;
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Trial};
use ssokey_conformance::harness;
use ssokey_conformance::message::{Answer, Credential, Request};
use ssokey_conformance::suite::{Seed, Settings, Suite};
use ssokey_conformance::transport::TransportError;

/// The variable that tells the process that it is the one that is tested.
const TESTED: &str = "SSOKEY_TEST_OF_CARGO_TEST";

fn main() -> ExitCode {
    if env::var_os(TESTED).is_some() {
        return judge();
    }
    let tests = [
        Trial::test("a_passing_check_passes_and_others_are_not_asked", || {
            let (passed, said, sent) = run(&["routing.refuses-other-paths", "--exact"]);
            assert!(passed && said.contains("1 passed; 0 failed"), "{said}");
            assert!(sent < 40, "{sent}");
            Ok(())
        }),
        Trial::test("a_failing_check_fails_and_says_why", || {
            let (passed, said, _) = run(&["way.accepts-get"]);
            assert!(!passed && said.contains("0 passed; 1 failed"), "{said}");
            assert!(said.contains("SSO-REQ-001"), "{said}");
            Ok(())
        }),
        Trial::test("what_is_not_applicable_is_ignored", || {
            let (passed, said, _) = run(&["launch."]);
            assert!(
                passed && said.contains("0 passed; 0 failed") && !said.contains("0 ignored"),
                "{said}"
            );
            Ok(())
        }),
        Trial::test("sequences_are_a_case_of_their_own", || {
            let (passed, said, sent) = run(&["sequences", "--exact"]);
            assert!(!passed && said.contains("0 passed; 1 failed"), "{said}");
            assert!(said.contains("failed creates-unknown-user"), "{said}");
            assert!(sent < 40, "{sent}");
            Ok(())
        }),
        Trial::test("a_list_asks_nothing", || {
            let (passed, said, sent) = run(&["--list"]);
            assert!(passed && said.contains("way.accepts-get: test"), "{said}");
            assert!(said.contains("sequences: test"), "{said}");
            assert_eq!(sent, 0);
            Ok(())
        }),
    ];
    libtest_mimic::run(&Arguments::from_args(), tests.into()).exit_code()
}

/// Runs the checks that these arguments name; gives whether that went well, what was printed, and how many requests came.
fn run(arguments: &[&str]) -> (bool, String, usize) {
    let mut tested = Command::new(env::current_exe().unwrap());
    let output = tested.args(arguments).env(TESTED, "").output().unwrap();
    let [said, sent] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    (output.status.success(), said, sent.trim().parse().unwrap())
}

/// Judges a server that has nothing but proper 404s; the number of requests goes to standard error.
fn judge() -> ExitCode {
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
    let code = harness::main(Suite::v1(), &mut nothing, settings);
    eprintln!("{sent}");
    code
}
