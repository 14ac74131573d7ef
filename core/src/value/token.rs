//! The token of the answer.

use alloc::string::{String, ToString};
use core::fmt;

use zeroize::Zeroizing;

use crate::Digest;

/// A token in clear: a UUID of version 4 as 36 lower-case characters (`SSO-TOK-001`).
///
/// It is not printed, is wiped when dropped, and is stored as its [`Digest`] only.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct TokenText(Zeroizing<String>);

impl TokenText {
    /// Makes a token of 16 random bytes.
    pub(crate) fn generate(entropy: [u8; 16]) -> Self {
        let uuid = uuid::Builder::from_random_bytes(entropy).into_uuid();
        Self(Zeroizing::new(uuid.hyphenated().to_string()))
    }

    /// Parses a token; none if its shape is wrong.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let uuid = uuid::Uuid::try_parse(text).ok()?;
        let mut canonical = [0; uuid::fmt::Hyphenated::LENGTH];
        let valid = uuid.get_version_num() == 4
            && uuid.get_variant() == uuid::Variant::RFC4122
            && uuid.hyphenated().encode_lower(&mut canonical) == text;
        valid.then(|| Self(Zeroizing::new(text.into())))
    }

    /// Returns the digest that is stored in place of the token.
    pub(crate) fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }

    /// Returns the token itself, for the answer.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenText(..)")
    }
}
