//! The decision behind the third-party sign-on call.
//!
//! No I/O, no clock, no entropy, no threads, no `async`: time and random bytes come in with the [`Request`], and whatever
//! has to be read, written or hashed is handed to the host as a [`Call`]. The host answers each call with a [`Reply`]:
//!
//! ```text
//! begin(request) -> Step::Call(call, waiting)
//!                   waiting.step(reply) -> Step::Call(call, waiting)
//!                                          waiting.step(reply) -> Step::Done(response)
//! ```
//!
//! Every verb consumes its input, so a stale state cannot be used again. A call is plain data: it can be printed, replayed,
//! delayed, failed and reordered. What a host promises for each call stands in `spec/storage.md`, what the answers mean
//! in `spec/README.md`; items name the requirement that they implement.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

#[cfg(test)]
extern crate self as ssokey_core;
#[cfg(test)]
extern crate std;
#[cfg(test)]
#[path = "../tests/exploration/mod.rs"]
mod exploration;

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;

mod argon2id;
mod call;
mod code;
mod command;
mod context;
mod decode;
mod digest;
mod direct;
mod email;
mod error;
mod error_code;
mod event;
mod exchange;
mod fields;
mod grant;
mod guard;
mod hashing;
mod hexadecimal;
mod holder;
mod id;
mod json;
mod known_user;
mod launch_url;
mod operation;
mod partner;
mod password;
mod product;
mod reader;
mod record;
mod reply;
mod request;
mod response;
mod session;
mod sign_on;
mod ssokey;
mod state;
mod step;
mod token;

pub use argon2id::{
    Argon2id, Costs, OutOfMemory, PasswordHash, Verdict, argon2id, hash_password, verify_password,
};
pub use call::{Attempt, Call, PasswordSwap};
pub use digest::Digest;
pub use email::Email;
pub(crate) use error::Error;
pub use error_code::ErrorCode;
pub use event::{Denial, Event, EventKind, HostFault, KeyRefusal, Purpose, SignInRefusal};
pub use hashing::Hashing;
pub use id::{CompanyId, CredentialVersion, KeyId, MAX_INTEGER, UserId};
pub use json::from_json;
pub use launch_url::LaunchUrl;
pub use password::Password;
pub use product::Product;
pub use record::{
    Code, Company, Holder, Key, KeyStatus, ManagedBy, NewKey, NewUser, ProductRecord, Token, User,
    UserStatus,
};
pub use reply::Reply;
pub use request::{ENTROPY_BYTES, MAX_BYTES, Request, Settings};
pub use response::Response;
pub use ssokey::SsoKey;
pub use step::{Step, Waiting, begin, begin_command};
