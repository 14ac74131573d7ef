//! The single-use code of a launch.

use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

use crate::Digest;

const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A code in clear: 256 random bits as 43 base64url digits without padding (`SSO-LAU-003`).
///
/// It is not printed, is wiped when dropped, and is stored as its [`Digest`] only.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct CodeText(Zeroizing<String>);

impl CodeText {
    /// Makes a code of 32 random bytes.
    pub(crate) fn generate(entropy: [u8; 32]) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(43));
        for three in entropy.chunks(3) {
            let bits = three.iter().fold(0_u32, |bits, byte| bits * 256 + u32::from(*byte));
            let bits = bits << (24 - 8 * three.len());
            for digit in 0..=three.len() {
                let index = (bits >> (18 - 6 * digit)) & 63;
                text.extend(BASE64URL.get(index as usize).copied().map(char::from));
            }
        }
        Self(text)
    }

    /// Parses a code; none if its shape is wrong.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let valid = text.len() == 43 && text.bytes().all(|byte| BASE64URL.contains(&byte));
        valid.then(|| Self(Zeroizing::new(text.into())))
    }

    /// Returns the digest that is stored in place of the code.
    pub(crate) fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }

    /// Returns the code itself, for the launch URL.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CodeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeText(..)")
    }
}
