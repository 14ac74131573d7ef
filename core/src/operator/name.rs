//! The texts that the operator sets and answers show.

use alloc::string::String;

use crate::value::text::text;

/// A company's name, a company's kind of account or a user's permission: 1 to 200 characters, none of them control, nor one that
/// changes the direction of what follows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// Parses a name; none if it is outside the bounds above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        is_shown(text, 200).then(|| Self(text.into()))
    }
}

text!(Name, "must have 1 to 200 characters, none of them control", "1 to 200 characters");

/// A user's login id or display name: 1 to 254 characters, none of them control. So every e-mail address is one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DisplayName(String);

impl DisplayName {
    /// Parses a name; none if it is outside the bounds above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        is_shown(text, 254).then(|| Self(text.into()))
    }
}

text!(DisplayName, "must have 1 to 254 characters, none of them control", "1 to 254 characters");

fn is_shown(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.chars().count())
        && !text.chars().any(|it| it.is_control() || is_bidirectional_control(it))
}

/// Returns whether the character changes the direction of text: with it one name looks like another.
const fn is_bidirectional_control(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}
