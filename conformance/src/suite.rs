//! The checks of one version of the format, and a run of them.

use crate::account::{DOMAIN, Seed};
use crate::check::{Check, Judge, Stop};
use crate::checks::AREAS;
use crate::outcome::{Counts, Outcome};
use crate::probe::Probe;
use crate::record::{Finding, Ledger, Record};
use crate::request::Request;
use crate::secret::Key;
use crate::transport::{Transport, TransportError};

/// An ordered list of checks.
pub struct Suite {
    checks: Vec<&'static Check>,
}

/// What a run needs besides a server.
pub struct Settings {
    /// How the report names the server.
    pub target: String,
    /// The key of the partner.
    pub key: Key,
    /// The product to sign on to; the key's company must have it.
    pub product: String,
    /// What names and passwords are made from.
    pub seed: Seed,
}

/// Why a run came to no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunError {
    /// The first request got no answer.
    Unreachable(TransportError),
    /// The kit itself is at fault.
    Fault(String),
}

impl Suite {
    /// The checks of version 1 of the format: first those that send requests, then those that judge what came of them.
    pub fn v1() -> Self {
        let mut checks: Vec<_> = AREAS.iter().copied().flatten().collect();
        checks.sort_by_key(|check| check.is_passive());
        Self { checks }
    }

    /// The checks in the order in which they run.
    pub fn checks(&self) -> &[&'static Check] {
        &self.checks
    }

    /// Runs every check. `before` is told each check and its place, from 0, before it runs.
    ///
    /// # Errors
    ///
    /// The server does not answer at all, or the kit is at fault. Everything else is in the record.
    pub fn run(
        &self,
        transport: &mut dyn Transport,
        settings: Settings,
        mut before: impl FnMut(usize, &Check),
    ) -> Result<Record, RunError> {
        let Settings { target, key, product, seed } = settings;
        let mut probe = Probe::new(transport, key, product.clone(), &seed);
        make_contact(&mut probe)?;
        let mut findings = Vec::new();
        let mut counts = Counts::default();
        for (place, check) in self.checks.iter().enumerate() {
            before(place, check);
            let outcome = run(check, &mut probe)?;
            counts.add(check.level(), &outcome);
            findings.push(Finding::new(check, outcome));
        }
        for finding in &mut findings {
            finding.tidy(&probe.log().secrets);
        }
        Ok(Record {
            schema_version: 1,
            kit_version: env!("CARGO_PKG_VERSION"),
            target: probe.log().secrets.redact(&target),
            product,
            accounts: Ledger {
                prefix: probe.accounts().prefix(),
                domain: DOMAIN,
                left_behind: probe.accounts().left_behind(),
            },
            requests: probe.log().len(),
            verdict: counts.verdict(),
            counts,
            checks: findings,
        })
    }
}

/// Asks something that creates no account, to see that there is a server at all.
fn make_contact(probe: &mut Probe<'_>) -> Result<(), RunError> {
    let request = Request { query: None, ..Request::get("") };
    match probe.exchange(&request.case("first contact")) {
        Ok(_) => Ok(()),
        Err(TransportError::Unsendable(why)) => Err(RunError::Fault(why)),
        Err(silent) => Err(RunError::Unreachable(silent)),
    }
}

fn run(check: &Check, probe: &mut Probe<'_>) -> Result<Outcome, RunError> {
    let judged = match check.judge {
        Judge::Active(judge) => {
            let judged = judge(probe);
            let noted = probe.take_noted();
            // What was found before the check was blocked is found all the same.
            if noted.is_empty() { judged.map(|()| noted) } else { Ok(noted) }
        }
        Judge::Passive(judge) => judge(probe.log()),
    };
    match judged {
        Ok(mismatches) if mismatches.is_empty() => Ok(Outcome::Passed),
        Ok(mismatches) => Ok(Outcome::Failed { mismatch_count: mismatches.len(), mismatches }),
        Err(Stop::Blocked(reason)) => Ok(Outcome::CouldNotRun { reason }),
        Err(Stop::Fault(why)) => Err(RunError::Fault(why)),
    }
}
