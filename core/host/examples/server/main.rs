//! A whole server in axum over a file of SQLite, bounded everywhere.
//!
//! ```sh
//! server sso.db '{"command":"add_company","name":"Partner","domain":"partner.example","email":"it@partner.example"}'
//! server sso.db '{"command":"issue_key","companyEmail":"it@partner.example"}'
//! server sso.db 127.0.0.1:8080
//! ```

pub(crate) mod sqlite;

use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use std::{env, io};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{Router, get};
use http_body_util::BodyExt;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use ssokey_core::{Failure, MAX_REQUEST_BYTES, Settings, failure};
use ssokey_host::{HashPool, PoolSettings, carry_out_json, http};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutWriter;

use sqlite::{Failed, Sqlite};

/// The time for a request's headers, for its body, and for its answer.
const DEADLINE: Duration = Duration::from_secs(10);
/// The most connections, further ones wait; and the most requests that are being decided, further ones are answered 5031.
const MOST: usize = 1_000;

/// All that requests share.
pub(crate) struct Host {
    settings: Settings,
    storage: Sqlite,
    hasher: HashPool,
    requests: Arc<Semaphore>,
}

impl Host {
    pub(crate) fn new(storage: Sqlite, settings: Settings) -> io::Result<Self> {
        let hasher = HashPool::start(PoolSettings::default())?;
        Ok(Self { settings, storage, hasher, requests: Arc::new(Semaphore::new(MOST)) })
    }

    /// Carries out a command of the operator and returns its answer in JSON.
    pub(crate) async fn carry_out(&self, command: &str) -> String {
        carry_out_json(command, &self.settings, &self.storage, &self.hasher).await.body
    }

    fn failed(&self, why: Failure) -> Response {
        http::into_http(failure(why, &self.settings)).map(Body::from)
    }
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let [database, command] = env::args().skip(1).collect::<Vec<_>>().try_into().map_err(
        |_| "usage: server DATABASE COMMAND, in JSON, or server DATABASE ADDRESS, to serve there",
    )?;
    let host = Host::new(Sqlite::open(database)?, Settings::default())?;
    if command.starts_with('{') {
        println!("{}", host.carry_out(&command).await);
        return Ok(());
    }
    let listener = TcpListener::bind(command).await?;
    println!("http://{}", listener.local_addr()?);
    let end = Arc::new(Notify::new());
    let asked = Arc::clone(&end);
    ctrlc::set_handler(move || asked.notify_one())?; // At Ctrl-C, and at SIGTERM.
    serve(listener, Arc::new(host), end.notified()).await;
    Ok(())
}

/// Serves until `end`, and then answers what has come.
pub(crate) async fn serve(listener: TcpListener, host: Arc<Host>, end: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(MOST));
    let open = GracefulShutdown::new();
    let mut end = pin!(end);
    loop {
        let next = async { (Arc::clone(&places).acquire_owned().await, listener.accept().await) };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut end => break,
        };
        let Ok((stream, peer)) = accepted else {
            sleep(Duration::from_millis(100)).await; // The system has no more of them at present.
            continue;
        };
        let routes = Router::new()
            .route("/healthz", get(|| async { "ok" }))
            .fallback(answer)
            .with_state((Arc::clone(&host), peer.ip()));
        let mut stream = TimeoutWriter::new(stream);
        stream.set_timeout(Some(DEADLINE)); // For as long a client may leave its answers unread.
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(DEADLINE)
            .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(routes));
        let connection = open.watch(connection);
        // A client that goes away is not a fault of the server.
        tokio::spawn(async move { drop((connection.await, place)) });
    }
    drop(timeout(2 * DEADLINE, open.shutdown()).await); // Whoever takes longer is cut off.
}

async fn answer(State((host, client)): State<(Arc<Host>, IpAddr)>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(Some(body)) = timeout(DEADLINE, read(body)).await else {
        return host.failed(Failure::MalformedRequest);
    };
    let Ok(place) = Arc::clone(&host.requests).try_acquire_owned() else {
        return host.failed(Failure::Overloaded { seconds: 1 });
    };
    let request = Request::from_parts(head, body);
    // A task of its own: neither a client that goes away nor the deadline stops it between two writes.
    let deciding = tokio::spawn({
        let host = Arc::clone(&host);
        async move {
            let Host { settings, storage, hasher, .. } = &*host;
            let client = client.to_string();
            let response = http::answer(&request, Some(&client), settings, storage, hasher).await;
            drop(place);
            response
        }
    });
    match timeout(DEADLINE, deciding).await {
        Ok(Ok(response)) => response.map(Body::from),
        Ok(Err(_)) => host.failed(Failure::Internal),
        Err(_) => host.failed(Failure::StorageUnavailable),
    }
}

/// Reads a body, of one that is too large no more than shows it. None if the client breaks off.
async fn read(mut body: Body) -> Option<Bytes> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await.filter(|_| bytes.len() <= MAX_REQUEST_BYTES) {
        bytes.extend(frame.ok()?.into_data().unwrap_or_default());
    }
    Some(bytes.into())
}
