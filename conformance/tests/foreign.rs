//! The kit against a server in another language, written from `spec/` alone: it must find nothing to complain of.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Keys of another origin than ours, of 22 characters or more, and a product's secret: option and content.
const CREDENTIALS: [(&str, &str); 3] = [
    ("--ssokey-file", "a key between strangers"),
    ("--second-ssokey-file", "a key of other strangers"),
    ("--product-secret-file", "a secret between strangers"),
];

/// A server in a process of its own, which ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already; there is nobody to tell.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

// proves: SSO-RULE-001 SSO-RULE-002 SSO-RULE-003 SSO-REQ-001 SSO-RSP-002
#[test]
fn a_server_written_from_the_spec_alone_conforms_in_every_profile() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let credentials = CREDENTIALS.map(|(option, text)| {
        let file = folder.join(format!("stranger{option}"));
        fs::write(&file, text).unwrap();
        [option.into(), file.into_os_string()]
    });
    let credentials = credentials.concat();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign/server.py");
    let server = Command::new("python3")
        .arg(program)
        .args(["--port", "0"])
        .args(&credentials)
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is needed for this test: install it");
    let mut server = Server(server);
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let base = line.trim().strip_prefix("ready ").expect("the server's ready line");
    let output = Command::new(env!("CARGO_BIN_EXE_ssokey-check"))
        .args(["run", base, "--jobs", "2", "--profile", "launch,direct,session,isolation,legacy"])
        .args(&credentials)
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{report}");
    let verdict = report.lines().last().unwrap();
    assert!(verdict.ends_with(" passed, 0 failed, 0 could not run"), "{report}");
}
