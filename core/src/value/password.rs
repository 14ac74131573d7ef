//! Passwords, used byte for byte as received.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serializer};
use zeroize::Zeroizing;

use crate::ParseError;
use crate::value::text::unexpected;

/// A password of 1 to 1,024 bytes of UTF-8; any character may occur, NUL too (`SSO-REQ-013`, `SSO-PWD-002`).
///
/// It is neither trimmed, cut, folded nor normalised (`SSO-PWD-001`), is not printed, and is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// The most bytes that a password may have.
    pub const MAX_BYTES: usize = 1024;

    pub(crate) const BOUNDS: &'static str = "must be a string of 1 to 1024 bytes";

    /// Parses a password, byte for byte; none if it is empty or longer than [`Self::MAX_BYTES`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (1..=Self::MAX_BYTES).contains(&text.len()).then(|| Self(Zeroizing::new(text.into())))
    }

    /// Returns the password itself, to be hashed.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Writes the password out. A hashing call is the only place that does, because the host computes the hash.
    pub(crate) fn expose_to_hasher<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl FromStr for Password {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).ok_or(ParseError::of_text(Self::BOUNDS))
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Zeroizing::<String>::deserialize(deserializer)
            .ok()
            .and_then(|text| Self::parse(&text))
            .ok_or_else(|| unexpected("a string of 1 to 1024 bytes"))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}
