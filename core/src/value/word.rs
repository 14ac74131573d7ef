//! The types that are one of a few words.

/// Defines an enum of words, with their text in requests, records and events.
macro_rules! words {
    ($($(#[$doc:meta])* $vis:vis enum $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// Returns the word on the wire.
            #[must_use]
            $vis const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    )*};
}

/// Defines the reading of words that records and commands hold.
macro_rules! read_words {
    ($($name:ident: $first:ident $(, $variant:ident)* = $expected:literal;)*) => {$(
        impl $name {
            /// The words, for a person.
            pub(crate) const EXPECTED: &'static str = $expected;

            /// Parses a word, in exactly this spelling.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                [Self::$first $(, Self::$variant)*].into_iter().find(|it| it.as_str() == word)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::value::text::deserialize(deserializer, Self::EXPECTED, Self::parse)
            }
        }
    )*};
}

pub(crate) use {read_words, words};
