//! The transports, which take requests to a server.

use std::time::Duration;

use crate::message::answer::Answer;
use crate::message::request::Request;

#[cfg(feature = "http")]
mod connection;
#[cfg(feature = "driver")]
pub(crate) mod driver;
#[cfg(feature = "http")]
pub(crate) mod http;
pub(crate) mod pace;
#[cfg(feature = "http")]
pub(crate) mod target;
#[cfg(feature = "http")]
mod tls;

#[cfg(feature = "driver")]
pub use crate::transport::driver::Driver;
#[cfg(feature = "http")]
pub use crate::transport::http::{Http, is_header_field};
pub use crate::transport::pace::Paced;
#[cfg(feature = "http")]
pub use crate::transport::target::{Target, TargetError};
#[cfg(feature = "http")]
pub use crate::transport::tls::{Authorities, TlsFault, Trust};

/// A day. A clock cannot tell the end of every time-out that there is.
#[cfg(any(feature = "driver", feature = "http"))]
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

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

    /// Closes the connection that was kept, if one was; has the requests from now on go over one connection for as long as the
    /// server keeps it open, or else each over one of its own. A transport without connections has nothing to do.
    fn keep_connection(&mut self, _keep: bool) {}

    /// Tells, once, what became of the connection of the last request, or of the one that was closed last.
    fn carriage(&mut self) -> Carriage {
        Carriage::default()
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

/// The way in which a request and its answer were carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carriage {
    /// Whether the connection had carried others before.
    pub reused: bool,
    /// The number of bytes that came after the end of the answer, or of the answer before on the same connection.
    pub stray: usize,
}

/// The reason for which there was no answer. Its text quotes nothing that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportError {
    /// There is no connection to the server.
    Unreachable(String),
    /// There is no connection to the server that could be trusted.
    #[cfg(feature = "http")]
    Tls(TlsFault),
    /// The server closed the connection in place of an answer.
    Dropped,
    /// The server took longer than the time-out allows.
    TimedOut,
    /// The server took the request, and what came back is not an answer.
    Broken(String),
    /// The server began an answer, and the rest of it did not come within the time-out.
    Unfinished(String),
    /// The request was not sent, because it needs this header field for itself and the run sets it for all requests.
    Claimed(String),
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
            #[cfg(feature = "http")]
            Self::Tls(fault) => write!(f, "no connection: {fault}"),
            Self::Dropped => f.write_str("no answer: the connection was closed in its place"),
            Self::Claimed(name) => {
                write!(f, "request not sent: the field `{name}` is set for all requests")
            }
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Broken(why) | Self::Unfinished(why) => write!(f, "no answer to read: {why}"),
            Self::OverBudget(budget) => {
                write!(f, "the run's budget of {budget} is spent: raise it")
            }
            Self::Unsendable(why) => write!(f, "request not sent: {why}"),
        }
    }
}

impl std::error::Error for TransportError {}
