//! A model of concurrent requests that counts their orders from the flows alone.

use alloc::vec::Vec;

use super::actor::Actor;
use super::commands;
use super::fixture::{OLD, StoredUser};
use super::flow::{self, NextCall, Script};
use super::table::Outcome;

/// The password of a user whose hash is unusable.
const UNUSABLE: &str = "!";

/// The actors as flows over a store of a few words.
#[derive(Clone)]
pub(super) struct Model {
    user: Option<ModelUser>,
    key_is_good: bool,
    company_is_enabled: bool,
    has_code: bool,
    /// True if the user was deleted: then no token of this user can be stored.
    is_deleted: bool,
    company_is_there: bool,
    actors: Vec<ModelActor>,
}

#[derive(Clone, Copy)]
struct ModelUser {
    password: &'static str,
    version: u32,
    is_enabled: bool,
    is_local: bool,
    /// True if the key set the password.
    is_by_key: bool,
}

#[derive(Clone)]
struct ModelActor {
    actor: Actor,
    path: Vec<Outcome>,
    /// The user as last read.
    seen: Option<ModelUser>,
    done: bool,
}

impl Model {
    pub(super) fn new(stored: StoredUser, actors: &[Actor]) -> Self {
        let user = ModelUser {
            password: OLD,
            version: 1,
            is_enabled: true,
            is_local: false,
            is_by_key: false,
        };
        let model_actor =
            |actor: &Actor| ModelActor { actor: *actor, path: Vec::new(), seen: None, done: false };
        Self {
            user: (stored == StoredUser::Known).then_some(user),
            key_is_good: true,
            company_is_enabled: true,
            has_code: true,
            is_deleted: false,
            company_is_there: true,
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
        let ModelActor { actor, mut path, mut seen, .. } = self.actors[at].clone();
        let (flow, password): (fn(&mut Script<'_>) -> _, _) = match actor {
            Actor::SignOn(password) => (flow::sign_on, password),
            Actor::Exchange => (flow::exchange, ""),
            Actor::SignOut => (flow::sign_out, ""),
            Actor::RevokeKey => (|script| commands::named("set_key_status").flow(script), ""),
            Actor::EndKey => (|script| commands::named("end_key").flow(script), ""),
            Actor::SignOutUser => (|script| commands::named("sign_out_user").flow(script), ""),
            Actor::RotateKey => (|script| commands::named("rotate_key").flow(script), ""),
            Actor::DisableUser => (|script| commands::named("set_user_status").flow(script), ""),
            Actor::ManageUser => (|script| commands::named("set_user_manager").flow(script), ""),
            Actor::DisableCompany => {
                (|script| commands::named("set_company_status").flow(script), "")
            }
            Actor::RenameUser => (|script| commands::named("set_user_email").flow(script), ""),
            Actor::DeleteUser => (|script| commands::named("delete_user").flow(script), ""),
            Actor::DeleteCompany => (|script| commands::named("delete_company").flow(script), ""),
            Actor::AddUser(password) => {
                (|script| commands::named("add_user").flow(script), password)
            }
        };
        let Err(NextCall(call)) = flow(&mut Script::new(&path)) else {
            panic!("the actor is done")
        };
        path.push(self.answer(call, actor, password, &mut seen));
        let done = flow(&mut Script::new(&path)).is_ok();
        self.actors[at] = ModelActor { actor, path, seen, done };
    }

    fn answer(
        &mut self,
        call: &str,
        actor: Actor,
        password: &'static str,
        seen: &mut Option<ModelUser>,
    ) -> Outcome {
        match call {
            "admit" => Outcome::Admitted,
            "find_company_by_email" if !self.company_is_there => Outcome::Absent,
            "find_product" | "find_company_by_email" => Outcome::Found,
            // The code is of version 1 and of the key.
            "take_code" if !core::mem::replace(&mut self.has_code, false) => Outcome::Absent,
            "take_code" if self.code_is_good() => Outcome::Found,
            "take_code" => Outcome::Outdated,
            "find_key" if !self.company_is_there => Outcome::Absent,
            "find_key" if !self.key_is_good => Outcome::Revoked,
            "find_key" if !self.company_is_enabled => Outcome::CompanyDisabled,
            "find_key" => Outcome::Found,
            "find_user" => match self.user {
                None => Outcome::Absent,
                Some(_)
                    if matches!(
                        actor,
                        Actor::DisableUser
                            | Actor::ManageUser
                            | Actor::SignOutUser
                            | Actor::RenameUser
                            | Actor::DeleteUser
                    ) =>
                {
                    Outcome::Found
                }
                Some(ModelUser { is_enabled: false, .. }) => Outcome::Disabled,
                Some(user) => {
                    *seen = Some(user);
                    if user.is_local { Outcome::Local } else { Outcome::Found }
                }
            },
            "verify_password" if seen.unwrap().password == UNUSABLE => Outcome::Unreadable,
            "verify_password" if seen.unwrap().password == password => Outcome::Match,
            "verify_password" => Outcome::NoMatch,
            "hash_password" => Outcome::Hashed,
            "create_user" if !self.company_is_there => Outcome::Failed,
            "create_user" if self.user.is_none() => {
                let is_local = matches!(actor, Actor::AddUser(_));
                self.user = Some(ModelUser {
                    password,
                    version: 1,
                    is_enabled: true,
                    is_local,
                    is_by_key: !is_local,
                });
                Outcome::Created
            }
            "create_user" => Outcome::Exists,
            "replace_password" => match &mut self.user {
                Some(user) if user.version == seen.unwrap().version => {
                    (user.password, user.is_by_key) = (password, true);
                    user.version += 1;
                    Outcome::Replaced
                }
                _ => Outcome::Stale,
            },
            "set_key_status" | "rotate_key" => {
                if core::mem::replace(&mut self.key_is_good, false) {
                    Outcome::Done
                } else {
                    Outcome::Absent
                }
            }
            "end_key" => {
                self.key_is_good = false;
                if let Some(user) = self.user.as_mut().filter(|user| user.is_by_key) {
                    (user.password, user.is_by_key) = (UNUSABLE, false);
                    user.version += 1;
                }
                Outcome::Done
            }
            "sign_out" => {
                self.user.as_mut().unwrap().version += 1;
                Outcome::Done
            }
            "set_user_status" => {
                let user = self.user.as_mut().unwrap();
                (user.is_enabled, user.version) = (false, user.version + 1);
                Outcome::Done
            }
            "set_user_email" => {
                // Nobody is found by the address any more; tokens of the version before can be stored.
                (self.user, self.has_code) = (None, false);
                Outcome::Done
            }
            "delete_user" => {
                (self.user, self.has_code, self.is_deleted) = (None, false, true);
                Outcome::Done
            }
            "delete_company" => {
                (self.user, self.has_code, self.is_deleted) = (None, false, true);
                self.company_is_there = false;
                Outcome::Done
            }
            "save_token" | "save_code" if self.is_deleted && self.user.is_none() => Outcome::Failed,
            "set_user_manager" => {
                let user = self.user.as_mut().unwrap();
                (user.is_local, user.version) = (true, user.version + 1);
                Outcome::Done
            }
            "set_company_status" => {
                self.company_is_enabled = false;
                if let Some(user) = &mut self.user {
                    user.version += 1;
                }
                Outcome::Done
            }
            _ => Outcome::Done,
        }
    }

    fn code_is_good(&self) -> bool {
        self.key_is_good
            && self.company_is_enabled
            && self.user.is_some_and(|user| user.version == 1 && user.is_enabled)
    }
}
