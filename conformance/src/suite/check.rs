//! A check: one thing that can be seen from outside and proves a requirement.

use crate::format::profile::Profile;
use crate::format::requirement::{Level, Requirement};
use crate::record::finding::{Finding, Quote};
use crate::record::log::Log;
use crate::record::mismatch::LocatedMismatch;
use crate::record::outcome::Outcome;
use crate::record::stop::Stop;
use crate::suite::probe::Probe;

/// A check is a value. Adding one to the list of its area is all it takes.
#[non_exhaustive]
pub struct Check {
    /// `area.what-a-conforming-server-does`; never changes.
    pub id: &'static str,
    /// The group that it belongs to.
    pub profile: Profile,
    /// The ids of the requirements that it proves, all of one level. The first is the one it is about.
    pub requirements: &'static [&'static str],
    /// The behaviour of a conforming server, in one sentence.
    pub title: &'static str,
    /// The function that finds it out.
    pub(crate) judge: Judge,
}

/// The function of a check.
#[derive(Clone, Copy)]
pub(crate) enum Judge {
    /// Sends requests of its own and notes every mismatch.
    Active(fn(&mut Probe<'_>) -> Result<(), Stop>),
    /// Sends nothing: judges the exchanges of all active checks.
    Passive(fn(&Log) -> Result<Vec<LocatedMismatch>, Stop>),
}

impl Check {
    /// The requirements as the specification words them.
    pub fn requirements(&self) -> impl Iterator<Item = Requirement> {
        let ids = self.requirements.iter();
        ids.filter_map(|id| Requirement::find(id))
    }

    /// Returns how binding the check is: the level of what it proves.
    pub fn level(&self) -> Level {
        let levels = self.requirements().map(|requirement| requirement.level);
        levels.min().unwrap_or(Level::Must)
    }

    /// Returns the check together with its outcome.
    pub(crate) fn finding(&self, outcome: Outcome) -> Finding {
        let quote = |it: Requirement| Quote { id: it.id, sentence: it.sentence, why: it.why() };
        Finding {
            id: self.id,
            profile: self.profile,
            level: self.level(),
            requirements: self.requirements().map(quote).collect(),
            title: self.title,
            outcome,
            follows_from: None,
            judges_all: self.is_passive() || self.id.starts_with("connection."),
            again: None,
        }
    }

    /// Returns whether it needs no requests of its own.
    pub fn is_passive(&self) -> bool {
        matches!(self.judge, Judge::Passive(_))
    }
}
