//! The calls of a request to its host, made one at a time. Their JSON and the host's promises stand in `spec/storage.md`.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::wire::contract::Contract;
use crate::wire::event::Purpose;
use crate::{
    Code, CompanyId, CredentialVersion, Digest, Domain, Email, Event, Hashing, KeyId, NewUser,
    PasswordHash, ProductName, Reply, Token, UserId,
};

/// A call of a request to the host, to be answered with a [`Reply`]. Each says below which replies fit it, as [`Self::replies`] does;
/// any may be answered with [`Reply::Failed`] besides.
///
/// A host matches every call. A new one is therefore an error of its compiler, in a version that says so, and no failure later.
/// A recorded call can be read back; the record of a hashing call holds the password.
///
/// ```json
/// {"call":"find_user","companyId":8272,"email":"ada@partner.example"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Call {
    /// Counts an attempt and asks whether the attempt may go on.
    ///
    /// Answered with [`Reply::Admitted`] or [`Reply::RetryAfter`].
    Admit(Attempt),
    /// Takes the count of an attempt back: it was not a guess. A host need not do it.
    ///
    /// Answered with [`Reply::Done`].
    GiveBack(Attempt),
    /// Looks up a key, with its company.
    ///
    /// Answered with [`Reply::Key`] or [`Reply::None`].
    FindKey {
        /// The digest of the key.
        digest: Digest,
    },
    /// Looks up a user.
    ///
    /// Answered with [`Reply::User`] or [`Reply::None`].
    FindUser {
        /// The company whose user is looked up.
        company_id: CompanyId,
        /// The user's canonical address.
        email: Email,
    },
    /// Looks up a company by its domain.
    ///
    /// Answered with [`Reply::Company`] or [`Reply::None`].
    FindCompany {
        /// The company's domain.
        domain: Domain,
    },
    /// Looks up a product.
    ///
    /// Answered with [`Reply::Product`] or [`Reply::None`].
    FindProduct {
        /// The product's name.
        name: ProductName,
    },
    /// Creates a user unless its address is taken.
    ///
    /// Answered with [`Reply::Created`] or [`Reply::Exists`].
    CreateUser {
        /// The user to create.
        user: NewUser,
        /// The event of the creation, for the operator; none in a request, whose event comes with the token or code.
        event: Option<Event>,
    },
    /// Replaces a user's password and raises the credential version, if that is still the expected one.
    ///
    /// Answered with [`Reply::Replaced`] or [`Reply::Stale`].
    ReplacePassword {
        /// The user, the expected version and the new hash.
        #[serde(flatten)]
        swap: PasswordSwap,
        /// The time of the new password, as in [`User::issued_at`](crate::User::issued_at).
        issued_at: Option<u64>,
        /// The key by which the password is set.
        password_key_id: KeyId,
    },
    /// Stores a stronger hash of the same password, if the credential version is still the expected one.
    ///
    /// Answered with [`Reply::Done`] or [`Reply::Stale`].
    RehashPassword(PasswordSwap),
    /// Stores a token, durably.
    ///
    /// Answered with [`Reply::Done`].
    SaveToken {
        /// The token to store.
        token: Token,
        /// The event of the success, to be stored in the same operation.
        event: Event,
    },
    /// Stores a launch code, durably.
    ///
    /// Answered with [`Reply::Done`].
    SaveCode {
        /// The code to store.
        code: Code,
        /// The event of the success, to be stored in the same operation.
        event: Event,
    },
    /// Looks up a token, with its holder.
    ///
    /// Answered with [`Reply::Token`] or [`Reply::None`].
    FindToken {
        /// The digest of the token.
        digest: Digest,
    },
    /// Removes a code and returns it, with its holder. Exactly one call ever gets it.
    ///
    /// Answered with [`Reply::Code`] or [`Reply::None`].
    TakeCode {
        /// The digest of the code.
        digest: Digest,
    },
    /// Revokes a token, if there is one.
    ///
    /// Answered with [`Reply::Done`].
    RevokeToken {
        /// The digest of the token.
        digest: Digest,
    },
    /// Records an event. A host need not keep it.
    ///
    /// Answered with [`Reply::Done`].
    Audit {
        /// The event to record.
        event: Event,
    },
    /// Computes Argon2id.
    ///
    /// Answered as [`Hashing`] says.
    #[serde(untagged)]
    Hashing(Hashing),
}

impl Call {
    /// Returns the name of the call, as in its JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.contract().call
    }

    /// Returns the names of the replies that answer the call, in the order of `spec/storage.md`. `failed` fits any call besides, and
    /// `overloaded` one that computes a hash.
    #[must_use]
    pub const fn replies(&self) -> &'static [&'static str] {
        self.contract().replies
    }

    /// Returns whether the reply fits the call: it is one of [`Self::replies`], or a failure that the call may have. Any other is a
    /// fault of the host.
    #[must_use]
    pub fn allows(&self, reply: &Reply) -> bool {
        self.contract().allows(reply.name())
    }

    pub(crate) const fn contract(&self) -> Contract {
        match self {
            Self::Admit(_) => Contract::new("admit", &["admitted", "retry_after"]),
            Self::GiveBack(_) => Contract::new("give_back", &["done"]),
            Self::FindKey { .. } => Contract::new("find_key", &["key", "none"]),
            Self::FindUser { .. } => Contract::FIND_USER,
            Self::FindCompany { .. } => Contract::new("find_company", &["company", "none"]),
            Self::FindProduct { .. } => Contract::new("find_product", &["product", "none"]),
            Self::CreateUser { .. } => Contract::CREATE_USER,
            Self::ReplacePassword { .. } => {
                Contract::new("replace_password", &["replaced", "stale"])
            }
            Self::RehashPassword(_) => Contract::new("rehash_password", &["done", "stale"]),
            Self::SaveToken { .. } => Contract::new("save_token", &["done"]),
            Self::SaveCode { .. } => Contract::new("save_code", &["done"]),
            Self::FindToken { .. } => Contract::new("find_token", &["token", "none"]),
            Self::TakeCode { .. } => Contract::new("take_code", &["code", "none"]),
            Self::RevokeToken { .. } => Contract::new("revoke_token", &["done"]),
            Self::Audit { .. } => Contract::AUDIT,
            Self::Hashing(hashing) => hashing.contract(),
        }
    }
}

/// An attempt that a host may limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The kind of the attempt.
    pub purpose: Purpose,
    /// The client's address, if the host supplied it.
    pub source: Option<String>,
    /// The target of the attempt: the key's digest, domain and e-mail address, key, company and user id, or company and user id.
    pub subject: String,
}

/// A compare-and-swap of a password hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordSwap {
    /// The user's company.
    pub company_id: CompanyId,
    /// The user.
    pub user_id: UserId,
    /// The credential version with which the old hash was read.
    pub expected_version: CredentialVersion,
    /// The new hash.
    pub password_hash: PasswordHash,
}
