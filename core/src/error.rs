//! The reasons for which a request does not succeed, grouped by whose fault it is.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;

use crate::ErrorCode;
use crate::request::fields::Field;

/// A refusal or a failure. Each has one wire code; the catalogue stands in `spec/README.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    // The sender's fault: no effect, no storage call (`SSO-ERR-008`).
    /// No operation is served at the path (`SSO-REQ-021`).
    NotFound,
    /// The path is served, but not by this method (`SSO-REQ-020`).
    MethodNotAllowed {
        /// The methods that serve the path, as the Allow header lists them.
        allow: &'static str,
    },
    /// The query or the body has more than 8,192 bytes (`SSO-REQ-016`).
    TooLarge,
    /// The body is neither form nor JSON (`SSO-REQ-017`).
    UnsupportedMediaType,
    /// The body has a content coding (`SSO-REQ-028`).
    Encoded,
    /// The query or the body cannot be decoded (`SSO-REQ-005`).
    Malformed,
    /// A known field, or the header `authorization`, occurs twice (`SSO-REQ-006`, `SSO-REQ-027`).
    Duplicate(&'static str),
    /// A required field is missing, or a known field is empty (`SSO-REQ-004`).
    Missing(Field),
    /// A field's value is outside its bounds.
    Invalid(Field),
    /// The product is not one of the server's (`SSO-REQ-012`).
    UnknownProduct {
        /// The names of the server's products, with commas between.
        products: String,
    },

    // Lawful refusals.
    /// Too many attempts (`SSO-ERR-002`).
    RateLimited {
        /// The number of seconds after which to try again.
        seconds: u32,
    },
    /// The key is not accepted; every reason looks the same (`SSO-KEY-001`).
    InvalidSsokey,
    /// A direct sign-in is not accepted; every reason looks the same (`SSO-DIR-003`).
    InvalidCredentials,
    /// A token, a code or a product's secret is not accepted; every reason looks the same (`SSO-SES-003`).
    InvalidToken,
    /// The product is not enabled, the user is disabled (`SSO-ERR-001`), or no user may be created with the e-mail's domain
    /// (`SSO-RULE-010`).
    AccessDenied,
    /// The user's password is not the partner's to replace (`SSO-RULE-009`).
    IdentityUnavailable,
    /// A concurrent request replaced the password meanwhile (`SSO-ERR-006`).
    ConcurrentUpdate,
    /// The stored password is newer than the one sent (`SSO-RULE-008`).
    OutdatedPassword,

    // The host's fault.
    /// A storage call failed (`SSO-ERR-003`).
    StorageUnavailable,
    /// The host has no memory or thread for hashing at present (`SSO-ERR-004`).
    Overloaded {
        /// The number of seconds after which to try again.
        seconds: u32,
    },
    /// A reply does not fit its call; the host is told before the answer is sent (`SSO-ERR-007`).
    UnfitReply,
    /// The host was told of its fault (`SSO-ERR-007`, `SSO-TEN-002`).
    Internal,

    /// A command of the operator is refused, as the operator's own table says.
    Command { code: ErrorCode, details: Cow<'static, str> },
}

impl Error {
    /// Returns the wire code. There is no wildcard arm, so a new variant cannot ship without one.
    pub(crate) const fn code(&self) -> ErrorCode {
        match self {
            Self::Malformed => ErrorCode::MalformedRequest,
            Self::Missing(_) => ErrorCode::MissingParameter,
            Self::Duplicate(_) => ErrorCode::DuplicateParameter,
            Self::Invalid(_) | Self::UnknownProduct { .. } => ErrorCode::InvalidParameter,
            Self::InvalidSsokey => ErrorCode::InvalidSsokey,
            Self::InvalidCredentials => ErrorCode::InvalidCredentials,
            Self::InvalidToken => ErrorCode::InvalidToken,
            Self::AccessDenied => ErrorCode::AccessDenied,
            Self::NotFound => ErrorCode::NotFound,
            Self::MethodNotAllowed { .. } => ErrorCode::MethodNotAllowed,
            Self::IdentityUnavailable => ErrorCode::IdentityUnavailable,
            Self::ConcurrentUpdate => ErrorCode::ConcurrentUpdate,
            Self::OutdatedPassword => ErrorCode::OutdatedPassword,
            Self::TooLarge => ErrorCode::TooLarge,
            Self::UnsupportedMediaType | Self::Encoded => ErrorCode::UnsupportedMediaType,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::UnfitReply | Self::Internal => ErrorCode::Internal,
            Self::StorageUnavailable => ErrorCode::StorageUnavailable,
            Self::Overloaded { .. } => ErrorCode::Overloaded,
            Self::Command { code, .. } => *code,
        }
    }

    /// Returns what is wrong and what to do, for a person. The text holds nothing that was sent (`SSO-RSP-008`).
    pub(crate) fn details(&self) -> Cow<'static, str> {
        let of = |name: &str, problem| Cow::Owned(format!("`{name}` {problem}"));
        Cow::Borrowed(match self {
            Self::Malformed => "the query or body cannot be decoded",
            Self::Missing(field) => return of(field.name(), "is missing or empty"),
            Self::Duplicate(name) => return of(name, "occurs twice"),
            Self::Invalid(field) => return of(field.name(), field.bounds()),
            Self::UnknownProduct { products } => {
                return Cow::Owned(format!("`product` must be one of {products}"));
            }
            Self::Command { details, .. } => return details.clone(),
            Self::InvalidSsokey => "the ssokey is not accepted",
            Self::InvalidCredentials => "the credentials are not accepted",
            Self::InvalidToken => "the token is not accepted",
            Self::AccessDenied => "the product, the user or the e-mail's domain is not enabled",
            Self::NotFound => "nothing is served at this path",
            Self::MethodNotAllowed { .. } => "see the Allow header",
            Self::IdentityUnavailable => {
                "this user's password is managed here; send the current one"
            }
            Self::ConcurrentUpdate => "the password was changed meanwhile; send the request again",
            Self::OutdatedPassword => "a newer password is stored; send the current one",
            Self::TooLarge => "query and body may each have 8192 bytes",
            Self::UnsupportedMediaType => {
                "send application/x-www-form-urlencoded or application/json"
            }
            Self::Encoded => "the body is encoded; send it as it is",
            Self::RateLimited { .. } => "too many attempts; try again later",
            Self::UnfitReply | Self::Internal => "the server is at fault",
            Self::StorageUnavailable => "storage failed; send the request again",
            Self::Overloaded { .. } => "too busy to hash a password; try again later",
        })
    }
}
