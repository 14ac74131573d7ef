//! The hashes that wait for a thread: those with a key before those without.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Of so many turns one is for what has no key, while others wait that have one.
const KEYLESS_SHARE: u8 = 5;

/// A bounded queue between those who ask and the threads that work.
pub(crate) struct Queue<T> {
    lines: Mutex<Lines<T>>,
    changed: Condvar,
    /// The most that may wait, of either kind.
    most: usize,
}

struct Lines<T> {
    keyed: VecDeque<T>,
    keyless: VecDeque<T>,
    /// The turns since the last of a keyless one.
    since_keyless: u8,
    has_ended: bool,
}

impl<T> Queue<T> {
    pub(crate) fn new(most: usize) -> Self {
        let (keyed, keyless) = (VecDeque::new(), VecDeque::new());
        let lines = Mutex::new(Lines { keyed, keyless, since_keyless: 0, has_ended: false });
        Self { lines, changed: Condvar::new(), most }
    }

    /// Adds one at the end of its line; gives it back if that is full. So many of either kind may wait, since what needs no key
    /// must not take the place of what has one.
    pub(crate) fn add(&self, one: T, keyed: bool) -> Result<(), T> {
        let mut lines = self.lines();
        let line = if keyed { &mut lines.keyed } else { &mut lines.keyless };
        if line.len() >= self.most {
            return Err(one);
        }
        line.push_back(one);
        self.changed.notify_one();
        Ok(())
    }

    /// Waits for the one whose turn it is; one of whom `is_late` comes before, whatever its line, and takes no turn. None once the queue
    /// has ended.
    pub(crate) fn next(&self, is_late: impl Fn(&T) -> bool) -> Option<T> {
        let is_idle = |lines: &mut Lines<T>| {
            lines.keyed.is_empty() && lines.keyless.is_empty() && !lines.has_ended
        };
        let lines = self.changed.wait_while(self.lines(), is_idle);
        lines.unwrap_or_else(PoisonError::into_inner).next(is_late)
    }

    /// Has every thread stop waiting. What still waits is dropped.
    pub(crate) fn end(&self) {
        let mut lines = self.lines();
        lines.has_ended = true;
        lines.keyed.clear();
        lines.keyless.clear();
        self.changed.notify_all();
    }

    fn lines(&self) -> MutexGuard<'_, Lines<T>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Lines<T> {
    fn next(&mut self, is_late: impl Fn(&T) -> bool) -> Option<T> {
        // In a line the first has waited for longest.
        for line in [&mut self.keyed, &mut self.keyless] {
            if let Some(late) = line.pop_front_if(|one| is_late(one)) {
                return Some(late);
            }
        }
        let is_keyless_turn = self.since_keyless >= KEYLESS_SHARE - 1 && !self.keyless.is_empty();
        if let Some(one) = self.keyed.pop_front_if(|_| !is_keyless_turn) {
            self.since_keyless = self.since_keyless.saturating_add(1);
            return Some(one);
        }
        self.since_keyless = 0;
        self.keyless.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_key_goes_first_but_for_every_fifth_turn() {
        let queue = Queue::new(8);
        for number in 0..8 {
            assert_eq!(queue.add(format!("key {number}"), true), Ok(()));
            assert_eq!(queue.add(format!("none {number}"), false), Ok(()));
        }
        let order: Vec<_> = (0..16).filter_map(|_| queue.next(|_| false)).collect();
        let expected = [
            "key 0", "key 1", "key 2", "key 3", "none 0", "key 4", "key 5", "key 6", "key 7",
            "none 1", "none 2", "none 3", "none 4", "none 5", "none 6", "none 7",
        ];
        assert_eq!(order, expected);
    }

    #[test]
    fn who_is_late_comes_first_and_takes_no_turn() {
        let queue = Queue::new(8);
        for (name, keyed) in [
            ("key", true),
            ("late 1", false),
            ("late 2", false),
            ("none", false),
            ("late 3", false),
        ] {
            assert_eq!(queue.add(name, keyed), Ok(()));
        }
        let order: Vec<_> =
            (0..5).filter_map(|_| queue.next(|name| name.starts_with("late"))).collect();
        assert_eq!(order, ["late 1", "late 2", "key", "none", "late 3"]);
    }

    #[test]
    fn what_has_a_key_may_go_any_number_of_times() {
        let queue = Queue::new(1);
        for number in 0..1_000 {
            assert_eq!(queue.add(number, true), Ok(()));
            assert_eq!(queue.next(|_| false), Some(number));
        }
    }

    #[test]
    fn a_full_line_leaves_the_other_its_place() {
        let queue = Queue::new(1);
        assert_eq!(queue.add(1, false), Ok(()));
        assert_eq!(queue.add(2, false), Err(2));
        assert_eq!(queue.add(3, true), Ok(()));
    }

    #[test]
    fn nobody_waits_for_a_queue_that_has_ended() {
        let queue = Queue::new(1);
        assert_eq!(queue.add(1, true), Ok(()));
        queue.end();
        assert_eq!(queue.next(|_| false), None);
    }
}
