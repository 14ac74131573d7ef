//! What the tests say of what came.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use futures_channel::oneshot;
use futures_util::future::join_all;

use crate::OperatorStorage;

/// A storage that can be tested: its errors can be shown.
pub trait Tested: OperatorStorage<Error: Debug> {}

impl<S: OperatorStorage<Error: Debug>> Tested for S {}

/// What a test found. It is not `Debug`, so that each error of a storage can become one.
pub(crate) struct Finding(pub(crate) String);

pub(crate) type Checked<T = ()> = Result<T, Finding>;

impl<E: Debug> From<E> for Finding {
    fn from(error: E) -> Self {
        Self(format!("failed with {error:?}"))
    }
}

/// The number of callers that race.
pub(crate) const RACERS: u64 = 64;

/// The time by which a cache may be late (`STO-LATE`).
const LATE: Duration = Duration::from_secs(5);

/// Calls so many times at once and returns every outcome. None may fail: to lose a race is an answer.
pub(crate) async fn race<T, E: Into<Finding>, F: Future<Output = Result<T, E>>>(
    call: impl FnMut(u64) -> F,
) -> Checked<Vec<T>> {
    let outcomes: Result<Vec<T>, E> = join_all((0..RACERS).map(call)).await.into_iter().collect();
    outcomes.map_err(|error| {
        let Finding(found) = error.into();
        Finding(format!("one of {RACERS} calls at once {found}"))
    })
}

/// Fails unless what came is what was expected.
pub(crate) fn expect<T: PartialEq + Debug>(what: &str, came: T, expected: T) -> Checked {
    if came == expected {
        return Ok(());
    }
    Err(Finding(format!("{what}: expected {expected:?}, came {came:?}")))
}

/// Fails unless `read` gives what was expected within the time by which a cache may be late.
pub(crate) async fn expect_soon<T: PartialEq + Debug, F: Future<Output = Checked<T>>>(
    what: &str,
    mut read: impl FnMut() -> F,
    expected: T,
) -> Checked {
    let end = Instant::now() + LATE;
    loop {
        let is_last = Instant::now() > end;
        let came = read().await?;
        if is_last || came == expected {
            return expect(what, came, expected);
        }
        pause(Duration::from_millis(100)).await;
    }
}

/// Fails unless the call does.
pub(crate) fn expect_failure<T: Debug, E>(what: &str, came: Result<T, E>) -> Checked {
    match came {
        Ok(came) => Err(Finding(format!("{what}: expected a failure, came {came:?}"))),
        Err(_) => Ok(()),
    }
}

/// Returns the record that has to be there.
pub(crate) fn present<T>(what: &str, came: Option<T>) -> Checked<T> {
    came.ok_or_else(|| Finding(format!("{what}: expected a record, came none")))
}

/// Waits, on a thread since there is no runtime, which dies soon if nobody waits any more.
pub(crate) async fn pause(time: Duration) {
    let (over, waiting) = oneshot::channel();
    std::thread::spawn(move || {
        std::thread::sleep(time);
        // Whoever waited may have gone away.
        over.send(()).unwrap_or(());
    });
    // Without a thread there is no pause.
    waiting.await.unwrap_or(());
}
