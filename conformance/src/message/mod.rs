//! Requests and answers, and the secrets that they hold.

pub(crate) mod answer;
pub(crate) mod decoded;
pub(crate) mod escape;
pub(crate) mod fields;
pub(crate) mod json;
pub(crate) mod known;
pub(crate) mod request;
pub(crate) mod secret;
pub(crate) mod secrets;
pub(crate) mod shape;
pub(crate) mod shown;

pub use crate::message::answer::Answer;
pub use crate::message::json::Json;
pub use crate::message::request::{Outline, Request};
pub use crate::message::secret::Credential;
pub use crate::message::secrets::{hide_shapes, without_quotations};
