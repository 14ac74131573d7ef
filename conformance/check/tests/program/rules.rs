//! Sequences of calls, as a command.

use crate::playing::{play, racy, seeded};
use crate::program::check_keys;
use crate::server::{Raw, Reply, reference, serve};
use ssokey_check::Exit;
use ssokey_conformance::format::Profile;
use ssokey_conformance::record::Verdict;

#[test]
fn without_direct_sign_in_nobody_can_tell_unless_the_user_says_so() {
    let base = serve(without(&["/api/authenticate"]));
    let ended = check_keys(&["rules", &base, "--sequences", "5"]);
    assert_eq!(ended.exit, Exit::Incomplete, "{}", ended.out);
    assert!(ended.out.contains("left out: direct sign-in: nothing is served at /api/authenticate"));
    assert!(ended.out.contains("old and new passwords cannot be told apart"), "{}", ended.out);
    let ended = check_keys(&["rules", &base, "--sequences", "5", "--without", "direct"]);
    assert_eq!(ended.exit, Exit::Success, "{}", ended.out);
    assert!(ended.out.contains("left out: direct sign-in: the profile direct is left out"));
}

#[test]
fn what_else_a_server_lacks_is_left_out_and_reported() {
    let base = serve(without(&["/api/session", "/api/signout"]));
    let ended = check_keys(&["rules", &base, "--json"]);
    assert_eq!(ended.exit, Exit::Success, "{}", ended.out);
    let report: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    let left_out: Vec<_> =
        report["left_out"].as_array().unwrap().iter().map(|it| &it["what"]).collect();
    assert_eq!(left_out, ["session", "sign-out"]);
    let mut settings = seeded(1);
    settings.second_key = None;
    settings.without.push(Profile::Session);
    let record = play("good", settings);
    assert_eq!((record.verdict, record.left_out.len()), (Verdict::Conformant, 3));
}

#[test]
fn a_race_that_makes_two_users_is_found() {
    let ended = check_keys(&["rules", &racy(), "--seed", "1", "--sequences", "100"]);
    assert_eq!(ended.exit, Exit::Failed, "{}", ended.out);
    assert!(ended.out.contains("failed creates-one-user-at-a-time"), "{}", ended.out);
    assert!(ended.out.contains("step 1    sign-ons at the same time: user 1"), "{}", ended.out);
}

/// A server at which nothing is found at these paths.
fn without(paths: &'static [&'static str]) -> impl FnMut(&Raw) -> Reply + Send {
    let server = reference("good");
    move |raw| {
        if paths.contains(&raw.path.as_str()) {
            return Reply { status: 404, headers: Vec::new(), body: String::new() };
        }
        server(raw)
    }
}
