//! Tells whether a key, a token or a code counts at present.

use crate::{
    CompanyId, CredentialVersion, Holder, Key, KeyId, KeyRefusal, KeyStatus, UserId, UserStatus,
};

impl Key {
    /// Returns the reason for which the key may not be used at `now`, if there is one.
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

impl Holder {
    /// Returns whether these are the records that were asked for: of this company, user and key.
    pub(crate) fn is_of(&self, company: CompanyId, user: UserId, key: Option<KeyId>) -> bool {
        self.company.id == company
            && self.user.company_id == company
            && self.user.id == user
            && self.key.as_ref().map(|key| key.id) == key
            && self.key.as_ref().is_none_or(|key| key.company_id == company)
    }

    /// Returns whether the user's credential version is still `version`, the user is enabled, and the key, if there is one,
    /// may be used (`SSO-SES-004`).
    pub(crate) fn is_current(&self, version: CredentialVersion, now: u64) -> bool {
        self.user.credential_version == version
            && self.user.status == UserStatus::Enabled
            && self.key.as_ref().is_none_or(|key| key.refusal(now).is_none())
    }
}
