//! The table at which sequences are played on a server, one after the other, and their outcomes.

use crate::message::secrets::Secrets;
use crate::record::lacking::Reason;
use crate::record::sequences::LeftOut;
use crate::record::stop::Stop;
use crate::rules::failure::Failure;
use crate::rules::model::Offer;
use crate::rules::player::Player;
use crate::rules::search::Ground;
use crate::rules::step::Step;
use crate::suite::common::Common;
use crate::suite::error::RunError;
use crate::suite::probe::Probe;
use crate::transport::Transport;

/// The table at which sequences are played, one after the other, and their outcomes.
pub(crate) struct Table<'t> {
    common: &'t Common,
    transport: &'t mut dyn Transport,
    offer: Offer,
    secrets: Secrets,
    place: usize,
    sequences: u32,
    shrinks: u32,
    steps: usize,
    requests: usize,
    stopped: Option<Stop>,
    failure: Option<Failure>,
}

/// The outcomes of all sequences together. They hold no secret.
pub(crate) struct Outcomes {
    pub(crate) sequences: u32,
    pub(crate) steps: usize,
    pub(crate) shrinks: u32,
    pub(crate) requests: usize,
    pub(crate) stopped: Option<Reason>,
    pub(crate) failure: Option<Failure>,
    pub(crate) left_out: Vec<LeftOut>,
    pub(crate) secrets: Secrets,
}

impl<'t> Table<'t> {
    /// A table at which nothing was played yet. The accounts of its sequences are at places from this one on.
    pub(crate) fn new(
        common: &'t Common,
        transport: &'t mut dyn Transport,
        offer: Offer,
        place: usize,
    ) -> Self {
        Self {
            common,
            transport,
            offer,
            secrets: Secrets::default(),
            place,
            sequences: 0,
            shrinks: 0,
            steps: 0,
            requests: 0,
            stopped: None,
            failure: None,
        }
    }

    /// Gives what came of all that was played.
    ///
    /// # Errors
    ///
    /// The kit is at fault.
    pub(crate) fn finish(self, mut left_out: Vec<LeftOut>) -> Result<Outcomes, RunError> {
        let Self { secrets, mut failure, sequences, shrinks, steps, requests, .. } = self;
        if let Some(failure) = &mut failure {
            failure.expected = secrets.excerpt(&failure.expected);
            failure.actual = secrets.excerpt(&failure.actual);
        }
        for left_out in &mut left_out {
            left_out.reason.redact(&secrets);
        }
        let stopped = match self.stopped {
            Some(Stop::Fault(why)) => return Err(RunError::Fault(why)),
            Some(Stop::Blocked(mut why) | Stop::Lacking(mut why)) => {
                why.redact(&secrets);
                Some(why)
            }
            None => None,
        };
        Ok(Outcomes { sequences, steps, shrinks, requests, stopped, failure, left_out, secrets })
    }
}

impl Ground for Table<'_> {
    fn play(&mut self, steps: &[Step], began: &mut dyn FnMut()) -> bool {
        if self.is_over() {
            return false;
        }
        let shrinking = self.failure.is_some();
        if shrinking {
            self.shrinks += 1;
        } else {
            self.sequences += 1;
        }
        let played = usize::try_from(self.sequences + self.shrinks).unwrap_or(usize::MAX);
        let place = self.place.saturating_add(played);
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

    fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    fn is_over(&self) -> bool {
        self.stopped.is_some()
    }

    fn end_in_time(&mut self, played: u32) {
        let why = format!("the time for sequences was up after {played}: give them more");
        self.stopped = Some(Stop::Blocked(why.into()));
    }
}
