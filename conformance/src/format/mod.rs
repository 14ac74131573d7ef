//! The format: its requirements, its operations, and the groups in which a server may offer them.

pub(crate) mod operation;
pub(crate) mod pair;
pub(crate) mod product;
pub(crate) mod profile;
pub(crate) mod refusal;
pub(crate) mod requirement;
pub(crate) mod way;
mod why;

pub use crate::format::operation::Operation;
pub use crate::format::pair::{Expect, Pair};
pub use crate::format::product::{ProductName, ProductNameError};
pub use crate::format::profile::Profile;
pub use crate::format::refusal::Refusal;
pub use crate::format::requirement::{Level, Requirement, Scope};
pub use crate::format::way::Way;
