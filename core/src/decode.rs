//! Form and JSON text, decoded strictly: what a lossy decoder would merge or mend is refused (`SSO-REQ-005`).

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::Error;
use crate::fields::{Fields, Value};

/// Decodes `application/x-www-form-urlencoded`, the format of a query too.
pub(crate) fn form(bytes: &[u8], fields: &mut Fields) -> Result<(), Error> {
    for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut parts = pair.splitn(2, |byte| *byte == b'=');
        let name = unescape(parts.next().unwrap_or_default())?;
        let value = unescape(parts.next().unwrap_or_default())?;
        fields.push(&name, Value::Text(value));
    }
    Ok(())
}

fn unescape(escaped: &[u8]) -> Result<Zeroizing<String>, Error> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(escaped.len()));
    let mut rest = escaped.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(*digit).to_digit(16));
                let (high, low) = digit().zip(digit()).ok_or(Error::Malformed)?;
                (high << 4 | low) as u8
            }
            byte => *byte,
        });
    }
    String::from_utf8(core::mem::take(&mut *bytes))
        .map(Zeroizing::new)
        .map_err(|_| Error::Malformed)
}

/// Decodes `application/json`, one object.
pub(crate) fn json(bytes: &[u8], fields: &mut Fields) -> Result<(), Error> {
    let text = core::str::from_utf8(bytes).map_err(|_| Error::Malformed)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer
        .deserialize_map(Members(fields))
        .and_then(|()| deserializer.end())
        .map_err(|_| Error::Malformed)?;
    if has_lone_surrogate(text) {
        return Err(Error::Malformed);
    }
    Ok(())
}

/// Takes the members of a JSON object in; serde_json sees to the grammar of all of them.
struct Members<'a>(&'a mut Fields);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some((name, raw)) = members.next_entry::<String, &RawValue>()? {
            let text = serde_json::from_str::<String>(raw.get());
            self.0.push(&name, text.map_or(Value::Other, |text| Value::Text(Zeroizing::new(text))));
        }
        Ok(())
    }
}

/// Whether well-formed JSON text has an escaped surrogate without its other half, in whatever string. serde_json does not
/// look into strings that are skipped.
fn has_lone_surrogate(text: &str) -> bool {
    let mut expects_low = false;
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        let unit = match (character, rest.clone().next()) {
            ('\\', Some('u')) => {
                let digits = rest.by_ref().skip(1).take(4);
                digits.fold(0, |unit, digit| unit << 4 | digit.to_digit(16).unwrap_or(0))
            }
            ('\\', Some(_)) => {
                rest.next();
                0
            }
            _ => 0,
        };
        match (expects_low, unit) {
            (true, 0xdc00..=0xdfff) => expects_low = false,
            (false, 0xd800..=0xdbff) => expects_low = true,
            (true, _) | (false, 0xdc00..=0xdfff) => return true,
            (false, _) => {}
        }
    }
    expects_low
}
