//! Servers on which sequences are played inside this process.

use crate::judging::{settings, through};
use crate::server::{Raw, Reply, reference, serve_at_once};
use ssokey_conformance::message::Request;
use ssokey_conformance::rules::{Rules, RulesRecord};
use ssokey_conformance::suite::{Seed, Settings};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// Every fault that sequences can find, and the property that it breaks.
pub(crate) const FOUND: [(&str, &str); 39] = [
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
    ("password-holds-no-nul", "refuses-wrong-password"),
    ("company-id-is-0", "takes-company-from-key"),
    ("token-is-kept", "gives-new-token"),
    ("direct-trims-password", "tells-look-alikes-apart"),
    ("password-is-compared-to-72-bytes", "tells-look-alikes-apart"),
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
    ("launch-replaces-nothing", "tells-new-password-from-old"),
    ("code-is-kept", "spends-code"),
    ("code-outlives-password", "ends-codes-on-replacement"),
    ("token-comes-back-with-password", "ends-tokens-on-replacement"),
    ("code-comes-back-with-password", "ends-codes-on-replacement"),
    ("password-before-last-works", "tells-new-password-from-old"),
    ("direct-token-outlives-password", "ends-tokens-on-replacement"),
    ("exchanged-token-outlives-password", "ends-tokens-on-replacement"),
    ("launch-ends-no-token", "ends-tokens-on-replacement"),
    ("launch-ends-earlier-codes", "exchanges-code"),
];

/// Plays sequences on a server in this process.
pub(crate) fn play(fault: &str, settings: Settings) -> RulesRecord {
    let server = reference(fault);
    let mut transport = |request: &Request| through(request, |raw| server(raw));
    let rules = Rules { sequences: 96, ..Rules::default() };
    rules.check(&mut transport, settings).unwrap()
}

pub(crate) fn seeded(number: u64) -> Settings {
    let mut settings = settings();
    settings.seed = Seed::fixed(7).with_number(number);
    settings
}

/// The sign-on with the same e-mail that a sign-on met on its way, if it met one.
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

/// A server that makes a user of each sign-on that comes while a different one with the same e-mail is on its way.
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
