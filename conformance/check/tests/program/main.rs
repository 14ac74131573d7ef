//! The program against servers of the kit: a good one, faulty ones, and none at all.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks at a few of many variants")]

mod contact;
mod diff;
mod driver;
mod init;
mod lint;
mod matrix;
mod outlets;
mod process;
mod program;
mod recording;
mod reference;
mod rules;
mod running;
mod scripts;
mod timing;
mod tls;

#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../../../tests/shared/browsers.rs"]
mod browsers;
#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../../../tests/shared/decoding.rs"]
mod decoding;
#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../../../tests/shared/judging.rs"]
mod judging;
#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../../../tests/shared/playing.rs"]
mod playing;
#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../../../tests/shared/reading.rs"]
mod reading;
#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../../../tests/shared/remembering.rs"]
mod remembering;
#[allow(dead_code, reason = "each target uses a part of it")]
#[path = "../../../tests/shared/server.rs"]
mod server;
