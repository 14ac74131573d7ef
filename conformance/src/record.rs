//! The record of a run. Every report is made from it and from nothing else.

use serde::Serialize;

use crate::check::Check;
use crate::mismatch::Mismatch;
use crate::outcome::{Counts, Outcome, Verdict};
use crate::requirement::Level;
use crate::secret::Secrets;

/// What a run found out. It holds no secret.
///
/// Serialized, it is the JSON report; `schema_version` rises when a member changes its meaning or goes.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// The version of this shape: 1.
    pub schema_version: u32,
    /// The version of the kit.
    pub kit_version: &'static str,
    /// The base of the server.
    pub target: String,
    /// The product of all sign-ons.
    pub product: String,
    /// The accounts that the run left on the server.
    pub accounts: Ledger,
    /// How many requests the server answered.
    pub requests: usize,
    /// What it comes to.
    pub verdict: Verdict,
    /// How many checks came out how.
    pub counts: Counts,
    /// Each check, in the order in which they ran.
    pub checks: Vec<Finding>,
}

/// The accounts that a run left on the server.
#[derive(Clone, Debug, Serialize)]
pub struct Ledger {
    /// What their e-mails begin with.
    pub prefix: String,
    /// The domain of their e-mails, or its parent.
    pub domain: &'static str,
    /// How many there are.
    pub left_behind: usize,
}

/// A check and what came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The id of the check.
    pub id: &'static str,
    /// How binding it is.
    pub level: Level,
    /// What it proves.
    pub requirements: Vec<Quote>,
    /// What a conforming server does.
    pub title: &'static str,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// A requirement in the specification's words.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Quote {
    /// The id of the requirement.
    pub id: &'static str,
    /// Its sentence.
    pub sentence: &'static str,
}

/// How many mismatches of one check a record shows.
const SHOWN: usize = 5;

impl Finding {
    pub(crate) fn new(check: &Check, outcome: Outcome) -> Self {
        let quote =
            |it: crate::requirement::Requirement| Quote { id: it.id, sentence: it.sentence };
        Self {
            id: check.id,
            level: check.level(),
            requirements: check.requirements().map(quote).collect(),
            title: check.title,
            outcome,
        }
    }

    /// Takes all mismatches but the first, and every secret and control character out of
    /// what a server may have put in, and cuts what is long.
    pub(crate) fn tidy(&mut self, secrets: &Secrets) {
        match &mut self.outcome {
            Outcome::Passed => (),
            Outcome::CouldNotRun { reason } => tidy(reason, secrets),
            Outcome::Failed { mismatches, .. } => {
                mismatches.truncate(SHOWN);
                for mismatch in mismatches {
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
    let texts = [&mut mismatch.expected, &mut mismatch.actual, &mut request.path];
    for text in texts.into_iter().chain(names).chain(optional) {
        tidy(text, secrets);
    }
}

fn tidy(text: &mut String, secrets: &Secrets) {
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
