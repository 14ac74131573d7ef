//! E-mail addresses, which identify users within a company.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

/// A canonical e-mail address: an ASCII dot-atom of at most 64 characters, `@`, and labels of letters, digits and inner
/// hyphens, at most 254 characters in all, in lower case (`SSO-REQ-009`, `SSO-REQ-010`).
///
/// Dots and plus signs are kept (`SSO-REQ-011`). A domain stays in the A-label form in which it was sent.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Email(String);

impl Email {
    /// Parses an address into lower case by ASCII rules; none if it is outside the bounds above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.split_once('@')?;
        let valid = text.len() <= 254
            && local.len() <= 64
            && local.split('.').all(is_atom)
            && Self::is_domain(domain);
        valid.then(|| Self(text.to_ascii_lowercase()))
    }

    /// Returns whether `text` is a domain name: labels of letters, digits and inner hyphens, at most 253 characters in all.
    pub(crate) fn is_domain(text: &str) -> bool {
        text.len() <= 253 && text.split('.').all(is_label)
    }

    /// Returns the address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_atom(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
}

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Takes the canonical form only: that is the one that a host stores.
impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match Self::parse(&text) {
            Some(email) if email.0 == text => Ok(email),
            _ => Err("a canonical e-mail address was expected"),
        }
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
