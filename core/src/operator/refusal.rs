//! The reasons for which a command does not succeed, as the answer tells them.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;

use crate::operator::members::{Member, Type};
use crate::{Error, ErrorCode};

/// A refusal of a command.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The command is not a JSON object of different members (`SSO-OPS-006`).
    Malformed,
    /// There is no such command, or none is named (`SSO-OPS-006`).
    UnknownCommand,
    /// The command has other members than these alone (`SSO-OPS-006`).
    UnknownMember(&'static [Member]),
    /// A member is not of its JSON type (`SSO-OPS-006`).
    WrongType(&'static str, Type),
    /// A required member is missing.
    Missing(&'static str),
    /// No member that the command could set is there.
    NothingToSet,
    /// A member is outside its bounds (`SSO-OPS-008`).
    Invalid(&'static str, Cow<'static, str>),
    /// No company has registered the address (`SSO-OPS-002`).
    NoCompany,
    /// The company has no such key, or it is revoked (`SSO-OPS-004`, `SSO-OPS-013`).
    NoKey,
    /// The company has no such key, revoked or not (`SSO-OPS-021`).
    NoSuchKey,
    /// The company has no such user (`SSO-OPS-012`).
    NoUser,
    /// The server's product is not set (`SSO-OPS-014`).
    NoProduct,
    /// The domain or the address is taken (`SSO-OPS-007`).
    CompanyExists,
    /// The company has a user with the address already (`SSO-OPS-010`).
    UserExists,
}

impl Refusal {
    pub(super) fn invalid(name: &'static str, bounds: &'static str) -> Self {
        Self::Invalid(name, Cow::Borrowed(bounds))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        use ErrorCode::{
            AlreadyExists, InvalidParameter, MalformedRequest, MissingParameter, NotFound,
        };
        // Of which member this is said, if of one.
        let (code, name, said): (_, _, Cow<'static, str>) = match refusal {
            Refusal::Malformed => (
                MalformedRequest,
                "",
                "the command is not a JSON object of different members".into(),
            ),
            Refusal::UnknownCommand => (MalformedRequest, "", "there is no such command".into()),
            Refusal::UnknownMember(members) => (MalformedRequest, "", known(members)),
            Refusal::WrongType(name, of) => (MalformedRequest, name, of.expected().into()),
            Refusal::Missing(name) => (MissingParameter, name, "is missing".into()),
            Refusal::NothingToSet => (MissingParameter, "", "a member to set is missing".into()),
            Refusal::Invalid(name, bounds) => (InvalidParameter, name, bounds),
            Refusal::NoCompany => (NotFound, "", "no company has registered this e-mail".into()),
            Refusal::NoKey => {
                (NotFound, "", "the company has no such key, or it is revoked".into())
            }
            Refusal::NoSuchKey => (NotFound, "", "the company has no such key".into()),
            Refusal::NoUser => (NotFound, "", "the company has no user with this e-mail".into()),
            Refusal::NoProduct => {
                (NotFound, "", "the product is not set; set its launch URL first".into())
            }
            Refusal::CompanyExists => {
                (AlreadyExists, "", "the domain or the e-mail is taken".into())
            }
            Refusal::UserExists => {
                (AlreadyExists, "", "the company has a user with this e-mail".into())
            }
        };
        let details = if name.is_empty() { said } else { format!("`{name}` {said}").into() };
        Self::Command { code, details }
    }
}

/// Returns what is said of a member that is not one of these.
fn known(members: &[Member]) -> Cow<'static, str> {
    let mut said = String::from("a member is unknown");
    for (place, member) in members.iter().enumerate() {
        said.push_str(if place == 0 { "; known are `" } else { ", `" });
        said.push_str(member.name);
        said.push('`');
    }
    said.into()
}
