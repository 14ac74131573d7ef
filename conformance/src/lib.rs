#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod account;
pub mod answer;
pub mod check;
mod checks;
mod command;
pub mod fields;
pub mod http;
pub mod json;
pub mod log;
pub mod mismatch;
pub mod outcome;
pub mod probe;
pub mod record;
pub mod refusal;
pub mod report;
pub mod request;
pub mod requirement;
mod run;
pub mod secret;
#[cfg(feature = "strategies")]
pub mod strategy;
pub mod suite;
pub mod target;
pub mod transport;

pub use run::{Console, Exit, run};
