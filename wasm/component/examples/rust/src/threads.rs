//! Threads for what blocks: hashes and the database.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use crate::component::ssokey::sso::calls::{Call, Reply};

/// Threads that carry out calls, which wait in one bounded queue.
pub(crate) struct Threads(SyncSender<Waiting>);

/// A call with where its reply goes.
type Waiting = (Call, oneshot::Sender<Reply>);

/// So many calls wait that one more would wait for longer than a client does.
pub(crate) struct Full;

impl Threads {
    /// Starts a thread for each of these.
    pub(crate) fn start<W>(
        most_waiting: usize,
        workers: impl IntoIterator<Item = W>,
    ) -> io::Result<Self>
    where
        W: FnMut(Call) -> Reply + Send + 'static,
    {
        let (sender, receiver) = sync_channel(most_waiting);
        let queue = Arc::new(Mutex::new(receiver));
        for worker in workers {
            let queue = queue.clone();
            thread::Builder::new().spawn(move || work(&queue, worker))?;
        }
        Ok(Self(sender))
    }

    /// Carries out a call. One that has begun runs to its end, whoever waits for it.
    pub(crate) async fn answer(&self, call: Call) -> Result<Reply, Full> {
        let (sender, reply) = oneshot::channel();
        if let Err(TrySendError::Full(_)) = self.0.try_send((call, sender)) {
            return Err(Full);
        }
        Ok(reply.await.unwrap_or_else(|_| {
            eprintln!("a call failed: its thread has ended");
            Reply::Failed
        }))
    }
}

fn work(queue: &Mutex<Receiver<Waiting>>, mut worker: impl FnMut(Call) -> Reply) {
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok((call, sender)) = next() {
        if !sender.is_closed() {
            // Nobody waits any more if it fails.
            drop(sender.send(worker(call)));
        }
    }
}
