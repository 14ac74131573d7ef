//! Threads that hash, each in memory of its own.

use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use futures_channel::oneshot;
use ssokey_core::{Hashing, Memory, Reply};

use crate::Hasher;
use crate::queue::Queue;

/// The reply to who found no thread, who is to try again after a second.
const OVERLOADED: Reply = Reply::Overloaded { seconds: 1 };

/// The size of a [`HashPool`], and the bounds of waiting for it. A hash that finds a thread idle does not wait.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    /// The number of threads, each of which keeps 19 MiB, and has up to 64 MiB while it compares a stored hash that asks for as much. The
    /// default is one for each core.
    pub threads: NonZeroUsize,
    /// The most hashes that may wait while no thread is idle, of requests with a key and of those without. With 0 none waits, and
    /// [`usize::MAX`] is no bound. The default is 1,000 of either.
    pub queue: usize,
    /// The longest time that a hash may wait for its turn; it is told by the next thread that is free. With [`Duration::ZERO`] none waits
    /// for a turn, and [`Duration::MAX`] is no bound. The default is 1 second.
    pub patience: Duration,
}

impl Default for PoolSettings {
    fn default() -> Self {
        let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { threads, queue: 1_000, patience: Duration::from_secs(1) }
    }
}

/// A pool of threads that hash, each in memory that it uses again, so that the memory of hashing is that of the threads, whatever
/// comes. What finds the queue full, or waits too long, is answered `overloaded`, and who has gone away costs no hash.
///
/// Hashes with a valid key go first, except for every fifth, and companies take turns: neither who has no key nor a different partner can
/// keep a partner from signing users on.
///
/// ```
/// use ssokey_core::{Behalf, Hashing, Password, Reply};
/// use ssokey_host::{HashPool, Hasher, PoolSettings};
///
/// let pool = HashPool::start(PoolSettings::default())?;
/// let password = Password::parse("correct horse").unwrap();
/// let behalf = Behalf { keyed: true, company_id: None };
/// let hashing = Hashing::HashPassword { password, salt: [7; 16], behalf };
/// assert!(matches!(pollster::block_on(pool.hash(hashing)), Reply::Hashed { .. }));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct HashPool {
    queue: Arc<Queue<Job>>,
    threads: Vec<JoinHandle<()>>,
}

struct Job {
    hashing: Hashing,
    answer: oneshot::Sender<Reply>,
    since: Instant,
    /// Whether a thread was idle for it, so that it is never late.
    is_prompt: bool,
}

impl HashPool {
    /// Starts the threads.
    ///
    /// # Errors
    ///
    /// The system gives no thread.
    pub fn start(PoolSettings { threads, queue, patience }: PoolSettings) -> io::Result<Self> {
        let queue = Arc::new(Queue::new(queue, threads.get()));
        // Those that are started end with it if the next one is not.
        let mut pool = Self { queue, threads: Vec::new() };
        for _ in 0..threads.get() {
            let queue = Arc::clone(&pool.queue);
            let builder = thread::Builder::new().name("ssokey-hash".into());
            pool.threads.push(builder.spawn(move || work(&queue, patience))?);
        }
        Ok(pool)
    }
}

fn is_gone(job: &Job) -> bool {
    job.answer.is_canceled()
}

fn work(queue: &Queue<Job>, patience: Duration) {
    let mut memory = Memory::new();
    let is_late = |job: &Job| is_gone(job) || !job.is_prompt && job.since.elapsed() > patience;
    while let Some(job) = queue.next(is_late) {
        let reply = if is_late(&job) {
            OVERLOADED
        } else {
            // A thread that died would leave the queue to the others, or to nobody.
            let computed = catch_unwind(AssertUnwindSafe(|| job.hashing.compute_in(&mut memory)));
            computed.unwrap_or(Reply::Failed)
        };
        // Before the answer, so that who asks again upon it finds this thread idle.
        queue.rest();
        // Whoever asked may have gone away meanwhile, and what wakes them is not this crate's.
        drop(catch_unwind(AssertUnwindSafe(|| drop(job.answer.send(reply)))));
    }
}

impl Hasher for HashPool {
    async fn hash(&self, hashing: Hashing) -> Reply {
        let (Hashing::VerifyPassword { behalf, .. } | Hashing::HashPassword { behalf, .. }) =
            &hashing;
        let behalf = *behalf;
        let (answer, answered) = oneshot::channel();
        let since = Instant::now();
        let job = |is_prompt| Job { hashing, answer, since, is_prompt };
        if let Some(Job { answer, .. }) = self.queue.add(job, behalf, is_gone) {
            drop(answer.send(OVERLOADED));
        }
        // INVARIANT: a thread answers each that it takes, and the queue has no end while the pool is borrowed.
        answered.await.unwrap_or(Reply::Failed)
    }
}

/// Ends the threads, and waits for them at most the time of one hash.
impl Drop for HashPool {
    fn drop(&mut self) {
        self.queue.end();
        // An executor that polls where it is woken may drop the pool on one of its own threads, which cannot wait for itself.
        let own = thread::current().id();
        for thread in self.threads.drain(..).filter(|thread| thread.thread().id() != own) {
            // Whoever waited for it has been told.
            drop(thread.join());
        }
    }
}

impl fmt::Debug for HashPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashPool").field("threads", &self.threads.len()).finish_non_exhaustive()
    }
}
