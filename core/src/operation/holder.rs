//! Whose a token or code is, and whether it still counts.

use crate::{CompanyId, CredentialVersion, Holder, KeyId, UserId, UserStatus};

impl Holder {
    /// Whether these are the records that were asked for: of this company, user and key.
    pub(crate) fn is_of(&self, company: CompanyId, user: UserId, key: Option<KeyId>) -> bool {
        self.company.id == company
            && self.user.company_id == company
            && self.user.id == user
            && self.key.as_ref().map(|key| key.id) == key
            && self.key.as_ref().is_none_or(|key| key.company_id == company)
    }

    /// Whether the password is still that of `version`, the user enabled, and the key, if there is one, usable
    /// (`SSO-SES-004`).
    pub(crate) fn is_current(&self, version: CredentialVersion, now: u64) -> bool {
        self.user.credential_version == version
            && self.user.status == UserStatus::Enabled
            && self.key.as_ref().is_none_or(|key| key.refusal(now).is_none())
    }
}
