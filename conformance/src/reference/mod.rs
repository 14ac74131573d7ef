//! Servers on the core of this project, to judge the kit by: a good one, faulty ones that each break one named rule, and good
//! ones with peculiarities that the format leaves free.
//!
//! A fault sits around the core, never in it: it changes a request before the core reads it, refuses one, answers a call in
//! the storage's place, or changes an answer on its way out.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a fault shows in one place, and everywhere else its server is the good one"
)]

mod clause;
mod credentials;
mod fault;
mod hook;
mod incoming;
mod matrix;
mod network;
mod outgoing;
mod pairs;
mod pool;
mod service;
mod store;
mod subject;
mod variant;
mod wire;

pub use clause::Clause;
pub use credentials::{KEY, PRODUCT_SECRET, SECOND_KEY, SECOND_PRODUCT_SECRET};
pub use fault::Fault;
pub use incoming::Incoming;
pub use matrix::{Matrix, Row};
pub use network::{Network, base, listen, serve_until_ended};
pub use outgoing::Outgoing;
pub use service::Service;
pub use subject::{Judged, Subject, settings, usual_seed};
pub use variant::Variant;
