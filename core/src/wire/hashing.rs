//! The calls that compute Argon2id, and their computation.

use serde::{Deserialize, Serialize};

use crate::value::hexadecimal;
use crate::wire::contract::Contract;
use crate::{
    CompanyId, Costs, Memory, OutOfMemory, Password, PasswordHash, Reply, Verdict, argon2id,
    hash_password, verify_password,
};

/// A call that computes one Argon2id hash. The host does so on a thread, in native code, or by [`Hashing::compute`]. It may be
/// answered with [`Reply::Overloaded`] besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Hashing {
    /// Compares a password with a stored hash.
    ///
    /// Answered with [`Reply::Match`], [`Reply::NoMatch`] or [`Reply::Unreadable`].
    VerifyPassword {
        /// The password as it was sent.
        #[serde(serialize_with = "Password::expose_to_hasher")]
        password: Password,
        /// The stored hash.
        password_hash: PasswordHash,
        /// The party for which the hash is computed.
        #[serde(flatten)]
        behalf: Behalf,
    },
    /// Computes the hash of a password.
    ///
    /// Answered with [`Reply::Hashed`].
    HashPassword {
        /// The password as it was sent.
        #[serde(serialize_with = "Password::expose_to_hasher")]
        password: Password,
        /// 16 random bytes, in JSON 32 hexadecimal digits.
        #[serde(with = "hexadecimal")]
        salt: [u8; 16],
        /// The party for which the hash is computed.
        #[serde(flatten)]
        behalf: Behalf,
    },
}

/// The party for which a hash is computed. A host may use it to share its hashing fairly; the reply does not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Behalf {
    /// True if the request has a valid key, or is a command of the operator.
    pub keyed: bool,
    /// The company, if it is known by then.
    pub company_id: Option<CompanyId>,
}

impl Hashing {
    /// Computes the reply. That takes tens of milliseconds and 19 MiB, so a host keeps it off threads that serve other requests.
    /// The reply is `overloaded` if there is not enough memory.
    #[must_use]
    pub fn compute(&self) -> Reply {
        self.compute_by(argon2id)
    }

    /// Computes the reply like [`Self::compute`], in memory that the host holds. A host that allocates anew for each hash has an
    /// allocator that keeps many times 19 MiB.
    #[must_use]
    pub fn compute_in(&self, memory: &mut Memory) -> Reply {
        self.compute_by(|password, salt, costs, tag| memory.argon2id(password, salt, costs, tag))
    }

    /// Computes the reply like [`Self::compute`], by a host's own Argon2id, which is an [`Argon2id`](crate::Argon2id) or the like.
    #[must_use]
    pub fn compute_by(
        &self,
        argon2id: impl FnOnce(&[u8], &[u8], Costs, &mut [u8]) -> Result<(), OutOfMemory>,
    ) -> Reply {
        let reply = match self {
            Self::VerifyPassword { password, password_hash, .. } => {
                verify_password(password, password_hash, argon2id).map(|verdict| match verdict {
                    Verdict::Match => Reply::Match,
                    Verdict::NoMatch => Reply::NoMatch,
                    Verdict::Unreadable => Reply::Unreadable,
                })
            }
            Self::HashPassword { password, salt, .. } => hash_password(password, *salt, argon2id)
                .map(|password_hash| Reply::Hashed { password_hash }),
        };
        reply.unwrap_or(Reply::Overloaded { seconds: 1 })
    }

    pub(crate) const fn contract(&self) -> Contract {
        match self {
            Self::VerifyPassword { .. } => Contract::VERIFY_PASSWORD,
            Self::HashPassword { .. } => Contract::HASH_PASSWORD,
        }
    }
}
