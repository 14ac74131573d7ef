//! The domains of the e-mail addresses with which a company's users may be created.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::{Domain, Email, ParseError};

/// The domains of the e-mail addresses with which a partner may create users of a company: at most 100 of them, each once. Where
/// there are none, it may create users of all domains (`SSO-RULE-010`).
///
/// A record's domains are known by their form alone: it may have more of them, or one of them twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EmailDomains(Vec<Domain>);

impl EmailDomains {
    /// The most domains that a company is given.
    pub const MAX: usize = 100;

    pub(crate) const BOUNDS: &'static str =
        "must be at most 100 domain names in ASCII of at most 253 characters";

    /// Takes domains, each where it occurs first.
    ///
    /// # Errors
    ///
    /// There are more than [`Self::MAX`].
    pub fn new(domains: Vec<Domain>) -> Result<Self, ParseError> {
        if domains.len() > Self::MAX {
            return Err(ParseError::of_list(Self::BOUNDS));
        }
        let mut different = Vec::new();
        for domain in domains {
            if !different.contains(&domain) {
                different.push(domain);
            }
        }
        Ok(Self(different))
    }

    /// Returns the domains in their order.
    #[must_use]
    pub fn as_slice(&self) -> &[Domain] {
        &self.0
    }

    /// Returns whether a user with this address may be created. A domain is compared as a whole: one below a listed domain is not
    /// listed.
    pub(crate) fn allow(&self, email: &Email) -> bool {
        self.0.is_empty() || self.0.iter().any(|domain| domain.as_str() == email.domain())
    }
}
