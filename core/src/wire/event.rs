//! The events that a host may record for its operator. An event holds no secret and nothing that a person typed.

use alloc::string::String;

use serde::Serialize;

use crate::{CompanyId, KeyId, UserId};

/// An event that an operator may want to know of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The kind of the event, with its reason.
    #[serde(flatten)]
    pub kind: EventKind,
    /// The time of the request in milliseconds since 1970.
    pub at: u64,
    /// The client's address, if the host supplied it.
    pub source: Option<String>,
    /// The company, if it is known by then.
    pub company_id: Option<CompanyId>,
    /// The key, if it is known by then.
    pub key_id: Option<KeyId>,
    /// The user, if it is known by then.
    pub user_id: Option<UserId>,
}

/// The kind of an event, with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "reason", rename_all = "snake_case")]
pub enum EventKind {
    /// An attempt was over a limit.
    RateLimited(Purpose),
    /// A key was refused.
    KeyRefused(KeyRefusal),
    /// A product or a user was refused in spite of a valid key or password.
    AccessDenied(Denial),
    /// A direct sign-in was refused.
    SignInRefused(SignInRefusal),
    /// A stored password hash could not be read or is out of bounds.
    HashUnreadable,
    /// A reply of the host was wrong.
    HostFault(HostFault),
}

/// The kind of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A partner's call, counted by key.
    SignOn,
    /// A sign-in that may be a guess at a password, counted by company and e-mail address.
    Direct,
    /// A replacement of a password, counted by user.
    Replacement,
}

/// The reason for which a key was refused. The answer does not reveal it (`SSO-KEY-002`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyRefusal {
    /// The key's shape or its check digits are wrong.
    Malformed,
    /// The key does not exist.
    Unknown,
    /// The key is disabled.
    Disabled,
    /// The key is revoked.
    Revoked,
    /// The key has expired.
    Expired,
}

/// The reason for which access was denied in spite of a valid key or password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Denial {
    /// The product is not enabled for the company.
    Product,
    /// The user is disabled.
    User,
}

/// The reason for which a direct sign-in was refused. The answer does not reveal it (`SSO-DIR-003`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInRefusal {
    /// The company does not exist.
    Company,
    /// The user does not exist.
    User,
    /// The password does not match.
    Password,
    /// The user is disabled.
    Disabled,
    /// The stored hash cannot be read.
    Unreadable,
}

/// The way in which the host is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HostFault {
    /// A record is not the one that was asked for (`SSO-TEN-002`).
    WrongRecord,
}
