//! Reports. Each is made from the record of a run and adds nothing to it.

mod digest;
pub mod github;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod rules;
