//! A sign-on whose user is known: verifies the password (rule 2), or replaces it (rule 3), and grants the token.

use alloc::boxed::Box;
use alloc::format;

use crate::context::{Concerned, Context};
use crate::operation::grant::{CodeGrant, Right, TokenGrant};
use crate::operation::sign_on::keyed::{Partner, Race};
use crate::state::{Audited, State};
use crate::step::Turn;
use crate::wire::call::PasswordSwap;
use crate::wire::event::{EventKind, Purpose};
use crate::wire::reply::{Admission, Swap};
use crate::{
    Call, CredentialVersion, Error, Hashing, ManagedBy, PasswordHash, Reply, User, Verdict,
};

/// A sign-on whose user is known.
#[derive(Clone, Debug)]
pub(crate) struct KnownUser {
    pub(crate) partner: Partner,
    pub(crate) user: User,
}

impl KnownUser {
    /// The key does not make the partner's word the latest here, so a sign-on is a guess at a password like any other, and is
    /// counted before it is verified.
    pub(crate) fn admit_local(self, context: &Context) -> Turn {
        let subject = format!("{} {}", self.partner.company.domain, self.user.email.as_str());
        let attempt = context.attempt(Purpose::Direct, subject);
        Turn::Call(Call::Admit(attempt), State::AdmitLocal(self))
    }

    pub(crate) fn local_admitted(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        Ok(match reply.admission()? {
            Admission::RetryAfter(seconds) => {
                context.over_limit(Purpose::Direct, seconds, self.concerned())
            }
            Admission::Admitted => self.verify(),
        })
    }

    pub(crate) fn verify(self) -> Turn {
        let call = Call::Hashing(Hashing::VerifyPassword {
            password: self.partner.sign_on.password.clone(),
            password_hash: self.user.password_hash.clone(),
        });
        Turn::Call(call, State::VerifyPassword(self))
    }

    pub(crate) fn verified(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        match reply.verdict()? {
            Verdict::Match => Ok(self.matched(context)),
            Verdict::NoMatch => self.mismatched(context),
            Verdict::Unreadable => {
                let event = context.event(EventKind::HashUnreadable, self.concerned());
                Ok(Turn::audit(event, Audited::Replace(Box::new(self))))
            }
        }
    }

    /// Rule 2 (`SSO-RULE-002`).
    fn matched(self, context: &Context) -> Turn {
        if !self.user.password_hash.needs_rehash() {
            return self.grant_verified(context);
        }
        match self.partner.computed.clone() {
            Some(stronger) => self.rehash(stronger),
            None => Turn::Call(self.partner.hash(context), State::HashStronger(self)),
        }
    }

    /// A stronger hash is worth an attempt, but its failure changes nothing (`SSO-ERR-003`).
    pub(crate) fn hashed_stronger(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        match reply.hashed() {
            Ok(stronger) => Ok(self.rehash(stronger)),
            Err(Error::Internal) => Err(Error::Internal),
            Err(_) => Ok(self.grant_verified(context)),
        }
    }

    fn rehash(self, stronger: PasswordHash) -> Turn {
        Turn::Call(Call::RehashPassword(self.password_swap(stronger)), State::Rehash(self))
    }

    pub(crate) fn rehashed(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        match reply.rehash() {
            Err(Error::Internal) => Err(Error::Internal),
            Ok(Swap::Swapped(()) | Swap::Stale) | Err(_) => Ok(self.grant_verified(context)),
        }
    }

    /// Rule 3 (`SSO-RULE-003`), unless the stored password is not the partner's or is newer.
    pub(crate) fn mismatched(self, context: &Context) -> Result<Turn, Error> {
        if self.user.managed_by == ManagedBy::Local {
            return Err(Error::IdentityUnavailable);
        }
        let is_outdated = self
            .partner
            .sign_on
            .issued_at
            .zip(self.user.issued_at)
            .is_some_and(|(sent, stored)| sent < stored);
        if is_outdated {
            return Err(Error::OutdatedPassword);
        }
        if self.partner.lost_race == Some(Race::Replace) {
            return Err(Error::ConcurrentUpdate);
        }
        let subject = format!("{}/{}", self.partner.company.id, self.user.id);
        let attempt = context.attempt(Purpose::Replacement, subject);
        Ok(Turn::Call(Call::Admit(attempt), State::AdmitReplacement(self)))
    }

    pub(crate) fn replacement_admitted(
        self,
        context: &Context,
        reply: Reply,
    ) -> Result<Turn, Error> {
        Ok(match (reply.admission()?, self.partner.computed.clone()) {
            (Admission::RetryAfter(seconds), _) => {
                context.over_limit(Purpose::Replacement, seconds, self.concerned())
            }
            (Admission::Admitted, Some(computed)) => self.swap(computed),
            (Admission::Admitted, None) => {
                Turn::Call(self.partner.hash(context), State::HashReplacement(self))
            }
        })
    }

    pub(crate) fn swap(mut self, computed: PasswordHash) -> Turn {
        let swap = self.password_swap(computed.clone());
        let issued_at = self.partner.sign_on.issued_at;
        self.partner.computed = Some(computed);
        Turn::Call(Call::ReplacePassword { swap, issued_at }, State::ReplacePassword(self))
    }

    pub(crate) fn replaced(mut self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        match reply.replacement()? {
            Swap::Swapped(version) if Some(version) != self.user.credential_version.next() => {
                Ok(context.host_fault(self.concerned()))
            }
            Swap::Swapped(version) => Ok(self.grant(context, version)),
            Swap::Stale => {
                self.partner.lost_race = Some(Race::Replace);
                Ok(self.partner.find_user())
            }
        }
    }

    fn grant_verified(self, context: &Context) -> Turn {
        let version = self.user.credential_version;
        self.grant(context, version)
    }

    /// INVARIANT: reached only with a password that was verified, created or swapped in (`SSO-TOK-005`).
    pub(crate) fn grant(self, context: &Context, credential_version: CredentialVersion) -> Turn {
        let Partner { sign_on, key_id, company, launch_url, .. } = self.partner;
        let product = sign_on.product;
        match launch_url {
            Some(url) => {
                CodeGrant::save(context, &self.user, key_id, credential_version, (product, &url))
            }
            None => {
                let right =
                    Right { credential_version, key_id: Some(key_id), product: Some(product) };
                TokenGrant::save(context, company, self.user, &right)
            }
        }
    }

    fn password_swap(&self, password_hash: PasswordHash) -> PasswordSwap {
        PasswordSwap {
            company_id: self.user.company_id,
            user_id: self.user.id,
            expected_version: self.user.credential_version,
            password_hash,
        }
    }

    pub(crate) fn concerned(&self) -> Concerned {
        Concerned { user: Some(self.user.id), ..self.partner.concerned() }
    }
}
