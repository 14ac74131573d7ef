//! Walks the whole space of what a host may answer: every reply at every call, a fault at every call, and concurrent requests in
//! every order of their calls.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and treats all faults alike"
)]

mod actor;
mod commands;
mod faults;
mod fixture;
mod flow;
mod interleavings;
mod misfits;
mod model;
mod operations;
mod paths;
mod run;
mod secret;
mod store;
mod table;
