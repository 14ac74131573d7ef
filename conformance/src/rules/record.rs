//! The record of a run of sequences. Every report is made from it and from nothing else.

use serde::Serialize;

use crate::format::product::ProductName;
use crate::record::lacking::Reason;
use crate::record::left_behind::LeftBehind;
use crate::record::outcome::Verdict;
use crate::record::sequences::LeftOut;
use crate::rules::failure::Failure;
use crate::rules::table::Outcomes;
use crate::suite::common::Common;
use crate::suite::settings::Settings;

/// The record of a run of sequences. It holds no secret.
///
/// Serialized, it is the JSON report. `schema_version` rises when a member changes its meaning or goes.
#[must_use = "it holds the verdict"]
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RulesRecord {
    /// The version of this shape: 1.
    pub schema_version: u32,
    /// The version of the kit.
    pub kit_version: &'static str,
    /// The base of the server.
    pub target: String,
    /// The product of all sign-ons.
    pub product: ProductName,
    /// The number from which the sequences were made, in 16 hexadecimal digits.
    pub seed: String,
    /// The number of sequences that were played, without those that only made a failure shorter.
    pub sequences: u32,
    /// The number of their steps together, as far as they were played.
    pub steps: usize,
    /// The number of sequences that were played to make a failure shorter.
    pub shrinks: u32,
    /// The number of requests that the server answered.
    pub requests: usize,
    /// The accounts that the run left on the server.
    pub accounts: LeftBehind,
    /// The verdict.
    pub verdict: Verdict,
    /// The operations that no sequence asks for.
    pub left_out: Vec<LeftOut>,
    /// The reason for which the run ended before its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Reason>,
    /// The shortest sequence that was found to go wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// True if the transport added header fields that scripts do not know.
    #[serde(skip)]
    pub(crate) hidden_headers: bool,
    /// True if the server has its option for legacy clients.
    #[serde(skip)]
    pub(crate) legacy: bool,
}

impl RulesRecord {
    pub(crate) fn new(common: &Common, outcomes: Outcomes) -> Self {
        let Outcomes { sequences, steps, shrinks, requests, stopped, failure, left_out, secrets } =
            outcomes;
        let verdict = if failure.is_some() {
            Verdict::NotConformant
        } else if stopped.is_some() || left_out.iter().any(|it| it.needed) {
            Verdict::Incomplete
        } else {
            Verdict::Conformant
        };
        let Settings { target, product, seed, hidden, .. } = common.settings();
        Self {
            schema_version: 1,
            kit_version: env!("CARGO_PKG_VERSION"),
            target: secrets.redact(target),
            product: product.clone(),
            seed: format!("{:016x}", seed.number()),
            sequences,
            steps,
            shrinks,
            requests,
            accounts: common.ledger().left_behind(seed, &secrets),
            verdict,
            left_out,
            stopped,
            failure,
            hidden_headers: !hidden.is_empty(),
            legacy: common.has_legacy_option(),
        }
    }
}
