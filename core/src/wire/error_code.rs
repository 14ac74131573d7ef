//! The catalogue of wire codes. A test compares it with `spec/README.md` and `spec/errors.json`.

use core::fmt;
use core::str::FromStr;

use crate::{OutOfRange, ParseError};

macro_rules! catalogue {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $name:literal;)*) => {
        /// A code of the format. Its first three digits are the HTTP status.
        ///
        /// It is written as its name, and parsed from its name or its number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u16)]
        pub enum ErrorCode {
            $($(#[$doc])* $variant = $code,)*
        }

        impl ErrorCode {
            /// Every code, in ascending order.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Returns the name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

catalogue! {
    /// The query or the body cannot be decoded.
    MalformedRequest = 4000, "malformed_request";
    /// A required field is missing, or a known field is empty.
    MissingParameter = 4001, "missing_parameter";
    /// A known field occurs twice.
    DuplicateParameter = 4002, "duplicate_parameter";
    /// A field's value is outside its bounds.
    InvalidParameter = 4003, "invalid_parameter";
    /// The key is not accepted.
    InvalidSsokey = 4010, "invalid_ssokey";
    /// The direct sign-in is not accepted.
    InvalidCredentials = 4011, "invalid_credentials";
    /// The token, code or product secret is not accepted.
    InvalidToken = 4012, "invalid_token";
    /// The product is not enabled, the user is disabled, or no user may be created with the e-mail's domain.
    AccessDenied = 4030, "access_denied";
    /// Nothing is served at the path; for the operator, there is no such company, key, user or product.
    NotFound = 4040, "not_found";
    /// The path is not served by the method.
    MethodNotAllowed = 4050, "method_not_allowed";
    /// The user's password is managed here.
    IdentityUnavailable = 4090, "identity_unavailable";
    /// A different request changed the password meanwhile.
    ConcurrentUpdate = 4091, "concurrent_update";
    /// The stored password is newer.
    OutdatedPassword = 4092, "outdated_password";
    /// For the operator only: the domain, or the e-mail address, is taken.
    AlreadyExists = 4093, "already_exists";
    /// The query or the body is too large.
    TooLarge = 4130, "too_large";
    /// The body is neither form nor JSON, or has a content coding.
    UnsupportedMediaType = 4150, "unsupported_media_type";
    /// An attempt was over a limit.
    RateLimited = 4290, "rate_limited";
    /// The host is at fault.
    Internal = 5000, "internal";
    /// A storage call failed.
    StorageUnavailable = 5030, "storage_unavailable";
    /// The host has no memory or thread for hashing at present.
    Overloaded = 5031, "overloaded";
}

const NAME_BOUNDS: &str = "must be the name of an error code";
const NUMBER_BOUNDS: &str = "must be an error code";

impl ErrorCode {
    /// Parses a name, in exactly this spelling.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }

    /// Returns the number on the wire.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// Returns the HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.code() / 10
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ErrorCode {
    type Err = ParseError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::parse(name).ok_or(ParseError::of_text(NAME_BOUNDS))
    }
}

impl TryFrom<u16> for ErrorCode {
    type Error = OutOfRange;

    fn try_from(number: u16) -> Result<Self, Self::Error> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.code() == number)
            .ok_or(OutOfRange::new(NUMBER_BOUNDS))
    }
}
