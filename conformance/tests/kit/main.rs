//! The kit against servers of its own: a good one, faulty ones, and none at all.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks at a few of many variants")]

mod agreement;
#[cfg(feature = "snapshots")]
mod answers;
mod diff;
mod driver;
mod frozen;
mod lint;
mod matrix;
mod outlets;
mod process;
mod program;
mod reading;
mod recording;
mod reference;
mod reports;
mod rules;
mod running;
mod scripts;
mod secret;
mod server;
mod timing;
mod trouble;
mod verdict;
mod wire;
