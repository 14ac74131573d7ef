//! The members of a command, read strictly (`SSO-OPS-006`).

use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::operator::parse::{COMMANDS, Kind};
use crate::operator::refusal::Refusal;
use crate::request::reader::Reader;

/// The members of a command that is known. Each is of its JSON type, and none that is required is missing.
pub(super) struct Members {
    command: Kind,
    values: Vec<(&'static str, Value)>,
}

/// The value of a member.
enum Value {
    Text(Zeroizing<String>),
    /// None for a number that is not an integer from 0 to 2^64-1, and so outside every bound.
    Number(Option<u64>),
    Boolean(bool),
    Texts(Vec<Zeroizing<String>>),
    /// What no member is: an object, or an array of other things than texts.
    Other,
}

/// The JSON type of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Number,
    Boolean,
    Texts,
}

impl Type {
    /// What a message says of a member that is of a different one.
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::Text => "must be a string",
            Self::Number => "must be a number",
            Self::Boolean => "must be true or false",
            Self::Texts => "must be an array of strings",
        }
    }
}

/// A member that a command has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) name: &'static str,
    of: Type,
    pub(super) is_required: bool,
}

pub(super) const fn required(name: &'static str, of: Type) -> Member {
    Member { name, of, is_required: true }
}

pub(super) const fn optional(name: &'static str, of: Type) -> Member {
    Member { name, of, is_required: false }
}

impl Members {
    /// Reads a command. A member that is `null` counts as absent.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        let written = read_object(text).ok_or(Refusal::Malformed)?;
        let command = written.iter().find(|(name, _)| name == "command");
        let command = match command {
            Some((_, Some(Value::Text(command)))) => Kind::parse(command),
            _ => None,
        };
        let (command, members) = command
            .and_then(|kind| COMMANDS.iter().find(|(known, _)| *known == kind))
            .ok_or(Refusal::UnknownCommand)?;
        let mut values = Vec::new();
        for (name, value) in written.into_iter().filter(|(name, _)| name != "command") {
            let member = members.iter().find(|member| member.name == name);
            let member = member.ok_or(Refusal::UnknownMember(members))?;
            if let Some(value) = value {
                if !value.is_of(member.of) {
                    return Err(Refusal::WrongType(member.name, member.of));
                }
                values.push((member.name, value));
            }
        }
        let is_missing = |member: &&Member| {
            member.is_required && values.iter().all(|(it, _)| *it != member.name)
        };
        if let Some(member) = members.iter().find(is_missing) {
            return Err(Refusal::Missing(member.name));
        }
        let required = members.iter().filter(|member| member.is_required).count();
        if matches!(command, Kind::SetCompany | Kind::SetUser) && values.len() == required {
            return Err(Refusal::NothingToSet);
        }
        Ok(Self { command: *command, values })
    }

    pub(super) const fn command(&self) -> Kind {
        self.command
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.values.iter().find_map(|(known, value)| (*known == name).then_some(value))
    }

    /// Parses a required text.
    pub(super) fn text<T>(
        &self,
        name: &'static str,
        bounds: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Refusal> {
        self.optional_text(name, bounds, parse)?.ok_or(Refusal::Missing(name))
    }

    /// Parses a text, if it is there.
    pub(super) fn optional_text<T>(
        &self,
        name: &'static str,
        bounds: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        match self.value(name) {
            Some(Value::Text(text)) => parse(text).map(Some).ok_or(Refusal::invalid(name, bounds)),
            Some(_) | None => Ok(None),
        }
    }

    /// Parses a required number.
    pub(super) fn number<T>(
        &self,
        name: &'static str,
        bounds: &'static str,
        parse: impl FnOnce(u64) -> Option<T>,
    ) -> Result<T, Refusal> {
        self.optional_number(name, bounds, parse)?.ok_or(Refusal::Missing(name))
    }

    /// Parses a number, if it is there.
    pub(super) fn optional_number<T>(
        &self,
        name: &'static str,
        bounds: &'static str,
        parse: impl FnOnce(u64) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        match self.value(name) {
            Some(Value::Number(number)) => {
                number.and_then(parse).map(Some).ok_or(Refusal::invalid(name, bounds))
            }
            Some(_) | None => Ok(None),
        }
    }

    /// Returns a boolean, if it is there.
    pub(super) fn boolean(&self, name: &str) -> Option<bool> {
        match self.value(name) {
            Some(Value::Boolean(value)) => Some(*value),
            Some(_) | None => None,
        }
    }

    /// Returns an array of texts, if it is there.
    pub(super) fn texts(&self, name: &str) -> Option<&[Zeroizing<String>]> {
        match self.value(name) {
            Some(Value::Texts(texts)) => Some(texts),
            Some(_) | None => None,
        }
    }
}

impl Value {
    const fn is_of(&self, expected: Type) -> bool {
        match self {
            Self::Text(_) => matches!(expected, Type::Text),
            Self::Number(_) => matches!(expected, Type::Number),
            Self::Boolean(_) => matches!(expected, Type::Boolean),
            Self::Texts(_) => matches!(expected, Type::Texts),
            Self::Other => false,
        }
    }
}

/// Reads an object of different members; the value of a member is none if it is `null`.
fn read_object(text: &str) -> Option<Vec<(String, Option<Value>)>> {
    let mut members: Vec<(String, Option<Value>)> = Vec::new();
    let mut reader = Reader::new(text);
    reader.object(|reader, name| {
        let is_new = members.iter().all(|(known, _)| *known != *name);
        members.push((is_new.then(|| (*name).into())?, read_value(reader)?));
        Some(())
    })?;
    reader.is_done().then_some(members)
}

fn read_value(reader: &mut Reader<'_>) -> Option<Option<Value>> {
    Some(Some(match reader.peek()? {
        b'n' => {
            reader.literal("null")?;
            return Some(None);
        }
        b'"' => Value::Text(reader.string()?.into()),
        b't' | b'f' => Value::Boolean(reader.boolean()?),
        b'[' | b'{' => {
            let start = *reader;
            match read_texts(reader) {
                Some(texts) => Value::Texts(texts),
                None => {
                    *reader = start;
                    reader.skip()?;
                    Value::Other
                }
            }
        }
        _ => Value::Number(reader.number()?.parse().ok()),
    }))
}

fn read_texts(reader: &mut Reader<'_>) -> Option<Vec<Zeroizing<String>>> {
    reader.expect(b'[')?;
    let (mut texts, mut is_first) = (Vec::new(), true);
    while reader.has_next(&mut is_first, b']')? {
        texts.push(reader.string()?.into());
    }
    Some(texts)
}
