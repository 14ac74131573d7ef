//! The calls of a command to its host, made one at a time. Their JSON and the host's promises stand in `spec/storage.md`.

use serde::{Deserialize, Serialize};

use crate::operator::{CompanyMembers, EventFilter, Page, Reply, UserMembers};
use crate::wire::contract::Contract;
use crate::{
    CompanyId, CompanyStatus, Digest, Email, Event, Hashing, KeyId, KeyStatus, LaunchUrl,
    ManagedBy, NewCompany, NewKey, NewUser, PasswordHash, ProductName, UserId, UserStatus,
};

/// A call of a command to the host, to be answered with a [`Reply`]. Each says below which replies fit it, as [`Self::replies`]
/// does; any may be answered with [`Reply::Failed`] besides. The host stores the event of a change in the same operation as the
/// change (`SSO-OPS-016`).
///
/// As with the calls of a request, a new call is an error of the host's compiler, and a recorded one can be read back.
///
/// ```json
/// {"call":"find_company_by_email","email":"sso@partner.example"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Call {
    /// Looks up a company by its registered address.
    ///
    /// Answered with [`Reply::Company`] or [`Reply::None`].
    FindCompanyByEmail {
        /// The registered address.
        email: Email,
    },
    /// Creates a company unless its domain or its address is taken.
    ///
    /// Answered with [`Reply::Company`] or [`Reply::Exists`].
    CreateCompany {
        /// The company to create.
        company: NewCompany,
        /// The event of the change.
        event: Event,
    },
    /// Lists companies.
    ///
    /// Answered with [`Reply::Companies`].
    ListCompanies {
        /// The part of the list.
        #[serde(flatten)]
        page: Page,
    },
    /// Sets a company's status. Disabling it raises the credential version of each of its users.
    ///
    /// Answered with [`Reply::Done`] or [`Reply::None`].
    SetCompanyStatus {
        /// The company to change.
        company_id: CompanyId,
        /// The company's new status.
        status: CompanyStatus,
        /// The event of the change.
        event: Event,
    },
    /// Sets members of a company.
    ///
    /// Answered with [`Reply::Done`] or [`Reply::None`].
    SetCompany {
        /// The company to change.
        company_id: CompanyId,
        /// The new members.
        #[serde(flatten)]
        members: CompanyMembers,
        /// The event of the change.
        event: Event,
    },
    /// Stores a key.
    ///
    /// Answered with [`Reply::SavedKey`].
    SaveKey {
        /// The key to store.
        key: NewKey,
        /// The event of the change.
        event: Event,
    },
    /// Stores a key in place of an older one, if the company has that and it is not revoked.
    ///
    /// Answered with [`Reply::SavedKey`] or [`Reply::None`].
    RotateKey {
        /// The company of both keys.
        company_id: CompanyId,
        /// The older key.
        key_id: KeyId,
        /// The key to store.
        key: NewKey,
        /// True if the older key is revoked in the same operation.
        revoke: bool,
        /// The event of the change.
        event: Event,
    },
    /// Lists a company's keys, with the times of their creation and last use.
    ///
    /// Answered with [`Reply::Keys`].
    ListKeys {
        /// The company whose keys are listed.
        company_id: CompanyId,
        /// The part of the list.
        #[serde(flatten)]
        page: Page,
    },
    /// Sets a key's status, unless the key is revoked.
    ///
    /// Answered with [`Reply::Done`] or [`Reply::None`].
    SetKeyStatus {
        /// The key's company.
        company_id: CompanyId,
        /// The key to change.
        key_id: KeyId,
        /// The key's new status.
        status: KeyStatus,
        /// The event of the change.
        event: Event,
    },
    /// Revokes a key and stores a hash that nothing matches for each user whose password it set.
    ///
    /// Answered with [`Reply::Ended`] or [`Reply::None`].
    EndKey {
        /// The key's company.
        company_id: CompanyId,
        /// The key to revoke; it may be revoked already.
        key_id: KeyId,
        /// The hash that nothing matches.
        password_hash: PasswordHash,
        /// The event of the change.
        event: Event,
    },
    /// Raises the credential version of a user, or of each user of a company.
    ///
    /// Answered with [`Reply::Done`] or [`Reply::None`].
    SignOut {
        /// The company.
        company_id: CompanyId,
        /// The user; all of the company's if there is none.
        user_id: Option<UserId>,
        /// The event of the change.
        event: Event,
    },
    /// Deletes a company with its keys, users, tokens and codes. Events stay.
    ///
    /// Answered with [`Reply::Done`] or [`Reply::None`].
    DeleteCompany {
        /// The company to delete.
        company_id: CompanyId,
        /// The event of the change.
        event: Event,
    },
    /// Looks up a user.
    ///
    /// Answered with [`Reply::User`] or [`Reply::None`].
    FindUser {
        /// The company whose user is looked up.
        company_id: CompanyId,
        /// The user's canonical address.
        email: Email,
    },
    /// Creates a user unless its address is taken.
    ///
    /// Answered with [`Reply::Created`] or [`Reply::Exists`].
    CreateUser {
        /// The user to create.
        user: NewUser,
        /// The event of the change.
        event: Event,
    },
    /// Lists a company's users.
    ///
    /// Answered with [`Reply::Users`].
    ListUsers {
        /// The company whose users are listed.
        company_id: CompanyId,
        /// The part of the list.
        #[serde(flatten)]
        page: Page,
    },
    /// Sets a user's status. Disabling the user raises the credential version.
    ///
    /// Answered with [`Reply::Done`] or [`Reply::None`].
    SetUserStatus {
        /// The user's company.
        company_id: CompanyId,
        /// The user to change.
        user_id: UserId,
        /// The user's new status.
        status: UserStatus,
        /// The event of the change.
        event: Event,
    },
    /// Sets who manages a user, and raises the credential version.
    ///
    /// Answered with [`Reply::Done`] or [`Reply::None`].
    SetUserManager {
        /// The user's company.
        company_id: CompanyId,
        /// The user to change.
        user_id: UserId,
        /// The party that sets the user's password from now on.
        managed_by: ManagedBy,
        /// The event of the change.
        event: Event,
    },
    /// Sets members of a user that answers show. The credential version stays.
    ///
    /// Answered with [`Reply::Done`] or [`Reply::None`].
    SetUser {
        /// The user's company.
        company_id: CompanyId,
        /// The user to change.
        user_id: UserId,
        /// The new members.
        #[serde(flatten)]
        members: UserMembers,
        /// The event of the change.
        event: Event,
    },
    /// Gives a user a different address unless that is taken, and raises the credential version.
    ///
    /// Answered with [`Reply::Done`], [`Reply::None`] or [`Reply::Exists`].
    SetUserEmail {
        /// The user's company.
        company_id: CompanyId,
        /// The user to change.
        user_id: UserId,
        /// The user's new canonical address.
        email: Email,
        /// The event of the change.
        event: Event,
    },
    /// Deletes a user with the tokens and codes. Events stay.
    ///
    /// Answered with [`Reply::Done`] or [`Reply::None`].
    DeleteUser {
        /// The user's company.
        company_id: CompanyId,
        /// The user to delete.
        user_id: UserId,
        /// The event of the change.
        event: Event,
    },
    /// Stores a hash that nothing matches, if the stored one is the expected one still. It forgets when and by which key the
    /// password was set, and raises the credential version.
    ///
    /// Answered with [`Reply::Done`] or [`Reply::Stale`].
    DisablePassword {
        /// The user's company.
        company_id: CompanyId,
        /// The user to change.
        user_id: UserId,
        /// The hash to be replaced.
        expected_hash: PasswordHash,
        /// The hash that nothing matches.
        password_hash: PasswordHash,
        /// The event of the change.
        event: Event,
    },
    /// Lists products.
    ///
    /// Answered with [`Reply::Products`].
    ListProducts,
    /// Creates a product, or sets the URL of one that is there and leaves its secrets.
    ///
    /// Answered with [`Reply::Done`] or [`Reply::Exists`].
    SaveProduct {
        /// The product's name.
        name: ProductName,
        /// The URL to which a launch sends the user.
        launch_url: LaunchUrl,
        /// The digest of the secret of a new product.
        secret_digest: Digest,
        /// The event of the change.
        event: Event,
    },
    /// Gives a product a new secret and keeps the one that it had as the one before.
    ///
    /// Answered with [`Reply::Done`] or [`Reply::None`].
    RotateProduct {
        /// The product's name.
        name: ProductName,
        /// The digest of the new secret.
        secret_digest: Digest,
        /// The end of the secret that the product had; it is gone at once if there is none.
        previous_secret_expires_at: Option<u64>,
        /// The event of the change.
        event: Event,
    },
    /// Lists stored events.
    ///
    /// Answered with [`Reply::Events`].
    ListEvents {
        /// What the events are of.
        #[serde(flatten)]
        filter: EventFilter,
        /// The part of the list.
        #[serde(flatten)]
        page: Page,
    },
    /// Deletes the tokens and codes that have expired.
    ///
    /// Answered with [`Reply::Purged`].
    Purge {
        /// The present time in milliseconds since 1970.
        now: u64,
    },
    /// Deletes the events of before a time.
    ///
    /// Answered with [`Reply::Purged`].
    PurgeEvents {
        /// The time in milliseconds since 1970.
        before: u64,
        /// The event of the change, which stays.
        event: Event,
    },
    /// Records an event. A host need not keep it.
    ///
    /// Answered with [`Reply::Done`].
    Audit {
        /// The event to record.
        event: Event,
    },
    /// Computes Argon2id.
    ///
    /// Answered as [`Hashing`] says.
    #[serde(untagged)]
    Hashing(Hashing),
}

impl Call {
    /// Returns the name of the call, as in its JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.contract().call
    }

    /// Returns the names of the replies that answer the call, in the order of `spec/storage.md`. `failed` fits any call besides, and
    /// `overloaded` one that computes a hash.
    #[must_use]
    pub const fn replies(&self) -> &'static [&'static str] {
        self.contract().replies
    }

    /// Returns whether the reply fits the call: it is one of [`Self::replies`], or a failure that the call may have. Any other is a
    /// fault of the host.
    #[must_use]
    pub fn allows(&self, reply: &Reply) -> bool {
        self.contract().allows(reply.name())
    }

    pub(crate) const fn contract(&self) -> Contract {
        match self {
            Self::FindCompanyByEmail { .. } => {
                Contract::new("find_company_by_email", &["company", "none"])
            }
            Self::CreateCompany { .. } => Contract::new("create_company", &["company", "exists"]),
            Self::ListCompanies { .. } => Contract::new("list_companies", &["companies"]),
            Self::SetCompanyStatus { .. } => Contract::new("set_company_status", &["done", "none"]),
            Self::SetCompany { .. } => Contract::new("set_company", &["done", "none"]),
            Self::SaveKey { .. } => Contract::new("save_key", &["saved_key"]),
            Self::RotateKey { .. } => Contract::new("rotate_key", &["saved_key", "none"]),
            Self::ListKeys { .. } => Contract::new("list_keys", &["keys"]),
            Self::SetKeyStatus { .. } => Contract::new("set_key_status", &["done", "none"]),
            Self::EndKey { .. } => Contract::new("end_key", &["ended", "none"]),
            Self::SignOut { .. } => Contract::new("sign_out", &["done", "none"]),
            Self::DeleteCompany { .. } => Contract::new("delete_company", &["done", "none"]),
            Self::FindUser { .. } => Contract::FIND_USER,
            Self::CreateUser { .. } => Contract::CREATE_USER,
            Self::ListUsers { .. } => Contract::new("list_users", &["users"]),
            Self::SetUserStatus { .. } => Contract::new("set_user_status", &["done", "none"]),
            Self::SetUserManager { .. } => Contract::new("set_user_manager", &["done", "none"]),
            Self::SetUser { .. } => Contract::new("set_user", &["done", "none"]),
            Self::SetUserEmail { .. } => {
                Contract::new("set_user_email", &["done", "none", "exists"])
            }
            Self::DeleteUser { .. } => Contract::new("delete_user", &["done", "none"]),
            Self::DisablePassword { .. } => Contract::new("disable_password", &["done", "stale"]),
            Self::ListProducts => Contract::new("list_products", &["products"]),
            Self::SaveProduct { .. } => Contract::new("save_product", &["done", "exists"]),
            Self::RotateProduct { .. } => Contract::new("rotate_product", &["done", "none"]),
            Self::ListEvents { .. } => Contract::new("list_events", &["events"]),
            Self::PurgeEvents { .. } => Contract::new("purge_events", &["purged"]),
            Self::Purge { .. } => Contract::new("purge", &["purged"]),
            Self::Audit { .. } => Contract::AUDIT,
            Self::Hashing(hashing) => hashing.contract(),
        }
    }
}
