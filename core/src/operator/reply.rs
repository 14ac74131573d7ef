//! The replies of a host to the calls of a command, and the outcome that each of them is to its call.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::operator::{ListedKey, StoredEvent};
use crate::wire::json::{Misfit, Object};
use crate::wire::member::{Count, count};
use crate::wire::outcome::Creation;
use crate::{Company, Error, KeyId, PasswordHash, Product, User};

/// A host's reply to a [`Call`](crate::operator::Call), which says the replies that fit it.
///
/// ```json
/// {"reply":"saved_key","keyId":8}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Reply {
    /// The company that was asked for, or the one that was created.
    Company {
        /// The stored company.
        company: Company,
    },
    /// A part of the companies.
    Companies {
        /// The companies in the order of their ids.
        companies: Vec<Company>,
    },
    /// The key was stored.
    SavedKey {
        /// The key's new id.
        key_id: KeyId,
    },
    /// A part of the company's keys.
    Keys {
        /// The keys in the order of their ids.
        keys: Vec<ListedKey>,
    },
    /// The user that was asked for.
    User {
        /// The stored user.
        user: User,
    },
    /// A part of the company's users.
    Users {
        /// The users in the order of their ids.
        users: Vec<User>,
    },
    /// The products.
    Products {
        /// The products in the order of their names.
        products: Vec<Product>,
    },
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
    /// The domain, the address or the name is taken; nothing was created.
    Exists,
    /// A part of the stored events.
    Events {
        /// The events in the order of their ids.
        events: Vec<StoredEvent>,
    },
    /// The expired tokens and codes, or the events, were deleted.
    Purged {
        /// The number of them.
        #[serde(deserialize_with = "count")]
        count: u64,
    },
    /// The key is revoked, and the passwords that it set are unusable.
    Ended {
        /// The number of these passwords.
        #[serde(deserialize_with = "count")]
        count: u64,
    },
    /// The record does not exist.
    None,
    /// The stored hash is not the expected one; nothing was changed.
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

/// The outcome of a new address for a record.
pub(crate) enum Naming {
    Named,
    /// A different record has the address.
    Exists,
    /// There is no such record.
    None,
}

impl Reply {
    /// Returns the name of the reply, as in its JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Company { .. } => "company",
            Self::Companies { .. } => "companies",
            Self::SavedKey { .. } => "saved_key",
            Self::Keys { .. } => "keys",
            Self::User { .. } => "user",
            Self::Users { .. } => "users",
            Self::Products { .. } => "products",
            Self::Hashed { .. } => "hashed",
            Self::Created { .. } => "created",
            Self::Exists => "exists",
            Self::Events { .. } => "events",
            Self::Purged { .. } => "purged",
            Self::Ended { .. } => "ended",
            Self::None => "none",
            Self::Stale => "stale",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Overloaded { .. } => "overloaded",
        }
    }

    /// Reads the members of the reply of this name. None if there is no such reply.
    pub(crate) fn read(name: &str, members: &Object<'_>) -> Result<Option<Self>, Misfit> {
        Ok(Some(match name {
            "company" => Self::Company { company: members.member("company")? },
            "companies" => Self::Companies { companies: members.member("companies")? },
            "saved_key" => Self::SavedKey { key_id: members.member("keyId")? },
            "keys" => Self::Keys { keys: members.member("keys")? },
            "user" => Self::User { user: members.member("user")? },
            "users" => Self::Users { users: members.member("users")? },
            "products" => Self::Products { products: members.member("products")? },
            "hashed" => Self::Hashed { password_hash: members.member("passwordHash")? },
            "created" => Self::Created { user: members.member("user")? },
            "exists" => Self::Exists,
            "events" => Self::Events { events: members.member("events")? },
            "purged" => Self::Purged { count: members.member::<Count>("count")?.0 },
            "ended" => Self::Ended { count: members.member::<Count>("count")?.0 },
            "none" => Self::None,
            "stale" => Self::Stale,
            "done" => Self::Done,
            "failed" => Self::Failed,
            "overloaded" => Self::Overloaded { seconds: members.member("seconds")? },
            _ => return Ok(None),
        }))
    }
}

/// Narrows a reply to the type of its call's replies. Any other reply is a failure or a fault (`SSO-ERR-007`).
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each reply that does not fit is a fault, new variants too"
)]
impl Reply {
    pub(crate) fn company(self) -> Result<Option<Company>, Error> {
        match self {
            Self::Company { company } => Ok(Some(company)),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn created_company(self) -> Result<Option<Company>, Error> {
        match self {
            Self::Company { company } => Ok(Some(company)),
            Self::Exists => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn companies(self) -> Result<Vec<Company>, Error> {
        match self {
            Self::Companies { companies } => Ok(companies),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn saved_key(self) -> Result<KeyId, Error> {
        match self {
            Self::SavedKey { key_id } => Ok(key_id),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn rotated_key(self) -> Result<Option<KeyId>, Error> {
        match self {
            Self::SavedKey { key_id } => Ok(Some(key_id)),
            Self::None => Ok(None),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn keys(self) -> Result<Vec<ListedKey>, Error> {
        match self {
            Self::Keys { keys } => Ok(keys),
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

    pub(crate) fn users(self) -> Result<Vec<User>, Error> {
        match self {
            Self::Users { users } => Ok(users),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn products(self) -> Result<Vec<Product>, Error> {
        match self {
            Self::Products { products } => Ok(products),
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

    pub(crate) fn events(self) -> Result<Vec<StoredEvent>, Error> {
        match self {
            Self::Events { events } => Ok(events),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn purged(self) -> Result<u64, Error> {
        match self {
            Self::Purged { count } => Ok(count),
            other => Err(other.fault()),
        }
    }

    pub(crate) fn ended(self) -> Result<Option<u64>, Error> {
        match self {
            Self::Ended { count } => Ok(Some(count)),
            Self::None => Ok(None),
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

    pub(crate) fn naming(self) -> Result<Naming, Error> {
        match self {
            Self::Done => Ok(Naming::Named),
            Self::Exists => Ok(Naming::Exists),
            Self::None => Ok(Naming::None),
            other => Err(other.fault()),
        }
    }

    /// Returns whether the swap was made.
    pub(crate) fn swap(self) -> Result<bool, Error> {
        match self {
            Self::Done => Ok(true),
            Self::Stale => Ok(false),
            other => Err(other.fault()),
        }
    }

    /// Returns whether the record is new.
    pub(crate) fn done_or_exists(self) -> Result<bool, Error> {
        match self {
            Self::Done => Ok(true),
            Self::Exists => Ok(false),
            other => Err(other.fault()),
        }
    }

    fn fault(self) -> Error {
        match self {
            Self::Failed => Error::StorageUnavailable,
            _ => Error::UnfitReply,
        }
    }
}
