//! The state that the checks of a run share: its settings, its accounts and its budgets.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::message::answer::Answer;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::record::lacking::Reason;
use crate::record::mismatch::Mismatch;
use crate::suite::account::Ledger;
use crate::suite::carry::Carried;
use crate::suite::error::SettingsError;
use crate::suite::settings::Settings;
use crate::suite::trial::Trials;
use crate::transport::{Budget, Transport, TransportError};

/// A server that lets this many requests in a row time out is not asked again.
const PATIENCE: u32 = 3;

/// The state that the checks of a run share, on however many transports they run.
pub(crate) struct Common {
    settings: Settings,
    /// The operations at whose path nothing is served, or that the user has left out, and why we think so.
    lacking: BTreeMap<Operation, Reason>,
    ledger: Mutex<Ledger>,
    requests: AtomicUsize,
    signed_on: AtomicBool,
    timed_out: AtomicU32,
    /// The time that was waited since the server last answered without asking for it.
    waited: Mutex<Duration>,
    /// Whether an answer has shown the server's option for legacy clients.
    legacy: AtomicBool,
    /// Whether connections carry more than one request.
    pub(super) keeps: AtomicBool,
    trials: Trials,
}

impl Common {
    /// The state of a run that has sent nothing yet.
    ///
    /// # Errors
    ///
    /// No server can be judged with these settings.
    pub(crate) fn new(settings: Settings) -> Result<Self, SettingsError> {
        settings.check()?;
        Ok(Self {
            settings,
            lacking: BTreeMap::new(),
            ledger: Mutex::default(),
            requests: AtomicUsize::new(0),
            signed_on: AtomicBool::new(false),
            timed_out: AtomicU32::new(0),
            waited: Mutex::default(),
            legacy: AtomicBool::new(false),
            keeps: AtomicBool::new(true),
            trials: Trials::default(),
        })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Remembers that an operation is not to be asked for.
    pub(crate) fn lacks(&mut self, operation: Operation, why: Reason) {
        self.lacking.entry(operation).or_insert(why);
    }

    pub(crate) fn why_lacking(&self, operation: Operation) -> Option<&Reason> {
        self.lacking.get(&operation)
    }

    /// Remembers that a sign-on has succeeded: the key and the product are good.
    pub(crate) fn prove_settings(&self) {
        self.signed_on.store(true, Ordering::Relaxed);
    }

    pub(crate) fn settings_are_proven(&self) -> bool {
        self.signed_on.load(Ordering::Relaxed)
    }

    pub(crate) fn trials(&self) -> &Trials {
        &self.trials
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request within the run's budgets and keeps the books.
    pub(crate) fn send(
        &self,
        transport: &mut dyn Transport,
        request: &Request,
        keep: bool,
    ) -> Carried {
        let mut trouble = None;
        let answer = self.send_within(transport, request, keep, &mut trouble);
        Carried { answer, trouble }
    }

    fn send_within(
        &self,
        transport: &mut dyn Transport,
        request: &Request,
        keep: bool,
        trouble: &mut Option<Mismatch>,
    ) -> Result<Answer, TransportError> {
        if self.timed_out.load(Ordering::Relaxed) >= PATIENCE {
            return Err(TransportError::TimedOut);
        }
        let claims = |name: &&String| request.header_value(&name.to_ascii_lowercase()).is_some();
        if let Some(name) = self.settings.claimed.iter().find(claims) {
            return Err(TransportError::Claimed(name.clone()));
        }
        let may_create = matches!(request.operation(), Some(Operation::SignOn | Operation::Launch));
        if may_create && !self.ledger().reserve(self.settings.max_accounts) {
            let most = self.settings.max_accounts.unwrap_or_default();
            return Err(TransportError::OverBudget(Budget::Accounts(most)));
        }
        let Carried { answer: sent, trouble: came } = self.carry(transport, request, keep);
        *trouble = came;
        if may_create {
            self.ledger().release();
        }
        match &sent {
            Err(TransportError::TimedOut | TransportError::Unfinished(_)) => {
                self.timed_out.fetch_add(1, Ordering::Relaxed)
            }
            Ok(_) | Err(_) => self.timed_out.swap(0, Ordering::Relaxed),
        };
        let mut answer = sent?;
        if self.is_legacy(&answer) {
            answer.set_legacy_option();
        }
        self.trials.learn(request, &answer, &self.settings);
        let email = answer.returned("email").and_then(Json::as_str);
        if let Some(email) = email.filter(|_| answer.is_success()) {
            let company = answer.returned("companyId").map(Json::to_string);
            self.ledger().created(email, company);
        }
        Ok(answer)
    }

    /// Returns whether the server has its option for legacy clients: because the user says so, or because an answer has shown it. The
    /// first answer of a run does, since it is that to a request without fields.
    fn is_legacy(&self, answer: &Answer) -> bool {
        let may_have = self.settings.why_left_out(Profile::Legacy).is_none();
        if may_have && answer.shows_legacy_option() {
            self.legacy.store(true, Ordering::Relaxed);
        }
        self.has_legacy_option()
    }

    /// The same, as far as it is known by now.
    pub(crate) fn has_legacy_option(&self) -> bool {
        self.settings.demands(Profile::Legacy) || self.legacy.load(Ordering::Relaxed)
    }

    /// Returns the time for which an answer asks to be waited for, if it asks and the run still has so much patience: once the server answers
    /// without asking, it has all of it again.
    pub(super) fn may_wait(&self, asked: Option<Duration>) -> Option<Duration> {
        let mut waited = self.waited.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(wait) = asked else {
            *waited = Duration::ZERO;
            return None;
        };
        let in_all = waited.saturating_add(wait);
        if in_all > self.settings.patience {
            return None;
        }
        *waited = in_all;
        Some(wait)
    }

    /// Counts a request, unless the budget is spent.
    pub(super) fn spend(&self) -> Result<(), TransportError> {
        let Some(most) = self.settings.max_requests else {
            return Ok(());
        };
        if self.requests.fetch_add(1, Ordering::Relaxed) < most {
            return Ok(());
        }
        Err(TransportError::OverBudget(Budget::Requests(most)))
    }
}
