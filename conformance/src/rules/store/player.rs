//! Plays a sequence on a store, and tells what is wrong with its answers.

use std::collections::BTreeMap;
use std::hint;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};

use crate::rules::failure::Failure;
use crate::rules::model::{Model, Offer, Seen};
use crate::rules::property::{MismatchKind, broken};
use crate::rules::step::{Code, Entrance, Password, SignOn, Step, Token, User};
use crate::rules::store::{Denied, Granted, PasswordStore};

/// The number of times that a racer looks for the others before it lets them have its processor.
const SPINS: u32 = 1000;

/// A sequence that is being played on a store.
pub(super) struct StorePlayer<'s, S> {
    store: &'s S,
    model: Model,
    /// What no other run has, and a number that no other sequence of the run has.
    run: (u64, u64),
    users: BTreeMap<User, String>,
    tokens: BTreeMap<Token, String>,
    codes: BTreeMap<Code, String>,
    given: BTreeMap<User, u32>,
    launched: BTreeMap<User, u32>,
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
    pub(super) fn new(store: &'s S, offer: Offer, run: (u64, u64)) -> Self {
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
    pub(super) fn play(&mut self, step: &Step) -> Option<Failure> {
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
        let (mark, number) = self.run;
        let email = format!("user-{mark:016x}-{number}-{}@ssokey-check.example", user.name);
        if upper_case { email.to_ascii_uppercase() } else { email }
    }

    fn password(&self, password: Password) -> String {
        let (mark, number) = self.run;
        password.shape.around(&format!("secret-{mark:016x}-{number}-{}", password.number))
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
