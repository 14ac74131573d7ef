//! Deserializes JSON from a host, and says which member is wrong and what was expected, never what was there.
//!
//! serde_json only writes. Its reader, with messages that are never shown, would add a third to the wasm that ships.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Expected, IntoDeserializer, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::request::reader::{Reader, Text};

/// Deserializes one JSON object. Returns none if the text is not well-formed or does not describe a `T`.
///
/// A text with a lone surrogate is not well-formed. Every member of a struct must be there, one that may be `null` too. It reads what
/// says by its type which members it has: records and events. Calls and replies are told apart by a member, so they are read by a
/// format that describes itself, such as `serde_json`.
#[must_use]
pub fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    Object::parse(text)?;
    T::deserialize(&mut Reader::new(text)).ok()
}

/// A JSON object that is well-formed. The types of its members are not known yet.
pub(crate) struct Object<'a> {
    /// The names with the positions of the values.
    members: Vec<(Text<'a>, Reader<'a>)>,
}

impl<'a> Object<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut members = Vec::new();
        let mut reader = Reader::new(text);
        reader.object(|reader, name| {
            members.push((name, *reader));
            reader.skip()
        })?;
        reader.is_done().then_some(Self { members })
    }

    /// Deserializes the member of this name, which must occur once.
    pub(crate) fn member<T: DeserializeOwned>(&self, name: &'static str) -> Result<T, Misfit> {
        T::deserialize(&mut self.value(name)).map_err(|misfit| misfit.within(name))
    }

    /// Deserializes the member of this name, which may be `null` or absent.
    pub(crate) fn optional<T: DeserializeOwned>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, Misfit> {
        if self.names().all(|each| each != name) { Ok(None) } else { self.member(name) }
    }

    /// Returns the names of the members.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| &**name)
    }

    /// Returns the position of a member's value. One that is absent or occurs twice has a value that cannot be read as anything.
    fn value(&self, name: &str) -> Reader<'a> {
        let mut values = self.members.iter().filter(|(each, _)| **each == *name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => *value,
            _ => Reader::new(""),
        }
    }
}

/// A member that is not there or not of its type, and what was expected in its place.
#[derive(Debug)]
pub(crate) struct Misfit(Box<Parts>);

#[derive(Debug)]
struct Parts {
    /// The path of the member, such as `key.id`; empty for the value as a whole.
    member: String,
    expected: String,
}

// Each of these is called from many places that read a value, and seldom.
impl Misfit {
    #[cold]
    #[inline(never)]
    fn new(expected: &dyn fmt::Display) -> Self {
        Self(Box::new(Parts { member: String::new(), expected: expected.to_string() }))
    }

    #[cold]
    #[inline(never)]
    fn within(mut self, name: &str) -> Self {
        let Parts { member, .. } = &mut *self.0;
        let separator = if member.is_empty() { "" } else { "." };
        *member = [name, separator, member].concat();
        self
    }

    /// Says that `null` would have done as well, if the value as a whole is the wrong one.
    #[cold]
    #[inline(never)]
    fn or_null(mut self) -> Self {
        if self.0.member.is_empty() {
            self.0.expected.push_str(" or null");
        }
        self
    }

    /// Returns the path of the member, and what was expected.
    pub(crate) fn into_parts(self) -> (String, String) {
        let Parts { member, expected } = *self.0;
        (member, expected)
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` must be {}", self.0.member, self.0.expected)
    }
}

impl core::error::Error for Misfit {}

/// INVARIANT: nothing that was read gets into the error.
impl de::Error for Misfit {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::new(&"a different value")
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(&expected)
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(&expected)
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::new(&expected)
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::new(&"a different value")
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::new(&"no further members")
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(&"a value").within(name)
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::new(&"a single value").within(name)
    }
}

/// Deserializes the members of records and replies. Each type says what it reads, so there is no `deserialize_any`.
impl<'de> de::Deserializer<'de> for &mut Reader<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Misfit> {
        Err(Misfit::new(&"a different value"))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_bool(self.boolean().ok_or_else(|| Misfit::new(&"a boolean"))?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let number = self.number().and_then(|number| number.parse().ok());
        visitor.visit_u64(number.ok_or_else(|| Misfit::new(&"an integer"))?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let number = self.number().and_then(|number| number.parse().ok());
        visitor.visit_u32(number.ok_or_else(|| Misfit::new(&"an integer from 0 to 4294967295"))?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.string().ok_or_else(|| Misfit::new(&"a string"))? {
            Text::Plain(text) => visitor.visit_str(text),
            Text::Unescaped(mut text) => visitor.visit_string(core::mem::take(&mut *text)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.peek() {
            Some(b'n') => {
                self.literal("null");
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
        self.expect(b'[').ok_or_else(|| Misfit::new(&"an array"))?;
        visitor.visit_seq(Items { reader: self, count: 0 })
    }

    /// Reads an object only. The types that derive `Deserialize` would take an array of the members as well.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.expect(b'{').ok_or_else(|| Misfit::new(&"an object"))?;
        visitor.visit_map(Members { reader: Some(self), is_first: true, names, read: 0, name: "" })
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
    /// The names of the members that the type has.
    names: &'static [&'static str],
    /// A bit for each of them that was read.
    read: u64,
    /// The name of the member whose value comes next.
    name: &'static str,
}

impl Members<'_, '_> {
    /// Reads the next name. Returns its index in `names`, which is as large as can be for an unknown one.
    #[inline(never)]
    fn next_index(&mut self) -> Option<usize> {
        if let Some(reader) = &mut self.reader {
            if reader.has_next(&mut self.is_first, b'}') == Some(true) {
                let name = reader.name();
                let known = self.index(|at| self.names.get(at).copied() == name.as_deref());
                return Some(known.unwrap_or(usize::MAX));
            }
            self.reader = None;
        }
        self.index(|at| self.read & 1 << at == 0)
    }

    fn index(&self, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        (0..self.names.len()).find(|at| is_it(*at))
    }
}

impl<'de> de::MapAccess<'de> for Members<'_, '_> {
    type Error = Misfit;

    /// Names a member by its index, which is what the types that derive `Deserialize` take as well.
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        let Some(index) = self.next_index() else { return Ok(None) };
        self.name = self.names.get(index).copied().unwrap_or_default();
        self.read |= 1_u64.checked_shl(index as u32).unwrap_or_default();
        seed.deserialize((index as u64).into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let mut nothing = Reader::new("");
        seed.deserialize(self.reader.as_deref_mut().unwrap_or(&mut nothing))
            .map_err(|misfit| misfit.within(self.name))
    }
}
