//! How a run is steered: what is judged, at which pace, within which bounds, against a server that it starts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ssokey_conformance::Exit;
use ssokey_conformance::answer::Answer;
use ssokey_conformance::outcome::{Outcome, Verdict};
use ssokey_conformance::profile::Profile;
use ssokey_conformance::record::Record;
use ssokey_conformance::reference::{KEY, Service, Subject};
use ssokey_conformance::request::Request;
use ssokey_conformance::requirement::Level;
use ssokey_conformance::settings::Settings;
use ssokey_conformance::suite::Suite;
use ssokey_conformance::transport::{Transport, TransportError};

use crate::matrix::{settings, through};
use crate::program::{check, check_with, file, good};
use crate::server::{Raw, Reply, reference, serve};

/// Runs a suite against a good server in this process, whose answers may be replaced.
fn run(
    suite: &Suite,
    settings: Settings,
    instead: impl Fn(&Raw) -> Option<Reply>,
) -> (Record, usize) {
    let (server, mut sent) = (reference("good"), 0);
    let mut transport = |request: &Request| {
        sent += 1;
        through(request, |raw| instead(raw).unwrap_or_else(|| server(raw)))
    };
    let record = suite.run(&mut transport, settings).unwrap();
    (record, sent)
}

fn not_applicable(record: &Record, profile: Profile) -> Vec<&str> {
    let of_profile = record.checks.iter().filter(|finding| finding.profile == profile);
    let reasons = of_profile.filter_map(|finding| match &finding.outcome {
        Outcome::NotApplicable { reason } => Some(reason.as_str()),
        Outcome::Passed
        | Outcome::Failed { .. }
        | Outcome::Known { .. }
        | Outcome::CouldNotRun { .. } => None,
    });
    reasons.collect()
}

fn count(profile: Profile) -> usize {
    Suite::v1().checks().iter().filter(|check| check.profile == profile).count()
}

/// A server at these paths of which nothing is served.
fn without(paths: &'static [&'static str]) -> impl Fn(&Raw) -> Option<Reply> {
    |raw| {
        let body = r#"{"error":{"code":4040,"name":"not_found","details":""},"status_code":404,"stat":"fail"}"#;
        let headers = [
            ("Content-Type", "application/json"),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let absent = paths.contains(&raw.path.as_str());
        absent.then(|| Reply { status: 404, headers, body: body.to_owned() })
    }
}

#[test]
fn what_is_found_not_to_be_served_is_not_applicable_and_says_why() {
    let absent = without(&["/api/sso/login", "/api/sso/exchange"]);
    let (record, _) = run(&Suite::v1(), settings(), absent);
    let reasons = not_applicable(&record, Profile::Launch);
    assert_eq!(reasons.len(), count(Profile::Launch));
    assert!(reasons[0].starts_with("nothing is served at /api/sso/login"), "{}", reasons[0]);
    assert_eq!(record.verdict, Verdict::Conformant, "{}", record.counts);
    assert_eq!(record.counts.not_applicable, reasons.len());
}

#[test]
fn half_a_profile_is_a_failure() {
    let (record, _) = run(&Suite::v1(), settings(), without(&["/api/signout"]));
    assert_eq!(record.verdict, Verdict::NotConformant);
    assert!(not_applicable(&record, Profile::Session).is_empty());
}

#[test]
fn what_is_asked_for_has_to_be_there_and_what_is_not_is_left_out() {
    let mut asked = settings();
    asked.profiles = vec![Profile::Launch];
    let absent = without(&["/api/sso/login", "/api/sso/exchange"]);
    let (record, _) = run(&Suite::v1(), asked, absent);
    assert_eq!(record.verdict, Verdict::NotConformant);
    let reasons = not_applicable(&record, Profile::Direct);
    assert_eq!(reasons.len(), count(Profile::Direct));
    assert!(reasons[0].contains("--profile launch"), "{}", reasons[0]);
}

#[test]
fn without_its_credentials_a_check_is_not_applicable() {
    let mut bare = settings();
    (bare.second_key, bare.product_secret) = (None, None);
    let (record, _) = run(&Suite::v1(), bare, |_| None);
    assert_eq!(record.verdict, Verdict::Conformant);
    assert_eq!(not_applicable(&record, Profile::Isolation).len(), count(Profile::Isolation));
    assert!(
        not_applicable(&record, Profile::Launch)
            .iter()
            .all(|it| it.contains("--product-secret-file"))
    );
}

#[test]
fn only_the_checks_that_match_are_run_and_reported() {
    let suite = Suite::v1().only(&["key.*", "token.is-new"]).unwrap().at_least(Level::Must);
    assert_eq!(suite.checks().len(), 7);
    let (record, _) =
        run(&Suite::v1().only(&["key.refuses-unknown"]).unwrap(), settings(), |_| None);
    assert_eq!((record.checks.len(), record.verdict), (1, Verdict::Conformant));
    assert_eq!(record.selection.left_out, Suite::v1().checks().len() - 1);
    assert!(record.requests < 20, "{}", record.requests);
    // One that judges others' answers has them asked.
    let (record, _) = run(&Suite::v1().only(&["token.is-new"]).unwrap(), settings(), |_| None);
    assert_eq!((record.checks.len(), record.verdict), (1, Verdict::Conformant));
    assert!(record.requests > 500, "{}", record.requests);
    assert!(Suite::v1().only(&["nothing.*"]).is_err());
}

#[test]
fn a_run_keeps_to_its_budgets_and_is_incomplete() {
    for (requests, accounts) in [(Some(100), None), (None, Some(10))] {
        let mut bounded = settings();
        (bounded.max_requests, bounded.max_accounts) = (requests, accounts);
        let (record, sent) = run(&Suite::v1(), bounded, |_| None);
        assert_eq!(record.verdict, Verdict::Incomplete);
        assert!(requests.is_none_or(|most| sent == most), "{sent}");
        assert!(accounts.is_none_or(|most| record.accounts.left_behind == most));
    }
}

#[test]
fn the_ledger_lists_every_account() {
    let (record, _) = run(&Suite::v1().only(&["launch.signs-on"]).unwrap(), settings(), |_| None);
    assert_eq!(record.accounts.left_behind, 2);
    assert_eq!(record.accounts.emails.len(), 2);
    let (record, _) =
        run(&Suite::v1().only(&["isolation.keeps-id"]).unwrap(), settings(), |_| None);
    assert_eq!((record.accounts.left_behind, record.accounts.emails.len()), (2, 1));
}

/// A server that is over its limit at first, and a clock that only counts.
struct Limited {
    server: Service,
    refusals: usize,
    waited: Duration,
}

impl Transport for Limited {
    fn send(&mut self, request: &Request) -> Result<Answer, TransportError> {
        if self.refusals > 0 && request.body.is_some() {
            self.refusals -= 1;
            let headers = vec![("Retry-After".to_owned(), "7".to_owned())];
            return Ok(Answer::new(429, headers, Vec::new()));
        }
        self.server.send(request)
    }

    fn wait(&mut self, time: Duration) {
        self.waited += time;
    }
}

#[test]
fn a_server_that_wants_to_be_asked_later_is_asked_later_but_not_for_ever() {
    let suite = Suite::v1().only(&["sign-on.creates-unknown-user"]).unwrap();
    for (refusals, waited, verdict) in
        [(2, 14, Verdict::Conformant), (1000, 28, Verdict::Incomplete)]
    {
        let server = Service::good().unwrap().cheap();
        let mut limited = Limited { server, refusals, waited: Duration::ZERO };
        let mut settings = settings();
        settings.profiles = vec![Profile::SignOn];
        let record = suite.run(&mut limited, settings).unwrap();
        assert_eq!(record.verdict, verdict, "{refusals}");
        assert_eq!(limited.waited, Duration::from_secs(waited));
    }
}

#[test]
fn the_same_answers_give_the_same_report_byte_for_byte_however_many_jobs_there_are() {
    let report = |jobs| {
        let mut settings = settings();
        settings.jobs = jobs;
        let mut server = Subject::find("errors-are-text").unwrap().service().unwrap().cheap();
        let record = Suite::v1().run(&mut server, settings).unwrap();
        assert_eq!(record.verdict, Verdict::NotConformant);
        serde_json::to_string(&record).unwrap()
    };
    assert_eq!(report(1), report(4));
}

#[test]
fn a_configuration_file_says_what_the_command_line_does_not() {
    let key = file("config.key", KEY.as_bytes());
    let config = file(
        "config.toml",
        format!(
            "url = \"{}\"\nssokey-file = \"{}\"\nreport = [\"json\"]\nonly = [\"key.*\"]\njobs = 2\n",
            good(),
            key.file_name().unwrap().to_str().unwrap()
        )
        .as_bytes(),
    );
    let config = config.to_str().unwrap();
    let ended = check_with(&["run", "--config", config], None, "");
    assert_eq!(ended.exit, Exit::Success, "{}", ended.err);
    let report: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(report["counts"]["passed"], 6);
    let ended = check_with(&["run", "--config", config, "--report", "human"], None, "");
    assert!(ended.out.contains("CONFORMANT: 6 passed"), "{}", ended.out);
}

#[test]
fn a_configuration_that_cannot_be_meant_is_refused_without_being_quoted() {
    for (name, text, told) in [
        ("typo", "tiemout = 5", "line 1: unknown field `tiemout`"),
        (
            "secret",
            "url = \"http://127.0.0.1:1\"\nssokey = \"secret\"",
            "line 2: unknown field `ssokey`",
        ),
        ("bound", "timeout = 0", "give seconds from 0.001 to 3600"),
    ] {
        let config = file(&format!("{name}.toml"), text.as_bytes());
        let ended = check(&["run", "--config", config.to_str().unwrap()]);
        assert_eq!(ended.exit, Exit::Usage);
        assert!(ended.err.contains(told) && !ended.err.contains("secret\""), "{}", ended.err);
    }
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let base = good();
    let empty = file("empty.baseline", b"");
    let typo = file("typo.baseline", b"[[known]]\nid = \"key.refuse-unknown\"\nreason = \"x\"\n");
    for (args, advice) in [
        (&["--without", "sign-on"][..], "other profiles"),
        (&["--without", "launch", "--profile", "launch"], "in one of them"),
        (&["--profile", "isolation"], "--second-ssokey-file"),
        (&["--only", "nothing.*"], "ssokey-check list"),
        (&["--only", "answer.is-compact", "--level", "must"], "lower --level"),
        (&["--baseline", "/nowhere"], "empty file"),
        (&["--baseline", typo.to_str().unwrap()], "did you mean `key.refuses-unknown`?"),
        (&["--headers-file", typo.to_str().unwrap()], "`Name: value`"),
        (&["--rate", "0"], "from 0.001"),
    ] {
        let args = [&["run", &base, "--baseline", empty.to_str().unwrap()][..2], args].concat();
        let ended = check(&args);
        assert_eq!(ended.exit, Exit::Usage, "{args:?}: {}", ended.err);
        assert!(ended.err.contains(advice), "{args:?}: {}", ended.err);
    }
}

#[test]
fn headers_of_a_file_go_out_with_every_request_and_into_no_report() {
    let seen = Arc::new(AtomicUsize::new(0));
    let (server, counted) = (reference("good"), Arc::clone(&seen));
    let base = serve(move |raw| {
        let token = raw.header("x-gate").unwrap_or_default().to_owned();
        counted.fetch_add(usize::from(token == "open sesame now"), Ordering::Relaxed);
        let mut reply = server(raw);
        reply.headers.push(("Access-Control-Echo".to_owned(), token));
        reply
    });
    let headers = file("headers", b"# the gate\nX-Gate: open sesame now\n\n");
    let ended =
        check(&["run", &base, "--headers-file", headers.to_str().unwrap(), "--report", "json"]);
    assert_eq!(ended.exit, Exit::Failed, "{}", ended.err);
    let report: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(report["requests"], seen.load(Ordering::Relaxed));
    assert!(ended.out.contains("[header]") && !ended.out.contains("sesame"));
}

#[test]
fn a_baseline_that_is_out_of_date_has_an_exit_code_of_its_own() {
    let stale =
        file("stale.baseline", b"[[known]]\nid = \"key.refuses-unknown\"\nreason = \"x\"\n");
    let ended = check(&["run", &good(), "--baseline", stale.to_str().unwrap(), "--only", "key.*"]);
    assert_eq!(ended.exit, Exit::Outdated, "{}", ended.out);
    assert!(ended.out.contains("key.refuses-unknown passes: take it out"), "{}", ended.out);
}

#[test]
fn a_started_server_that_ends_at_once_is_unreachable() {
    let ended = check(&["run", "http://127.0.0.1:9", "--start", "exit 3"]);
    assert_eq!(ended.exit, Exit::Unreachable);
    assert!(ended.err.contains("the command of --start ended before"), "{}", ended.err);
    let ended = check(&["run", &good(), "--reset", "exit 3"]);
    assert_eq!(ended.exit, Exit::Usage);
    assert!(ended.err.contains("the command of --reset failed"), "{}", ended.err);
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = check(&["completions", shell]);
        assert_eq!(ended.exit, Exit::Success);
        assert!(ended.out.contains("max-accounts"), "{shell}");
    }
}
