//! Requests, and what hosts ask without one.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use ssokey_core::{
    Body, Call, Digest, Domain, Email, Failure, LaunchUrl, MAX_REQUEST_BYTES, OperationName,
    Password, Request, Step, Waiting, begin,
};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::progress::{Progress, Taken, eighty, json};
use crate::settings::Settings;

/// One request on its way to its answer.
#[wasm_bindgen]
pub struct Decision(Progress<Call, Waiting>);

/// A request apart from its bytes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Head {
    method: String,
    path: String,
    content_type: Option<String>,
    content_encoding: Vec<String>,
    authorization: Vec<String>,
    source: Option<String>,
    now: u64,
}

#[wasm_bindgen]
impl Decision {
    /// Takes a request: its head as JSON, the raw bytes of query and body, 80 random bytes and the server's settings. A body that is
    /// over the limit is `undefined`.
    ///
    /// ```json
    /// {"method":"GET","path":"/api/session","contentType":null,"contentEncoding":[],"authorization":["Bearer …"],
    ///  "source":null,"now":1700000000000}
    /// ```
    ///
    /// # Errors
    ///
    /// A message if the head cannot be read or `entropy` does not have 80 bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(
        head: &str,
        query: &[u8],
        body: Option<Vec<u8>>,
        entropy: &[u8],
        settings: &Settings,
    ) -> Result<Self, String> {
        let head: Head = ssokey_core::from_json(head).ok_or("the head cannot be read")?;
        let request = Request {
            method: &head.method,
            path: &head.path,
            query,
            content_type: head.content_type.as_deref(),
            content_encoding: &head.content_encoding.iter().map(String::as_str).collect::<Vec<_>>(),
            authorization: &head.authorization.iter().map(String::as_str).collect::<Vec<_>>(),
            body: body.as_deref().map_or(Body::TooLarge, Body::Bytes),
            source: head.source.as_deref(),
            now: head.now,
            entropy: eighty(entropy)?,
        };
        Ok(Self(Progress::Begun(begin(&request, &settings.0).into())))
    }

    /// Takes no reply at the first step, and at each next one the reply to the call before, until `done`. A reply that cannot be
    /// read does not fit its call.
    ///
    /// # Errors
    ///
    /// A message if a reply is missing or there is one too many.
    pub fn step(&mut self, reply: Option<String>) -> Result<String, String> {
        self.0.step(reply, |waiting, reply| waiting.step_json(reply).into())
    }
}

impl From<Step> for Taken<Call, Waiting> {
    fn from(step: Step) -> Self {
        match step {
            Step::Call(call, waiting) => Self::Call(call, waiting),
            Step::Done(response) => Self::Done(response),
        }
    }
}

/// Returns whether an operation is served at the path. All other paths are the host's own.
#[wasm_bindgen(js_name = isServed)]
#[must_use]
pub fn is_served(path: &str, settings: &Settings) -> bool {
    settings.0.is_served(path)
}

/// An operation that is served, with its path and the names of the calls to which it may lead.
#[derive(Serialize)]
struct Served {
    name: OperationName,
    path: &'static str,
    calls: &'static [&'static str],
}

/// Returns the JSON of the operations that are served.
///
/// ```json
/// [{"name":"sign_out","path":"/api/signout","calls":["revoke_token","audit"]}]
/// ```
///
/// # Errors
///
/// A message if they cannot be written.
#[wasm_bindgen]
pub fn operations(settings: &Settings) -> Result<String, String> {
    let served =
        |name: &OperationName| Served { name: *name, path: name.path(), calls: name.calls() };
    json(&settings.0.operations().iter().map(served).collect::<Vec<_>>())
}

/// Returns the JSON of the answer to what keeps a request from the core: `internal`, `storage_unavailable`, `overloaded` with the
/// seconds after which to try again (by default 1), `malformed_request`, `method_not_allowed` or `too_large`.
///
/// # Errors
///
/// A message if there is no failure of this name.
#[wasm_bindgen]
pub fn failure(name: &str, settings: &Settings, seconds: Option<u32>) -> Result<String, String> {
    let failure = match name {
        "internal" => Failure::Internal,
        "storage_unavailable" => Failure::StorageUnavailable,
        "overloaded" => Failure::Overloaded { seconds: seconds.unwrap_or(1) },
        "malformed_request" => Failure::MalformedRequest,
        "method_not_allowed" => Failure::MethodNotAllowed,
        "too_large" => Failure::TooLarge,
        _ => return Err("there is no such failure".into()),
    };
    json(&ssokey_core::failure(failure, &settings.0))
}

/// Returns the most bytes that a body may have. A host need not read more than one byte beyond, which says that a body is too large.
#[wasm_bindgen(js_name = bodyLimit)]
#[must_use]
pub fn body_limit() -> usize {
    MAX_REQUEST_BYTES
}

/// Returns the SHA-256 digest under which a key or token is stored, as 64 hexadecimal digits.
#[wasm_bindgen]
#[must_use]
pub fn digest(text: &str) -> String {
    Digest::of(text.as_bytes()).to_string()
}

/// Returns the canonical form of an e-mail address; nothing if the format does not accept it.
#[wasm_bindgen(js_name = canonicalEmail)]
#[must_use]
pub fn canonical_email(text: &str) -> Option<String> {
    Email::parse(text).map(|email| email.as_str().to_owned())
}

/// Returns the canonical form of a domain name; nothing if the format does not accept it.
#[wasm_bindgen(js_name = canonicalDomain)]
#[must_use]
pub fn canonical_domain(text: &str) -> Option<String> {
    Domain::parse(text).map(|domain| domain.as_str().to_owned())
}

/// Returns whether the format accepts the text as a password.
#[wasm_bindgen(js_name = isValidPassword)]
#[must_use]
pub fn is_valid_password(text: &str) -> bool {
    Password::parse(text).is_some()
}

/// Returns whether the format accepts the text as a launch URL.
#[wasm_bindgen(js_name = isLaunchUrl)]
#[must_use]
pub fn is_launch_url(text: &str) -> bool {
    LaunchUrl::parse(text).is_some()
}
