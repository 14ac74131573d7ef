//! The reasons for which a command does not succeed, as the answer tells them.

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;

use crate::operator::members::{Member, Type};
use crate::{Error, ErrorCode};

/// A refusal of a command.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The command is not a JSON object (`SSO-OPS-006`).
    Malformed,
    /// There is no such command, or none is named (`SSO-OPS-006`).
    UnknownCommand,
    /// The command has other members than these alone (`SSO-OPS-006`).
    UnknownMember(&'static [Member]),
    /// A member occurs twice (`SSO-OPS-006`).
    Twice(&'static str),
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
        let (code, details) = match refusal {
            Refusal::Malformed => {
                (ErrorCode::MalformedRequest, "the command is not a JSON object".into())
            }
            Refusal::UnknownCommand => {
                (ErrorCode::MalformedRequest, "there is no such command".into())
            }
            Refusal::UnknownMember(members) => {
                let names: Vec<_> = members.iter().map(|member| member.name).collect();
                let details = if names.is_empty() {
                    "the command has no members".into()
                } else {
                    format!("a member is not one of the command's: `{}`", names.join("`, `"))
                };
                (ErrorCode::MalformedRequest, details.into())
            }
            Refusal::Twice(name) => {
                (ErrorCode::MalformedRequest, format!("`{name}` occurs twice").into())
            }
            Refusal::WrongType(name, of) => {
                (ErrorCode::MalformedRequest, format!("`{name}` must be {}", of.expected()).into())
            }
            Refusal::Missing(name) => {
                (ErrorCode::MissingParameter, format!("`{name}` is missing").into())
            }
            Refusal::NothingToSet => {
                (ErrorCode::MissingParameter, "a member to set is missing".into())
            }
            Refusal::Invalid(name, bounds) => {
                (ErrorCode::InvalidParameter, format!("`{name}` {bounds}").into())
            }
            Refusal::NoCompany => {
                (ErrorCode::NotFound, "no company has registered this e-mail".into())
            }
            Refusal::NoKey => {
                (ErrorCode::NotFound, "the company has no such key, or it is revoked".into())
            }
            Refusal::NoSuchKey => (ErrorCode::NotFound, "the company has no such key".into()),
            Refusal::NoUser => {
                (ErrorCode::NotFound, "the company has no user with this e-mail".into())
            }
            Refusal::NoProduct => {
                (ErrorCode::NotFound, "the product is not set; set its launch URL first".into())
            }
            Refusal::CompanyExists => {
                (ErrorCode::AlreadyExists, "the domain or the e-mail is taken".into())
            }
            Refusal::UserExists => {
                (ErrorCode::AlreadyExists, "the company has a user with this e-mail".into())
            }
        };
        Self::Command { code, details }
    }
}
