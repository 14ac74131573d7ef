//! The records of a host's storage, in a file for each noun. Their JSON stands in `spec/storage.md`.

pub(crate) mod company;
pub(crate) mod key;
pub(crate) mod product;
pub(crate) mod token;
pub(crate) mod user;
