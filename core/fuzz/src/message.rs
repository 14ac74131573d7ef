//! A request as a text of which every byte can be fuzzed.

use std::{array, iter};

use percent_encoding::percent_decode;
use serde_json::Value;
use ssokey_core::{Body, Domain, ENTROPY_BYTES, Request, Settings, Step, begin};

/// The time of a message without `x-now`, which is that of the spec's vectors.
const NOW: u64 = 1_700_000_000_000;

/// A request with the settings of the server:
///
/// ```text
/// POST /api/sso/authenticate?a=query
/// content-type: application/x-www-form-urlencoded
///
/// email=ada%40partner.example&…
/// ```
///
/// Other headers are `content-encoding` and `authorization` (each any number of times), `source`, `x-now` (milliseconds), `x-company` (of
/// the settings), `x-legacy-status`, `x-body-too-large`, and `x-query-size` and `x-body-size`, to which query and body are padded without
/// a change of meaning, up to 9,999 bytes.
#[derive(Clone)]
pub struct Message {
    pub method: String,
    pub path: String,
    pub query: Vec<u8>,
    pub content_type: Option<String>,
    pub content_encoding: Vec<String>,
    pub authorization: Vec<String>,
    pub source: Option<String>,
    pub body: Vec<u8>,
    /// True if the host did not read the body.
    pub body_is_too_large: bool,
    pub now: u64,
    pub entropy: [u8; ENTROPY_BYTES],
    pub settings: Settings,
}

impl Message {
    /// Reads a message from any bytes. Missing parts are empty.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let (head, body) = split(bytes, b"\n\n");
        let (start, headers) = split(head, b"\n");
        let (method, target) = split(start, b" ");
        let (path, query) = split(target, b"?");
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let headers = text(headers);
        let all = |name| -> Vec<String> {
            let lines = headers.lines().filter_map(|line| line.split_once(": "));
            lines.filter(|(found, _)| *found == name).map(|(_, value)| value.to_owned()).collect()
        };
        let header = |name| all(name).into_iter().next();
        let filled = |bytes: &[u8], size, with| {
            let size: Option<usize> = header(size).and_then(|size| size.parse().ok());
            let filling =
                iter::repeat_n(with, size.unwrap_or(0).min(9_999).saturating_sub(bytes.len()));
            bytes.iter().copied().chain(filling).collect()
        };
        let nothing = if body.starts_with(b"{") { b' ' } else { b'&' };
        Self {
            method: text(method),
            path: text(path),
            query: filled(query, "x-query-size", b'&'),
            content_type: header("content-type"),
            content_encoding: all("content-encoding"),
            authorization: all("authorization"),
            source: header("source"),
            body: filled(body, "x-body-size", nothing),
            body_is_too_large: header("x-body-too-large").is_some(),
            now: header("x-now").and_then(|now| now.parse().ok()).unwrap_or(NOW),
            entropy: array::from_fn(|at| bytes.iter().cycle().nth(at).copied().unwrap_or(0)),
            settings: Settings::default()
                .with_legacy_status(header("x-legacy-status").is_some())
                .with_company(header("x-company").as_deref().and_then(Domain::parse)),
        }
    }

    /// Calls `see` with the request.
    pub fn request<T>(&self, see: impl FnOnce(&Request<'_>) -> T) -> T {
        let content_encoding: Vec<_> = self.content_encoding.iter().map(String::as_str).collect();
        let authorization: Vec<_> = self.authorization.iter().map(String::as_str).collect();
        see(&Request {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            content_type: self.content_type.as_deref(),
            content_encoding: &content_encoding,
            authorization: &authorization,
            body: if self.body_is_too_large { Body::TooLarge } else { Body::Bytes(&self.body) },
            source: self.source.as_deref(),
            now: self.now,
            entropy: self.entropy,
        })
    }

    /// Begins the request.
    pub fn begin(&self) -> Step {
        self.request(|request| begin(request, &self.settings))
    }

    /// Returns the media type without its parameters, in lower case.
    #[must_use]
    pub fn media_type(&self) -> String {
        let value = self.content_type.as_deref().unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim_matches([' ', '\t']).to_ascii_lowercase()
    }

    /// Decodes a field's value without the core's code. The decoder is lenient: it is right for everything that the core accepts.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<String> {
        let form = |bytes| form_urlencoded::parse(bytes).find(|(found, _)| found == name);
        if self.method == "GET" {
            form(&self.query).map(|(_, value)| value.into_owned())
        } else if self.media_type() == "application/json" {
            let body: Value = serde_json::from_slice(&self.body).ok()?;
            body.get(name)?.as_str().map(str::to_owned)
        } else {
            form(&self.body).map(|(_, value)| value.into_owned())
        }
    }

    /// Returns whether query and body can be decoded (SSO-REQ-005); none if serde_json cannot say.
    #[must_use]
    pub fn is_decodable(&self) -> Option<bool> {
        let query = is_form(&self.query);
        Some(match (&*self.method, &*self.body, &*self.media_type()) {
            ("GET", ..) | (_, [], _) => query,
            (_, body, "application/json") => query && is_json_object(body)?,
            (_, body, _) => query && is_form(body),
        })
    }

    /// Returns whether the body has a content coding that is not `identity` (SSO-REQ-028).
    #[must_use]
    pub fn is_encoded(&self) -> bool {
        let list = self.content_encoding.join(",").to_ascii_lowercase();
        list.split(',').any(|it| !["", "identity"].contains(&it.trim_matches([' ', '\t'])))
    }

    /// Returns the number of values of `Authorization` (SSO-REQ-027).
    #[must_use]
    pub fn authorizations(&self) -> usize {
        self.authorization.len()
            + self.authorization.iter().map(|value| value.matches(',').count()).sum::<usize>()
    }

    /// Returns the credentials of the scheme Bearer.
    #[must_use]
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, credentials) = self.authorization.first()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| credentials.trim_matches(' '))
    }
}

/// Returns whether each `%` stands before two digits, and names and values are UTF-8.
fn is_form(bytes: &[u8]) -> bool {
    let mut escapes = bytes.split(|byte| *byte == b'%').skip(1);
    let pairs = bytes.split(|byte| *byte == b'&');
    let mut texts = pairs.flat_map(|pair| pair.splitn(2, |byte| *byte == b'='));
    escapes.all(|rest| rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit))
        && texts.all(|text| percent_decode(text).decode_utf8().is_ok())
}

/// Returns whether the bytes are one JSON object; none if a number is too large or the nesting too deep for serde_json's `Value`.
fn is_json_object(bytes: &[u8]) -> Option<bool> {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => Some(value.is_object()),
        Err(error) => {
            let problem = error.to_string();
            let is_limit =
                ["number out of range", "recursion limit"].iter().any(|it| problem.starts_with(it));
            (!is_limit).then_some(false)
        }
    }
}

/// Splits at the first `separator`. Without one, the second part is empty.
pub(crate) fn split<'a>(bytes: &'a [u8], separator: &[u8]) -> (&'a [u8], &'a [u8]) {
    match bytes.windows(separator.len()).position(|window| window == separator) {
        Some(at) => (&bytes[..at], &bytes[at + separator.len()..]),
        None => (bytes, &[]),
    }
}
