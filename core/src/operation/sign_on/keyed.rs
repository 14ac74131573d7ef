//! A sign-on whose key is valid finds the user under the key's company, or creates it (rule 1).

use crate::context::{Context, Principals};
use crate::operation::sign_on::SignOn;
use crate::operation::sign_on::known_user::KnownUserSignOn;
use crate::state::State;
use crate::step::Transition;
use crate::wire::event::Denial;
use crate::wire::outcome::Creation;
use crate::{
    Call, Company, CredentialVersion, Error, Hashing, KeyId, LaunchUrl, ManagedBy, NewUser,
    PasswordHash, Reply, User, UserStatus,
};

/// A sign-on whose key is valid and whose company has the product.
#[derive(Clone, Debug)]
pub(crate) struct KeyedSignOn {
    pub(crate) sign_on: SignOn,
    pub(crate) key_id: KeyId,
    pub(crate) company: Company,
    /// The hash of the password that was sent, once it is computed: it is computed at most once.
    pub(crate) computed_hash: Option<PasswordHash>,
    pub(crate) lost_race: Option<Race>,
    /// The product's launch URL; none for a sign-on.
    pub(crate) launch_url: Option<LaunchUrl>,
}

/// A write that a concurrent request made first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Race {
    Create,
    Replace,
}

impl KeyedSignOn {
    pub(crate) fn new(sign_on: SignOn, key_id: KeyId, company: Company) -> Self {
        Self { sign_on, key_id, company, computed_hash: None, lost_race: None, launch_url: None }
    }

    pub(crate) fn find_product(self) -> Transition {
        Transition::Call(Call::FindProduct { name: self.sign_on.product }, State::FindProduct(self))
    }

    /// Refuses a product without a record as one that is not enabled (`SSO-LAU-005`).
    pub(crate) fn product_found(
        mut self,
        context: &Context,
        reply: Reply,
    ) -> Result<Transition, Error> {
        match reply.product()? {
            None => Ok(context.deny(Denial::Product, self.principals())),
            Some(product) if product.name != self.sign_on.product => {
                Ok(context.refuse_wrong_record(self.principals()))
            }
            Some(product) => {
                self.launch_url = Some(product.launch_url);
                Ok(self.find_user())
            }
        }
    }

    /// INVARIANT: the key's company is the only one that is ever asked for (`SSO-TEN-001`).
    pub(crate) fn find_user(self) -> Transition {
        let call =
            Call::FindUser { company_id: self.company.id, email: self.sign_on.email.clone() };
        Transition::Call(call, State::FindUser(self))
    }

    pub(crate) fn user_found(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        match reply.user()? {
            None if self.lost_race.is_some() => Err(Error::StorageUnavailable),
            None => Ok(Transition::Call(self.hash_password(context), State::HashNewUser(self))),
            Some(user) if !self.is_requested(&user) => {
                Ok(context.refuse_wrong_record(self.principals()))
            }
            Some(user) => {
                let known = KnownUserSignOn { keyed: self, user };
                Ok(match (known.user.status, known.user.managed_by) {
                    (UserStatus::Disabled, _) => context.deny(Denial::User, known.principals()),
                    (UserStatus::Enabled, ManagedBy::Local) => known.admit_local(context),
                    (UserStatus::Enabled, ManagedBy::Partner) => known.verify(),
                })
            }
        }
    }

    /// Creates the user: rule 1 (`SSO-RULE-001`).
    pub(crate) fn hashed_new_user(mut self, reply: Reply) -> Result<Transition, Error> {
        let password_hash = reply.hashed()?;
        self.computed_hash = Some(password_hash.clone());
        let user = NewUser {
            company_id: self.company.id,
            email: self.sign_on.email.clone(),
            password_hash,
            issued_at: self.sign_on.issued_at,
        };
        Ok(Transition::Call(Call::CreateUser { user }, State::CreateUser(self)))
    }

    pub(crate) fn created(mut self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        match reply.creation()? {
            Creation::Created(user) if !self.is_created(&user) => {
                Ok(context.refuse_wrong_record(self.principals()))
            }
            Creation::Created(user) => {
                Ok(KnownUserSignOn { keyed: self, user }.grant_verified(context))
            }
            Creation::Exists => {
                self.lost_race = Some(Race::Create);
                Ok(self.find_user())
            }
        }
    }

    /// Returns the call that hashes the password that was sent.
    pub(crate) fn hash_password(&self, context: &Context) -> Call {
        Call::Hashing(Hashing::HashPassword {
            password: self.sign_on.password.clone(),
            salt: context.entropy.salt,
        })
    }

    /// Returns whether `user` is the one that was to be created, rather than one who existed before.
    fn is_created(&self, user: &User) -> bool {
        self.is_requested(user)
            && self.computed_hash.as_ref() == Some(&user.password_hash)
            && user.credential_version == CredentialVersion::FIRST
            && user.status == UserStatus::Enabled
            && user.managed_by == ManagedBy::Partner
    }

    fn is_requested(&self, user: &User) -> bool {
        user.company_id == self.company.id && user.email == self.sign_on.email
    }

    pub(crate) fn principals(&self) -> Principals {
        Principals { company: Some(self.company.id), key: Some(self.key_id), user: None }
    }
}
