//! Bytes as lower-case hexadecimal digits, their form in JSON.

use serde::{Deserializer, Serializer};

use crate::value::text;

pub(crate) use base16ct::lower::encode_string as digits;

pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&digits(bytes))
}

pub(crate) fn deserialize<'de, const N: usize, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<[u8; N], D::Error> {
    text::deserialize(deserializer, "lower-case hexadecimal digits", parse)
}

pub(crate) fn parse<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let read = base16ct::lower::decode(digits, &mut bytes).ok()?.len();
    (read == N).then_some(bytes)
}
