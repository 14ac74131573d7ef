//! The calls that compute Argon2id, and the computation that ships.

use serde::{Deserialize, Serialize};

use crate::{Password, PasswordHash, Reply, Verdict, hash_password, hexadecimal, verify_password};

/// A call that computes one Argon2id hash: on a thread, in native code, or by [`Hashing::compute`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Hashing {
    /// Compares a password with a stored hash.
    VerifyPassword {
        /// As received.
        #[serde(serialize_with = "Password::expose_to_hasher")]
        password: Password,
        /// As stored.
        password_hash: PasswordHash,
    },
    /// Computes the hash of a password.
    HashPassword {
        /// As received.
        #[serde(serialize_with = "Password::expose_to_hasher")]
        password: Password,
        /// 16 random bytes, in JSON 32 hexadecimal digits.
        #[serde(with = "hexadecimal")]
        salt: [u8; 16],
    },
}

impl Hashing {
    /// Computes the reply. It takes tens of milliseconds and 19 MiB, so a host keeps it off threads that others wait for; if
    /// the memory cannot be had, the reply is `overloaded`.
    #[must_use]
    pub fn compute(&self) -> Reply {
        let reply = match self {
            Self::VerifyPassword { password, password_hash } => {
                verify_password(password, password_hash).map(|verdict| match verdict {
                    Verdict::Match => Reply::Match,
                    Verdict::NoMatch => Reply::NoMatch,
                    Verdict::Unreadable => Reply::Unreadable,
                })
            }
            Self::HashPassword { password, salt } => {
                hash_password(password, *salt).map(|password_hash| Reply::Hashed { password_hash })
            }
        };
        reply.unwrap_or(Reply::Overloaded { seconds: 1 })
    }
}
