//! A check: one thing that can be seen from outside and proves a requirement.

use crate::log::Log;
use crate::mismatch::Mismatch;
use crate::probe::Probe;
use crate::profile::Profile;
use crate::requirement::{Level, Requirement};

/// A check is a value. Adding one to the list of its area is all it takes.
pub struct Check {
    /// `area.what-a-conforming-server-does`; never changes.
    pub id: &'static str,
    /// The group that it belongs to.
    pub profile: Profile,
    /// The ids of the requirements that it proves, all of one level. The first is the one it is about.
    pub requirements: &'static [&'static str],
    /// What a conforming server does, in one sentence.
    pub title: &'static str,
    /// How it is found out.
    pub judge: Judge,
}

/// How a check finds out.
#[derive(Clone, Copy)]
pub enum Judge {
    /// Sends requests of its own and notes every mismatch.
    Active(fn(&mut Probe<'_>) -> Result<(), Stop>),
    /// Sends nothing: judges the exchanges of all active checks.
    Passive(fn(&Log) -> Result<Vec<Mismatch>, Stop>),
}

/// Why a check cannot go on, short of a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Something that the check builds on is not there; says what.
    Blocked(String),
    /// The server does not offer what the check is about, or the run was not given what it needs; says what.
    Lacking(String),
    /// The kit itself is at fault.
    Fault(String),
}

impl Check {
    /// The requirements as the specification words them.
    pub fn requirements(&self) -> impl Iterator<Item = Requirement> {
        let ids = self.requirements.iter();
        ids.filter_map(|id| Requirement::find(id))
    }

    /// How binding the check is: the level of what it proves.
    pub fn level(&self) -> Level {
        let levels = self.requirements().map(|requirement| requirement.level);
        levels.min().unwrap_or(Level::Must)
    }

    /// Whether it needs no requests of its own.
    pub fn is_passive(&self) -> bool {
        matches!(self.judge, Judge::Passive(_))
    }
}
