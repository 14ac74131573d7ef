//! The checks of one version of the format, and a choice among them.

use std::time::Duration;

use globset::{Glob, GlobSet};

use crate::format::requirement::Level;
use crate::record::{Record, Selection};
use crate::suite::entry::Entry;
use crate::suite::playing::Playing;
use crate::transport::Transport;

pub(crate) mod account;
pub(crate) mod baseline;
pub(crate) mod carry;
pub(crate) mod check;
pub(crate) mod common;
pub(crate) mod contact;
pub(crate) mod entry;
pub(crate) mod error;
pub(crate) mod playing;
pub(crate) mod probe;
pub(crate) mod progress;
pub(crate) mod runner;
pub(crate) mod settings;
pub(crate) mod trial;

pub use crate::suite::account::Seed;
pub use crate::suite::baseline::Baseline;
pub use crate::suite::check::Check;
pub use crate::suite::contact::Obstacle;
pub use crate::suite::error::{BaselineError, EntropyError, PatternError, RunError, SettingsError};
pub use crate::suite::progress::Progress;
pub use crate::suite::settings::Settings;

/// An ordered list of checks, of which some are selected.
///
/// ```
/// # use ssokey_conformance::{message::Answer, message::Request, transport::TransportError};
/// use ssokey_conformance::suite::Seed;
/// use ssokey_conformance::message::Credential;
/// use ssokey_conformance::suite::Settings;
/// use ssokey_conformance::suite::Suite;
///
/// # fn my_server(_: &Request) -> Answer { Answer::new(404, Vec::new(), Vec::new()) }
/// let mut transport =
///     |request: &Request| -> Result<Answer, TransportError> { Ok(my_server(request)) };
/// let settings = Settings::new("my server", Credential::new("its key"), Seed::random()?);
/// let record = Suite::v1().only(&["key.*"])?.run(&mut transport, settings)?;
/// println!("{}: {}", record.verdict, record.counts);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Suite {
    entries: Vec<Entry>,
    selection: Selection,
    playing: Option<Playing>,
    /// True if somebody has said how many sequences are played.
    counted: bool,
}

impl Suite {
    /// Returns a suite of these checks, all selected: first those that send requests, then those that judge what came of them.
    pub(crate) fn of(checks: impl Iterator<Item = &'static Check>) -> Self {
        let mut checks: Vec<_> = checks.collect();
        checks.sort_by_key(|check| check.is_passive());
        let entries = checks.into_iter().map(|check| Entry { check, selected: true });
        let (entries, selection) = (entries.collect(), Selection::default());
        Self { entries, selection, playing: None, counted: false }
    }

    /// The same suite, which plays sequences after its checks.
    pub(crate) fn playing(self, playing: Playing) -> Self {
        Self { playing: Some(playing), ..self }
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn selection(&self) -> &Selection {
        &self.selection
    }

    /// The selected checks, in the order in which they run.
    pub fn checks(&self) -> Vec<&'static Check> {
        let selected = self.entries.iter().filter(|entry| entry.selected);
        selected.map(|entry| entry.check).collect()
    }

    /// Plays this many sequences of calls after the checks; none if it is 0. Unless a number is given, they are played where all checks
    /// are selected.
    #[must_use]
    pub fn sequences(mut self, number: u32) -> Self {
        if let Some(playing) = &mut self.playing {
            playing.number = number;
        }
        self.counted = true;
        self
    }

    /// Begins no further sequence once this much time has passed since the first; the record then says so. Unless a time is given, it is
    /// ten minutes.
    #[must_use]
    pub fn sequences_within(mut self, time: Duration) -> Self {
        if let Some(playing) = &mut self.playing {
            playing.within = time;
        }
        self
    }

    /// The sequences that are to be played.
    fn played(&self) -> Option<Playing> {
        let due = |playing: &Playing| {
            playing.number > 0 && (self.counted || self.selection.left_out == 0)
        };
        self.playing.filter(due)
    }

    /// The same suite, which plays its sequences whatever is selected.
    #[cfg(feature = "cargo-test")]
    pub(crate) fn with_sequences(self) -> Self {
        Self { counted: true, ..self }
    }

    /// Returns whether sequences are played where they are meant.
    #[cfg(feature = "cargo-test")]
    pub(crate) fn plays(&self) -> bool {
        self.playing.is_some_and(|playing| playing.number > 0)
    }

    /// The ids of the properties that a sequence can break.
    pub(crate) fn properties(&self) -> Vec<&'static str> {
        self.playing.map_or_else(Vec::new, |playing| (playing.properties)())
    }

    /// Returns how many checks and sequences run at most, with those checks that are asked for the sake of others.
    pub fn steps(&self) -> usize {
        let sequences = self.played().map_or(0, |playing| playing.number);
        let judges = self.entries.iter().any(Entry::judges);
        let runs = |entry: &&Entry| entry.selected || judges && !entry.check.is_passive();
        let checks = self.entries.iter().filter(runs).count();
        checks.saturating_add(usize::try_from(sequences).unwrap_or(usize::MAX))
    }

    /// Selects, of those selected so far, the checks whose id matches one of the patterns: `*`, `?`, `[…]`, `{…,…}`.
    ///
    /// # Errors
    ///
    /// A pattern that cannot be read, or that matches no check at all.
    pub fn only(mut self, patterns: &[impl AsRef<str>]) -> Result<Self, PatternError> {
        for pattern in patterns {
            let pattern = pattern.as_ref();
            let glob = Glob::new(pattern).map_err(|error| {
                PatternError(format!("`{pattern}` is not a pattern: {}", error.kind()))
            })?;
            let matcher = glob.compile_matcher();
            if !self.entries.iter().any(|entry| matcher.is_match(entry.check.id)) {
                let meant = self.nearest(pattern);
                let meant = meant.map_or_else(String::new, |id| format!("; did you mean `{id}`?"));
                return Err(PatternError(format!("no check matches `{pattern}`{meant}")));
            }
            self.selection.only.push(pattern.to_owned());
        }
        if !patterns.is_empty() {
            let globs = patterns.iter().filter_map(|pattern| Glob::new(pattern.as_ref()).ok());
            let set = GlobSet::new(globs).map_err(|error| PatternError(error.to_string()))?;
            self.retain(|check| set.is_match(check.id));
        }
        Ok(self)
    }

    /// Selects, of those selected so far, the checks that bind at least this much.
    #[must_use]
    pub fn at_least(mut self, level: Level) -> Self {
        self.selection.level = Some(level);
        self.retain(|check| check.level() <= level);
        self
    }

    /// Returns the id of the check or property that is most like this one, if there is one like it.
    pub(crate) fn nearest(&self, id: &str) -> Option<&'static str> {
        let checks = self.entries.iter().map(|entry| entry.check.id);
        nearest(id, checks.chain(self.properties()))
    }

    /// Selects, of those selected so far, the checks whose id is meant.
    #[cfg(feature = "cargo-test")]
    pub(crate) fn matching(mut self, meant: impl Fn(&str) -> bool) -> Self {
        self.retain(|check| meant(check.id));
        self
    }

    /// The checks that send nothing alone: those that can judge a recording.
    #[must_use]
    pub fn passive(mut self) -> Self {
        self.entries.retain(|entry| entry.check.is_passive());
        self.playing = None;
        self
    }

    fn retain(&mut self, keep: impl Fn(&Check) -> bool) {
        for entry in &mut self.entries {
            entry.selected &= keep(entry.check);
        }
        self.selection.left_out = self.entries.iter().filter(|entry| !entry.selected).count();
    }

    /// Runs the selected checks, and plays sequences after them.
    ///
    /// A check that judges the answers to others has these asked as well, without their own outcome.
    ///
    /// # Errors
    ///
    /// The server does not answer at all, or the kit is at fault. Everything else is in the record.
    pub fn run(
        &self,
        transport: &mut dyn Transport,
        settings: Settings,
    ) -> Result<Record, RunError> {
        self.run_watched(transport, settings, &|_| ())
    }

    /// The same; `began` is told each check and each sequence before it runs.
    ///
    /// # Errors
    ///
    /// As for [`Suite::run`].
    pub fn run_watched(
        &self,
        transport: &mut dyn Transport,
        settings: Settings,
        began: &(dyn Fn(Progress<'_>) + Sync),
    ) -> Result<Record, RunError> {
        let (selection, playing) = (self.selection.clone(), self.played());
        runner::run(&self.entries, selection, playing, transport, settings, began)
    }
}

/// Returns the known name that is most like this one, if it is like it at all.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |known: &str| strsim::jaro_winkler(name, known);
    let nearest = known.max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    nearest.filter(|nearest| likeness(nearest) > 0.8)
}
