//! The things that checks lack, as values, and the reasons why a check came to no verdict.

use std::fmt;

use serde::Serialize;

use crate::format::profile::Profile;
use crate::message::secrets::Secrets;
use crate::record::left_behind::DOMAIN;
use crate::transport::Budget;

/// Something without which a check cannot judge, and that whoever runs the checks can supply.
///
/// The words of its `Display` name no option of any program.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Lacking {
    /// The key of a second company.
    SecondKey,
    /// The secret with which the product exchanges codes.
    ProductSecret,
    /// A second product that the company has, with its secret and a URL of its own.
    SecondProduct,
    /// A second product beside the only one of the server, since its secret is there.
    SecondProductName,
    /// A second product that has a URL to launch and that the company has, in place of this one.
    SecondLaunchUrl(String),
    /// A product that the key's company has, or its leave to create users of the run's domain.
    EnabledProduct,
    /// A product that has a URL to launch.
    LaunchUrl,
    /// A profile that the settings leave out.
    LeftOut(Profile),
    /// A profile that is not among those that the settings ask for.
    NotAskedFor {
        /// The profile that is not judged.
        profile: Profile,
        /// The profiles that are.
        asked: Vec<Profile>,
    },
    /// A server with its option for legacy clients (`SSO-RSP-014`).
    LegacyOption,
    /// A header field that the check sets itself, and the run sets for all requests.
    Header(String),
    /// A larger budget of requests or accounts.
    Budget(Budget),
    /// More samples than these, or a coarser resolution than this many milliseconds.
    Precision {
        /// The resolution in milliseconds.
        resolution_ms: f64,
    },
}

impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SecondKey => f.write_str("it needs the key of a second company"),
            Self::ProductSecret => f.write_str("it needs the product's secret"),
            Self::SecondProduct => f.write_str(
                "it needs a second product that the company has, with its secret and a URL of its own",
            ),
            Self::SecondProductName => f.write_str(
                "the run has the secret of a second product, and the server is said to have one product: name them all",
            ),
            Self::SecondLaunchUrl(product) => write!(
                f,
                "the server denies the launch for the second product, `{product}`: give one that has a URL and that the company has"
            ),
            Self::EnabledProduct => write!(
                f,
                "the server denies the company this product, or users of the domain {DOMAIN}: let the company have users of all \
                 domains, or choose a different product"
            ),
            Self::LaunchUrl => {
                f.write_str("the server denies the launch: give a product that has a URL")
            }
            Self::LeftOut(profile) => write!(f, "the profile {profile} is left out"),
            Self::NotAskedFor { profile, .. } => {
                write!(f, "the profile {profile} is not asked for")
            }
            Self::LegacyOption => {
                f.write_str("the server does not have its option for legacy clients: switch it on")
            }
            Self::Header(name) => write!(
                f,
                "it sets the header field `{name}` itself, and the run sets that for all requests"
            ),
            Self::Budget(budget) => write!(f, "the run's budget of {budget} is spent: raise it"),
            Self::Precision { resolution_ms } => write!(
                f,
                "a difference above {resolution_ms} ms is neither seen nor excluded: take more samples, a quieter machine or a \
                 coarser resolution"
            ),
        }
    }
}

/// The reason for which a check or run came to no verdict: words for people and, if something is lacking that can be
/// supplied, the value.
///
/// Serialized, it is its words.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(into = "String")]
pub struct Reason {
    words: String,
    lacking: Option<Lacking>,
}

impl Reason {
    /// Returns the words.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Returns what is lacking, if it can be supplied.
    pub fn lacking(&self) -> Option<&Lacking> {
        self.lacking.as_ref()
    }

    /// Replaces the words, so that a program can name the option that supplies what is lacking.
    pub fn say(&mut self, words: impl Into<String>) {
        self.words = words.into();
    }

    /// Makes the words fit for a report.
    pub(crate) fn redact(&mut self, secrets: &Secrets) {
        self.words = secrets.excerpt(&self.words);
    }
}

impl From<Lacking> for Reason {
    fn from(lacking: Lacking) -> Self {
        Self { words: lacking.to_string(), lacking: Some(lacking) }
    }
}

impl From<String> for Reason {
    fn from(words: String) -> Self {
        Self { words, lacking: None }
    }
}

impl From<&str> for Reason {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}

impl From<Reason> for String {
    fn from(reason: Reason) -> Self {
        reason.words
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}
