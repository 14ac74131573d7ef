//! The products that a partner's users may be signed on to.

use serde::{Deserialize, Serialize};

/// One of the document's six products (`SSO-REQ-012`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Product {
    /// `accounts`
    Accounts,
    /// `livechat`
    Livechat,
    /// `email`
    Email,
    /// `meeting`
    Meeting,
    /// `groupchat`
    Groupchat,
    /// `remote`
    Remote,
}

impl Product {
    /// All products, in the document's order.
    pub const ALL: [Self; 6] =
        [Self::Accounts, Self::Livechat, Self::Email, Self::Meeting, Self::Groupchat, Self::Remote];

    /// Parses a product's name, in exactly this spelling.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.name() == name)
    }

    /// Returns the name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Livechat => "livechat",
            Self::Email => "email",
            Self::Meeting => "meeting",
            Self::Groupchat => "groupchat",
            Self::Remote => "remote",
        }
    }
}
