//! The transport to a server behind a URL.

use std::io;
use std::time::Duration;

use ureq::http;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Error};

use crate::message::answer::Answer;
use crate::message::request::Request;
use crate::message::secret::Credential;
use crate::transport::target::Target;
use crate::transport::{Transport, TransportError};

/// A longer answer is not read.
const LONGEST_ANSWER: u64 = 1 << 20;
/// The most bytes of an answer's status line and header fields.
const LONGEST_HEAD: usize = 32 << 10;
/// Every connection has buffers of its own, one of which holds the head of an answer, the other that of a request.
const BUFFER: usize = 64 << 10;

/// HTTP/1.1 with a fresh connection for each request, so that none depends on what became of the one before.
///
/// Query and body go out byte for byte. What cannot be sent is a query with a raw space, control character, `"`, `#`,
/// `<` or `>`, or with raw bytes that are not UTF-8.
#[derive(Clone)]
pub struct Http {
    agent: Agent,
    base: String,
    headers: Vec<(String, Credential)>,
}

impl Http {
    /// A transport to this server that waits this long for each answer.
    pub fn new(target: &Target, timeout: Duration) -> Self {
        let roots = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .max_response_header_size(LONGEST_HEAD)
            .input_buffer_size(BUFFER)
            .output_buffer_size(BUFFER / 2)
            .timeout_global(Some(timeout))
            .user_agent(concat!("ssokey-check/", env!("CARGO_PKG_VERSION")))
            .tls_config(roots.build());
        if target.is_loopback() {
            // A proxy of the environment is somewhere else, where loopback is not this machine.
            config = config.proxy(None);
        }
        Self { agent: config.build().into(), base: target.base().to_owned(), headers: Vec::new() }
    }

    /// The same with more header fields on every request.
    #[must_use]
    pub fn with_headers(mut self, headers: Vec<(String, Credential)>) -> Self {
        self.headers = headers;
        self
    }

    fn call(&self, request: &Request) -> Result<http::Response<Body>, Error> {
        let mut uri = format!("{}{}", self.base, request.path);
        if let Some(query) = &request.query {
            uri = format!("{uri}?{query}");
        }
        let mut head = http::Request::builder()
            .method(&*request.method)
            .uri(uri)
            .header("connection", "close");
        for (name, value) in &request.headers {
            head = head.header(&**name, value);
        }
        for (name, value) in &self.headers {
            head = head.header(name, value.expose());
        }
        match &request.body {
            Some(body) => self.agent.run(head.body(body.as_slice())?),
            None => self.agent.run(head.body(())?),
        }
    }
}

impl Transport for Http {
    fn send(&mut self, request: &Request) -> Result<Answer, TransportError> {
        let mut response = self.call(request).map_err(why)?;
        let body = response.body_mut().with_config().limit(LONGEST_ANSWER);
        let body = body.read_to_vec().map_err(why)?;
        let text =
            |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), text(value)));
        Ok(Answer::new(response.status().as_u16(), headers.collect(), body))
    }

    fn fork(&self) -> Option<Box<dyn Transport + Send>> {
        Some(Box::new(self.clone()))
    }
}

/// Returns whether HTTP allows a header field of this name and value.
pub fn is_header_field(name: &str, value: &str) -> bool {
    http::HeaderName::try_from(name).is_ok() && http::HeaderValue::try_from(value).is_ok()
}

/// Sorts the client's errors. Their texts may quote the URL, which holds the key, so only harmless ones are passed on.
fn why(error: Error) -> TransportError {
    let unreachable = |why: &str| TransportError::Unreachable(why.to_owned());
    let broken = |why: &str| TransportError::Broken(why.to_owned());
    match error {
        Error::Timeout(_) => TransportError::TimedOut,
        Error::Io(error) => why_io(&error),
        Error::HostNotFound => unreachable("the host name is not known"),
        Error::ConnectionFailed => unreachable("the connection failed"),
        Error::ConnectProxyFailed(_) | Error::InvalidProxyUrl => {
            unreachable("the proxy does not answer")
        }
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) | Error::TlsRequired => {
            unreachable("TLS could not be agreed on")
        }
        Error::Protocol(error) => {
            // What comes after the colon of these is the header itself.
            let text = error.to_string();
            let quotes = text.starts_with("bad header") || text.starts_with("bad location");
            let harmless = text.split(':').next().filter(|_| quotes).unwrap_or(&text);
            TransportError::Broken(harmless.to_owned())
        }
        Error::LargeResponseHeader(..) => broken("the headers are too long"),
        Error::BodyExceedsLimit(_) => broken("the body is longer than 1 MiB"),
        Error::Http(_) | Error::BadUri(_) => {
            TransportError::Unsendable("the request is not one that HTTP allows".to_owned())
        }
        Error::StatusCode(_)
        | Error::RedirectFailed
        | Error::TooManyRedirects
        | Error::RequireHttpsOnly(_)
        | Error::Other(_)
        | _ => TransportError::Unsendable("the HTTP client failed in an unexpected way".to_owned()),
    }
}

fn why_io(error: &io::Error) -> TransportError {
    use io::ErrorKind as Kind;
    let kind = error.kind();
    if matches!(kind, Kind::TimedOut | Kind::WouldBlock) {
        TransportError::TimedOut
    } else if matches!(
        kind,
        Kind::ConnectionRefused
            | Kind::HostUnreachable
            | Kind::NetworkUnreachable
            | Kind::AddrNotAvailable
    ) {
        TransportError::Unreachable(kind.to_string())
    } else if kind == Kind::InvalidData {
        // This is where TLS says that it does not trust a certificate.
        TransportError::Broken(error.to_string())
    } else {
        TransportError::Broken(kind.to_string())
    }
}
