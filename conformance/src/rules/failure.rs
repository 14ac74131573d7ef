//! A sequence that a server gets wrong: what it takes to tell it, to write it down and to play it again.

use serde::{Deserialize, Serialize};

use crate::format::product::ProductName;
use crate::message::secrets::without_quotations;
use crate::record::sequences::FailedSequence;
use crate::rules::model::{Model, Offer, Seen};
use crate::rules::property::{MismatchKind, PROPERTIES, Property};
use crate::rules::step::Step;

/// A sequence whose last step a server gets wrong. It holds no name, password or token: these are new whenever
/// it is played.
///
/// Serialized, it is the sequence in words with all that there is to say of it.
#[derive(Clone, Debug, Serialize)]
#[serde(into = "FailedSequence")]
pub struct Failure {
    /// The property that it breaks.
    pub property: &'static Property,
    /// The sequence.
    pub steps: Vec<Step>,
    /// The results of each step but the last.
    pub(crate) seen: Vec<Vec<Seen>>,
    /// The place of the request that it is about, in the last step.
    pub(crate) at: usize,
    pub(crate) kind: MismatchKind,
    /// The result that the last step must have.
    pub expected: String,
    /// The result that it had.
    pub actual: String,
}

impl Failure {
    /// Returns whether it takes luck to see it again, because requests race.
    pub fn races(&self) -> bool {
        races(&self.steps)
    }

    /// The sequence, to be kept in a file.
    pub fn script(&self, product: &ProductName, target: &str) -> Script {
        Script {
            schema_version: 1,
            target: target.to_owned(),
            product: product.clone(),
            property: self.property.id.to_owned(),
            steps: self.steps.clone(),
        }
    }
}

impl From<Failure> for FailedSequence {
    fn from(failure: Failure) -> Self {
        let Failure { property, steps, expected, actual, .. } = failure;
        Self {
            property: property.id,
            title: property.title,
            requirement: property.requirement,
            sentence: property.sentence(),
            why: property.why(),
            sequence: steps.iter().map(Step::to_string).collect(),
            expected,
            actual,
        }
    }
}

pub(crate) fn races(steps: &[Step]) -> bool {
    steps.iter().any(|step| matches!(step, Step::Together(_)))
}

/// A sequence in a file, which `ssokey-check replay` reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a sequence")]
pub struct Script {
    /// The version of this shape: 1.
    pub schema_version: u32,
    /// The base of the server that got it wrong.
    pub target: String,
    /// The product of all sign-ons.
    pub product: ProductName,
    /// The id of the property that was broken.
    pub property: String,
    /// The sequence.
    pub steps: Vec<Step>,
}

impl Script {
    /// Reads a sequence.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        Self::read(text).map_err(ScriptError)
    }

    fn read(text: &str) -> Result<Self, String> {
        let script: Self =
            serde_json::from_str(text).map_err(|error| without_quotations(&error.to_string()))?;
        let version = script.schema_version;
        if version != 1 {
            return Err(format!("it has schema_version {version}, and this program reads 1"));
        }
        if !PROPERTIES.iter().any(|property| property.id == script.property) {
            return Err("it names no property of this program".to_owned());
        }
        if script.steps.is_empty() {
            return Err("it has no steps".to_owned());
        }
        let mut model = Model::new(Offer::ALL);
        for (number, step) in (1..).zip(&script.steps) {
            if !model.allows(step) {
                return Err(format!("step {number} cannot be taken there"));
            }
            model = model.after(step);
        }
        Ok(script)
    }

    /// Returns whether a sequence needs the secret of the product, by which codes are exchanged.
    pub fn needs_product_secret(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Exchange(_)))
    }

    /// Returns whether a sequence needs the key of a second company.
    pub fn needs_second_company(&self) -> bool {
        self.steps.iter().filter_map(Step::user).any(|user| user.company == 2)
    }

    /// Returns whether it takes luck to see the failure again, because requests race.
    pub fn races(&self) -> bool {
        races(&self.steps)
    }
}

/// The fault of the file of a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError(pub(crate) String);

impl std::fmt::Display for ScriptError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ScriptError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::machine::sequences;

    proptest! {
        #[test]
        fn a_sequence_in_a_file_is_read_as_it_was_written((_, steps, _) in sequences(Offer::ALL, 20)) {
            let product = ProductName::LIVECHAT;
            let [target, property] = ["http://x", "answers-holder"].map(str::to_owned);
            let script = Script { schema_version: 1, target, product, property, steps };
            let text = serde_json::to_string(&script).unwrap();
            prop_assert_eq!(Script::parse(&text), Ok(script));
        }
    }
}
