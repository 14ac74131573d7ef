//! A server that the kit itself is judged by, and whether the kit judges it as it should.

use std::collections::BTreeSet;

use crate::format::product::ProductName;
use crate::format::profile::Profile;
use crate::message::secret::Credential;
use crate::record::Record;
use crate::record::lacking::Lacking;
use crate::record::outcome::{Outcome, Verdict};
use crate::reference::credentials::{KEY, PRODUCT_SECRET, SECOND_KEY, SECOND_PRODUCT_SECRET};
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::network::Network;
use crate::reference::service::Service;
use crate::reference::variant::Variant;
use crate::suite::Suite;
use crate::suite::account::Seed;
use crate::suite::settings::Settings;

/// The end of a check's id that a fault declares, where the check may fail or not.
const OPEN: char = '?';

/// A reference server.
#[derive(Clone, Copy)]
pub enum Subject {
    /// The one without any peculiarity.
    Good,
    /// A good one with a peculiarity.
    Varied(&'static Variant),
    /// One that breaks a rule.
    Faulty(&'static Fault),
}

/// A server with what the kit made of it.
pub struct Judged {
    /// The server.
    pub subject: Subject,
    /// The record of the kit.
    pub record: Record,
    /// The checks that it should have failed.
    pub due: BTreeSet<&'static str>,
    /// The checks that it may have failed or not: who comes first in a race decides.
    pub open: BTreeSet<&'static str>,
    /// The checks that it failed.
    pub failed: BTreeSet<&'static str>,
    /// The properties of which a sequence should have broken one; none if that is open.
    pub due_properties: BTreeSet<&'static str>,
}

impl Subject {
    /// Every reference server, the good ones first.
    pub fn all() -> Vec<Self> {
        let varied = Variant::all().iter().map(Self::Varied);
        [Self::Good].into_iter().chain(varied).chain(Fault::all().map(Self::Faulty)).collect()
    }

    /// The server with the fault or peculiarity of this name, or `good`.
    pub fn find(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|subject| subject.name() == name)
    }

    /// Returns what it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Varied(variant) => variant.name,
            Self::Faulty(fault) => fault.name,
        }
    }

    /// Returns what it does, in one sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Good => "Nothing is wrong, and nothing out of the ordinary.",
            Self::Varied(variant) => variant.sentence,
            Self::Faulty(fault) => fault.sentence,
        }
    }

    fn hooks(self) -> &'static [Hook] {
        match self {
            Self::Good => &[],
            Self::Varied(Variant { hooks, .. }) | Self::Faulty(Fault { hooks, .. }) => hooks,
        }
    }

    /// Returns whether it has its option for legacy clients.
    pub fn has_legacy_option(self) -> bool {
        self.hooks().iter().any(|hook| matches!(hook, Hook::Legacy))
    }

    /// Its products, if it is configured with some of its own.
    pub fn products(self) -> Vec<ProductName> {
        let names = self.hooks().iter().filter_map(|hook| match hook {
            Hook::Products(names) => Some(*names),
            _ => None,
        });
        names.flatten().filter_map(|name| ProductName::parse(name).ok()).collect()
    }

    /// The server.
    ///
    /// # Errors
    ///
    /// Its records cannot be read, which is the kit's own fault.
    pub fn service(self) -> Result<Service, String> {
        match self {
            Self::Good => Service::good(),
            Self::Varied(variant) => Service::varied(variant),
            Self::Faulty(fault) => Service::faulty(fault),
        }
    }

    /// Runs every check against the server: inside this process, or over the loopback network where that is what is peculiar. Plays sequences on good
    /// servers, and on faulty ones that declare a broken property.
    /// Passwords are hashed at the lowest cost. The seed makes the choices of the run.
    ///
    /// # Errors
    ///
    /// The kit is at fault, or the network.
    pub fn judge(self, seed: &Seed) -> Result<Judged, String> {
        let Due { checks: due, open, properties: due_properties } = self.due()?;
        // Sequences are the longest part: they are played where they have to pass, or to find something.
        let idle = due_properties.is_empty() && matches!(self, Self::Faulty(_));
        let suite = if idle { Suite::v1().sequences(0) } else { Suite::v1() };
        let record = self.run(&suite, seed, false)?;
        let failed = record.checks.iter();
        let failed = failed.filter(|finding| matches!(finding.outcome, Outcome::Failed { .. }));
        let failed = failed.map(|finding| finding.id).collect();
        Ok(Judged { subject: self, due, open, failed, due_properties, record })
    }

    /// Runs the whole suite against the server as [`Subject::judge`] does; the record has every exchange.
    ///
    /// # Errors
    ///
    /// The kit is at fault, or the network.
    pub fn record(self) -> Result<Record, String> {
        self.run(&Suite::v1(), &usual_seed(), true)
    }

    fn run(self, suite: &Suite, seed: &Seed, exchanges: bool) -> Result<Record, String> {
        let service = self.service()?.cheap();
        let settings =
            |target: &str| Settings { exchanges, seed: seed.clone(), ..self.settings(target) };
        let record = if service.wire.is_none() {
            suite.run(&mut service.clone(), settings("in process"))
        } else {
            let network = Network::start(service)?;
            suite.run(&mut network.transport()?, settings(network.base()))
        };
        record.map_err(|error| format!("{}: {error}", self.name()))
    }

    /// Returns what the server is judged with: its own products, if it is configured with some.
    fn settings(self, target: &str) -> Settings {
        let mut settings = settings(target);
        let products = self.products();
        if let Some(first) = products.first() {
            settings.product = first.clone();
            if products.len() == 1 {
                settings.second_product_secret = None;
            }
            settings.products = products;
        }
        if self.has_legacy_option() {
            settings.profiles = Profile::ALL.to_vec();
        }
        settings
    }

    /// Returns what a run should find of it.
    fn due(self) -> Result<Due, String> {
        let Self::Faulty(Fault { name, fails, .. }) = self else { return Ok(Due::default()) };
        let known = Suite::v1().properties();
        let (properties, checks): (Vec<_>, Vec<_>) =
            fails.iter().copied().partition(|id| known.contains(id));
        let (open, checks): (Vec<_>, Vec<_>) =
            checks.into_iter().partition(|id| id.ends_with(OPEN));
        let open: Vec<_> = open.into_iter().map(|id| id.trim_end_matches(OPEN)).collect();
        let ids =
            |patterns: &[&str]| matching(patterns).map_err(|error| format!("{name}: {error}"));
        Ok(Due {
            checks: ids(&checks)?,
            open: ids(&open)?,
            properties: properties.into_iter().collect(),
        })
    }
}

/// What a run should find of a faulty server.
#[derive(Default)]
struct Due {
    checks: BTreeSet<&'static str>,
    open: BTreeSet<&'static str>,
    /// One of these is broken.
    properties: BTreeSet<&'static str>,
}

/// The ids of the checks that match these patterns.
fn matching(patterns: &[&str]) -> Result<BTreeSet<&'static str>, String> {
    if patterns.is_empty() {
        return Ok(BTreeSet::new());
    }
    let suite = Suite::v1().only(patterns).map_err(|error| error.to_string())?;
    Ok(suite.checks().iter().map(|check| check.id).collect())
}

impl Judged {
    /// Returns whether the outcome is a judgement, or about an option or a product that the server does not have.
    fn is_judged(&self, outcome: &Outcome) -> bool {
        let Outcome::NotApplicable { reason } = outcome else { return true };
        match reason.lacking() {
            Some(Lacking::LegacyOption) => !self.subject.has_legacy_option(),
            Some(Lacking::SecondProduct) => self.subject.products().len() == 1,
            _ => false,
        }
    }

    /// Returns what is wrong with the judgement; nothing if it is right.
    pub fn mistake(&self) -> Option<String> {
        let more =
            self.failed.iter().filter(|id| !self.due.contains(*id) && !self.open.contains(*id));
        let more: Vec<_> = more.copied().collect();
        let fewer: Vec<_> = self.due.difference(&self.failed).copied().collect();
        let counts = &self.record.counts;
        let conformant = self.record.verdict == Verdict::Conformant
            && counts.could_not_run == 0
            && self.record.checks.iter().all(|finding| self.is_judged(&finding.outcome));
        let failure = self.record.sequences.as_ref().and_then(|it| it.failure.as_ref());
        let broken = failure.map_or("nothing", |failure| failure.property);
        if !self.due_properties.is_empty() && !self.due_properties.contains(broken) {
            let due: Vec<_> = self.due_properties.iter().copied().collect();
            return Some(format!(
                "a sequence should break {} and breaks {broken}",
                due.join(" or ")
            ));
        }
        if !more.is_empty() || !fewer.is_empty() {
            let lists = [("fails and should not", more), ("should fail and does not", fewer)];
            let lists = lists.into_iter().filter(|(_, checks)| !checks.is_empty());
            let lists = lists.map(|(what, checks)| format!("{what}: {}", checks.join(", ")));
            Some(lists.collect::<Vec<_>>().join("; "))
        } else if matches!(self.subject, Subject::Faulty(_)) {
            // A check that builds on what is broken may be unable to run; it must not fail for it.
            let due = self.due.is_empty() && self.due_properties.is_empty();
            due.then(|| "breaks nothing that a check sees".to_owned())
        } else {
            let (verdict, counts) = (self.record.verdict, &self.record.counts);
            (!conformant).then(|| format!("{verdict}: {counts}; a sequence breaks {broken}"))
        }
    }
}

/// The seed with which the reference servers are judged, unless a different one is asked for.
pub fn usual_seed() -> Seed {
    Seed::fixed(7)
}

/// Returns what the reference servers are judged with. The names of the accounts are the same in every run.
pub fn settings(target: &str) -> Settings {
    let mut settings = Settings::new(target, Credential::new(KEY), usual_seed());
    settings.second_key = Some(Credential::new(SECOND_KEY));
    settings.product_secret = Some(Credential::new(PRODUCT_SECRET));
    settings.second_product_secret = Some(Credential::new(SECOND_PRODUCT_SECRET));
    settings
}
