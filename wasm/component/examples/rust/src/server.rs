//! HTTP, between hyper and the component.

use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use http_body_util::{BodyExt, Full};
use hyper::HeaderMap;
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutWriter;

use crate::authority::{Authority, Lost};
use crate::component::exports::ssokey::sso::server::Failure;
use crate::component::ssokey::sso::calls::{Call, Reply};
use crate::component::ssokey::sso::http::{Body, Request, Response};
use crate::threads::Threads;

/// How long a client may take for a head or a body, an answer may take to be decided, and a client may leave its answers unread.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most connections at once. Others wait to be accepted.
const MOST_CONNECTIONS: usize = 1_000;
/// A body that is too large is read up to so many times the limit, so that its sender sees the answer.
const READ_ON: usize = 8;

/// What answers requests.
pub(crate) struct Server {
    pub(crate) authority: Authority,
    pub(crate) hashing: Threads,
    pub(crate) storage: Threads,
    /// The most bytes that a body may have.
    pub(crate) limit: usize,
}

impl Server {
    /// Serves until this process is asked to end, and then answers what has come.
    pub(crate) async fn serve(self: Arc<Self>, listener: TcpListener) -> io::Result<()> {
        let mut ended = signal(SignalKind::terminate())?;
        let (open, places) = (GracefulShutdown::new(), Arc::new(Semaphore::new(MOST_CONNECTIONS)));
        loop {
            let accepted = async {
                let place = places.clone().acquire_owned().await;
                (place, listener.accept().await)
            };
            let (place, accepted) = tokio::select! {
                accepted = accepted => accepted,
                _ = ended.recv() => break,
            };
            let Ok((stream, address)) = accepted else {
                eprintln!("a connection was not accepted");
                // Such as for want of file descriptors, which others give back.
                sleep(Duration::from_millis(100)).await;
                continue;
            };
            let server = self.clone();
            let answer = service_fn(move |request| {
                let server = server.clone();
                async move { server.answer(request, address.ip()).await }
            });
            let mut stream = TimeoutWriter::new(stream);
            stream.set_timeout(Some(PATIENCE));
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .serve_connection(TokioIo::new(Box::pin(stream)), answer);
            let connection = open.watch(connection);
            tokio::spawn(async {
                // A client that goes away is not a fault of the server.
                drop(connection.await);
                drop(place);
            });
        }
        drop(timeout(PATIENCE, open.shutdown()).await);
        Ok(())
    }

    /// Answers a request. After an error the connection is closed: of a body that is cut off, nothing has happened.
    async fn answer(
        &self,
        request: hyper::Request<Incoming>,
        client: IpAddr,
    ) -> Result<hyper::Response<Full<Bytes>>, Cut> {
        let (head, body) = request.into_parts();
        let body = timeout(PATIENCE, self.body(body)).await.map_err(|_| Cut)??;
        let request = Request {
            method: head.method.as_str().to_owned(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().into(),
            content_type: values(&head.headers, CONTENT_TYPE).next(),
            content_encoding: values(&head.headers, CONTENT_ENCODING).collect(),
            authorization: values(&head.headers, AUTHORIZATION).collect(),
            body,
            source: Some(client.to_string()),
        };
        let decided =
            timeout(PATIENCE, self.authority.decide(request, |call| self.reply_to(call))).await;
        let response = match decided {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(Lost)) => {
                eprintln!("a request is lost");
                self.authority.failure(Failure::Internal)
            }
            Err(_) => {
                eprintln!("a request took too long");
                self.authority.failure(Failure::StorageUnavailable)
            }
        };
        response.map_or(Err(Cut), answer_of)
    }

    async fn body(&self, mut body: Incoming) -> Result<Body, Cut> {
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await.filter(|_| bytes.len() <= READ_ON * self.limit) {
            bytes.extend(frame.map_err(|_| Cut)?.into_data().unwrap_or_default());
        }
        Ok(if bytes.len() > self.limit { Body::TooLarge } else { Body::Bytes(bytes) })
    }

    async fn reply_to(&self, call: Call) -> Reply {
        if matches!(call, Call::VerifyPassword(_) | Call::HashPassword(_)) {
            self.hashing.answer(call).await.unwrap_or(Reply::Overloaded(1))
        } else {
            self.storage.answer(call).await.unwrap_or(Reply::Failed)
        }
    }
}

/// The values of the headers of a name, each byte a character.
fn values(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = String> {
    headers
        .get_all(name)
        .iter()
        .map(|value| value.as_bytes().iter().copied().map(char::from).collect())
}

fn answer_of(
    Response { status, headers, body }: Response,
) -> Result<hyper::Response<Full<Bytes>>, Cut> {
    let mut response = hyper::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Full::from(body)).map_err(|_| Cut)
}

/// There is nothing to answer.
#[derive(Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("there is nothing to answer")
    }
}

impl Error for Cut {}
