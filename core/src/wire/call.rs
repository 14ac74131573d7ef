//! The calls of the core to its host, made one at a time. Their JSON and the host's promises stand in `spec/storage.md`.

use alloc::string::String;

use serde::Serialize;

use crate::wire::event::Purpose;
use crate::{
    Code, CompanyId, CredentialVersion, Digest, Email, Event, Hashing, KeyId, KeyStatus, NewKey,
    NewUser, PasswordHash, Product, Token, UserId,
};

/// A call to the host, to be answered with a [`Reply`](crate::Reply).
///
/// ```json
/// {"call":"find_user","companyId":8272,"email":"ada@partner.example"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "call", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Call {
    /// Counts an attempt and asks whether the attempt may go on.
    Admit(Attempt),
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
        /// The domain in lower case.
        domain: String,
    },
    /// Looks up a product.
    FindProduct {
        /// The product's name.
        name: Product,
    },
    /// Creates a user unless its address is taken.
    CreateUser {
        /// The user to create.
        user: NewUser,
    },
    /// Replaces a user's password and raises the credential version, if that is still the expected one.
    ReplacePassword {
        /// The user, the expected version and the new hash.
        #[serde(flatten)]
        swap: PasswordSwap,
        /// The time of the new password, as in [`User::issued_at`](crate::User::issued_at).
        issued_at: Option<u64>,
    },
    /// Stores a stronger hash of the same password, if the credential version is still the expected one.
    RehashPassword(PasswordSwap),
    /// Stores a token, durably.
    SaveToken {
        /// The token to store.
        token: Token,
    },
    /// Stores a launch code, durably.
    SaveCode {
        /// The code to store.
        code: Code,
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
    /// Looks up a company by its registered address, for the operator.
    FindCompanyByEmail {
        /// The registered address.
        email: Email,
    },
    /// Stores a key.
    SaveKey {
        /// The key to store.
        key: NewKey,
    },
    /// Lists a company's keys.
    ListKeys {
        /// The company whose keys are listed.
        company_id: CompanyId,
    },
    /// Sets a key's status, unless the key is revoked.
    SetKeyStatus {
        /// The key's company.
        company_id: CompanyId,
        /// The key to change.
        key_id: KeyId,
        /// The key's new status.
        status: KeyStatus,
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

/// An attempt that a host may limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// The kind of the attempt.
    pub purpose: Purpose,
    /// The client's address, if the host supplied it.
    pub source: Option<String>,
    /// The target of the attempt: the key's digest, domain and e-mail address, or company and user id.
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
