//! Reports. Each is made from the record of a run and adds nothing to it.

mod digest;
mod github;
mod html;
mod human;
mod json;
mod junit;
mod markdown;
mod rules;
mod untried;

pub use crate::report::github::write as github;
pub use crate::report::html::write as html;
#[cfg(feature = "cargo-test")]
pub(crate) use crate::report::human::plain_failure;
pub use crate::report::human::{Detail, write as human, write_with as human_with};
pub use crate::report::json::write as json;
pub use crate::report::junit::write as junit;
pub use crate::report::markdown::write as markdown;
pub use crate::report::rules::{
    write as rules, write_failure as failure, write_json as rules_json, write_replay as replay,
};
