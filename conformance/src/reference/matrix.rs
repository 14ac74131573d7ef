//! The matrix: which fault is seen by which check, and so which requirement a faulty server cannot break unseen.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use serde::Serialize;

use crate::format::requirement::{Level, Requirement};
use crate::reference::clause::Clause;
use crate::reference::subject::{Judged, Subject};
use crate::suite::Suite;
use crate::suite::account::Seed;

/// The number of servers that are judged at the same time; some of them mostly wait.
const THREADS: usize = 4;

/// Every server with what the kit made of it.
pub struct Matrix {
    /// In the order in which they were given.
    pub judged: Vec<Judged>,
}

/// A clause of a requirement that a client can see.
#[derive(Serialize)]
pub struct Row {
    /// The id of the requirement.
    pub requirement: &'static str,
    /// Its level.
    pub level: Level,
    /// The words of the clause.
    pub words: &'static str,
    /// The faults that break it and fail a check of the requirement.
    pub killed_by: Vec<&'static str>,
    /// The reason why no client can see it; empty if one can.
    pub unseen: &'static str,
}

impl Matrix {
    /// Judges these servers by runs with this seed; `began` is told each before it is.
    ///
    /// # Errors
    ///
    /// The kit is at fault, or the network.
    pub fn judge(
        subjects: &[Subject],
        seed: &Seed,
        began: &(dyn Fn(Subject) + Sync),
    ) -> Result<Self, String> {
        let next = AtomicUsize::new(0);
        let judged = Mutex::new(Vec::new());
        let work = || {
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(subject) = subjects.get(place) else { break };
                began(*subject);
                let done = subject.judge(seed);
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

    /// Every clause, with those of its faults that are seen by a check of its requirement.
    pub fn rows(&self) -> Vec<Row> {
        let rows = Clause::all().map(|Clause { requirement, words, faults, unseen }| {
            let judged = self.judged.iter().filter(|it| faults.contains(&it.subject.name()));
            let killers = judged.filter(|it| fails_check_of(it, requirement));
            let killed_by = killers.map(|it| it.subject.name()).collect();
            let level = Requirement::find(requirement).map_or(Level::Must, |it| it.level);
            Row { requirement, level, words, killed_by, unseen }
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
        for Clause { requirement, words, faults, .. } in Clause::all() {
            let judged = self.judged.iter().filter(|it| faults.contains(&it.subject.name()));
            let idle = judged.filter(|it| !fails_check_of(it, requirement));
            mistakes.extend(idle.map(|it| {
                format!("{requirement}, \"{words}\": {} fails no check of it", it.subject.name())
            }));
        }
        if self.is_whole() {
            let failed: BTreeSet<_> = self.judged.iter().flat_map(|it| &it.failed).collect();
            let idle = Suite::v1().checks().into_iter().filter(|it| !failed.contains(&it.id));
            mistakes.extend(idle.map(|check| format!("{}: no server fails it", check.id)));
        }
        mistakes
    }
}

/// Returns whether a server failed a check that proves this requirement.
fn fails_check_of(judged: &Judged, requirement: &str) -> bool {
    let checks = Suite::v1().checks();
    let mut failed = checks.iter().filter(|check| judged.failed.contains(check.id));
    failed.any(|check| check.requirements.contains(&requirement))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::subject::usual_seed;
    use crate::reference::{Fault, Variant};

    fn check(subject: Subject, mistakes: &[&str]) {
        let matrix = Matrix::judge(&[subject], &usual_seed(), &|_| ()).unwrap();
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
        let mistake =
            "strict: fails and should not: key.refuses-near-misses, launch.refuses-key-near-misses";
        check(Subject::Varied(Box::leak(Box::new(strict))), &[mistake]);
    }

    #[test]
    fn a_clause_is_killed_by_those_of_its_faults_that_a_check_of_it_finds() {
        let subjects = ["good", "key-is-trimmed", "token-is-kept"];
        let subjects = subjects.map(|name| Subject::find(name).unwrap());
        let mut matrix = Matrix::judge(&subjects, &usual_seed(), &|_| ()).unwrap();
        assert!(!matrix.is_whole());
        for row in matrix.rows() {
            let killed_by: &[&str] = match (row.requirement, row.words) {
                ("SSO-KEY-001", "A key that is unknown") => &["key-is-trimmed"],
                ("SSO-TOK-002", _) => &["token-is-kept"],
                _ => &[],
            };
            assert_eq!(row.killed_by, killed_by, "{}: {}", row.requirement, row.words);
        }
        // A fault that fails no check of its clause's requirement is a mistake of the kit.
        let trimmed = matrix.judged.iter_mut().find(|it| it.subject.name() == "key-is-trimmed");
        trimmed.unwrap().failed.clear();
        let idle = "SSO-KEY-001, \"A key that is unknown\": key-is-trimmed fails no check of it";
        assert!(matrix.mistakes().contains(&idle.to_owned()), "{:?}", matrix.mistakes());
    }
}
