//! Deserializes JSON from a host, and says which member is wrong and what was expected, never what was there.
//!
//! serde_json only writes. Its reader, with messages that are never shown, would add a third to the wasm that ships.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Expected, IntoDeserializer, Unexpected, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

use crate::request::reader::Reader;

/// Deserializes one JSON object. Returns none if the text is not well-formed or does not describe a `T`.
///
/// A text with a lone surrogate is not well-formed. Every member of a struct must be there, one that may be `null` too.
#[must_use]
pub fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(&mut Object::parse(text)?.reader()).ok()
}

/// A JSON object that is well-formed. What its members are is not known yet.
#[derive(Clone, Copy)]
pub(crate) struct Object<'a> {
    text: &'a str,
}

impl<'a> Object<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut reader = Reader::new(text);
        let is_object = reader.peek() == Some(b'{');
        reader.skip()?;
        (is_object && reader.is_done()).then_some(Self { text })
    }

    fn reader(self) -> Reader<'a> {
        Reader::new(self.text)
    }

    /// Deserializes the member of this name, which must occur once.
    pub(crate) fn member<T: DeserializeOwned>(self, name: &'static str) -> Result<T, Misfit> {
        let mut value = self.value(name).unwrap_or(Reader::new(""));
        T::deserialize(&mut value).map_err(|misfit| misfit.within(name))
    }

    /// Deserializes the member of this name, which may be `null` or absent.
    pub(crate) fn optional<T: DeserializeOwned>(
        self,
        name: &'static str,
    ) -> Result<Option<T>, Misfit> {
        match self.value(name) {
            None => Ok(None),
            Some(mut value) => Option::deserialize(&mut value).map_err(|it| it.within(name)),
        }
    }

    /// Returns whether the object has no other members than these.
    pub(crate) fn has_only(self, names: &[&str]) -> bool {
        let mut has_only = true;
        self.reader().object(|reader, name| {
            has_only &= names.contains(&name);
            reader.skip()
        });
        has_only
    }

    /// Returns the position of a member's value. A member that occurs twice has a value that cannot be read.
    fn value(self, name: &str) -> Option<Reader<'a>> {
        let mut value = None;
        self.reader().object(|reader, each| {
            if each == name {
                value = Some(value.map_or(*reader, |_| Reader::new("")));
            }
            reader.skip()
        });
        value
    }
}

/// A member that is not there or not of its type, and what was expected in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// The path of the member, such as `key.id`; empty for the value as a whole.
    pub(crate) member: String,
    pub(crate) expected: String,
}

impl Misfit {
    pub(crate) fn new(expected: impl Into<String>) -> Self {
        Self { member: String::new(), expected: expected.into() }
    }

    fn within(mut self, name: &str) -> Self {
        let separator = if self.member.is_empty() { "" } else { "." };
        self.member = [name, separator, &self.member].concat();
        self
    }

    /// Says that `null` would have done as well, if the value as a whole is the wrong one.
    fn or_null(mut self) -> Self {
        if self.member.is_empty() {
            self.expected.push_str(" or null");
        }
        self
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` must be {}", self.member, self.expected)
    }
}

impl core::error::Error for Misfit {}

/// INVARIANT: nothing that was read gets into the error.
impl de::Error for Misfit {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::new("a different value")
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(expected.to_string())
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(expected.to_string())
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::new(expected.to_string())
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::new("a different value")
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::new("no further members")
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new("a value").within(name)
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::new("a single value").within(name)
    }
}

/// Deserializes the members of records and replies. Each type says what it reads, so there is no `deserialize_any`.
impl<'de> de::Deserializer<'de> for &mut Reader<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Misfit> {
        Err(Misfit::new("a different value"))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_bool(self.boolean().ok_or_else(|| Misfit::new("a boolean"))?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let number = self.number().and_then(|number| number.parse().ok());
        visitor.visit_u64(number.ok_or_else(|| Misfit::new("an integer"))?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let number = self.number().and_then(|number| number.parse().ok());
        visitor.visit_u32(number.ok_or_else(|| Misfit::new("an integer from 0 to 4294967295"))?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let mut string = self.string().ok_or_else(|| Misfit::new("a string"))?;
        visitor.visit_string(core::mem::take(&mut *string))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.peek() {
            Some(b'n') => {
                self.literal(b"null");
                visitor.visit_none()
            }
            _ => visitor.visit_some(self).map_err(Misfit::or_null),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.expect(b'[').ok_or_else(|| Misfit::new("an array"))?;
        visitor.visit_seq(Items { reader: self, count: 0 })
    }

    /// Reads an object only. The types that derive `Deserialize` would take an array of the members as well.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.expect(b'{').ok_or_else(|| Misfit::new("an object"))?;
        let missing = names.iter().rev().copied().collect();
        visitor.visit_map(Members { reader: Some(self), is_first: true, missing, name: "" })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.skip();
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 f32 f64 char str bytes byte_buf unit unit_struct tuple tuple_struct map enum identifier
    }
}

/// The rest of an array.
struct Items<'r, 'a> {
    reader: &'r mut Reader<'a>,
    count: usize,
}

impl<'de> de::SeqAccess<'de> for Items<'_, '_> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Misfit> {
        // The text is well-formed, so nothing else can follow than an item or the end.
        match self.reader.has_next(&mut (self.count == 0), b']') {
            Some(true) => {
                self.count += 1;
                seed.deserialize(&mut *self.reader)
                    .map(Some)
                    .map_err(|misfit| misfit.within(&(self.count - 1).to_string()))
            }
            Some(false) | None => Ok(None),
        }
    }
}

/// The members of an object. Those that are not there follow the others, with a value that cannot be read as anything: so the
/// type of a missing member says what was expected.
struct Members<'r, 'a> {
    /// None once the object has ended.
    reader: Option<&'r mut Reader<'a>>,
    is_first: bool,
    /// The names that were not read yet.
    missing: Vec<&'static str>,
    /// The name of the member whose value comes next.
    name: &'static str,
}

impl<'de> de::MapAccess<'de> for Members<'_, '_> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        if let Some(reader) = &mut self.reader {
            if reader.has_next(&mut self.is_first, b'}') == Some(true) {
                let name = reader.name().unwrap_or_default();
                let known = self.missing.iter().position(|missing| *missing == *name);
                self.name = known.map(|at| self.missing.remove(at)).unwrap_or_default();
                return seed.deserialize(name.as_str().into_deserializer()).map(Some);
            }
            self.reader = None;
        }
        let Some(name) = self.missing.pop() else { return Ok(None) };
        self.name = name;
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        match &mut self.reader {
            Some(reader) => seed.deserialize(&mut **reader),
            None => seed.deserialize(&mut Reader::new("")),
        }
        .map_err(|misfit| misfit.within(self.name))
    }
}
