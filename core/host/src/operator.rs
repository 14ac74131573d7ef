//! What a database does for the operator's commands.

use std::future::Future;

use ssokey_core::operator::{
    CompanyMembers, EventFilter, ListedKey, Page, StoredEvent, UserMembers,
};
use ssokey_core::{
    Company, CompanyId, CompanyStatus, Digest, Email, Event, KeyId, KeyStatus, LaunchUrl,
    ManagedBy, NewCompany, NewKey, PasswordHash, Product, ProductName, User, UserId, UserStatus,
};

use crate::{Creation, Storage, Swap};

/// The storage that the operator's commands need besides. Each method keeps the promise that `spec/storage.md` states for the call of its
/// name, and is one atomic operation, with its event.
pub trait OperatorStorage: Storage {
    /// Returns the company with this registered address.
    fn find_company_by_email(
        &self,
        email: Email,
    ) -> impl Future<Output = Result<Option<Company>, Self::Error>> + Send;

    /// Creates an enabled company unless one has its domain or its address (`STO-COMPANY`). The event is stored with the new id as its
    /// `company_id`.
    fn create_company(
        &self,
        company: NewCompany,
        event: Event,
    ) -> impl Future<Output = Result<Creation<Company>, Self::Error>> + Send;

    /// Returns a page of the companies, in the order of their ids (`STO-LIST`).
    fn list_companies(
        &self,
        page: Page,
    ) -> impl Future<Output = Result<Vec<Company>, Self::Error>> + Send;

    /// Sets a company's status. Disabling it raises the version of each of its users in the same operation.
    fn set_company_status(
        &self,
        company_id: CompanyId,
        status: CompanyStatus,
        event: Event,
    ) -> impl Future<Output = Result<Change, Self::Error>> + Send;

    /// Sets the members of a company that are not none (`STO-SET`).
    fn set_company(
        &self,
        company_id: CompanyId,
        members: CompanyMembers,
        event: Event,
    ) -> impl Future<Output = Result<Change, Self::Error>> + Send;

    /// Stores an enabled key and returns its new id, which is the event's `key_id` as well. Fails if there is no such company, or the digest is
    /// there.
    fn save_key(
        &self,
        key: NewKey,
        event: Event,
    ) -> impl Future<Output = Result<KeyId, Self::Error>> + Send;

    /// Stores an enabled key in place of the older one, which it revokes if it is to. Does nothing, and returns none, unless the company has the
    /// older one and it is not revoked (`STO-KEYS`).
    fn rotate_key(
        &self,
        company_id: CompanyId,
        key_id: KeyId,
        key: NewKey,
        revoke: bool,
        event: Event,
    ) -> impl Future<Output = Result<Option<KeyId>, Self::Error>> + Send;

    /// Returns a page of a company's keys, whatever their status.
    fn list_keys(
        &self,
        company_id: CompanyId,
        page: Page,
    ) -> impl Future<Output = Result<Vec<ListedKey>, Self::Error>> + Send;

    /// Sets a key's status, unless it is revoked: then there is no such key.
    fn set_key_status(
        &self,
        company_id: CompanyId,
        key_id: KeyId,
        status: KeyStatus,
        event: Event,
    ) -> impl Future<Output = Result<Change, Self::Error>> + Send;

    /// Revokes a key and gives each of the company's users whose password it set this hash, neither `issued_at` nor a key, and a raised version
    /// (`STO-END`). Returns their number, or none if the company has no such key.
    fn end_key(
        &self,
        company_id: CompanyId,
        key_id: KeyId,
        password_hash: PasswordHash,
        event: Event,
    ) -> impl Future<Output = Result<Option<u64>, Self::Error>> + Send;

    /// Raises the version of a user, or of each user of a company (`STO-OUT`).
    fn sign_out(
        &self,
        company_id: CompanyId,
        user_id: Option<UserId>,
        event: Event,
    ) -> impl Future<Output = Result<Change, Self::Error>> + Send;

    /// Deletes a company with its keys, users, tokens and codes (`STO-DELETE`). Events stay.
    fn delete_company(
        &self,
        company_id: CompanyId,
        event: Event,
    ) -> impl Future<Output = Result<Change, Self::Error>> + Send;

    /// Returns a page of a company's users.
    fn list_users(
        &self,
        company_id: CompanyId,
        page: Page,
    ) -> impl Future<Output = Result<Vec<User>, Self::Error>> + Send;

    /// Sets a user's status. Disabling the user raises the version (`STO-DISABLE`).
    fn set_user_status(
        &self,
        company_id: CompanyId,
        user_id: UserId,
        status: UserStatus,
        event: Event,
    ) -> impl Future<Output = Result<Change, Self::Error>> + Send;

    /// Sets who manages a user, and raises the version.
    fn set_user_manager(
        &self,
        company_id: CompanyId,
        user_id: UserId,
        managed_by: ManagedBy,
        event: Event,
    ) -> impl Future<Output = Result<Change, Self::Error>> + Send;

    /// Sets the members of a user that are not none. The version stays.
    fn set_user(
        &self,
        company_id: CompanyId,
        user_id: UserId,
        members: UserMembers,
        event: Event,
    ) -> impl Future<Output = Result<Change, Self::Error>> + Send;

    /// Gives a user the address unless a different one of the company has it, and raises the version (`STO-EMAIL`).
    fn set_user_email(
        &self,
        company_id: CompanyId,
        user_id: UserId,
        email: Email,
        event: Event,
    ) -> impl Future<Output = Result<Naming, Self::Error>> + Send;

    /// Deletes a user with the tokens and codes. Events stay.
    fn delete_user(
        &self,
        company_id: CompanyId,
        user_id: UserId,
        event: Event,
    ) -> impl Future<Output = Result<Change, Self::Error>> + Send;

    /// Stores the hash, neither `issued_at` nor a key, and raises the version, if the stored hash is the expected one, byte for byte
    /// (`STO-HASHES`).
    fn disable_password(
        &self,
        company_id: CompanyId,
        user_id: UserId,
        expected_hash: PasswordHash,
        password_hash: PasswordHash,
        event: Event,
    ) -> impl Future<Output = Result<Swap, Self::Error>> + Send;

    /// Returns all products, in the order of their names.
    fn list_products(&self) -> impl Future<Output = Result<Vec<Product>, Self::Error>> + Send;

    /// Creates a product without a previous secret. Of one that exists, stores the URL alone (`STO-PRODUCT`).
    fn save_product(
        &self,
        name: ProductName,
        launch_url: LaunchUrl,
        secret_digest: Digest,
        event: Event,
    ) -> impl Future<Output = Result<Creation, Self::Error>> + Send;

    /// Gives a product a new secret. The one that it had becomes the previous one until that time, or is deleted if there is none.
    fn rotate_product(
        &self,
        name: ProductName,
        secret_digest: Digest,
        previous_secret_expires_at: Option<u64>,
        event: Event,
    ) -> impl Future<Output = Result<Change, Self::Error>> + Send;

    /// Returns a page of the stored events that fit (`STO-EVENTS`); none where none are kept.
    fn list_events(
        &self,
        filter: EventFilter,
        page: Page,
    ) -> impl Future<Output = Result<Vec<StoredEvent>, Self::Error>> + Send;

    /// Deletes the events of before a time, stores its own, and returns the number of the deleted.
    fn purge_events(
        &self,
        before: u64,
        event: Event,
    ) -> impl Future<Output = Result<u64, Self::Error>> + Send;

    /// Deletes the tokens and codes that expire at `now` or before, and returns their number (`STO-PURGE`).
    fn purge(&self, now: u64) -> impl Future<Output = Result<u64, Self::Error>> + Send;
}

/// What became of a change of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The change is done, also where every value was so already.
    Done,
    /// There is no such record.
    NotFound,
}

/// What became of a new address for a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// The record has the address.
    Done,
    /// There is no such record.
    NotFound,
    /// A different record has the address. Nothing was changed.
    Exists,
}
