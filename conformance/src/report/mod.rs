//! Reports. Each is made from the record of a run and adds nothing to it.

pub mod human;
pub mod json;
pub mod rules;
