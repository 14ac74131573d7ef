//! JSON whose objects keep the order of their members, on which the bytes of an answer depend.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Number;

/// The members of an object, in order.
pub(crate) type Members = IndexMap<String, Json>;

#[derive(Clone, Deserialize, Serialize)]
#[serde(untagged)]
pub(crate) enum Json {
    Null,
    Flag(bool),
    Number(Number),
    Text(String),
    List(Vec<Json>),
    Object(Members),
}

impl Json {
    pub(crate) fn text(&self) -> &str {
        let Json::Text(text) = self else {
            panic!("a text was expected: {}", self.compact());
        };
        text
    }

    pub(crate) fn list(&self) -> &[Json] {
        let Json::List(list) = self else {
            panic!("an array was expected: {}", self.compact());
        };
        list
    }

    pub(crate) fn members(&self) -> &Members {
        let Json::Object(members) = self else {
            panic!("an object was expected: {}", self.compact());
        };
        members
    }

    /// Returns the JSON without white space.
    pub(crate) fn compact(&self) -> String {
        serde_json::to_string(self).unwrap()
    }
}
