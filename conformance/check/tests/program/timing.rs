//! The comparison of times, as a command.

use crate::program::{check, check_with};
use crate::remembering::slow_for_known;
use serde_json::Value;
use ssokey_check::Exit;
use ssokey_conformance::reference::KEY;
use std::time::Duration;

#[test]
fn a_server_with_a_gross_leak_fails() {
    let base = slow_for_known(Duration::from_millis(40));
    let ended = check(&["timing", &base, "--samples", "20"]);
    assert_eq!(ended.exit, Exit::Failed, "{}", ended.out);
    assert!(ended.out.contains("\nLEAK: the time of a refusal tells"), "{}", ended.out);
    assert!(ended.out.contains("\n5 accounts are left behind: check-"), "{}", ended.out);
    assert!(!ended.out.contains(KEY));
}

#[test]
fn the_report_for_programs_says_the_same_as_the_exit_code() {
    let base = slow_for_known(Duration::ZERO);
    let args = ["timing", &base, "--samples", "20", "--resolution", "10000", "--json"];
    let ended = check(&args);
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    // One in a thousand controls shows a difference where there is none.
    let due = if ended.exit == Exit::Success { "none_above" } else { "inconclusive" };
    assert_eq!(report["answer"], due, "{}", ended.out);
    assert_ne!(ended.exit, Exit::Failed);
    assert_eq!((&report["samples"], &report["resolution_ms"]), (&20.into(), &10000.0.into()));
    for group in ["known_ms", "control_ms"] {
        for bound in ["low", "median", "high"] {
            assert!(report[group][bound].is_number(), "{}", ended.out);
        }
    }
    let ended = check_with(&args, Some("a-key-that-nobody-was-given"), "");
    assert_eq!(ended.exit, Exit::Incomplete);
    assert!(ended.out.contains("the server refuses the key"), "{}", ended.out);
}

#[test]
fn what_is_wrong_with_the_call_says_what_to_do_next() {
    for (args, key, exit, advice) in [
        (&["timing"][..], Some(KEY), Exit::Usage, "<URL>"),
        (&["timing", "http://127.0.0.1:1"], None, Exit::Usage, "add --ssokey-file FILE"),
        (&["timing", "http://server.example"], Some(KEY), Exit::Usage, "add --allow-remote"),
        (&["timing", "http://127.0.0.1:1", "--samples", "5"], Some(KEY), Exit::Usage, "20..=10000"),
        (&["timing", "http://127.0.0.1:1", "--resolution", "0"], Some(KEY), Exit::Usage, "0.001"),
        (&["timing", "http://127.0.0.1:1"], Some(KEY), Exit::Unreachable, "start the server"),
    ] {
        let ended = check_with(args, key, "");
        assert_eq!((ended.exit, ended.out.as_str()), (exit, ""), "{args:?}: {}", ended.err);
        assert!(ended.err.contains(advice), "{args:?}: {}", ended.err);
    }
}
