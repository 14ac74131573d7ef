//! The part of a request that stays the same up to its answer, and the refusals that are recorded as events.

use alloc::string::String;

use crate::state::AfterAudit;
use crate::step::Transition;
use crate::wire::call::Attempt;
use crate::wire::event::{Denial, EventKind, HostFault, KeyRefusal, Purpose};
use crate::{
    CompanyId, ENTROPY_BYTES, Error, Event, KeyId, MAX_INTEGER, Request, Settings, UserId,
};

/// The part of a request that stays the same up to its answer.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) now: u64,
    pub(crate) source: Option<String>,
    pub(crate) entropy: Entropy,
    pub(crate) legacy_status: bool,
}

/// The request's random bytes, by use.
#[derive(Clone)]
pub(crate) struct Entropy {
    pub(crate) token: [u8; 16],
    pub(crate) salt: [u8; 16],
    /// For a launch code, or for a new key.
    pub(crate) code: [u8; 32],
}

impl Context {
    pub(crate) fn new(request: &Request<'_>, settings: &Settings) -> Self {
        Self {
            now: request.now,
            source: request.source.map(String::from),
            entropy: Entropy::split(request.entropy),
            legacy_status: settings.legacy_status,
        }
    }

    /// Returns the context of a command, which has no HTTP request.
    pub(crate) fn of_operator(now: u64, entropy: [u8; ENTROPY_BYTES]) -> Self {
        Self { now, source: None, entropy: Entropy::split(entropy), legacy_status: false }
    }

    /// Returns the time that lies `milliseconds` ahead, at most [`MAX_INTEGER`].
    pub(crate) fn after(&self, milliseconds: u64) -> u64 {
        self.now.saturating_add(milliseconds).min(MAX_INTEGER)
    }

    /// Returns an event of this request. Its principals are those that are known by now.
    pub(crate) fn event(&self, kind: EventKind, principals: Principals) -> Event {
        Event {
            kind,
            at: self.now,
            source: self.source.clone(),
            company_id: principals.company,
            key_id: principals.key,
            user_id: principals.user,
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

    pub(crate) fn deny(&self, denial: Denial, principals: Principals) -> Transition {
        self.refuse(EventKind::AccessDenied(denial), principals, Error::AccessDenied)
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

    pub(crate) fn refuse_wrong_record(&self, principals: Principals) -> Transition {
        let kind = EventKind::HostFault(HostFault::WrongRecord);
        self.refuse(kind, principals, Error::Internal)
    }

    pub(crate) fn refuse(
        &self,
        kind: EventKind,
        principals: Principals,
        error: Error,
    ) -> Transition {
        Transition::audit(self.event(kind, principals), AfterAudit::Refuse(error))
    }

    pub(crate) fn attempt(&self, purpose: Purpose, subject: String) -> Attempt {
        Attempt { purpose, source: self.source.clone(), subject }
    }
}

#[cfg(test)]
mod tests {
    use super::Context;
    use crate::{ENTROPY_BYTES, MAX_INTEGER};

    #[test]
    fn a_time_ahead_is_at_most_the_largest_integer_of_the_wire() {
        let after =
            |now, milliseconds| Context::of_operator(now, [0; ENTROPY_BYTES]).after(milliseconds);
        assert_eq!(after(1, 60_000), 60_001);
        assert_eq!(after(MAX_INTEGER - 1, 1), MAX_INTEGER);
        assert_eq!(after(MAX_INTEGER, 1), MAX_INTEGER);
        assert_eq!(after(u64::MAX, 60_000), MAX_INTEGER);
    }
}
