//! The transports, which take requests to a server.

use std::time::Duration;

use crate::message::answer::Answer;
use crate::message::request::Request;

#[cfg(feature = "driver")]
pub(crate) mod driver;
#[cfg(feature = "http")]
pub(crate) mod http;
pub(crate) mod pace;
#[cfg(feature = "http")]
pub(crate) mod target;

#[cfg(feature = "driver")]
pub use crate::transport::driver::Driver;
#[cfg(feature = "http")]
pub use crate::transport::http::{Http, is_header_field};
pub use crate::transport::pace::Paced;
#[cfg(feature = "http")]
pub use crate::transport::target::{Target, TargetError};

/// Carries one request to the server and brings back its answer.
///
/// A closure is a transport, so a server can be judged inside its own process.
pub trait Transport {
    /// Sends the request and waits for the answer.
    ///
    /// Nothing is retried, no redirect is followed, and every status is an answer.
    ///
    /// # Errors
    ///
    /// Returns the reason for which there was no answer.
    fn send(&mut self, request: &Request) -> Result<Answer, TransportError>;

    /// Returns a further transport to the same server, to be used at the same time as this one.
    ///
    /// Without it checks run one after the other, and what races on other transports is sent in a row.
    fn fork(&self) -> Option<Box<dyn Transport + Send>> {
        None
    }

    /// Lets this time pass, because the server asked for it.
    fn wait(&mut self, time: Duration) {
        std::thread::sleep(time);
    }
}

impl<F: FnMut(&Request) -> Result<Answer, TransportError>> Transport for F {
    fn send(&mut self, request: &Request) -> Result<Answer, TransportError> {
        self(request)
    }
}

/// The reason for which there was no answer. Its text quotes nothing that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportError {
    /// There is no connection to the server.
    Unreachable(String),
    /// The server took longer than the time-out allows.
    TimedOut,
    /// The server took the request, and what came back is not an answer.
    Broken(String),
    /// The request was not sent, because the run may send or create no more.
    OverBudget(Budget),
    /// The transport cannot send this request: the kit's own fault.
    Unsendable(String),
}

/// The most that a run may send or create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Budget {
    /// So many requests.
    Requests(usize),
    /// So many accounts.
    Accounts(usize),
}

impl std::fmt::Display for Budget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Requests(most) => write!(f, "{most} requests"),
            Self::Accounts(most) => write!(f, "{most} accounts"),
        }
    }
}

impl std::fmt::Display for TransportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable(why) => write!(f, "no connection: {why}"),
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Broken(why) => write!(f, "no answer to read: {why}"),
            Self::OverBudget(budget) => {
                write!(f, "the run's budget of {budget} is spent: raise it")
            }
            Self::Unsendable(why) => write!(f, "request not sent: {why}"),
        }
    }
}

impl std::error::Error for TransportError {}
