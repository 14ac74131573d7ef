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
mod archives;
mod cause;
mod diff;
mod driver;
mod frozen;
mod lint;
mod matrix;
mod recording;
mod reports;
mod rules;
mod running;
mod sequences;
mod timing;
mod trouble;
mod verdict;
mod wire;

#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../shared/browsers.rs"]
mod browsers;
#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../shared/decoding.rs"]
mod decoding;
#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../shared/judging.rs"]
mod judging;
#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../shared/playing.rs"]
mod playing;
#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../shared/reading.rs"]
mod reading;
#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../shared/remembering.rs"]
mod remembering;
#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../shared/server.rs"]
mod server;
