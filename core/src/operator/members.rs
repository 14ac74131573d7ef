//! The members of a command, read strictly (`SSO-OPS-006`).

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::operator::refusal::Refusal;
use crate::request::reader::Reader;
use crate::value::word::words;

words! {
    /// A command by its name.
    pub(super) enum Kind {
        AddCompany = "add_company",
        ListCompanies = "list_companies",
        SetCompanyStatus = "set_company_status",
        SetCompany = "set_company",
        IssueKey = "issue_key",
        RotateKey = "rotate_key",
        ListKeys = "list_keys",
        SetKeyStatus = "set_key_status",
        AddUser = "add_user",
        ListUsers = "list_users",
        SetUserStatus = "set_user_status",
        SetUserManager = "set_user_manager",
        SetUser = "set_user",
        CountHashes = "count_hashes",
        DisableHashes = "disable_hashes",
        SetProduct = "set_product",
        Purge = "purge",
    }
}

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
}

/// The JSON type of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Text,
    Number,
    Boolean,
    Texts,
}

/// A member that a command has.
#[derive(Clone, Copy)]
struct Member {
    name: &'static str,
    of: Type,
    is_required: bool,
}

const fn required(name: &'static str, of: Type) -> Member {
    Member { name, of, is_required: true }
}

const fn optional(name: &'static str, of: Type) -> Member {
    Member { name, of, is_required: false }
}

const COMPANY: Member = required("companyEmail", Type::Text);
const USER: Member = required("userEmail", Type::Text);
const KEY: Member = required("keyId", Type::Number);
const STATUS: Member = required("status", Type::Text);
const END: Member = optional("expiresAt", Type::Number);
const AFTER: Member = optional("after", Type::Number);
const LIMIT: Member = optional("limit", Type::Number);

/// The commands with their members, as the table of `spec/README.md` lists them.
const COMMANDS: &[(Kind, &[Member])] = &[
    (
        Kind::AddCompany,
        &[
            required("name", Type::Text),
            required("domain", Type::Text),
            required("email", Type::Text),
            optional("products", Type::Texts),
            optional("accountType", Type::Text),
        ],
    ),
    (Kind::ListCompanies, &[AFTER, LIMIT]),
    (Kind::SetCompanyStatus, &[COMPANY, STATUS]),
    (
        Kind::SetCompany,
        &[
            COMPANY,
            optional("name", Type::Text),
            optional("accountType", Type::Text),
            optional("domainOwnershipVerified", Type::Boolean),
            optional("domainMxVerified", Type::Boolean),
        ],
    ),
    (Kind::IssueKey, &[COMPANY, END]),
    (Kind::RotateKey, &[COMPANY, KEY, END, optional("keep", Type::Boolean)]),
    (Kind::ListKeys, &[COMPANY, AFTER, LIMIT]),
    (Kind::SetKeyStatus, &[COMPANY, KEY, STATUS]),
    (Kind::AddUser, &[COMPANY, USER, required("password", Type::Text)]),
    (Kind::ListUsers, &[COMPANY, AFTER, LIMIT]),
    (Kind::SetUserStatus, &[COMPANY, USER, STATUS]),
    (Kind::SetUserManager, &[COMPANY, USER, required("managedBy", Type::Text)]),
    (
        Kind::SetUser,
        &[
            COMPANY,
            USER,
            optional("loginId", Type::Text),
            optional("displayName", Type::Text),
            optional("isCreator", Type::Boolean),
            optional("isCompanyAdmin", Type::Boolean),
            optional("permissions", Type::Texts),
        ],
    ),
    (Kind::CountHashes, &[COMPANY, AFTER, LIMIT]),
    (Kind::DisableHashes, &[COMPANY, required("kind", Type::Text), AFTER, LIMIT]),
    (
        Kind::SetProduct,
        &[
            required("name", Type::Text),
            required("launchUrl", Type::Text),
            optional("overlap", Type::Number),
        ],
    ),
    (Kind::Purge, &[]),
];

impl Members {
    /// Reads a command. A member that is `null` counts as absent.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        let written = read_object(text).ok_or(Refusal::Malformed)?;
        let command = written.iter().find(|(name, _)| name == "command");
        let Some((_, Some(Value::Text(command)))) = command else {
            return Err(Refusal::Malformed);
        };
        let (command, members) = COMMANDS
            .iter()
            .find(|(known, _)| known.as_str() == command.as_str())
            .ok_or(Refusal::Malformed)?;
        let mut values = Vec::new();
        for (name, value) in written.into_iter().filter(|(name, _)| name != "command") {
            let member =
                members.iter().find(|member| member.name == name).ok_or(Refusal::Malformed)?;
            if let Some(value) = value {
                if value.type_of() != member.of {
                    return Err(Refusal::Malformed);
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
            Some(Value::Number(_) | Value::Boolean(_) | Value::Texts(_)) | None => Ok(None),
        }
    }

    /// Parses a required text that is one of a few words.
    pub(super) fn word<T>(
        &self,
        name: &'static str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Refusal> {
        self.text(name, "", |text| Some(parse(text)))?
            .ok_or_else(|| Refusal::Invalid(name, Cow::Owned(format!("must be {expected}"))))
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
            Some(Value::Text(_) | Value::Boolean(_) | Value::Texts(_)) | None => Ok(None),
        }
    }

    /// Returns a boolean, if it is there.
    pub(super) fn boolean(&self, name: &str) -> Option<bool> {
        match self.value(name) {
            Some(Value::Boolean(value)) => Some(*value),
            Some(Value::Text(_) | Value::Number(_) | Value::Texts(_)) | None => None,
        }
    }

    /// Returns an array of texts, if it is there.
    pub(super) fn texts(&self, name: &str) -> Option<&[Zeroizing<String>]> {
        match self.value(name) {
            Some(Value::Texts(texts)) => Some(texts),
            Some(Value::Text(_) | Value::Number(_) | Value::Boolean(_)) | None => None,
        }
    }
}

impl Value {
    const fn type_of(&self) -> Type {
        match self {
            Self::Text(_) => Type::Text,
            Self::Number(_) => Type::Number,
            Self::Boolean(_) => Type::Boolean,
            Self::Texts(_) => Type::Texts,
        }
    }
}

/// Reads an object of different members; the value of a member is none if it is `null`.
fn read_object(text: &str) -> Option<Vec<(String, Option<Value>)>> {
    let mut members: Vec<(String, Option<Value>)> = Vec::new();
    let mut reader = Reader::new(text);
    reader.object(|reader, name| {
        let is_new = members.iter().all(|(known, _)| known != name);
        members.push((is_new.then(|| name.into())?, read_value(reader)?));
        Some(())
    })?;
    reader.is_done().then_some(members)
}

fn read_value(reader: &mut Reader<'_>) -> Option<Option<Value>> {
    Some(Some(match reader.peek()? {
        b'n' => {
            reader.literal(b"null")?;
            return Some(None);
        }
        b'"' => Value::Text(reader.string()?),
        b't' | b'f' => Value::Boolean(reader.boolean()?),
        b'[' => Value::Texts(read_texts(reader)?),
        _ => Value::Number(reader.number()?.parse().ok()),
    }))
}

fn read_texts(reader: &mut Reader<'_>) -> Option<Vec<Zeroizing<String>>> {
    reader.expect(b'[')?;
    let (mut texts, mut is_first) = (Vec::new(), true);
    while reader.has_next(&mut is_first, b']')? {
        texts.push(reader.string()?);
    }
    Some(texts)
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;
    use std::format;

    use super::{COMMANDS, Member};

    /// The first column of the table of commands, and the names in the second, with `?` where one may be absent.
    fn table() -> Vec<(String, Vec<String>)> {
        let spec = include_str!("../../../spec/README.md");
        let rows = spec.lines().skip_while(|line| !line.starts_with("| command |")).skip(2);
        let without_parentheses = |cell: &str| -> String {
            cell.split('(')
                .map(|part| part.split_once(')').map_or(part, |(_, rest)| rest))
                .collect()
        };
        let row = |line: &str| {
            let mut cells = line.split('|').map(str::trim).skip(1);
            let command = cells.next().unwrap().replace('`', "");
            let members = without_parentheses(cells.next().unwrap());
            let names = members.split(',').map(str::trim).filter(|name| name.starts_with('`'));
            (command, names.map(|name| name.replace('`', "")).collect())
        };
        rows.take_while(|line| line.starts_with('|')).map(row).collect()
    }

    // proves: SSO-OPS-006
    #[test]
    fn the_commands_are_those_of_the_spec_with_their_members() {
        let name = |member: &Member| {
            format!("{}{}", member.name, if member.is_required { "" } else { "?" })
        };
        let commands: Vec<(String, Vec<String>)> = COMMANDS
            .iter()
            .map(|(command, members)| (command.as_str().into(), members.iter().map(name).collect()))
            .collect();
        assert_eq!(commands, table());
    }
}
