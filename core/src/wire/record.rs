//! The records of a host's storage. Their JSON stands in `spec/storage.md`.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::value::word::{read_words, words};
use crate::wire::member::{nullable, nullable_time, time};
use crate::{
    CompanyId, CredentialVersion, Digest, Domain, Email, EmailDomains, KeyId, LaunchUrl,
    PasswordHash, ProductName, UserId,
};

/// A partner company.
///
/// ```json
/// {"id":8272,"name":"Partner Ltd","domain":"partner.example","email":"sso@partner.example","products":["livechat"],
///  "emailDomains":[],"accountType":"ENTERPRISE","domainOwnershipVerified":false,"domainMxVerified":true,"status":"enabled"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Company {
    /// The company's id.
    pub id: CompanyId,
    /// The company's name, `companyName` in the answer.
    pub name: String,
    /// The company's domain, unique; `companyDomain` in the answer.
    pub domain: Domain,
    /// The company's registered e-mail address, unique. The operator's commands name the company by it.
    pub email: Email,
    /// The products that the company's users may be signed on to.
    pub products: Vec<ProductName>,
    /// The domains of the e-mail addresses with which the partner may create users (`SSO-RULE-010`).
    pub email_domains: EmailDomains,
    /// The company's kind of account, such as `ENTERPRISE`. It is part of the answer and decides nothing.
    pub account_type: String,
    /// True if the company has proven that the domain is its own. It is part of the answer and decides nothing.
    pub domain_ownership_verified: bool,
    /// True if the domain's MX records were verified. It is part of the answer and decides nothing.
    pub domain_mx_verified: bool,
    /// The company's status, which the operator sets.
    pub status: CompanyStatus,
}

words! {
    /// The status of a company.
    pub enum CompanyStatus {
        /// The company's keys, tokens and users may be used.
        Enabled = "enabled",
        /// The company's keys are refused as unusable, and its users' sign-ins and tokens as invalid (`SSO-KEY-008`).
        Disabled = "disabled",
    }
}

/// A company to be added, enabled (`SSO-OPS-007`).
///
/// ```json
/// {"name":"Partner Ltd","domain":"partner.example","email":"sso@partner.example","products":["livechat"],
///  "emailDomains":[],"accountType":"ENTERPRISE"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewCompany {
    /// The company's name.
    pub name: String,
    /// The company's domain.
    pub domain: Domain,
    /// The company's registered e-mail address.
    pub email: Email,
    /// The products that the company's users may be signed on to.
    pub products: Vec<ProductName>,
    /// The domains of users' e-mail addresses, as in [`Company::email_domains`].
    pub email_domains: EmailDomains,
    /// The company's kind of account.
    pub account_type: String,
}

/// A key of a company.
///
/// ```json
/// {"id":1,"digest":"<64 hexadecimal digits>","companyId":8272,"status":"enabled","expiresAt":null}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    /// The key's id.
    pub id: KeyId,
    /// The digest of the key's text, unique.
    pub digest: Digest,
    /// The key's company.
    pub company_id: CompanyId,
    /// The key's status, which the operator sets.
    pub status: KeyStatus,
    /// The end of the key in milliseconds since 1970, from which on it is refused; none if it does not expire (`SSO-KEY-007`).
    #[serde(deserialize_with = "nullable_time")]
    pub expires_at: Option<u64>,
}

words! {
    /// The status of a key.
    pub enum KeyStatus {
        /// The key may be used.
        Enabled = "enabled",
        /// The key is refused until it is enabled again.
        Disabled = "disabled",
        /// The key is refused forever.
        Revoked = "revoked",
    }
}

/// A user of a company.
///
/// ```json
/// {"id":11,"companyId":8272,"email":"ada@partner.example","loginId":"ada@partner.example",
///  "displayName":"ada@partner.example","isCreator":false,"isCompanyAdmin":false,"permissions":[],
///  "passwordHash":"$argon2id$v=19$…","credentialVersion":1,"managedBy":"partner","status":"enabled","issuedAt":null,
///  "passwordKeyId":1}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The user's id, unique within the company.
    pub id: UserId,
    /// The company under which the user was created.
    pub company_id: CompanyId,
    /// The user's e-mail address, unique within the company.
    pub email: Email,
    /// The name by which the products know the user. It is part of the answer and decides nothing.
    pub login_id: String,
    /// The name to show. It is part of the answer and decides nothing.
    pub display_name: String,
    /// True if the user created the company. It is part of the answer and decides nothing.
    pub is_creator: bool,
    /// True if the user administers the company. It is part of the answer and decides nothing.
    pub is_company_admin: bool,
    /// The user's permissions in the products. They are part of the answer and decide nothing.
    pub permissions: Vec<String>,
    /// The hash of the user's password.
    pub password_hash: PasswordHash,
    /// The version of the credential. It rises whenever the password is replaced or the user is disabled.
    pub credential_version: CredentialVersion,
    /// The party that sets the user's password.
    pub managed_by: ManagedBy,
    /// The user's status, which the operator sets.
    pub status: UserStatus,
    /// The time at which the stored password was set at the partner, in milliseconds since 1970, if it is known.
    #[serde(deserialize_with = "nullable_time")]
    pub issued_at: Option<u64>,
    /// The key by which the stored password was set; none where no key set it.
    #[serde(deserialize_with = "nullable")]
    pub password_key_id: Option<KeyId>,
}

words! {
    /// The party that sets a user's password.
    pub enum ManagedBy {
        /// The partner: its password is the latest, so rule 3 applies.
        Partner = "partner",
        /// The server itself: a sign-on never replaces the password (`SSO-RULE-009`).
        Local = "local",
    }

    /// The status of a user.
    pub enum UserStatus {
        /// The user may sign on.
        Enabled = "enabled",
        /// The user may not sign on.
        Disabled = "disabled",
    }
}

read_words! {
    CompanyStatus: Enabled, Disabled = "one of enabled, disabled";
    KeyStatus: Enabled, Disabled, Revoked = "one of enabled, disabled, revoked";
    ManagedBy: Partner, Local = "one of partner, local";
    UserStatus: Enabled, Disabled = "one of enabled, disabled";
}

/// A user to be created (`SSO-RULE-001`, `SSO-OPS-010`).
///
/// ```json
/// {"companyId":8272,"email":"ada@partner.example","passwordHash":"$argon2id$v=19$…","managedBy":"partner","issuedAt":null,
///  "passwordKeyId":1}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewUser {
    /// The company under which the user is created.
    pub company_id: CompanyId,
    /// The user's e-mail address, which becomes the login id and the display name as well.
    pub email: Email,
    /// The hash of the user's password.
    pub password_hash: PasswordHash,
    /// The party that sets the user's password.
    pub managed_by: ManagedBy,
    /// The time of the password, as in [`User::issued_at`].
    #[serde(deserialize_with = "nullable_time")]
    pub issued_at: Option<u64>,
    /// The key by which the password is set, as in [`User::password_key_id`].
    #[serde(deserialize_with = "nullable")]
    pub password_key_id: Option<KeyId>,
}

impl NewUser {
    /// Returns the user as it is created, with the first values of `spec/storage.md`.
    #[must_use]
    pub fn with_id(self, id: UserId) -> User {
        User {
            id,
            company_id: self.company_id,
            login_id: self.email.as_str().into(),
            display_name: self.email.as_str().into(),
            email: self.email,
            is_creator: false,
            is_company_admin: false,
            permissions: Vec::new(),
            password_hash: self.password_hash,
            credential_version: CredentialVersion::FIRST,
            managed_by: self.managed_by,
            status: UserStatus::Enabled,
            issued_at: self.issued_at,
            password_key_id: self.password_key_id,
        }
    }
}

/// A key to be stored (`SSO-KEY-004`).
///
/// ```json
/// {"digest":"<64 hexadecimal digits>","companyId":8272,"expiresAt":null}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewKey {
    /// The digest of the key's text.
    pub digest: Digest,
    /// The key's company.
    pub company_id: CompanyId,
    /// The end of the key, as in [`Key::expires_at`].
    #[serde(deserialize_with = "nullable_time")]
    pub expires_at: Option<u64>,
}

/// A product to which users are sent.
///
/// ```json
/// {"name":"livechat","launchUrl":"https://chat.example/enter","secretDigest":"<64 hexadecimal digits>"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// The product's name, unique.
    pub name: ProductName,
    /// The URL to which a launch sends the user.
    pub launch_url: LaunchUrl,
    /// The digest of the secret by which the product exchanges codes.
    pub secret_digest: Digest,
    /// The digest of the secret before, which counts until [`Self::previous_secret_expires_at`] (`SSO-EXC-007`).
    #[serde(deserialize_with = "nullable")]
    pub previous_secret_digest: Option<Digest>,
    /// The end of the secret before in milliseconds since 1970, from which on it is refused.
    #[serde(deserialize_with = "nullable_time")]
    pub previous_secret_expires_at: Option<u64>,
}

/// A stored token.
///
/// ```json
/// {"digest":"<64 hexadecimal digits>","userId":11,"companyId":8272,"keyId":1,"credentialVersion":1,
///  "product":"livechat","expiresAt":1700003600000}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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

/// A stored launch code (`SSO-LAU-004`).
///
/// ```json
/// {"digest":"<64 hexadecimal digits>","userId":11,"companyId":8272,"keyId":1,"credentialVersion":1,
///  "product":"livechat","expiresAt":1700000060000}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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

/// The holder of a token or code: the records of its user, company and key as they are now.
///
/// ```json
/// {"user":{…},"company":{…},"key":null}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holder {
    /// The user of the token or code.
    pub user: User,
    /// The company of the user.
    pub company: Company,
    /// The key by which the token or code was granted; none after a direct sign-in.
    #[serde(deserialize_with = "nullable")]
    pub key: Option<Key>,
}
