//! Requests and answers, and the secrets that they hold.

pub mod answer;
pub mod escape;
pub mod fields;
pub mod json;
pub mod request;
pub mod secret;
