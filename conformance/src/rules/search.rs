//! The search for a sequence that goes wrong: those that cover the rules first, then random ones; and for the shortest of its kind.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestCaseError, TestError, TestRunner};

use crate::rules::cover;
use crate::rules::failure::Failure;
use crate::rules::machine;
use crate::rules::model::Offer;
use crate::rules::simplify::simpler;
use crate::rules::step::Step;

/// The most sequences that proptest plays to make a failure shorter.
const PROPTEST_SHRINKS: u32 = 64;
/// The most sequences that are played to make a failure shorter, those among them.
const SHRINKS: u32 = 256;

/// The number of sequences that are played, their length, and the time for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The number of sequences. The first of them, at most two thirds, are always the same: short ones that go through every rule by
    /// every way of signing on. Those after them are random.
    pub sequences: u32,
    /// The most steps of a random sequence, from 1 to 1,000. A number outside of that counts as the nearest.
    pub steps: usize,
    /// The time after which no further sequence is begun. The record says so if that happens.
    pub within: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self { sequences: 256, steps: 16, within: Duration::from_secs(3600) }
    }
}

/// What sequences are played on, and how many it were.
pub(crate) trait Ground {
    /// Plays a sequence with users of its own and returns whether it goes wrong. `began` is called before each step.
    fn play(&mut self, steps: &[Step], began: &mut dyn FnMut()) -> bool;
    /// The last sequence that went wrong.
    fn failure(&self) -> Option<&Failure>;
    /// Returns whether nothing more can be played.
    fn is_over(&self) -> bool;
    /// Ends the search, since the time is up after this many sequences.
    fn end_in_time(&mut self, played: u32);
}

/// The next action of a search.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Play,
    Shrink,
}

/// The fault of a search that could not be carried out.
pub(crate) enum SearchError {
    NoSequence(String),
    /// Whatever was asked panicked in the last of these steps. Its text may hold a secret, and is not kept.
    Panicked(Vec<Step>),
}

impl Rules {
    /// Plays sequences until one goes wrong, and makes that one as short as it can be.
    pub(crate) fn search(
        self,
        offer: Offer,
        seed: u64,
        ground: &mut dyn Ground,
        began: &dyn Fn(Next),
    ) -> Result<(), SearchError> {
        let clock = Instant::now();
        let mut played = 0;
        let late = |ground: &mut dyn Ground, played| {
            let late = clock.elapsed() >= self.within;
            if late && !ground.is_over() {
                ground.end_in_time(played);
            }
            late || ground.is_over()
        };
        let cover = usize::try_from(self.sequences - self.sequences / 3).unwrap_or(usize::MAX);
        for steps in cover::sequences(offer).into_iter().take(cover) {
            if played == self.sequences || ground.failure().is_some() || late(ground, played) {
                break;
            }
            began(Next::Play);
            played += 1;
            play(ground, &steps, &mut || ())?;
        }
        let left = self.sequences - played;
        if left > 0 && ground.failure().is_none() && !late(ground, played) {
            self.search_at_random(offer, seed, left, ground, began, &late)?;
        }
        let mut shrinks = 0;
        while simplify(offer, ground, began, &mut shrinks)? {}
        Ok(())
    }

    fn search_at_random(
        self,
        offer: Offer,
        seed: u64,
        cases: u32,
        ground: &mut dyn Ground,
        began: &dyn Fn(Next),
        late: &dyn Fn(&mut dyn Ground, u32) -> bool,
    ) -> Result<(), SearchError> {
        let mut runner = TestRunner::new(config(cases, seed));
        let (played, shrinks) = (RefCell::new(self.sequences - cases), RefCell::new(0));
        let (ground, panicked) = (RefCell::new(ground), RefCell::new(None));
        let run = runner.run(&machine::sequences(offer, self.steps), |(_, steps, counter)| {
            let (mut ground, mut panicked) = (ground.borrow_mut(), panicked.borrow_mut());
            if panicked.is_some() {
                return Ok(());
            }
            let next = if ground.failure().is_some() { Next::Shrink } else { Next::Play };
            match next {
                Next::Play if late(*ground, *played.borrow()) => {
                    return Err(TestCaseError::reject("the search is over"));
                }
                Next::Shrink if *shrinks.borrow() >= PROPTEST_SHRINKS => return Ok(()),
                Next::Play => *played.borrow_mut() += 1,
                Next::Shrink => *shrinks.borrow_mut() += 1,
            }
            began(next);
            let played = play(*ground, &steps, &mut || {
                if let Some(counter) = &counter {
                    counter.fetch_add(1, Ordering::SeqCst);
                }
            });
            match played {
                Ok(false) => return Ok(()),
                Ok(true) => (),
                Err(error) => *panicked = Some(error),
            }
            Err(TestCaseError::fail(""))
        });
        if let Some(error) = panicked.into_inner() {
            return Err(error);
        }
        match run {
            Err(TestError::Abort(_)) if ground.borrow().is_over() => Ok(()),
            Err(TestError::Abort(why)) => Err(SearchError::NoSequence(why.message().to_owned())),
            // A failure stands in the ground.
            Ok(()) | Err(TestError::Fail(..)) => Ok(()),
        }
    }
}

/// The settings of proptest. What variables of the environment may set is given here: they are not to decide what a seed plays.
fn config(cases: u32, seed: u64) -> Config {
    Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        rng_algorithm: RngAlgorithm::ChaCha,
        failure_persistence: None,
        // The first sequence that is rejected ends the search: proptest would make all that are left.
        max_global_rejects: 0,
        max_local_rejects: 65_536,
        max_flat_map_regens: 1_000_000,
        max_shrink_iters: u32::MAX,
        max_shrink_time: 0,
        max_default_size_range: 100,
        verbose: 0,
        // A page starts no processes, and has no such settings.
        #[cfg(not(target_family = "wasm"))]
        fork: false,
        #[cfg(not(target_family = "wasm"))]
        timeout: 0,
        ..Config::default()
    }
}

/// Plays a sequence; whatever is asked may panic.
fn play(
    ground: &mut dyn Ground,
    steps: &[Step],
    began: &mut dyn FnMut(),
) -> Result<bool, SearchError> {
    let mut begun = 0;
    let mut began = || {
        begun += 1;
        began();
    };
    catch_unwind(AssertUnwindSafe(|| ground.play(steps, &mut began)))
        .map_err(|_| SearchError::Panicked(steps.iter().take(begun).cloned().collect()))
}

/// Looks for a simpler sequence that goes wrong as well, until the first one is found.
fn simplify(
    offer: Offer,
    ground: &mut dyn Ground,
    began: &dyn Fn(Next),
    shrinks: &mut u32,
) -> Result<bool, SearchError> {
    let Some(failure) = ground.failure() else { return Ok(false) };
    for steps in simpler(&failure.steps, offer) {
        if *shrinks + PROPTEST_SHRINKS >= SHRINKS || ground.is_over() {
            break;
        }
        began(Next::Shrink);
        *shrinks += 1;
        if play(ground, &steps, &mut || ())? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    const WITHIN: Duration = Duration::from_secs(3);

    /// Plays nothing, at no time, but the first random sequence, which takes all that there is.
    struct Slow {
        cover: usize,
        played: usize,
        ended_after: Option<u32>,
    }

    impl Ground for Slow {
        fn play(&mut self, _: &[Step], _: &mut dyn FnMut()) -> bool {
            self.played += 1;
            if self.played == self.cover + 1 {
                thread::sleep(WITHIN);
            }
            false
        }

        fn failure(&self) -> Option<&Failure> {
            None
        }

        fn is_over(&self) -> bool {
            self.ended_after.is_some()
        }

        fn end_in_time(&mut self, played: u32) {
            self.ended_after = Some(played);
        }
    }

    #[test]
    fn no_sequence_is_made_once_the_time_is_up() {
        let (told, ended) = mpsc::channel();
        thread::spawn(move || {
            let cover = cover::sequences(Offer::ALL).len();
            let mut ground = Slow { cover, played: 0, ended_after: None };
            let rules = Rules { sequences: u32::MAX, within: WITHIN, ..Rules::default() };
            let is_whole = rules.search(Offer::ALL, 1, &mut ground, &|_| ()).is_ok();
            told.send((is_whole, ground.played - cover, ground.ended_after.is_some())).unwrap();
        });
        // A search that goes on takes days.
        assert_eq!(ended.recv_timeout(Duration::from_secs(120)), Ok((true, 1, true)));
    }
}
