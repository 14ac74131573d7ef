//! What a host answers to a call.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::{
    Code, Company, CredentialVersion, Error, Holder, Key, KeyId, PasswordHash, ProductRecord,
    Token, User, Verdict,
};

/// A host's answer to a [`Call`](crate::Call).
///
/// ```json
/// {"reply":"replaced","credentialVersion":2}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "reply",
    rename_all = "snake_case",
    rename_all_fields = "camelCase",
    try_from = "Members"
)]
pub enum Reply {
    /// The attempt may go on.
    Admitted,
    /// The attempt is over a limit.
    RetryAfter {
        /// When to try again, in seconds.
        seconds: u32,
    },
    /// The key that was asked for.
    Key {
        /// As stored.
        key: Key,
        /// Whose it is.
        company: Company,
    },
    /// The user that was asked for.
    User {
        /// As stored.
        user: User,
    },
    /// The company that was asked for.
    Company {
        /// As stored.
        company: Company,
    },
    /// The product that was asked for.
    Product {
        /// As stored.
        product: ProductRecord,
    },
    /// The token that was asked for.
    Token {
        /// As stored.
        token: Token,
        /// Whose it is.
        holder: Holder,
    },
    /// The code that was taken.
    Code {
        /// As stored.
        code: Code,
        /// Whose it is.
        holder: Holder,
    },
    /// The company's keys.
    Keys {
        /// In the order of their ids.
        keys: Vec<Key>,
    },
    /// The key was stored.
    SavedKey {
        /// Its new id.
        key_id: KeyId,
    },
    /// There is no such record.
    None,
    /// The password matches the hash.
    Match,
    /// It does not.
    NoMatch,
    /// The hash cannot be read.
    Unreadable,
    /// A hash was computed.
    Hashed {
        /// As a PHC string.
        password_hash: PasswordHash,
    },
    /// The user was created.
    Created {
        /// With its new id.
        user: User,
    },
    /// The address is taken.
    Exists,
    /// The password was replaced.
    Replaced {
        /// The raised version.
        credential_version: CredentialVersion,
    },
    /// The credential version is another by now; nothing was changed.
    Stale,
    /// It is done, durably.
    Done,
    /// The call failed; a write is wholly applied or not at all.
    Failed,
    /// There is no memory or thread for hashing at present.
    Overloaded {
        /// When to try again, in seconds.
        seconds: u32,
    },
}

/// The members of every reply, read in one go: a tagged enum that derives its reading buffers them until it knows the tag,
/// and the code for that would be a quarter of the wasm that ships.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members {
    reply: String,
    seconds: Option<u32>,
    key: Option<Key>,
    company: Option<Company>,
    user: Option<User>,
    product: Option<ProductRecord>,
    token: Option<Token>,
    code: Option<Code>,
    holder: Option<Holder>,
    keys: Option<Vec<Key>>,
    key_id: Option<KeyId>,
    password_hash: Option<PasswordHash>,
    credential_version: Option<CredentialVersion>,
}

impl TryFrom<Members> for Reply {
    type Error = &'static str;

    fn try_from(members: Members) -> Result<Self, Self::Error> {
        members.reply().ok_or("a reply with its members was expected")
    }
}

impl Members {
    fn reply(self) -> Option<Reply> {
        Some(match self.reply.as_str() {
            "admitted" => Reply::Admitted,
            "retry_after" => Reply::RetryAfter { seconds: self.seconds? },
            "key" => Reply::Key { key: self.key?, company: self.company? },
            "user" => Reply::User { user: self.user? },
            "company" => Reply::Company { company: self.company? },
            "product" => Reply::Product { product: self.product? },
            "token" => Reply::Token { token: self.token?, holder: self.holder? },
            "code" => Reply::Code { code: self.code?, holder: self.holder? },
            "keys" => Reply::Keys { keys: self.keys? },
            "saved_key" => Reply::SavedKey { key_id: self.key_id? },
            "none" => Reply::None,
            "match" => Reply::Match,
            "no_match" => Reply::NoMatch,
            "unreadable" => Reply::Unreadable,
            "hashed" => Reply::Hashed { password_hash: self.password_hash? },
            "created" => Reply::Created { user: self.user? },
            "exists" => Reply::Exists,
            "replaced" => Reply::Replaced { credential_version: self.credential_version? },
            "stale" => Reply::Stale,
            "done" => Reply::Done,
            "failed" => Reply::Failed,
            "overloaded" => Reply::Overloaded { seconds: self.seconds? },
            _ => return None,
        })
    }
}

/// Whether an attempt may go on.
pub(crate) enum Admission {
    Admitted,
    RetryAfter(u32),
}

/// A creation's outcome.
pub(crate) enum Creation {
    Created(User),
    Exists,
}

/// A compare-and-swap's outcome.
pub(crate) enum Swap<T> {
    Swapped(T),
    Stale,
}

/// Each call's replies as a type of their own; any other reply is a failure or a fault (`SSO-ERR-007`).
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever does not fit is a fault, new variants too"
)]
impl Reply {
    pub(crate) fn admission(self) -> Result<Admission, Error> {
        match self {
            Self::Admitted => Ok(Admission::Admitted),
            Self::RetryAfter { seconds } => Ok(Admission::RetryAfter(seconds)),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn key(self) -> Result<Option<(Key, Company)>, Error> {
        match self {
            Self::Key { key, company } => Ok(Some((key, company))),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn company(self) -> Result<Option<Company>, Error> {
        match self {
            Self::Company { company } => Ok(Some(company)),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn product(self) -> Result<Option<ProductRecord>, Error> {
        match self {
            Self::Product { product } => Ok(Some(product)),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn token(self) -> Result<Option<(Token, Holder)>, Error> {
        match self {
            Self::Token { token, holder } => Ok(Some((token, holder))),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn code(self) -> Result<Option<(Code, Holder)>, Error> {
        match self {
            Self::Code { code, holder } => Ok(Some((code, holder))),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn keys(self) -> Result<Vec<Key>, Error> {
        match self {
            Self::Keys { keys } => Ok(keys),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn saved_key(self) -> Result<KeyId, Error> {
        match self {
            Self::SavedKey { key_id } => Ok(key_id),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn done_or_none(self) -> Result<Option<()>, Error> {
        match self {
            Self::Done => Ok(Some(())),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn user(self) -> Result<Option<User>, Error> {
        match self {
            Self::User { user } => Ok(Some(user)),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn verdict(self) -> Result<Verdict, Error> {
        match self {
            Self::Match => Ok(Verdict::Match),
            Self::NoMatch => Ok(Verdict::NoMatch),
            Self::Unreadable => Ok(Verdict::Unreadable),
            Self::Overloaded { seconds } => Err(Error::Overloaded { seconds }),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn hashed(self) -> Result<PasswordHash, Error> {
        match self {
            Self::Hashed { password_hash } => Ok(password_hash),
            Self::Overloaded { seconds } => Err(Error::Overloaded { seconds }),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn creation(self) -> Result<Creation, Error> {
        match self {
            Self::Created { user } => Ok(Creation::Created(user)),
            Self::Exists => Ok(Creation::Exists),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn replacement(self) -> Result<Swap<CredentialVersion>, Error> {
        match self {
            Self::Replaced { credential_version } => Ok(Swap::Swapped(credential_version)),
            Self::Stale => Ok(Swap::Stale),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn rehash(self) -> Result<Swap<()>, Error> {
        match self {
            Self::Done => Ok(Swap::Swapped(())),
            Self::Stale => Ok(Swap::Stale),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn done(self) -> Result<(), Error> {
        match self {
            Self::Done => Ok(()),
            other => Err(other.fault()),
        }
    }

    fn fault(self) -> Error {
        match self {
            Self::Failed => Error::StorageUnavailable,
            _ => Error::Internal,
        }
    }
}
