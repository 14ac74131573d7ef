//! The settings of a run.

use std::time::Duration;

use crate::format::product::ProductName;
use crate::format::profile::Profile;
use crate::message::secret::Credential;
use crate::record::lacking::Lacking;
use crate::suite::account::Seed;
use crate::suite::error::SettingsError;

/// The settings of a run. [`Settings::new`] takes those that have no default.
#[derive(Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The name of the server in reports: its base, or any words if it has none.
    pub target: String,
    /// The key of the partner; not empty, like every other credential.
    pub key: Credential,
    /// The key of a second company, for the profile [`Profile::Isolation`]; not that of the partner.
    pub second_key: Option<Credential>,
    /// The secret of the product, for the exchange of codes.
    pub product_secret: Option<Credential>,
    /// The secret of the second product, for codes that must not cross.
    pub second_product_secret: Option<Credential>,
    /// The products of the server, of which [`Settings::product`] is one.
    pub products: Vec<ProductName>,
    /// The product to sign on to; the key's company must have it.
    pub product: ProductName,
    /// A second product, with a URL of its own, that the company has; none means the first of the others.
    pub second_product: Option<ProductName>,
    /// Profiles that the server has to offer. None means those that it is found to offer; with some, others are
    /// left out. Sign-on is always among them.
    pub profiles: Vec<Profile>,
    /// Profiles that the server does not offer. Sign-on is never among them.
    pub without: Vec<Profile>,
    /// The values that the transport adds to requests and no report may show.
    pub hidden: Vec<Credential>,
    /// The names of the header fields that the transport adds to every request. A check that needs one of them for itself is not
    /// applicable.
    pub claimed: Vec<String>,
    /// Sentences about the run that every report begins with.
    pub remarks: Vec<String>,
    /// The seed of names, passwords and choices.
    pub seed: Seed,
    /// The number of checks that run at the same time, where the transport can be forked.
    pub jobs: usize,
    /// The longest time that a request is put off in all when the server answers with `Retry-After`.
    pub patience: Duration,
    /// Whether the record has the exchanges, redacted, which takes more than half of the time of a run in memory.
    pub exchanges: bool,
    /// The most requests that may be sent, 1 or more.
    pub max_requests: Option<usize>,
    /// The most accounts that may be created, 1 or more.
    pub max_accounts: Option<usize>,
}

impl Settings {
    /// Settings for the documented products and `livechat` among them, every profile that the server offers, one check at a time, no budgets, and half a
    /// minute of patience.
    pub fn new(target: impl Into<String>, key: Credential, seed: Seed) -> Self {
        Self {
            target: target.into(),
            key,
            second_key: None,
            product_secret: None,
            second_product_secret: None,
            products: ProductName::documented().to_vec(),
            product: ProductName::LIVECHAT,
            second_product: None,
            profiles: Vec::new(),
            without: Vec::new(),
            hidden: Vec::new(),
            claimed: Vec::new(),
            remarks: Vec::new(),
            seed,
            jobs: 1,
            patience: Duration::from_secs(30),
            exchanges: true,
            max_requests: None,
            max_accounts: None,
        }
    }

    /// Checks them by themselves, as every run does before anything is sent.
    ///
    /// # Errors
    ///
    /// No server can be judged with them.
    pub fn check(&self) -> Result<(), SettingsError> {
        let given = [
            ("the key", Some(&self.key)),
            ("the second key", self.second_key.as_ref()),
            ("the product's secret", self.product_secret.as_ref()),
            ("the second product's secret", self.second_product_secret.as_ref()),
        ];
        for (name, credential) in given {
            if credential.is_some_and(|it| it.expose().is_empty()) {
                return Err(SettingsError::Empty(name));
            }
        }
        if self.second_key.as_ref().map(Credential::expose) == Some(self.key.expose()) {
            return Err(SettingsError::SameKeys);
        }
        if self.max_requests == Some(0) {
            return Err(SettingsError::NoRequests);
        }
        if self.max_accounts == Some(0) {
            return Err(SettingsError::NoAccounts);
        }
        Ok(())
    }

    /// Returns whether the user says that the server has to offer it.
    pub fn demands(&self, profile: Profile) -> bool {
        profile == Profile::SignOn || self.profiles.contains(&profile)
    }

    /// Returns the reason for which a profile is not judged, as far as that can be said without asking the server.
    pub fn why_left_out(&self, profile: Profile) -> Option<Lacking> {
        if profile == Profile::SignOn {
            None
        } else if self.without.contains(&profile) {
            Some(Lacking::LeftOut(profile))
        } else if !self.profiles.is_empty() && !self.profiles.contains(&profile) {
            Some(Lacking::NotAskedFor { profile, asked: self.profiles.clone() })
        } else if profile == Profile::Isolation && self.second_key.is_none() {
            Some(Lacking::SecondKey)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl Fn(&mut Settings), expect: &str) {
        let mut settings = Settings::new("x", Credential::new("a key"), Seed::fixed(7));
        change(&mut settings);
        let said = settings.check().err().map(|error| error.to_string());
        assert_eq!(said.as_deref().unwrap_or_default(), expect);
    }

    #[test]
    fn settings_with_which_no_server_can_be_judged_are_refused() {
        let empty = || Some(Credential::new(""));
        check(|_| (), "");
        check(|it| it.second_key = Some(Credential::new("a different key")), "");
        check(|it| (it.max_requests, it.max_accounts) = (Some(1), Some(1)), "");
        check(|it| it.key = Credential::new(""), "the key is empty");
        check(|it| it.second_key = empty(), "the second key is empty");
        check(|it| it.product_secret = empty(), "the product's secret is empty");
        check(|it| it.second_product_secret = empty(), "the second product's secret is empty");
        check(|it| it.second_key = Some(it.key.clone()), "the two keys are the same");
        check(|it| it.max_requests = Some(0), "the run may send no request: allow one or more");
        check(|it| it.max_accounts = Some(0), "the run may create no account: allow one or more");
    }
}
