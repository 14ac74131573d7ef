//! The password rules as properties: a good server keeps them, and a faulty one is found out by a short sequence.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use ssokey_conformance::Exit;
use ssokey_conformance::account::Seed;
use ssokey_conformance::answer::Answer;
use ssokey_conformance::outcome::Verdict;
use ssokey_conformance::profile::Profile;
use ssokey_conformance::report;
use ssokey_conformance::request::Request;
use ssokey_conformance::rules::Rules;
use ssokey_conformance::rules::record::Record;
use ssokey_conformance::secret::Credential;
use ssokey_conformance::settings::Settings;
use ssokey_conformance::suite::RunError;

use crate::matrix::{settings, through};
use crate::program::check_keys;
use crate::server::{Raw, Reply, reference, serve, serve_at_once};

/// Every fault that sequences can find, and the property that it breaks.
pub(crate) const FOUND: [(&str, &str); 29] = [
    ("other-password-is-refused", "keeps-user-on-other-password"),
    ("other-password-makes-new-user", "keeps-user-on-other-password"),
    ("same-password-is-refused", "keeps-user-on-same-password"),
    ("all-users-are-one", "creates-unknown-user"),
    ("company-domain-follows-email", "accepts-own-password"),
    ("get-knows-nobody", "keeps-user-on-same-password"),
    ("form-knows-nobody", "keeps-user-on-same-password"),
    ("json-knows-nobody", "keeps-user-on-same-password"),
    ("escaped-plus-is-space", "tells-look-alikes-apart"),
    ("capitals-make-another-user", "ignores-case-of-email"),
    ("password-has-72-bytes", "creates-unknown-user"),
    ("password-holds-no-nul", "creates-unknown-user"),
    ("company-id-is-0", "takes-company-from-key"),
    ("token-is-kept", "gives-new-token"),
    ("direct-trims-password", "tells-look-alikes-apart"),
    ("password-is-compared-to-72-bytes", "ends-tokens-on-replacement"),
    ("direct-creates", "refuses-wrong-password"),
    ("wrong-password-is-stored", "replaces-nothing-on-direct"),
    ("old-password-works", "tells-new-password-from-old"),
    ("token-is-one-per-user", "answers-holder"),
    ("token-outlives-password", "ends-tokens-on-replacement"),
    ("sign-out-minds-unknown-token", "signs-out-any-token"),
    ("sign-out-ends-nothing", "ends-token-on-sign-out"),
    ("sign-out-ends-all", "answers-holder"),
    ("keys-are-one-company", "takes-company-from-key"),
    ("password-is-shared-by-email", "keeps-companies-apart"),
    ("id-moves-with-others", "keeps-companies-apart"),
    ("replacement-ends-others-tokens", "keeps-companies-apart"),
    ("others-password-works", "keeps-companies-apart"),
];

/// Plays sequences on a server in this process.
pub(crate) fn play(fault: &str, settings: Settings) -> Record {
    let server = reference(fault);
    let mut transport = |request: &Request| through(request, |raw| server(raw));
    let rules = Rules { sequences: 100, ..Rules::default() };
    rules.check(&mut transport, settings).unwrap()
}

pub(crate) fn seeded(number: u64) -> Settings {
    let mut settings = settings();
    settings.seed = Seed::fixed(7).with_number(number);
    settings
}

/// The failure of a faulty server, as a report shows it.
fn told(fault: &str) -> String {
    let record = play(fault, seeded(1));
    let mut text = Vec::new();
    report::rules::write_failure(record.failure.as_ref().unwrap(), &mut text).unwrap();
    anstream::adapter::strip_str(&String::from_utf8(text).unwrap()).to_string()
}

#[test]
fn a_good_server_keeps_every_property() {
    for number in 0..5 {
        let record = play("good", seeded(number));
        assert_eq!(record.verdict, Verdict::Conformant, "{record:#?}");
        assert_eq!((record.sequences, record.shrinks, record.left_out.len()), (100, 0, 0));
        assert!(record.steps > 800, "{}", record.steps);
    }
}

#[test]
fn a_faulty_server_is_found_out_by_a_sequence_of_a_few_steps() {
    let wrong = FOUND.iter().filter_map(|(fault, property)| {
        let failure = play(fault, seeded(1)).failure;
        let broken = failure.as_ref().map(|it| (it.property.id, it.steps.len()));
        let fits = broken.is_some_and(|(id, steps)| id == *property && steps <= 4);
        (!fits).then(|| format!("{fault:?}: {broken:?}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_failure_is_explained_step_by_step() {
    insta::assert_snapshot!(told("old-password-works"), @r#"

    failed tells-new-password-from-old: after a replacement direct sign-in accepts the new password and refuses every older one
      SSO-DIR-008: After a sign-on has replaced a password, direct sign-in MUST accept the new one and refuse the old one.
      why       a password that the user has given up would still open the account
      step 1    sign-on of user 1 with password 1, by GET
      step 2    sign-on of user 1 with password 2, by GET
      step 3    direct sign-in of user 1 with password 1, by GET
      expected  HTTP 401 with error 4011 `invalid_credentials`
      actual    HTTP 200 with stat `ok` and the members `status_code`, `return`, `stat`
    "#);
    insta::assert_snapshot!(told("password-is-shared-by-email"), @r#"

    failed keeps-companies-apart: what one company does changes nothing for the users of another
      SSO-TEN-004: No answer to a company may depend on what users or traffic another company has, apart from which numbers new ids get.
      why       one company could find out, or take over, the users of another
      step 1    sign-on of user 1 of the second company with password 1, by GET
      step 2    sign-on of user 1 with password 2, by GET
      step 3    direct sign-in of user 1 of the second company with password 1, by GET
      expected  HTTP 200 with stat `ok` and a `return.userId`
      actual    HTTP 401 with error 4011 `invalid_credentials`
    "#);
    insta::assert_snapshot!(told("direct-trims-password"), @r#"

    failed tells-look-alikes-apart: passwords that differ in any byte are two
      SSO-PWD-001: Two passwords match only if their UTF-8 bytes are equal: nothing is trimmed, cut, folded or normalised on any path from the raw request to the hash.
      why       the password that the partner hands in would not be the one that opens the account
      step 1    sign-on of user 1 with password 1, by GET
      step 2    direct sign-in of user 1 with password 1 with a space after it, by GET
      expected  HTTP 401 with error 4011 `invalid_credentials`
      actual    HTTP 200 with stat `ok` and the members `status_code`, `return`, `stat`
    "#);
    insta::assert_snapshot!(told("sign-out-ends-all"), @r#"

    failed answers-holder: a token that is valid gets its holder
      SSO-SES-001: Session MUST be served at `/api/session`, by GET, with the token as `Authorization: Bearer`, or as `token` or `_token` in the query; success is the documented answer of the token's holder with that token.
      why       products could not tell whose token they were given
      step 1    sign-on of user 1 with password 1, by GET
      step 2    sign-on of user 1 with password 1, by GET
      step 3    sign-out of token 1 of user 1
      step 4    session of token 2 of user 1
      expected  HTTP 200 with stat `ok` and a `return.userId`
      actual    HTTP 401 with error 4012 `invalid_token`
    "#);
}

#[test]
fn the_same_seed_plays_the_same_sequences_with_other_names() {
    let report = |number, run| {
        let mut settings = settings();
        settings.seed = Seed::fixed(run).with_number(number);
        let mut text = Vec::new();
        report::rules::write_json(&play("old-password-works", settings), &mut text).unwrap();
        String::from_utf8(text).unwrap()
    };
    let (one, other) = (report(1, 7), report(1, 8));
    assert_eq!(one.replace("0707070707", "0808080808"), other);
    assert_ne!(one, other);
    assert_ne!(report(2, 7), one);
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
fn why_something_is_left_out_controls_no_terminal() {
    let server = reference("good");
    let mut transport = |request: &Request| {
        if request.path != "/api/session" {
            return through(request, |raw| server(raw));
        }
        let headers = vec![("Content-Type".to_owned(), "\u{1b}]0;\u{7}".to_owned())];
        Ok(Answer::new(404, headers, b"no JSON".to_vec()))
    };
    let rules = Rules { sequences: 1, steps: 1 };
    let record = rules.check(&mut transport, seeded(1)).unwrap();
    let reason = &record.left_out[0].reason;
    assert!(reason.contains("of \\u{1b}]0;\\u{7} that"), "{reason}");
}

#[test]
fn a_key_that_is_refused_stops_the_run() {
    let mut settings = seeded(1);
    settings.second_key = Some(Credential::new("a key that nobody was given"));
    let record = play("good", settings);
    assert_eq!(record.verdict, Verdict::Incomplete);
    assert!(record.stopped.unwrap().starts_with("the server refuses the second key"));
    let mut settings = seeded(1);
    settings.key = Credential::new("a key that nobody was given");
    settings.second_key = None;
    assert!(play("good", settings).stopped.unwrap().starts_with("the server refuses the key"));
}

#[test]
fn a_budget_ends_the_run() {
    let mut settings = seeded(1);
    settings.max_accounts = Some(9);
    let record = play("good", settings);
    assert_eq!((record.verdict, record.accounts.left_behind), (Verdict::Incomplete, 9));
    assert!(record.stopped.unwrap().contains("--max-accounts"));
}

#[test]
fn a_transport_that_panics_is_no_success() {
    let server = reference("good");
    let mut transport = |request: &Request| {
        assert_ne!(request.path, "/api/signout");
        through(request, |raw| server(raw))
    };
    let mut settings = seeded(1);
    settings.profiles.push(Profile::Session);
    let ended = Rules::default().check(&mut transport, settings);
    assert_eq!(ended.err(), Some(RunError::Fault("the transport panicked".to_owned())));
}

/// Whether a sign-on met another one with the same e-mail on its way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Met {
    Nobody,
    ALaterOne,
    AnEarlierOne,
}

/// Serves with a thread for each connection; a sign-on takes as long as hashing a password does.
fn racing(
    answer: impl Fn(&dyn Fn(&Raw) -> Reply, &Raw, Met) -> Reply + Send + Sync + 'static,
) -> String {
    let server = reference("good");
    let underway = Mutex::new(Vec::<Vec<u8>>::new());
    serve_at_once(move |raw| {
        let sent = [raw.query.clone(), raw.body.clone()].concat();
        let name = sent.windows(6).position(|it| it.eq_ignore_ascii_case(b"check-"));
        let Some(at) = name.filter(|_| raw.path == "/api/sso/authenticate") else {
            return server(raw);
        };
        let name = sent[at..at + 19].to_ascii_lowercase();
        let count = |underway: &[Vec<u8>]| underway.iter().filter(|it| **it == name).count();
        let earlier = {
            let mut underway = underway.lock().unwrap();
            underway.push(name.clone());
            count(&underway) > 1
        };
        thread::sleep(Duration::from_millis(20));
        let mut underway = underway.lock().unwrap();
        let met = match count(&underway) {
            _ if earlier => Met::AnEarlierOne,
            1 => Met::Nobody,
            _ => Met::ALaterOne,
        };
        let mine = underway.iter().position(|it| *it == name).unwrap();
        underway.remove(mine);
        drop(underway);
        answer(&server, raw, met)
    })
}

/// A server that makes a user of each sign-on that comes while another one with the same e-mail is on its way.
pub(crate) fn racy() -> String {
    let made = AtomicUsize::new(0);
    racing(move |server, raw, met| {
        let mut reply = server(raw);
        if met == Met::AnEarlierOne {
            let user = format!("\"userId\":9{:03}", made.fetch_add(1, Ordering::Relaxed));
            reply.body = reply.body.replace("\"userId\":", &format!("{user},\"was\":"));
        }
        reply
    })
}

/// A server at which everybody loses a race.
pub(crate) fn winnerless() -> String {
    racing(|server, raw, met| {
        if met == Met::Nobody {
            return server(raw);
        }
        let error = r#"{"error":{"code":4091,"name":"concurrent_update","details":""},"status_code":409,"stat":"fail"}"#;
        Reply { status: 409, headers: Vec::new(), body: error.to_owned() }
    })
}

#[test]
fn a_race_that_makes_two_users_is_found() {
    let ended = check_keys(&["rules", &racy(), "--seed", "1", "--sequences", "100"]);
    assert_eq!(ended.exit, Exit::Failed, "{}", ended.out);
    assert!(ended.out.contains("failed creates-one-user-at-a-time"), "{}", ended.out);
    assert!(ended.out.contains("step 1    sign-ons at the same time: user 1"), "{}", ended.out);
}
