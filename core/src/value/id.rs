//! The integers that name records: 1 to 2^53-1, so that JavaScript represents them exactly.

use serde::{Deserialize, Deserializer, Serialize};

use crate::value::text::unexpected;

/// The largest integer on the wire, 2^53-1 (`SSO-RSP-004`).
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

const EXPECTED: &str = "an integer from 1 to 2^53-1";

/// The error of an integer that is not from 1 to [`MAX_INTEGER`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

impl core::fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "the number must be {EXPECTED}")
    }
}

impl core::error::Error for OutOfRange {}

impl CredentialVersion {
    /// The version of a new user.
    pub(crate) const FIRST: Self = Self(1);

    /// Returns the version that a replaced password has, if there is one.
    pub(crate) fn next(self) -> Option<Self> {
        Self::try_from(self.0 + 1).ok()
    }
}

macro_rules! id {
    ($(#[$doc:meta] $name:ident)*) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(u64);

        impl $name {
            /// Returns the integer, 1 to [`MAX_INTEGER`].
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl TryFrom<u64> for $name {
            type Error = OutOfRange;

            fn try_from(value: u64) -> Result<Self, Self::Error> {
                if (1..=MAX_INTEGER).contains(&value) { Ok(Self(value)) } else { Err(OutOfRange) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                u64::deserialize(deserializer)
                    .ok()
                    .and_then(|value| Self::try_from(value).ok())
                    .ok_or_else(|| unexpected(EXPECTED))
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

id! {
    /// The id of a company.
    CompanyId
    /// The id of a key.
    KeyId
    /// The id of a user, unique within the company.
    UserId
    /// The id of a stored event.
    EventId
    /// The version of a user's credential. A replaced password raises it and thereby ends older tokens (`SSO-RULE-007`).
    CredentialVersion
}
