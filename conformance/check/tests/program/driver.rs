//! A driver, as a command.

use crate::program::{Ended, check, file};
use ssokey_check::Exit;

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
    assert!(ended.out.contains("1 failed, 15 could not run"), "{}", ended.out);
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
