//! SHA-256 digests, the only form in which keys, tokens and codes are stored.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::ParseError;
use crate::value::{hexadecimal, text};

/// A SHA-256 digest: 32 bytes, in JSON and as a text 64 lower-case hexadecimal digits.
///
/// ```
/// use ssokey_core::Digest;
///
/// let digest = Digest::of(b"a token");
/// assert_eq!(digest.to_string().parse(), Ok(digest)); // a column of texts
/// assert_eq!(Digest::try_from(&digest.as_bytes()[..]), Ok(digest)); // a column of bytes
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Computes the digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Takes the 32 bytes of a digest that was computed elsewhere.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Parses 64 lower-case hexadecimal digits; none if the text is anything else.
    #[must_use]
    pub fn parse(digits: &str) -> Option<Self> {
        hexadecimal::parse(digits).map(Self)
    }

    /// Returns the 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Digest {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl TryFrom<&[u8]> for Digest {
    type Error = ParseError;

    fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
        bytes.try_into().map(Self).map_err(|_| ParseError::of_bytes("must have 32 bytes"))
    }
}

impl FromStr for Digest {
    type Err = ParseError;

    fn from_str(digits: &str) -> Result<Self, Self::Err> {
        Self::parse(digits).ok_or(ParseError::of_text("must be 64 lower-case hexadecimal digits"))
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hexadecimal::digits(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hexadecimal::digits(&self.0))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        hexadecimal::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer, "64 lower-case hexadecimal digits", Self::parse)
    }
}
