//! The faults that a server can have, one rule at a time.

use crate::reference::hook::Hook;

mod answer;
mod binding;
mod bound;
mod coding;
mod connection;
mod decoding;
mod direct;
mod elsewhere;
mod email;
mod field;
mod header;
mod identity;
mod isolation;
mod key;
mod lasting;
mod launch;
mod legacy;
mod look_alike;
mod member;
mod one_body;
mod pairs;
mod random;
mod reading;
mod reason;
mod request;
mod rule;
mod sequence;
mod session;
mod time;
mod ways;

/// One broken rule.
pub struct Fault {
    /// Its name on the command line.
    pub name: &'static str,
    /// The behaviour of a server with it, in one sentence.
    pub sentence: &'static str,
    /// The ids of the checks that fail on it, and no others; `*` stands for any text. One with a `?` at its end may fail or not: who comes first in
    /// a race decides, or which checks happen to keep their connections. Ids of properties among them are those of which a
    /// sequence breaks one; without any, it may break whatever follows from what the checks see.
    pub fails: &'static [&'static str],
    pub(crate) hooks: &'static [Hook],
}

/// Every area with its faults.
const AREAS: &[&[Fault]] = &[
    rule::FAULTS,
    request::FAULTS,
    coding::FAULTS,
    decoding::FAULTS,
    field::FAULTS,
    key::FAULTS,
    answer::FAULTS,
    header::FAULTS,
    launch::FAULTS,
    direct::FAULTS,
    session::FAULTS,
    legacy::FAULTS,
    random::FAULTS,
    isolation::FAULTS,
    connection::FAULTS,
    sequence::FAULTS,
    ways::FAULTS,
    pairs::FAULTS,
    email::FAULTS,
    reading::FAULTS,
    elsewhere::FAULTS,
    binding::FAULTS,
    identity::FAULTS,
    look_alike::FAULTS,
    member::FAULTS,
    reason::FAULTS,
    bound::FAULTS,
    lasting::FAULTS,
    one_body::FAULTS,
    time::FAULTS,
];

impl Fault {
    /// Every fault, area by area.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        AREAS.iter().copied().flatten()
    }

    /// The fault of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::all().find(|fault| fault.name == name)
    }
}
