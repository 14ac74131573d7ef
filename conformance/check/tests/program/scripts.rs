//! The scripts that a failure is written down as, and that it is seen again: by curl, by hurl, and by `replay`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use ssokey_check::Exit;
use ssokey_conformance::format::Way;
use ssokey_conformance::reference::{KEY, PRODUCT_SECRET, SECOND_KEY};
use ssokey_conformance::rules::step::{Entrance, Password, SignOn, Step, User};
use ssokey_conformance::rules::{Script, Shape, write_scripts};

use crate::playing::{FOUND, play, racy, seeded, winnerless};
use crate::program::{check_keys, check_with, good};
use crate::server::{reference, serve};

/// A failure of a server on a port of this machine, and one of the files in which it was written down.
struct Written {
    base: String,
    file: PathBuf,
}

impl Written {
    /// Has sequences played on the server. Which of its requests come first is not always the same, and so may
    /// be what is found first.
    fn new(base: String, name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scripts").join(name);
        drop(fs::remove_dir_all(&folder));
        let ended = check_keys(&[
            "rules",
            &base,
            "--seed",
            "1",
            "--sequences",
            "100",
            "--reproduce",
            folder.to_str().unwrap(),
        ]);
        assert_eq!(ended.exit, Exit::Failed, "{name}: {}{}", ended.out, ended.err);
        let mut told = ended.out.lines().filter_map(|line| line.trim().strip_prefix("written"));
        let file = told.next().unwrap().trim().into();
        Self { base, file }
    }

    fn file(&self, ending: &str) -> String {
        self.file.with_extension(ending).into_os_string().into_string().unwrap()
    }

    fn text(&self, ending: &str) -> String {
        fs::read_to_string(self.file(ending)).unwrap()
    }

    fn curl(&self, base: &str) -> Output {
        ask("sh", &[&self.file("sh"), base])
    }

    fn replay(&self, base: &str) -> (Exit, String) {
        let ended = check_keys(&["replay", &self.file("json"), base]);
        (ended.exit, ended.out + &ended.err)
    }
}

/// Each fault that sequences find, written down once.
static WRITTEN: LazyLock<Vec<Written>> = LazyLock::new(|| {
    let write = |(fault, _): &(&str, &str)| {
        let server = reference(fault);
        Written::new(serve(move |raw| server(raw)), fault)
    };
    FOUND.iter().map(write).collect()
});

fn ask(program: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).env("SSOKEY_CHECK_KEY", KEY).env("SSOKEY_CHECK_SECOND_KEY", SECOND_KEY);
    command.env("SSOKEY_CHECK_PRODUCT_SECRET", PRODUCT_SECRET);
    command.output().unwrap()
}

/// Returns the text of a program's two streams.
fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat()
}

#[test]
fn every_script_for_curl_sees_its_failure_and_none_on_a_good_server() {
    let good = good();
    for written in WRITTEN.iter() {
        let output = written.curl(&written.base);
        let said_bad = said(&output);
        assert_eq!(output.status.code(), Some(1), "{}: {said_bad}", written.file("sh"));
        assert!(said_bad.starts_with("reproduced\n  expected: "), "{said_bad}");
        let output = written.curl(&good);
        assert_eq!(output.status.code(), Some(0), "{}: {}", written.file("sh"), said(&output));
    }
}

#[cfg(feature = "test-hurl")]
#[test]
fn every_file_for_hurl_sees_its_failure_and_none_on_a_good_server() {
    let good = good();
    let program = std::env::var("HURL").unwrap_or("hurl".to_owned());
    for written in WRITTEN.iter() {
        let file = written.file("hurl");
        let hurl = |base: &str| {
            let url = format!("url={base}");
            let (key, second) = (format!("ssokey={KEY}"), format!("second_ssokey={SECOND_KEY}"));
            let product = format!("product_secret={PRODUCT_SECRET}");
            let keys = ["--secret", &key, "--secret", &second, "--secret", &product];
            ask(&program, &[&["--variable", &url, &file][..], &keys].concat())
        };
        let output = hurl(&written.base);
        assert_eq!(output.status.code(), Some(4), "{file}: {}", said(&output));
        // What fails is in the last step, not one on the way.
        let text = written.text("hurl");
        let steps = text.lines().enumerate().filter(|(_, line)| line.is_empty());
        let (last, _) = steps.last().unwrap();
        let told = said(&output);
        let (_, at) = told.split_once(&format!("{file}:")).unwrap();
        let at: usize = at.split(':').next().unwrap().parse().unwrap();
        assert!(at > last, "{told}");
        let output = hurl(&good);
        assert_eq!(output.status.code(), Some(0), "{file}: {}", said(&output));
    }
}

#[test]
fn a_replay_says_failed_on_the_faulty_server_and_fixed_on_a_good_one() {
    let good = good();
    for written in WRITTEN.iter() {
        let (exit, text) = written.replay(&written.base);
        assert_eq!(exit, Exit::Failed, "{text}");
        assert!(text.starts_with("FAILED: ") && text.contains("expected"), "{text}");
        let (exit, text) = written.replay(&good);
        assert_eq!(exit, Exit::Success, "{text}");
        assert!(text.starts_with("FIXED: "), "{text}");
    }
}

/// A server with its option for legacy clients and this fault.
fn legacy(fault: &str) -> String {
    let server = reference(fault);
    serve(move |raw| {
        let mut reply = server(raw);
        let done = reply.status < 400;
        reply.body.pop();
        reply.body += &format!(",\"success\":{done}}}");
        if !done {
            reply.status = 200;
        }
        reply
    })
}

#[test]
fn what_is_written_of_a_server_with_the_option_for_legacy_clients_sees_its_failure() {
    for fault in ["old-password-works", "code-is-kept"] {
        let written = Written::new(legacy(fault), &format!("legacy-{fault}"));
        let output = written.curl(&written.base);
        assert_eq!(output.status.code(), Some(1), "{fault}: {}", said(&output));
        for good in [legacy("good"), good()] {
            let output = written.curl(&good);
            assert_eq!(output.status.code(), Some(0), "{fault}: {}", said(&output));
        }
        assert!(written.text("hurl").contains("jsonpath \"$.status_code\" == 401"));
        assert_eq!(written.replay(&written.base).0, Exit::Failed);
        assert_eq!(written.replay(&legacy("good")).0, Exit::Success);
    }
}

#[test]
fn a_replay_that_was_stopped_says_error_and_is_not_fixed() {
    let one_key = |written: &&Written| !written.text("json").contains("\"company\": 2");
    let file = WRITTEN.iter().find(one_key).unwrap().file("json");
    let ended = check_with(&["replay", &file, &good()], Some("a key that nobody was given"), "");
    assert_eq!(ended.exit, Exit::Incomplete, "{}", ended.out);
    assert!(ended.out.starts_with("ERROR: the server refuses the key"), "{}", ended.out);
}

#[test]
fn a_race_is_run_again_until_it_is_lost() {
    for (name, base) in [("racy", racy()), ("winnerless", winnerless())] {
        let written = Written::new(base, name);
        assert!(written.text("sh").contains("sign-ons at the same time: user 1"));
        assert!(!Path::new(&written.file("hurl")).exists(), "hurl cannot race");
        let output = written.curl(&written.base);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", said(&output));
        let output = written.curl(&good());
        assert_eq!(output.status.code(), Some(0), "{name}: {}", said(&output));
        let (exit, text) = written.replay(&written.base);
        assert_eq!(exit, Exit::Failed, "{name}: {text}");
        let (exit, text) = written.replay(&good());
        assert_eq!(exit, Exit::Success, "{name}: {text}");
        assert!(text.contains("20 times"), "{text}");
    }
}

#[test]
fn no_file_holds_a_key_a_password_or_a_token() {
    for written in WRITTEN.iter() {
        for ending in ["sh", "hurl", "json"] {
            let text = written.text(ending);
            for secret in [KEY, SECOND_KEY, PRODUCT_SECRET, "abcdef00-0000"] {
                assert!(!text.contains(secret), "{}", written.file(ending));
            }
            // Every password and name of a run holds digits that nobody can guess.
            let longest = text.split(|it: char| !it.is_ascii_hexdigit()).map(str::len).max();
            assert!(longest.unwrap() < 16, "{}", written.file(ending));
        }
    }
}

#[test]
fn a_script_that_cannot_begin_says_why() {
    let written = &WRITTEN[0];
    let output = written.curl("http://127.0.0.1:9");
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    let output = Command::new("sh").arg(written.file("sh")).env_remove("SSOKEY_CHECK_KEY").output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("set SSOKEY_CHECK_KEY to the key"));
}

#[test]
fn a_replay_that_cannot_begin_says_why() {
    let written = &WRITTEN[0];
    let (exit, text) = written.replay("http://127.0.0.1:9");
    assert_eq!(exit, Exit::Unreachable, "{text}");
    let json = written.text("json");
    for (from, to, told) in [
        ("\"schema_version\": 1", "\"schema_version\": 2", "schema_version 2"),
        ("\"plain\"", "\"round\"", "no password shape of this name"),
        ("\"company\": 1", "\"company\": 3", "step 1 cannot be taken there"),
        ("{", "", "expected a sequence at line 2"),
    ] {
        let file = crate::program::file("replay.json", json.replacen(from, to, 1).as_bytes());
        let ended = check_keys(&["replay", file.to_str().unwrap()]);
        assert_eq!(ended.exit, Exit::Usage, "{}", ended.err);
        assert!(ended.err.contains(told), "{}", ended.err);
    }
    let mut script = Script::parse(&json).unwrap();
    let refused = |script: &Script| {
        let text = serde_json::to_string(script).unwrap();
        Script::parse(&text).unwrap_err().to_string()
    };
    let user = |name| User { company: 1, name };
    let password = Password { number: 1, shape: Shape::PLAIN };
    let sign_on = |name| {
        let (user, entrance) = (user(name), Entrance::SignOn);
        SignOn { user, password, entrance, way: Way::Get, upper_case: false }
    };
    script.steps = vec![Step::Together(vec![sign_on(1), sign_on(2)])];
    assert_eq!(refused(&script), "step 1 cannot be taken there", "a race of two users");
    script.steps.clear();
    assert_eq!(refused(&script), "it has no steps", "and would be fixed everywhere");
    script.property = "\u{1b}[31m".to_owned();
    assert_eq!(refused(&script), "it names no property of this program");
}

#[test]
fn a_folder_for_scripts_that_cannot_be_had_is_refused_before_anything_is_sent() {
    let base = serve(|_| panic!("a request"));
    let file = crate::program::file("no-folder", b"");
    let folder = file.join("scripts");
    let ended = check_keys(&["rules", &base, "--reproduce", folder.to_str().unwrap()]);
    assert_eq!((ended.exit, ended.out.as_str()), (Exit::Usage, ""));
    assert!(ended.err.contains("give a folder for --reproduce"), "{}", ended.err);
}

#[test]
fn scripts_that_are_lost_at_the_end_keep_no_report_back() {
    let lost = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lost-scripts");
    let (gone, server) = (lost.clone(), reference("direct-trims-password"));
    let base = serve(move |raw| {
        drop(fs::remove_dir_all(&gone));
        server(raw)
    });
    let ended = check_keys(&["rules", &base, "--reproduce", lost.to_str().unwrap()]);
    assert_eq!(ended.exit, Exit::Fault, "{}", ended.err);
    assert!(
        ended.err.contains("cannot be written: there is no such file or folder"),
        "{}",
        ended.err
    );
    assert!(ended.out.contains("NOT CONFORMANT: "), "{}", ended.out);
}

#[test]
fn a_failure_is_written_for_curl_for_hurl_and_for_replay() {
    let record = play("direct-trims-password", seeded(1));
    for (ending, text) in write_scripts(record.failure.as_ref().unwrap(), &record).unwrap() {
        insta::assert_snapshot!(format!("script-{ending}"), text);
    }
}
