//! The partner's key, the only credential of the call.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use crc::{CRC_32_ISO_HDLC, Crc, NoTable};
use zeroize::Zeroizing;

use crate::{Digest, ParseError};

const PREFIX: &str = "ssok_";
const SECRET_DIGITS: usize = 43;
const CHECK_DIGITS: usize = 6;
/// Without a table, which would add a third to the wasm that ships.
const CHECK: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A key of the shape that may be looked up (`SSO-KEY-005`, `SSO-KEY-006`).
///
/// An issued key is `ssok_`, 43 base62 digits of 32 random bytes and 6 base62 digits of a CRC-32, so that a typing error is
/// found before any I/O, and a leaked key by secret scanners. A key of other origin has 22 to 256 printable ASCII
/// characters. A key is not printed, is wiped when dropped, and is stored as its [`Digest`] only (`SSO-KEY-004`).
#[derive(Clone, PartialEq, Eq)]
pub struct SsoKey(Zeroizing<String>);

impl SsoKey {
    /// Makes a new key of 32 random bytes.
    #[must_use]
    pub fn issue(entropy: [u8; 32]) -> Self {
        let mut text = Zeroizing::new(String::from(PREFIX));
        push_base62::<SECRET_DIGITS>(&mut text, entropy);
        let check = CHECK.checksum(text.as_bytes());
        push_base62::<CHECK_DIGITS>(&mut text, check.to_be_bytes());
        Self(text)
    }

    /// Parses a key; none if its shape or its check digits are wrong.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let valid = if text.starts_with(PREFIX) {
            has_check_digits(text)
        } else {
            (22..=256).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        };
        valid.then(|| Self(Zeroizing::new(text.into())))
    }

    /// Returns the digest that is stored and looked up in place of the key.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }

    /// Returns the key itself, to be shown to its owner once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for SsoKey {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).ok_or(ParseError::of_text(
            "must be `ssok_` with 43 digits and their 6 check digits, or 22 to 256 printable ASCII characters",
        ))
    }
}

fn has_check_digits(text: &str) -> bool {
    let Some((head, check)) = text.split_at_checked(PREFIX.len() + SECRET_DIGITS) else {
        return false;
    };
    let mut expected = String::new();
    push_base62::<CHECK_DIGITS>(&mut expected, CHECK.checksum(head.as_bytes()).to_be_bytes());
    head.bytes().skip(PREFIX.len()).all(|byte| byte.is_ascii_alphanumeric()) && check == expected
}

/// Appends a big-endian number as `DIGITS` base62 digits, the most significant first.
fn push_base62<const DIGITS: usize>(text: &mut String, mut number: impl AsMut<[u8]>) {
    let mut digits = [0_u8; DIGITS];
    for digit in digits.iter_mut().rev() {
        let mut remainder = 0_u16;
        for byte in number.as_mut() {
            let dividend = remainder * 256 + u16::from(*byte);
            *byte = (dividend / 62) as u8;
            remainder = dividend % 62;
        }
        *digit = BASE62.get(usize::from(remainder)).copied().unwrap_or_default();
    }
    text.extend(digits.into_iter().map(char::from));
}

impl fmt::Debug for SsoKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SsoKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::SsoKey;

    // 2^256-1 and its CRC-32 in base62, computed by hand with Python's int and zlib.
    #[test]
    fn an_issued_key_holds_all_bits_and_reads_back() {
        let key = SsoKey::issue([0xff; 32]);
        assert_eq!(key.expose(), "ssok_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp12XTxIu");
        assert_eq!(SsoKey::parse(key.expose()), Some(key));
    }
}
