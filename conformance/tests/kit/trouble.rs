//! Servers that stop answering in the middle of a run, or may lawfully refuse to go on.

use ssokey_conformance::message::{Answer, Request};
use ssokey_conformance::record::{Outcome, Record, Verdict};
use ssokey_conformance::rules::{Rules, replay};
use ssokey_conformance::suite::{RunError, SettingsError, Suite};
use ssokey_conformance::transport::TransportError;

use crate::judging::{settings, through};
use crate::server::{Reply, reference};

/// Runs the suite against a good server, of whose answers some are replaced: `meddle` is given the number of the
/// request, from 0, and the request.
fn judge(
    meddle: impl Fn(usize, &Request) -> Option<Result<Reply, TransportError>>,
) -> (Result<Record, RunError>, usize) {
    let server = reference("good");
    let mut sent = 0;
    let mut transport = |request: &Request| -> Result<Answer, TransportError> {
        let replaced = meddle(sent, request);
        sent += 1;
        match replaced {
            Some(instead) => {
                let Reply { status, headers, body } = instead?;
                Ok(Answer::new(status, headers, body.into_bytes()))
            }
            None => through(request, &server),
        }
    };
    let record = Suite::v1().run(&mut transport, settings());
    (record, sent)
}

fn refused(status: u16, code: u16, name: &str) -> Reply {
    Reply {
        status,
        headers: Vec::new(),
        body: format!(
            r#"{{"error":{{"code":{code},"name":"{name}","details":""}},"status_code":{status},"stat":"fail"}}"#
        ),
    }
}

/// The reasons for which checks that ask could not run.
fn reasons(record: &Record) -> Vec<&str> {
    let checks = Suite::v1().checks();
    let asks = |id| checks.iter().any(|check| check.id == id && !check.is_passive());
    let asking = record.checks.iter().filter(|finding| asks(finding.id));
    let reasons = asking.filter_map(|finding| match &finding.outcome {
        Outcome::CouldNotRun { reason } => Some(reason.words()),
        Outcome::Passed
        | Outcome::Failed { .. }
        | Outcome::Known { .. }
        | Outcome::NotApplicable { .. } => None,
    });
    reasons.collect()
}

#[test]
fn a_server_that_times_out_is_asked_three_times_and_the_run_is_incomplete() {
    let (record, sent) =
        judge(|number, _| (number >= 100).then_some(Err(TransportError::TimedOut)));
    let record = record.unwrap();
    assert_eq!((sent, record.verdict), (103, Verdict::Incomplete));
    assert!(reasons(&record).iter().all(|why| why.ends_with("no answer in time")));
}

#[test]
fn a_server_that_answers_again_is_judged_on() {
    // A run of thousands of requests: each time that one is lost, a check cannot run.
    let slow = |number: usize| number % 200 == 199;
    let (record, sent) = judge(|number, _| slow(number).then_some(Err(TransportError::TimedOut)));
    let record = record.unwrap();
    assert_eq!(record.verdict, Verdict::Incomplete);
    assert!(sent > 200, "{sent}");
    assert!((1..30).contains(&record.counts.could_not_run), "{}", record.counts);
    assert!(record.counts.could_not_run <= sent / 200, "{sent}: {}", record.counts);
}

#[test]
fn a_server_that_goes_away_leaves_the_run_incomplete() {
    let gone = || Err(TransportError::Unreachable("connection refused".to_owned()));
    let (record, _) = judge(|number, _| (number >= 100).then(gone));
    assert_eq!(record.unwrap().verdict, Verdict::Incomplete);
    let (record, _) = judge(|_, _| Some(gone()));
    assert!(matches!(record, Err(RunError::Unreachable(_))));
}

#[test]
fn nothing_is_sent_with_settings_by_which_no_server_can_be_judged() {
    let mut settings = settings();
    settings.second_key = Some(settings.key.clone());
    let mut sent = 0;
    let mut transport = |_: &Request| {
        sent += 1;
        Err(TransportError::Dropped)
    };
    let refused = Some(RunError::Settings(SettingsError::SameKeys));
    let run = Suite::v1().run(&mut transport, settings.clone());
    assert_eq!(run.err(), refused);
    let rules = Rules::default().check(&mut transport, settings.clone());
    assert_eq!(rules.err(), refused);
    assert_eq!(replay(&[], &mut transport, settings).err(), refused);
    assert_eq!(sent, 0);
}

#[test]
fn a_failure_before_the_trouble_still_counts() {
    let (record, _) = judge(|number, _| match number {
        0..6 => None,
        6 => Some(Ok(refused(500, 5000, "internal"))),
        _ => Some(Err(TransportError::TimedOut)),
    });
    assert_eq!(record.unwrap().verdict, Verdict::NotConformant);
}

#[test]
fn a_request_that_cannot_be_sent_is_the_kits_fault() {
    let unsendable = || Err(TransportError::Unsendable("why".to_owned()));
    let (record, _) = judge(|number, _| (number == 100).then(unsendable));
    assert!(matches!(record, Err(RunError::Fault(why)) if why == "why"));
}

#[test]
fn a_limit_or_an_outage_is_not_a_failure_and_never_conformant() {
    for (status, code, name, told) in [
        (429, 4290, "rate_limited", "the server limits the rate"),
        (503, 5030, "storage_unavailable", "the server is out of service"),
        (503, 5031, "overloaded", "the server is out of service"),
    ] {
        let (record, _) = judge(|number, _| {
            (number >= 100).then(|| {
                let mut reply = refused(status, code, name);
                for (name, value) in [
                    ("Content-Type", "application/json"),
                    ("Cache-Control", "no-store"),
                    ("Referrer-Policy", "no-referrer"),
                    ("X-Content-Type-Options", "nosniff"),
                ] {
                    reply.headers.push((name.to_owned(), value.to_owned()));
                }
                Ok(reply)
            })
        });
        let record = record.unwrap();
        assert_eq!(record.verdict, Verdict::Incomplete, "{name}");
        assert!(reasons(&record).iter().all(|why| why.starts_with(told)), "{name}");
    }
}

#[test]
fn a_refused_key_or_product_is_excused_until_the_first_success_only() {
    for (status, code, name, told) in [
        (401, 4010, "invalid_ssokey", "the server refuses the key"),
        (
            403,
            4030,
            "access_denied",
            "the server denies the company this product, or users of the domain ssokey-check.example",
        ),
    ] {
        let refuse = || Ok(refused(status, code, name));
        // Before the first sign-on come first contact and a look at each of the other five paths.
        let (record, _) = judge(|number, _| (number == 6).then(refuse));
        let record = record.unwrap();
        assert!(reasons(&record).iter().any(|why| why.starts_with(told)), "{:?}", reasons(&record));
        let (record, _) = judge(|number, _| (number == 9).then(refuse));
        let record = record.unwrap();
        assert!(reasons(&record).iter().all(|why| !why.starts_with(told)));
        assert_eq!(record.verdict, Verdict::NotConformant, "of its headers, if nothing else");
    }
}

/// Refuses a credential wherever a request presents it.
fn refuses(credential: &'static str, refusal: (u16, u16, &'static str)) -> Record {
    let (status, code, name) = refusal;
    let presents = move |request: &Request| {
        let bearer = request.header_value("authorization").unwrap_or_default();
        let mut fields = request.fields().into_iter();
        bearer.ends_with(credential) || fields.any(|(_, value)| value == credential)
    };
    let refuse = move |_, request: &Request| {
        presents(request).then(|| {
            let mut reply = refused(status, code, name);
            for (name, value) in [
                ("Content-Type", "application/json"),
                ("Cache-Control", "no-store"),
                ("Referrer-Policy", "no-referrer"),
                ("X-Content-Type-Options", "nosniff"),
            ] {
                reply.headers.push((name.to_owned(), value.to_owned()));
            }
            Ok(reply)
        })
    };
    judge(refuse).0.unwrap()
}

#[test]
fn a_credential_that_is_never_taken_is_the_runs_fault_and_no_check_passes_on_it() {
    use ssokey_conformance::reference::{KEY, PRODUCT_SECRET, SECOND_KEY, SECOND_PRODUCT_SECRET};
    for (credential, refusal, told, blocked) in [
        (KEY, (401, 4010, "invalid_ssokey"), "The server refuses the key", "key."),
        (
            SECOND_KEY,
            (401, 4010, "invalid_ssokey"),
            "The server refuses the second key",
            "isolation.",
        ),
        (
            PRODUCT_SECRET,
            (401, 4012, "invalid_token"),
            "The server refuses the product's secret",
            "exchange.refuses-alike",
        ),
        (
            PRODUCT_SECRET,
            (401, 4012, "invalid_token"),
            "The server refuses the product's secret",
            "key.refuses-other-credentials",
        ),
        (
            SECOND_PRODUCT_SECRET,
            (401, 4012, "invalid_token"),
            "The server refuses the second product's secret",
            "session.minds-product-of-every-token",
        ),
    ] {
        let record = refuses(credential, refusal);
        let failed = record.checks.iter();
        let failed = failed.filter(|it| matches!(it.outcome, Outcome::Failed { .. }));
        let failed: Vec<_> = failed.map(|finding| finding.id).collect();
        assert_eq!(record.verdict, Verdict::Incomplete, "{told}: {} {failed:?}", record.counts);
        assert!(record.remarks.iter().any(|it| it.starts_with(told)), "{:?}", record.remarks);
        let of_area = record.checks.iter().filter(|it| it.id.starts_with(blocked));
        for finding in of_area {
            assert!(matches!(finding.outcome, Outcome::CouldNotRun { .. }), "{}", finding.id);
        }
    }
    let record = refuses(KEY, (401, 4010, "invalid_ssokey"));
    assert!(
        record.requests < 40,
        "a key that is refused is not tried for long: {}",
        record.requests
    );
}
