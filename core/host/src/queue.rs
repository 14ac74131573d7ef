//! The hashes that wait for a thread: companies in turn, and what has no key after what has one.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use ssokey_core::{Behalf, CompanyId};

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
    /// The companies that wait, in the order of their turns. None is the operator.
    keyed: VecDeque<(Option<CompanyId>, VecDeque<T>)>,
    keyless: VecDeque<T>,
    /// The turns since the last of a keyless one.
    since_keyless: u8,
    /// The threads that have nothing to do, or have not begun.
    idle: usize,
    has_ended: bool,
}

impl<T> Queue<T> {
    /// Makes a queue in which at most so many of either kind wait, for so many threads.
    pub(crate) fn new(most: usize, idle: usize) -> Self {
        let (keyed, keyless) = (VecDeque::new(), VecDeque::new());
        let lines = Mutex::new(Lines { keyed, keyless, since_keyless: 0, idle, has_ended: false });
        Self { lines, changed: Condvar::new(), most }
    }

    /// Adds one at the end of its line, and returns the one that has no place then. So many of either kind may wait, since what needs
    /// no key must not take the place of what has one; of keyed ones the longest line gives its last up. Whoever is gone has no place.
    /// `one` is told whether a thread is idle for it.
    pub(crate) fn add(
        &self,
        one: impl FnOnce(bool) -> T,
        behalf: Behalf,
        is_gone: impl Fn(&T) -> bool,
    ) -> Option<T> {
        let without_place = self.lines().add(one, behalf, self.most, is_gone);
        self.changed.notify_one();
        without_place
    }

    /// Waits for the one whose turn it is; one of whom `is_late` comes before, whatever its line, and takes no turn. None once the queue
    /// has ended. The thread that called has something to do then, until it rests.
    pub(crate) fn next(&self, is_late: impl Fn(&T) -> bool) -> Option<T> {
        let is_idle = |lines: &mut Lines<T>| {
            lines.keyed.is_empty() && lines.keyless.is_empty() && !lines.has_ended
        };
        let lines = self.changed.wait_while(self.lines(), is_idle);
        let mut lines = lines.unwrap_or_else(PoisonError::into_inner);
        lines.idle = lines.idle.saturating_sub(1);
        lines.next(is_late)
    }

    /// Has a thread be idle again, which is about to call `next`.
    pub(crate) fn rest(&self) {
        let mut lines = self.lines();
        lines.idle = lines.idle.saturating_add(1);
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
    fn add(
        &mut self,
        one: impl FnOnce(bool) -> T,
        behalf: Behalf,
        most: usize,
        is_gone: impl Fn(&T) -> bool,
    ) -> Option<T> {
        if self.keyed_count().max(self.keyless.len()) >= most {
            self.keep(|one| !is_gone(one));
        }
        // What idle threads are about to take does not wait.
        let (keyed, keyless) = (self.keyed_count(), self.keyless.len());
        let one = one(self.idle > keyed.saturating_add(keyless));
        if behalf.keyed {
            let most = most.saturating_add(self.idle.saturating_sub(keyless));
            self.add_keyed(one, behalf.company_id, most)
        } else if keyless < most.saturating_add(self.idle.saturating_sub(keyed)) {
            self.keyless.push_back(one);
            None
        } else {
            Some(one)
        }
    }

    fn add_keyed(&mut self, one: T, company: Option<CompanyId>, most: usize) -> Option<T> {
        match self.keyed.iter_mut().find(|(id, _)| *id == company) {
            Some((_, line)) => line.push_back(one),
            None => self.keyed.push_back((company, VecDeque::from([one]))),
        }
        if self.keyed_count() <= most {
            return None;
        }
        let (_, longest) = self.keyed.iter_mut().max_by_key(|(_, line)| line.len())?;
        let last = longest.pop_back();
        self.keyed.retain(|(_, line)| !line.is_empty());
        last
    }

    fn keyed_count(&self) -> usize {
        self.keyed.iter().map(|(_, line)| line.len()).sum()
    }

    fn keep(&mut self, is_kept: impl Fn(&T) -> bool) {
        self.keyless.retain(&is_kept);
        for (_, line) in &mut self.keyed {
            line.retain(&is_kept);
        }
        self.keyed.retain(|(_, line)| !line.is_empty());
    }

    fn next(&mut self, is_late: impl Fn(&T) -> bool) -> Option<T> {
        // In a line the first has waited for longest.
        let lines = self.keyed.iter_mut().map(|(_, line)| line).chain([&mut self.keyless]);
        let late = lines.filter_map(|line| line.pop_front_if(|one| is_late(one))).next();
        if late.is_some() {
            self.keyed.retain(|(_, line)| !line.is_empty());
            return late;
        }
        let is_keyless_turn = self.since_keyless >= KEYLESS_SHARE - 1 && !self.keyless.is_empty();
        if let Some((company, mut line)) = self.keyed.pop_front_if(|_| !is_keyless_turn) {
            self.since_keyless = self.since_keyless.saturating_add(1);
            let first = line.pop_front();
            if !line.is_empty() {
                self.keyed.push_back((company, line));
            }
            return first;
        }
        self.since_keyless = 0;
        self.keyless.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Behalf = Behalf { keyed: false, company_id: None };

    fn key(company: u64) -> Behalf {
        Behalf { keyed: true, company_id: CompanyId::new(company).ok() }
    }

    #[test]
    fn what_has_a_key_goes_first_but_for_every_fifth_turn() {
        let queue = Queue::new(8, 0);
        for number in 0..8 {
            assert_eq!(queue.add(|_| format!("key {number}"), key(1), |_| false), None);
            assert_eq!(queue.add(|_| format!("none {number}"), NONE, |_| false), None);
        }
        let order: Vec<_> = (0..16).filter_map(|_| queue.next(|_| false)).collect();
        let expected = [
            "key 0", "key 1", "key 2", "key 3", "none 0", "key 4", "key 5", "key 6", "key 7",
            "none 1", "none 2", "none 3", "none 4", "none 5", "none 6", "none 7",
        ];
        assert_eq!(order, expected);
    }

    #[test]
    fn companies_are_served_in_turn() {
        let queue = Queue::new(8, 0);
        for (name, company) in [("1a", 1), ("1b", 1), ("1c", 1), ("2a", 2), ("3a", 3), ("2b", 2)] {
            assert_eq!(queue.add(|_| name, key(company), |_| false), None);
        }
        let order: Vec<_> = (0..6).filter_map(|_| queue.next(|_| false)).collect();
        assert_eq!(order, ["1a", "2a", "3a", "1b", "2b", "1c"]);
    }

    #[test]
    fn who_is_late_comes_first_and_takes_no_turn() {
        let queue = Queue::new(8, 0);
        for (name, behalf) in [
            ("key", key(1)),
            ("late 0", key(2)),
            ("late 1", NONE),
            ("late 2", NONE),
            ("none", NONE),
            ("late 3", NONE),
        ] {
            assert_eq!(queue.add(|_| name, behalf, |_| false), None);
        }
        let order: Vec<_> =
            (0..6).filter_map(|_| queue.next(|name| name.starts_with("late"))).collect();
        assert_eq!(order, ["late 0", "late 1", "late 2", "key", "none", "late 3"]);
    }

    #[test]
    fn what_has_a_key_may_go_any_number_of_times() {
        let queue = Queue::new(1, 0);
        for number in 0..1_000 {
            assert_eq!(queue.add(|_| number, key(1), |_| false), None);
            assert_eq!(queue.next(|_| false), Some(number));
        }
    }

    #[test]
    fn a_full_line_leaves_the_other_its_place() {
        let queue = Queue::new(1, 0);
        assert_eq!(queue.add(|_| 1, NONE, |_| false), None);
        assert_eq!(queue.add(|_| 2, NONE, |_| false), Some(2));
        assert_eq!(queue.add(|_| 3, key(1), |_| false), None);
    }

    #[test]
    fn a_company_that_fills_the_queue_leaves_the_others_their_place() {
        let queue = Queue::new(2, 0);
        assert_eq!(queue.add(|_| "1a", key(1), |_| false), None);
        assert_eq!(queue.add(|_| "1b", key(1), |_| false), None);
        assert_eq!(queue.add(|_| "1c", key(1), |_| false), Some("1c"));
        assert_eq!(queue.add(|_| "2a", key(2), |_| false), Some("1b"));
        let order: Vec<_> = (0..2).filter_map(|_| queue.next(|_| false)).collect();
        assert_eq!(order, ["1a", "2a"]);
    }

    #[test]
    fn whoever_is_gone_leaves_their_place() {
        let queue = Queue::new(2, 0);
        for behalf in [key(1), NONE] {
            for name in ["gone", "there"] {
                assert_eq!(queue.add(|_| name, behalf, |_| false), None);
            }
            assert_eq!(queue.add(|_| "new", behalf, |name| *name == "gone"), None);
            assert_eq!(queue.add(|_| "more", behalf, |name| *name == "gone"), Some("more"));
        }
    }

    #[test]
    fn what_an_idle_thread_takes_does_not_wait() {
        for most in [0, 1, usize::MAX - 1, usize::MAX] {
            let queue = Queue::new(most, 2);
            for (number, behalf) in [(1, key(1)), (2, NONE)] {
                assert_eq!(queue.add(|is_prompt| (number, is_prompt), behalf, |_| false), None);
            }
            if most == 0 {
                for (number, behalf) in [(3, key(2)), (4, NONE)] {
                    let waits = Some((number, false));
                    assert_eq!(queue.add(|it| (number, it), behalf, |_| false), waits);
                }
            }
            assert_eq!(queue.next(|_| false), Some((1, true)));
            assert_eq!(queue.next(|_| false), Some((2, true)));
            queue.rest();
            assert_eq!(queue.add(|it| (5, it), key(1), |_| false), None);
            assert_eq!(queue.next(|_| false), Some((5, true)));
        }
    }

    #[test]
    fn nobody_waits_for_a_queue_that_has_ended() {
        let queue = Queue::new(1, 0);
        assert_eq!(queue.add(|_| 1, key(1), |_| false), None);
        queue.end();
        assert_eq!(queue.next(|_| false), None);
    }
}
