//! The whole space of what a host may answer, walked within the crate so that guards can be broken on purpose.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and treats all faults alike"
)]

mod faults;
mod flow;
mod guards;
mod interleavings;
mod partner;
mod paths;
mod secret;
#[path = "../store/mod.rs"]
mod store;
mod table;
