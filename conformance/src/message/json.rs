//! JSON as it was sent: members keep their order, and one that occurs twice is seen twice.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, its escapes decoded.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object: every member in the order sent.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Parses one JSON text in UTF-8 with nothing after it.
    ///
    /// # Errors
    ///
    /// Returns what is wrong and where, without quoting the text.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(text).map_err(|error| error.to_string())
    }

    /// The members of an object; of anything else, none.
    pub fn members(&self) -> &[(String, Self)] {
        if let Self::Object(members) = self { members } else { &[] }
    }

    /// The first member of this name.
    pub fn member(&self, name: &str) -> Option<&Self> {
        let mut members = self.members().iter();
        members.find_map(|(known, value)| (known == name).then_some(value))
    }

    /// The first member name that occurs more than once, here or deeper.
    pub fn duplicate(&self) -> Option<&str> {
        // Few names are compared faster than they are sorted.
        const FEW: usize = 24;
        let (members, mut seen) = (self.members(), BTreeSet::new());
        for (at, (name, value)) in members.iter().enumerate() {
            let again = if members.len() <= FEW {
                members.iter().take(at).any(|(before, _)| before == name)
            } else {
                !seen.insert(name)
            };
            if again {
                return Some(name);
            }
            if let Some(name) = value.duplicate() {
                return Some(name);
            }
        }
        if let Self::Array(items) = self {
            return items.iter().find_map(Self::duplicate);
        }
        None
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The value of an integer that is not negative.
    pub fn as_u64(&self) -> Option<u64> {
        if let Self::Number(number) = self { number.as_u64() } else { None }
    }

    /// The kind of value, for a sentence.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// A scalar as it is, anything else by its kind.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null | Self::Array(_) | Self::Object(_) => f.write_str(self.kind()),
            Self::Bool(value) => write!(f, "`{value}`"),
            Self::Number(value) => write!(f, "`{value}`"),
            Self::String(value) => write!(f, "`\"{value}\"`"),
        }
    }
}

/// Returns the position of the first white space outside a string.
pub(crate) fn white_space(json: &[u8]) -> Option<usize> {
    let (mut at, mut in_string) = (0, false);
    for piece in json.split(|byte| *byte == b'"') {
        if in_string {
            let escapes = piece.iter().rev().take_while(|byte| **byte == b'\\').count();
            in_string = escapes % 2 == 1;
        } else if let Some(found) = piece.iter().position(u8::is_ascii_whitespace) {
            return Some(at + found);
        } else {
            in_string = true;
        }
        at += piece.len() + 1;
    }
    None
}

/// The JSON with each member and item on a line of its own, and otherwise as it was sent: its strings stay escaped.
pub(crate) fn indented(json: &str) -> String {
    let (mut outside, mut depth) = (outside_strings(), 0);
    let (mut text, mut opened) = (String::new(), false);
    let line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    };
    for character in json.chars() {
        // What is outside of ASCII is in strings.
        let outside = outside(u8::try_from(character).unwrap_or(b'x'));
        if outside && character.is_ascii_whitespace() {
            continue;
        }
        let closes = outside && matches!(character, '}' | ']');
        if closes {
            depth = usize::saturating_sub(depth, 1);
        }
        if opened != closes {
            line(&mut text, depth);
        }
        text.push(character);
        match character {
            '{' | '[' if outside => depth += 1,
            ',' if outside => line(&mut text, depth),
            ':' if outside => text.push(' '),
            _ => (),
        }
        opened = outside && matches!(character, '{' | '[');
    }
    text
}

/// Tells of each byte of a JSON text, in their order, whether it is outside of strings.
fn outside_strings() -> impl FnMut(u8) -> bool {
    let (mut in_string, mut escaped) = (false, false);
    move |byte| {
        let outside = !in_string;
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            _ => (),
        }
        outside
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element()? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Json, A::Error> {
        // As many as the longest object of the format has.
        let mut members = Vec::with_capacity(14);
        while let Some(member) = from.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_duplicates_are_seen() {
        let json = Json::parse(br#"{"b":1,"a":[{"c":1,"c":2}]}"#).unwrap();
        let names: Vec<_> = json.members().iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["b", "a"]);
        assert_eq!(json.duplicate(), Some("c"));
    }

    #[test]
    fn white_space_counts_outside_strings_only() {
        assert_eq!(white_space(br#"{"a b":"\" c\\"}"#), None);
        assert_eq!(white_space(br#"{"a":" ", "b":1}"#), Some(9));
        assert_eq!(white_space(b"{}\n"), Some(2));
    }

    #[test]
    fn indented_json_is_what_was_sent_with_other_white_space() {
        insta::assert_snapshot!(indented(r#" {"a" :[1,{"b":"\u0041, {\""}],"ü":{ },"c":[]}"#), @r#"
        {
          "a": [
            1,
            {
              "b": "\u0041, {\""
            }
          ],
          "ü": {},
          "c": []
        }
        "#);
    }

    #[test]
    fn what_is_not_a_json_text_is_refused_without_being_quoted() {
        for text in [&b"{"[..], b"{} {}", b"\xff", b"", b"\"\\ud800\"", b"secret"] {
            let error = Json::parse(text).unwrap_err();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
