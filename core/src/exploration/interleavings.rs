//! Walks concurrent requests in every order of their calls, over one store.

use alloc::string::String;
use alloc::vec::Vec;
use std::collections::{BTreeMap, HashSet};
use std::time::Instant;
use std::{format, println};

use super::actor::{Actor, EARLIER};
use super::fixture::{
    OLD, ONE, StoredUser, TWO, check_legal, code, finish, hash_of, keyed, send, store, token,
};
use super::model::Model;
use super::run::Run;
use super::store::Store;
use super::table::EMAIL;
use crate::{CompanyStatus, KeyStatus, ManagedBy, PasswordHash, Response, UserStatus};

/// An actor with its progress.
#[derive(Clone)]
struct Process {
    actor: Actor,
    /// None only while it is stepped.
    run: Option<Run>,
}

impl Process {
    fn response(&self) -> Option<&Response> {
        self.run.as_ref().and_then(Run::response)
    }
}

/// A store with the actors, and with the password that each version of each user had.
#[derive(Clone)]
struct World {
    store: Store,
    versions: BTreeMap<u64, BTreeMap<u64, PasswordHash>>,
    processes: Vec<Process>,
}

impl World {
    fn new(stored: StoredUser, actors: &[Actor]) -> Self {
        let mut store = store(stored);
        if stored == StoredUser::Known {
            finish(&mut store, keyed("/api/sso/authenticate", OLD, EARLIER));
            finish(&mut store, keyed("/api/sso/login", OLD, EARLIER));
        }
        let processes = actors
            .iter()
            .enumerate()
            .map(|(at, actor)| Process { actor: *actor, run: Some(actor.begin(at as u8)) });
        let mut world = Self { processes: processes.collect(), store, versions: BTreeMap::new() };
        world.remember();
        world
    }

    /// Makes the next call of one process.
    fn advance(&mut self, at: usize) {
        let run = self.processes[at].run.take().unwrap();
        self.processes[at].run = Some(run.turn().unwrap().step(&mut self.store));
        self.remember();
    }

    fn remember(&mut self) {
        for user in self.store.users.iter().filter(|user| user.company_id.get() == 1) {
            let versions = self.versions.entry(user.id.get()).or_default();
            let last = versions.keys().next_back().copied().unwrap_or(0);
            assert!(last <= user.credential_version.get(), "a credential version fell");
            let version = user.credential_version.get();
            if versions.get(&version) != Some(&user.password_hash) {
                versions.insert(version, user.password_hash.clone());
            }
        }
    }

    fn unfinished(&self) -> impl Iterator<Item = usize> {
        let unfinished: Vec<usize> = (0..self.processes.len())
            .filter(|at| self.processes[*at].response().is_none())
            .collect();
        unfinished.into_iter()
    }

    /// Returns everything that the invariants depend on as one text.
    fn end(&self) -> String {
        let Store { users, tokens, codes, keys, companies, .. } = &self.store;
        let responses = self.processes.iter().map(|process| process.response());
        let responses: Vec<_> = responses.map(|it| it.map(|it| it.body.as_str())).collect();
        serde_json::to_string(&(users, tokens, codes, keys, companies, responses, &self.versions))
            .unwrap()
    }

    /// Checks the invariants at the end.
    fn check(&self, before: &Store, context: &str) {
        check_legal(before, &self.store, context);
        for process in &self.processes {
            let Some(response) = process.response() else { continue };
            let Actor::SignOn(password) = process.actor else { continue };
            match code(response) {
                // 4: the password was the user's at the token's version, and the token is durable.
                200 => {
                    let text = token(response).unwrap();
                    let digest = crate::Digest::of(text.as_bytes());
                    let token = self.store.tokens.iter().find(|token| token.digest == digest);
                    let Some(token) = token else {
                        assert!(self.deletes(), "{context}: a token was shown but not stored");
                        continue;
                    };
                    let versions = &self.versions[&token.user_id.get()];
                    let stored = versions.get(&token.credential_version.get());
                    assert_eq!(
                        stored,
                        Some(&hash_of(password)),
                        "{context}: a token for a different password"
                    );
                }
                4010 | 4030 | 4091 => {}
                // The user is gone, or has a different address.
                5030 if self.deletes() || self.has(Actor::RenameUser) => {}
                // The operator's user was there first.
                4090 if self.is_managed_locally() => {}
                other => panic!("{context}: {other}"),
            }
        }
        self.check_added_user(context);
        let exchanged = self.processes.iter().filter(|process| {
            process.actor == Actor::Exchange
                && process.response().is_some_and(|response| response.status == 200)
        });
        assert!(exchanged.count() <= 1, "{context}: a code was taken twice");
        self.check_sessions(context);
        self.check_convergence(context);
    }

    /// Fails if a user whom the operator added is not managed locally, or lost the password to a sign-on.
    fn check_added_user(&self, context: &str) {
        let user = self.store.users.iter().find(|user| user.company_id.get() == 1);
        for process in &self.processes {
            let Actor::AddUser(password) = process.actor else { continue };
            if process.response().is_some_and(|response| response.status == 200) {
                let stored = user.map(|user| (user.managed_by, &user.password_hash));
                let added = Some((ManagedBy::Local, &hash_of(password)));
                assert_eq!(stored, added, "{context}: the operator's user");
            }
        }
    }

    /// Checks invariant 5: a token is valid exactly while its version is current and its user, company and key are enabled.
    fn check_sessions(&self, context: &str) {
        for process in &self.processes {
            let Some(text) = process.response().and_then(token) else { continue };
            let digest = crate::Digest::of(text.as_bytes());
            let stored = self.store.tokens.iter().find(|token| token.digest == digest);
            let is_current = self.is_usable()
                && stored.is_some_and(|token| {
                    let mut users = self.store.users.iter();
                    users.find(|user| user.id == token.user_id).is_some_and(|user| {
                        token.credential_version == user.credential_version
                            && user.status == UserStatus::Enabled
                    })
                });
            let session = send("GET", "/api/session", &format!("token={text}"), None, 0);
            let answered = code(&finish(&mut self.store.clone(), session));
            assert_eq!(answered == 200, is_current, "{context}: a token's validity");
        }
    }

    fn has(&self, actor: Actor) -> bool {
        self.processes.iter().any(|process| process.actor == actor)
    }

    fn deletes(&self) -> bool {
        self.has(Actor::DeleteUser) || self.has(Actor::DeleteCompany)
    }

    /// Returns whether the company and its key are there and enabled.
    fn is_usable(&self) -> bool {
        let Store { companies, keys, .. } = &self.store;
        keys.first().is_some_and(|key| key.status == KeyStatus::Enabled)
            && companies[0].id.get() == 1
            && companies[0].status == CompanyStatus::Enabled
    }

    fn is_managed_locally(&self) -> bool {
        self.store.users.iter().any(|user| user.managed_by == ManagedBy::Local)
    }

    /// Checks invariant 8: the next sign-on is answered as the rules say.
    fn check_convergence(&self, context: &str) {
        let mut store = self.store.clone();
        let answered = code(&finish(&mut store, keyed("/api/sso/authenticate", TWO, 77)));
        let email = crate::Email::parse(EMAIL).unwrap();
        let mut users = store.users.iter();
        let user = users.find(|user| user.company_id.get() == 1 && user.email == email);
        let matches = user.is_some_and(|user| user.password_hash == hash_of(TWO));
        let expected = match user.map(|user| (user.status, user.managed_by)) {
            _ if !self.is_usable() => 4010,
            Some((UserStatus::Disabled, _)) => 4030,
            Some((_, ManagedBy::Local)) if !matches => 4090,
            _ => 200,
        };
        assert_eq!(answered, expected, "{context}: the next sign-on");
    }
}

/// Walks every order, and returns their number. Many orders end alike; each end is checked once.
fn walk(world: &World, before: &Store, ends: &mut HashSet<String>, context: &str) -> u64 {
    let mut orders = 0;
    let mut is_over = true;
    for at in world.unfinished() {
        is_over = false;
        let mut next = world.clone();
        next.advance(at);
        orders += walk(&next, before, ends, context);
    }
    if is_over {
        if ends.insert(world.end()) {
            world.check(before, context);
        }
        orders = 1;
    }
    orders
}

/// Returns the pairs that are walked in every order.
fn pairs() -> Vec<(StoredUser, [Actor; 2])> {
    use Actor::{
        AddUser, DeleteCompany, DeleteUser, DisableCompany, DisableUser, EndKey, Exchange,
        ManageUser, RenameUser, RevokeKey, RotateKey, SignOn, SignOut, SignOutUser,
    };
    let mut pairs = Vec::new();
    for beside in [
        Exchange,
        SignOn(OLD),
        SignOn(ONE),
        SignOut,
        RevokeKey,
        RotateKey,
        EndKey,
        SignOutUser,
        DisableUser,
        ManageUser,
        DisableCompany,
        RenameUser,
        DeleteUser,
        DeleteCompany,
    ] {
        pairs.push((StoredUser::Known, [Exchange, beside]));
    }
    for stored in [StoredUser::Absent, StoredUser::Known] {
        for (one, two) in [(OLD, OLD), (OLD, ONE), (ONE, ONE), (ONE, TWO)] {
            pairs.push((stored, [SignOn(one), SignOn(two)]));
        }
        for beside in [
            SignOut,
            RevokeKey,
            RotateKey,
            EndKey,
            SignOutUser,
            DisableUser,
            ManageUser,
            DisableCompany,
            AddUser(ONE),
            RenameUser,
            DeleteUser,
            DeleteCompany,
        ] {
            for password in [OLD, ONE] {
                pairs.push((stored, [SignOn(password), beside]));
            }
        }
        pairs.push((stored, [AddUser(OLD), AddUser(ONE)]));
        pairs.push((stored, [RevokeKey, RotateKey]));
    }
    pairs
}

// proves: SSO-ERR-005 SSO-ERR-006 SSO-SES-004 SSO-EXC-002
#[test]
fn in_every_order_of_two_concurrent_requests_the_invariants_hold() {
    for (stored, actors) in pairs() {
        let context = format!("{stored:?}, {actors:?}");
        let world = World::new(stored, &actors);
        let walked = walk(&world, &world.store, &mut HashSet::new(), &context);
        let enumerated = Model::new(stored, &actors).orders();
        assert_eq!(walked, enumerated, "{context}");
        println!("{walked:>7} orders walked {enumerated:>7} enumerated   {context}");
    }
    println!("0 violations");
}

/// Walks orders of three actors that a generator with a fixed seed draws. Returns the number of orders and of different ends.
fn sample(orders: u64) -> (u64, usize) {
    use Actor::{
        AddUser, DeleteCompany, DeleteUser, DisableCompany, DisableUser, EndKey, Exchange,
        ManageUser, RenameUser, RevokeKey, RotateKey, SignOn, SignOut, SignOutUser,
    };
    let thirds = [
        SignOn(TWO),
        SignOn(ONE),
        Exchange,
        SignOut,
        RevokeKey,
        RotateKey,
        EndKey,
        SignOutUser,
        DisableUser,
        ManageUser,
        DisableCompany,
        AddUser(TWO),
        RenameUser,
        DeleteUser,
        DeleteCompany,
    ];
    let mut worlds = Vec::new();
    for stored in [StoredUser::Absent, StoredUser::Known] {
        for third in thirds {
            worlds.push(World::new(stored, &[SignOn(OLD), SignOn(ONE), third]));
        }
    }
    let mut ends = HashSet::new();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for order in 0..orders {
        let start = &worlds[order as usize % worlds.len()];
        let mut world = start.clone();
        loop {
            let unfinished: Vec<usize> = world.unfinished().collect();
            if unfinished.is_empty() {
                break;
            }
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            world.advance(unfinished[random as usize % unfinished.len()]);
        }
        if ends.insert(world.end()) {
            world.check(&start.store, "three at once");
        }
    }
    (orders, ends.len())
}

#[test]
fn in_a_million_orders_of_three_concurrent_requests_the_invariants_hold() {
    let start = Instant::now();
    let (orders, ends) = sample(1_000_000);
    println!(
        "{orders} orders of three sampled, {ends} ways to end, in {} s",
        start.elapsed().as_secs()
    );
}
