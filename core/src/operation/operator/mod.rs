//! The operator's commands: to issue, list and revoke the keys of a company that is named by its registered e-mail address.
//!
//! They are no part of the HTTP surface; a host's own tools begin them.

use alloc::string::String;

use serde::Deserialize;

use crate::context::{Concerned, Context};
use crate::request::fields::Field;
use crate::state::State;
use crate::step::Turn;
use crate::{
    Call, CompanyId, Email, Error, KeyId, KeyStatus, MAX_INTEGER, NewKey, Reply, Response, SsoKey,
};

/// A command of the operator.
#[derive(Deserialize)]
#[serde(try_from = "Members")]
pub(crate) enum Command {
    /// Issues a key, which is shown this once.
    IssueKey {
        /// The company's registered address, in any case.
        email: String,
        /// See [`Key::expires_at`](crate::Key::expires_at).
        expires_at: Option<u64>,
    },
    /// Lists the company's keys, without their texts, which nobody has.
    ListKeys {
        /// The company's registered address, in any case.
        email: String,
    },
    /// Enables, disables or revokes a key. A revoked key stays revoked.
    SetKeyStatus {
        /// The company's registered address, in any case.
        email: String,
        /// Which.
        key_id: KeyId,
        /// To what.
        status: KeyStatus,
    },
}

/// The members of every command; see the members of a [`Reply`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Members {
    command: String,
    email: String,
    expires_at: Option<u64>,
    key_id: Option<KeyId>,
    status: Option<KeyStatus>,
}

impl TryFrom<Members> for Command {
    type Error = &'static str;

    fn try_from(members: Members) -> Result<Self, Self::Error> {
        let Members { command, email, expires_at, key_id, status } = members;
        match (command.as_str(), expires_at, key_id, status) {
            ("issue_key", expires_at, None, None) => Ok(Self::IssueKey { email, expires_at }),
            ("list_keys", None, None, None) => Ok(Self::ListKeys { email }),
            ("set_key_status", None, Some(key_id), Some(status)) => {
                Ok(Self::SetKeyStatus { email, key_id, status })
            }
            _ => Err("a command with its members was expected"),
        }
    }
}

/// A command whose company is being looked up.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    email: Email,
    action: Action,
}

#[derive(Clone, Debug)]
enum Action {
    IssueKey { key: SsoKey, expires_at: Option<u64> },
    ListKeys,
    SetKeyStatus { key_id: KeyId, status: KeyStatus },
}

/// A key that is being stored, with the answer that will show it.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    key: SsoKey,
    company_id: CompanyId,
    expires_at: Option<u64>,
}

impl Command {
    /// Checks the command and says what comes first.
    pub(crate) fn begin(self, context: &Context) -> Result<Turn, Error> {
        let (email, action) = match self {
            Self::IssueKey { email, expires_at } => {
                let lies_ahead = |end| context.now < end && end <= MAX_INTEGER;
                if !expires_at.is_none_or(lies_ahead) {
                    return Err(Error::Malformed);
                }
                (email, Action::IssueKey { key: SsoKey::issue(context.entropy.code), expires_at })
            }
            Self::ListKeys { email } => (email, Action::ListKeys),
            Self::SetKeyStatus { email, key_id, status } => {
                (email, Action::SetKeyStatus { key_id, status })
            }
        };
        let email = Email::parse(&email).ok_or(Error::Invalid(Field::Email))?;
        let call = Call::FindCompanyByEmail { email: email.clone() };
        Ok(Turn::Call(call, State::FindCompanyByEmail(Order { email, action })))
    }
}

impl Order {
    pub(crate) fn company_found(self, context: &Context, reply: Reply) -> Result<Turn, Error> {
        let company = reply.company()?.ok_or(Error::NoSuchRecord)?;
        if company.email != self.email {
            return Ok(context.host_fault(Concerned::default()));
        }
        let company_id = company.id;
        Ok(match self.action {
            Action::IssueKey { key, expires_at } => {
                let call =
                    Call::SaveKey { key: NewKey { digest: key.digest(), company_id, expires_at } };
                Turn::Call(call, State::SaveKey(Issued { key, company_id, expires_at }))
            }
            Action::ListKeys => Turn::Call(Call::ListKeys { company_id }, State::ListKeys),
            Action::SetKeyStatus { key_id, status } => {
                Turn::Call(Call::SetKeyStatus { company_id, key_id, status }, State::SetKeyStatus)
            }
        })
    }
}

impl Issued {
    /// INVARIANT: a key is shown only when its digest is durable.
    pub(crate) fn saved(self, reply: Reply) -> Result<Turn, Error> {
        let key_id = reply.saved_key()?;
        Response::issued_key(key_id, self.company_id, &self.key, self.expires_at).map(Turn::Done)
    }
}
