//! A server on the component `ssokey-stepped.wasm`, which lies in this folder, over SQLite: cargo run --release sso.db [PORT]

mod authority;
mod component;
mod hashing;
mod record;
mod server;
mod storage;
mod threads;

use std::error::Error;
use std::net::Ipv4Addr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::{env, iter};

use tokio::net::TcpListener;
use tokio::runtime;

use crate::authority::Authority;
use crate::component::Compiled;
use crate::hashing::hasher;
use crate::server::Server;
use crate::storage::storage;
use crate::threads::Threads;

/// A hash takes 19 MiB, and at most 64.
const MOST_MEMORY: usize = 128 << 20;
/// The most calls that wait for a hash: whoever would wait for longer than a client does is told to come back.
const MOST_HASHES: usize = 100;
/// The most calls that wait for the database.
const MOST_CALLS: usize = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let database = env::args().nth(1).ok_or("name the database: cargo run --release sso.db")?;
    let port = env::args().nth(2).map_or(Ok(0), |port| port.parse())?;
    let compiled = Compiled::open(Path::new("ssokey-stepped.wasm"), MOST_MEMORY)?;
    // More threads would take memory and no less time.
    let cores = available_parallelism().map_or(1, NonZeroUsize::get);
    let hashers = iter::repeat_with(|| hasher(compiled.clone()))
        .take(cores)
        .collect::<Result<Vec<_>, _>>()?;
    let authority = Authority::new(compiled)?;
    let server = Arc::new(Server {
        limit: authority.body_limit()?,
        authority,
        hashing: Threads::start(MOST_HASHES, hashers)?,
        // SQLite has one writer at a time.
        storage: Threads::start(MOST_CALLS, [storage(Path::new(&database))?])?,
    });
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        println!("listening on http://{} ", listener.local_addr()?);
        Ok(server.serve(listener).await?)
    })
}
