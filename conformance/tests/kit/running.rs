//! The options of a run: what is judged, at which pace, within which bounds, against a server that it starts.

use std::time::Duration;

use ssokey_conformance::format::{Level, Profile};
use ssokey_conformance::message::{Answer, Request};
use ssokey_conformance::record::{Lacking, Outcome, Reason, Record, Verdict};
use ssokey_conformance::reference::{Service, Subject};
use ssokey_conformance::suite::{Settings, Suite};
use ssokey_conformance::transport::{Transport, TransportError};

use crate::judging::{settings, through};
use crate::server::{Raw, Reply, reference};

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

fn not_applicable(record: &Record, profile: Profile) -> Vec<&Reason> {
    let of_profile = record.checks.iter().filter(|finding| finding.profile == profile);
    let reasons = of_profile.filter_map(|finding| match &finding.outcome {
        Outcome::NotApplicable { reason } => Some(reason),
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
    assert!(
        reasons[0].words().starts_with("nothing is served at /api/sso/login"),
        "{}",
        reasons[0]
    );
    assert_eq!(record.verdict, Verdict::Conformant, "{}", record.counts);
    let of_option = not_applicable(&record, Profile::Legacy);
    assert!(of_option.iter().all(|reason| reason.lacking() == Some(&Lacking::LegacyOption)));
    let of_isolation = not_applicable(&record, Profile::Isolation);
    assert_eq!(of_isolation.len(), 1, "one is about codes");
    let lacking = reasons.len() + of_option.len() + of_isolation.len();
    assert_eq!(record.counts.not_applicable, lacking);
}

#[test]
fn a_product_without_a_url_leaves_only_what_is_about_launches_unjudged() {
    let server = reference("good");
    let denied = move |raw: &Raw| {
        let mut reply = server(raw);
        (reply.status == 303).then(|| {
            reply.status = 403;
            reply.headers.retain(|(name, _)| !["location", "content-type"].contains(&name.to_ascii_lowercase().as_str()));
            reply.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
            reply.body = r#"{"error":{"code":4030,"name":"access_denied","details":"no URL"},"status_code":403,"stat":"fail"}"#.to_owned();
            reply
        })
    };
    let (record, _) = run(&Suite::v1(), settings(), denied);
    assert_eq!(
        record.counts.failed,
        0,
        "{:?}",
        names(&record, |it| matches!(it, Outcome::Failed { .. }))
    );
    let blocked = names(&record, |it| matches!(it, Outcome::CouldNotRun { .. }));
    assert!(blocked.iter().any(|id| id.starts_with("launch.")));
    let others: Vec<_> = blocked
        .iter()
        .filter(|id| {
            !["launch.", "exchange.", "isolation.keeps-code"].iter().any(|it| id.starts_with(it))
        })
        .collect();
    assert!(others.is_empty(), "{others:?}");
}

fn names(record: &Record, of: impl Fn(&Outcome) -> bool) -> Vec<String> {
    record.checks.iter().filter(|it| of(&it.outcome)).map(|it| it.id.to_string()).collect()
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
    let (profile, asked) = (Profile::Direct, vec![Profile::Launch]);
    assert_eq!(reasons[0].lacking(), Some(&Lacking::NotAskedFor { profile, asked }));
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
            .all(|it| it.lacking() == Some(&Lacking::ProductSecret))
    );
}

#[test]
fn only_the_checks_that_match_are_run_and_reported() {
    let suite = Suite::v1().only(&["key.*", "token.is-new"]).unwrap().at_least(Level::Must);
    assert_eq!(suite.checks().len(), 9);
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

/// A server that is over its limit after some requests and until it has refused so many that have a body, and a clock that only counts.
struct Limited {
    server: Service,
    calm: usize,
    refusals: usize,
    waited: Duration,
}

impl Transport for Limited {
    fn send(&mut self, request: &Request) -> Result<Answer, TransportError> {
        if self.calm > 0 {
            self.calm -= 1;
        } else if self.refusals > 0 && (self.refusals > FOR_EVER || request.body.is_some()) {
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
        let mut limited = Limited { server, calm: 0, refusals, waited: Duration::ZERO };
        let mut settings = settings();
        settings.profiles = vec![Profile::SignOn];
        let record = suite.run(&mut limited, settings).unwrap();
        assert_eq!(record.verdict, verdict, "{refusals}");
        assert_eq!(limited.waited, Duration::from_secs(waited));
    }
}

/// So many refusals are of every request.
const FOR_EVER: usize = 1_000_000;

#[test]
fn a_server_that_goes_out_of_service_is_waited_for_once_and_not_by_each_check_anew() {
    let suite = Suite::v1().only(&["key.*", "parameter.*"]).unwrap();
    let server = Service::good().unwrap().cheap();
    let mut limited = Limited { server, calm: 30, refusals: 2 * FOR_EVER, waited: Duration::ZERO };
    let mut settings = settings();
    settings.profiles = vec![Profile::SignOn];
    let record = suite.run(&mut limited, settings).unwrap();
    assert_eq!(record.verdict, Verdict::Incomplete);
    assert_eq!(limited.waited, Duration::from_secs(28));
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
