//! The events that a host may record for its operator. An event holds no secret and nothing that a person typed.

use alloc::borrow::Cow;
use alloc::string::String;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::value::word::words;
use crate::{
    CompanyId, CompanyStatus, HashKind, KeyId, KeyStatus, ManagedBy, ProductName, UserId,
    UserStatus,
};

/// An event that an operator may want to know of. It comes in an audit, or with the call whose effect it tells.
///
/// ```json
/// {"kind":"signed_on","reason":null,"at":1700000000000,"source":"192.0.2.1","companyId":8272,"keyId":1,"userId":11,
///  "product":"livechat","fault":null}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The kind of the event, with its reason.
    pub kind: EventKind,
    /// The time of the request or command in milliseconds since 1970.
    pub at: u64,
    /// The client's address, if the host supplied it.
    pub source: Option<String>,
    /// The company, if it is known by then.
    pub company_id: Option<CompanyId>,
    /// The key, if it is known by then.
    pub key_id: Option<KeyId>,
    /// The user, if it is known by then.
    pub user_id: Option<UserId>,
    /// The product that the token or code is for, that was denied, or that was set.
    pub product: Option<ProductName>,
    /// The host's fault, if the event tells of one.
    pub fault: Option<Fault>,
}

/// A reply that does not fit its call. It names the member that is wrong, and holds no value.
///
/// ```json
/// {"call":"find_key","member":"key.id","expected":"an integer from 1 to 2^53-1"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Fault {
    /// The name of the call.
    pub call: &'static str,
    /// The path of the member in the reply, such as `key.id`; `reply` for the reply as a whole.
    pub member: Cow<'static, str>,
    /// The words for what was expected in its place, for a person.
    pub expected: Cow<'static, str>,
}

impl Event {
    /// Returns an event of which nothing is known but its kind and its time, for tests of a storage.
    #[must_use]
    pub const fn new(kind: EventKind, at: u64) -> Self {
        Self {
            kind,
            at,
            source: None,
            company_id: None,
            key_id: None,
            user_id: None,
            product: None,
            fault: None,
        }
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("Event", 9)?;
        members.serialize_field("kind", self.kind.name())?;
        members.serialize_field("reason", &self.kind.reason())?;
        members.serialize_field("at", &self.at)?;
        members.serialize_field("source", &self.source)?;
        members.serialize_field("companyId", &self.company_id)?;
        members.serialize_field("keyId", &self.key_id)?;
        members.serialize_field("userId", &self.user_id)?;
        members.serialize_field("product", &self.product)?;
        members.serialize_field("fault", &self.fault)?;
        members.end()
    }
}

/// The kind of an event, with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// An attempt was over a limit.
    RateLimited(Purpose),
    /// A key was refused.
    KeyRefused(KeyRefusal),
    /// A product, a user or the domain of a new user's e-mail address was refused in spite of a valid key or password.
    AccessDenied(Denial),
    /// A direct sign-in was refused.
    SignInRefused(SignInRefusal),
    /// A stored password hash could not be read or is out of bounds.
    HashUnreadable,
    /// A reply of the host was wrong.
    HostFault(HostFault),

    /// A sign-on's password matched: rule 2.
    SignedOn,
    /// A sign-on created the user: rule 1.
    UserCreated,
    /// A sign-on replaced the user's password: rule 3.
    PasswordReplaced,
    /// A product exchanged a code.
    Exchanged,
    /// A direct sign-in succeeded.
    SignedIn,
    /// A launch succeeded, by one of the three rules.
    Launched(Rule),

    /// The operator added a company.
    CompanyAdded,
    /// The operator set a company's status.
    CompanyStatusSet(CompanyStatus),
    /// The operator set what answers say of a company, or the domains of its new users.
    CompanySet,
    /// The operator deleted a company with its keys, users, tokens and codes.
    CompanyDeleted,
    /// The operator issued a key.
    KeyIssued,
    /// The operator issued a key in place of an older one.
    KeyRotated,
    /// The operator set a key's status.
    KeyStatusSet(KeyStatus),
    /// The operator revoked a key and made the passwords that it set unusable.
    KeyEnded,
    /// The operator ended the tokens and codes of a user or of a company's users.
    SignedOut,
    /// The operator added a user.
    UserAdded,
    /// The operator set a user's status.
    UserStatusSet(UserStatus),
    /// The operator set who manages a user.
    UserManagerSet(ManagedBy),
    /// The operator set what answers say of a user.
    UserSet,
    /// The operator gave a user a different address.
    UserEmailSet,
    /// The operator deleted a user with the tokens and codes.
    UserDeleted,
    /// The operator made a user's password unusable, since its hash was of this kind.
    PasswordDisabled(HashKind),
    /// The operator set a product's launch URL.
    ProductSet,
    /// The operator gave a product a new secret.
    ProductRotated,
    /// The operator deleted the events of before a time.
    EventsPurged,
}

impl EventKind {
    /// Returns the name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RateLimited(_) => "rate_limited",
            Self::KeyRefused(_) => "key_refused",
            Self::AccessDenied(_) => "access_denied",
            Self::SignInRefused(_) => "sign_in_refused",
            Self::HashUnreadable => "hash_unreadable",
            Self::HostFault(_) => "host_fault",
            Self::SignedOn => "signed_on",
            Self::UserCreated => "user_created",
            Self::PasswordReplaced => "password_replaced",
            Self::Exchanged => "exchanged",
            Self::SignedIn => "signed_in",
            Self::Launched(_) => "launched",
            Self::CompanyAdded => "company_added",
            Self::CompanyStatusSet(_) => "company_status_set",
            Self::CompanySet => "company_set",
            Self::CompanyDeleted => "company_deleted",
            Self::KeyIssued => "key_issued",
            Self::KeyRotated => "key_rotated",
            Self::KeyStatusSet(_) => "key_status_set",
            Self::KeyEnded => "key_ended",
            Self::SignedOut => "signed_out",
            Self::UserAdded => "user_added",
            Self::UserStatusSet(_) => "user_status_set",
            Self::UserManagerSet(_) => "user_manager_set",
            Self::UserSet => "user_set",
            Self::UserEmailSet => "user_email_set",
            Self::UserDeleted => "user_deleted",
            Self::PasswordDisabled(_) => "password_disabled",
            Self::ProductSet => "product_set",
            Self::ProductRotated => "product_rotated",
            Self::EventsPurged => "events_purged",
        }
    }

    /// Returns the reason on the wire, if the kind has one.
    #[must_use]
    pub const fn reason(self) -> Option<&'static str> {
        Some(match self {
            Self::RateLimited(purpose) => purpose.as_str(),
            Self::KeyRefused(refusal) => refusal.as_str(),
            Self::AccessDenied(denial) => denial.as_str(),
            Self::SignInRefused(refusal) => refusal.as_str(),
            Self::HostFault(fault) => fault.as_str(),
            Self::Launched(rule) => rule.as_str(),
            Self::CompanyStatusSet(status) => status.as_str(),
            Self::KeyStatusSet(status) => status.as_str(),
            Self::UserStatusSet(status) => status.as_str(),
            Self::UserManagerSet(manager) => manager.as_str(),
            Self::PasswordDisabled(kind) => kind.as_str(),
            Self::HashUnreadable
            | Self::SignedOn
            | Self::UserCreated
            | Self::PasswordReplaced
            | Self::Exchanged
            | Self::SignedIn
            | Self::CompanyAdded
            | Self::CompanySet
            | Self::CompanyDeleted
            | Self::KeyIssued
            | Self::KeyRotated
            | Self::KeyEnded
            | Self::SignedOut
            | Self::UserAdded
            | Self::UserSet
            | Self::UserEmailSet
            | Self::UserDeleted
            | Self::ProductSet
            | Self::ProductRotated
            | Self::EventsPurged => return None,
        })
    }
}

words! {
    /// The kind of an attempt.
    pub enum Purpose {
        /// A partner's call, counted by key.
        SignOn = "sign_on",
        /// A sign-in without a key, which may be a guess at a password, counted by company and e-mail address.
        Direct = "direct",
        /// A sign-on to a locally managed user, which may be a guess at a password as well, counted by key and user.
        Local = "local",
        /// A replacement of a password, counted by user.
        Replacement = "replacement",
    }

    /// The reason for which a key was refused. The answer does not reveal it (`SSO-KEY-002`).
    pub enum KeyRefusal {
        /// The key's shape or its check digits are wrong.
        Malformed = "malformed",
        /// The key does not exist.
        Unknown = "unknown",
        /// The key is disabled.
        Disabled = "disabled",
        /// The key is revoked.
        Revoked = "revoked",
        /// The key has expired.
        Expired = "expired",
        /// The key's company is disabled.
        CompanyDisabled = "company_disabled",
    }

    /// The reason for which access was denied in spite of a valid key or password.
    pub enum Denial {
        /// The product is not enabled for the company.
        Product = "product",
        /// The user is disabled.
        User = "user",
        /// The company's users may not be created with an e-mail address of this domain.
        EmailDomain = "email_domain",
    }

    /// The reason for which a direct sign-in was refused. The answer does not reveal it (`SSO-DIR-003`).
    pub enum SignInRefusal {
        /// The company does not exist.
        Company = "company",
        /// The company is disabled.
        CompanyDisabled = "company_disabled",
        /// The user does not exist.
        User = "user",
        /// The password does not match.
        Password = "password",
        /// The user is disabled.
        Disabled = "disabled",
        /// The stored hash cannot be read.
        Unreadable = "unreadable",
    }

    /// The way in which the host is at fault.
    pub enum HostFault {
        /// A record is not the one that was asked for (`SSO-TEN-002`).
        WrongRecord = "wrong_record",
        /// A reply cannot be read, or is not one that its call has (`SSO-ERR-007`).
        UnfitReply = "unfit_reply",
    }

    /// The one of the three rules by which a sign-on or launch succeeded.
    pub enum Rule {
        /// The user was created: rule 1.
        Created = "created",
        /// The password matched: rule 2.
        Matched = "matched",
        /// The password was replaced: rule 3.
        Replaced = "replaced",
    }
}
