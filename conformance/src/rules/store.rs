#![doc = include_str!("../../docs/property-testing.md")]
#![allow(
    clippy::test_attr_in_doctest,
    reason = "the page shows a test as it stands in a file of tests"
)]

use std::collections::BTreeMap;
use std::fmt;
use std::hint;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use crate::record::sequences::FailedSequence;
use crate::rules::failure::{Failure, races};
use crate::rules::model::{Model, Offer, Seen};
use crate::rules::property::{MismatchKind, broken};
use crate::rules::search::{Ground, Rules, SearchError};
use crate::rules::step::{Code, Entrance, Password, SignOn, Step, Token, User};
use crate::suite::account::Seed;

/// The most times that a sequence with a race is played, as long as they take no longer than [`RACING`] together.
const RACES: u32 = 500;
const RACING: Duration = Duration::from_millis(100);
/// The number of times that a racer looks for the others before it lets them have its processor.
const SPINS: u32 = 1000;

/// A store of users and passwords. Only [`sign_on`](Self::sign_on) and [`check`](Self::check) must be there.
///
/// Companies are 1 and 2. E-mails come in lower and in upper case and mean the same user. Calls that race come from several threads at once.
pub trait PasswordStore: Sync {
    /// Says what the store has besides sign-ons. Unless it is given: checks of passwords, and one company.
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
/// Users and passwords are different in each sequence, so `make` may give the same store again: `|| &store`.
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
    /// plays the same sequences.
    ///
    /// # Panics
    ///
    /// The store does.
    #[allow(clippy::panic, reason = "what panics is the store")]
    pub fn check_store<S: PasswordStore>(self, seed: u64, make: impl Fn() -> S) -> StoreRecord {
        let offer = make().offer();
        let mut stores = Stores {
            make: &make,
            offer,
            played: 0,
            record: StoreRecord { seed, sequences: 0, steps: 0, is_cut: false, failure: None },
        };
        match self.search(offer, seed, &mut stores, &|_| ()) {
            Ok(()) => stores.record,
            Err(SearchError::NoSequence(why)) => panic!("no sequence can be made: {why}"),
            Err(SearchError::Panicked) => panic!("the store panicked, seed {seed:#x}"),
        }
    }
}

/// Where stores are played on, one for each sequence.
struct Stores<'m, S> {
    make: &'m dyn Fn() -> S,
    offer: Offer,
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
            let mut player = StorePlayer::new(&store, self.offer, self.played);
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

/// A sequence that is being played on a store.
struct StorePlayer<'s, S> {
    store: &'s S,
    model: Model,
    /// A number that no other sequence has.
    run: u64,
    users: BTreeMap<User, String>,
    tokens: BTreeMap<Token, String>,
    codes: BTreeMap<Code, String>,
    given: BTreeMap<User, u8>,
    launched: BTreeMap<User, u8>,
    played: Vec<Step>,
    seen: Vec<Vec<Seen>>,
}

/// What came of one call: a token and its like, a code, or neither.
enum Came {
    Account(Granted),
    Code(String),
    Done,
}

struct Misstep {
    at: usize,
    kind: MismatchKind,
    expected: String,
    actual: String,
}

impl Misstep {
    fn new(at: usize, kind: MismatchKind, expected: &str, actual: impl Into<String>) -> Self {
        Self { at, kind, expected: expected.to_owned(), actual: actual.into() }
    }
}

impl<'s, S: PasswordStore> StorePlayer<'s, S> {
    fn new(store: &'s S, offer: Offer, run: u64) -> Self {
        Self {
            store,
            model: Model::new(offer),
            run,
            users: BTreeMap::new(),
            tokens: BTreeMap::new(),
            codes: BTreeMap::new(),
            given: BTreeMap::new(),
            launched: BTreeMap::new(),
            played: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Takes one step more; the failure if the store gets it wrong.
    fn play(&mut self, step: &Step) -> Option<Failure> {
        self.played.push(step.clone());
        let misstep = match self.judge(step) {
            Ok(seen) => match self.model.observe(step, &seen) {
                Some(model) => {
                    self.model = model;
                    self.seen.push(seen);
                    return None;
                }
                None => {
                    let expected = "success of one of the calls";
                    Misstep::new(0, MismatchKind::AllLost, expected, words(Seen::Lost))
                }
            },
            Err(misstep) => misstep,
        };
        let Misstep { at, kind, expected, actual } = misstep;
        let property = broken(&self.played, at, kind);
        let (steps, seen) = (std::mem::take(&mut self.played), std::mem::take(&mut self.seen));
        Some(Failure { property, steps, seen, at, kind, expected, actual })
    }

    /// Takes the step and returns what came of each call, unless it is wrong whatever the state is.
    fn judge(&mut self, step: &Step) -> Result<Vec<Seen>, Misstep> {
        let known = |player: &Self, user| player.model.users().contains(&user);
        let (came, gives) = match step {
            Step::SignOn(_) | Step::Together(_) => return self.judge_sign_ons(step),
            Step::Direct(it) => {
                let came = self.store.check(
                    it.user.company,
                    &self.email(it.user, false),
                    &self.password(it.password),
                );
                (came.map(Came::Account), known(self, it.user).then_some(it.user))
            }
            Step::Exchange(it) => match self.codes.get(&it.code) {
                Some(code) => (self.store.exchange(code).map(Came::Account), Some(it.code.user)),
                None => {
                    self.take_place(it.code.user);
                    return Ok(vec![Seen::Unsent]);
                }
            },
            Step::Session(it) => match self.tokens.get(&it.token) {
                Some(token) => (self.store.session(token).map(Came::Account), None),
                None => return Ok(vec![Seen::Unsent]),
            },
            Step::SignOut(it) => match self.tokens.get(&it.token) {
                Some(token) => {
                    self.store.sign_out(token);
                    (Ok(Came::Done), None)
                }
                None => return Ok(vec![Seen::Unsent]),
            },
        };
        let seen = seen(&came);
        self.expect(step, 0, seen)?;
        let Ok(Came::Account(granted)) = came else {
            if let Some(user) = gives {
                self.take_place(user);
            }
            return Ok(vec![seen]);
        };
        if let Some(user) = step.user() {
            self.recognise(user, &granted, 0)?;
        }
        if let Some(user) = gives {
            self.keep_token(user, &granted, 0)?;
        }
        Ok(vec![seen])
    }

    fn judge_sign_ons(&mut self, step: &Step) -> Result<Vec<Seen>, Misstep> {
        let sign_ons = step.sign_ons();
        let all = self.call_at_once(sign_ons);
        let mut results = Vec::new();
        for (at, (sign_on, came)) in sign_ons.iter().zip(all).enumerate() {
            let user = sign_on.user;
            let seen = seen(&came);
            self.expect(step, at, seen)?;
            match came {
                Ok(Came::Account(granted)) => {
                    self.recognise(user, &granted, at)?;
                    let token = self.keep_token(user, &granted, at)?;
                    let text = self.tokens.get(&token);
                    let others = self.tokens.iter().filter(|(other, _)| **other != token);
                    let mut same = others.filter(|(_, other)| Some(*other) == text);
                    if let Some((earlier, _)) = same.next() {
                        let kind = MismatchKind::Token(*earlier);
                        return Err(Misstep::new(
                            at,
                            kind,
                            "a token never given before",
                            earlier.to_string(),
                        ));
                    }
                }
                Ok(Came::Code(text)) => {
                    let mut known = self.codes.iter();
                    let earlier = known.find_map(|(code, known)| (*known == text).then_some(*code));
                    let code = self.take_code_place(user);
                    self.codes.insert(code, text);
                    if let Some(earlier) = earlier {
                        let kind = MismatchKind::Code(earlier);
                        return Err(Misstep::new(
                            at,
                            kind,
                            "a code never given before",
                            earlier.to_string(),
                        ));
                    }
                }
                Ok(Came::Done) | Err(_) => match sign_on.entrance {
                    Entrance::SignOn => drop(self.take_place(user)),
                    Entrance::Launch => drop(self.take_code_place(user)),
                },
            }
            results.push(seen);
        }
        Ok(results)
    }

    /// Makes the calls, several of them from as many threads that begin at the same time.
    fn call_at_once(&self, sign_ons: &[SignOn]) -> Vec<Result<Came, Denied>> {
        let call = |it: &SignOn| {
            let (email, password) =
                (self.email(it.user, it.upper_case), self.password(it.password));
            let company = it.user.company;
            match it.entrance {
                Entrance::SignOn => {
                    self.store.sign_on(company, &email, &password).map(Came::Account)
                }
                Entrance::Launch => self.store.launch(company, &email, &password).map(Came::Code),
            }
        };
        if let [one] = sign_ons {
            return vec![call(one)];
        }
        // A thread that sleeps until the others are there would begin too late to meet them.
        let missing = AtomicUsize::new(sign_ons.len());
        let wait = || {
            missing.fetch_sub(1, Ordering::SeqCst);
            for spin in 0..100 * SPINS {
                if missing.load(Ordering::SeqCst) == 0 {
                    break;
                }
                if spin < SPINS { hint::spin_loop() } else { thread::yield_now() }
            }
        };
        thread::scope(|scope| {
            let racers = sign_ons.iter().map(|it| {
                let (call, wait) = (&call, &wait);
                scope.spawn(move || {
                    wait();
                    call(it)
                })
            });
            let racers: Vec<_> = racers.collect();
            let joined = racers.into_iter().map(ScopedJoinHandle::join);
            joined.map(|it| it.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        })
    }

    /// Expects a call of this step to have come to what it may come to.
    fn expect(&self, step: &Step, at: usize, seen: Seen) -> Result<(), Misstep> {
        let legal = self.model.legal(step);
        let may = |seen| legal.iter().any(|legal| legal.get(at) == Some(&seen));
        if may(seen) {
            return Ok(());
        }
        let kind = match seen {
            Seen::Accepted => MismatchKind::Accepted,
            Seen::Refused | Seen::Lost | Seen::Unsent if may(Seen::Accepted) => {
                MismatchKind::NotAccepted
            }
            Seen::Refused | Seen::Lost | Seen::Unsent => MismatchKind::NotRefused,
        };
        let all = [Seen::Accepted, Seen::Refused, Seen::Lost];
        let expected: Vec<_> = all.into_iter().filter(|seen| may(*seen)).map(words).collect();
        Err(Misstep::new(at, kind, &expected.join(", or "), words(seen)))
    }

    /// Expects the user to be the one who it was, where the store names it.
    fn recognise(&mut self, user: User, granted: &Granted, at: usize) -> Result<(), Misstep> {
        let Some(id) = &granted.user else { return Ok(()) };
        match self.users.get(&user) {
            Some(known) if known == id => Ok(()),
            Some(known) => {
                let expected = format!("the user {known}, as before");
                Err(Misstep::new(at, MismatchKind::User, &expected, format!("the user {id}")))
            }
            None => {
                let mut others = self.users.iter();
                let same = others.find(|(it, known)| it.company == user.company && *known == id);
                if let Some((other, _)) = same {
                    let kind = MismatchKind::OtherUser(*other);
                    let expected = format!("a user other than {id}, which is {other}");
                    return Err(Misstep::new(at, kind, &expected, format!("the user {id}")));
                }
                self.users.insert(user, id.clone());
                Ok(())
            }
        }
    }

    /// Keeps the token that the store gives, which it has to give if it is asked for later.
    fn keep_token(&mut self, user: User, granted: &Granted, at: usize) -> Result<Token, Misstep> {
        let token = self.take_place(user);
        let Offer { session, sign_out, .. } = self.model.offer();
        match &granted.token {
            Some(text) => drop(self.tokens.insert(token, text.clone())),
            None if session || sign_out => {
                return Err(Misstep::new(
                    at,
                    MismatchKind::NotAccepted,
                    "success with a token",
                    "no token",
                ));
            }
            None => (),
        }
        Ok(token)
    }

    fn take_place(&mut self, user: User) -> Token {
        let given = self.given.entry(user).or_default();
        *given = given.saturating_add(1);
        Token { user, number: *given }
    }

    fn take_code_place(&mut self, user: User) -> Code {
        let launched = self.launched.entry(user).or_default();
        *launched = launched.saturating_add(1);
        Code { user, number: *launched }
    }

    fn email(&self, user: User, upper_case: bool) -> String {
        let email = format!("user-{}-{}@ssokey-check.example", self.run, user.name);
        if upper_case { email.to_ascii_uppercase() } else { email }
    }

    fn password(&self, password: Password) -> String {
        password.shape.around(&format!("secret-{}-{}", self.run, password.number))
    }
}

fn seen(came: &Result<Came, Denied>) -> Seen {
    match came {
        Ok(_) => Seen::Accepted,
        Err(Denied::Refused) => Seen::Refused,
        Err(Denied::Lost) => Seen::Lost,
    }
}

fn words(seen: Seen) -> &'static str {
    match seen {
        Seen::Accepted => "success",
        Seen::Refused => "a refusal",
        Seen::Lost => "the answer that a different call was faster",
        Seen::Unsent => "no call",
    }
}
