//! What a host may record for its operator. An event holds no secret and nothing that was typed in.

use alloc::string::String;

use serde::Serialize;

use crate::{CompanyId, KeyId, UserId};

/// Something that an operator may want to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// The client's address, where the host supplied it.
    pub source: Option<String>,
    /// The company concerned, once the key is known.
    pub company_id: Option<CompanyId>,
    /// The key concerned, once it is known.
    pub key_id: Option<KeyId>,
    /// The user concerned, once it is known.
    pub user_id: Option<UserId>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "reason", rename_all = "snake_case")]
pub enum EventKind {
    /// An attempt was over a limit.
    RateLimited(Purpose),
    /// A key was refused.
    KeyRefused(KeyRefusal),
    /// A valid key was refused a product or a user.
    AccessDenied(Denial),
    /// A direct sign-in was refused.
    SignInRefused(SignInRefusal),
    /// A stored password hash could not be read or is out of bounds.
    HashUnreadable,
    /// The host answered with something that was not asked for.
    HostFault(HostFault),
}

/// What an attempt is admitted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A partner's call, by key.
    SignOn,
    /// A guess at a password, by company and e-mail.
    Direct,
    /// The replacement of a password, by user.
    Replacement,
}

/// Why a key was refused. The answer does not tell (`SSO-KEY-002`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyRefusal {
    /// Its shape or its check digits are wrong.
    Malformed,
    /// No such key.
    Unknown,
    /// Not at present.
    Disabled,
    /// Never again.
    Revoked,
    /// No longer.
    Expired,
}

/// What a valid key was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Denial {
    /// The product is not enabled for the company.
    Product,
    /// The user is disabled.
    User,
}

/// Why a direct sign-in was refused. The answer does not tell (`SSO-DIR-003`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInRefusal {
    /// No such company.
    Company,
    /// No such user.
    User,
    /// Another password.
    Password,
    /// The user is disabled.
    Disabled,
    /// The stored hash cannot be read.
    Unreadable,
}

/// How the host is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HostFault {
    /// A record is not the one that was asked for (`SSO-TEN-002`).
    WrongRecord,
}
