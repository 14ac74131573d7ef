//! A sign-on whose key is valid finds the user under the key's company, or creates it (rule 1).

use crate::context::{Context, Principals};
use crate::operation::sign_on::SignOn;
use crate::operation::sign_on::known_user::KnownUserSignOn;
use crate::state::{State, Transition};
use crate::wire::event::Rule;
use crate::wire::outcome::Creation;
use crate::{
    Behalf, Call, Company, Error, Hashing, KeyId, LaunchUrl, ManagedBy, NewUser, PasswordHash,
    Reply, UserStatus,
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
        let call = Call::FindProduct { name: self.sign_on.product.clone() };
        Transition::Call(call, State::FindProduct(self))
    }

    /// Refuses a product without a record as one that is not enabled (`SSO-LAU-005`).
    pub(crate) fn product_found(
        mut self,
        context: &Context,
        reply: Reply,
    ) -> Result<Transition, Error> {
        match reply.product()? {
            None => Ok(context.deny_product(&self.sign_on.product, self.principals())),
            Some(product) if product.name != self.sign_on.product => {
                Ok(Transition::wrong_record(self.principals(), "product.name"))
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
        let Some(user) = reply.user()? else {
            return match self.lost_race {
                Some(_) => Err(Error::StorageUnavailable),
                None => Ok(self.hash_new_user(context)),
            };
        };
        if let Some(member) = user.difference(self.company.id, &self.sign_on.email) {
            return Ok(Transition::wrong_record(self.principals(), member));
        }
        let known = KnownUserSignOn { keyed: self, user };
        Ok(match (known.user.status, known.user.managed_by) {
            (UserStatus::Disabled, _) => context.deny_user(known.principals()),
            (UserStatus::Enabled, ManagedBy::Local) => known.admit_local(context),
            (UserStatus::Enabled, ManagedBy::Partner) => known.verify(),
        })
    }

    /// Hashes the password of an unknown user, unless the company's users have e-mail addresses of other domains
    /// (`SSO-RULE-010`). Nobody who is known gets here.
    fn hash_new_user(self, context: &Context) -> Transition {
        if !self.company.email_domains.allow(&self.sign_on.email) {
            return context.deny_email_domain(self.principals());
        }
        Transition::Call(self.hash_password(context), State::HashNewUser(self))
    }

    /// Creates the user: rule 1 (`SSO-RULE-001`).
    pub(crate) fn hashed_new_user(mut self, reply: Reply) -> Result<Transition, Error> {
        let password_hash = reply.hashed()?;
        let call = Call::CreateUser { user: self.new_user(password_hash.clone()), event: None };
        self.computed_hash = Some(password_hash);
        Ok(Transition::Call(call, State::CreateUser(self)))
    }

    pub(crate) fn created(mut self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        let Creation::Created(user) = reply.creation()? else {
            self.lost_race = Some(Race::Create);
            return Ok(self.find_user());
        };
        let new_user = self.computed_hash.clone().map(|it| self.new_user(it));
        if let Some(member) = new_user.and_then(|new_user| user.difference_to(&new_user)) {
            return Ok(Transition::wrong_record(self.principals(), member));
        }
        Ok(KnownUserSignOn { keyed: self, user }.grant_verified(context, Rule::Created))
    }

    fn new_user(&self, password_hash: PasswordHash) -> NewUser {
        NewUser {
            company_id: self.company.id,
            email: self.sign_on.email.clone(),
            password_hash,
            managed_by: ManagedBy::Partner,
            issued_at: self.sign_on.issued_at,
            password_key_id: Some(self.key_id),
        }
    }

    /// Returns the call that hashes the password that was sent.
    pub(crate) fn hash_password(&self, context: &Context) -> Call {
        Call::Hashing(Hashing::HashPassword {
            password: self.sign_on.password.clone(),
            salt: context.entropy.salt,
            behalf: self.behalf(),
        })
    }

    pub(crate) const fn behalf(&self) -> Behalf {
        Behalf { keyed: true, company_id: Some(self.company.id) }
    }

    pub(crate) fn principals(&self) -> Principals {
        Principals { company: Some(self.company.id), key: Some(self.key_id), user: None }
    }
}
