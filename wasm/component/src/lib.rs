#![doc = include_str!("../README.md")]
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
