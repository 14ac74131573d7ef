//! The names of products.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::format::requirement::Requirement;

/// The name of a product: 1 to 32 lower-case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProductName(Cow<'static, str>);

impl ProductName {
    /// The most characters that a name has.
    pub const MAX_LENGTH: usize = 32;
    /// The product of the document's examples.
    pub const LIVECHAT: Self = Self(Cow::Borrowed("livechat"));

    /// Returns the name in this spelling, if it has the form of one.
    ///
    /// # Errors
    ///
    /// It has not.
    pub fn parse(text: &str) -> Result<Self, ProductNameError> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_name = (1..=Self::MAX_LENGTH).contains(&text.len()) && text.bytes().all(fits);
        is_name.then(|| Self(text.to_owned().into())).ok_or(ProductNameError)
    }

    /// Returns the products of a server that is not configured with a list of its own, as SSO-REQ-012 lists them.
    pub fn documented() -> &'static [Self] {
        static NAMES: LazyLock<Vec<ProductName>> = LazyLock::new(|| {
            let sentence = Requirement::find("SSO-REQ-012").map_or("", |it| it.sentence);
            let list =
                sentence.split("they are").nth(1).and_then(|rest| rest.split("unless").next());
            let names = list.unwrap_or_default().split('`').skip(1).step_by(2);
            names.filter_map(|name| ProductName::parse(name).ok()).collect()
        });
        &NAMES
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProductName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for ProductName {
    type Err = ProductNameError;

    fn from_str(text: &str) -> Result<Self, ProductNameError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ProductName {
    type Error = ProductNameError;

    fn try_from(text: String) -> Result<Self, ProductNameError> {
        Self::parse(&text)
    }
}

impl From<ProductName> for String {
    fn from(name: ProductName) -> Self {
        name.0.into_owned()
    }
}

/// A text does not have the form of a product's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProductNameError;

impl fmt::Display for ProductNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a product has 1 to 32 lower-case letters, digits and hyphens")
    }
}

impl std::error::Error for ProductNameError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_1_to_32_lower_case_letters_digits_and_hyphens() {
        for name in ["a", "livechat", "9", "-", "a-9", &"a".repeat(32)] {
            assert!(ProductName::parse(name).is_ok(), "{name}");
        }
        for text in ["", "A", "a b", "a_b", "a,b", "ä", &"a".repeat(33)] {
            assert!(ProductName::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_documented_names_are_those_of_the_requirement() {
        let names = ProductName::documented();
        assert_eq!(names.len(), 6);
        assert!(names.contains(&ProductName::LIVECHAT));
        let ends = [names.first(), names.last()].map(|name| name.map(ProductName::as_str));
        assert_eq!(ends, [Some("accounts"), Some("remote")]);
    }
}
