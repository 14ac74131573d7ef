//! The record of a run. Every report is made from it and from nothing else.

use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::account;
use crate::baseline::Comparison;
use crate::check::Check;
use crate::mismatch::Mismatch;
use crate::outcome::{Counts, Outcome, Verdict};
use crate::profile::Profile;
use crate::requirement::Level;
use crate::secret::Secrets;
use crate::transcript::Transcript;

/// What a run found out. It holds no secret.
///
/// Serialized, it is the JSON report: the same answers give the same report, byte for byte. What differs from
/// run to run, and the exchanges, which are many, are left out there. `schema_version` rises when a member changes
/// its meaning or goes.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// The version of this shape: 1.
    pub schema_version: u32,
    /// The version of the kit.
    pub kit_version: &'static str,
    /// The base of the server.
    pub target: String,
    /// The product of all sign-ons.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub product: String,
    /// The number from which the run made its choices, in 16 hexadecimal digits.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub seed: String,
    /// What was asked of the run.
    pub selection: Selection,
    /// The accounts that the run left on the server.
    #[serde(skip_serializing_if = "LeftBehind::is_unknown")]
    pub accounts: LeftBehind,
    /// How many requests the server answered.
    pub requests: usize,
    /// What it comes to.
    pub verdict: Verdict,
    /// How many checks came out how.
    pub counts: Counts,
    /// How the outcomes compare with the failures that were known before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Comparison>,
    /// What was judged, if it was a recording: then there is no product, no seed and no account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<Recorded>,
    /// Each check, in the order of the suite.
    pub checks: Vec<Finding>,
    /// Every exchange, redacted: first contact, then check by check in the order of the suite. Of a recording but those
    /// that differ from what a requirement says and are shown.
    #[serde(skip)]
    pub exchanges: Vec<Transcript>,
    /// When, and how long.
    #[serde(skip)]
    pub timing: Timing,
}

/// A recording that was judged.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Recorded {
    /// How many answers were judged.
    pub judged: usize,
    /// How many exchanges are about something else, or have no answer.
    pub ignored: usize,
}

/// Which checks a run was asked for.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Selection {
    /// The patterns that ids had to match; none means all.
    pub only: Vec<String>,
    /// The level that checks had to have at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// How many checks were left out by these.
    pub left_out: usize,
}

/// The accounts that a run left on the server.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LeftBehind {
    /// What their e-mails begin with.
    pub prefix: String,
    /// The domain of their e-mails, or its parent.
    pub domain: &'static str,
    /// How many there are; an e-mail of two companies counts twice.
    pub left_behind: usize,
    /// Their e-mails.
    pub emails: Vec<String>,
}

/// What is another in every run.
#[derive(Clone, Debug)]
pub struct Timing {
    /// When the run began.
    pub started: SystemTime,
    /// How long it took.
    pub took: Duration,
    /// How long each check took, in the order of [`Record::checks`]; nothing of a recording.
    pub checks: Vec<Duration>,
}

/// A check and what came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The id of the check.
    pub id: &'static str,
    /// The group that it belongs to.
    pub profile: Profile,
    /// How binding it is.
    pub level: Level,
    /// What it proves.
    pub requirements: Vec<Quote>,
    /// What a conforming server does.
    pub title: &'static str,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The command that runs this check alone, unless it passed or there is no command for the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<String>,
}

/// A requirement in the specification's words.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Quote {
    /// The id of the requirement.
    pub id: &'static str,
    /// Its sentence.
    pub sentence: &'static str,
    /// Who suffers when a server breaks it, and how.
    pub why: &'static str,
}

/// How many mismatches of one check a record shows.
pub(crate) const SHOWN: usize = 5;
/// How many characters of an answer's header or body a mismatch shows.
const LONGEST_ANSWER: usize = 2000;

impl Record {
    /// Counts the outcomes anew and draws the verdict from them. Whoever changes an outcome calls it.
    pub fn settle(&mut self) {
        self.counts = self.checks.iter().collect();
        self.verdict = self.counts.verdict(self.baseline.as_ref().is_none_or(Comparison::holds));
    }
}

impl<'f> FromIterator<&'f Finding> for Counts {
    fn from_iter<Findings: IntoIterator<Item = &'f Finding>>(findings: Findings) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            counts.add(finding.level, &finding.outcome);
        }
        counts
    }
}

impl LeftBehind {
    fn is_unknown(&self) -> bool {
        self.prefix.is_empty()
    }

    pub(crate) fn new(seed: &account::Seed, ledger: &account::Ledger, secrets: &Secrets) -> Self {
        let emails = ledger.emails().map(|email| {
            let mut email = email.to_owned();
            tidy(&mut email, secrets);
            email
        });
        Self {
            prefix: seed.prefix(),
            domain: account::DOMAIN,
            left_behind: ledger.len(),
            emails: emails.collect(),
        }
    }
}

impl Finding {
    pub(crate) fn new(check: &Check, outcome: Outcome) -> Self {
        let quote = |it: crate::requirement::Requirement| Quote {
            id: it.id,
            sentence: it.sentence,
            why: it.why(),
        };
        Self {
            id: check.id,
            profile: check.profile,
            level: check.level(),
            requirements: check.requirements().map(quote).collect(),
            title: check.title,
            outcome,
            again: None,
        }
    }

    /// Takes all mismatches but the first, and every secret and control character out of
    /// what a server may have put in, and cuts what is long. The first get the answers that they are about.
    pub(crate) fn tidy(&mut self, secrets: &Secrets, exchanges: &[Transcript]) {
        match &mut self.outcome {
            Outcome::Passed => (),
            Outcome::CouldNotRun { reason } | Outcome::NotApplicable { reason } => {
                tidy(reason, secrets);
            }
            Outcome::Failed { mismatches, .. } | Outcome::Known { mismatches, .. } => {
                mismatches.truncate(SHOWN);
                for mismatch in mismatches {
                    let exchange = mismatch.exchange.and_then(|place| exchanges.get(place));
                    mismatch.answer = exchange.map(|it| it.received.clone().cut(LONGEST_ANSWER));
                    tidy_mismatch(mismatch, secrets);
                }
            }
        }
    }
}

fn tidy_mismatch(mismatch: &mut Mismatch, secrets: &Secrets) {
    let request = &mut mismatch.request;
    let names = request.query.iter_mut().chain(&mut request.body);
    let optional = request.media_type.iter_mut().chain(&mut request.case);
    let texts =
        [&mut mismatch.expected, &mut mismatch.actual, &mut request.method, &mut request.path];
    for text in texts.into_iter().chain(names).chain(optional) {
        tidy(text, secrets);
    }
}

pub(crate) fn tidy(text: &mut String, secrets: &Secrets) {
    const LONGEST: usize = 300;
    // A secret is taken out while it is whole: not after its characters were escaped, not after it was cut.
    let mut tidied = String::new();
    for (at, character) in secrets.redact(text).chars().enumerate() {
        if at == LONGEST {
            tidied.push('…');
            break;
        }
        if character.is_control() {
            tidied.extend(character.escape_default());
        } else {
            tidied.push(character);
        }
    }
    *text = tidied;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Kind;

    #[test]
    fn what_a_server_sent_is_redacted_escaped_and_cut() {
        let mut secrets = Secrets::default();
        secrets.learn(Kind::Token, "to\u{1}ken");
        let mut text = format!("\u{1b}[31m to\u{1}ken {}", "x".repeat(300));
        tidy(&mut text, &secrets);
        assert!(text.starts_with("\\u{1b}[31m [token] xxx"), "{text}");
        assert!(text.ends_with("x…"));
    }
}
