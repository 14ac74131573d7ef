//! The types that are one of a few words.

/// Defines an enum of words, with their text in requests, records, calls and events.
macro_rules! words {
    ($($(#[$doc:meta])* $vis:vis enum $name:ident {
        $(#[$first_doc:meta])* $first:ident = $first_word:literal,
        $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $(#[$first_doc])* $first,
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            pub(crate) const BOUNDS: &'static str =
                concat!("must be one of ", $first_word $(, ", ", $word)*);

            /// The words, for a person.
            pub(crate) const EXPECTED: &'static str =
                concat!("one of ", $first_word $(, ", ", $word)*);

            /// Every word, in the order of the declaration.
            $vis const ALL: &'static [Self] = &[Self::$first $(, Self::$variant)*];

            /// Returns the word on the wire.
            #[must_use]
            $vis const fn as_str(self) -> &'static str {
                match self {
                    Self::$first => $first_word,
                    $(Self::$variant => $word,)*
                }
            }

            /// Parses a word, in exactly this spelling.
            #[must_use]
            $vis fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.as_str() == word)
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::ParseError;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::parse(word).ok_or($crate::ParseError::of_text(Self::BOUNDS))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::value::text::deserialize(deserializer, Self::EXPECTED, Self::parse)
            }
        }
    )*};
}

pub(crate) use words;
