//! The records that a host stores. Their JSON stands in `spec/storage.md`.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::value::id::{nullable, nullable_time, time};
use crate::{
    CompanyId, CredentialVersion, Digest, Email, KeyId, KeyRefusal, LaunchUrl, PasswordHash,
    Product, UserId,
};

/// A partner company.
///
/// ```json
/// {"id":8272,"name":"Partner Ltd","domain":"partner.example","email":"sso@partner.example","products":["livechat"],
///  "accountType":"ENTERPRISE","domainOwnershipVerified":false,"domainMxVerified":true}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Company {
    /// Its id.
    pub id: CompanyId,
    /// Its name, as answered.
    pub name: String,
    /// Its domain, as answered.
    pub domain: String,
    /// The e-mail address it is registered with, by which its key is issued.
    pub email: Email,
    /// The products that its users may be signed on to.
    pub products: Vec<Product>,
    /// `ENTERPRISE`, say, as answered.
    pub account_type: String,
    /// As answered.
    pub domain_ownership_verified: bool,
    /// As answered.
    pub domain_mx_verified: bool,
}

/// A key of a company.
///
/// ```json
/// {"id":1,"digest":"<64 hexadecimal digits>","companyId":8272,"status":"enabled","expiresAt":null}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// The digest of its text.
    pub digest: Digest,
    /// Whose it is.
    pub company_id: CompanyId,
    /// Whether it may be used.
    pub status: KeyStatus,
    /// The time from which on it may no longer be used, in milliseconds since 1970; none: no end (`SSO-KEY-007`).
    #[serde(deserialize_with = "nullable_time")]
    pub expires_at: Option<u64>,
}

impl Key {
    /// Why the key may not be used at `now`, if it may not.
    pub(crate) fn refusal(&self, now: u64) -> Option<KeyRefusal> {
        match self.status {
            KeyStatus::Disabled => Some(KeyRefusal::Disabled),
            KeyStatus::Revoked => Some(KeyRefusal::Revoked),
            KeyStatus::Enabled if self.expires_at.is_some_and(|end| end <= now) => {
                Some(KeyRefusal::Expired)
            }
            KeyStatus::Enabled => None,
        }
    }
}

/// Whether a key may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyStatus {
    /// It may.
    Enabled,
    /// Not at present.
    Disabled,
    /// Never again.
    Revoked,
}

/// A user of a company.
///
/// ```json
/// {"id":11,"companyId":8272,"email":"ada@partner.example","loginId":"ada@partner.example",
///  "displayName":"ada@partner.example","isCreator":false,"isCompanyAdmin":false,"permissions":[],
///  "passwordHash":"$argon2id$v=19$…","credentialVersion":1,"managedBy":"partner","status":"enabled","issuedAt":null}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The company under which it was created.
    pub company_id: CompanyId,
    /// Its e-mail address, unique within the company.
    pub email: Email,
    /// As answered.
    pub login_id: String,
    /// As answered.
    pub display_name: String,
    /// As answered.
    pub is_creator: bool,
    /// As answered.
    pub is_company_admin: bool,
    /// As answered.
    pub permissions: Vec<String>,
    /// The hash of its password.
    pub password_hash: PasswordHash,
    /// Raised whenever the password is replaced or the user is disabled.
    pub credential_version: CredentialVersion,
    /// Whose word on the password is the latest.
    pub managed_by: ManagedBy,
    /// Whether it may sign on.
    pub status: UserStatus,
    /// When the partner's user last set the stored password, in milliseconds since 1970, where that is known.
    #[serde(deserialize_with = "nullable_time")]
    pub issued_at: Option<u64>,
}

/// Whose word on a user's password is the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManagedBy {
    /// The partner's: rule 3 applies.
    Partner,
    /// The user's own: a sign-on never replaces it (`SSO-RULE-009`).
    Local,
}

/// Whether a user may sign on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// It may.
    Enabled,
    /// It may not.
    Disabled,
}

/// What a host needs to create a user (`SSO-RULE-001`).
///
/// ```json
/// {"companyId":8272,"email":"ada@partner.example","passwordHash":"$argon2id$v=19$…","issuedAt":null}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewUser {
    /// The company under which it is created.
    pub company_id: CompanyId,
    /// Its e-mail address, which is its login id and display name too.
    pub email: Email,
    /// The hash of its password.
    pub password_hash: PasswordHash,
    /// See [`User::issued_at`].
    #[serde(deserialize_with = "nullable_time")]
    pub issued_at: Option<u64>,
}

/// A key to be stored (`SSO-KEY-004`).
///
/// ```json
/// {"digest":"<64 hexadecimal digits>","companyId":8272,"expiresAt":null}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewKey {
    /// The digest of its text.
    pub digest: Digest,
    /// Whose it is.
    pub company_id: CompanyId,
    /// See [`Key::expires_at`].
    #[serde(deserialize_with = "nullable_time")]
    pub expires_at: Option<u64>,
}

/// A product that users are sent to.
///
/// ```json
/// {"name":"livechat","launchUrl":"https://chat.example/enter","secretDigest":"<64 hexadecimal digits>"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProductRecord {
    /// Which it is.
    pub name: Product,
    /// Where a launch sends the user.
    pub launch_url: LaunchUrl,
    /// The digest of the secret by which the product exchanges codes.
    pub secret_digest: Digest,
}

/// A token as it is stored.
///
/// ```json
/// {"digest":"<64 hexadecimal digits>","userId":11,"companyId":8272,"keyId":1,"credentialVersion":1,
///  "product":"livechat","expiresAt":1700003600000}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// The digest of its text (`SSO-TOK-003`).
    pub digest: Digest,
    /// Whose it is.
    pub user_id: UserId,
    /// The user's company.
    pub company_id: CompanyId,
    /// The key by which it was given; none after a direct sign-in.
    #[serde(deserialize_with = "nullable")]
    pub key_id: Option<KeyId>,
    /// The credential version for which it is valid (`SSO-TOK-005`).
    pub credential_version: CredentialVersion,
    /// The product it was asked for; a direct sign-in may name none.
    #[serde(deserialize_with = "nullable")]
    pub product: Option<Product>,
    /// The time from which on it is no longer valid, in milliseconds since 1970.
    #[serde(deserialize_with = "time")]
    pub expires_at: u64,
}

/// A launch code as it is stored (`SSO-LAU-004`).
///
/// ```json
/// {"digest":"<64 hexadecimal digits>","userId":11,"companyId":8272,"keyId":1,"credentialVersion":1,
///  "product":"livechat","expiresAt":1700000060000}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Code {
    /// The digest of its text.
    pub digest: Digest,
    /// Whose it is.
    pub user_id: UserId,
    /// The user's company.
    pub company_id: CompanyId,
    /// The key by which it was given.
    pub key_id: KeyId,
    /// The credential version for which it is valid.
    pub credential_version: CredentialVersion,
    /// The product that may exchange it.
    pub product: Product,
    /// The time from which on it is no longer valid, in milliseconds since 1970.
    #[serde(deserialize_with = "time")]
    pub expires_at: u64,
}

/// Whose a token or code is, as stored now.
///
/// ```json
/// {"user":{…},"company":{…},"key":null}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holder {
    /// The user.
    pub user: User,
    /// The user's company.
    pub company: Company,
    /// The key by which the token or code was given, if it was by a key.
    #[serde(deserialize_with = "nullable")]
    pub key: Option<Key>,
}
