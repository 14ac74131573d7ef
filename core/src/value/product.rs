//! The products that a partner's users may be signed on to.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::ParseError;
use crate::value::text::text;

/// A product's name: 1 to 32 lower-case letters, digits and hyphens.
///
/// A record's product is known by this form alone. The products that a request may name are the server's [`Products`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductName(String);

impl ProductName {
    /// Parses a name; none if it is outside the bounds above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let valid = (1..=32).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        valid.then(|| Self(text.into()))
    }
}

text!(ProductName, "must be 1 to 32 lower-case letters, digits and hyphens", "a product name");

/// The products of a server: 1 to 64 different names, in the server's order (`SSO-REQ-012`).
///
/// The default is the document's list: `accounts`, `livechat`, `email`, `meeting`, `groupchat` and `remote`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Products(Vec<ProductName>);

impl Products {
    /// The most products that a server may have.
    pub const MAX: usize = 64;

    pub(crate) const BOUNDS: &'static str =
        "must be 1 to 64 different names of 1 to 32 lower-case letters, digits and hyphens";

    /// Takes a server's products.
    ///
    /// # Errors
    ///
    /// The names are not 1 to 64, or one is there twice.
    pub fn new(names: Vec<ProductName>) -> Result<Self, ParseError> {
        let is_new = |(at, name)| !names.iter().take(at).any(|before| before == name);
        let valid = (1..=Self::MAX).contains(&names.len()) && names.iter().enumerate().all(is_new);
        if valid { Ok(Self(names)) } else { Err(ParseError::of_list(Self::BOUNDS)) }
    }

    /// Returns the product of this name, in exactly this spelling.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&ProductName> {
        self.0.iter().find(|product| product.as_str() == name)
    }

    /// Returns these of the products, once each and in the server's order; none if there are none or one of them is not the
    /// server's.
    pub(crate) fn select(&self, names: &[ProductName]) -> Option<Vec<ProductName>> {
        let valid = !names.is_empty() && names.iter().all(|name| self.0.contains(name));
        valid.then(|| self.0.iter().filter(|name| names.contains(name)).cloned().collect())
    }

    /// Returns the names in the server's order.
    #[must_use]
    pub fn as_slice(&self) -> &[ProductName] {
        &self.0
    }
}

impl Default for Products {
    fn default() -> Self {
        let names = ["accounts", "livechat", "email", "meeting", "groupchat", "remote"];
        Self(names.map(|name| ProductName(name.into())).into())
    }
}

/// Writes the names with commas between.
impl fmt::Display for Products {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.0.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { ", " })?;
            f.write_str(name.as_str())?;
        }
        Ok(())
    }
}
