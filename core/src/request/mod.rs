//! The request as it came, and its way from raw bytes to fields.

mod decode;
pub(crate) mod fields;
pub(crate) mod reader;

use core::fmt;

use crate::Error;

/// The most bytes that a query, and a body, may have (`SSO-REQ-016`).
pub const MAX_REQUEST_BYTES: usize = 8192;

/// The most milliseconds by which a partner's clock may run ahead of the server's (`SSO-REQ-023`, `SSO-RULE-008`).
pub(crate) const MAX_CLOCK_SKEW: u64 = 5 * 60 * 1000;

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
    /// Every value of the Content-Encoding header, in the order of its occurrences.
    pub content_encoding: &'a [&'a str],
    /// Every value of the Authorization header, in the order of its occurrences.
    pub authorization: &'a [&'a str],
    /// The body. A host need not read more of it than one byte beyond [`MAX_REQUEST_BYTES`], but never cuts it there or before: a body that is cut
    /// to fit is accepted, with a cut password.
    pub body: Body<'a>,
    /// The client's address, if the host knows it. Limits and events use it; no answer depends on it.
    pub source: Option<&'a str>,
    /// The present time in milliseconds since 1970, at most [`MAX_INTEGER`](crate::MAX_INTEGER). A later one is not refused, and each token
    /// has ended when it is granted.
    pub now: u64,
    /// Random bytes, new for each request.
    pub entropy: [u8; ENTROPY_BYTES],
}

/// The body of a request.
#[derive(Clone, Copy)]
pub enum Body<'a> {
    /// The bytes of the body; none if the request has no body.
    Bytes(&'a [u8]),
    /// The body has more than [`MAX_REQUEST_BYTES`] bytes, and the host did not read them.
    TooLarge,
}

/// A body holds secrets, so it is not printed.
impl fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body(..)")
    }
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
    /// Returns the credentials of an Authorization header of the scheme Bearer. Fails if there is more than one value, in headers
    /// of their own or in one header with commas between (`SSO-REQ-027`).
    pub(crate) fn bearer(&self) -> Result<Option<&str>, Error> {
        let mut values = self.authorization.iter().flat_map(|header| header.split(','));
        let value = values.next();
        if values.next().is_some() {
            return Err(Error::Duplicate("authorization"));
        }
        Ok(value.and_then(|value| value.split_once(' ')).and_then(|(scheme, credentials)| {
            scheme.eq_ignore_ascii_case("bearer").then(|| credentials.trim_matches(' '))
        }))
    }

    /// Fails if the body has a content coding that is not `identity` (`SSO-REQ-028`).
    pub(crate) fn refuse_coding(&self) -> Result<(), Error> {
        let mut codings = self
            .content_encoding
            .iter()
            .flat_map(|header| header.split(','))
            .map(|coding| coding.trim_matches([' ', '\t']));
        if codings.all(|coding| coding.is_empty() || coding.eq_ignore_ascii_case("identity")) {
            Ok(())
        } else {
            Err(Error::Encoded)
        }
    }
}
