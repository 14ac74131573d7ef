//! The sequences of calls that a suite plays after its checks, as a value: what they are is for a different room to say.

use std::time::Duration;

use crate::message::secrets::Secrets;
use crate::record::sequences::Sequences;
use crate::suite::common::Common;
use crate::suite::error::RunError;
use crate::suite::progress::Progress;
use crate::transport::Transport;

/// The number of sequences, the time for them, and the function that plays them.
#[derive(Clone, Copy)]
pub(crate) struct Playing {
    pub(crate) number: u32,
    pub(crate) within: Duration,
    pub(crate) play: Play,
    /// The ids of the properties that a sequence can break.
    pub(crate) properties: fn() -> Vec<&'static str>,
}

/// Plays sequences with accounts at places from the given one on.
pub(crate) type Play = fn(
    Playing,
    &Common,
    &mut dyn Transport,
    usize,
    &dyn Fn(Progress<'_>),
) -> Result<Played, RunError>;

/// What came of it.
pub(crate) struct Played {
    pub(crate) sequences: Sequences,
    pub(crate) secrets: Secrets,
}
