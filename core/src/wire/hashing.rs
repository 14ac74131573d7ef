//! The calls that compute Argon2id, and their computation.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::value::hexadecimal;
use crate::{
    Argon2id, Password, PasswordHash, Reply, Verdict, argon2id, hash_password, verify_password,
};

/// A call that computes one Argon2id hash. The host does so on a thread, in native code, or by [`Hashing::compute`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "call",
    rename_all = "snake_case",
    rename_all_fields = "camelCase",
    try_from = "Members"
)]
pub enum Hashing {
    /// Compares a password with a stored hash.
    VerifyPassword {
        /// The password as it was sent.
        #[serde(serialize_with = "Password::expose_to_hasher")]
        password: Password,
        /// The stored hash.
        password_hash: PasswordHash,
    },
    /// Computes the hash of a password.
    HashPassword {
        /// The password as it was sent.
        #[serde(serialize_with = "Password::expose_to_hasher")]
        password: Password,
        /// 16 random bytes, in JSON 32 hexadecimal digits.
        #[serde(serialize_with = "hexadecimal::serialize")]
        salt: [u8; 16],
    },
}

/// The members of both calls; see the members of a [`Reply`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members {
    call: String,
    password: Password,
    password_hash: Option<PasswordHash>,
    salt: Option<String>,
}

impl TryFrom<Members> for Hashing {
    type Error = &'static str;

    fn try_from(members: Members) -> Result<Self, Self::Error> {
        members.hashing().ok_or("a `verify_password` or `hash_password` call was expected")
    }
}

impl Members {
    fn hashing(self) -> Option<Hashing> {
        let password = self.password;
        match self.call.as_str() {
            "verify_password" => {
                Some(Hashing::VerifyPassword { password, password_hash: self.password_hash? })
            }
            "hash_password" => {
                Some(Hashing::HashPassword { password, salt: hexadecimal::parse(&self.salt?)? })
            }
            _ => None,
        }
    }
}

impl Hashing {
    /// Computes the reply. That takes tens of milliseconds and 19 MiB, so a host keeps it off threads that serve other requests.
    /// The reply is `overloaded` if there is not enough memory.
    #[must_use]
    pub fn compute(&self) -> Reply {
        self.compute_by(argon2id)
    }

    /// Computes the reply like [`Self::compute`], by a host's own Argon2id.
    #[must_use]
    pub fn compute_by(&self, argon2id: Argon2id) -> Reply {
        let reply = match self {
            Self::VerifyPassword { password, password_hash } => {
                verify_password(password, password_hash, argon2id).map(|verdict| match verdict {
                    Verdict::Match => Reply::Match,
                    Verdict::NoMatch => Reply::NoMatch,
                    Verdict::Unreadable => Reply::Unreadable,
                })
            }
            Self::HashPassword { password, salt } => hash_password(password, *salt, argon2id)
                .map(|password_hash| Reply::Hashed { password_hash }),
        };
        reply.unwrap_or(Reply::Overloaded { seconds: 1 })
    }
}
