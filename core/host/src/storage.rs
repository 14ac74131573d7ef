//! What a database does for requests.

use std::future::{Future, ready};

use ssokey_core::CompanyId;
use ssokey_core::{
    Attempt, Code, Company, CredentialVersion, Digest, Domain, Email, Event, Holder, Key, KeyId,
    NewUser, PasswordSwap, Product, ProductName, Token, User,
};

use crate::Trouble;

/// The storage that requests need. Each method keeps the promise that `spec/storage.md` states for the call of its name; the feature
/// `testing` has these as tests.
///
/// A failure is an `Err`, which the client sees as 5030: of a write that failed it need not be known whether it was applied. A record that
/// is not there, or a lost race, is an answer and not a failure. A method with an [`Event`] stores it in the same operation as its
/// change, both or neither, if it keeps events at all.
pub trait Storage: Send + Sync {
    /// The error of a call that failed.
    type Error: Send;

    /// Takes note of a trouble, such as a call that failed. The client is told none of it, so put it into your log, with the code of an error and without its words, in which drivers put values.
    fn report(&self, trouble: Trouble<Self::Error>);

    /// Counts an attempt and says whether it may go on (`STO-ADMIT`). By default all may.
    fn admit(
        &self,
        _attempt: Attempt,
    ) -> impl Future<Output = Result<Admission, Self::Error>> + Send {
        ready(Ok(Admission::Admitted))
    }

    /// Takes the count of an attempt back, which was not a guess (`STO-ADMIT`). By default nothing is counted.
    fn give_back(&self, _attempt: Attempt) -> impl Future<Output = Result<(), Self::Error>> + Send {
        ready(Ok(()))
    }

    /// Returns the key with this digest, whatever its status, and its company (`STO-KEY`).
    fn find_key(
        &self,
        digest: Digest,
    ) -> impl Future<Output = Result<Option<(Key, Company)>, Self::Error>> + Send;

    /// Returns the user of that company with this address, which is compared byte for byte (`STO-FIND`).
    fn find_user(
        &self,
        company_id: CompanyId,
        email: Email,
    ) -> impl Future<Output = Result<Option<User>, Self::Error>> + Send;

    /// Returns the company with this domain.
    fn find_company(
        &self,
        domain: Domain,
    ) -> impl Future<Output = Result<Option<Company>, Self::Error>> + Send;

    /// Returns the product of this name.
    fn find_product(
        &self,
        name: ProductName,
    ) -> impl Future<Output = Result<Option<Product>, Self::Error>> + Send;

    /// Inserts a user unless its company has one with the address (`STO-CREATE`). [`NewUser::with_id`] has the first values. The event,
    /// which comes with an operator's command alone, is stored with the new id as its `user_id`.
    fn create_user(
        &self,
        user: NewUser,
        event: Option<Event>,
    ) -> impl Future<Output = Result<Creation<User>, Self::Error>> + Send;

    /// Stores the hash, `issued_at` and the key, and raises the version by one, if the version is the expected one (`STO-SWAP`). Returns
    /// the raised version: the expected one plus one, and not what is read afterwards.
    fn replace_password(
        &self,
        swap: PasswordSwap,
        issued_at: Option<u64>,
        password_key_id: KeyId,
    ) -> impl Future<Output = Result<Swap<CredentialVersion>, Self::Error>> + Send;

    /// Stores the hash, and nothing else, if the version is the expected one (`STO-SWAP`).
    fn rehash_password(
        &self,
        swap: PasswordSwap,
    ) -> impl Future<Output = Result<Swap, Self::Error>> + Send;

    /// Stores a token with its event and the last use of its key, durably (`STO-SAVE`, `STO-USED`). Fails if the digest is there.
    fn save_token(
        &self,
        token: Token,
        event: Event,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Stores a code likewise.
    fn save_code(
        &self,
        code: Code,
        event: Event,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Returns a token, with its user, company and key as they are now. None if one of them is not there (`STO-REFER`).
    fn find_token(
        &self,
        digest: Digest,
    ) -> impl Future<Output = Result<Option<(Token, Holder)>, Self::Error>> + Send;

    /// Removes a code and returns it, likewise, to exactly one taker (`STO-TAKE`).
    fn take_code(
        &self,
        digest: Digest,
    ) -> impl Future<Output = Result<Option<(Code, Holder)>, Self::Error>> + Send;

    /// Removes a token, if there is one (`STO-REVOKE`).
    fn revoke_token(&self, digest: Digest) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Records the event of a refusal (`STO-AUDIT`). By default none is kept.
    fn audit(&self, _event: Event) -> impl Future<Output = Result<(), Self::Error>> + Send {
        ready(Ok(()))
    }
}

/// Whether an attempt may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The attempt may go on.
    Admitted,
    /// The attempt is over a limit.
    RetryAfter {
        /// The number of seconds after which to try again.
        seconds: u32,
    },
}

/// What became of a record that was to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Creation<T = ()> {
    /// The record was created.
    Created(T),
    /// A record with the same unique members is there.
    Exists,
}

/// What became of a write on the condition that a stored value is the expected one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swap<T = ()> {
    /// The value was the expected one, and the write is done.
    Done(T),
    /// The value is a different one, or the record is not there. Nothing was changed.
    Stale,
}
