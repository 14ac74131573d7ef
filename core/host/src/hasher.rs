//! What computes hashes.

use std::future::{Future, ready};

use ssokey_core::{Hashing, Reply};

/// What computes hashes (`STO-HASH`): a [`HashPool`](crate::HashPool), or a service of your own.
pub trait Hasher: Send + Sync {
    /// Computes the reply, as [`Hashing::compute`] does. [`Reply::Overloaded`] says that there is no memory or thread at present, and
    /// [`Reply::Failed`] that something went wrong.
    fn hash(&self, hashing: Hashing) -> impl Future<Output = Reply> + Send;
}

impl<H: Hasher + ?Sized> Hasher for &H {
    fn hash(&self, hashing: Hashing) -> impl Future<Output = Reply> + Send {
        (**self).hash(hashing)
    }
}

/// Computes each hash where it is asked for, in memory that is given back. It keeps the thread busy for tens of milliseconds, so it is for
/// tools and tests, not for servers.
#[derive(Clone, Copy, Debug, Default)]
pub struct InPlace;

impl Hasher for InPlace {
    fn hash(&self, hashing: Hashing) -> impl Future<Output = Reply> + Send {
        ready(hashing.compute())
    }
}
