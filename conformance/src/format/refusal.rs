//! The refusals that the specification's table lists.

/// One row of the table: the status, code and name that say why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// `error.code`.
    pub code: u16,
    /// `error.name`.
    pub name: &'static str,
}

impl Refusal {
    /// Query or body cannot be decoded.
    pub const MALFORMED: Self = Self::new(400, 4000, "malformed_request");
    /// A required field is missing or empty.
    pub const MISSING: Self = Self::new(400, 4001, "missing_parameter");
    /// A known field occurs twice.
    pub const DUPLICATE: Self = Self::new(400, 4002, "duplicate_parameter");
    /// A field's value is outside its bounds.
    pub const INVALID: Self = Self::new(400, 4003, "invalid_parameter");
    /// The key is not accepted.
    pub const KEY: Self = Self::new(401, 4010, "invalid_ssokey");
    /// The direct sign-in is not accepted.
    pub const CREDENTIALS: Self = Self::new(401, 4011, "invalid_credentials");
    /// The token, code or product secret is not accepted.
    pub const TOKEN: Self = Self::new(401, 4012, "invalid_token");
    /// The product is not enabled for the company, or the user is disabled.
    pub const ACCESS: Self = Self::new(403, 4030, "access_denied");
    /// There is no such path.
    pub const NOT_FOUND: Self = Self::new(404, 4040, "not_found");
    /// The method is neither GET nor POST.
    pub const METHOD: Self = Self::new(405, 4050, "method_not_allowed");
    /// A different request changed the password meanwhile.
    pub const CONCURRENT: Self = Self::new(409, 4091, "concurrent_update");
    /// A newer password is stored.
    pub const OUTDATED: Self = Self::new(409, 4092, "outdated_password");
    /// Query or body is too long.
    pub const TOO_LARGE: Self = Self::new(413, 4130, "too_large");
    /// The body is neither a form nor JSON, or it is encoded.
    pub const MEDIA_TYPE: Self = Self::new(415, 4150, "unsupported_media_type");
    /// The caller is over a limit.
    pub const RATE_LIMITED: Self = Self::new(429, 4290, "rate_limited");
    /// Storage failed.
    pub const STORAGE: Self = Self::new(503, 5030, "storage_unavailable");
    /// No memory or thread for hashing.
    pub const OVERLOADED: Self = Self::new(503, 5031, "overloaded");

    /// Returns whether the specification lists a refusal of this name.
    pub(crate) fn is_listed(name: &str) -> bool {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        let mut rows =
            include_str!("../../spec/README.md").lines().filter(|row| row.starts_with("| "));
        name.bytes().all(is_name) && rows.any(|row| row.contains(&format!("| `{name}` |")))
    }

    const fn new(status: u16, code: u16, name: &'static str) -> Self {
        Self { status, code, name }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { status, code, name } = self;
        write!(f, "HTTP {status} with error {code} `{name}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_is_a_row_of_the_specification() {
        let spec = include_str!("../../spec/README.md");
        for refusal in [
            Refusal::MALFORMED,
            Refusal::MISSING,
            Refusal::DUPLICATE,
            Refusal::INVALID,
            Refusal::KEY,
            Refusal::CREDENTIALS,
            Refusal::TOKEN,
            Refusal::ACCESS,
            Refusal::NOT_FOUND,
            Refusal::METHOD,
            Refusal::CONCURRENT,
            Refusal::OUTDATED,
            Refusal::TOO_LARGE,
            Refusal::MEDIA_TYPE,
            Refusal::RATE_LIMITED,
            Refusal::STORAGE,
            Refusal::OVERLOADED,
        ] {
            let Refusal { status, code, name } = refusal;
            let row = format!("| {status} | {code} | `{name}` |");
            assert!(spec.contains(&row), "no row {row}");
        }
    }
}
