//! The core of ssokey as WebAssembly components, one for each world of `spec/wit`. It converts and decides nothing.
//!
//! `wasm/component/README.md` says which world is for whom, and what a host does.
#![cfg_attr(target_family = "wasm", no_std)]

extern crate alloc;

mod bindings;
#[cfg(feature = "embedded")]
mod embedded;
mod hash;
mod json;
mod server;
mod step;
#[cfg(feature = "stepped")]
mod stepped;
mod typed;
