//! A sign-on whose user is known verifies the password (rule 2) or replaces it (rule 3), and grants the token or code.

use alloc::format;

use crate::context::{Context, Principals};
use crate::operation::grant::{Grant, PendingCode, PendingToken};
use crate::operation::sign_on::keyed::{KeyedSignOn, Race};
use crate::state::{State, Transition};
use crate::wire::call::{Attempt, PasswordSwap};
use crate::wire::event::{EventKind, Purpose, Rule};
use crate::wire::outcome::{Admission, Swap};
use crate::{
    Call, CredentialVersion, Error, Hashing, MAX_CLOCK_SKEW, ManagedBy, PasswordHash, Reply, User,
    Verdict,
};

/// A sign-on whose key is valid and whose user is known; the password is not verified yet.
#[derive(Clone, Debug)]
pub(crate) struct KnownUserSignOn {
    pub(crate) keyed: KeyedSignOn,
    pub(crate) user: User,
}

impl KnownUserSignOn {
    /// Counts a sign-on of a locally managed user as a guess at the password before it is verified: here the key does not make
    /// the partner's password the latest.
    pub(crate) fn admit_local(self, context: &Context) -> Transition {
        Transition::Call(Call::Admit(self.local_attempt(context)), State::AdmitLocal(self))
    }

    /// Returns the attempt at a locally managed user. Nobody without the key makes such attempts.
    fn local_attempt(&self, context: &Context) -> Attempt {
        let KeyedSignOn { key_id, company, .. } = &self.keyed;
        context.attempt(Purpose::Local, format!("{key_id} {}/{}", company.id, self.user.id))
    }

    pub(crate) fn local_admitted(
        self,
        context: &Context,
        reply: Reply,
    ) -> Result<Transition, Error> {
        Ok(match reply.admission()? {
            Admission::RetryAfter(seconds) => {
                context.refuse_over_limit(Purpose::Local, seconds, self.principals())
            }
            Admission::Admitted => self.verify(),
        })
    }

    pub(crate) fn verify(self) -> Transition {
        let call = Call::Hashing(Hashing::VerifyPassword {
            password: self.keyed.sign_on.password.clone(),
            password_hash: self.user.password_hash.clone(),
            behalf: self.keyed.behalf(),
        });
        Transition::Call(call, State::VerifyPassword(self))
    }

    pub(crate) fn verified(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        match reply.verdict()? {
            Verdict::Match if self.user.managed_by == ManagedBy::Local => {
                let attempt = self.local_attempt(context);
                Ok(Transition::Call(Call::GiveBack(attempt), State::GiveBackLocal(self)))
            }
            Verdict::Match => Ok(self.matched(context)),
            Verdict::NoMatch => self.mismatched(context),
            Verdict::Unreadable => {
                let event = context.event(EventKind::HashUnreadable, self.principals(), None);
                Ok(Transition::Call(Call::Audit { event }, State::AuditUnreadable(self)))
            }
        }
    }

    /// Grants the token: rule 2 (`SSO-RULE-002`). A weaker hash is replaced first (`SSO-RULE-005`).
    pub(crate) fn matched(self, context: &Context) -> Transition {
        if !self.user.password_hash.needs_rehash() {
            return self.grant_verified(context, Rule::Matched);
        }
        match self.keyed.computed_hash.clone() {
            Some(stronger) => self.rehash(stronger),
            None => Transition::Call(self.keyed.hash_password(context), State::HashStronger(self)),
        }
    }

    /// Grants the token without a stronger hash if there is none: that is not worth a failure (`SSO-ERR-003`).
    pub(crate) fn hashed_stronger(
        self,
        context: &Context,
        reply: Reply,
    ) -> Result<Transition, Error> {
        match reply.hashed() {
            Ok(stronger) => Ok(self.rehash(stronger)),
            Err(Error::UnfitReply) => Err(Error::UnfitReply),
            Err(_) => Ok(self.grant_verified(context, Rule::Matched)),
        }
    }

    fn rehash(self, stronger: PasswordHash) -> Transition {
        Transition::Call(Call::RehashPassword(self.password_swap(stronger)), State::Rehash(self))
    }

    pub(crate) fn rehashed(self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        match reply.rehash() {
            Err(Error::UnfitReply) => Err(Error::UnfitReply),
            Ok(Swap::Swapped(()) | Swap::Stale) | Err(_) => {
                Ok(self.grant_verified(context, Rule::Matched))
            }
        }
    }

    /// Replaces the password: rule 3 (`SSO-RULE-003`). Refuses if the stored password is newer or is not the partner's. A stored
    /// time that runs ahead of the clock says nothing (`SSO-RULE-008`).
    pub(crate) fn mismatched(self, context: &Context) -> Result<Transition, Error> {
        if self.user.managed_by == ManagedBy::Local {
            return Err(Error::IdentityUnavailable);
        }
        let is_outdated = self
            .keyed
            .sign_on
            .issued_at
            .zip(self.user.issued_at.filter(|it| *it <= MAX_CLOCK_SKEW.saturating_add(context.now)))
            .is_some_and(|(sent, stored)| sent < stored);
        if is_outdated {
            return Err(Error::OutdatedPassword);
        }
        if self.keyed.lost_race == Some(Race::Replace) {
            return Err(Error::ConcurrentUpdate);
        }
        let subject = format!("{}/{}", self.keyed.company.id, self.user.id);
        let attempt = context.attempt(Purpose::Replacement, subject);
        Ok(Transition::Call(Call::Admit(attempt), State::AdmitReplacement(self)))
    }

    pub(crate) fn replacement_admitted(
        self,
        context: &Context,
        reply: Reply,
    ) -> Result<Transition, Error> {
        Ok(match (reply.admission()?, self.keyed.computed_hash.clone()) {
            (Admission::RetryAfter(seconds), _) => {
                context.refuse_over_limit(Purpose::Replacement, seconds, self.principals())
            }
            (Admission::Admitted, Some(computed_hash)) => self.replace(computed_hash),
            (Admission::Admitted, None) => {
                Transition::Call(self.keyed.hash_password(context), State::HashReplacement(self))
            }
        })
    }

    pub(crate) fn replace(mut self, computed_hash: PasswordHash) -> Transition {
        let swap = self.password_swap(computed_hash.clone());
        let (issued_at, password_key_id) = (self.keyed.sign_on.issued_at, self.keyed.key_id);
        self.keyed.computed_hash = Some(computed_hash);
        let call = Call::ReplacePassword { swap, issued_at, password_key_id };
        Transition::Call(call, State::ReplacePassword(self))
    }

    pub(crate) fn replaced(mut self, context: &Context, reply: Reply) -> Result<Transition, Error> {
        match reply.replacement()? {
            Swap::Swapped(version) if Some(version) != self.user.credential_version.next() => {
                Ok(Transition::wrong_record(self.principals(), "credentialVersion"))
            }
            Swap::Swapped(version) => Ok(self.grant(context, version, Rule::Replaced)),
            Swap::Stale => {
                self.keyed.lost_race = Some(Race::Replace);
                Ok(self.keyed.find_user())
            }
        }
    }

    /// Grants the token or code for the version that the user was read with.
    pub(crate) fn grant_verified(self, context: &Context, rule: Rule) -> Transition {
        let version = self.user.credential_version;
        self.grant(context, version, rule)
    }

    /// INVARIANT: reached only with a password that was verified, created or swapped in (`SSO-TOK-005`).
    fn grant(self, context: &Context, version: CredentialVersion, rule: Rule) -> Transition {
        let KeyedSignOn { sign_on, key_id, company, launch_url, .. } = self.keyed;
        let product = sign_on.product;
        if let Some(url) = launch_url {
            return PendingCode::save(
                context,
                &self.user,
                key_id,
                (product, &url),
                (version, rule),
            );
        }
        let grant = Grant {
            credential_version: version,
            key_id: Some(key_id),
            product: Some(product),
            kind: match rule {
                Rule::Created => EventKind::UserCreated,
                Rule::Matched => EventKind::SignedOn,
                Rule::Replaced => EventKind::PasswordReplaced,
            },
        };
        PendingToken::save(context, company, self.user, grant)
    }

    fn password_swap(&self, password_hash: PasswordHash) -> PasswordSwap {
        PasswordSwap {
            company_id: self.user.company_id,
            user_id: self.user.id,
            expected_version: self.user.credential_version,
            password_hash,
        }
    }

    pub(crate) fn principals(&self) -> Principals {
        Principals { user: Some(self.user.id), ..self.keyed.principals() }
    }
}
