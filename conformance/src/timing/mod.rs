//! The comparison of times that tells whether a refusal gives away who is a user: a direct sign-in with a wrong password of a known user against
//! one of a user whom nobody knows.

use std::time::Duration;

use serde::Serialize;

use crate::format::operation::Operation;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::record::lacking::{Lacking, Reason};
use crate::record::left_behind::{DOMAIN, LeftBehind};
use crate::record::stop::Stop;
use crate::suite::common::Common;
use crate::suite::error::RunError;
use crate::suite::probe::Probe;
use crate::suite::runner::make_contact;
use crate::suite::settings::Settings;
use crate::transport::Transport;

pub(crate) mod interval;

pub use crate::timing::interval::{CONFIDENCE, Interval};

/// The number of users in each group, so that no single name decides.
const USERS: usize = 5;
/// Rounds that come first and do not count, while caches and connections become warm.
const WARM_UP: usize = 10;

/// The number of samples and the resolution of a measurement.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The number of times that each of the three groups is asked; 11 at least, or nothing can be said.
    pub samples: usize,
    /// A difference up to this does not count.
    pub resolution: Duration,
}

/// The record of a measurement. Serialized, it is the JSON report.
#[must_use = "it holds the answer"]
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TimingRecord {
    /// The version of this shape: 1.
    pub schema_version: u32,
    /// The version of the kit.
    pub kit_version: &'static str,
    /// The base of the server.
    pub target: String,
    /// The number of times that each group was to be asked.
    pub samples: usize,
    /// A difference up to this, in milliseconds, does not count.
    pub resolution_ms: f64,
    /// The verdict.
    #[serde(flatten)]
    pub conclusion: Conclusion,
    /// The delays, unless the server did not let itself be measured.
    #[serde(flatten)]
    pub delays: Option<Delays>,
    /// The accounts that stay on the server.
    pub accounts: LeftBehind,
}

/// The conclusion whether time tells users from others.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Conclusion {
    /// It does.
    Leak,
    /// There is no difference above the resolution.
    NoneAbove,
    /// It cannot be said.
    Inconclusive {
        /// The reason, and a remedy.
        reason: Reason,
    },
}

/// The milliseconds that groups take longer than others.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Delays {
    /// Users whom the server knows, than users whom it does not know.
    pub known_ms: Interval,
    /// Users whom it does not know, than others of that kind: what the method itself sees in nothing.
    pub control_ms: Interval,
}

impl Delays {
    /// Returns what they say, where a difference up to this, in milliseconds, does not count.
    pub fn conclusion(&self, resolution: f64) -> Conclusion {
        let Self { known_ms: known, control_ms: control } = self;
        let reason = if !control.holds(0.0) {
            "unknown users differ from unknown users, which nothing but the measurement can cause: have the server and this \
             machine do nothing else meanwhile"
                .into()
        } else if known.is_within(resolution) && control.is_within(resolution) {
            return Conclusion::NoneAbove;
        } else if !known.holds(0.0) && !known.is_within(resolution) {
            return Conclusion::Leak;
        } else {
            Lacking::Precision { resolution_ms: resolution }.into()
        };
        Conclusion::Inconclusive { reason }
    }
}

/// Compares the groups in rounds, each of which asks one user of every group in random order. `clock` tells the time since
/// any fixed moment; `began` is called before each of the rounds, of which there are [`rounds`].
///
/// # Errors
///
/// The server does not answer at all, or the kit is at fault.
pub fn measure(
    transport: &mut dyn Transport,
    settings: Settings,
    plan: Plan,
    clock: &mut dyn FnMut() -> Duration,
    began: &dyn Fn(),
) -> Result<TimingRecord, RunError> {
    // An answer that was waited for tells nothing.
    let common = Common::new(Settings { patience: Duration::ZERO, ..settings })?;
    make_contact(&common, transport, 0)?;
    let mut probe = Probe::new(transport, &common, 1, None);
    let measured = delays(&mut probe, plan, clock, began);
    let (log, _) = probe.finish();
    let resolution_ms = milliseconds(plan.resolution);
    let (conclusion, delays) = match measured {
        Ok(Some(delays)) => (delays.conclusion(resolution_ms), Some(delays)),
        Ok(None) => {
            let reason = "there are too few samples: take 11 or more".into();
            (Conclusion::Inconclusive { reason }, None)
        }
        Err(Stop::Blocked(mut reason) | Stop::Lacking(mut reason)) => {
            reason.redact(&log.secrets);
            (Conclusion::Inconclusive { reason }, None)
        }
        Err(Stop::Fault(why)) => return Err(RunError::Fault(why)),
    };
    let Settings { target, seed, .. } = common.settings();
    Ok(TimingRecord {
        schema_version: 1,
        kit_version: env!("CARGO_PKG_VERSION"),
        target: log.secrets.redact(target),
        samples: plan.samples,
        resolution_ms,
        conclusion,
        delays,
        accounts: common.ledger().left_behind(seed, &log.secrets),
    })
}

/// Returns how many rounds a plan takes.
pub fn rounds(plan: Plan) -> usize {
    plan.samples + WARM_UP
}

fn delays(
    probe: &mut Probe<'_>,
    plan: Plan,
    clock: &mut dyn FnMut() -> Duration,
    began: &dyn Fn(),
) -> Result<Option<Delays>, Stop> {
    let groups = groups(probe)?;
    let (mut known, mut control) = (Vec::new(), Vec::new());
    for round in 0..rounds(plan) {
        began();
        // Delays within a round: what drifts from round to round is in both terms.
        let [user, nobody, other] = ask_round(probe, &groups, round, clock)?;
        if round >= WARM_UP {
            known.push(user - nobody);
            control.push(other - nobody);
        }
    }
    let intervals = Interval::of_median(known).zip(Interval::of_median(control));
    Ok(intervals.map(|(known_ms, control_ms)| Delays { known_ms, control_ms }))
}

/// The fields of direct sign-ins but for the password: of known users, and of two groups of unknown ones.
fn groups(probe: &mut Probe<'_>) -> Result<[Vec<Fields>; 3], Stop> {
    let mut groups = [const { Vec::new() }; 3];
    let mut domain = None;
    for _ in 0..USERS {
        // In turn, so that names are as long in every group.
        let user = probe.user();
        let signed_on = probe.sign_on(&user)?;
        let company = signed_on.answer.returned("companyDomain").and_then(Json::as_str);
        let company = domain.get_or_insert(company.unwrap_or_default().to_owned());
        let nobodies = [(); 2].map(|()| format!("{}@{DOMAIN}", probe.accounts().name()));
        let [nobody, other] = nobodies;
        let emails = [user.value("email").to_owned(), nobody, other];
        for (group, email) in groups.iter_mut().zip(emails) {
            group.push(Fields::default().and("userid", &email).and("company", company));
        }
    }
    Ok(groups)
}

/// The milliseconds that one user of each group takes, asked in random order.
fn ask_round(
    probe: &mut Probe<'_>,
    groups: &[Vec<Fields>; 3],
    round: usize,
    clock: &mut dyn FnMut() -> Duration,
) -> Result<[f64; 3], Stop> {
    let mut order = [0, 1, 2];
    for place in 1..order.len() {
        order.swap(place, probe.accounts().below(place + 1));
    }
    let mut times = [0.0; 3];
    for place in order {
        let user = groups.get(place).and_then(|group| group.get(round % USERS));
        let (Some(user), Some(time)) = (user, times.get_mut(place)) else { continue };
        *time = ask(probe, user, clock)?;
    }
    Ok(times)
}

fn ask(
    probe: &mut Probe<'_>,
    user: &Fields,
    clock: &mut dyn FnMut() -> Duration,
) -> Result<f64, Stop> {
    let fields = user.clone().and("password", &probe.password());
    let request = Way::Form.to(Operation::Direct, &fields);
    let before = clock();
    let answer = probe.answered(&request)?;
    let took = clock().saturating_sub(before);
    let actual = match answer {
        Ok(answer) if answer.is(Refusal::CREDENTIALS) => return Ok(milliseconds(took)),
        Ok(answer) => answer.summary(),
        Err(mismatch) => mismatch.actual,
    };
    let due = Refusal::CREDENTIALS;
    Err(Stop::Blocked(format!("a direct sign-in that was to get {due} got {actual}").into()))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conclusion_follows_from_where_the_intervals_lie() {
        let quiet = (-0.1, 0.1);
        for (known, control, due) in [
            ((2.0, 3.0), quiet, "leak"),
            ((-3.0, -2.0), quiet, "leak"),
            ((0.9, 1.1), quiet, "leak"),
            ((0.1, 0.9), quiet, "none"),
            ((-1.0, 1.0), (-1.0, 1.0), "none"),
            ((-1.1, 1.0), quiet, "neither seen nor excluded"),
            ((-0.5, 0.5), (-2.0, 2.0), "neither seen nor excluded"),
            ((2.0, 3.0), (0.1, 0.2), "unknown users differ from unknown users"),
            ((-0.5, 0.5), (-0.2, -0.1), "unknown users differ from unknown users"),
        ] {
            let interval =
                |(low, high): (f64, f64)| Interval { low, median: low.midpoint(high), high };
            let delays = Delays { known_ms: interval(known), control_ms: interval(control) };
            let said = match delays.conclusion(1.0) {
                Conclusion::Leak => "leak".to_owned(),
                Conclusion::NoneAbove => "none".to_owned(),
                Conclusion::Inconclusive { reason } => reason.to_string(),
            };
            assert!(said.contains(due), "{known:?}, {control:?}: {said}");
        }
    }
}
