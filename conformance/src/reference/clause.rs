//! The clauses of the requirements that a client can see: the parts of a sentence that a server can break one by one.

mod answer;
mod extension;
mod sign_on;

use crate::format::requirement::Requirement;

/// A part of a requirement that can be broken while the rest of it is kept.
#[derive(Clone, Copy)]
pub struct Clause {
    /// The id of the requirement.
    pub requirement: &'static str,
    /// The words of its sentence that the clause is; the whole sentence if it is not divided.
    pub words: &'static str,
    /// The faults that break it.
    pub faults: &'static [&'static str],
    /// The reason why no client can see it; empty if one can.
    pub unseen: &'static str,
}

/// The clauses of one requirement: words and faults. Without words it is the whole sentence.
type Group = (&'static str, &'static [(&'static str, &'static [&'static str])]);

const AREAS: [&[Group]; 3] = [sign_on::GROUPS, answer::GROUPS, extension::GROUPS];

const OPERATOR: &str = "an operator has to disable, revoke or configure something meanwhile";
const LIFETIME: &str = "a lifetime has to pass, which may be long";
const STORAGE: &str = "only the storage shows it";

/// The clauses that no client can bring about, or see: requirement, words and reason.
const UNSEEN: &[(&str, &str, &str)] = &[
    ("SSO-KEY-001", "disabled, revoked or expired", OPERATOR),
    ("SSO-EXC-003", "expired", LIFETIME),
    ("SSO-EXC-003", "whose user or company is disabled or key not usable", OPERATOR),
    ("SSO-DIR-002", "the server's configured company is meant", OPERATOR),
    ("SSO-DIR-003", "an unreadable hash", STORAGE),
    ("SSO-DIR-005", "compute a stored hash anew", STORAGE),
    ("SSO-SES-003", "expired", LIFETIME),
    ("SSO-SES-003", "whose user, company or key is not usable", OPERATOR),
];

impl Clause {
    /// Every clause, in the order of the requirements; those that no client can see come last.
    pub fn all() -> impl Iterator<Item = Self> {
        let seen = AREAS.into_iter().flatten().flat_map(|(requirement, clauses)| {
            clauses.iter().map(|(words, faults)| {
                let whole = || Requirement::find(requirement).map_or("", |it| it.sentence);
                let words = if words.is_empty() { whole() } else { words };
                Self { requirement, words, faults, unseen: "" }
            })
        });
        let unseen = UNSEEN.iter().map(|(requirement, words, unseen)| Self {
            requirement,
            words,
            faults: &[],
            unseen,
        });
        seen.chain(unseen)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::format::requirement::{Level, Scope};
    use crate::reference::Fault;

    #[test]
    fn a_clause_is_quoted_from_its_requirement_and_is_there_once() {
        let mut seen = BTreeSet::new();
        for Clause { requirement, words, .. } in Clause::all() {
            let sentence = Requirement::find(requirement).unwrap().sentence;
            assert!(!words.is_empty() && sentence.contains(words), "{requirement}: {words}");
            assert!(seen.insert((requirement, words)), "{requirement}: {words}");
        }
    }

    #[test]
    fn every_requirement_that_a_client_can_see_has_a_clause_and_no_other_has() {
        let clauses: BTreeSet<_> = Clause::all().map(|clause| clause.requirement).collect();
        for requirement in Requirement::all() {
            let due = requirement.scope == Scope::Wire && requirement.level != Level::May;
            assert_eq!(clauses.contains(requirement.id), due, "{}", requirement.id);
        }
    }

    #[test]
    fn every_clause_is_broken_by_a_fault_or_says_why_no_client_sees_it() {
        for Clause { requirement, words, faults, unseen } in Clause::all() {
            assert_eq!(faults.is_empty(), !unseen.is_empty(), "{requirement}: {words}");
            for fault in faults {
                assert!(Fault::find(fault).is_some(), "{requirement}: {fault}");
            }
        }
    }
}
