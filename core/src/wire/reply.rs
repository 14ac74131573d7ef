//! The replies of a host to the calls of the core.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::{
    Code, Company, CredentialVersion, Holder, Key, KeyId, PasswordHash, ProductRecord, Token, User,
};

/// A host's reply to a [`Call`](crate::Call).
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
        product: ProductRecord,
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
    /// The company's keys.
    Keys {
        /// The keys in the order of their ids.
        keys: Vec<Key>,
    },
    /// The key was stored.
    SavedKey {
        /// The key's new id.
        key_id: KeyId,
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

/// The members of every reply. A tagged enum with a derived `Deserialize` would buffer them until it knows the tag, and the
/// code for that would be a quarter of the wasm that ships.
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
