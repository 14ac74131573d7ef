//! Tokens and codes, and who holds them.

use serde::{Deserialize, Serialize};

use crate::wire::member::{nullable, time};
use crate::{Company, CompanyId, CredentialVersion, Digest, Key, KeyId, ProductName, User, UserId};

/// A stored token.
///
/// ```json
/// {"digest":"<64 hexadecimal digits>","userId":11,"companyId":8272,"keyId":1,"credentialVersion":1,
///  "product":"livechat","expiresAt":1700003600000}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Token {
    /// The digest of the token's text, unique (`SSO-TOK-003`).
    pub digest: Digest,
    /// The token's user.
    pub user_id: UserId,
    /// The user's company.
    pub company_id: CompanyId,
    /// The key by which the token was granted; none after a direct sign-in.
    #[serde(deserialize_with = "nullable")]
    pub key_id: Option<KeyId>,
    /// The user's credential version for which the token is valid (`SSO-TOK-005`).
    pub credential_version: CredentialVersion,
    /// The product for which the token was granted; none if a direct sign-in named none.
    #[serde(deserialize_with = "nullable")]
    pub product: Option<ProductName>,
    /// The end in milliseconds since 1970, from which on it is not valid.
    #[serde(deserialize_with = "time")]
    pub expires_at: u64,
}

impl Token {
    /// Makes a record of all members.
    #[must_use]
    pub const fn new(
        digest: Digest,
        user_id: UserId,
        company_id: CompanyId,
        key_id: Option<KeyId>,
        credential_version: CredentialVersion,
        product: Option<ProductName>,
        expires_at: u64,
    ) -> Self {
        Self { digest, user_id, company_id, key_id, credential_version, product, expires_at }
    }
}

/// A stored launch code (`SSO-LAU-004`).
///
/// ```json
/// {"digest":"<64 hexadecimal digits>","userId":11,"companyId":8272,"keyId":1,"credentialVersion":1,
///  "product":"livechat","expiresAt":1700000060000}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Code {
    /// The digest of the code's text, unique.
    pub digest: Digest,
    /// The code's user.
    pub user_id: UserId,
    /// The user's company.
    pub company_id: CompanyId,
    /// The key by which the code was granted.
    pub key_id: KeyId,
    /// The user's credential version for which the code is valid.
    pub credential_version: CredentialVersion,
    /// The product that may exchange the code.
    pub product: ProductName,
    /// The end in milliseconds since 1970, from which on it is not valid.
    #[serde(deserialize_with = "time")]
    pub expires_at: u64,
}

impl Code {
    /// Makes a record of all members.
    #[must_use]
    pub const fn new(
        digest: Digest,
        user_id: UserId,
        company_id: CompanyId,
        key_id: KeyId,
        credential_version: CredentialVersion,
        product: ProductName,
        expires_at: u64,
    ) -> Self {
        Self { digest, user_id, company_id, key_id, credential_version, product, expires_at }
    }
}

/// The holder of a token or code: the records of its user, company and key as they are now.
///
/// ```json
/// {"user":{…},"company":{…},"key":null}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Holder {
    /// The user of the token or code.
    pub user: User,
    /// The company of the user.
    pub company: Company,
    /// The key by which the token or code was granted; none after a direct sign-in.
    #[serde(deserialize_with = "nullable")]
    pub key: Option<Key>,
}

impl Holder {
    /// Makes a record of all members.
    #[must_use]
    pub const fn new(user: User, company: Company, key: Option<Key>) -> Self {
        Self { user, company, key }
    }
}
