//! The request as it came, and its way from raw bytes to fields.

mod decode;
pub(crate) mod fields;
pub(crate) mod reader;

use core::fmt;

/// The most bytes that a query, and a body, may have (`SSO-REQ-016`).
pub const MAX_BYTES: usize = 8192;

/// The number of random bytes that each request brings: token 16, salt 16, code 32, reserve 16.
pub const ENTROPY_BYTES: usize = 80;

/// An HTTP request in raw bytes, with the time and the randomness that the core does not have.
///
/// The query and the body are decoded here, once and strictly: a lossy decoder in front would merge different passwords
/// into one (`SSO-PWD-001`).
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method in upper case, such as `GET`.
    pub method: &'a str,
    /// The path as it was sent, without the query.
    pub path: &'a str,
    /// The bytes between `?` and the end of the request target; empty if there is no `?`.
    pub query: &'a [u8],
    /// The value of the Content-Type header.
    pub content_type: Option<&'a str>,
    /// The value of the Authorization header.
    pub authorization: Option<&'a str>,
    /// The body. A host need not read more than [`MAX_BYTES`] and one more byte.
    pub body: &'a [u8],
    /// The client's address, if the host knows it. Limits and events use it; no answer depends on it.
    pub source: Option<&'a str>,
    /// The present time in milliseconds since 1970.
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

impl Request<'_> {
    /// Returns the credentials of an Authorization header of the scheme Bearer.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, credentials) = self.authorization?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| credentials.trim_matches(' '))
    }
}
