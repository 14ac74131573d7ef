//! What the core asks of its host, one call at a time. The JSON and the promises stand in `spec/storage.md`.

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
    /// Counts an attempt and asks whether it may go on.
    Admit(Attempt),
    /// Looks a key up, with its company.
    FindKey {
        /// The digest of the key.
        digest: Digest,
    },
    /// Looks a user up.
    FindUser {
        /// The company of the key.
        company_id: CompanyId,
        /// The canonical address.
        email: Email,
    },
    /// Looks a company up.
    FindCompany {
        /// Its domain, in lower case.
        domain: String,
    },
    /// Looks a product up.
    FindProduct {
        /// Which.
        name: Product,
    },
    /// Creates a user unless its address is taken.
    CreateUser {
        /// What to create.
        user: NewUser,
    },
    /// Replaces a user's password and raises the credential version, if that is still the expected one.
    ReplacePassword {
        /// Which and by what.
        #[serde(flatten)]
        swap: PasswordSwap,
        /// See [`User::issued_at`](crate::User::issued_at).
        issued_at: Option<u64>,
    },
    /// Stores a stronger hash of the same password, if the credential version is still the expected one.
    RehashPassword(PasswordSwap),
    /// Stores a token, durably.
    SaveToken {
        /// What to store.
        token: Token,
    },
    /// Stores a launch code, durably.
    SaveCode {
        /// What to store.
        code: Code,
    },
    /// Looks a token up, with its holder.
    FindToken {
        /// The digest of the token.
        digest: Digest,
    },
    /// Takes a code away, with its holder: exactly one taker ever.
    TakeCode {
        /// The digest of the code.
        digest: Digest,
    },
    /// Ends a token, if there is one.
    RevokeToken {
        /// The digest of the token.
        digest: Digest,
    },
    /// Looks a company up, for the operator.
    FindCompanyByEmail {
        /// The registered address.
        email: Email,
    },
    /// Stores a key.
    SaveKey {
        /// What to store.
        key: NewKey,
    },
    /// Lists a company's keys.
    ListKeys {
        /// Whose.
        company_id: CompanyId,
    },
    /// Sets a key's status, unless it is revoked.
    SetKeyStatus {
        /// Whose it is.
        company_id: CompanyId,
        /// Which.
        key_id: KeyId,
        /// To what.
        status: KeyStatus,
    },
    /// Records an event; optional.
    Audit {
        /// What to record.
        event: Event,
    },
    /// Computes Argon2id.
    #[serde(untagged)]
    Hashing(Hashing),
}

/// An attempt that a host may limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// What is attempted.
    pub purpose: Purpose,
    /// The client's address, where the host supplied it.
    pub source: Option<String>,
    /// On what: the key's digest; domain and e-mail; company and user id.
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
    /// The credential version that was read with the old hash.
    pub expected_version: CredentialVersion,
    /// The new hash.
    pub password_hash: PasswordHash,
}
