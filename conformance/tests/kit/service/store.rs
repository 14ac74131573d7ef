//! Who is who: companies, users, tokens and codes.

use std::collections::HashMap;

use crate::fault::Fault;
use crate::service::Service;
use crate::service::refused::{Refused, no_token, not_accepted, refuse};

/// A company with its key.
pub(super) struct Company {
    pub(super) id: u64,
    pub(super) name: &'static str,
    pub(super) domain: &'static str,
}

/// A user, and what its answers show.
#[derive(Clone)]
pub(super) struct User {
    pub(super) id: u64,
    pub(super) password: String,
    /// What it was before the last replacement.
    pub(super) old: Option<String>,
    pub(super) version: u64,
}

/// Whose a token or code is.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) company: usize,
    pub(super) email: String,
    pub(super) version: u64,
    pub(super) product: String,
}

impl Grant {
    pub(super) fn new(company: usize, email: &str, user: &User, product: &str) -> Self {
        let (email, product) = (email.to_owned(), product.to_owned());
        Self { company, email, version: user.version, product }
    }
}

#[derive(Default)]
pub(super) struct Store {
    pub(super) users: HashMap<(usize, String), User>,
    pub(super) tokens: HashMap<String, Grant>,
    pub(super) codes: HashMap<String, Grant>,
    pub(super) ids: u64,
    pub(super) given: u64,
}

impl Service {
    /// The name by which a user of this e-mail is kept.
    pub(super) fn name(&self, email: &str) -> String {
        let name = match self.fault {
            Fault::EmailIsCaseSensitive => email.to_owned(),
            _ => email.to_ascii_lowercase(),
        };
        if self.has(Fault::DotsAreDropped) { name.replace('.', "") } else { name }
    }

    /// Where the users of a company are kept.
    pub(super) fn home(&self, company: usize) -> usize {
        if self.has(Fault::UsersAreByEmail) { 0 } else { company }
    }

    /// The three rules.
    pub(super) fn settle(
        &mut self,
        company: usize,
        email: &str,
        password: &str,
        (knows_nobody, launched): (bool, bool),
    ) -> Result<User, Refused> {
        let company = self.home(company);
        let place = (company, self.name(email));
        let known = self.store.users.get(&place).cloned().filter(|_| !knows_nobody);
        if let Some(mut user) = known {
            let same = user.password == password;
            if same && self.has(Fault::SamePasswordIsRefused) {
                return refuse(409, 4090, "identity_unavailable");
            }
            if same || !self.has(Fault::OtherPasswordMakesNewUser) {
                if !same && self.has(Fault::OtherPasswordIsRefused) {
                    return not_accepted();
                }
                let replaces = !(launched && self.has(Fault::LaunchReplacesNothing));
                if !same && replaces {
                    let old = std::mem::replace(&mut user.password, password.to_owned());
                    user.old = Some(old);
                    user.version += 1;
                    self.end_others(&place.1);
                }
                self.store.users.insert(place, user.clone());
                return Ok(user);
            }
        }
        if !self.has(Fault::AllUsersAreOne) {
            self.store.ids += 1;
        }
        let id = self.store.ids;
        let user = User { id, password: password.to_owned(), old: None, version: 1 };
        if self.has(Fault::IdMovesWithOthers)
            && let Some(other) = self.store.users.get_mut(&(1 - company, place.1.clone()))
        {
            other.id += 10_000;
        }
        self.store.users.insert(place, user.clone());
        Ok(user)
    }

    fn end_others(&mut self, name: &str) {
        if self.has(Fault::OthersReplacementEndsTokens) {
            self.store.tokens.retain(|_, grant| !grant.email.eq_ignore_ascii_case(name));
        }
    }

    /// The user of a company whose password this is.
    pub(super) fn sign_in(
        &mut self,
        company: usize,
        email: &str,
        password: &str,
    ) -> Result<User, Refused> {
        let (company, name) = (self.home(company), self.name(email));
        let elsewhere = self.store.users.get(&(1 - company, name.clone())).cloned();
        let Some(user) = self.store.users.get_mut(&(company, name)) else {
            return match self.fault {
                Fault::DirectCreates => self.settle(company, email, password, (false, false)),
                Fault::UnknownUserIsTold => refuse_with("there is no such user"),
                Fault::OthersUserIsTold if elsewhere.is_some() => refuse_with("try the other one"),
                _ => not_accepted(),
            };
        };
        let matches = match self.fault {
            Fault::PasswordIsTrimmed => user.password == password.trim(),
            Fault::PasswordIsComparedTo72 => cut(&user.password) == cut(password),
            Fault::OldPasswordWorks if user.old.as_deref() == Some(password) => true,
            Fault::OthersPasswordWorks if elsewhere.is_some_and(|it| it.password == password) => {
                true
            }
            _ => user.password == password,
        };
        if matches {
            return Ok(user.clone());
        }
        if self.fault == Fault::WrongPasswordIsStored {
            password.clone_into(&mut user.password);
        }
        not_accepted()
    }

    /// Whose token it is, if it is still valid.
    pub(super) fn holder(&self, token: &str) -> Result<(Grant, User), Refused> {
        let held = self.store.tokens.get(token).cloned();
        let Some(grant) = held else { return no_token() };
        let users = &self.store.users;
        let Some(user) = users.get(&(self.home(grant.company), self.name(&grant.email))).cloned()
        else {
            return no_token();
        };
        if user.version != grant.version && !self.has(Fault::TokenOutlivesPassword) {
            return if self.has(Fault::OutdatedTokenIsTold) {
                Err(Refused(401, 4012, "invalid_token", "the token is outdated".to_owned()))
            } else {
                no_token()
            };
        }
        Ok((grant, user))
    }
}

fn refuse_with<T>(details: &str) -> Result<T, Refused> {
    Err(Refused(401, 4011, "invalid_credentials", details.to_owned()))
}

fn cut(password: &str) -> &[u8] {
    let bytes = password.as_bytes();
    bytes.get(..72).unwrap_or(bytes)
}
