#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod account;
pub mod answer;
pub mod baseline;
pub mod check;
mod checks;
mod common;
pub mod diff;
mod documented;
pub mod driver;
pub mod fields;
pub mod har;
#[cfg(feature = "cargo-test")]
pub mod harness;
pub mod http;
pub mod interval;
pub mod json;
pub mod lint;
pub mod log;
pub mod mismatch;
pub mod operation;
pub mod outcome;
pub mod pace;
pub mod probe;
pub mod profile;
mod program;
pub mod record;
pub mod recording;
#[cfg(feature = "reference")]
pub mod reference;
pub mod refusal;
pub mod rendering;
pub mod report;
pub mod request;
pub mod requirement;
pub mod rules;
mod runner;
pub mod secret;
pub mod settings;
pub mod shape;
#[cfg(feature = "snapshots")]
pub mod snapshot;
pub mod strategy;
pub mod suite;
pub mod target;
pub mod timing;
pub mod transcript;
pub mod transport;
mod why;

pub use program::{Console, Exit, run};
