//! Tells whether a key, a secret, a token or a code counts at present, and whether a record is the one that was asked for.

use crate::{
    Company, CompanyId, CompanyStatus, CredentialVersion, Digest, Email, Holder, Key, KeyId,
    KeyRefusal, KeyStatus, NewUser, Product, User, UserId, UserStatus,
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

impl Company {
    pub(crate) fn is_disabled(&self) -> bool {
        self.status == CompanyStatus::Disabled
    }
}

impl Product {
    /// Returns whether the secret of this digest counts at `now`: the present one, or the one before until its end
    /// (`SSO-EXC-007`). It compares digests, so that the time does not depend on the secret.
    pub(crate) fn accepts(&self, secret: Digest, now: u64) -> bool {
        let previous_counts = self.previous_secret_digest == Some(secret)
            && self.previous_secret_expires_at.is_some_and(|end| now < end);
        self.secret_digest == secret || previous_counts
    }
}

impl User {
    /// Returns the first member in which a reply's user is not the one of this company and address.
    pub(crate) fn difference(&self, company_id: CompanyId, email: &Email) -> Option<&'static str> {
        first_difference([
            ("user.companyId", self.company_id == company_id),
            ("user.email", self.email == *email),
        ])
    }

    /// Returns the first member in which a reply's user is not the one that was to be created, but one who existed before
    /// (`STO-CREATE`).
    pub(crate) fn difference_to(&self, new: &NewUser) -> Option<&'static str> {
        self.difference(new.company_id, &new.email).or_else(|| {
            first_difference([
                ("user.passwordHash", self.password_hash == new.password_hash),
                ("user.credentialVersion", self.credential_version == CredentialVersion::FIRST),
                ("user.status", self.status == UserStatus::Enabled),
                ("user.managedBy", self.managed_by == new.managed_by),
                ("user.passwordKeyId", self.password_key_id == new.password_key_id),
            ])
        })
    }
}

impl Holder {
    /// Returns the first member in which these are not the records of this company, user and key.
    pub(crate) fn difference(
        &self,
        company: CompanyId,
        user: UserId,
        key: Option<KeyId>,
    ) -> Option<&'static str> {
        first_difference([
            ("holder.company.id", self.company.id == company),
            ("holder.user.companyId", self.user.company_id == company),
            ("holder.user.id", self.user.id == user),
            ("holder.key", self.key.is_some() == key.is_some()),
            ("holder.key.companyId", self.key.as_ref().is_none_or(|it| it.company_id == company)),
            ("holder.key.id", self.key.as_ref().is_none_or(|it| Some(it.id) == key)),
        ])
    }

    /// Returns whether the user's credential version is still `version`, the user and the company are enabled, and the key, if
    /// there is one, may be used (`SSO-SES-004`).
    pub(crate) fn is_current(&self, version: CredentialVersion, now: u64) -> bool {
        self.user.credential_version == version
            && self.user.status == UserStatus::Enabled
            && !self.company.is_disabled()
            && self.key.as_ref().is_none_or(|key| key.refusal(now).is_none())
    }
}

/// Returns the first of these members that is not the same.
fn first_difference<const N: usize>(members: [(&'static str, bool); N]) -> Option<&'static str> {
    members.into_iter().find_map(|(member, is_the_same)| (!is_the_same).then_some(member))
}
