//! The matrix: which fault is seen by which check, and so which requirement a faulty server cannot break unseen.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use serde::Serialize;

use crate::format::requirement::{Level, Requirement, Scope};
use crate::reference::subject::{Judged, Subject};
use crate::suite::Suite;

/// The number of servers that are judged at the same time.
const THREADS: usize = 2;

/// Every server with what the kit made of it.
pub struct Matrix {
    /// In the order in which they were given.
    pub judged: Vec<Judged>,
}

/// A requirement that a client can see.
#[derive(Serialize)]
pub struct Row {
    /// Its id.
    pub requirement: &'static str,
    /// Its level.
    pub level: Level,
    /// The faults that fail a check of it.
    pub killed_by: Vec<&'static str>,
}

impl Matrix {
    /// Judges these servers; `began` is told each before it is.
    ///
    /// # Errors
    ///
    /// The kit is at fault, or the network.
    pub fn judge(subjects: &[Subject], began: &(dyn Fn(Subject) + Sync)) -> Result<Self, String> {
        let next = AtomicUsize::new(0);
        let judged = Mutex::new(Vec::new());
        let work = || {
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(subject) = subjects.get(place) else { break };
                began(*subject);
                let done = subject.judge();
                judged.lock().unwrap_or_else(PoisonError::into_inner).push((place, done));
            }
        };
        thread::scope(|scope| {
            for _ in 1..THREADS {
                scope.spawn(work);
            }
            work();
        });
        let mut judged = judged.into_inner().unwrap_or_else(PoisonError::into_inner);
        judged.sort_by_key(|(place, _)| *place);
        let judged = judged.into_iter().map(|(_, done)| done).collect::<Result<_, _>>()?;
        Ok(Self { judged })
    }

    /// Every requirement that a client can see and has to be kept, with the faults that are seen by a check of it.
    pub fn rows(&self) -> Vec<Row> {
        let checks = Suite::v1().checks();
        let due = |it: &&Requirement| it.scope == Scope::Wire && it.level != Level::May;
        let rows = Requirement::all().iter().filter(due).map(|requirement| {
            let proves = |id: &&str| {
                let mut checks = checks.iter().filter(|check| check.id == *id);
                checks.any(|check| check.requirements.contains(&requirement.id))
            };
            let killers = self.judged.iter().filter(|it| it.failed.iter().any(&proves));
            let killed_by = killers.map(|it| it.subject.name()).collect();
            Row { requirement: requirement.id, level: requirement.level, killed_by }
        });
        rows.collect()
    }

    /// Returns whether every reference server was judged.
    pub fn is_whole(&self) -> bool {
        let judged = |name: &str| self.judged.iter().any(|it| it.subject.name() == name);
        Subject::all().iter().all(|subject| judged(subject.name()))
    }

    /// Returns what is not as it should be, server by server, and over all of them if all were judged.
    pub fn mistakes(&self) -> Vec<String> {
        let mistakes = self.judged.iter().filter_map(|judged| {
            judged.mistake().map(|mistake| format!("{}: {mistake}", judged.subject.name()))
        });
        let mut mistakes: Vec<_> = mistakes.collect();
        if self.is_whole() {
            let survivors = self.rows().into_iter().filter(|row| row.killed_by.is_empty());
            mistakes.extend(survivors.map(|row| format!("{}: no fault fails it", row.requirement)));
            let failed: BTreeSet<_> = self.judged.iter().flat_map(|it| &it.failed).collect();
            let idle = Suite::v1().checks().into_iter().filter(|it| !failed.contains(&it.id));
            mistakes.extend(idle.map(|check| format!("{}: no server fails it", check.id)));
        }
        mistakes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{Fault, Variant};

    fn check(subject: Subject, mistakes: &[&str]) {
        let matrix = Matrix::judge(&[subject], &|_| ()).unwrap();
        assert_eq!(matrix.mistakes(), mistakes);
    }

    #[test]
    fn a_fault_that_no_check_sees_is_a_mistake_of_the_kit() {
        const UNSEEN: Fault =
            Fault { name: "unseen", sentence: "", fails: &["key.refuses-unknown"], hooks: &[] };
        const MISTAKE: &str = "unseen: should fail and does not: key.refuses-unknown";
        check(Subject::Faulty(&UNSEEN), &[MISTAKE]);
        const UNDECLARED: Fault = Fault { name: "undeclared", fails: &[], ..UNSEEN };
        check(Subject::Faulty(&UNDECLARED), &["undeclared: breaks nothing that a check sees"]);
    }

    #[test]
    fn a_good_server_that_fails_is_a_mistake_of_the_kit() {
        let hooks = Fault::find("key-is-trimmed").unwrap().hooks;
        let strict = Variant { name: "strict", sentence: "", hooks, wire: None };
        let mistake = "strict: fails and should not: key.refuses-near-misses, launch.refuses-keys-by-every-way, sign-on.refuses-keys-by-every-way";
        check(Subject::Varied(Box::leak(Box::new(strict))), &[mistake]);
    }

    #[test]
    fn a_requirement_is_killed_by_the_faults_that_a_check_of_it_finds() {
        let subjects = ["good", "key-is-trimmed", "token-is-kept"];
        let subjects = subjects.map(|name| Subject::find(name).unwrap());
        let matrix = Matrix::judge(&subjects, &|_| ()).unwrap();
        assert!(!matrix.is_whole());
        for row in matrix.rows() {
            match row.requirement {
                "SSO-KEY-001" => assert_eq!(row.killed_by, ["key-is-trimmed"]),
                "SSO-TOK-002" => assert_eq!(row.killed_by, ["token-is-kept"]),
                "SSO-TOK-001" => assert!(row.killed_by.is_empty()),
                _ => (),
            }
        }
    }
}
