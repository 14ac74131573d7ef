//! Reads a reply without the core's reader.

use serde::Deserialize;
use ssokey_core::{
    Code, Company, CredentialVersion, Holder, Key, KeyId, MAX_INTEGER, PasswordHash, Product,
    Token, User,
    operator::{ListedKey, StoredEvent},
};

/// A reply of a host, to a call of a request or of a command.
#[derive(Debug, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(crate) enum Said {
    Admitted,
    RetryAfter {
        #[serde(rename = "seconds")]
        _seconds: u32,
    },
    Key {
        key: Key,
        company: Company,
    },
    User {
        user: User,
    },
    Company {
        company: Company,
    },
    Product {
        product: Product,
    },
    Token {
        token: Token,
        holder: Holder,
    },
    Code {
        code: Code,
        holder: Holder,
    },
    Companies {
        companies: Vec<Company>,
    },
    SavedKey {
        key_id: KeyId,
    },
    Keys {
        keys: Vec<ListedKey>,
    },
    Users {
        users: Vec<User>,
    },
    Products {
        products: Vec<Product>,
    },
    Events {
        events: Vec<StoredEvent>,
    },
    Ended {
        count: u64,
    },
    Purged {
        count: u64,
    },
    None,
    Match,
    NoMatch,
    Unreadable,
    Hashed {
        password_hash: PasswordHash,
    },
    Created {
        user: User,
    },
    Exists,
    Replaced {
        credential_version: CredentialVersion,
    },
    Stale,
    Done,
    Failed,
    Overloaded {
        #[serde(rename = "seconds")]
        _seconds: u32,
    },
}

impl Said {
    /// Reads a reply; none if it cannot be read.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let said = serde_json::from_str(text).ok()?;
        let is_in_bounds =
            !matches!(said, Self::Ended { count } | Self::Purged { count } if count > MAX_INTEGER);
        is_in_bounds.then_some(said)
    }
}
