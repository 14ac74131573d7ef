//! A storage for tests that keeps the promises of `spec/storage.md`: its records are vectors, and it answers each call at once.

#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

extern crate alloc;
extern crate std;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use ssokey_core::{
    Call, Code, Company, CompanyId, CredentialVersion, Digest, Email, Event, Hashing, Holder, Key,
    KeyId, NewUser, Password, PasswordHash, PasswordSwap, Product, Reply, Token, User, UserId,
};

#[path = "store/operator.rs"]
mod operator;

/// The stored records.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Store {
    pub(crate) companies: Vec<Company>,
    pub(crate) keys: Vec<Key>,
    pub(crate) products: Vec<Product>,
    pub(crate) users: Vec<User>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) codes: Vec<Code>,
    pub(crate) events: Vec<Event>,
    /// True if users are numbered per company, so that no id depends on a different company's traffic.
    pub(crate) numbers_per_company: bool,
}

impl Store {
    /// Answers a call. The caller answers those that hash.
    pub(crate) fn answer(&mut self, call: &Call) -> Reply {
        match call {
            Call::Admit(_) => Reply::Admitted,
            Call::GiveBack(_) => Reply::Done,
            Call::FindKey { digest } => self.find_key(digest),
            Call::FindUser { company_id, email } => self
                .find_user(*company_id, email)
                .map_or(Reply::None, |user| Reply::User { user: user.clone() }),
            Call::FindCompany { domain } => self
                .find_company(|company| company.domain == *domain)
                .map_or(Reply::None, |company| Reply::Company { company }),
            Call::FindProduct { name } => {
                let product = self.products.iter().find(|product| product.name == *name);
                product.map_or(Reply::None, |product| Reply::Product { product: product.clone() })
            }
            Call::CreateUser { user, .. } if !self.has_company(user.company_id) => Reply::Failed,
            Call::CreateUser { user, event } => self
                .create_user(user, event.as_ref())
                .map_or(Reply::Exists, |user| Reply::Created { user }),
            Call::ReplacePassword { swap, issued_at, password_key_id } => match self.swap(swap) {
                None => Reply::Stale,
                Some(user) => {
                    user.issued_at = *issued_at;
                    user.password_key_id = Some(*password_key_id);
                    raise(user);
                    Reply::Replaced { credential_version: user.credential_version }
                }
            },
            Call::RehashPassword(swap) => self.swap(swap).map_or(Reply::Stale, |_| Reply::Done),
            Call::SaveToken { token, event } => {
                if !self.has_holder(token.company_id, token.user_id, token.key_id) {
                    return Reply::Failed;
                }
                self.tokens.push(token.clone());
                self.events.push(event.clone());
                Reply::Done
            }
            Call::SaveCode { code, event } => {
                if !self.has_holder(code.company_id, code.user_id, Some(code.key_id)) {
                    return Reply::Failed;
                }
                self.codes.push(code.clone());
                self.events.push(event.clone());
                Reply::Done
            }
            Call::FindToken { digest } => {
                let token = self.tokens.iter().find(|token| token.digest == *digest);
                token.map_or(Reply::None, |token| Reply::Token {
                    token: token.clone(),
                    holder: self.holder(token.company_id, token.user_id, token.key_id),
                })
            }
            Call::TakeCode { digest } => {
                match self.codes.iter().position(|code| code.digest == *digest) {
                    None => Reply::None,
                    Some(at) => {
                        let code = self.codes.remove(at);
                        let holder = self.holder(code.company_id, code.user_id, Some(code.key_id));
                        Reply::Code { code, holder }
                    }
                }
            }
            Call::RevokeToken { digest } => {
                self.tokens.retain(|token| token.digest != *digest);
                Reply::Done
            }
            Call::Audit { event } => {
                self.events.push(event.clone());
                Reply::Done
            }
            Call::Hashing(_) => panic!("hashing is not storage"),
        }
    }

    pub(crate) fn find_user(&self, company_id: CompanyId, email: &Email) -> Option<&User> {
        self.users.iter().find(|user| user.company_id == company_id && user.email == *email)
    }

    fn find_key(&self, digest: &Digest) -> Reply {
        let Some(key) = self.keys.iter().find(|key| key.digest == *digest) else {
            return Reply::None;
        };
        Reply::Key { key: key.clone(), company: self.company(key.company_id) }
    }

    pub(super) fn find_company(&self, is_it: impl Fn(&Company) -> bool) -> Option<Company> {
        self.companies.iter().find(|company| is_it(company)).cloned()
    }

    fn company(&self, id: CompanyId) -> Company {
        self.companies.iter().find(|company| company.id == id).unwrap().clone()
    }

    /// Like a database's foreign key, of a record that refers to a company.
    pub(super) fn has_company(&self, id: CompanyId) -> bool {
        self.companies.iter().any(|company| company.id == id)
    }

    fn has_holder(&self, company_id: CompanyId, user_id: UserId, key_id: Option<KeyId>) -> bool {
        self.users.iter().any(|user| user.id == user_id && user.company_id == company_id)
            && key_id.is_none_or(|id| self.keys.iter().any(|key| key.id == id))
    }

    fn holder(&self, company_id: CompanyId, user_id: UserId, key_id: Option<KeyId>) -> Holder {
        let is_it = |user: &&User| user.id == user_id && user.company_id == company_id;
        let user = self.users.iter().find(is_it).unwrap().clone();
        let key = key_id.map(|id| self.keys.iter().find(|key| key.id == id).unwrap().clone());
        Holder::new(user, self.company(company_id), key)
    }

    /// Creates a user unless its address is taken. The event gets the new id.
    pub(super) fn create_user(&mut self, new: &NewUser, event: Option<&Event>) -> Option<User> {
        if self.find_user(new.company_id, &new.email).is_some() {
            return None;
        }
        let new = new.clone();
        let counted = |user: &&User| !self.numbers_per_company || user.company_id == new.company_id;
        // An id that an event names is not given again (STO-ID).
        let of_events = self
            .events
            .iter()
            .filter(|event| !self.numbers_per_company || event.company_id == Some(new.company_id));
        let of_events = of_events.filter_map(|event| event.user_id);
        let ids = self.users.iter().filter(counted).map(|user| user.id).chain(of_events);
        let last = ids.map(UserId::get).max().unwrap_or(0);
        let user = new.with_id(UserId::try_from(last + 1).unwrap());
        self.users.push(user.clone());
        self.events.extend(event.cloned().map(|mut event| {
            event.user_id = Some(user.id);
            event
        }));
        Some(user)
    }

    fn swap(&mut self, swap: &PasswordSwap) -> Option<&mut User> {
        let user = self.users.iter_mut().find(|user| {
            user.id == swap.user_id
                && user.company_id == swap.company_id
                && user.credential_version == swap.expected_version
        })?;
        user.password_hash = swap.password_hash.clone();
        Some(user)
    }
}

/// Raises the credential version of a user.
pub(super) fn raise(user: &mut User) {
    user.credential_version = version(user.credential_version.get() + 1);
}

pub(crate) fn version(number: u64) -> CredentialVersion {
    CredentialVersion::try_from(number).unwrap()
}

/// Answers a hashing call without Argon2id: the hash has the costs of a new one, and its tag differs between passwords.
pub(crate) fn cheap_hash(hashing: &Hashing) -> Reply {
    // The tag depends on the password, the part before it on the costs.
    let tag = |hash: &PasswordHash| hash.as_str().rsplit('$').next().map(String::from);
    match hashing {
        Hashing::HashPassword { password, .. } => {
            Reply::Hashed { password_hash: cheap_hash_of(password) }
        }
        Hashing::VerifyPassword { password_hash, .. } if !password_hash.as_str().contains('$') => {
            Reply::Unreadable
        }
        Hashing::VerifyPassword { password, password_hash, .. }
            if tag(&cheap_hash_of(password)) == tag(password_hash) =>
        {
            Reply::Match
        }
        Hashing::VerifyPassword { .. } => Reply::NoMatch,
    }
}

pub(crate) fn cheap_hash_of(password: &Password) -> PasswordHash {
    let digest = Digest::of(password.expose().as_bytes());
    // 43 digits of unpadded base64 are 32 bytes. Hexadecimal digits are base64 digits too, and `A` is valid as the last one.
    let tag: String = digest.to_string().chars().take(42).chain(['A']).collect();
    PasswordHash::new(format!("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA${tag}"))
}
