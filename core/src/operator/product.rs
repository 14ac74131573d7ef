//! Products: sets their launch URL and secret. And the purge of what products were given, which has expired.

use alloc::string::String;
use core::fmt;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::context::{Context, Principals};
use crate::operator::answer::ProductSecret;
use crate::operator::state::{State, Transition};
use crate::operator::{Call, Reply};
use crate::value::hexadecimal;
use crate::wire::event::EventKind;
use crate::{Digest, Error, LaunchUrl, ProductName, Response};

/// The time for which the secret that a product had is accepted beside the new one: 0 to 30 days in milliseconds. The default is
/// 0: the secret before is gone at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overlap(u64);

impl Overlap {
    /// The longest overlap in milliseconds.
    pub const MAX: u64 = 30 * 24 * 60 * 60 * 1000;

    pub(super) const BOUNDS: &'static str = "must be 0 to 2592000000 milliseconds";

    /// Takes a number of milliseconds; none if it is more than [`Self::MAX`].
    #[must_use]
    pub fn new(milliseconds: u64) -> Option<Self> {
        (milliseconds <= Self::MAX).then_some(Self(milliseconds))
    }

    /// Returns the number of milliseconds.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// A product's secret that is not durable yet.
#[derive(Clone, Debug)]
pub(crate) struct PendingSecret {
    name: ProductName,
    launch_url: LaunchUrl,
    secret: Secret,
    previous_secret_expires_at: Option<u64>,
}

/// A product's secret: 32 random bytes as 64 hexadecimal digits. It is not printed, and is wiped when dropped.
#[derive(Clone)]
struct Secret(Zeroizing<String>);

impl Secret {
    fn generate(entropy: [u8; 32]) -> Self {
        let mut digits = Zeroizing::new(String::with_capacity(64));
        // A string takes all that is written to it.
        let _written = hexadecimal::write(&entropy, &mut *digits);
        Self(digits)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl PendingSecret {
    /// Makes a secret and returns the call that stores its digest (`SSO-OPS-014`).
    pub(super) fn save(
        context: &Context,
        name: ProductName,
        launch_url: LaunchUrl,
        overlap: Overlap,
    ) -> Transition {
        let secret = Secret::generate(context.entropy.code);
        let previous_secret_expires_at = (overlap.get() > 0).then(|| context.after(overlap.get()));
        let call = Call::SaveProduct {
            name: name.clone(),
            launch_url: launch_url.clone(),
            secret_digest: Digest::of(secret.0.as_bytes()),
            previous_secret_expires_at,
            event: context.event(EventKind::ProductSet, Principals::default(), Some(name.clone())),
        };
        let pending = Self { name, launch_url, secret, previous_secret_expires_at };
        Transition::Call(call, State::SaveProduct(pending))
    }

    /// Shows the secret, this once. INVARIANT: its digest is durable by now.
    pub(super) fn saved(self, reply: Reply) -> Result<Transition, Error> {
        reply.done()?;
        let shown = ProductSecret {
            name: &self.name,
            launch_url: &self.launch_url,
            secret: &self.secret.0,
            previous_secret_expires_at: self.previous_secret_expires_at,
        };
        Response::of_command(&shown).map(Transition::Done)
    }
}

pub(super) fn purged(reply: Reply) -> Result<Transition, Error> {
    #[derive(Serialize)]
    struct Return {
        purged: u64,
    }

    Response::of_command(&Return { purged: reply.purged()? }).map(Transition::Done)
}
