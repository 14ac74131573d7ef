//! The pairs of passwords and of e-mails that careless servers merge, as `spec/passwords.json` and `spec/emails.json` list them.

use std::sync::LazyLock;

use serde::Deserialize;

const PASSWORDS: &str = include_str!("../../spec/passwords.json");
const EMAILS: &str = include_str!("../../spec/emails.json");

/// Two texts that are not the same, and the bug that gets them wrong. In both, `#` is the place of a part of one's own.
#[derive(Debug, Deserialize)]
#[non_exhaustive]
pub struct Pair {
    /// Its name, which never changes.
    pub name: String,
    /// Pairs that like bugs merge are of one kind.
    pub kind: String,
    /// The bug of a server that gets it wrong.
    pub bug: String,
    /// The answer that two e-mails have to get; two passwords are always different.
    #[serde(default)]
    pub expect: Expect,
    /// The number of characters that `#` stands for; `None` leaves it open.
    pub length: Option<usize>,
    /// The first text.
    pub one: String,
    /// The second text. Of most pairs it is the one that the bug turns into the first.
    pub other: String,
}

/// The answer that a pair has to get.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// The two are different passwords, or name different users.
    #[default]
    Different,
    /// The two name the same user.
    Same,
    /// The first is an e-mail, and the second is not.
    Refused,
}

impl Pair {
    /// The pairs of passwords.
    pub fn passwords() -> &'static [Self] {
        static PAIRS: LazyLock<Vec<Pair>> = LazyLock::new(|| read(PASSWORDS));
        &PAIRS
    }

    /// The pairs of e-mails.
    pub fn emails() -> &'static [Self] {
        static PAIRS: LazyLock<Vec<Pair>> = LazyLock::new(|| read(EMAILS));
        &PAIRS
    }

    /// The two texts with a part of one's own in the place of each `#`: decimal digits of which the first is not `0` in a
    /// password, lower-case letters, digits and inner hyphens in an e-mail. It has [`Pair::length`] characters.
    pub fn around(&self, own: &str) -> [String; 2] {
        [&self.one, &self.other].map(|text| text.replace('#', own))
    }
}

/// Reads a file of pairs. A test shows that there is nothing in them that cannot be read.
fn read(pairs: &str) -> Vec<Pair> {
    serde_json::from_str(pairs).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_read_and_differs() {
        assert!(Pair::passwords().len() > 150 && Pair::emails().len() > 100);
        for pair in Pair::passwords().iter().chain(Pair::emails()) {
            let [one, other] = pair.around("7");
            assert_ne!(one, other, "{}", pair.name);
        }
        for expect in [Expect::Different, Expect::Same, Expect::Refused] {
            assert!(Pair::emails().iter().any(|pair| pair.expect == expect));
        }
    }
}
