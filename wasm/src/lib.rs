//! The wasm-bindgen face of `ssokey-core`. It converts and decides nothing.
//!
//! It is built as two modules. The feature `request` answers requests, with the Argon2id that ships, in vector registers; the
//! feature `operator` runs the operator's commands. Calls and replies are the JSON of `spec/storage.md`. A `Decision` is one request,
//! and a `Command` one command; the host steps either until it is done:
//!
//! ```text
//! decision.step()                    -> {"call":"find_key","digest":"…"}
//! decision.step({"reply":"none"})    -> {"done":{"status":401,"headers":[…],"body":"…"}}
//! ```
#![cfg_attr(target_family = "wasm", no_std)]

extern crate alloc;

#[cfg(feature = "request")]
mod argon2id;
#[cfg(feature = "request")]
mod block;
#[cfg(feature = "operator")]
pub mod operator;
mod progress;
#[cfg(feature = "request")]
mod quad;
#[cfg(feature = "request")]
pub mod request;
#[cfg(target_family = "wasm")]
mod runtime;
pub mod settings;
