//! The replies of a host to the calls of a request.

use serde::{Deserialize, Serialize};

use crate::wire::json::{Misfit, Object};
use crate::{Code, Company, CredentialVersion, Holder, Key, PasswordHash, Product, Token, User};

/// A host's reply to a [`Call`](crate::Call), which says the replies that fit it.
///
/// ```json
/// {"reply":"replaced","credentialVersion":2}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Reply {
    /// The attempt may go on.
    Admitted,
    /// The attempt is over a limit.
    RetryAfter {
        /// The number of seconds after which to try again.
        seconds: u32,
    },
    /// The key that was asked for.
    Key {
        /// The stored key.
        key: Key,
        /// The key's company.
        company: Company,
    },
    /// The user that was asked for.
    User {
        /// The stored user.
        user: User,
    },
    /// The company that was asked for.
    Company {
        /// The stored company.
        company: Company,
    },
    /// The product that was asked for.
    Product {
        /// The stored product.
        product: Product,
    },
    /// The token that was asked for.
    Token {
        /// The stored token.
        token: Token,
        /// The token's user, company and key.
        holder: Holder,
    },
    /// The code that was removed.
    Code {
        /// The code that was stored.
        code: Code,
        /// The code's user, company and key.
        holder: Holder,
    },
    /// The record does not exist.
    None,
    /// The password matches the hash.
    Match,
    /// The password does not match the hash.
    NoMatch,
    /// The hash cannot be read.
    Unreadable,
    /// A hash was computed.
    Hashed {
        /// The hash as a PHC string.
        password_hash: PasswordHash,
    },
    /// The user was created.
    Created {
        /// The user with its new id.
        user: User,
    },
    /// The company has a user of this address already; nothing was created.
    Exists,
    /// The password was replaced.
    Replaced {
        /// The raised version.
        credential_version: CredentialVersion,
    },
    /// The credential version is not the expected one; nothing was changed.
    Stale,
    /// The call is done, durably.
    Done,
    /// The call failed; a write is wholly applied or not at all.
    Failed,
    /// The host has no memory or thread for hashing at present.
    Overloaded {
        /// The number of seconds after which to try again.
        seconds: u32,
    },
}

impl Reply {
    /// Returns the name of the reply, as in its JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Admitted => "admitted",
            Self::RetryAfter { .. } => "retry_after",
            Self::Key { .. } => "key",
            Self::User { .. } => "user",
            Self::Company { .. } => "company",
            Self::Product { .. } => "product",
            Self::Token { .. } => "token",
            Self::Code { .. } => "code",
            Self::None => "none",
            Self::Match => "match",
            Self::NoMatch => "no_match",
            Self::Unreadable => "unreadable",
            Self::Hashed { .. } => "hashed",
            Self::Created { .. } => "created",
            Self::Exists => "exists",
            Self::Replaced { .. } => "replaced",
            Self::Stale => "stale",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Overloaded { .. } => "overloaded",
        }
    }

    /// Reads the members of the reply of this name. None if there is no such reply.
    pub(crate) fn read(name: &str, members: &Object<'_>) -> Result<Option<Self>, Misfit> {
        Ok(Some(match name {
            "admitted" => Self::Admitted,
            "retry_after" => Self::RetryAfter { seconds: members.member("seconds")? },
            "key" => Self::Key { key: members.member("key")?, company: members.member("company")? },
            "user" => Self::User { user: members.member("user")? },
            "company" => Self::Company { company: members.member("company")? },
            "product" => Self::Product { product: members.member("product")? },
            "token" => {
                Self::Token { token: members.member("token")?, holder: members.member("holder")? }
            }
            "code" => {
                Self::Code { code: members.member("code")?, holder: members.member("holder")? }
            }
            "none" => Self::None,
            "match" => Self::Match,
            "no_match" => Self::NoMatch,
            "unreadable" => Self::Unreadable,
            "hashed" => Self::Hashed { password_hash: members.member("passwordHash")? },
            "created" => Self::Created { user: members.member("user")? },
            "exists" => Self::Exists,
            "replaced" => {
                Self::Replaced { credential_version: members.member("credentialVersion")? }
            }
            "stale" => Self::Stale,
            "done" => Self::Done,
            "failed" => Self::Failed,
            "overloaded" => Self::Overloaded { seconds: members.member("seconds")? },
            _ => return Ok(None),
        }))
    }
}
