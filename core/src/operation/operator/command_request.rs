//! A command of the operator as its JSON says it. The commands stand in `spec/README.md`.

use alloc::string::String;

use serde::Deserialize;

use crate::{KeyId, KeyStatus};

/// A command that is well-formed; its members are not checked yet.
#[derive(Deserialize)]
#[serde(try_from = "Members")]
pub(crate) enum CommandRequest {
    /// Issues a key, which is shown this once.
    IssueKey {
        /// The company's registered address, in any case.
        email: String,
        /// The key's end, as in [`Key::expires_at`](crate::Key::expires_at).
        expires_at: Option<u64>,
    },
    /// Lists the company's keys, without their texts, which are not stored.
    ListKeys {
        /// The company's registered address, in any case.
        email: String,
    },
    /// Enables, disables or revokes a key. A revoked key stays revoked.
    SetKeyStatus {
        /// The company's registered address, in any case.
        email: String,
        /// The key to change.
        key_id: KeyId,
        /// The key's new status.
        status: KeyStatus,
    },
}

/// The members of every command; see the members of a [`Reply`](crate::Reply).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Members {
    command: String,
    email: String,
    expires_at: Option<u64>,
    key_id: Option<KeyId>,
    status: Option<KeyStatus>,
}

impl TryFrom<Members> for CommandRequest {
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
