//! The wasm face of `ssokey-core`. It converts and decides nothing.
//!
//! It is built as three modules. The feature `request` answers requests and the feature `operator` runs the operator's commands, both
//! by wasm-bindgen; the feature `argon2id` hashes passwords, with exports of its own. Calls and replies are the
//! JSON of `spec/storage.md`. A `Decision` is one request, and a `Command` one command; the host steps either until it is done:
//!
//! ```text
//! decision.step()                    -> {"call":"find_key","digest":"…"}
//! decision.step({"reply":"none"})    -> {"done":{"status":401,"headers":[…],"body":"…"}}
//! ```
#![cfg_attr(target_family = "wasm", no_std)]

extern crate alloc;

#[cfg(feature = "kernel")]
mod arena;
#[cfg(feature = "kernel")]
mod argon2id;
#[cfg(feature = "kernel")]
mod block;
#[cfg(all(feature = "differential", target_feature = "simd128"))]
mod differential;
#[cfg(feature = "argon2id")]
mod exports;
#[cfg(all(feature = "kernel", target_feature = "simd128"))]
mod kernel;
#[cfg(feature = "operator")]
pub mod operator;
#[cfg(any(test, all(feature = "differential", target_feature = "simd128")))]
mod oracle;
#[cfg(all(feature = "kernel", any(feature = "differential", not(target_feature = "simd128"))))]
mod plain;
#[cfg(any(feature = "request", feature = "operator"))]
mod progress;
#[cfg(all(feature = "kernel", target_feature = "simd128"))]
mod quad;
#[cfg(feature = "request")]
pub mod request;
#[cfg(target_family = "wasm")]
mod runtime;
#[cfg(any(feature = "request", feature = "operator"))]
pub mod settings;

#[cfg(feature = "kernel")]
pub use argon2id::argon2id;
