//! A sign-on whose key is valid: finds the user under the key's company, or creates it (rule 1).

use crate::context::{Concerned, Context};
use crate::operation::sign_on::SignOn;
use crate::operation::sign_on::known_user::KnownUser;
use crate::state::State;
use crate::step::Turn;
use crate::wire::event::Denial;
use crate::wire::reply::Creation;
use crate::{
    Call, Company, CredentialVersion, Error, Hashing, KeyId, LaunchUrl, ManagedBy, NewUser,
    PasswordHash, Reply, User, UserStatus,
};

/// A sign-on whose key is valid.
#[derive(Clone, Debug)]
pub(crate) struct Partner {
    pub(crate) sign_on: SignOn,
    pub(crate) key_id: KeyId,
    pub(crate) company: Company,
    /// The hash of the password sent, once it is computed: it is computed at most once.
    pub(crate) computed: Option<PasswordHash>,
    pub(crate) lost_race: Option<Race>,
    /// Where a launch leads; none for a sign-on.
    pub(crate) launch_url: Option<LaunchUrl>,
}

/// A write that another request was quicker with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Race {
    Create,
    Replace,
}

impl Partner {
    pub(crate) fn new(sign_on: SignOn, key_id: KeyId, company: Company) -> Self {
        Self { sign_on, key_id, company, computed: None, lost_race: None, launch_url: None }
    }

    pub(crate) fn find_product(self) -> Turn {
        Turn::Call(Call::FindProduct { name: self.sign_on.product }, State::FindProduct(self))
    }

    /// A product that nobody registered a URL for is not enabled for anybody (`SSO-LAU-005`).
    pub(crate) fn product_found(mut self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        match reply.product()? {
            None => Ok(context.deny(Denial::Product, self.concerned())),
            Some(product) if product.name != self.sign_on.product => {
                Ok(context.host_fault(self.concerned()))
            }
            Some(product) => {
                self.launch_url = Some(product.launch_url);
                Ok(self.find_user())
            }
        }
    }

    /// INVARIANT: the key's company is the only one that is ever asked for (`SSO-TEN-001`).
    pub(crate) fn find_user(self) -> Turn {
        let call =
            Call::FindUser { company_id: self.company.id, email: self.sign_on.email.clone() };
        Turn::Call(call, State::FindUser(self))
    }

    pub(crate) fn user_found(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        match reply.user()? {
            None if self.lost_race.is_some() => Err(Error::StorageUnavailable),
            None => Ok(Turn::Call(self.hash(context), State::HashNewUser(self))),
            Some(user) if !self.asked_for(&user) => Ok(context.host_fault(self.concerned())),
            Some(user) => {
                let known = KnownUser { partner: self, user };
                Ok(match (known.user.status, known.user.managed_by) {
                    (UserStatus::Disabled, _) => context.deny(Denial::User, known.concerned()),
                    (UserStatus::Enabled, ManagedBy::Local) => known.admit_local(context),
                    (UserStatus::Enabled, ManagedBy::Partner) => known.verify(),
                })
            }
        }
    }

    /// Rule 1 (`SSO-RULE-001`).
    pub(crate) fn hashed_new_user(mut self, reply: Reply) -> Result<Turn, Error> {
        let password_hash = reply.hashed()?;
        let user = NewUser {
            company_id: self.company.id,
            email: self.sign_on.email.clone(),
            password_hash: password_hash.clone(),
            issued_at: self.sign_on.issued_at,
        };
        self.computed = Some(password_hash);
        Ok(Turn::Call(Call::CreateUser { user }, State::CreateUser(self)))
    }

    pub(crate) fn created(mut self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        match reply.creation()? {
            Creation::Created(user) if !self.is_new(&user) => {
                Ok(context.host_fault(self.concerned()))
            }
            Creation::Created(user) => {
                let version = user.credential_version;
                Ok(KnownUser { partner: self, user }.grant(context, version))
            }
            Creation::Exists => {
                self.lost_race = Some(Race::Create);
                Ok(self.find_user())
            }
        }
    }

    pub(crate) fn hash(&self, context: &Context) -> Call {
        Call::Hashing(Hashing::HashPassword {
            password: self.sign_on.password.clone(),
            salt: context.entropy.salt,
        })
    }

    /// Whether this is the user that was to be created, and not one who was there before.
    fn is_new(&self, user: &User) -> bool {
        self.asked_for(user)
            && self.computed.as_ref() == Some(&user.password_hash)
            && user.credential_version == CredentialVersion::FIRST
            && user.status == UserStatus::Enabled
            && user.managed_by == ManagedBy::Partner
    }

    fn asked_for(&self, user: &User) -> bool {
        user.company_id == self.company.id && user.email == self.sign_on.email
    }

    pub(crate) fn concerned(&self) -> Concerned {
        Concerned { company: Some(self.company.id), key: Some(self.key_id), user: None }
    }
}
