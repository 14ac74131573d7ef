//! Decodes forms and JSON strictly: a text that a lossy decoder would repair, or merge with a different one, is refused
//! (`SSO-REQ-005`).

use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::Error;
use crate::request::fields::{Fields, Value};
use crate::request::reader::Reader;

/// Decodes `application/x-www-form-urlencoded`, which is the format of a query as well.
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
                (high * 16 + low) as u8
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
    let mut reader = Reader::new(text);
    let members = reader.object(|reader, name| {
        let value = match reader.peek()? {
            b'"' => Value::Text(reader.string()?.into()),
            _ => {
                reader.skip()?;
                Value::NotText
            }
        };
        fields.push(&name, value);
        Some(())
    });
    members.filter(|()| reader.is_done()).ok_or(Error::Malformed)
}
