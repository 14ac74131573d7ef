//! The calls of a request to its host, made one at a time. Their JSON and the host's promises stand in `spec/storage.md`.

use alloc::string::String;

use serde::Serialize;

use crate::wire::contract::Contract;
use crate::wire::event::Purpose;
use crate::{
    Code, CompanyId, CredentialVersion, Digest, Domain, Email, Event, Hashing, KeyId, NewUser,
    PasswordHash, ProductName, Token, UserId,
};

/// A call of a request to the host, to be answered with a [`Reply`](crate::Reply).
///
/// ```json
/// {"call":"find_user","companyId":8272,"email":"ada@partner.example"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "call", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Call {
    /// Counts an attempt and asks whether the attempt may go on.
    Admit(Attempt),
    /// Takes the count of an attempt back: it was not a guess. A host need not do it.
    GiveBack(Attempt),
    /// Looks up a key, with its company.
    FindKey {
        /// The digest of the key.
        digest: Digest,
    },
    /// Looks up a user.
    FindUser {
        /// The company whose user is looked up.
        company_id: CompanyId,
        /// The user's canonical address.
        email: Email,
    },
    /// Looks up a company by its domain.
    FindCompany {
        /// The company's domain.
        domain: Domain,
    },
    /// Looks up a product.
    FindProduct {
        /// The product's name.
        name: ProductName,
    },
    /// Creates a user unless its address is taken.
    CreateUser {
        /// The user to create.
        user: NewUser,
        /// The event of the creation, for the operator; none in a request, whose event comes with the token or code.
        event: Option<Event>,
    },
    /// Replaces a user's password and raises the credential version, if that is still the expected one.
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
    RehashPassword(PasswordSwap),
    /// Stores a token, durably.
    SaveToken {
        /// The token to store.
        token: Token,
        /// The event of the success, to be stored in the same operation.
        event: Event,
    },
    /// Stores a launch code, durably.
    SaveCode {
        /// The code to store.
        code: Code,
        /// The event of the success, to be stored in the same operation.
        event: Event,
    },
    /// Looks up a token, with its holder.
    FindToken {
        /// The digest of the token.
        digest: Digest,
    },
    /// Removes a code and returns it, with its holder. Exactly one call ever gets it.
    TakeCode {
        /// The digest of the code.
        digest: Digest,
    },
    /// Revokes a token, if there is one.
    RevokeToken {
        /// The digest of the token.
        digest: Digest,
    },
    /// Records an event. A host need not keep it.
    Audit {
        /// The event to record.
        event: Event,
    },
    /// Computes Argon2id.
    #[serde(untagged)]
    Hashing(Hashing),
}

impl Call {
    /// Returns the name of the call, as in its JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.contract().call
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// The kind of the attempt.
    pub purpose: Purpose,
    /// The client's address, if the host supplied it.
    pub source: Option<String>,
    /// The target of the attempt: the key's digest, domain and e-mail address, key, company and user id, or company and user id.
    pub subject: String,
}

/// A compare-and-swap of a password hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
