//! A check and what came of it.

use serde::Serialize;

use crate::format::profile::Profile;
use crate::format::requirement::Level;
use crate::message::secrets::Secrets;
use crate::message::shown;
use crate::record::mismatch::LocatedMismatch;
use crate::record::outcome::{Counts, Outcome};
use crate::record::transcript::Transcript;

/// A check and what came of it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The id of the check.
    pub id: &'static str,
    /// The group that it belongs to.
    pub profile: Profile,
    /// Its level.
    pub level: Level,
    /// The requirements that it proves.
    pub requirements: Vec<Quote>,
    /// The behaviour of a conforming server.
    pub title: &'static str,
    /// Its outcome.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The failed check from whose failure this one's follows: each answer that was not expected is one that it blames.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows_from: Option<&'static str>,
    /// Whether it judges every answer, or what carries them: then its failure may be the cause of others.
    #[serde(skip)]
    pub judges_all: bool,
    /// The command that runs this check alone. The kit itself has none: the program that ran the check may give one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<String>,
}

/// A requirement in the specification's words.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct Quote {
    /// The id of the requirement.
    pub id: &'static str,
    /// Its sentence.
    pub sentence: &'static str,
    /// The harm when a server breaks it: who suffers, and how.
    pub why: &'static str,
}

/// The most mismatches of one check that a record shows.
pub(crate) const SHOWN: usize = 5;
/// The most characters of an answer's header or body that a mismatch shows.
const LONGEST_ANSWER: usize = 2000;

impl<'f> FromIterator<&'f Finding> for Counts {
    fn from_iter<Findings: IntoIterator<Item = &'f Finding>>(findings: Findings) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            counts.add(finding.level, &finding.outcome);
        }
        counts
    }
}

impl Finding {
    /// Takes all mismatches but the first, and every secret and control character out of
    /// what a server may have put in, and cuts what is long. The first get the answers that they are about.
    pub(crate) fn redact(&mut self, secrets: &Secrets, exchanges: &[Transcript]) {
        match &mut self.outcome {
            Outcome::Passed => (),
            Outcome::CouldNotRun { reason } | Outcome::NotApplicable { reason } => {
                reason.redact(secrets);
            }
            Outcome::Failed { mismatches, .. } | Outcome::Known { mismatches, .. } => {
                mismatches.truncate(SHOWN);
                for mismatch in mismatches {
                    let exchange = mismatch.exchange.and_then(|place| exchanges.get(place));
                    if exchange.is_some_and(|it| it.is_quiet) {
                        mismatch.actual = shown::quiet(&mismatch.actual);
                    }
                    mismatch.answer = exchange.map(|it| it.received.clone().cut(LONGEST_ANSWER));
                    mismatch.sent = exchange.map(|it| it.sent.clone().cut(LONGEST_ANSWER));
                    redact_mismatch(mismatch, secrets);
                }
            }
        }
    }
}

fn redact_mismatch(mismatch: &mut LocatedMismatch, secrets: &Secrets) {
    let request = &mut mismatch.request;
    let names = request.query.iter_mut().chain(&mut request.body);
    let optional = request.media_type.iter_mut().chain(&mut request.case);
    let texts =
        [&mut mismatch.expected, &mut mismatch.actual, &mut request.method, &mut request.path];
    for text in texts.into_iter().chain(names).chain(optional) {
        *text = secrets.excerpt(text);
    }
}
