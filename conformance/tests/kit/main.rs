//! The kit against servers of its own: a good one, faulty ones, and none at all.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a fault shows in one place, and everywhere else its server is the good one"
)]

mod fault;
mod frozen;
mod matrix;
mod program;
mod reports;
mod rules;
mod running;
mod scripts;
mod server;
mod service;
mod trouble;
mod verdict;
mod wire;
