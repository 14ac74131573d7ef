//! The comparison of recordings and servers, as a command.

use crate::program::{check, file, good};
use crate::server::{reference, serve};
use ssokey_check::Exit;

#[test]
fn a_server_is_asked_again_what_a_recorded_one_was() {
    let recorded = file("diff.har", b"");
    let path = recorded.to_str().unwrap();
    let base = good();
    let ended = check(&["run", &base, "--only", "sign-on.*", "--seed", "7", "--record", path]);
    assert_eq!(ended.exit, Exit::Success, "{}", ended.out);
    for sides in [[path, &base], [&base, path], [path, path]] {
        let ended = check(&[&["diff"], &sides[..]].concat());
        assert_eq!(ended.exit, Exit::Success, "{}{}", ended.out, ended.err);
        assert!(ended.out.starts_with("no change in "), "{}", ended.out);
    }
    let server = reference("new-user-is-creator");
    let faulty = serve(move |raw| server(raw));
    let ended = check(&["diff", path, &faulty]);
    assert_eq!(ended.exit, Exit::Failed, "{}{}", ended.out, ended.err);
    assert!(
        ended.out.contains("-    \"isCreator\": false,\n  +    \"isCreator\": true,"),
        "{}",
        ended.out
    );
    let ended = check(&["diff", path, &faulty, "--ignore-member", "isCreator"]);
    assert_eq!(ended.exit, Exit::Success, "{}{}", ended.out, ended.err);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let foreign = file("foreign.har", br#"{"log":{"entries":[]}}"#);
    let (foreign, base) = (foreign.to_str().unwrap(), "http://127.0.0.1:9");
    for (sides, told) in [
        ([base, base], "one of the two has to be a recording"),
        ([foreign, base], "only a recording of `run --record`"),
        ([foreign, "/nowhere.har"], "`/nowhere.har` cannot be read"),
        ([foreign, foreign], "foreign.har` holds no answer of the format"),
    ] {
        let ended = check(&[&["diff"], &sides[..]].concat());
        assert_eq!(ended.exit, Exit::Usage);
        assert!(ended.err.contains(told), "{}", ended.err);
    }
    for option in [["--report", "json"], ["--baseline", "known.toml"]] {
        let ended = check(&[&["diff", foreign, foreign][..], &option].concat());
        assert_eq!(ended.exit, Exit::Usage);
        assert!(ended.err.contains("is for `run`: a comparison judges nothing"), "{}", ended.err);
    }
}
