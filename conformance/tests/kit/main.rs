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

mod agreement;
#[cfg(feature = "snapshots")]
mod answers;
mod diff;
mod driver;
mod fault;
mod frozen;
mod lint;
mod matrix;
mod outlets;
mod program;
mod reading;
mod recording;
mod reports;
mod running;
mod server;
mod service;
mod timing;
mod trouble;
mod verdict;
mod wire;
