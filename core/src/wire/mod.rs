//! The calls, replies and records that are exchanged with a host, the JSON of all of them, and the answer to the client.

pub(crate) mod call;
pub(crate) mod contract;
pub(crate) mod error_code;
pub(crate) mod event;
pub(crate) mod hashing;
pub(crate) mod json;
pub(crate) mod member;
pub(crate) mod outcome;
pub(crate) mod record;
pub(crate) mod reply;
pub(crate) mod response;
