//! Bytes as lower-case hexadecimal digits, their form in JSON.

use alloc::string::String;
use core::fmt;

use serde::{Deserializer, Serializer, ser};

use crate::value::text;

pub(crate) fn write(bytes: &[u8], out: &mut impl fmt::Write) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
}

pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    let mut digits = String::new();
    write(bytes, &mut digits).map_err(ser::Error::custom)?;
    serializer.serialize_str(&digits)
}

pub(crate) fn deserialize<'de, const N: usize, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<[u8; N], D::Error> {
    text::deserialize(deserializer, "lower-case hexadecimal digits", parse)
}

pub(crate) fn parse<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let mut digits = text.bytes();
    for byte in &mut bytes {
        *byte = nibble(digits.next()?)? * 16 + nibble(digits.next()?)?;
    }
    digits.next().is_none().then_some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
