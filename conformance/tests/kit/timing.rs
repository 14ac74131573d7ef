//! Servers that take longer for users whom they know. Time passes in them as the test says, so that nothing depends on the machine.

use std::cell::Cell;
use std::collections::HashSet;
use std::time::Duration;

use serde_json::Value;
use ssokey_conformance::Exit;
use ssokey_conformance::account::{Accounts, Seed};
use ssokey_conformance::answer::Answer as Answered;
use ssokey_conformance::reference::KEY;
use ssokey_conformance::request::Request;
use ssokey_conformance::timing::{Answer, Differences, Plan, Timing, measure};
use ssokey_conformance::transport::TransportError;

use crate::matrix::{settings, through};
use crate::program::{check, check_with};
use crate::server::{Raw, Reply, reference, serve};

/// A good server that remembers whom it knows.
struct Remembering {
    good: Box<dyn Fn(&Raw) -> Reply + Send>,
    known: HashSet<String>,
}

impl Remembering {
    fn new() -> Self {
        Self { good: Box::new(reference("good")), known: HashSet::new() }
    }

    /// The answer, and whether it is a direct sign-in of a known user.
    fn answer(&mut self, raw: &Raw) -> (Reply, bool) {
        let body = String::from_utf8(raw.body.clone()).unwrap();
        let mut pairs = body.split('&').filter_map(|pair| pair.split_once('='));
        let of_known = match pairs.next() {
            Some(("userid", email)) => self.known.contains(email),
            Some(("email", email)) => {
                self.known.insert(email.to_owned());
                false
            }
            _ => false,
        };
        ((self.good)(raw), of_known)
    }
}

/// Measures a server that takes `known` milliseconds longer for users whom it knows, with noise that is mostly up to `noise`
/// milliseconds and now and then much more.
fn measure_delays(known: f64, noise: f64, samples: usize) -> Timing {
    let now = Cell::new(0.0);
    let mut server = Remembering::new();
    let mut dice = Accounts::new(&Seed::fixed(3), 0);
    let mut transport = |request: &Request| -> Result<Answered, TransportError> {
        let chance = (dice.below(1_000_000) + 1) as f64 / 1e6;
        through(request, |raw| {
            let (reply, of_known) = server.answer(raw);
            let longer = if of_known { known } else { 0.0 };
            now.set(now.get() + 20.0 + longer - noise * chance.ln());
            reply
        })
    };
    let plan = Plan { samples, resolution: Duration::from_millis(1) };
    let clock = &mut || Duration::from_secs_f64(now.get() / 1000.0);
    measure(&mut transport, settings(), plan, clock, &|| ()).unwrap()
}

fn known(timing: &Timing) -> Differences {
    timing.differences.unwrap()
}

#[test]
fn a_leak_is_found_and_measured_in_either_direction() {
    for leak in [20.0, 3.0, 1.5, -3.0] {
        let timing = measure_delays(leak, 1.0, 300);
        assert_eq!(timing.answer, Answer::Leak, "{leak}: {:?}", timing.differences);
        assert!(known(&timing).known_ms.holds(leak), "{leak}: {:?}", timing.differences);
        assert!(known(&timing).control_ms.holds(0.0));
        assert_eq!(timing.accounts.left_behind, 5);
    }
}

#[test]
fn a_server_that_takes_as_long_for_everybody_leaks_nothing() {
    let timing = measure_delays(0.0, 1.0, 300);
    assert_eq!(timing.answer, Answer::NoneAbove, "{:?}", timing.differences);
    let timing = measure_delays(0.2, 0.1, 300);
    assert_eq!(timing.answer, Answer::NoneAbove, "it is below the resolution");
    assert!(!known(&timing).known_ms.holds(0.0), "and told all the same");
}

#[test]
fn noise_hides_a_leak_and_is_never_green() {
    for leak in [0.0, 3.0] {
        let Answer::Inconclusive { reason } = measure_delays(leak, 100.0, 300).answer else {
            panic!("{leak}");
        };
        assert!(reason.starts_with("a difference above 1 ms is neither seen nor excluded"));
    }
    let Answer::Inconclusive { reason } = measure_delays(0.0, 0.0, 10).answer else { panic!() };
    assert_eq!(reason, "there are too few samples: take 11 --samples or more");
}

/// Measures a good server of whose answers some are replaced, from the number of the request.
fn measure_replaced(instead: impl Fn(usize, &Request) -> Option<Answered>) -> Timing {
    let (good, mut sent) = (reference("good"), 0);
    let mut transport = |request: &Request| {
        sent += 1;
        match instead(sent, request) {
            Some(answer) => Ok(answer),
            None => through(request, &good),
        }
    };
    let plan = Plan { samples: 20, resolution: Duration::from_millis(1) };
    measure(&mut transport, settings(), plan, &mut Duration::default, &|| ()).unwrap()
}

#[test]
fn a_server_that_does_not_let_itself_be_measured_is_told_why() {
    let refuse = |status, retry: bool| {
        let retry = retry.then(|| ("Retry-After".to_owned(), "1".to_owned()));
        Some(Answered::new(status, retry.into_iter().collect(), b"{}".into()))
    };
    let is_direct = |request: &Request| request.path == "/api/authenticate";
    for (timing, told) in [
        (
            measure_replaced(|sent, _| (sent > 30).then(|| refuse(429, true)).flatten()),
            "the server limits the rate: HTTP 429 with an object, no members; lift its limit",
        ),
        (
            measure_replaced(|_, it| is_direct(it).then(|| refuse(404, false)).flatten()),
            "a direct sign-in that was to get HTTP 401 with error 4011 `invalid_credentials` got HTTP 404",
        ),
        (
            measure_replaced(|_, it| is_direct(it).then(|| refuse(200, false)).flatten()),
            "got HTTP 200 with an object, no members",
        ),
    ] {
        let Answer::Inconclusive { reason } = timing.answer else { panic!() };
        assert!(reason.contains(told), "{reason}");
        assert!(timing.differences.is_none());
    }
}

/// A server on a port that really takes this long for users whom it knows.
fn slow_for_known(time: Duration) -> String {
    let mut server = Remembering::new();
    serve(move |raw| {
        let (reply, of_known) = server.answer(raw);
        if of_known {
            std::thread::sleep(time);
        }
        reply
    })
}

#[test]
fn a_server_with_a_gross_leak_fails() {
    let base = slow_for_known(Duration::from_millis(40));
    let ended = check(&["timing", &base, "--samples", "20"]);
    assert_eq!(ended.exit, Exit::Failed, "{}", ended.out);
    assert!(ended.out.contains("\nLEAK: the time of a refusal tells"), "{}", ended.out);
    assert!(ended.out.contains("\n5 accounts are left behind: check-"), "{}", ended.out);
    assert!(!ended.out.contains(KEY));
}

#[test]
fn the_report_for_programs_says_the_same_as_the_exit_code() {
    let base = slow_for_known(Duration::ZERO);
    let args = ["timing", &base, "--samples", "20", "--resolution", "10000", "--json"];
    let ended = check(&args);
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    // One in a thousand controls shows a difference where there is none.
    let due = if ended.exit == Exit::Success { "none_above" } else { "inconclusive" };
    assert_eq!(report["answer"], due, "{}", ended.out);
    assert_ne!(ended.exit, Exit::Failed);
    assert_eq!((&report["samples"], &report["resolution_ms"]), (&20.into(), &10000.0.into()));
    for group in ["known_ms", "control_ms"] {
        for bound in ["low", "median", "high"] {
            assert!(report[group][bound].is_number(), "{}", ended.out);
        }
    }
    let ended = check_with(&args, Some("a-key-that-nobody-was-given"), "");
    assert_eq!(ended.exit, Exit::Incomplete);
    assert!(ended.out.contains("the server refuses the key"), "{}", ended.out);
}

#[test]
fn what_is_wrong_with_the_call_says_what_to_do_next() {
    for (args, key, exit, advice) in [
        (&["timing"][..], Some(KEY), Exit::Usage, "<URL>"),
        (&["timing", "http://127.0.0.1:1"], None, Exit::Usage, "add --ssokey-file FILE"),
        (&["timing", "http://server.example"], Some(KEY), Exit::Usage, "add --allow-remote"),
        (&["timing", "http://127.0.0.1:1", "--samples", "5"], Some(KEY), Exit::Usage, "20..=10000"),
        (&["timing", "http://127.0.0.1:1", "--resolution", "0"], Some(KEY), Exit::Usage, "0.001"),
        (&["timing", "http://127.0.0.1:1"], Some(KEY), Exit::Unreachable, "start the server"),
    ] {
        let ended = check_with(args, key, "");
        assert_eq!((ended.exit, ended.out.as_str()), (exit, ""), "{args:?}: {}", ended.err);
        assert!(ended.err.contains(advice), "{args:?}: {}", ended.err);
    }
}
