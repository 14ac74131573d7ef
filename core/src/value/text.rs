//! The parts that all parsed texts share.

use alloc::string::String;
use core::fmt;

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer};

/// The error of a text, of bytes or of a list outside the bounds of its type. It holds the bounds, and nothing of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ParseError {
    /// What was parsed, for a person.
    subject: &'static str,
    bounds: &'static str,
}

impl ParseError {
    pub(crate) const fn of_text(bounds: &'static str) -> Self {
        Self { subject: "text", bounds }
    }

    pub(crate) const fn of_bytes(bounds: &'static str) -> Self {
        Self { subject: "value", bounds }
    }

    pub(crate) const fn of_list(bounds: &'static str) -> Self {
        Self { subject: "list", bounds }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} {}", self.subject, self.bounds)
    }
}

impl core::error::Error for ParseError {}

/// Implements the traits of a type that is a parsed `String`. `$bounds` completes "the text …", and `$expected` says what a
/// record holds: the canonical form only.
macro_rules! text {
    ($name:ident, $bounds:literal, $expected:literal) => {
        impl $name {
            pub(crate) const BOUNDS: &'static str = $bounds;

            /// Returns the text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::ParseError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text).ok_or($crate::ParseError::of_text(Self::BOUNDS))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        /// Takes the canonical form only: that is the one that a host stores.
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::value::text::deserialize(deserializer, $expected, |text| {
                    Self::parse(text).filter(|parsed| parsed.0 == text)
                })
            }
        }
    };
}

pub(crate) use text;

/// Deserializes a text by `parse`. The error says what was expected, and never what was there.
pub(crate) fn deserialize<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error> {
    String::deserialize(deserializer)
        .ok()
        .and_then(|text| parse(&text))
        .ok_or_else(|| unexpected(expected))
}

/// Returns the error of a value that is not the expected one.
pub(crate) fn unexpected<E: Error>(expected: &'static str) -> E {
    E::invalid_value(Unexpected::Other("a different value"), &expected)
}
