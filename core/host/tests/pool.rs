//! The pool of threads that hash.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::Duration;

use futures_util::future::{join_all, poll_immediate};
use ssokey_core::{Behalf, Hashing, Password, PasswordHash, Reply};
use ssokey_host::{HashPool, Hasher, PoolSettings};

fn hashing(text: &str, keyed: bool) -> Hashing {
    let password = Password::parse(text).unwrap();
    Hashing::HashPassword { password, salt: [7; 16], behalf: Behalf { keyed, company_id: None } }
}

fn pool(threads: usize, queue: usize, patience: Duration) -> HashPool {
    let threads = NonZeroUsize::new(threads).unwrap();
    HashPool::start(PoolSettings { threads, queue, patience }).unwrap()
}

const LONG: Duration = Duration::from_secs(3600);

#[test]
fn each_hash_is_the_one_that_was_asked_for() {
    let pool = pool(2, 100, LONG);
    let texts: Vec<_> = (0..8).map(|number| format!("password {number}")).collect();
    let replies = join_all(texts.iter().map(|text| pool.hash(hashing(text, true))));
    for (text, reply) in texts.iter().zip(pollster::block_on(replies)) {
        assert_eq!(reply, hashing(text, true).compute());
    }
    let password = Password::parse("a").unwrap();
    let behalf = Behalf { keyed: false, company_id: None };
    let password_hash = PasswordHash::new("$2b$12$bcrypt".into());
    let verify = Hashing::VerifyPassword { password, password_hash, behalf };
    assert_eq!(pollster::block_on(pool.hash(verify)), Reply::Unreadable);
}

#[test]
fn what_finds_no_thread_idle_is_overloaded_where_none_may_wait() {
    for (queue, patience) in [(0, LONG), (100, Duration::ZERO)] {
        let pool = pool(1, queue, patience);
        for keyed in [true, false] {
            let replies = join_all(["a", "b"].map(|text| pool.hash(hashing(text, keyed))));
            let expected = [hashing("a", keyed).compute(), Reply::Overloaded { seconds: 1 }];
            assert_eq!(pollster::block_on(replies), expected);
        }
    }
}

#[test]
fn a_queue_without_bound_takes_all_that_comes() {
    for queue in [usize::MAX - 1, usize::MAX] {
        let pool = pool(2, queue, Duration::MAX);
        for keyed in [true, false] {
            let replies = join_all(["a", "b", "c"].map(|text| pool.hash(hashing(text, keyed))));
            let expected = ["a", "b", "c"].map(|text| hashing(text, keyed).compute());
            assert_eq!(pollster::block_on(replies), expected);
        }
    }
}

#[test]
fn a_hash_whose_asker_has_gone_away_is_not_computed_and_the_next_one_is() {
    let pool = pool(1, 2_000, LONG);
    // So many hashes would take a minute.
    for _ in 0..1_000 {
        let asked = std::pin::pin!(pool.hash(hashing("a", true)));
        assert!(pollster::block_on(poll_immediate(asked)).is_none());
    }
    let reply = pollster::block_on(pool.hash(hashing("b", true)));
    assert_eq!(reply, hashing("b", true).compute());
}

#[test]
fn a_thread_goes_on_though_waking_who_asked_panics() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("a waker");
        }
    }
    let pool = Arc::new(pool(1, 2, LONG));
    let mut asked = std::pin::pin!(pool.hash(hashing("a", true)));
    let waker = Waker::from(Arc::new(Panics));
    assert!(asked.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let (answer, answered) = mpsc::channel();
    let next = Arc::clone(&pool);
    thread::spawn(move || drop(answer.send(pollster::block_on(next.hash(hashing("b", true))))));
    let reply = answered.recv_timeout(Duration::from_secs(60));
    assert_eq!(reply, Ok(hashing("b", true).compute()));
}

#[test]
fn a_pool_that_goes_ends_its_threads_though_hashes_wait() {
    let pool = pool(1, 2_000, LONG);
    for _ in 0..1_000 {
        let asked = std::pin::pin!(pool.hash(hashing("a", false)));
        assert!(pollster::block_on(poll_immediate(asked)).is_none());
    }
    drop(pool);
}

#[test]
fn a_pool_may_go_on_a_thread_of_its_own() {
    type Task = Pin<Box<dyn Future<Output = ()> + Send>>;
    /// An executor that polls its task where it is woken.
    struct There(Mutex<Option<Task>>);
    impl Wake for There {
        fn wake(self: Arc<Self>) {
            // Held, so that no wake comes between.
            let mut task = self.0.lock().unwrap();
            let waker = Waker::from(Arc::clone(&self));
            let mut context = Context::from_waker(&waker);
            if task.as_mut().is_some_and(|task| task.as_mut().poll(&mut context).is_ready()) {
                *task = None;
            }
        }
    }
    let (answer, answered) = mpsc::channel();
    let pool = pool(2, 2, LONG);
    let task = async move {
        let reply = pool.hash(hashing("a", true)).await;
        drop(pool);
        answer.send(reply).unwrap();
    };
    Waker::from(Arc::new(There(Mutex::new(Some(Box::pin(task)))))).wake();
    let reply = answered.recv_timeout(Duration::from_secs(60));
    assert_eq!(reply, Ok(hashing("a", true).compute()));
}
