//! Domain names, which identify companies.

use alloc::string::String;
use core::fmt;

use crate::value::text::text;

/// A domain name in lower case: one or more labels of 1 to 63 letters, digits and inner hyphens, at most 253 characters in all
/// (`SSO-DIR-009`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(String);

impl Domain {
    /// Parses a domain name into lower case by ASCII rules; none if it is outside the bounds above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let valid = text.len() <= 253 && text.split('.').all(is_label);
        valid.then(|| Self(text.to_ascii_lowercase()))
    }
}

text!(
    Domain,
    "must be a domain name in ASCII of at most 253 characters",
    "a domain name in lower case"
);

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl fmt::Debug for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
