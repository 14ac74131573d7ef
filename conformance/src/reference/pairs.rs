//! Fields as names and values in the order sent, those that occur twice included.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::message::escape::{escape, json_string};

/// Names and values; in a form every value is a string.
pub(crate) type Pairs = Vec<(String, Value)>;

/// Decodes a form; nothing unless all of it can be decoded.
pub(crate) fn read_form(form: &[u8]) -> Option<Pairs> {
    let pairs = form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let mut half = || {
            let bytes = unescape(halves.next().unwrap_or_default())?;
            String::from_utf8(bytes).ok()
        };
        Some((half()?, half()?.into()))
    });
    pairs.collect()
}

/// Decodes what is percent-encoded; nothing if an escape is broken.
pub(crate) fn unescape(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = text.iter();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(*bytes.next()?).to_digit(16);
                u8::try_from(digit()? << 4 | digit()?).ok()?
            }
            byte => *byte,
        });
    }
    Some(decoded)
}

pub(crate) fn write_form(pairs: &Pairs) -> Vec<u8> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pairs =
        pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(&text(value))));
    pairs.collect::<Vec<_>>().join("&").into_bytes()
}

/// Decodes a JSON object; nothing if it is not an object.
pub(crate) fn read_json(body: &[u8]) -> Option<Pairs> {
    serde_json::from_slice(body).ok().map(|Members(pairs)| pairs)
}

pub(crate) fn write_json(pairs: &Pairs) -> Vec<u8> {
    let members = pairs.iter().map(|(name, value)| format!("{}:{value}", json_string(name)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(",")).into_bytes()
}

/// An object whose members may occur twice.
struct Members(Pairs);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Object)
    }
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Members;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Members, A::Error> {
        let mut pairs = Pairs::new();
        while let Some(pair) = from.next_entry()? {
            pairs.push(pair);
        }
        Ok(Members(pairs))
    }
}
