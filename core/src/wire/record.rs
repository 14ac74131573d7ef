//! The records of a host's storage. Their JSON stands in `spec/storage.md`.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::value::word::words;
use crate::wire::member::{nullable, nullable_time, time};
use crate::{
    CompanyId, CredentialVersion, Digest, Domain, Email, EmailDomains, KeyId, LaunchUrl,
    PasswordHash, ProductName, UserId,
};

/// The kind of account of a company for which no other is given.
pub(crate) const ACCOUNT_TYPE: &str = "ENTERPRISE";

/// A partner company.
///
/// ```json
/// {"id":8272,"name":"Partner Ltd","domain":"partner.example","email":"sso@partner.example","products":["livechat"],
///  "emailDomains":[],"accountType":"ENTERPRISE","domainOwnershipVerified":false,"domainMxVerified":true,"status":"enabled"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
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

impl Company {
    /// Makes a record of the members that decide. The others are `ENTERPRISE` and false, to be set afterwards.
    #[must_use]
    pub fn new(
        id: CompanyId,
        name: String,
        domain: Domain,
        email: Email,
        products: Vec<ProductName>,
        email_domains: EmailDomains,
        status: CompanyStatus,
    ) -> Self {
        Self {
            id,
            name,
            domain,
            email,
            products,
            email_domains,
            account_type: ACCOUNT_TYPE.into(),
            domain_ownership_verified: false,
            domain_mx_verified: false,
            status,
        }
    }
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
#[non_exhaustive]
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

impl NewCompany {
    /// Makes a company of the kind `ENTERPRISE`, which may be set afterwards.
    #[must_use]
    pub fn new(
        name: String,
        domain: Domain,
        email: Email,
        products: Vec<ProductName>,
        email_domains: EmailDomains,
    ) -> Self {
        Self { name, domain, email, products, email_domains, account_type: ACCOUNT_TYPE.into() }
    }

    /// Returns the company as it is created, with the first values of `spec/storage.md`.
    #[must_use]
    pub fn with_id(self, id: CompanyId) -> Company {
        let Self { name, domain, email, products, email_domains, account_type } = self;
        let status = CompanyStatus::Enabled;
        let company = Company::new(id, name, domain, email, products, email_domains, status);
        Company { account_type, ..company }
    }
}

/// A key of a company.
///
/// ```json
/// {"id":1,"digest":"<64 hexadecimal digits>","companyId":8272,"status":"enabled","expiresAt":null}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
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

impl Key {
    /// Makes a record of all members.
    #[must_use]
    pub const fn new(
        id: KeyId,
        digest: Digest,
        company_id: CompanyId,
        status: KeyStatus,
        expires_at: Option<u64>,
    ) -> Self {
        Self { id, digest, company_id, status, expires_at }
    }
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
#[non_exhaustive]
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

impl User {
    /// Makes a record of the members that decide. The login id and the display name are the e-mail address, and the other members
    /// false, empty and none, to be set afterwards.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "each decides, and is of a type of its own")]
    pub fn new(
        id: UserId,
        company_id: CompanyId,
        email: Email,
        password_hash: PasswordHash,
        credential_version: CredentialVersion,
        managed_by: ManagedBy,
        status: UserStatus,
        issued_at: Option<u64>,
    ) -> Self {
        Self {
            id,
            company_id,
            login_id: email.as_str().into(),
            display_name: email.as_str().into(),
            email,
            is_creator: false,
            is_company_admin: false,
            permissions: Vec::new(),
            password_hash,
            credential_version,
            managed_by,
            status,
            issued_at,
            password_key_id: None,
        }
    }
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

/// A user to be created (`SSO-RULE-001`, `SSO-OPS-010`).
///
/// ```json
/// {"companyId":8272,"email":"ada@partner.example","passwordHash":"$argon2id$v=19$…","managedBy":"partner","issuedAt":null,
///  "passwordKeyId":1}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
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
    /// Makes a user whose password no key sets, at a time that is not known; both may be set afterwards.
    #[must_use]
    pub const fn new(
        company_id: CompanyId,
        email: Email,
        password_hash: PasswordHash,
        managed_by: ManagedBy,
    ) -> Self {
        let (issued_at, password_key_id) = (None, None);
        Self { company_id, email, password_hash, managed_by, issued_at, password_key_id }
    }

    /// Returns the user as it is created, with the first values of `spec/storage.md`.
    #[must_use]
    pub fn with_id(self, id: UserId) -> User {
        let user = User::new(
            id,
            self.company_id,
            self.email,
            self.password_hash,
            CredentialVersion::FIRST,
            self.managed_by,
            UserStatus::Enabled,
            self.issued_at,
        );
        User { password_key_id: self.password_key_id, ..user }
    }
}

/// A key to be stored (`SSO-KEY-004`).
///
/// ```json
/// {"digest":"<64 hexadecimal digits>","companyId":8272,"expiresAt":null}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewKey {
    /// The digest of the key's text.
    pub digest: Digest,
    /// The key's company.
    pub company_id: CompanyId,
    /// The end of the key, as in [`Key::expires_at`].
    #[serde(deserialize_with = "nullable_time")]
    pub expires_at: Option<u64>,
}

impl NewKey {
    /// Makes a key of all members.
    #[must_use]
    pub const fn new(digest: Digest, company_id: CompanyId, expires_at: Option<u64>) -> Self {
        Self { digest, company_id, expires_at }
    }

    /// Returns the key as it is created, with the first values of `spec/storage.md`.
    #[must_use]
    pub const fn with_id(self, id: KeyId) -> Key {
        Key::new(id, self.digest, self.company_id, KeyStatus::Enabled, self.expires_at)
    }
}

/// A product to which users are sent.
///
/// ```json
/// {"name":"livechat","launchUrl":"https://chat.example/enter","secretDigest":"<64 hexadecimal digits>"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
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

impl Product {
    /// Makes a product without a secret before, which may be set afterwards.
    #[must_use]
    pub const fn new(name: ProductName, launch_url: LaunchUrl, secret_digest: Digest) -> Self {
        let (previous_secret_digest, previous_secret_expires_at) = (None, None);
        Self { name, launch_url, secret_digest, previous_secret_digest, previous_secret_expires_at }
    }
}

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
