//! Integers that name records: 1 to 2^53-1, so that JavaScript holds them exactly.

use serde::{Deserialize, Deserializer, Serialize, de};

/// The largest integer on the wire, 2^53-1 (`SSO-RSP-004`).
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

impl CredentialVersion {
    /// The version that every user begins with.
    pub(crate) const FIRST: Self = Self(1);

    /// The version that a replaced password has.
    pub(crate) fn next(self) -> Option<Self> {
        Self::try_from(self.0 + 1).ok()
    }
}

macro_rules! id {
    ($(#[$doc:meta] $name:ident)*) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u64")]
        pub struct $name(u64);

        impl $name {
            /// The integer, 1 to [`MAX_INTEGER`].
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl TryFrom<u64> for $name {
            type Error = &'static str;

            fn try_from(value: u64) -> Result<Self, Self::Error> {
                if (1..=MAX_INTEGER).contains(&value) {
                    Ok(Self(value))
                } else {
                    Err("an integer from 1 to 2^53-1 was expected")
                }
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
    /// Names a company.
    CompanyId
    /// Names a key.
    KeyId
    /// Names a user.
    UserId
    /// Counts a user's passwords: a replaced password raises it and thereby ends older tokens (`SSO-RULE-007`).
    CredentialVersion
}

/// Reads a member that may be `null` but must be there: what a host forgets must not count as "without an end".
pub(crate) fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// Reads a time: milliseconds since 1970, 0 to [`MAX_INTEGER`].
pub(crate) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let time = u64::deserialize(deserializer)?;
    if time <= MAX_INTEGER { Ok(time) } else { Err(de::Error::custom("a time was expected")) }
}

/// Reads a time that may be `null` but must be there.
pub(crate) fn nullable_time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    struct Time(#[serde(deserialize_with = "time")] u64);
    Ok(nullable::<Time, D>(deserializer)?.map(|time| time.0))
}
