//! The three ways to send the fields of a call.

use serde::{Deserialize, Serialize};

/// A way to send the fields of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// GET, the fields in the query.
    Get,
    /// POST, the fields as a form.
    Form,
    /// POST, the fields as a JSON object.
    Json,
}

impl Way {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Get, Self::Form, Self::Json];
}
