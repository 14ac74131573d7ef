//! The operations that a server may offer besides sign-on, group by group.

use serde::{Deserialize, Serialize};

use crate::format::operation::Operation;

/// A group of checks that a server passes as a whole, or does not offer at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// The documented call. Every server has it.
    SignOn,
    /// Sending users to a product with a single-use code
    Launch,
    /// Users who sign in with their own password, without a key
    Direct,
    /// Asking whose a token is, and ending it
    Session,
    /// Two companies that must not see each other; needs a second company's key
    Isolation,
    /// The habits of clients of 2011 to 2013
    Legacy,
}

impl Profile {
    /// All of them, the required one first.
    pub const ALL: [Self; 6] =
        [Self::SignOn, Self::Launch, Self::Direct, Self::Session, Self::Isolation, Self::Legacy];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignOn => "sign-on",
            Self::Launch => "launch",
            Self::Direct => "direct",
            Self::Session => "session",
            Self::Isolation => "isolation",
            Self::Legacy => "legacy",
        }
    }

    /// The profile of this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Returns what it is about and what it needs, for people.
    pub fn about(self) -> &'static str {
        match self {
            Self::SignOn => "the documented call; every server has it",
            Self::Launch => {
                "sending users to a product with a single-use code; exchanging the code needs the product's secret"
            }
            Self::Direct => "users who sign in with their own password, without a key",
            Self::Session => "asking whose a token is, and ending it",
            Self::Isolation => {
                "two companies that must not see each other; needs the key of a second one"
            }
            Self::Legacy => {
                "what clients of 2011 to 2013 rely on; needs direct sign-in, and in part the option for them"
            }
        }
    }

    /// The calls whose absence, one and all, shows that a server does not offer it.
    pub fn operations(self) -> &'static [Operation] {
        match self {
            Self::SignOn | Self::Isolation => &[],
            Self::Launch => &[Operation::Launch, Operation::Exchange],
            Self::Direct | Self::Legacy => &[Operation::Direct],
            Self::Session => &[Operation::Session, Operation::SignOut],
        }
    }
}

impl std::fmt::Display for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
