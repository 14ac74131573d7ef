//! The program as a process among others: its reader may go, and its user may interrupt it.
#![cfg(unix)]

use std::io::{BufRead, BufReader, pipe};
use std::process::{Command, Stdio};

use ssokey_conformance::reference::KEY;

use crate::program::{closed, good};

fn program(args: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_ssokey-check"));
    program.args(args).env("SSOKEY_CHECK_KEY", KEY).stderr(Stdio::piped());
    program
}

#[test]
fn a_reader_that_has_seen_enough_changes_nothing() {
    let base = good();
    let run = ["run", &base, "--only", "key.*"];
    for args in [&["list"][..], &["--help"], &["completions", "bash"], &run] {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let ended = program(args).stdout(writer).output().unwrap();
        assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0), "{args:?} {ended:?}");
    }
}

#[test]
fn a_started_server_ends_with_a_run_that_is_interrupted() {
    for signal in ["-INT", "-TERM"] {
        // It says its number and never answers.
        let start = "echo $$ >&2; exec sleep 1000";
        let mut run = program(&["run", &closed(), "--start", start]).spawn().unwrap();
        let mut said = BufReader::new(run.stderr.take().unwrap()).lines();
        let server = said.next().unwrap().unwrap();
        let run_id = run.id().to_string();
        let kill = |signal, id: &str| {
            let kill = Command::new("kill").args([signal, id]).stderr(Stdio::null()).status();
            kill.unwrap().success()
        };
        assert!(kill("-0", &server), "it runs");
        assert!(kill(signal, &run_id));
        assert_eq!(run.wait().unwrap().code(), Some(130), "{signal}");
        assert!(!kill("-0", &server), "{signal} leaves it behind");
    }
}
