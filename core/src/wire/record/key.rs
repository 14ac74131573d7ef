//! A company's key.

use serde::{Deserialize, Serialize};

use crate::value::word::words;
use crate::wire::member::nullable_time;
use crate::{CompanyId, Digest, KeyId};

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
