//! The program as a process among others: its reader may go, and its user may interrupt it.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, pipe};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use ssokey_check::Exit;
use ssokey_conformance::reference::KEY;

use crate::program::{check, closed, file, good};
use crate::server::{Raw, reference, serve, talk};

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

fn kill(signal: &str, id: &str) -> bool {
    let kill = Command::new("kill").args([signal, id]).stderr(Stdio::null()).status();
    kill.unwrap().success()
}

#[test]
fn a_started_server_ends_with_a_run_that_is_interrupted() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        // It says its number and never answers.
        let start = "echo $$ >&2; exec sleep 1000";
        let mut run = program(&["run", &closed(), "--start", start]).spawn().unwrap();
        let mut said = BufReader::new(run.stderr.take().unwrap()).lines();
        let server = said.next().unwrap().unwrap();
        assert!(kill("-0", &server), "it runs");
        assert!(kill(signal, &run.id().to_string()));
        assert_eq!(run.wait().unwrap().code(), Some(code), "{signal}");
        assert!(!kill("-0", &server), "{signal} leaves it behind");
        assert_eq!(said.next().unwrap().unwrap(), "interrupted before anything was judged");
    }
}

/// A good server that is in no hurry, the number of its requests, and the last body that it was sent.
fn slow() -> (String, Arc<AtomicUsize>, Arc<Mutex<String>>) {
    let (asked, body) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(String::new())));
    let (service, number, last) = (reference("good"), Arc::clone(&asked), Arc::clone(&body));
    let base = serve(move |raw| {
        number.fetch_add(1, Ordering::SeqCst);
        if let Ok(text) = str::from_utf8(&raw.body)
            && text.contains("ssokey-check.example")
        {
            text.clone_into(&mut last.lock().unwrap());
        }
        thread::sleep(Duration::from_millis(20));
        service(raw)
    });
    (base, asked, body)
}

#[test]
fn a_run_that_is_interrupted_names_its_accounts_and_runs_the_reset_when_nothing_more_is_sent() {
    for (command, signal, code) in
        [("run", "-INT", 130), ("rules", "-TERM", 143), ("timing", "-INT", 130)]
    {
        let (base, asked, body) = slow();
        let resets = file("resets", b"");
        let reset = format!("echo reset >> '{}'; sleep 0.3; exit 7", resets.display());
        // The first one succeeds.
        let reset =
            format!("[ -s '{0}' ] || exec sh -c 'echo reset >> {0}'; {reset}", resets.display());
        let option = ["--reset", reset.as_str()];
        let option = if command == "timing" { &[][..] } else { &option };
        let mut run = program(&[&[command, base.as_str()], option].concat());
        let mut run = run.stdout(Stdio::piped()).spawn().unwrap();
        while asked.load(Ordering::SeqCst) < 20 {
            thread::sleep(Duration::from_millis(10));
        }
        assert!(kill(signal, &run.id().to_string()));
        let mut said = BufReader::new(run.stderr.take().unwrap()).lines().map(Result::unwrap);
        let first = said.next().unwrap();
        let prefix = first.rsplit(' ').next().unwrap();
        assert!(first.starts_with("interrupted: no report is written"), "{first}");
        assert!(prefix.len() > 8 && body.lock().unwrap().contains(prefix), "{first}");
        if command != "timing" {
            let told = "the command of --reset is run; interrupt again to end at once";
            assert_eq!(said.next().unwrap(), told);
            let sent = asked.load(Ordering::SeqCst);
            assert_eq!(said.next().unwrap(), "the command of --reset failed: exit status: 7");
            assert_eq!(asked.load(Ordering::SeqCst), sent);
            assert_eq!(fs::read_to_string(&resets).unwrap(), "reset\nreset\n");
        }
        assert_eq!(said.next(), None);
        let ended = run.wait_with_output().unwrap();
        assert_eq!((ended.status.code(), ended.stdout.len()), (Some(code), 0));
    }
}

#[test]
fn a_second_interrupt_ends_the_program_and_the_reset_at_once() {
    let (base, asked, _) = slow();
    let first = nothing("first-reset");
    let reset =
        format!("[ -e '{0}' ] || exec touch '{0}'; echo $$ >&2; exec sleep 1000", first.display());
    let mut run = program(&["run", &base, "--reset", &reset]).spawn().unwrap();
    while asked.load(Ordering::SeqCst) < 5 {
        thread::sleep(Duration::from_millis(10));
    }
    let id = run.id().to_string();
    assert!(kill("-INT", &id));
    let mut said = BufReader::new(run.stderr.take().unwrap()).lines().map(Result::unwrap);
    let sleeping = said.find(|line| line.parse::<u32>().is_ok()).unwrap();
    assert!(kill("-0", &sleeping), "it runs");
    assert!(kill("-TERM", &id));
    assert_eq!(run.wait().unwrap().code(), Some(143));
    assert!(!kill("-0", &sleeping), "it is left behind");
}

/// A command that succeeds before the run and ends with 7 after it.
fn fails_afterwards(name: &str) -> String {
    let mark = nothing(name);
    let mark = mark.display();
    format!("if [ -e '{mark}' ]; then exit 7; else touch '{mark}'; fi")
}

#[test]
fn a_reset_that_fails_after_the_run_leaves_its_report_and_is_told() {
    let only = ["--only", "key.*"];
    let record = file("reset.har", b"");
    let record = record.to_str().unwrap();
    check(&[&["run", &good(), "--record", record][..], &only].concat());
    for (args, exit, told) in [
        (&["run", &good()][..], Exit::Incomplete, "\nCONFORMANT: 8 passed"),
        (&["diff", record, &good()], Exit::Incomplete, "no change in"),
        (&["run", &serve(reference("key-is-trimmed"))], Exit::Failed, "\nNOT CONFORMANT: 7 passed"),
    ] {
        let reset = fails_afterwards("reset-after");
        let ended = check(&[args, &only, &["--reset", &reset]].concat());
        assert_eq!(ended.exit, exit, "{args:?}: {}{}", ended.out, ended.err);
        assert!(ended.out.contains(told), "{args:?}: {}{}", ended.out, ended.err);
        let failed = "error: after the run the command of --reset failed: exit status: 7\n";
        assert!(ended.err.contains(failed), "{args:?}: {}", ended.err);
    }
    let reset = fails_afterwards("reset-of-rules");
    let ended = check(&["rules", &good(), "--sequences", "2", "--reset", &reset]);
    assert_eq!(ended.exit, Exit::Incomplete, "{}", ended.out);
    assert!(ended.out.contains("CONFORMANT"), "{}{}", ended.out, ended.err);
    let reset = fails_afterwards("reset-of-nothing");
    let ended = check(&["run", &closed(), "--reset", &reset]);
    assert_eq!(ended.exit, Exit::Unreachable, "{}", ended.err);
    assert!(ended.err.contains("gives no answer") && ended.err.contains("exit status: 7"));
}

/// A path in a file's place where there is no file.
fn nothing(name: &str) -> PathBuf {
    let path = file(name, b"");
    fs::remove_file(&path).unwrap();
    path
}

#[test]
fn a_server_that_was_there_before_the_one_of_start_is_not_judged() {
    let mark = nothing("started");
    let start = format!("touch '{}'; exec sleep 1000", mark.display());
    let (base, other) = (good(), closed());
    for urls in [&[base.as_str()][..], &[&other, "--ready", &base]] {
        let ended = check(&[&["run"][..], urls, &["--start", &start]].concat());
        assert_eq!((ended.exit, ended.out.as_str()), (Exit::Usage, ""), "{}", ended.err);
        assert!(ended.err.contains("leave --start out"), "{}", ended.err);
        assert!(!mark.exists(), "the command was started");
    }
}

#[test]
fn a_command_of_start_that_has_ended_when_its_server_answers_is_not_taken_for_it() {
    for code in [0, 3] {
        let (started, asked, base) = (nothing("is-started"), nothing("is-asked"), closed());
        let start = format!(
            "touch '{}'; while [ ! -e '{}' ]; do sleep 0.02; done; exit {code}",
            started.display(),
            asked.display()
        );
        let address = base.strip_prefix("http://").unwrap().to_owned();
        thread::spawn(move || {
            while !started.exists() {
                thread::sleep(Duration::from_millis(10));
            }
            let service = reference("good");
            for stream in TcpListener::bind(address).unwrap().incoming() {
                talk(&mut stream.unwrap(), &mut |raw: &Raw| {
                    fs::write(&asked, "").unwrap();
                    thread::sleep(Duration::from_secs(1));
                    service(raw)
                });
            }
        });
        let ended = check(&["run", &base, "--start", &start, "--only", "way.accepts-get"]);
        assert_eq!((ended.exit, ended.out.as_str()), (Exit::Unreachable, ""), "{}", ended.err);
        let told = format!("the command of --start has ended (exit status: {code})");
        assert!(ended.err.contains(&told), "{}", ended.err);
    }
}
