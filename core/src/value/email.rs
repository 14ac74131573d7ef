//! E-mail addresses, which identify users within a company.

use alloc::string::String;
use core::fmt;

use crate::Domain;
use crate::value::text::text;

/// A canonical e-mail address: an ASCII dot-atom of at most 64 characters, `@`, and labels of letters, digits and inner
/// hyphens, at most 254 characters in all, in lower case (`SSO-REQ-009`, `SSO-REQ-010`).
///
/// Dots and plus signs are kept (`SSO-REQ-011`). A domain stays in the A-label form in which it was sent.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// Parses an address into lower case by ASCII rules; none if it is outside the bounds above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.split_once('@')?;
        let valid = text.len() <= 254
            && local.len() <= 64
            && local.split('.').all(is_atom)
            && Domain::parse(domain).is_some();
        valid.then(|| Self(text.to_ascii_lowercase()))
    }

    /// Returns the domain, in lower case.
    pub(crate) fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

text!(
    Email,
    "must be an e-mail address in ASCII of at most 254 characters",
    "a canonical e-mail address"
);

fn is_atom(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
