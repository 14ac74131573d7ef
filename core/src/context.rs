//! The part of a request or command that stays the same up to its answer, and the refusals that are recorded as events.

use alloc::string::String;

use crate::state::{State, Transition};
use crate::wire::call::Attempt;
use crate::wire::event::{Denial, EventKind, KeyRefusal, Purpose};
use crate::{
    Call, CompanyId, ENTROPY_BYTES, Error, Event, KeyId, MAX_INTEGER, ProductName, Settings, UserId,
};

/// The part of a request or command that stays the same up to its answer.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) now: u64,
    pub(crate) source: Option<String>,
    pub(crate) entropy: Entropy,
    pub(crate) legacy_status: bool,
    token_lifetime: u64,
    code_lifetime: u64,
}

/// The request's random bytes, by use.
#[derive(Clone)]
pub(crate) struct Entropy {
    pub(crate) token: [u8; 16],
    pub(crate) salt: [u8; 16],
    /// For a launch code, a new key or a product's new secret.
    pub(crate) code: [u8; 32],
}

impl Context {
    pub(crate) fn new(
        now: u64,
        source: Option<String>,
        entropy: [u8; ENTROPY_BYTES],
        settings: &Settings,
    ) -> Self {
        Self {
            now,
            source,
            entropy: Entropy::split(entropy),
            legacy_status: settings.legacy_status(),
            token_lifetime: settings.token_lifetime(),
            code_lifetime: settings.code_lifetime(),
        }
    }

    /// Returns the context of a command, which no legacy client sends.
    pub(crate) fn of_command(now: u64, entropy: [u8; ENTROPY_BYTES], settings: &Settings) -> Self {
        Self { legacy_status: false, ..Self::new(now, None, entropy, settings) }
    }

    /// Returns the end of a token that is granted now (`SSO-TOK-004`).
    pub(crate) fn end_of_token(&self) -> u64 {
        self.after(self.token_lifetime)
    }

    /// Returns the end of a code that is granted now (`SSO-LAU-004`).
    pub(crate) fn end_of_code(&self) -> u64 {
        self.after(self.code_lifetime)
    }

    /// Returns the time that lies `milliseconds` ahead, at most [`MAX_INTEGER`].
    pub(crate) fn after(&self, milliseconds: u64) -> u64 {
        self.now.saturating_add(milliseconds).min(MAX_INTEGER)
    }

    /// Returns an event of this request or command. Its principals are those that are known by now.
    pub(crate) fn event(
        &self,
        kind: EventKind,
        principals: Principals,
        product: Option<ProductName>,
    ) -> Event {
        Event {
            kind,
            at: self.now,
            source: self.source.clone(),
            company_id: principals.company,
            key_id: principals.key,
            user_id: principals.user,
            product,
            fault: None,
        }
    }
}

/// The company, the key and the user of an event, as far as they are known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Principals {
    pub(crate) company: Option<CompanyId>,
    pub(crate) key: Option<KeyId>,
    pub(crate) user: Option<UserId>,
}

impl Entropy {
    pub(crate) fn split(bytes: [u8; ENTROPY_BYTES]) -> Self {
        let mut rest = bytes.into_iter();
        Self { token: take(&mut rest), salt: take(&mut rest), code: take(&mut rest) }
    }
}

fn take<const N: usize>(bytes: &mut impl Iterator<Item = u8>) -> [u8; N] {
    core::array::from_fn(|_| bytes.next().unwrap_or_default())
}

/// Token, code and key are made of these bytes, so they are not printed.
impl core::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Entropy(..)")
    }
}

/// Refusals that are recorded as events.
impl Context {
    pub(crate) fn refuse_key(&self, refusal: KeyRefusal, principals: Principals) -> Transition {
        self.refuse(EventKind::KeyRefused(refusal), principals, Error::InvalidSsokey)
    }

    pub(crate) fn deny_user(&self, principals: Principals) -> Transition {
        self.refuse(EventKind::AccessDenied(Denial::User), principals, Error::AccessDenied)
    }

    /// Refuses to create a user with an e-mail address of this domain (`SSO-RULE-010`).
    pub(crate) fn deny_email_domain(&self, principals: Principals) -> Transition {
        self.refuse(EventKind::AccessDenied(Denial::EmailDomain), principals, Error::AccessDenied)
    }

    pub(crate) fn deny_product(&self, product: &ProductName, principals: Principals) -> Transition {
        let kind = EventKind::AccessDenied(Denial::Product);
        let event = self.event(kind, principals, Some(product.clone()));
        refusal(event, Error::AccessDenied)
    }

    pub(crate) fn refuse_over_limit(
        &self,
        purpose: Purpose,
        seconds: u32,
        principals: Principals,
    ) -> Transition {
        let kind = EventKind::RateLimited(purpose);
        self.refuse(kind, principals, Error::RateLimited { seconds })
    }

    pub(crate) fn refuse(
        &self,
        kind: EventKind,
        principals: Principals,
        error: Error,
    ) -> Transition {
        refusal(self.event(kind, principals, None), error)
    }

    pub(crate) fn attempt(&self, purpose: Purpose, subject: String) -> Attempt {
        Attempt { purpose, source: self.source.clone(), subject }
    }
}

fn refusal(event: Event, error: Error) -> Transition {
    Transition::Call(Call::Audit { event }, State::AuditRefusal(error))
}

#[cfg(test)]
mod tests {
    use super::Context;
    use crate::{ENTROPY_BYTES, MAX_INTEGER, Settings};

    #[test]
    fn a_time_ahead_is_at_most_the_largest_integer_of_the_wire() {
        let after = |now, milliseconds| {
            Context::new(now, None, [0; ENTROPY_BYTES], &Settings::default()).after(milliseconds)
        };
        assert_eq!(after(1, 60_000), 60_001);
        assert_eq!(after(MAX_INTEGER - 1, 1), MAX_INTEGER);
        assert_eq!(after(MAX_INTEGER, 1), MAX_INTEGER);
        assert_eq!(after(u64::MAX, 60_000), MAX_INTEGER);
    }
}
