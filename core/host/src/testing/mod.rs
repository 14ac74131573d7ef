//! The promises of `spec/storage.md` as tests of any storage.
//!
//! ```
//! use ssokey_host::testing::{Tested, tests};
//!
//! async fn check<S: Tested>(mut new_empty: impl AsyncFnMut() -> S) {
//!     for test in tests() {
//!         assert_eq!(test.run(&new_empty().await).await, Ok(()));
//!     }
//! }
//! ```
//!
//! A storage that keeps no events, or none of `audit`, passes what is said of events. Calls that race are in one task, so a storage that blocks a thread instead
//! of awaiting runs them one after the other. Not tested are `admit` and `give_back`, whose limits are the storage's own, and what
//! no call shows: that a write is on the disk before its reply.

mod account;
mod audit;
mod check;
mod company;
mod delete;
mod end;
mod event;
mod key;
mod list;
mod product;
mod record;
mod refer;
mod set;
mod token;
mod user;
mod whole;

use std::fmt;
use std::pin::Pin;

use ssokey_core::CompanyId;

use crate::testing::check::Finding;
pub use crate::testing::check::Tested;
use crate::testing::record::{created_company, partner};

type Found<'a> = Pin<Box<dyn Future<Output = Result<(), Finding>> + Send + 'a>>;

/// One promise of `spec/storage.md` as a test.
pub struct Test<S> {
    requirement: &'static str,
    name: &'static str,
    body: for<'a> fn(&'a S, CompanyId) -> Found<'a>,
}

/// A storage does not keep a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The promise, such as `STO-TAKE`.
    pub requirement: &'static str,
    /// The name of the test: what the storage should do.
    pub name: &'static str,
    /// What it did. It holds no password hash.
    pub found: String,
}

/// Returns the tests, for any storage: every call, every outcome, and races of 64 callers.
#[must_use]
pub fn tests<S: Tested>() -> Vec<Test<S>> {
    [
        company::tests(),
        key::tests(),
        product::tests(),
        account::tests(),
        set::tests(),
        end::tests(),
        user::tests(),
        token::tests(),
        delete::tests(),
        audit::tests(),
        event::tests(),
        refer::tests(),
        list::tests(),
        whole::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl<S: Tested> Test<S> {
    /// Returns the promise, such as `STO-TAKE`.
    #[must_use]
    pub const fn requirement(&self) -> &'static str {
        self.requirement
    }

    /// Returns what the storage should do. No two names are the same.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Tries a storage that is empty.
    ///
    /// # Errors
    ///
    /// [`Broken`] if the storage does not do what the name says.
    pub async fn run(&self, storage: &S) -> Result<(), Broken> {
        self.find(storage).await.map_err(|Finding(found)| {
            let Self { requirement, name, .. } = *self;
            Broken { requirement, name, found }
        })
    }

    async fn find(&self, storage: &S) -> Result<(), Finding> {
        let company = created_company(storage, partner()?).await?;
        (self.body)(storage, company.id).await
    }
}

impl<S> fmt::Debug for Test<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.requirement, self.name)
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requirement, name, found } = self;
        write!(f, "{requirement}: {name}; {found}")
    }
}

impl std::error::Error for Broken {}

/// Defines the tests of a file: the promise, and the function whose name is the sentence.
macro_rules! promises {
    ($($requirement:literal $name:ident;)*) => {
        pub(super) fn tests<S: $crate::testing::check::Tested>() -> Vec<$crate::testing::Test<S>> {
            vec![$($crate::testing::Test {
                requirement: $requirement,
                name: stringify!($name),
                body: |storage, company| Box::pin($name(storage, company)),
            },)*]
        }
    };
}

pub(crate) use promises;
