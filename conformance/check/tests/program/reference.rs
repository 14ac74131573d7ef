//! The reference servers as the program serves them and tries itself on them.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use ssokey_check::Exit;
use ssokey_conformance::reference::Subject;

use crate::program::{check, check_with};

/// A server in a process of its own, which ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already; there is nobody to tell.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts a server and gives the first lines that it says: its base is the first word but one.
fn serve(args: &[&str]) -> (Server, Vec<String>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ssokey-check"));
    let server = command.arg("serve").args(args).stdout(Stdio::piped()).spawn().unwrap();
    let mut server = Server(server);
    let lines = BufReader::new(server.0.stdout.take().unwrap()).lines().take(3);
    let lines = lines.map(Result::unwrap).collect();
    (server, lines)
}

#[test]
fn a_served_fault_is_found_by_the_command_that_the_server_names() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("served");
    let folder = folder.to_str().unwrap();
    let (_server, said) = serve(&["--fault", "code-is-kept", "--credentials", folder]);
    assert!(said[0].starts_with("ready http://127.0.0.1:"), "{said:?}");
    assert_eq!(said[1], "code-is-kept: A code can be exchanged again and again.");
    let command: Vec<_> = said[2].split(' ').skip(1).chain(["--only", "exchange.*"]).collect();
    let ended = check_with(&command, None, "");
    assert_eq!(ended.exit, Exit::Failed, "{}", ended.err);
    assert!(ended.out.contains("failed exchange.spends-code (MUST)"), "{}", ended.out);
}

#[test]
fn a_server_with_products_of_its_own_is_judged_by_them() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("products");
    let folder = folder.to_str().unwrap();
    let served = ["--variant", "products-are-its-own", "--credentials", folder];
    let (_server, said) = serve(&served);
    let command: Vec<_> = said[2].split(' ').skip(1).chain(["--only", "product.*"]).collect();
    let ended = check_with(&command, None, "");
    assert_eq!(ended.exit, Exit::Success, "{}", ended.out);
    // The command that runs a check again names them.
    let products = command.iter().position(|word| *word == "--products").unwrap() + 1;
    let more = format!("{},none", command[products]);
    let command = [&command[..products], &[&more], &command[products + 1..]].concat();
    let ended = check_with(&command, None, "");
    assert_eq!(ended.exit, Exit::Failed, "{}", ended.out);
    let again = format!("--only product.knows-listed --products {more} --product chat");
    assert!(ended.out.contains(&again), "{}", ended.out);
}

#[test]
fn a_server_with_one_product_names_no_secret_of_a_second_one() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("one-product");
    let served = ["--variant", "product-is-alone", "--credentials", folder.to_str().unwrap()];
    let (_server, said) = serve(&served);
    let command: Vec<_> = said[2].split(' ').skip(1).chain(["--only", "exchange.*"]).collect();
    let ended = check_with(&command, None, "");
    assert_eq!(ended.exit, Exit::Success, "{}", ended.out);
}

#[cfg(unix)]
#[test]
fn a_server_ends_gracefully_when_it_is_asked_to() {
    for signal in ["-INT", "-TERM"] {
        let (mut server, said) = serve(&[]);
        let base = said[0].strip_prefix("ready ").unwrap();
        let ended = check(&["run", base, "--only", "way.accepts-get"]);
        assert_eq!(ended.exit, Exit::Success, "{}", ended.err);
        let id = server.0.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        assert_eq!(server.0.wait().unwrap().code(), Some(0), "{signal}");
    }
}

#[test]
fn every_reference_server_is_listed() {
    let listed = check(&["serve", "--list"]).out;
    assert_eq!(listed.lines().count(), Subject::all().len());
    let fault = listed.lines().find(|line| line.contains("key-is-trimmed")).unwrap();
    assert!(fault.starts_with("--fault ") && fault.ends_with("Spaces around a key are ignored."));
}

#[test]
fn the_selftest_of_some_servers_says_which_clauses_they_kill() {
    let args = ["selftest", "--fault", "key-is-trimmed", "--fault", "ids-are-large"];
    let ended = check(&args);
    assert_eq!(ended.exit, Exit::Success);
    insta::assert_snapshot!(ended.out, @r"
    SSO-KEY-001   MUST   A key that is unknown
                         key-is-trimmed

    SELFTEST PASSED: 1 of 1 good servers pass every check; 1 of 1 faulty servers fail the checks that they should and no others
    ");
    let ended = check(&[&args[..], &["--json"]].concat());
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(report["passed"], true);
    assert_eq!(report["servers"][0]["failed"][0], "key.refuses-near-misses");
    assert_eq!(report["servers"][1]["failed"], Value::Array(Vec::new()));
    let rows = report["clauses"].as_array().unwrap();
    let row = rows.iter().find(|row| row["words"] == "A key that is unknown").unwrap();
    assert_eq!(row["killed_by"][0], "key-is-trimmed");
}

#[test]
fn names_of_reference_servers_are_given_once_and_say_what_they_do() {
    let mut names: Vec<_> = Subject::all().iter().map(|subject| subject.name()).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
    for subject in Subject::all() {
        let (name, sentence) = (subject.name(), subject.sentence());
        let lawful = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(name.bytes().all(lawful), "{name}");
        assert!(sentence.ends_with('.') && sentence.starts_with(char::is_uppercase), "{name}");
    }
}
