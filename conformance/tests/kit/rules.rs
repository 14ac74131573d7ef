//! The password rules as properties: a good server keeps them, and a faulty one is found out by a short sequence.

use ssokey_conformance::format::Profile;
use ssokey_conformance::message::{Answer, Credential, Request};
use ssokey_conformance::record::{Lacking, Verdict};
use ssokey_conformance::report;
use ssokey_conformance::rules::Rules;
use ssokey_conformance::suite::{RunError, Seed};
use ssokey_conformance::transport::Budget;

use crate::judging::{settings, through};
use crate::playing::{FOUND, play, seeded};
use crate::server::reference;

/// The failure of a faulty server, as a report shows it.
fn told(fault: &str) -> String {
    let record = play(fault, seeded(1));
    let mut text = Vec::new();
    report::failure(record.failure.as_ref().unwrap(), &mut text).unwrap();
    anstream::adapter::strip_str(&String::from_utf8(text).unwrap()).to_string()
}

#[test]
fn a_good_server_keeps_every_property() {
    for (number, server) in (0..).zip(["good", "has-legacy-option", "good", "good", "good"]) {
        let record = play(server, seeded(number));
        assert_eq!(record.verdict, Verdict::Conformant, "{record:#?}");
        assert_eq!((record.sequences, record.shrinks, record.left_out.len()), (96, 0, 0));
        assert!(record.steps > 800, "{}", record.steps);
    }
}

#[test]
fn a_faulty_server_is_found_out_by_a_sequence_of_a_few_steps() {
    let wrong = FOUND.iter().filter_map(|(fault, property)| {
        let record = play(fault, seeded(1));
        let broken = record.failure.as_ref().map(|it| (it.property.id, it.steps.len()));
        let fits = broken.is_some_and(|(id, steps)| id == *property && steps <= 4);
        // Those that come first are the same with every seed.
        let always = record.sequences <= 64;
        (!fits || !always).then(|| format!("{fault:?}: {broken:?} after {}", record.sequences))
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

    failed keeps-companies-apart: what one company does changes nothing for the users of a different company
      SSO-TEN-004: No answer to a company may depend on what users or traffic a different company has, apart from which numbers new ids get.
      why       one company could find out, or take over, the users of a different company
      step 1    sign-on of user 1 of the second company with password 1, by GET
      step 2    sign-on of user 1 with password 2, by GET
      step 3    direct sign-in of user 1 of the second company with password 2, by GET
      expected  HTTP 401 with error 4011 `invalid_credentials`
      actual    HTTP 200 with stat `ok` and the members `status_code`, `return`, `stat`
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
      SSO-SES-001: Session MUST be served at `/api/session`, by GET, with the token as `Authorization: Bearer`, or as `token` or `_token` in the query, and optionally `product`; success is the documented answer of the token's holder with that token.
      why       products could not tell whose token they were given
      step 1    sign-on of user 1 with password 1, by GET
      step 2    direct sign-in of user 1 with password 1, by GET
      step 3    sign-out of token 2 of user 1
      step 4    session of token 1 of user 1
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
        report::rules_json(&play("old-password-works", settings), &mut text).unwrap();
        String::from_utf8(text).unwrap()
    };
    let (one, other) = (report(1, 7), report(1, 8));
    assert_eq!(one.replace("0707070707", "0808080808"), other);
    assert_ne!(one, other);
    assert_ne!(report(2, 7), one);
}

#[test]
fn a_key_that_is_refused_stops_the_run() {
    let mut settings = seeded(1);
    settings.second_key = Some(Credential::new("a key that nobody was given"));
    let record = play("good", settings);
    assert_eq!(record.verdict, Verdict::Incomplete);
    assert!(record.stopped.unwrap().words().starts_with("the server refuses the second key"));
    let mut settings = seeded(1);
    settings.key = Credential::new("a key that nobody was given");
    settings.second_key = None;
    assert!(
        play("good", settings).stopped.unwrap().words().starts_with("the server refuses the key")
    );
}

#[test]
fn a_budget_ends_the_run() {
    let mut settings = seeded(1);
    settings.max_accounts = Some(9);
    let record = play("good", settings);
    assert_eq!((record.verdict, record.accounts.left_behind), (Verdict::Incomplete, 9));
    assert_eq!(record.stopped.unwrap().lacking(), Some(&Lacking::Budget(Budget::Accounts(9))));
}

#[test]
fn why_something_is_left_out_controls_no_terminal() {
    let left_out = |body: &'static str| {
        let server = reference("good");
        let mut transport = |request: &Request| {
            if request.path != "/api/session" {
                return through(request, |raw| server(raw));
            }
            let headers = vec![("Content-Type".to_owned(), "\u{1b}]0;\u{7}".to_owned())];
            Ok(Answer::new(404, headers, body.into()))
        };
        let rules = Rules { sequences: 1, ..Rules::default() };
        let record = rules.check(&mut transport, seeded(1)).unwrap();
        record.left_out[0].reason.words().to_owned()
    };
    let nothing = "nothing is served at /api/session: HTTP 404 with";
    assert_eq!(left_out("no JSON"), format!("{nothing} 7 bytes that are not JSON"));
    let named = left_out(r#"{"error":{"code":4040,"name":"\u001b]0;\u0007"}}"#);
    assert_eq!(named, format!(r"{nothing} error 4040 `\u{{1b}}]0;\u{{7}}`"));
}

#[test]
fn a_transport_that_panics_is_not_a_success() {
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
