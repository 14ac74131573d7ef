//! The text around a password's own part: careless servers trim, cut, fold or normalise it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A shape of passwords: a text before the part that is the password's own, and texts after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shape {
    /// Its name in files; never changes.
    pub name: &'static str,
    /// The words after `a password` in a sentence, beginning with a space; none for [`Shape::PLAIN`].
    pub words: &'static str,
    /// The text before the password's own part.
    pub before: &'static str,
    /// The number of letters `x` that follow on it.
    pub filling: usize,
    /// The text at the end.
    pub after: &'static str,
}

const fn ending(name: &'static str, words: &'static str, after: &'static str) -> Shape {
    Shape { name, words, before: "", filling: 0, after }
}

const fn long(
    name: &'static str,
    words: &'static str,
    filling: usize,
    after: &'static str,
) -> Shape {
    Shape { name, words, before: "", filling, after }
}

impl Shape {
    /// Nothing but the password's own part.
    pub const PLAIN: Self = ending("plain", "", "");

    /// Pairs of shapes that a server which trims, cuts, folds or normalises takes for one (`SSO-PWD-001`). Of several that a server may
    /// merge for one reason, the pair that tells it best comes first.
    pub const PAIRS: [(Self, Self); 24] = [
        (
            ending("lower-case", " ending in a lower-case a", "a"),
            ending("upper-case", " ending in an upper-case A", "A"),
        ),
        (Self::PLAIN, ending("space-after", " with a space after it", " ")),
        (
            Self::PLAIN,
            Self { before: " ", ..ending("space-before", " with a space before it", "") },
        ),
        (Self::PLAIN, ending("line-feed-after", " with a line feed after it", "\n")),
        (
            ending("line-end-and-a", " with CR, LF and an a after it", "\r\na"),
            ending("line-feed-and-a", " with LF and an a after it", "\na"),
        ),
        (
            ending("tab-and-a", " with a tab and an a after it", "\ta"),
            ending("space-and-a", " with a space and an a after it", " a"),
        ),
        (Self::PLAIN, ending("nul-after", " with NUL after it", "\0")),
        (
            ending("nul-and-a", " with NUL and an a after it", "\0a"),
            ending("nul-and-b", " with NUL and a b after it", "\0b"),
        ),
        (
            ending("plus-after", " with a plus sign after it", "+"),
            ending("space-after", " with a space after it", " "),
        ),
        (
            ending("escape-after", " with the text %41 after it", "%41"),
            ending("upper-case", " ending in an upper-case A", "A"),
        ),
        (
            ending("reference-after", " with the text &amp; after it", "&amp;"),
            ending("ampersand-after", " with an ampersand after it", "&"),
        ),
        (
            ending("backslash-and-a", " with a backslash and an a after it", "\\a"),
            ending("lower-case", " ending in a lower-case a", "a"),
        ),
        (
            long("72-and-a", " with 72 letters and an a after it", 72, "a"),
            long("72-and-b", " with 72 letters and a b after it", 72, "b"),
        ),
        (
            long("900-and-a", " with 900 letters and an a after it", 900, "a"),
            long("900-and-b", " with 900 letters and a b after it", 900, "b"),
        ),
        // More than 1,000 bytes with the password's own part, and no more than 1,024.
        (
            long("975-and-a", " with 975 letters and an a after it", 975, "a"),
            long("975-and-b", " with 975 letters and a b after it", 975, "b"),
        ),
        // What is outside of Latin-1 may become `?`, and then an emoji does as well.
        (
            ending("l-with-stroke", " ending in an l with a stroke", "\u{142}"),
            ending("d-with-stroke", " ending in a d with a stroke", "\u{111}"),
        ),
        (
            ending("one-emoji", " ending in U+1F600", "\u{1f600}"),
            ending("other-emoji", " ending in U+1F601", "\u{1f601}"),
        ),
        (
            ending("composed-accent", " ending in an accented letter", "\u{e9}"),
            ending("combining-accent", " ending in a letter and a combining accent", "e\u{301}"),
        ),
        (
            ending("angstrom-sign", " ending in the ångström sign", "\u{212b}"),
            ending("a-with-ring", " ending in an A with a ring", "\u{c5}"),
        ),
        (
            ending("ligature", " ending in the ligature fi", "\u{fb01}"),
            ending("two-letters", " ending in the letters f and i", "fi"),
        ),
        (
            ending("sharp-s", " ending in a sharp s", "\u{df}"),
            ending("double-s", " ending in two letters s", "ss"),
        ),
        (ending("byte-order-mark-after", " with U+FEFF after it", "\u{feff}"), Self::PLAIN),
        (ending("joiner-after", " with U+200D after it", "\u{200d}"), Self::PLAIN),
        (ending("soft-hyphen-after", " with U+00AD after it", "\u{ad}"), Self::PLAIN),
    ];

    /// The password of this shape whose own part this is.
    pub fn around(self, own: &str) -> String {
        let Self { before, filling, after, .. } = self;
        format!("{before}{own}{}{after}", "x".repeat(filling))
    }

    /// The shapes that are taken for this one, each once.
    pub fn look_alikes(self) -> Vec<Self> {
        let others = Self::PAIRS.into_iter().filter_map(|(one, other)| match self {
            it if it == one => Some(other),
            it if it == other => Some(one),
            _ => None,
        });
        others.collect()
    }

    /// The shape of this name.
    pub fn find(name: &str) -> Option<Self> {
        let mut known = Self::PAIRS.into_iter().flat_map(|(one, other)| [one, other]);
        known.find(|shape| shape.name == name)
    }
}

impl Serialize for Shape {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name)
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        let unknown = || serde::de::Error::custom("there is no password shape of this name");
        Self::find(&name).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::account::{Accounts, Seed};

    #[test]
    fn a_pair_is_two_passwords_and_a_name_is_one_shape() {
        for (one, other) in Shape::PAIRS {
            assert_ne!(one.around("x"), other.around("x"));
            assert!(one.look_alikes().contains(&other) && other.look_alikes().contains(&one));
            for shape in [one, other] {
                assert_eq!(Shape::find(shape.name), Some(shape));
                // The longest own part is that of a run of checks.
                let mut accounts = Accounts::new(&Seed::fixed(7), 99_999);
                assert!(shape.around(&accounts.password()).len() <= 1024, "{shape:?}");
            }
        }
    }
}
