//! The transport to a server behind a URL.

use std::io::{self, Read};
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use ureq::config::Config;
use ureq::http;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{ConnectProxyConnector, Connector, TcpConnector};
use ureq::{Agent, Body, Error, Proxy, ProxyProtocol, SendBody};

use crate::message::answer::Answer;
use crate::message::request::Request;
use crate::message::secret::Credential;
use crate::transport::connection::{Seen, Tls, Watch};
use crate::transport::target::Target;
use crate::transport::tls::{TlsFault, Trust};
use crate::transport::{Carriage, LONGEST_TIMEOUT, Transport, TransportError};

/// A longer answer is not read.
const LONGEST_ANSWER: u64 = 1 << 20;
/// The most bytes of an answer's status line and header fields.
const LONGEST_HEAD: usize = 32 << 10;
/// Every connection has buffers of its own, one of which holds the head of an answer, the other that of a request.
const BUFFER: usize = 64 << 10;
const UNKNOWN_HOST: &str = "the host name is not known";
/// The number of chunks of a body that goes out in chunks. They have no extensions, over which workerd breaks a body off.
const CHUNKS: u64 = 3;

/// HTTP/1.1 with a fresh connection for each request, so that none depends on what became of the one before, unless
/// [`Transport::keep_connection`] says otherwise.
///
/// Query and body go out byte for byte, and the names of the request's own header fields as they are written. A body with `Transfer-Encoding: chunked` goes
/// out in several chunks. What cannot be sent is a query with a raw space, control character, `"`, `#`,
/// `<` or `>`, or with raw bytes that are not UTF-8.
pub struct Http {
    link: Arc<Link>,
    agent: Agent,
    watch: Watch,
    keep: bool,
    carriage: Carriage,
}

/// The parts that all forks have in common.
#[derive(Clone)]
struct Link {
    base: String,
    headers: Vec<(String, Credential)>,
    config: Config,
    /// The kind of the proxy that the environment names for this server, if it does.
    proxy: Option<ProxyProtocol>,
    tls: Tls,
}

impl Http {
    /// A transport to this server that waits this long for each answer, and no longer than a day.
    pub fn new(target: &Target, timeout: Duration) -> Self {
        Self::trusting(target, timeout, Trust::System)
    }

    /// The same, which accepts the certificates of these servers.
    pub fn trusting(target: &Target, timeout: Duration, trust: Trust) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(1)
            .max_idle_connections_per_host(1)
            .max_response_header_size(LONGEST_HEAD)
            .input_buffer_size(BUFFER)
            .output_buffer_size(BUFFER / 2)
            .allow_non_standard_methods(true)
            .timeout_global(Some(timeout.min(LONGEST_TIMEOUT)))
            .user_agent(concat!("ssokey-check/", env!("CARGO_PKG_VERSION")))
            .tls_config(trust.config());
        if target.is_loopback() {
            // A proxy of the environment is somewhere else, where loopback is not this machine.
            config = config.proxy(None);
        }
        let (config, tls) = (config.build(), Tls::default());
        let base = target.base().to_owned();
        let proxy = config.proxy().filter(|it| !base.parse().is_ok_and(|uri| it.is_no_proxy(&uri)));
        let proxy = proxy.map(Proxy::protocol);
        Self::over(Arc::new(Link { base, headers: Vec::new(), config, proxy, tls }))
    }

    /// The same with more header fields on every request.
    #[must_use]
    pub fn with_headers(self, headers: Vec<(String, Credential)>) -> Self {
        Self::over(Arc::new(Link { headers, ..Link::clone(&self.link) }))
    }

    fn over(link: Arc<Link>) -> Self {
        let watch = Watch::default();
        let agent = link.agent(&watch);
        Self { link, agent, watch, keep: false, carriage: Carriage::default() }
    }

    fn call(&self, request: &Request) -> Result<http::Response<Body>, Error> {
        if !matches!(self.link.proxy, None | Some(ProxyProtocol::Http | ProxyProtocol::Https)) {
            // The client would go around one of SOCKS.
            return Err(Error::InvalidProxyUrl);
        }
        let mut uri = format!("{}{}", self.link.base, request.path);
        if let Some(query) = &request.query {
            uri = format!("{uri}?{query}");
        }
        let mut head = http::Request::builder().method(&*request.method).uri(uri);
        if !self.keep {
            head = head.header("connection", "close");
        }
        for (name, value) in &request.headers {
            head = head.header(&**name, value);
        }
        for (name, value) in &self.link.headers {
            head = head.header(name, value.expose());
        }
        self.watch.respell(request.headers.iter().map(|(name, _)| &**name));
        match &request.body {
            Some(body) if request.header_value("transfer-encoding").is_some() => {
                let mut pieces = Pieces { rest: body, size: (body.len() as u64).div_ceil(CHUNKS) };
                self.agent.run(head.body(SendBody::from_reader(&mut pieces))?)
            }
            Some(body) => self.agent.run(head.body(body.as_slice())?),
            None => self.agent.run(head.body(())?),
        }
    }

    fn receive(&self, request: &Request) -> Result<Answer, TransportError> {
        let why = |error| {
            let error = why(error, &self.watch.see());
            if let (TransportError::Unreachable(why), Some(_)) = (&error, self.link.proxy) {
                let why = format!("the proxy that HTTPS_PROXY or its like names: {why}");
                return TransportError::Unreachable(why);
            }
            error
        };
        let mut response = self.call(request).map_err(why)?;
        let mut bytes = Vec::new();
        let body = response.body_mut().with_config().limit(LONGEST_ANSWER).reader();
        if let Err(error) = { body }.read_to_end(&mut bytes) {
            let error = Error::from(error);
            let until = || cut(response.headers(), bytes.len());
            return Err(if matches!(&error, Error::Io(error) if is_end(error)) {
                TransportError::Broken(format!("its body ended {}", until()))
            } else if matches!(error, Error::Timeout(_)) {
                let until = until();
                TransportError::Unfinished(format!(
                    "its body stopped {until}, and did not go on in time"
                ))
            } else {
                why(error)
            });
        }
        let text =
            |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), text(value)));
        Ok(Answer::new(response.status().as_u16(), headers.collect(), bytes))
    }
}

impl Link {
    /// A client with connections of its own.
    fn agent(&self, watch: &Watch) -> Agent {
        let connector =
            ().chain(ConnectProxyConnector::default())
                .chain(TcpConnector::default())
                .chain(self.tls.clone())
                .chain(watch.clone());
        Agent::with_parts(self.config.clone(), connector, DefaultResolver::default())
    }
}

impl Transport for Http {
    fn send(&mut self, request: &Request) -> Result<Answer, TransportError> {
        // What came since the last answer was seen is seen now.
        let before = mem::take(&mut *self.watch.see()).stray;
        let received = self.receive(request);
        let seen = mem::take(&mut *self.watch.see());
        // Of an answer that is not whole, no byte is too much.
        let stray = if received.is_ok() { before + seen.stray } else { before };
        self.carriage = Carriage { reused: !seen.opened, stray };
        received
    }

    fn keep_connection(&mut self, keep: bool) {
        self.keep = keep;
        self.agent = self.link.agent(&self.watch);
        self.carriage = Carriage { reused: false, stray: mem::take(&mut *self.watch.see()).stray };
    }

    fn carriage(&mut self) -> Carriage {
        mem::take(&mut self.carriage)
    }

    fn fork(&self) -> Option<Box<dyn Transport + Send>> {
        Some(Box::new(Self::over(Arc::clone(&self.link))))
    }
}

/// A body that is read a piece at a time, each of which becomes a chunk.
struct Pieces<'b> {
    rest: &'b [u8],
    size: u64,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.rest.by_ref().take(self.size).read(buffer)
    }
}

/// Returns whether HTTP allows a header field of this name and value.
pub fn is_header_field(name: &str, value: &str) -> bool {
    http::HeaderName::try_from(name).is_ok() && http::HeaderValue::try_from(value).is_ok()
}

/// Sorts the client's errors. Their texts may quote the URL, which holds the key, so only harmless ones are passed on.
fn why(error: Error, seen: &Seen) -> TransportError {
    let unreachable = |why: &str| TransportError::Unreachable(why.to_owned());
    let broken = |why: &str| TransportError::Broken(why.to_owned());
    if TlsFault::begins_record(&seen.start) {
        return TransportError::Tls(TlsFault::NotPlain);
    }
    match error {
        Error::Timeout(_) => TransportError::TimedOut,
        Error::Io(error) if is_end(&error) && seen.opened && seen.start.is_empty() => {
            TransportError::Dropped
        }
        Error::Io(error) => why_io(&error, seen),
        Error::HostNotFound => unreachable(UNKNOWN_HOST),
        Error::ConnectionFailed => unreachable("the connection failed"),
        Error::ConnectProxyFailed(_) => unreachable("it does not connect to the server"),
        Error::InvalidProxyUrl => unreachable("only one of HTTP can be asked"),
        Error::Rustls(error) => TransportError::Tls(TlsFault::new(&error)),
        Error::Tls(_) | Error::Pem(_) | Error::TlsRequired => {
            TransportError::Tls(TlsFault::Other("the client refuses".to_owned()))
        }
        Error::Protocol(error) => {
            // What comes after the colon of these is the header itself.
            let text = error.to_string();
            let quotes = text.starts_with("bad header") || text.starts_with("bad location");
            let harmless = text.split(':').next().filter(|_| quotes).unwrap_or(&text);
            TransportError::Broken(format!("it is not HTTP: {harmless}"))
        }
        Error::LargeResponseHeader(..) => broken("its headers have more than 32 KiB"),
        Error::BodyExceedsLimit(_) => broken("its body is longer than 1 MiB"),
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

/// Returns whether the connection has ended.
fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        error.kind(),
        Kind::UnexpectedEof | Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe
    )
}

fn why_io(error: &io::Error, seen: &Seen) -> TransportError {
    use io::ErrorKind as Kind;
    let kind = error.kind();
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    if let Some(error) = inner {
        TransportError::Tls(TlsFault::new(error))
    } else if matches!(kind, Kind::TimedOut | Kind::WouldBlock) {
        TransportError::TimedOut
    } else if is_end(error) && seen.start.is_empty() {
        TransportError::Dropped
    } else if is_end(error) {
        TransportError::Broken("the connection ended within its headers".to_owned())
    } else if !seen.opened && matches!(error.raw_os_error(), None | Some(11_001..=11_004)) {
        // Of all errors on the way to a connection only a resolver's are not the system's, but on Windows, where they have these numbers.
        TransportError::Unreachable(UNKNOWN_HOST.to_owned())
    } else if seen.start.is_empty() {
        TransportError::Unreachable(kind.to_string())
    } else {
        TransportError::Broken(kind.to_string())
    }
}

/// Says how much of a body had come, and how much was due.
fn cut(headers: &http::HeaderMap, came: usize) -> String {
    let due = headers.get("content-length").and_then(|length| length.to_str().ok());
    let due = due.and_then(|length| length.parse::<u64>().ok());
    match due {
        Some(due) => format!("after {came} of the {due} bytes of Content-Length"),
        None => format!("after {came} bytes, before the last chunk"),
    }
}
