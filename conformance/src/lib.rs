#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod checks;
pub mod format;
#[cfg(feature = "cargo-test")]
pub mod harness;
pub mod message;

pub mod record;
pub mod recording;
#[cfg(feature = "reference")]
pub mod reference;
pub mod report;
pub mod rules;
pub mod suite;
pub mod timing;
pub mod transport;
