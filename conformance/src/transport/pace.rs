//! A transport that keeps to a rate.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::message::answer::Answer;
use crate::message::request::Request;
use crate::transport::{Carriage, Transport, TransportError};

/// Sends no more than so many requests a second over a transport and all its forks together.
pub struct Paced {
    inner: Box<dyn Transport + Send>,
    interval: Duration,
    /// The earliest time of the next request.
    next: Arc<Mutex<Instant>>,
}

impl Paced {
    /// `rate` is the number of requests a second; one that is not a positive number stands for none at all.
    pub fn new(inner: Box<dyn Transport + Send>, rate: f64) -> Self {
        let interval = Duration::try_from_secs_f64(rate.recip()).unwrap_or(Duration::MAX);
        Self { inner, interval, next: Arc::new(Mutex::new(Instant::now())) }
    }

    /// Takes the next place in the row and gives the time until it comes.
    fn take_place(&self) -> Duration {
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = (*next).max(now);
        *next = mine.checked_add(self.interval).unwrap_or(mine);
        mine - now
    }
}

impl Transport for Paced {
    fn send(&mut self, request: &Request) -> Result<Answer, TransportError> {
        let time = self.take_place();
        if !time.is_zero() {
            self.inner.wait(time);
        }
        self.inner.send(request)
    }

    fn fork(&self) -> Option<Box<dyn Transport + Send>> {
        let (interval, next) = (self.interval, Arc::clone(&self.next));
        self.inner.fork().map(|inner| Box::new(Self { inner, interval, next }) as Box<_>)
    }

    fn keep_connection(&mut self, keep: bool) {
        self.inner.keep_connection(keep);
    }

    fn carriage(&mut self) -> Carriage {
        self.inner.carriage()
    }

    fn wait(&mut self, time: Duration) {
        self.inner.wait(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_all_forks_stand_in_one_row() {
        struct Clock(Arc<Mutex<Vec<Duration>>>);
        impl Transport for Clock {
            fn send(&mut self, _: &Request) -> Result<Answer, TransportError> {
                Err(TransportError::TimedOut)
            }

            fn fork(&self) -> Option<Box<dyn Transport + Send>> {
                Some(Box::new(Self(Arc::clone(&self.0))))
            }

            fn wait(&mut self, time: Duration) {
                self.0.lock().unwrap().push(time);
            }
        }
        let waited = Arc::new(Mutex::new(Vec::new()));
        let mut one = Paced::new(Box::new(Clock(Arc::clone(&waited))), 0.001);
        let mut other = one.fork().unwrap();
        for _ in 0..2 {
            drop(one.send(&Request::get("")));
            drop(other.send(&Request::get("")));
        }
        let waited: Vec<_> = waited.lock().unwrap().iter().map(|time| time.as_secs_f64()).collect();
        let hours: Vec<_> = waited.iter().map(|time| (time / 1000.0).round()).collect();
        assert_eq!(hours, [1.0, 2.0, 3.0], "the first one goes at once");
    }
}
