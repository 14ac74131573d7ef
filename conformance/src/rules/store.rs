#![doc = include_str!("../../docs/property-testing.md")]
#![allow(
    clippy::test_attr_in_doctest,
    reason = "the page shows a test as it stands in a file of tests"
)]

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use crate::record::sequences::FailedSequence;
use crate::rules::failure::{Failure, races};
use crate::rules::model::Offer;
use crate::rules::search::{Ground, Rules, SearchError};
use crate::rules::step::Step;
use crate::rules::store::player::StorePlayer;
use crate::suite::account::Seed;

mod player;

/// The most times that a sequence with a race is played, as long as they take no longer than [`RACING`] together.
const RACES: u32 = 500;
const RACING: Duration = Duration::from_millis(100);

/// A store of users and passwords. Only [`sign_on`](Self::sign_on) and [`check`](Self::check) must be there.
///
/// Companies are 1 and 2. E-mails come in lower and in upper case and mean the same user. Calls that race come from several threads at once.
pub trait PasswordStore: Sync {
    /// Says what the store has besides sign-ons and checks of passwords, for one company unless it is given. [`Offer::direct`] says nothing here.
    fn offer(&self) -> Offer {
        Offer { direct: true, ..Offer::SIGN_ON }
    }

    /// Signs a user on. An unknown one is created with the password; of a known one a different password is replaced, and its tokens and
    /// codes end.
    ///
    /// # Errors
    ///
    /// [`Denied::Lost`], where a call with a different password was faster. Nothing else is right.
    fn sign_on(&self, company: u8, email: &str, password: &str) -> Result<Granted, Denied>;

    /// Tells whether this is the user's password, and changes nothing.
    ///
    /// # Errors
    ///
    /// [`Denied::Refused`], where it is not, or where there is no such user.
    fn check(&self, company: u8, email: &str, password: &str) -> Result<Granted, Denied>;

    /// Tells whose a token is. Called if [`Offer::session`] is true.
    ///
    /// # Errors
    ///
    /// [`Denied::Refused`], where the token is not valid.
    fn session(&self, _token: &str) -> Result<Granted, Denied> {
        Err(Denied::Refused)
    }

    /// Ends a token, whether or not it is valid. Called if [`Offer::sign_out`] is true.
    fn sign_out(&self, _token: &str) {}

    /// Signs a user on as [`sign_on`](Self::sign_on) does, and gives a code in place of a token. Called if [`Offer::launch`] is true.
    ///
    /// # Errors
    ///
    /// As for [`sign_on`](Self::sign_on).
    fn launch(&self, _company: u8, _email: &str, _password: &str) -> Result<String, Denied> {
        Err(Denied::Refused)
    }

    /// Takes a code for a token, once. Called if [`Offer::exchange`] is true.
    ///
    /// # Errors
    ///
    /// [`Denied::Refused`], where the code is not valid.
    fn exchange(&self, _code: &str) -> Result<Granted, Denied> {
        Err(Denied::Refused)
    }
}

/// What a store gives with its consent, as far as it has that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Granted {
    /// The id of the user, in any form: the same for the same user, and different for different ones of a company.
    pub user: Option<String>,
    /// A token, new with every sign-on. A store that offers sessions or sign-outs has to give it.
    pub token: Option<String>,
}

/// The answer of a store that does not consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The password, token or code does not count.
    Refused,
    /// A call with a different password was faster.
    Lost,
}

impl<S: PasswordStore + ?Sized> PasswordStore for &S {
    fn offer(&self) -> Offer {
        (**self).offer()
    }

    fn sign_on(&self, company: u8, email: &str, password: &str) -> Result<Granted, Denied> {
        (**self).sign_on(company, email, password)
    }

    fn check(&self, company: u8, email: &str, password: &str) -> Result<Granted, Denied> {
        (**self).check(company, email, password)
    }

    fn session(&self, token: &str) -> Result<Granted, Denied> {
        (**self).session(token)
    }

    fn sign_out(&self, token: &str) {
        (**self).sign_out(token);
    }

    fn launch(&self, company: u8, email: &str, password: &str) -> Result<String, Denied> {
        (**self).launch(company, email, password)
    }

    fn exchange(&self, code: &str) -> Result<Granted, Denied> {
        (**self).exchange(code)
    }
}

/// The sequences that were played on stores, and the shortest one that goes wrong.
///
/// A test that drops it cannot fail, so the compiler warns:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// fn test(play: fn() -> ssokey_conformance::rules::store::StoreRecord) {
///     play();
/// }
/// ```
#[must_use = "a test has to assert that there is no `failure`"]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoreRecord {
    /// The number from which the random sequences were made.
    pub seed: u64,
    /// The number of sequences that were played, without those that only made a failure shorter.
    pub sequences: u32,
    /// The number of their steps together.
    pub steps: usize,
    /// True if the time was up before all were played.
    pub is_cut: bool,
    /// The shortest sequence that was found to go wrong.
    pub failure: Option<Failure>,
}

impl fmt::Display for StoreRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, sequences, steps, is_cut, failure } = self;
        if let Some(failure) = failure {
            let mut told = FailedSequence::from(failure.clone());
            told.sequence.iter_mut().for_each(|step| *step = without_way(step));
            write!(f, "{told}")?;
        }
        let cut = if *is_cut { ", until the time was up" } else { "" };
        write!(f, "{sequences} sequences, {steps} steps in all{cut}, seed {seed:#x}")
    }
}

/// A store does not see in which way fields are sent.
fn without_way(step: &str) -> String {
    let ways = [", by GET", ", as a form", ", as JSON"];
    ways.iter().fold(step.to_owned(), |step, way| step.replace(way, ""))
}

/// Plays sequences of calls on stores that `make` gives, one store for each sequence, and panics with the shortest that goes wrong.
///
/// Users and passwords are different in each sequence of each call, so `make` may give the same store again: `|| &store`. It may hold users
/// of earlier calls, and other calls may use it at the same time.
///
/// # Panics
///
/// A sequence goes wrong.
#[track_caller]
#[allow(clippy::panic, reason = "a test fails by it")]
pub fn assert_password_rules<S: PasswordStore>(make: impl Fn() -> S) {
    let seed = Seed::random().map_or(0, |seed| seed.number());
    let record = Rules::default().check_store(seed, make);
    if record.failure.is_some() {
        panic!("the store breaks a password rule\n\n{record}");
    }
}

impl Rules {
    /// Plays sequences of calls on stores that `make` gives, until one goes wrong, and makes that one as short as it can be. The same seed
    /// plays the same sequences, with names and passwords that no other call has.
    ///
    /// # Panics
    ///
    /// The store does. The steps up to there are told.
    #[allow(clippy::panic, reason = "what panics is the store")]
    pub fn check_store<S: PasswordStore>(self, seed: u64, make: impl Fn() -> S) -> StoreRecord {
        // Every store has `check`. Without it, one that minds no password would pass.
        let offer = Offer { direct: true, ..make().offer() };
        let mut stores = Stores {
            make: &make,
            offer,
            // Keys of this hasher are random, and no two in a process are the same.
            mark: RandomState::new().build_hasher().finish(),
            played: 0,
            record: StoreRecord { seed, sequences: 0, steps: 0, is_cut: false, failure: None },
        };
        match self.search(offer, seed, &mut stores, &|_| ()) {
            Ok(()) => stores.record,
            Err(SearchError::NoSequence(why)) => panic!("no sequence can be made: {why}"),
            Err(SearchError::Panicked(steps)) => {
                let steps = (1..).zip(&steps).map(|(number, step)| {
                    format!("  step {number:<2}   {}\n", without_way(&step.to_string()))
                });
                let steps: String = steps.collect();
                panic!("the store panicked in the last of these steps\n\n{steps}seed {seed:#x}")
            }
        }
    }
}

/// Where stores are played on, one for each sequence.
struct Stores<'m, S> {
    make: &'m dyn Fn() -> S,
    offer: Offer,
    /// What the names and passwords of this call have, and those of no other.
    mark: u64,
    played: u64,
    record: StoreRecord,
}

impl<S: PasswordStore> Ground for Stores<'_, S> {
    fn play(&mut self, steps: &[Step], began: &mut dyn FnMut()) -> bool {
        let shrinking = self.record.failure.is_some();
        self.record.sequences += u32::from(!shrinking);
        let (clock, tries) = (Instant::now(), if races(steps) { RACES } else { 1 });
        for attempt in 0..tries {
            if attempt > 0 && clock.elapsed() > RACING {
                break;
            }
            self.played += 1;
            let store = (self.make)();
            let mut player = StorePlayer::new(&store, self.offer, (self.mark, self.played));
            for step in steps {
                if attempt == 0 {
                    began();
                    self.record.steps += usize::from(!shrinking);
                }
                if let Some(failure) = player.play(step) {
                    self.record.failure = Some(failure);
                    return true;
                }
            }
        }
        false
    }

    fn failure(&self) -> Option<&Failure> {
        self.record.failure.as_ref()
    }

    fn is_over(&self) -> bool {
        self.record.is_cut
    }

    fn end_in_time(&mut self, _: u32) {
        self.record.is_cut = true;
    }
}
