//! A user of a company.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::value::word::words;
use crate::wire::member::{nullable, nullable_time};
use crate::{CompanyId, CredentialVersion, Email, KeyId, PasswordHash, UserId};

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
