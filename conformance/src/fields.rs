//! The fields of a call, and the three ways to send them.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::operation::Operation;
use crate::request::Request;

/// Names and values in the order in which they are sent. They hold secrets and are not printed.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The value of the first field of this name; empty if there is none.
    pub fn value(&self, name: &str) -> &str {
        let mut fields = self.0.iter();
        let found = fields.find_map(|(known, value)| (known == name).then_some(value));
        found.map_or("", String::as_str)
    }

    /// The same fields with this value in place of that field's; at the end if there was none.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let mut fields = self.0.iter_mut();
        if let Some((_, old)) = fields.find(|(known, _)| known == name) {
            value.clone_into(old);
            self
        } else {
            self.and(name, value)
        }
    }

    /// The same fields and one more at the end, whether or not there is one of this name.
    #[must_use]
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same fields but this one.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    /// `application/x-www-form-urlencoded`, a space as `%20`.
    pub fn form(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.0 {
            let separator = if text.is_empty() { "" } else { "&" };
            text += separator;
            text += &escape(name);
            text += "=";
            text += &escape(value);
        }
        text
    }

    /// A compact JSON object of strings.
    pub fn json(&self) -> String {
        let members: Vec<_> = self.0.iter().map(|(n, v)| json_member(n, v)).collect();
        format!("{{{}}}", members.join(","))
    }
}

/// A way to send the fields of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// GET, the fields in the query.
    Get,
    /// POST, the fields as a form.
    Form,
    /// POST, the fields as a JSON object.
    Json,
}

impl Way {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Get, Self::Form, Self::Json];

    /// The sign-on that sends these fields in this way.
    pub fn request(self, fields: &Fields) -> Request {
        self.to(Operation::SignOn, fields)
    }

    /// The call that sends these fields in this way.
    pub fn to(self, operation: Operation, fields: &Fields) -> Request {
        let request = match self {
            Self::Get => Request::get(fields.form()),
            Self::Form => Request::form(fields.form()),
            Self::Json => Request::json(fields.json()),
        };
        request.to(operation)
    }
}

/// Whether RFC 3986 has it stand for itself everywhere.
pub fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Percent-encodes every byte but those that are unreserved.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if is_unreserved(byte) {
            escaped.push(char::from(byte));
        } else {
            let written = write!(escaped, "%{byte:02X}");
            debug_assert!(written.is_ok(), "a String takes every write");
        }
    }
    escaped
}

/// The text with its percent-escapes decoded, as far as they can be.
pub fn unescape(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let digits = piece.get(..2).map(|digits| u8::from_str_radix(digits, 16));
        if let Some(Ok(byte)) = digits {
            bytes.push(byte);
            bytes.extend(piece.bytes().skip(2));
        } else {
            bytes.push(b'%');
            bytes.extend(piece.bytes());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `"name":"value"`
pub fn json_member(name: &str, value: &str) -> String {
    format!("{}:{}", json_string(name), json_string(value))
}

/// The text as a JSON string with its quotes.
pub fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_escapes_are_decoded_as_far_as_they_can_be() {
        assert_eq!(unescape("a%40b%zz%4%"), "a@b%zz%4%");
    }

    #[test]
    fn fields_keep_their_order_in_both_encodings() {
        let fields = Fields::default().and("b", "x y+\0ü").and("a", "1").and("a", "\"");
        insta::assert_snapshot!(fields.form(), @"b=x%20y%2B%00%C3%BC&a=1&a=%22");
        insta::assert_snapshot!(fields.json(), @r#"{"b":"x y+\u0000ü","a":"1","a":"\""}"#);
        let fields = fields.with("a", "2").without("b");
        insta::assert_snapshot!(fields.form(), @"a=2&a=%22");
    }
}
