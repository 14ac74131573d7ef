//! A model of concurrent requests that counts their orders from the flows alone.

use alloc::vec::Vec;

use super::fixture::{OLD, StoredUser};
use super::flow::{self, NextCall, Script};
use super::interleavings::Actor;
use super::table::Outcome;

/// The actors as flows over a store of a few words.
#[derive(Clone)]
pub(super) struct Model {
    user: Option<(&'static str, u32, bool)>,
    key_is_good: bool,
    has_code: bool,
    actors: Vec<ModelActor>,
}

#[derive(Clone)]
struct ModelActor {
    actor: Actor,
    path: Vec<Outcome>,
    /// The user's password and version, as last read.
    seen: Option<(&'static str, u32)>,
    done: bool,
}

impl Model {
    pub(super) fn new(stored: StoredUser, actors: &[Actor]) -> Self {
        let user = (stored == StoredUser::Known).then_some((OLD, 1, true));
        let model_actor =
            |actor: &Actor| ModelActor { actor: *actor, path: Vec::new(), seen: None, done: false };
        Self {
            user,
            key_is_good: true,
            has_code: true,
            actors: actors.iter().map(model_actor).collect(),
        }
    }

    /// Counts the orders.
    pub(super) fn orders(&self) -> u64 {
        let unfinished = (0..self.actors.len()).filter(|at| !self.actors[*at].done);
        let orders: u64 = unfinished
            .map(|at| {
                let mut next = self.clone();
                next.advance(at);
                next.orders()
            })
            .sum();
        orders.max(1)
    }

    fn advance(&mut self, at: usize) {
        let ModelActor { actor, path, seen, done } = &mut self.actors[at];
        let (flow, password): (fn(&mut Script<'_>) -> _, _) = match actor {
            Actor::SignOn(password) => (flow::sign_on, *password),
            Actor::Exchange => (flow::exchange, ""),
            Actor::SignOut => return *done = true,
            Actor::RevokeKey => {
                self.key_is_good = false;
                return *done = true;
            }
            Actor::Disable => {
                self.user = self.user.map(|(password, version, _)| (password, version + 1, false));
                return *done = true;
            }
        };
        let Err(NextCall(call)) = flow(&mut Script::new(path)) else { panic!("the actor is done") };
        let outcome = match call {
            "admit" => Outcome::Admitted,
            "find_product" => Outcome::Found,
            // The code is of version 1 and of the key.
            "take_code" if !core::mem::replace(&mut self.has_code, false) => Outcome::Absent,
            "take_code"
                if self.key_is_good
                    && self.user.is_some_and(|(_, version, enabled)| version == 1 && enabled) =>
            {
                Outcome::Found
            }
            "take_code" => Outcome::Outdated,
            "find_key" if self.key_is_good => Outcome::Found,
            "find_key" => Outcome::Revoked,
            "find_user" => match self.user {
                None => Outcome::Absent,
                Some((_, _, false)) => Outcome::Disabled,
                Some((stored, version, true)) => {
                    *seen = Some((stored, version));
                    Outcome::Found
                }
            },
            "verify_password" if seen.unwrap().0 == password => Outcome::Match,
            "verify_password" => Outcome::NoMatch,
            "hash_password" => Outcome::Hashed,
            "create_user" if self.user.is_none() => {
                self.user = Some((password, 1, true));
                Outcome::Created
            }
            "create_user" => Outcome::Exists,
            "replace_password" => match self.user {
                Some((_, version, enabled)) if version == seen.unwrap().1 => {
                    self.user = Some((password, version + 1, enabled));
                    Outcome::Replaced
                }
                _ => Outcome::Stale,
            },
            _ => Outcome::Done,
        };
        path.push(outcome);
        *done = flow(&mut Script::new(path)).is_ok();
    }
}
