#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod account;
pub mod answer;
pub mod baseline;
pub mod check;
mod checks;
mod common;
pub mod fields;
#[cfg(feature = "cargo-test")]
pub mod harness;
pub mod http;
pub mod json;
pub mod log;
pub mod mismatch;
pub mod operation;
pub mod outcome;
pub mod pace;
pub mod probe;
pub mod profile;
mod program;
pub mod record;
pub mod refusal;
pub mod report;
pub mod request;
pub mod requirement;
pub mod rules;
mod runner;
pub mod secret;
pub mod settings;
pub mod shape;
pub mod strategy;
pub mod suite;
pub mod target;
pub mod transcript;
pub mod transport;
mod why;

pub use program::{Console, Exit, run};
