//! The threads on which the reference servers of a process hash, in as much memory as these have.

use std::sync::LazyLock;
use std::time::Duration;

use ssokey_core::{Costs, Hashing, Reply, argon2id};
use ssokey_host::{HashPool, Hasher, PoolSettings};

/// A server's way of hashing.
pub(crate) type Hash = fn(&Hashing) -> Reply;

/// None if the system gives no threads.
static POOL: LazyLock<Option<HashPool>> = LazyLock::new(|| {
    // A server that is busy is judged all the same.
    let patience = Duration::from_secs(30);
    HashPool::start(PoolSettings { patience, ..PoolSettings::default() }).ok()
});

/// Hashes as the core does, and waits for a thread to do it.
pub(crate) fn pooled(hashing: &Hashing) -> Reply {
    match &*POOL {
        Some(pool) => pollster::block_on(pool.hash(hashing.clone())),
        None => Reply::Overloaded { seconds: 1 },
    }
}

/// Hashes with Argon2id at its cheapest, where it is asked for.
pub(crate) fn cheap(hashing: &Hashing) -> Reply {
    hashing.compute_by(|password, salt, _, tag| {
        argon2id(password, salt, Costs { memory_kib: 8, passes: 1, lanes: 1 }, tag)
    })
}
