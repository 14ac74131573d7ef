//! Stores of a library put to the test, without HTTP, a server or the core: a good one passes, and each wrong one is told what it breaks.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks at a few of many variants")]

use std::collections::BTreeMap;
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use ssokey_conformance::rules::model::Offer;
use ssokey_conformance::rules::step::Step;
use ssokey_conformance::rules::store::{Denied, Granted, PasswordStore, assert_password_rules};
use ssokey_conformance::rules::{Rules, Shape};

/// A way in which a store goes wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Nothing,
    KeepsOldPassword,
    Trims,
    MindsCase,
    MergesCompanies,
    ReplacesNothing,
    ChecksReplace,
    ChecksCreate,
    KeepsTokens,
    TokensComeBack,
    LaunchKeepsTokens,
    SpendsNoCode,
    KeepsCodes,
    RepeatsTokens,
    SignOutEndsAll,
    SignOutEndsNothing,
    NumbersUsersAnew,
    RacesForUsers,
    RacesForTokens,
    GivesNoToken,
    Panics,
}

#[derive(Clone)]
struct User {
    id: u32,
    password: String,
    /// The passwords before.
    old: Vec<String>,
    version: u32,
}

/// A token or code: whose it is, at which version and with which password.
#[derive(Clone)]
struct Grant {
    user: (u8, String),
    version: u32,
    password: String,
}

#[derive(Default)]
struct State {
    users: BTreeMap<(u8, String), User>,
    tokens: BTreeMap<String, Grant>,
    codes: BTreeMap<String, Grant>,
    count: u32,
}

struct Store {
    wrong: Wrong,
    state: Mutex<State>,
}

impl Store {
    fn new(wrong: Wrong) -> Self {
        Self { wrong, state: Mutex::default() }
    }

    fn is(&self, wrong: Wrong) -> bool {
        self.wrong == wrong
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn key(&self, company: u8, email: &str) -> (u8, String) {
        let company = if self.is(Wrong::MergesCompanies) { 1 } else { company };
        let email = if self.is(Wrong::MindsCase) { email.to_owned() } else { email.to_lowercase() };
        (company, email)
    }

    fn read(&self, password: &str) -> String {
        let password = if self.is(Wrong::Trims) { password.trim() } else { password };
        password.to_owned()
    }

    /// The three rules; gives whom it signed on.
    fn enter(&self, company: u8, email: &str, password: &str, launch: bool) -> Grant {
        let (key, password) = (self.key(company, email), self.read(password));
        let racy = self.is(Wrong::RacesForUsers) || self.is(Wrong::RacesForTokens);
        let known = self.lock().users.get(&key).cloned();
        if racy {
            thread::sleep(Duration::from_millis(2));
        }
        let mut state = self.lock();
        let known = if racy { known } else { state.users.get(&key).cloned() };
        state.count += 1;
        let count = state.count;
        let new = |password| User { id: count, password, old: Vec::new(), version: 1 };
        let mut user = known.unwrap_or_else(|| new(password.clone()));
        if let Some(now) = state.users.get(&key).filter(|_| self.is(Wrong::RacesForTokens)) {
            user.id = now.id;
        }
        if user.password != password && !self.is(Wrong::ReplacesNothing) {
            user.old.push(std::mem::replace(&mut user.password, password));
            let keeps = self.is(Wrong::KeepsTokens) || launch && self.is(Wrong::LaunchKeepsTokens);
            user.version += u32::from(!keeps);
            if self.is(Wrong::NumbersUsersAnew) {
                user.id = count;
            }
        }
        let grant =
            Grant { user: key.clone(), version: user.version, password: user.password.clone() };
        state.users.insert(key, user);
        grant
    }

    fn accepts(&self, user: &User, password: &str) -> bool {
        let old = self.is(Wrong::KeepsOldPassword);
        user.password == password || old && user.old.iter().any(|old| old == password)
    }

    fn give(&self, grant: Grant) -> Granted {
        let mut state = self.lock();
        state.count += 1;
        let number = if self.is(Wrong::RepeatsTokens) { 1 } else { state.count };
        let token = format!("token {number}");
        let user = state.users.get(&grant.user).map(|user| user.id.to_string());
        state.tokens.insert(token.clone(), grant);
        let token = (!self.is(Wrong::GivesNoToken)).then_some(token);
        Granted { user, token }
    }

    fn is_valid(&self, grant: &Grant, state: &State) -> bool {
        let Some(user) = state.users.get(&grant.user) else { return false };
        user.version == grant.version
            || self.is(Wrong::TokensComeBack) && user.password == grant.password
    }
}

impl PasswordStore for Store {
    fn offer(&self) -> Offer {
        Offer::ALL
    }

    fn sign_on(&self, company: u8, email: &str, password: &str) -> Result<Granted, Denied> {
        Ok(self.give(self.enter(company, email, password, false)))
    }

    fn check(&self, company: u8, email: &str, password: &str) -> Result<Granted, Denied> {
        let (key, password) = (self.key(company, email), self.read(password));
        let known = self.lock().users.get(&key).cloned();
        let Some(user) = known else {
            if self.is(Wrong::ChecksCreate) {
                self.enter(company, email, &password, false);
            }
            return Err(Denied::Refused);
        };
        if !self.accepts(&user, &password) {
            if self.is(Wrong::ChecksReplace) {
                self.enter(company, email, &password, false);
            }
            return Err(Denied::Refused);
        }
        Ok(self.give(Grant { user: key, version: user.version, password: user.password }))
    }

    fn session(&self, token: &str) -> Result<Granted, Denied> {
        assert!(!self.is(Wrong::Panics), "a store may panic");
        let state = self.lock();
        let grant = state.tokens.get(token).filter(|grant| self.is_valid(grant, &state));
        let user = grant.and_then(|grant| state.users.get(&grant.user)).ok_or(Denied::Refused)?;
        Ok(Granted { user: Some(user.id.to_string()), token: None })
    }

    fn sign_out(&self, token: &str) {
        let mut state = self.lock();
        if self.is(Wrong::SignOutEndsNothing) {
            return;
        }
        let ended = state.tokens.remove(token);
        if let Some(ended) = ended.filter(|_| self.is(Wrong::SignOutEndsAll)) {
            state.tokens.retain(|_, grant| grant.user != ended.user);
        }
    }

    fn launch(&self, company: u8, email: &str, password: &str) -> Result<String, Denied> {
        let grant = self.enter(company, email, password, true);
        let mut state = self.lock();
        state.count += 1;
        let code = format!("code {}", state.count);
        state.codes.insert(code.clone(), grant);
        Ok(code)
    }

    fn exchange(&self, code: &str) -> Result<Granted, Denied> {
        let mut state = self.lock();
        let grant = state.codes.get(code).cloned().ok_or(Denied::Refused)?;
        if !self.is(Wrong::SpendsNoCode) {
            state.codes.remove(code);
        }
        let valid = self.is_valid(&grant, &state) || self.is(Wrong::KeepsCodes);
        drop(state);
        if valid { Ok(self.give(grant)) } else { Err(Denied::Refused) }
    }
}

#[test]
fn a_good_store_passes() {
    assert_password_rules(|| Store::new(Wrong::Nothing));
    let store = Store::new(Wrong::Nothing);
    assert_password_rules(|| &store);
}

#[test]
fn a_store_that_stays_passes_again_and_two_tests_of_it_at_once() {
    let store = Store::new(Wrong::Nothing);
    let rules = Rules { sequences: 64, ..Rules::default() };
    let test = || rules.check_store(1, || &store).failure;
    assert!(test().is_none());
    assert!(test().is_none());
    let failures =
        thread::scope(|scope| [0; 2].map(|_| scope.spawn(test)).map(|test| test.join().unwrap()));
    assert!(failures.iter().all(Option::is_none));
}

#[test]
fn each_wrong_store_is_told_what_it_breaks_in_a_few_steps_with_every_seed() {
    let faults = [
        (Wrong::KeepsOldPassword, "tells-new-password-from-old"),
        (Wrong::Trims, "tells-look-alikes-apart"),
        (Wrong::MindsCase, "ignores-case-of-email"),
        (Wrong::MergesCompanies, "keeps-companies-apart"),
        (Wrong::ReplacesNothing, "ends-tokens-on-replacement"),
        (Wrong::ChecksReplace, "replaces-nothing-on-direct"),
        (Wrong::ChecksCreate, "refuses-wrong-password"),
        (Wrong::KeepsTokens, "ends-tokens-on-replacement"),
        (Wrong::TokensComeBack, "ends-tokens-on-replacement"),
        (Wrong::LaunchKeepsTokens, "ends-tokens-on-replacement"),
        (Wrong::SpendsNoCode, "spends-code"),
        (Wrong::KeepsCodes, "ends-codes-on-replacement"),
        (Wrong::RepeatsTokens, "gives-new-token"),
        (Wrong::SignOutEndsAll, "answers-holder"),
        (Wrong::SignOutEndsNothing, "ends-token-on-sign-out"),
        (Wrong::NumbersUsersAnew, "keeps-user-on-other-password"),
        (Wrong::RacesForUsers, "creates-one-user-at-a-time"),
        (Wrong::RacesForTokens, "ends-tokens-on-replacement"),
        (Wrong::GivesNoToken, "creates-unknown-user"),
    ];
    let mut mistakes = Vec::new();
    for (wrong, property) in faults {
        for seed in 0..3 {
            let record = Rules::default().check_store(seed, || Store::new(wrong));
            let failure = record.failure.as_ref();
            let broken = failure.map(|it| (it.property.id, it.steps.len()));
            if !broken.is_some_and(|(id, steps)| id == property && steps <= 5) {
                mistakes.push(format!("{property}, seed {seed}: {record}"));
            }
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn the_failure_of_a_test_reads_like_that_of_the_program() {
    let test = || assert_password_rules(|| Store::new(Wrong::LaunchKeepsTokens));
    let panic = catch_unwind(AssertUnwindSafe(test)).unwrap_err();
    let said = panic.downcast::<String>().unwrap();
    let (told, seed) = said.rsplit_once("seed 0x").unwrap();
    assert!(u64::from_str_radix(seed, 16).is_ok(), "{seed}");
    let (told, counts) = told.trim_end().rsplit_once('\n').unwrap();
    assert!(counts.ends_with(" steps in all,"), "{counts}");
    insta::assert_snapshot!(told, @r"
    the store breaks a password rule

    failed ends-tokens-on-replacement: a replaced password ends the tokens given before
      SSO-SES-005: A replaced password MUST end the tokens given before.
      why       who stole a token would keep it after the password was changed
      step 1    sign-on of user 1 with password 1
      step 2    launch of user 1 with password 2
      step 3    session of token 1 of user 1
      expected  a refusal
      actual    success
    ");
}

#[test]
fn the_steps_are_told_in_the_last_of_which_a_store_panics() {
    let rules = Rules { sequences: 3, ..Rules::default() };
    let told = |good: u32| {
        let made = AtomicU32::new(0);
        let make = || {
            let is_good = made.fetch_add(1, Ordering::Relaxed) < good;
            Store::new(if is_good { Wrong::Nothing } else { Wrong::Panics })
        };
        let panic = catch_unwind(AssertUnwindSafe(|| rules.check_store(1, make))).unwrap_err();
        *panic.downcast::<String>().unwrap()
    };
    insta::assert_snapshot!(told(0), @r"
    the store panicked in the last of these steps

      step 1    sign-on of user 1 with password 1
      step 2    direct sign-in of user 1 with password 1
      step 3    launch of user 1 (the e-mail in upper case) with password 1
      step 4    session of token 1 of user 1
    seed 0x1
    ");
    // The third sequence is a random one. A store was made before the first, to ask what it offers.
    let random = told(3);
    assert!(random.starts_with("the store panicked in the last of these steps\n\n  step 1 "));
    let last = random.lines().rev().nth(1).unwrap();
    assert!(last.contains("session of token "), "{random}");
}

type Fold = fn(&str) -> Option<String>;

/// A store that keeps what this function makes of a password, and refuses those of which it makes nothing.
struct Folding(Fold, Mutex<BTreeMap<String, String>>);

impl PasswordStore for Folding {
    fn sign_on(&self, _company: u8, email: &str, password: &str) -> Result<Granted, Denied> {
        let kept = self.0(password).ok_or(Denied::Refused)?;
        self.1.lock().unwrap().insert(email.to_lowercase(), kept);
        Ok(Granted::default())
    }

    fn check(&self, _company: u8, email: &str, password: &str) -> Result<Granted, Denied> {
        let known = self.1.lock().unwrap().get(&email.to_lowercase()).cloned();
        let is_right = known.is_some() && known == self.0(password);
        if is_right { Ok(Granted::default()) } else { Err(Denied::Refused) }
    }
}

fn map(password: &str, change: impl Fn(char) -> char) -> Option<String> {
    Some(password.chars().map(change).collect())
}

fn cut(password: &str, most: usize) -> Option<String> {
    Some(
        String::from_utf8_lossy(password.as_bytes().get(..most).unwrap_or(password.as_bytes()))
            .into(),
    )
}

#[test]
fn a_store_that_folds_passwords_is_told_by_the_pair_that_says_why() {
    let faults: [(&str, Fold); 17] = [
        ("lower-case", |it| Some(it.to_lowercase())),
        ("lower-case", |it| Some(it.to_uppercase())),
        ("space-after", |it| Some(it.trim().to_owned())),
        ("line-end-and-a", |it| Some(it.replace("\r\n", "\n"))),
        ("tab-and-a", |it| Some(it.replace('\t', " "))),
        ("nul-after", |it| it.split('\0').next().map(str::to_owned)),
        ("plus-after", |it| Some(it.replace('+', " "))),
        ("reference-after", |it| Some(it.replace("&amp;", "&"))),
        ("backslash-and-a", |it| Some(it.replace('\\', ""))),
        ("72-and-a", |it| cut(it, 72)),
        ("900-and-a", |it| cut(it, 255)),
        ("975-and-a", |it| cut(it, 1000)),
        ("975-and-a", |it| (it.len() <= 1000).then(|| it.to_owned())),
        ("l-with-stroke", |it| map(it, |it| if u32::from(it) < 256 { it } else { '?' })),
        ("one-emoji", |it| map(it, |it| if u32::from(it) < 0x1_0000 { it } else { '\u{fffd}' })),
        ("joiner-after", |it| Some(it.replace('\u{200d}', ""))),
        ("soft-hyphen-after", |it| Some(it.replace('\u{ad}', ""))),
    ];
    for (told, fold) in faults {
        let record = Rules::default().check_store(1, || Folding(fold, Mutex::default()));
        let failure = record.failure.as_ref().unwrap_or_else(|| panic!("{told}: {record}"));
        let mut pairs = Shape::PAIRS.into_iter();
        let pair = pairs.find(|(one, other)| [one.name, other.name].contains(&told)).unwrap();
        let mut shapes = failure.steps.iter().map(|step| match step {
            Step::Direct(it) => it.password.shape,
            step => step.sign_ons()[0].password.shape,
        });
        assert!(shapes.all(|it| [pair.0, pair.1].contains(&it)), "{told}: {record}");
        assert!(failure.steps.len() <= 2, "{told}: {record}");
    }
    let good =
        Rules::default().check_store(0, || Folding(|it| Some(it.to_owned()), Mutex::default()));
    assert!(good.failure.is_none(), "{good}");
}

/// The wrong store of the page.
#[derive(Default)]
struct Cutting(Mutex<BTreeMap<String, Vec<u8>>>);

fn hash(password: &str) -> Vec<u8> {
    password.bytes().take(72).collect()
}

impl PasswordStore for Cutting {
    fn sign_on(&self, _company: u8, email: &str, password: &str) -> Result<Granted, Denied> {
        self.0.lock().unwrap().insert(email.to_lowercase(), hash(password));
        Ok(Granted::default())
    }

    fn check(&self, _company: u8, email: &str, password: &str) -> Result<Granted, Denied> {
        let known = self.0.lock().unwrap().get(&email.to_lowercase()).cloned();
        if known == Some(hash(password)) { Ok(Granted::default()) } else { Err(Denied::Refused) }
    }
}

#[test]
fn the_page_says_what_is_said_of_its_wrong_store() {
    let page = include_str!("../docs/property-testing.md");
    let (_, told) = page.split_once("```text\n").unwrap();
    let (told, _) = told.split_once("```").unwrap();
    let record = Rules::default().check_store(1, Cutting::default);
    assert!(record.to_string().starts_with(told), "{record}");
}

#[test]
fn a_user_may_be_given_any_number_of_tokens() {
    let played = |steps| {
        let rules = Rules { sequences: 6, steps, ..Rules::default() };
        let record = rules.check_store(1, || Store::new(Wrong::Nothing));
        assert!(record.failure.is_none() && record.steps > 1000, "{record}");
        record.steps
    };
    // More is as good as the most that there may be.
    assert_eq!(played(1000), played(usize::MAX));
}

#[test]
fn a_run_that_is_cut_says_so() {
    let rules = Rules { within: Duration::ZERO, ..Rules::default() };
    let record = rules.check_store(1, || Store::new(Wrong::Nothing));
    assert!(record.is_cut && record.failure.is_none());
    assert_eq!(record.to_string(), "0 sequences, 0 steps in all, until the time was up, seed 0x1");
}

#[test]
fn no_variable_of_proptest_changes_what_a_seed_plays() {
    const ASKED: &str = "SSOKEY_TEST_OF_VARIABLES";
    let rules = Rules { sequences: 64, ..Rules::default() };
    let played = rules.check_store(1, || Store::new(Wrong::Nothing)).to_string();
    if env::var_os(ASKED).is_some() {
        println!("played {played}");
        return;
    }
    // They are read once in a process.
    let mut again = Command::new(env::current_exe().unwrap());
    again.args(["no_variable_of_proptest_changes_what_a_seed_plays", "--exact", "--nocapture"]);
    again.env(ASKED, "").envs([
        ("PROPTEST_FORK", "true"),
        ("PROPTEST_MAX_FLAT_MAP_REGENS", "0"),
        ("PROPTEST_MAX_LOCAL_REJECTS", "0"),
        ("PROPTEST_RNG_ALGORITHM", "xs"),
        ("PROPTEST_TIMEOUT", "1"),
    ]);
    let output = again.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains(&format!("played {played}\n")), "{said}");
}

/// A store that keeps the first password, and offers no more than its sessions.
struct Keeping(Store);

impl PasswordStore for Keeping {
    fn offer(&self) -> Offer {
        Offer { session: true, ..Offer::SIGN_ON }
    }

    fn sign_on(&self, company: u8, email: &str, password: &str) -> Result<Granted, Denied> {
        let granted = self.0.sign_on(company, email, password)?;
        let mut state = self.0.lock();
        let user = state.users.get_mut(&self.0.key(company, email)).unwrap();
        if let Some(first) = user.old.first() {
            user.password.clone_from(first);
        }
        Ok(granted)
    }

    fn check(&self, company: u8, email: &str, password: &str) -> Result<Granted, Denied> {
        self.0.check(company, email, password)
    }

    fn session(&self, token: &str) -> Result<Granted, Denied> {
        self.0.session(token)
    }
}

#[test]
fn a_store_is_asked_to_check_passwords_whatever_it_offers() {
    let record = Rules::default().check_store(1, || Keeping(Store::new(Wrong::Nothing)));
    let failure = record.failure.unwrap();
    assert_eq!(failure.property.id, "tells-new-password-from-old");
}
