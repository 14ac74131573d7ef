//! The words of requests and records, parsed: a value that exists is valid.

pub(crate) mod argon2id;
pub(crate) mod code;
pub(crate) mod digest;
pub(crate) mod domain;
pub(crate) mod email;
pub(crate) mod email_domains;
pub(crate) mod hexadecimal;
pub(crate) mod id;
pub(crate) mod launch_url;
pub(crate) mod password;
pub(crate) mod product;
pub(crate) mod ssokey;
pub(crate) mod text;
pub(crate) mod token;
pub(crate) mod word;

pub use text::ParseError;
