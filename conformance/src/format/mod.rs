//! The format: its requirements, its operations, and the groups in which a server may offer them.

pub mod operation;
pub mod profile;
pub mod refusal;
pub mod requirement;
pub mod way;
mod why;
