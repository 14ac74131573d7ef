//! The places in a server at which a fault, or a harmless peculiarity, acts.

use std::time::Duration;

use ssokey_core::{
    Behalf, Call, CompanyId, Digest, Email, ErrorCode, Hashing, Password, PasswordHash, Reply,
    SsoKey, User,
};

use crate::format::operation::Operation;
use crate::reference::incoming::Incoming;
use crate::reference::outgoing::Outgoing;
use crate::reference::pool::Hash;
use crate::reference::store::Store;
use crate::reference::variant::Wire;

/// A function of a server beside or in place of those of the core and its storage.
pub(crate) enum Hook {
    /// Changes a request before the core reads it.
    Request(fn(&mut Incoming, &Visit<'_>)),
    /// Refuses a request whose form the core has nothing against.
    Refusal(fn(&Visit<'_>) -> Option<ErrorCode>),
    /// Waits before a call of the core is answered.
    Pause(fn(&Call, &Incoming) -> Duration),
    /// Answers a call of the core in the storage's place.
    Call(fn(&Call, &mut Visit<'_>) -> Option<Reply>),
    /// Changes an answer on its way out.
    Answer(fn(&mut Outgoing, &Visit<'_>)),
    /// Takes time before each password of this operation is hashed, so that what races meets.
    Slow(Operation),
    /// Names the company of a direct sign-in that names none.
    Company(&'static str),
    /// Has the option for legacy clients.
    Legacy,
    /// Carries its answers over a network in this form.
    Wire(Wire),
    /// Has these products in place of the documented ones.
    Products(&'static [&'static str]),
}

/// One request at a server.
pub(crate) struct Visit<'a> {
    pub(crate) incoming: &'a Incoming,
    pub(crate) store: &'a mut Store,
    pub(crate) hash: Hash,
}

impl Visit<'_> {
    pub(crate) fn is_for(&self, operation: Operation) -> bool {
        self.incoming.is_for(operation)
    }

    /// The text of a field.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        self.incoming.field(name)
    }

    /// The address that it is about, in lower case.
    pub(crate) fn email(&self) -> Option<Email> {
        Email::parse(&self.field("email").or_else(|| self.field("userid"))?)
    }

    /// The company that it is about: by its key, or by its domain.
    pub(crate) fn company(&self) -> Option<CompanyId> {
        match self.field("ssokey") {
            Some(key) => self.store.key(&SsoKey::parse(&key)?.digest()).map(|key| key.company_id),
            None => self.store.company_of(&self.field("company")?.to_ascii_lowercase()),
        }
    }

    /// The user that it is about, if there is one.
    pub(crate) fn user(&self) -> Option<&User> {
        self.store.user(self.company()?, &self.email()?)
    }

    /// The users of other companies who have the same address.
    pub(crate) fn namesakes(&self) -> impl Iterator<Item = &User> {
        let is_namesake = self.is_namesake();
        self.store.users().filter(move |user| is_namesake(user))
    }

    /// The same, to be changed.
    pub(crate) fn namesakes_mut(&mut self) -> impl Iterator<Item = &mut User> {
        let is_namesake = self.is_namesake();
        self.store.users_mut().filter(move |user| is_namesake(user))
    }

    fn is_namesake(&self) -> impl Fn(&User) -> bool + use<> {
        let (email, company) = (self.email(), self.company());
        move |user| Some(&user.email) == email.as_ref() && Some(user.company_id) != company
    }

    /// Returns whether this is the password of a stored hash.
    pub(crate) fn matches(&self, password: &Password, password_hash: &PasswordHash) -> bool {
        let (password, password_hash) = (password.clone(), password_hash.clone());
        let behalf = Behalf { keyed: true, company_id: None };
        let verify = Hashing::VerifyPassword { password, password_hash, behalf };
        (self.hash)(&verify) == Reply::Match
    }

    /// Returns whether the token that it brings was given once and is still stored.
    pub(crate) fn knows_token(&self) -> bool {
        let token = self.incoming.token();
        token.is_some_and(|token| self.store.token(&Digest::of(token.as_bytes())).is_some())
    }
}
