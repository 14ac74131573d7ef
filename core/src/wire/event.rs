//! The events that a host may record for its operator. An event holds no secret and nothing that a person typed.

use alloc::borrow::Cow;
use alloc::string::String;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::text::unexpected;
use crate::value::word::words;
use crate::wire::member::{nullable, time};
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fault {
    /// The name of the call.
    pub call: Cow<'static, str>,
    /// The path of the member in the reply, such as `key.id`; `reply` for the reply as a whole.
    pub member: Cow<'static, str>,
    /// The words for what was expected in its place, for a person.
    pub expected: Cow<'static, str>,
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

/// Takes the kinds of this version only. What a host has stored may be of a different one: it is a
/// [`StoredEvent`](crate::operator::StoredEvent).
impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Members {
            kind: String,
            #[serde(deserialize_with = "nullable")]
            reason: Option<String>,
            #[serde(deserialize_with = "time")]
            at: u64,
            #[serde(deserialize_with = "nullable")]
            source: Option<String>,
            #[serde(deserialize_with = "nullable")]
            company_id: Option<CompanyId>,
            #[serde(deserialize_with = "nullable")]
            key_id: Option<KeyId>,
            #[serde(deserialize_with = "nullable")]
            user_id: Option<UserId>,
            #[serde(deserialize_with = "nullable")]
            product: Option<ProductName>,
            #[serde(deserialize_with = "nullable")]
            fault: Option<Fault>,
        }

        let Members { kind, reason, at, source, company_id, key_id, user_id, product, fault } =
            Members::deserialize(deserializer)?;
        let kind = EventKind::parse(&kind, reason.as_deref())
            .ok_or_else(|| unexpected("a kind of event with its reason"))?;
        Ok(Self { kind, at, source, company_id, key_id, user_id, product, fault })
    }
}

impl Event {
    /// Makes an event of this kind and time in milliseconds since 1970. Set its other members, which are none, afterwards.
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

/// Defines the kinds of events, each with its name and, if it has reasons, the words for them.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $(($reason:ident))? = $name:literal,)*) => {
        /// The kind of an event, with its reason.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum EventKind {
            $($(#[$doc])* $kind $(($reason))?,)*
        }

        impl EventKind {
            /// Returns the name on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind { .. } => $name,)*
                }
            }

            /// Returns the reason on the wire, if the kind has one.
            #[must_use]
            pub const fn reason(self) -> Option<&'static str> {
                match self {
                    $(kinds!(@pattern $kind it $($reason)?) => kinds!(@word it $($reason)?),)*
                }
            }

            /// Parses a name and a reason; none if there is no such kind, or it has no such reason.
            #[must_use]
            pub fn parse(name: &str, reason: Option<&str>) -> Option<Self> {
                match name {
                    $($name => kinds!(@parse $kind reason $($reason)?),)*
                    _ => None,
                }
            }
        }
    };
    (@pattern $kind:ident $it:ident) => { Self::$kind };
    (@pattern $kind:ident $it:ident $reason:ident) => { Self::$kind($it) };
    (@word $it:ident) => { None };
    (@word $it:ident $reason:ident) => { Some($it.as_str()) };
    (@parse $kind:ident $text:ident) => { $text.is_none().then_some(Self::$kind) };
    (@parse $kind:ident $text:ident $reason:ident) => {
        $text.and_then($reason::parse).map(Self::$kind)
    };
}

kinds! {
    /// An attempt was over a limit.
    RateLimited(Purpose) = "rate_limited",
    /// A key was refused.
    KeyRefused(KeyRefusal) = "key_refused",
    /// A product, a user or the domain of a new user's e-mail address was refused in spite of a valid key or password.
    AccessDenied(Denial) = "access_denied",
    /// A direct sign-in was refused.
    SignInRefused(SignInRefusal) = "sign_in_refused",
    /// A stored password hash could not be read or is out of bounds.
    HashUnreadable = "hash_unreadable",
    /// A reply of the host was wrong.
    HostFault(HostFault) = "host_fault",

    /// A sign-on's password matched: rule 2.
    SignedOn = "signed_on",
    /// A sign-on created the user: rule 1.
    UserCreated = "user_created",
    /// A sign-on replaced the user's password: rule 3.
    PasswordReplaced = "password_replaced",
    /// A product exchanged a code.
    Exchanged = "exchanged",
    /// A direct sign-in succeeded.
    SignedIn = "signed_in",
    /// A launch succeeded, by one of the three rules.
    Launched(Rule) = "launched",

    /// The operator added a company.
    CompanyAdded = "company_added",
    /// The operator set a company's status.
    CompanyStatusSet(CompanyStatus) = "company_status_set",
    /// The operator set what answers say of a company, or the domains of its new users.
    CompanySet = "company_set",
    /// The operator deleted a company with its keys, users, tokens and codes.
    CompanyDeleted = "company_deleted",
    /// The operator issued a key.
    KeyIssued = "key_issued",
    /// The operator issued a key in place of an older one.
    KeyRotated = "key_rotated",
    /// The operator set a key's status.
    KeyStatusSet(KeyStatus) = "key_status_set",
    /// The operator revoked a key and made the passwords that it set unusable.
    KeyEnded = "key_ended",
    /// The operator ended the tokens and codes of a user or of a company's users.
    SignedOut = "signed_out",
    /// The operator added a user.
    UserAdded = "user_added",
    /// The operator set a user's status.
    UserStatusSet(UserStatus) = "user_status_set",
    /// The operator set who manages a user.
    UserManagerSet(ManagedBy) = "user_manager_set",
    /// The operator set what answers say of a user.
    UserSet = "user_set",
    /// The operator gave a user a different address.
    UserEmailSet = "user_email_set",
    /// The operator deleted a user with the tokens and codes.
    UserDeleted = "user_deleted",
    /// The operator made a user's password unusable, since its hash was of this kind.
    PasswordDisabled(HashKind) = "password_disabled",
    /// The operator set a product's launch URL.
    ProductSet = "product_set",
    /// The operator gave a product a new secret.
    ProductRotated = "product_rotated",
    /// The operator deleted the events of before a time.
    EventsPurged = "events_purged",
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
    #[non_exhaustive]
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
    #[non_exhaustive]
    pub enum Denial {
        /// The product is not enabled for the company.
        Product = "product",
        /// The user is disabled.
        User = "user",
        /// The company's users may not be created with an e-mail address of this domain.
        EmailDomain = "email_domain",
    }

    /// The reason for which a direct sign-in was refused. The answer does not reveal it (`SSO-DIR-003`).
    #[non_exhaustive]
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
    #[non_exhaustive]
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
