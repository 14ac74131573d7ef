//! What stays the same from a request to its answer, and the refusals that an operator hears of.

use alloc::string::String;

use crate::state::Audited;
use crate::step::Turn;
use crate::wire::call::Attempt;
use crate::wire::event::{Denial, EventKind, HostFault, KeyRefusal, Purpose};
use crate::{
    CompanyId, ENTROPY_BYTES, Error, Event, KeyId, MAX_INTEGER, Request, Settings, UserId,
};

/// What stays the same from the request to its answer.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) now: u64,
    pub(crate) source: Option<String>,
    pub(crate) entropy: Entropy,
    pub(crate) legacy_status: bool,
}

/// The request's random bytes by use.
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

    /// The operator has no request.
    pub(crate) fn of_operator(now: u64, entropy: [u8; ENTROPY_BYTES]) -> Self {
        Self { now, source: None, entropy: Entropy::split(entropy), legacy_status: false }
    }

    /// A time that lies `milliseconds` ahead, or the last one that can be written.
    pub(crate) fn after(&self, milliseconds: u64) -> u64 {
        self.now.saturating_add(milliseconds).min(MAX_INTEGER)
    }

    /// An event of this request; whom it concerns is added as far as it is known.
    pub(crate) fn event(&self, kind: EventKind, concerned: Concerned) -> Event {
        Event {
            kind,
            at: self.now,
            source: self.source.clone(),
            company_id: concerned.company,
            key_id: concerned.key,
            user_id: concerned.user,
        }
    }
}

/// Whom an event concerns.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Concerned {
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

/// The token and the code come of these bytes, so they are not printed.
impl core::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Entropy(..)")
    }
}

/// Refusals that an operator hears of.
impl Context {
    pub(crate) fn refuse_key(&self, refusal: KeyRefusal, concerned: Concerned) -> Turn {
        self.refuse(EventKind::KeyRefused(refusal), concerned, Error::InvalidSsokey)
    }

    pub(crate) fn deny(&self, denial: Denial, concerned: Concerned) -> Turn {
        self.refuse(EventKind::AccessDenied(denial), concerned, Error::AccessDenied)
    }

    pub(crate) fn over_limit(&self, purpose: Purpose, seconds: u32, concerned: Concerned) -> Turn {
        let kind = EventKind::RateLimited(purpose);
        self.refuse(kind, concerned, Error::RateLimited { seconds })
    }

    pub(crate) fn host_fault(&self, concerned: Concerned) -> Turn {
        let kind = EventKind::HostFault(HostFault::WrongRecord);
        self.refuse(kind, concerned, Error::Internal)
    }

    pub(crate) fn refuse(&self, kind: EventKind, concerned: Concerned, error: Error) -> Turn {
        Turn::audit(self.event(kind, concerned), Audited::Refuse(error))
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
