//! Recordings as files.

use crate::program::{check, file};
use crate::server::{reference, serve};
use serde_json::Value;
use ssokey_check::Exit;

#[test]
fn what_cannot_be_written_is_refused_before_anything_is_sent() {
    let base = serve(|_| panic!("a request"));
    let ended = check(&["run", &base, "--record", "/nowhere/run.har"]);
    assert_eq!((ended.exit, ended.out.as_str()), (Exit::Usage, ""));
    insta::assert_snapshot!(ended.err, @r"
    error: `/nowhere/run.har` cannot be written: there is no such file or folder

      name a file in a folder that is there and may be written to
    ");
    let twice = file("twice", b"");
    let twice = twice.to_str().unwrap();
    let ended = check(&["run", &base, "--report", &format!("json={twice}"), "--record", twice]);
    assert_eq!(ended.exit, Exit::Usage);
    assert!(ended.err.contains("give each report and the recording"), "{}", ended.err);
}

#[test]
fn a_recording_takes_the_place_of_the_one_before() {
    let before = file("before.har", &[b' '; 1 << 20]);
    let server = reference("good");
    let base = serve(move |raw| server(raw));
    let path = before.to_str().unwrap();
    let ended = check(&["run", &base, "--only", "key.refuses-unknown", "--record", path]);
    assert_eq!(ended.exit, Exit::Success, "{}", ended.err);
    let text = std::fs::read_to_string(&before).unwrap();
    let archive: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(archive["log"]["_run"]["base"], base);
    assert!(text.starts_with('{') && text.len() < 1 << 20);
}
