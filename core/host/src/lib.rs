//! A host of the sign-on decision of [`ssokey_core`].
//!
//! Core decides and does nothing; this crate does what core asks for:
//!
//! - [`Storage`] is what a database of yours has to do, a method for each call, and [`OperatorStorage`] what the operator's commands
//!   need besides. The feature `testing` has the promises of `spec/storage.md` as tests of any of them.
//! - [`decide`] answers a request, and [`carry_out`] a command, over a storage and a [`Hasher`].
//! - [`HashPool`] hashes on threads of its own, in as much memory as they have, whatever comes.
//! - The feature `http` has both ways between core and the crate `http`.
//!
//! There is no runtime here: a future is polled by whatever you have.
//!
//! # Bounds
//!
//! A hash waits for a thread for a second by default, and what waits is bounded in number. **A storage call is not bounded here**: give
//! the whole request one deadline, as the example server does, and answer it by [`failure`](ssokey_core::failure) with
//! [`StorageUnavailable`](ssokey_core::Failure::StorageUnavailable) when that is over.
//!
//! # Cancellation
//!
//! A future may be dropped at any time. There is nothing to clean up: each prefix of a request's effects is a legal state, and
//! repeating the request converges. A call that was made may have taken effect, or may yet. But a server that drops the future
//! whenever a client goes away lets that client stop it between two writes, so run each request to its end, as the example does by a
//! task of its own.
#![forbid(unsafe_code)]

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;

mod decide;
mod hasher;
#[cfg(feature = "http")]
pub mod http;
mod operator;
mod pool;
mod queue;
mod storage;
mod system;
#[cfg(feature = "testing")]
pub mod testing;
mod trouble;

pub use decide::{carry_out, carry_out_json, decide, drive, drive_command};
pub use hasher::{Hasher, InPlace};
pub use operator::{Change, Naming, OperatorStorage};
pub use pool::{HashPool, PoolSettings};
pub use storage::{Admission, Creation, Storage, Swap};
pub use system::{NoEntropy, entropy, now};
pub use trouble::Trouble;
