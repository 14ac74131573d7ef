//! The integers of records and commands. Each is at most 2^53-1, so that JavaScript represents it exactly.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::value::text::unexpected;

/// The largest integer on the wire, 2^53-1 (`SSO-RSP-004`).
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

const EXPECTED: &str = "an integer from 1 to 2^53-1";

/// The error of an integer that is outside the bounds of its type. It holds the bounds and not the integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OutOfRange {
    bounds: &'static str,
}

impl OutOfRange {
    pub(crate) const fn new(bounds: &'static str) -> Self {
        Self { bounds }
    }
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the number {}", self.bounds)
    }
}

impl core::error::Error for OutOfRange {}

/// Implements the traits of a type that is a `u64` in `$range`, which ends at [`MAX_INTEGER`] or below. `$bounds` completes
/// "the number …" and "the text …".
macro_rules! integer {
    ($name:ident, $range:expr, $bounds:literal) => {
        impl $name {
            pub(crate) const BOUNDS: &'static str = $bounds;

            /// Takes an integer.
            ///
            /// # Errors
            ///
            /// It is outside its bounds.
            pub fn new(value: u64) -> Result<Self, $crate::OutOfRange> {
                if $range.contains(&value) {
                    Ok(Self(value))
                } else {
                    Err($crate::OutOfRange::new(Self::BOUNDS))
                }
            }

            /// Returns the integer.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl TryFrom<u64> for $name {
            type Error = $crate::OutOfRange;

            fn try_from(value: u64) -> Result<Self, Self::Error> {
                Self::new(value)
            }
        }

        $crate::value::id::signed!($name, i64);
        $crate::value::id::signed!($name, i32);

        impl From<$name> for u64 {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl From<$name> for i64 {
            fn from(value: $name) -> Self {
                // INVARIANT: it is at most 2^53-1.
                value.0 as Self
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::ParseError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse::<u64>()
                    .ok()
                    .and_then(|value| Self::new(value).ok())
                    .ok_or($crate::ParseError::of_text(Self::BOUNDS))
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

/// Reads a type of `integer!` from a signed integer, which is what databases have.
macro_rules! signed {
    ($name:ident, $signed:ident) => {
        impl TryFrom<$signed> for $name {
            type Error = $crate::OutOfRange;

            fn try_from(value: $signed) -> Result<Self, Self::Error> {
                u64::try_from(value)
                    .map_err(|_| $crate::OutOfRange::new(Self::BOUNDS))
                    .and_then(Self::new)
            }
        }
    };
}

pub(crate) use {integer, signed};

/// Defines an integer from 1 to [`MAX_INTEGER`] that records hold.
macro_rules! id {
    ($(#[$doc:meta] $name:ident)*) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(u64);

        integer!($name, (1..=MAX_INTEGER), "must be an integer from 1 to 2^53-1");

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                u64::deserialize(deserializer)
                    .ok()
                    .and_then(|value| Self::new(value).ok())
                    .ok_or_else(|| unexpected(EXPECTED))
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

impl CredentialVersion {
    /// The version of a new user.
    pub(crate) const FIRST: Self = Self(1);

    /// Returns the version that a replaced password has, if there is one.
    pub(crate) fn next(self) -> Option<Self> {
        Self::new(self.0 + 1).ok()
    }
}
