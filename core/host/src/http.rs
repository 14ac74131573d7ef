//! Between the requests and responses of the crate `http` and those of core, byte for byte of what [`http::Uri`] keeps: it drops a `#` and what
//! comes after it, which no request may have. A client that sends a GET writes `#` as `%23`.
//!
//! Core refuses a body of more than [`MAX_REQUEST_BYTES`](ssokey_core::MAX_REQUEST_BYTES) bytes, so a server need not read more than one byte beyond: what it hands over
//! of a longer body is answered 4130, and the rest is of no use to anybody. A server that cannot read a body to its end hands over
//! nothing.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue,
};
use http::{HeaderMap, Method, StatusCode};
use ssokey_core::{Body, Failure, Request, Response, Settings, Step, failure};

use crate::{Hasher, NoEntropy, Storage, Trouble, drive, entropy, now};

/// Answers a request over `storage` and `hasher`, with the time and random bytes of the system. `source` is the client's address, if it is
/// known: limits and events use it, and no answer depends on it.
pub async fn answer<S: Storage, H: Hasher>(
    request: &http::Request<Bytes>,
    source: Option<&str>,
    settings: &Settings,
    storage: &S,
    hasher: &H,
) -> http::Response<Bytes> {
    let response = match begin(request, source, settings) {
        Ok(step) => drive(step, storage, hasher).await,
        Err(NoEntropy) => {
            storage.report(Trouble::NoEntropy);
            failure(Failure::Internal, settings)
        }
    };
    let mut response = into_http(response);
    if request.method() == Method::HEAD {
        let length = HeaderValue::from(response.body().len());
        response.headers_mut().insert(CONTENT_LENGTH, length);
        response.body_mut().clear();
    }
    response
}

/// Parses a request and returns its first step, with the time and random bytes of the system, for a host that drives the steps by itself.
///
/// # Errors
///
/// The system gives no random bytes.
pub fn begin(
    request: &http::Request<Bytes>,
    source: Option<&str>,
    settings: &Settings,
) -> Result<Step, NoEntropy> {
    let values = |name| texts(request.headers(), name);
    let (content_type, content_encoding, authorization) =
        (values(CONTENT_TYPE), values(CONTENT_ENCODING), values(AUTHORIZATION));
    let request = Request {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default().as_bytes(),
        content_type: content_type.first().map(AsRef::as_ref),
        content_encoding: &borrowed(&content_encoding),
        authorization: &borrowed(&authorization),
        body: Body::Bytes(request.body()),
        source,
        now: now(),
        entropy: entropy()?,
    };
    Ok(ssokey_core::begin(&request, settings))
}

/// Returns the response of core as one of the crate `http`. A server leaves its body out of the answer to a HEAD.
#[must_use]
pub fn into_http(Response { status, headers, body, .. }: Response) -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::from(body));
    // INVARIANT: core's statuses, and the names and values of its headers, are those of HTTP.
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// Returns the values of a header, with each byte as the character of its number, so that no two values become one.
fn texts(headers: &HeaderMap, name: HeaderName) -> Vec<Cow<'_, str>> {
    headers.get_all(name).iter().map(text).collect()
}

fn text(value: &HeaderValue) -> Cow<'_, str> {
    match value.to_str() {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(value.as_bytes().iter().copied().map(char::from).collect()),
    }
}

fn borrowed<'a>(texts: &'a [Cow<'_, str>]) -> Vec<&'a str> {
    texts.iter().map(AsRef::as_ref).collect()
}
