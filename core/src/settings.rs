//! The settings of a server.

use alloc::string::String;

/// The settings of a server. The defaults are those of the format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Sends errors with HTTP status 200, for clients whose stack hides the body of a 4xx (`SSO-RSP-014`).
    pub legacy_status: bool,
    /// The domain of the company to which a direct sign-in belongs when it names none (`SSO-DIR-002`).
    pub company: Option<String>,
}
