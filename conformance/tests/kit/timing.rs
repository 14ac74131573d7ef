//! Servers that take longer for users whom they know. Time passes in them as the test says, so that nothing depends on the machine.

use std::cell::Cell;
use std::time::Duration;

use proptest::prelude::Rng as _;
use proptest::test_runner::TestRunner;
use ssokey_conformance::message::{Answer, Request};
use ssokey_conformance::timing::{Conclusion, Delays, Plan, TimingRecord, measure};
use ssokey_conformance::transport::TransportError;

use crate::judging::{settings, through};
use crate::remembering::Remembering;
use crate::server::reference;

/// Measures a server that takes `known` milliseconds longer for users whom it knows, with noise that is mostly up to `noise`
/// milliseconds and now and then much more.
fn measure_delays(known: f64, noise: f64, samples: usize) -> TimingRecord {
    let now = Cell::new(0.0);
    let mut server = Remembering::new();
    let mut dice = TestRunner::deterministic();
    let mut transport = |request: &Request| -> Result<Answer, TransportError> {
        let chance = f64::from(dice.rng().next_u32() % 1_000_000 + 1) / 1e6;
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

fn known(timing: &TimingRecord) -> Delays {
    timing.delays.unwrap()
}

#[test]
fn a_leak_is_found_and_measured_in_either_direction() {
    for leak in [20.0, 3.0, 1.5, -3.0] {
        let timing = measure_delays(leak, 1.0, 300);
        assert_eq!(timing.conclusion, Conclusion::Leak, "{leak}: {:?}", timing.delays);
        assert!(known(&timing).known_ms.holds(leak), "{leak}: {:?}", timing.delays);
        assert!(known(&timing).control_ms.holds(0.0));
        assert_eq!(timing.accounts.left_behind, 5);
    }
}

#[test]
fn a_server_that_takes_as_long_for_everybody_leaks_nothing() {
    let timing = measure_delays(0.0, 1.0, 300);
    assert_eq!(timing.conclusion, Conclusion::NoneAbove, "{:?}", timing.delays);
    let timing = measure_delays(0.2, 0.1, 300);
    assert_eq!(timing.conclusion, Conclusion::NoneAbove, "it is below the resolution");
    assert!(!known(&timing).known_ms.holds(0.0), "and told all the same");
}

#[test]
fn noise_hides_a_leak_and_is_never_green() {
    for leak in [0.0, 3.0] {
        let Conclusion::Inconclusive { reason } = measure_delays(leak, 100.0, 300).conclusion
        else {
            panic!("{leak}");
        };
        assert!(reason.words().starts_with("a difference above 1 ms is neither seen nor excluded"));
    }
    let Conclusion::Inconclusive { reason } = measure_delays(0.0, 0.0, 10).conclusion else {
        panic!()
    };
    assert_eq!(reason.words(), "there are too few samples: take 11 or more");
}

/// Measures a good server of whose answers some are replaced, from the number of the request.
fn measure_replaced(instead: impl Fn(usize, &Request) -> Option<Answer>) -> TimingRecord {
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
        Some(Answer::new(status, retry.into_iter().collect(), b"{}".into()))
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
        let Conclusion::Inconclusive { reason } = timing.conclusion else { panic!() };
        assert!(reason.words().contains(told), "{reason}");
        assert!(timing.delays.is_none());
    }
}
