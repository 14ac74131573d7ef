//! Each guard broken once: a breach of its invariant must be caught.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::string::String;
use std::{format, println};

use super::partner::{Meets, ONE, answer, keyed_at, store};
use super::{faults, interleavings, paths};
use crate::Step;
use crate::guard::Guard;

/// All that is explored, short of the million orders.
fn explore_everything() {
    the_end_of_time();
    paths::explore();
    faults::explore();
    interleavings::explore();
}

/// A sign-on in the last millisecond that there is.
fn the_end_of_time() {
    let mut store = store(Meets::Nobody);
    let mut step = keyed_at("/api/sso/authenticate", ONE, 1, u64::MAX);
    while let Step::Call(call, waiting) = step {
        step = waiting.step(answer(&mut store, &call));
    }
}

#[test]
fn a_broken_guard_is_caught() {
    explore_everything();
    for guard in Guard::ALL {
        let caught = guard.broken(|| catch_unwind(AssertUnwindSafe(explore_everything)));
        let breach = caught.expect_err(&format!("{guard:?} was broken and nothing was caught"));
        let message = breach.downcast_ref::<String>().map(String::as_str);
        let message = message.or(breach.downcast_ref().copied()).unwrap_or("a panic");
        let first_line = message.lines().next().unwrap_or_default();
        println!("{guard:?}: {first_line}");
    }
}
