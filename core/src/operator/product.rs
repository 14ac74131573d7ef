//! Products: lists them, and sets their launch URL and secret. And the purge of what products were given, which has expired.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::context::{Context, Principals};
use crate::operator::answer::{RotatedProduct, SavedProduct, ShownProduct};
use crate::operator::parse::unknown_product;
use crate::operator::refusal::Refusal;
use crate::operator::state::{State, Transition};
use crate::operator::{Call, Reply};
use crate::value::hexadecimal;
use crate::value::id::integer;
use crate::wire::event::EventKind;
use crate::{Digest, Error, LaunchUrl, ProductName, Products, Response};

/// The time for which the secret that a product had is accepted beside the new one: 0 to 30 days in milliseconds. The default is
/// 0: the secret before is gone at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Overlap(u64);

impl Overlap {
    /// The longest overlap in milliseconds.
    pub const MAX: u64 = 30 * 24 * 60 * 60 * 1000;
}

integer!(Overlap, (0..=Self::MAX), "must be 0 to 2592000000 milliseconds");

/// A product's secret that is not durable yet.
#[derive(Clone, Debug)]
pub(crate) struct PendingSecret {
    name: ProductName,
    secret: Secret,
}

/// A product's secret: 32 random bytes as 64 hexadecimal digits. It is not printed, and is wiped when dropped.
#[derive(Clone)]
struct Secret(Zeroizing<String>);

impl Secret {
    fn generate(entropy: [u8; 32]) -> Self {
        Self(Zeroizing::new(hexadecimal::digits(&entropy)))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl PendingSecret {
    /// Makes a secret. Fails if the product is not one of the server's.
    pub(super) fn new(
        context: &Context,
        name: ProductName,
        products: &Products,
    ) -> Result<Self, Refusal> {
        if products.find(name.as_str()).is_none() {
            return Err(unknown_product(products));
        }
        Ok(Self { name, secret: Secret::generate(context.entropy.code) })
    }

    fn digest(&self) -> Digest {
        Digest::of(self.secret.0.as_bytes())
    }

    /// Returns the call that stores the URL, and the secret's digest if the product is new (`SSO-OPS-025`).
    pub(super) fn save(self, context: &Context, launch_url: LaunchUrl) -> Transition {
        let name = self.name.clone();
        let event = context.event(EventKind::ProductSet, Principals::default(), Some(name.clone()));
        let secret_digest = self.digest();
        let call = Call::SaveProduct { name, launch_url: launch_url.clone(), secret_digest, event };
        Transition::Call(call, State::SaveProduct(self, launch_url))
    }

    /// Shows the secret of a new product, this once. INVARIANT: its digest is durable by now.
    pub(super) fn saved(self, launch_url: &LaunchUrl, reply: Reply) -> Result<Transition, Error> {
        let is_new = reply.done_or_exists()?;
        let secret = is_new.then_some(self.secret.0.as_str());
        Response::of_command(&SavedProduct { name: &self.name, launch_url, secret })
            .map(Transition::Done)
    }

    /// Returns the call that stores the secret's digest (`SSO-OPS-014`).
    pub(super) fn rotate(self, context: &Context, overlap: Overlap) -> Transition {
        let name = self.name.clone();
        let event =
            context.event(EventKind::ProductRotated, Principals::default(), Some(name.clone()));
        let end = (overlap.get() > 0).then(|| context.after(overlap.get()));
        let call = Call::RotateProduct {
            name,
            secret_digest: self.digest(),
            previous_secret_expires_at: end,
            event,
        };
        Transition::Call(call, State::RotateProduct(self, end))
    }

    /// Shows the secret, this once. INVARIANT: its digest is durable by now.
    pub(super) fn rotated(self, end: Option<u64>, reply: Reply) -> Result<Transition, Error> {
        reply.done_or_none()?.ok_or(Refusal::NoProduct)?;
        let shown = RotatedProduct {
            name: &self.name,
            secret: &self.secret.0,
            previous_secret_expires_at: end,
        };
        Response::of_command(&shown).map(Transition::Done)
    }
}

pub(super) fn listed(reply: Reply) -> Result<Transition, Error> {
    #[derive(Serialize)]
    struct Return<'a> {
        products: Vec<ShownProduct<'a>>,
    }

    let products = reply.products()?;
    let mut pairs = products.iter().zip(products.iter().skip(1));
    if let Some(index) = pairs.position(|(one, next)| one.name.as_str() >= next.name.as_str()) {
        let member = format!("products.{}.name", index + 1);
        return Ok(Transition::wrong_record(Principals::default(), member));
    }
    Response::of_command(&Return { products: products.iter().map(Into::into).collect() })
        .map(Transition::Done)
}

pub(super) fn purged(reply: Reply) -> Result<Transition, Error> {
    #[derive(Serialize)]
    struct Return {
        purged: u64,
    }

    Response::of_command(&Return { purged: reply.purged()? }).map(Transition::Done)
}
