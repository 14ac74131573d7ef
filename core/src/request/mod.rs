//! The request as it came, and what a handler is configured with.

mod decode;
pub(crate) mod fields;
pub(crate) mod reader;

use alloc::string::String;
use core::fmt;

/// The most bytes that a query, and a body, may have (`SSO-REQ-016`).
pub const MAX_BYTES: usize = 8192;

/// How many random bytes each request brings: token 16, salt 16, code 32, reserve 16.
pub const ENTROPY_BYTES: usize = 80;

/// An HTTP request in raw bytes, with the time and the randomness that the core does not have.
///
/// The query and the body are decoded here, once and strictly: a lossy decoder in front would merge different passwords
/// into one (`SSO-PWD-001`).
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// `GET`, `POST` and so on, in upper case.
    pub method: &'a str,
    /// The path as sent, without the query.
    pub path: &'a str,
    /// The bytes between `?` and the end of the request target; empty if there is no `?`.
    pub query: &'a [u8],
    /// The value of the Content-Type header.
    pub content_type: Option<&'a str>,
    /// The value of the Authorization header.
    pub authorization: Option<&'a str>,
    /// The body. A host need not read more than [`MAX_BYTES`] and one more byte.
    pub body: &'a [u8],
    /// The client's address, where the host knows it; used for limits and events only.
    pub source: Option<&'a str>,
    /// Milliseconds since 1970.
    pub now: u64,
    /// Random bytes, new for each request.
    pub entropy: [u8; ENTROPY_BYTES],
}

/// The query and the body hold secrets, so they are not printed.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("source", &self.source)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// How a handler answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Sends errors with HTTP status 200, for clients whose stack hides the body of a 4xx (`SSO-RSP-014`).
    pub legacy_status: bool,
    /// The domain of the company that a direct sign-in means when it names none (`SSO-DIR-002`).
    pub company: Option<String>,
}

impl Request<'_> {
    /// The credentials of an Authorization header of the scheme Bearer.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, credentials) = self.authorization?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| credentials.trim_matches(' '))
    }
}
