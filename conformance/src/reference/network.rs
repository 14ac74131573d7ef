//! A reference server on a port of this machine.

use std::convert::Infallible;
use std::io;
use std::mem;
use std::net::{Ipv4Addr, TcpListener};
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Channel, Full};
use hyper::body::{Bytes, Incoming as Body};
use hyper::header::{CONTENT_LENGTH, HeaderName, HeaderValue, TRANSFER_ENCODING};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use ssokey_core::MAX_REQUEST_BYTES;
use tokio::runtime;
use tokio::sync::oneshot;

use crate::reference::incoming::Incoming;
use crate::reference::outgoing::Outgoing;
use crate::reference::service::Service;
use crate::reference::variant::Wire;
use crate::reference::wire;
use crate::transport::http::Http;
use crate::transport::target::Target;

/// The longest time that an answer may take on the way to the kit.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The most pieces that a body has.
const PIECES: usize = 2;
/// The pause before each piece.
const PAUSE: Duration = Duration::from_millis(1);

/// A server that listens until this value goes.
pub struct Network {
    base: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Network {
    /// Listens on a free port.
    ///
    /// # Errors
    ///
    /// There is no port, or no thread.
    pub fn start(service: Service) -> Result<Self, String> {
        let failed = |error: io::Error| format!("the server cannot listen: {error}");
        let listener = listen(0).map_err(failed)?;
        let base = base(&listener).map_err(failed)?;
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            // Either it is said or nobody is left to say it.
            drop(stopped.await);
        };
        let serve = move || runtime()?.block_on(serve(listener, &service, stopped));
        let thread = thread::Builder::new().spawn(serve).map_err(failed)?;
        Ok(Self { base, stop: Some(stop), thread: Some(thread) })
    }

    /// The base of its URLs.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Returns what takes requests to it.
    ///
    /// # Errors
    ///
    /// Its base is not a URL, which is the kit's own fault.
    pub fn transport(&self) -> Result<Http, String> {
        let target = Target::parse(&self.base).map_err(|error| error.to_string())?;
        Ok(Http::new(&target, TIMEOUT))
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // What went wrong there the kit has seen as an answer that did not come.
            drop(thread.join());
        }
    }
}

/// Listens on a port of this machine; 0 is any free one.
///
/// # Errors
///
/// The port cannot be listened on.
pub fn listen(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
}

/// Returns the base of the URLs of what is served there.
///
/// # Errors
///
/// The system does not say where it is listened.
pub fn base(listener: &TcpListener) -> io::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}

/// Serves until this process is asked to end, and then answers what has come; `ready` is called when it is listened to that.
///
/// # Errors
///
/// There is no runtime, or `ready` failed.
pub fn serve_until_ended(
    listener: TcpListener,
    service: &Service,
    ready: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    runtime()?.block_on(async {
        let ended = ended()?;
        ready()?;
        serve(listener, service, ended).await
    })
}

/// Waits for SIGINT or SIGTERM, from the call on.
#[cfg(unix)]
fn ended() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => (),
            _ = terminate.recv() => (),
        }
    })
}

#[cfg(windows)]
fn ended() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

/// Hashes are computed on as many threads as the machine has cores: more would take memory and no less time.
fn runtime() -> io::Result<runtime::Runtime> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    runtime::Builder::new_current_thread().max_blocking_threads(cores).enable_all().build()
}

async fn serve(
    listener: TcpListener,
    service: &Service,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let open = GracefulShutdown::new();
    let mut stop = pin!(stop);
    for number in 0.. {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted?.0,
            () = &mut stop => break,
        };
        // The pieces of an answer would wait for each other's receipt.
        stream.set_nodelay(true)?;
        if let Some(wire) = service.wire.filter(|wire| wire.is_written_by_hand()) {
            let (stream, service) = (stream.into_std()?, service.clone());
            // What is broken there is meant, or the client is gone.
            thread::spawn(move || drop(wire::talk(&stream, &service, wire, number)));
            continue;
        }
        let title_case = service.wire == Some(Wire::TitleCase);
        let service = service.clone();
        let before = Arc::new(Mutex::new(None));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .title_case_headers(title_case)
            .serve_connection(
                TokioIo::new(stream),
                service_fn(move |request| answer(service.clone(), request, Arc::clone(&before))),
            );
        let connection = open.watch(connection);
        // A client that goes away is not a fault of the server.
        tokio::spawn(async { drop(connection.await) });
    }
    open.shutdown().await;
    Ok(())
}

async fn answer(
    service: Service,
    request: Request<Body>,
    before: Arc<Mutex<Option<String>>>,
) -> Result<Response<BoxBody<Bytes, Infallible>>, hyper::Error> {
    let wire = service.wire;
    let (head, mut body) = request.into_parts();
    let mut bytes = Vec::new();
    let first_counts =
        wire == Some(Wire::FirstChunk) && head.headers.contains_key(TRANSFER_ENCODING);
    // More than one byte too many changes nothing.
    while let Some(frame) = body.frame().await.filter(|_| bytes.len() <= MAX_REQUEST_BYTES) {
        let data = frame?.into_data().unwrap_or_default();
        if bytes.is_empty() || !first_counts {
            bytes.extend(data);
        }
    }
    let headers = head.headers.iter().map(|(name, value)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
    let incoming = Incoming::new(head.method.as_str(), path, query, headers.collect(), bytes);
    let answered = match incoming.map(|incoming| remembered(incoming, wire, &before)) {
        // Argon2id keeps a thread busy for long.
        Ok(incoming) => tokio::task::spawn_blocking(move || service.answer(incoming)).await.ok(),
        Err(_) => None,
    };
    Ok(answered.map_or_else(nothing, |outgoing| respond(outgoing, wire)))
}

/// Returns the request with what it lacks from the one before it on its connection, if that is what the server does.
fn remembered(
    mut incoming: Incoming,
    wire: Option<Wire>,
    before: &Mutex<Option<String>>,
) -> Incoming {
    let own = match wire {
        Some(Wire::RemembersToken) => {
            let mut headers = incoming.headers.iter();
            headers.find(|(name, _)| name == "authorization").map(|(_, value)| value.clone())
        }
        Some(Wire::RemembersKey) => {
            let form = String::from_utf8_lossy(&incoming.body);
            form.split('&').find(|pair| pair.starts_with("ssokey=")).map(Into::into)
        }
        Some(_) | None => return incoming,
    };
    let mut before = before.lock().unwrap_or_else(PoisonError::into_inner);
    let last = mem::replace(&mut *before, own.clone()).filter(|_| own.is_none());
    let is_bare = incoming.query.is_empty() && incoming.body.is_empty();
    match last {
        Some(token) if wire == Some(Wire::RemembersToken) && is_bare => {
            incoming.headers.push(("authorization".into(), token));
        }
        Some(key)
            if wire == Some(Wire::RemembersKey)
                && String::from_utf8_lossy(&incoming.body).contains("password=") =>
        {
            incoming.body.extend(format!("&{key}").into_bytes());
        }
        Some(_) | None => {}
    }
    incoming
}

/// Returns what is said when there is no answer.
fn nothing() -> Response<BoxBody<Bytes, Infallible>> {
    let mut response = Response::new(Full::default().boxed());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

fn respond(outgoing: Outgoing, wire: Option<Wire>) -> Response<BoxBody<Bytes, Infallible>> {
    let Outgoing { status, headers, body } = outgoing;
    let length = HeaderValue::from(body.len());
    let mut response = Response::new(match wire {
        Some(Wire::Chunked | Wire::Slow) => in_pieces(body, wire == Some(Wire::Slow)),
        Some(_) | None => Full::from(body).boxed(),
    });
    if wire == Some(Wire::Slow) {
        response.headers_mut().insert(CONTENT_LENGTH, length);
    }
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    for (name, value) in headers {
        // What HTTP does not allow cannot be sent: a faulty server may have put anything there.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn in_pieces(body: String, slowly: bool) -> BoxBody<Bytes, Infallible> {
    let (mut sender, channel) = Channel::new(1);
    tokio::spawn(async move {
        for piece in body.as_bytes().chunks(body.len().div_ceil(PIECES).max(1)) {
            if slowly {
                tokio::time::sleep(PAUSE).await;
            }
            if sender.send_data(Bytes::copy_from_slice(piece)).await.is_err() {
                // A HEAD, or the client is gone.
                break;
            }
        }
    });
    channel.boxed()
}
