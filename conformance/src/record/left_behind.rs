//! The accounts that a run leaves on the server, and how their e-mails are told from others.

use serde::Serialize;

/// The domain of every account of a run. No real user can exist under this reserved name (RFC 2606).
pub(crate) const DOMAIN: &str = "ssokey-check.example";

const PREFIX: &str = "check-";

/// Returns the text that every e-mail of the run with these digits begins with.
pub(crate) fn prefix(digits: &str) -> String {
    format!("{PREFIX}{digits}-")
}

/// Returns the digits of a run from the text that its e-mails begin with; of an empty text, none.
pub(crate) fn digits(prefix: &str) -> &str {
    prefix.strip_prefix(PREFIX).unwrap_or(prefix).trim_end_matches('-')
}

/// The accounts that a run left on the server.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct LeftBehind {
    /// The beginning of their e-mails.
    pub prefix: String,
    /// The domain of their e-mails, or its parent.
    pub domain: &'static str,
    /// Their number; an e-mail of two companies counts twice.
    pub left_behind: usize,
    /// Their e-mails.
    pub emails: Vec<String>,
}

impl LeftBehind {
    pub(crate) fn is_unknown(&self) -> bool {
        self.prefix.is_empty()
    }
}
