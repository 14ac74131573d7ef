//! The table at which sequences are played on a server, one after the other, and their outcomes.

use crate::message::secret::Secrets;
use crate::record::outcome::Verdict;
use crate::record::stop::Stop;
use crate::rules::failure::Failure;
use crate::rules::model::Offer;
use crate::rules::player::Player;
use crate::rules::record::{LeftOut, RulesRecord};
use crate::rules::simplify::simpler;
use crate::rules::step::Step;
use crate::suite::common::Common;
use crate::suite::error::RunError;
use crate::suite::probe::Probe;
use crate::suite::settings::Settings;
use crate::transport::Transport;

/// The most sequences that are played to make a failure shorter.
const SHRINKS: u32 = 256;

/// The next action of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Play one more sequence.
    Sequence,
    /// Make the failure shorter.
    Shrink,
}

/// The table at which sequences are played, one after the other, and their outcomes.
pub(crate) struct Table<'t> {
    common: &'t Common,
    transport: &'t mut dyn Transport,
    offer: Offer,
    secrets: Secrets,
    sequences: u32,
    pub(crate) shrinks: u32,
    steps: usize,
    requests: usize,
    pub(crate) stopped: Option<Stop>,
    pub(crate) failure: Option<Failure>,
}

impl<'t> Table<'t> {
    pub(crate) fn new(
        common: &'t Common,
        transport: &'t mut dyn Transport,
        offer: Offer,
        requests: usize,
    ) -> Self {
        Self {
            common,
            transport,
            offer,
            secrets: Secrets::default(),
            sequences: 0,
            shrinks: 0,
            steps: 0,
            requests,
            stopped: None,
            failure: None,
        }
    }

    pub(crate) fn progress(&self) -> Progress {
        if self.failure.is_some() { Progress::Shrink } else { Progress::Sequence }
    }

    /// Plays a sequence with accounts of its own and says whether it goes wrong. After a stop none does.
    pub(crate) fn play(&mut self, steps: &[Step], began: &mut dyn FnMut()) -> bool {
        if self.stopped.is_some() {
            return false;
        }
        let shrinking = self.failure.is_some();
        if shrinking {
            self.shrinks += 1;
        } else {
            self.sequences += 1;
        }
        let place = usize::try_from(self.sequences + self.shrinks).unwrap_or(usize::MAX);
        let mut probe = Probe::new(&mut *self.transport, self.common, place, None);
        let mut player = Player::new(&mut probe, self.offer);
        let (mut failed, mut played) = (None, 0);
        for step in steps {
            began();
            played += 1;
            match player.play(step) {
                Ok(None) => (),
                Ok(failure) => {
                    failed = failure;
                    break;
                }
                Err(stop) => {
                    self.stopped = Some(stop);
                    break;
                }
            }
        }
        let (log, _) = probe.finish();
        self.secrets.learn_all(&log.secrets);
        self.requests += log.len();
        if !shrinking {
            self.steps += played;
        }
        let fails = failed.is_some();
        if fails {
            self.failure = failed;
        }
        fails
    }

    /// Looks for a simpler sequence that goes wrong as well, until the first one is found.
    pub(crate) fn simplify(&mut self, began: &dyn Fn(Progress)) -> bool {
        let Some(failure) = &self.failure else { return false };
        simpler(&failure.steps, self.offer).into_iter().any(|steps| {
            began(Progress::Shrink);
            self.shrinks < SHRINKS && self.play(&steps, &mut || ())
        })
    }

    pub(crate) fn record(self, mut left_out: Vec<LeftOut>) -> Result<RulesRecord, RunError> {
        let mut failure = self.failure;
        if let Some(failure) = &mut failure {
            failure.expected = self.secrets.excerpt(&failure.expected);
            failure.actual = self.secrets.excerpt(&failure.actual);
        }
        for left_out in &mut left_out {
            left_out.reason.redact(&self.secrets);
        }
        let stopped = match self.stopped {
            Some(Stop::Fault(why)) => return Err(RunError::Fault(why)),
            Some(Stop::Blocked(mut why) | Stop::Lacking(mut why)) => {
                why.redact(&self.secrets);
                Some(why)
            }
            None => None,
        };
        let verdict = if failure.is_some() {
            Verdict::NotConformant
        } else if stopped.is_some() || left_out.iter().any(|it| it.needed) {
            Verdict::Incomplete
        } else {
            Verdict::Conformant
        };
        let Settings { target, product, seed, hidden, .. } = self.common.settings();
        Ok(RulesRecord {
            schema_version: 1,
            kit_version: env!("CARGO_PKG_VERSION"),
            target: self.secrets.redact(target),
            product: product.clone(),
            seed: format!("{:016x}", seed.number()),
            sequences: self.sequences,
            steps: self.steps,
            shrinks: self.shrinks,
            requests: self.requests,
            accounts: self.common.ledger().left_behind(seed, &self.secrets),
            verdict,
            left_out,
            stopped,
            failure,
            hidden_headers: !hidden.is_empty(),
        })
    }
}
