//! The errors of a run, and of what it is started with.

use crate::suite::contact::Obstacle;
use crate::transport::TransportError;

/// The reason for which a run ended without a record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunError {
    /// No server can be judged with these settings. Nothing was sent.
    Settings(SettingsError),
    /// The first request got no answer.
    Unreachable(TransportError),
    /// The first answer makes it useless to go on.
    Obstacle(Obstacle),
    /// The kit itself is at fault.
    Fault(String),
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Settings(why) => why.fmt(f),
            Self::Unreachable(why) => write!(f, "the server gives no answer: {why}"),
            Self::Obstacle(obstacle) => obstacle.fmt(f),
            Self::Fault(why) => write!(f, "the kit itself failed: {why}"),
        }
    }
}

impl std::error::Error for RunError {}

impl From<SettingsError> for RunError {
    fn from(error: SettingsError) -> Self {
        Self::Settings(error)
    }
}

/// The fault of settings with which no server can be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsError {
    /// This credential is empty.
    Empty(&'static str),
    /// The key of the second company is that of the first.
    SameKeys,
    /// The run may send no request.
    NoRequests,
    /// The run may create no account.
    NoAccounts,
}

impl std::fmt::Display for SettingsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty(what) => write!(f, "{what} is empty"),
            Self::SameKeys => f.write_str("the two keys are the same"),
            Self::NoRequests => f.write_str("the run may send no request: allow one or more"),
            Self::NoAccounts => f.write_str("the run may create no account: allow one or more"),
        }
    }
}

impl std::error::Error for SettingsError {}

/// A pattern that cannot be read, or that matches no check at all; says which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError(pub(crate) String);

impl std::fmt::Display for PatternError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

/// The fault of a baseline and, where it can be guessed, the entry that was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineError(pub(crate) String);

impl std::fmt::Display for BaselineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BaselineError {}

/// The system has no random bytes to give; says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntropyError(pub(crate) String);

impl std::fmt::Display for EntropyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for EntropyError {}
