#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

// The tests outside the crate use the store of the exploration too, so the store names the crate as they do.
#[cfg(test)]
extern crate self as ssokey_core;
#[cfg(test)]
extern crate std;

mod context;
mod error;
#[cfg(test)]
mod exploration;
mod failure;
mod machine;
mod operation;
pub mod operator;
mod request;
mod settings;
mod state;
mod step;
mod value;
mod wire;

pub(crate) use error::Error;
pub use failure::{Failure, failure};
pub use operation::name::OperationName;
pub(crate) use request::MAX_CLOCK_SKEW;
pub use request::{Body, ENTROPY_BYTES, MAX_REQUEST_BYTES, Request};
pub use settings::{Settings, SettingsError};
pub use step::{Step, Waiting, begin};
pub use value::ParseError;
pub use value::argon2id::{
    Argon2id, Costs, HashKind, Memory, OutOfMemory, PasswordHash, Verdict, argon2id, hash_password,
    verify_password,
};
pub use value::digest::Digest;
pub use value::domain::Domain;
pub use value::email::Email;
pub use value::email_domains::EmailDomains;
pub use value::id::{
    CompanyId, CredentialVersion, EventId, KeyId, MAX_INTEGER, OutOfRange, UserId,
};
pub use value::launch_url::LaunchUrl;
pub use value::password::Password;
pub use value::product::{ProductName, Products};
pub use value::ssokey::SsoKey;
pub use wire::call::{Attempt, Call, PasswordSwap};
pub use wire::error_code::ErrorCode;
pub use wire::event::{
    Denial, Event, EventKind, Fault, HostFault, KeyRefusal, Purpose, Rule, SignInRefusal,
};
pub use wire::hashing::{Behalf, Hashing};
pub use wire::json::from_json;
pub use wire::record::company::{Company, CompanyStatus, NewCompany};
pub use wire::record::key::{Key, KeyStatus, NewKey};
pub use wire::record::product::Product;
pub use wire::record::token::{Code, Holder, Token};
pub use wire::record::user::{ManagedBy, NewUser, User, UserStatus};
pub use wire::reply::Reply;
pub use wire::response::Response;
