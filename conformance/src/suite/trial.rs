//! Whether the server has taken each credential that the run was given: one that it never takes is the run's fault.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::format::operation::Operation;
use crate::format::refusal::Refusal;
use crate::message::answer::Answer;
use crate::message::request::Request;
use crate::message::secret::Credential;
use crate::record::curl::Variables;
use crate::suite::settings::Settings;

/// A key that was refused this many times, by different ways, and never taken is not tried again.
const TRIES: usize = 3;

/// A credential of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Key,
    SecondKey,
    ProductSecret,
    SecondProductSecret,
}

/// How often each credential of a run was refused, and taken.
#[derive(Default)]
pub(crate) struct Trials([Trial; 4]);

#[derive(Default)]
struct Trial {
    refused: AtomicUsize,
    taken: AtomicUsize,
}

impl Given {
    const ALL: [Self; 4] =
        [Self::Key, Self::SecondKey, Self::ProductSecret, Self::SecondProductSecret];

    fn credential(self, settings: &Settings) -> Option<&Credential> {
        match self {
            Self::Key => Some(&settings.key),
            Self::SecondKey => settings.second_key.as_ref(),
            Self::ProductSecret => settings.product_secret.as_ref(),
            Self::SecondProductSecret => settings.second_product_secret.as_ref(),
        }
    }

    /// Returns whether a request presents exactly this credential.
    pub(crate) fn is_in(self, request: &Request, settings: &Settings) -> bool {
        let Some(credential) = self.credential(settings) else { return false };
        let operation = request.operation();
        if matches!(self, Self::ProductSecret | Self::SecondProductSecret) {
            let bearer = format!("Bearer {}", credential.expose());
            return operation == Some(Operation::Exchange)
                && request.header_value("authorization") == Some(&bearer);
        }
        matches!(operation, Some(Operation::SignOn | Operation::Launch))
            && request
                .fields()
                .iter()
                .any(|(name, value)| name == "ssokey" && value == credential.expose())
    }

    /// Returns whether a request holds this credential, also in the place of a different one: what comes of that says nothing
    /// if it is none.
    pub(crate) fn is_held_by(self, request: &Request, settings: &Settings) -> bool {
        let Some(credential) = self.credential(settings) else { return false };
        let bearer = format!("Bearer {}", credential.expose());
        request.header_value("authorization") == Some(&bearer)
            || request.fields().iter().any(|(_, value)| value == credential.expose())
    }

    /// Returns the variables that hold what a request presents.
    pub(crate) fn variables(request: &Request, settings: &Settings) -> Variables {
        let is_in = |given: Self| given.is_in(request, settings);
        let key = is_in(Self::Key).then_some("SSOKEY_CHECK_KEY");
        let secret = is_in(Self::ProductSecret).then_some("SSOKEY_CHECK_PRODUCT_SECRET");
        Variables {
            key: key.or(is_in(Self::SecondKey).then_some("SSOKEY_CHECK_SECOND_KEY")),
            product_secret: secret
                .or(is_in(Self::SecondProductSecret)
                    .then_some("SSOKEY_CHECK_SECOND_PRODUCT_SECRET")),
        }
    }

    fn refusal(self) -> Refusal {
        match self {
            Self::Key | Self::SecondKey => Refusal::KEY,
            Self::ProductSecret | Self::SecondProductSecret => Refusal::TOKEN,
        }
    }

    /// Returns why a check that needs the credential could not run.
    pub(crate) fn why(self) -> &'static str {
        match self {
            Self::Key => "the server refuses the key: is it a key of this server, and enabled?",
            Self::SecondKey => {
                "the server refuses the second key: is it a key of this server, and enabled?"
            }
            Self::ProductSecret => {
                "the server refuses the product's secret, or every code that it gives: is it the secret of this product?"
            }
            Self::SecondProductSecret => {
                "the server refuses the second product's secret, or every code for it: is it the secret of that product?"
            }
        }
    }
}

impl Trials {
    /// Learns from an answer.
    pub(super) fn learn(&self, request: &Request, answer: &Answer, settings: &Settings) {
        for (given, Trial { refused, taken }) in Given::ALL.into_iter().zip(&self.0) {
            if taken.load(Ordering::Relaxed) > 0 {
                continue;
            }
            // A launch succeeds with a redirect.
            let counter = if answer.plain_status() < 400 {
                taken
            } else if answer.is(given.refusal()) {
                refused
            } else {
                continue;
            };
            if given.is_in(request, settings) {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Returns the credentials that were refused and never taken.
    pub(crate) fn refused(&self) -> Vec<Given> {
        let trials = Given::ALL.into_iter().zip(&self.0);
        let refused = trials.filter(|(_, it)| it.times() > 0);
        refused.map(|(given, _)| given).collect()
    }

    /// Returns whether the key was refused often enough to be sure of it.
    pub(crate) fn key_is_refused(&self) -> bool {
        self.0.first().is_some_and(|it| it.times() >= TRIES)
    }
}

impl Trial {
    fn times(&self) -> usize {
        let taken = self.taken.load(Ordering::Relaxed) > 0;
        if taken { 0 } else { self.refused.load(Ordering::Relaxed) }
    }
}
