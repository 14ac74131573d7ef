//! The texts that a careless server takes for a credential that they are not: one table for keys, tokens, codes and secrets.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// A text that is like a credential.
pub(super) struct NearMiss {
    pub(super) text: String,
    /// The difference, in words that follow the credential's name.
    pub(super) case: &'static str,
}

/// Changes a credential; `None` where there is nothing to change. Whether there is must not depend on what is random in a
/// credential, so that every run sends as much.
type Change = fn(&str) -> Option<String>;

const CHANGES: &[(&str, Change)] = &[
    ("without its first character", |it| it.get(1..).map(str::to_owned)),
    ("without its last character", |it| Some(before_last(it)?.0.to_owned())),
    ("cut to its first half", |it| it.get(..it.len() / 2).map(str::to_owned)),
    ("cut to its second half", |it| it.get(it.len() / 2..).map(str::to_owned)),
    ("with one character more", |it| Some(format!("{it}0"))),
    ("with one character before it", |it| Some(format!("0{it}"))),
    ("twice in a row", |it| Some(it.repeat(2))),
    ("with a different first character", |it| Some(next(it.get(..1)?)? + it.get(1..)?)),
    ("with a different last character", |it| {
        let (start, last) = before_last(it)?;
        Some(start.to_owned() + &next(last)?)
    }),
    ("in the reverse order", |it| Some(it.chars().rev().collect())),
    ("in upper case", |it| Some(it.to_ascii_uppercase())),
    ("in lower case", |it| Some(it.to_ascii_lowercase())),
    ("with its first letter in a different case", |it| {
        let at = it.find(|letter: char| letter.is_ascii_alphabetic())?;
        Some(it.get(..at)?.to_owned() + &swapped(it.get(at..=at)?) + it.get(at + 1..)?)
    }),
    ("with its last letter in a different case", |it| {
        let at = it.rfind(|letter: char| letter.is_ascii_alphabetic())?;
        Some(it.get(..at)?.to_owned() + &swapped(it.get(at..=at)?) + it.get(at + 1..)?)
    }),
    ("with a space after it", |it| Some(format!("{it} "))),
    ("with a space before it", |it| Some(format!(" {it}"))),
    ("with a space inside", |it| Some(inside(it, " "))),
    ("with two spaces for each", |it| Some(it.replace(' ', "  "))),
    ("with a tab after it", |it| Some(format!("{it}\t"))),
    ("with a tab before it", |it| Some(format!("\t{it}"))),
    ("with a line feed after it", |it| Some(format!("{it}\n"))),
    ("with a line feed before it", |it| Some(format!("\n{it}"))),
    ("with a line end after it", |it| Some(format!("{it}\r\n"))),
    ("with a form feed after it", |it| Some(format!("{it}\u{c}"))),
    ("with a no-break space after it", |it| Some(format!("{it}\u{a0}"))),
    ("with a no-break space before it", |it| Some(format!("\u{a0}{it}"))),
    ("with an ideographic space after it", |it| Some(format!("{it}\u{3000}"))),
    ("with a byte order mark before it", |it| Some(format!("\u{feff}{it}"))),
    ("with a zero-width space after it", |it| Some(format!("{it}\u{200b}"))),
    ("with a soft hyphen inside", |it| Some(inside(it, "\u{ad}"))),
    ("with NUL after it", |it| Some(format!("{it}\0"))),
    ("with NUL and more after it", |it| Some(format!("{it}\0and more"))),
    ("with a full-width first character", |it| {
        let wide = char::from_u32(0xfee0 + u32::from(it.chars().next()?))?;
        Some(format!("{wide}{}", it.get(1..)?))
    }),
    ("with a long s", |it| with_sign(it, &['s', 'S'], "\u{17f}")),
    ("with the sign for kelvin", |it| with_sign(it, &['k', 'K'], "\u{212a}")),
    ("with an accent", |it| Some(format!("{it}\u{301}"))),
    ("in double quotes", |it| Some(format!("\"{it}\""))),
    ("in single quotes", |it| Some(format!("'{it}'"))),
    ("in braces", |it| Some(format!("{{{it}}}"))),
    ("in angle brackets", |it| Some(format!("<{it}>"))),
    ("as a URN", |it| Some(format!("urn:uuid:{it}"))),
    ("after the scheme Bearer", |it| Some(format!("Bearer {it}"))),
    ("with a semicolon and more after it", |it| Some(format!("{it};more"))),
    ("with a word after it", |it| Some(format!("{it} more"))),
    ("with a word before it", |it| Some(format!("more {it}"))),
    ("with a comma and itself after it", |it| Some(format!("{it},{it}"))),
    ("without hyphens", |it| Some(uuid(it)?.replace('-', ""))),
    ("with underscores for hyphens", |it| Some(uuid(it)?.replace('-', "_"))),
    ("with one hyphen in a different place", |it| {
        let at = uuid(it)?.find('-')?;
        let before = at.checked_sub(1)?;
        Some(format!("{}-{}{}", it.get(..before)?, it.get(before..at)?, it.get(at + 1..)?))
    }),
    ("with a digit of standard base64", |it| {
        let digits = it.replace('-', "+").replace('_', "/");
        if digits == it { Some(format!("+{}", it.get(1..)?)) } else { Some(digits) }
    }),
    ("with padding after it", |it| Some(format!("{it}="))),
    ("with all padding after it", |it| Some(format!("{it}=="))),
    ("with a wildcard after it", |it| Some(format!("{it}%"))),
    ("with a wildcard for its last character", |it| Some(format!("{}_", before_last(it)?.0))),
    ("as a wildcard", |_| Some("%".to_owned())),
    ("as a pattern", |_| Some(".*".to_owned())),
    ("with SQL after it", |it| Some(format!("{it}' OR '1'='1"))),
    ("escaped twice", |it| Some(it.bytes().map(|byte| format!("%{byte:02X}")).collect())),
    ("with its first character escaped twice", |it| {
        Some(format!("%{:02x}{}", it.bytes().next()?, it.get(1..)?))
    }),
    ("with its first character as in JSON", |it| {
        Some(format!("\\u{:04x}{}", it.bytes().next()?, it.get(1..)?))
    }),
    ("with its first character as in HTML", |it| {
        Some(format!("&#{};{}", it.bytes().next()?, it.get(1..)?))
    }),
    ("with plus signs for spaces", |it| Some(it.replace(' ', "+"))),
    ("in base64", |it| Some(STANDARD.encode(it))),
    ("in base64 for URLs", |it| Some(URL_SAFE_NO_PAD.encode(it))),
    ("in hexadecimal", |it| Some(hexadecimal(it.as_bytes()))),
    ("with its bytes in base64", |it| Some(URL_SAFE_NO_PAD.encode(of_hexadecimal(it)?))),
    ("with its bytes in hexadecimal", |it| Some(hexadecimal(&URL_SAFE_NO_PAD.decode(it).ok()?))),
    ("with its bytes in decimal", |it| {
        let bytes = <[u8; 16]>::try_from(of_hexadecimal(it)?).ok()?;
        Some(u128::from_be_bytes(bytes).to_string())
    }),
];

/// The texts that are like this credential, and not it.
pub(super) fn near_misses(credential: &str) -> Vec<NearMiss> {
    let changed = CHANGES.iter().filter_map(|(case, change)| {
        let text = change(credential).filter(|it| it != credential && !it.is_empty())?;
        Some(NearMiss { text, case })
    });
    let mut seen = HashSet::new();
    changed.filter(|near| seen.insert(near.text.clone())).collect()
}

/// The texts that differ from a credential in one character: for each place, one.
pub(super) fn with_one_different(credential: &str) -> impl Iterator<Item = NearMiss> {
    let places = credential.char_indices().filter_map(|(at, it)| {
        let different = next(it.encode_utf8(&mut [0; 4]))?;
        let (before, after) = (credential.get(..at)?, credential.get(at + it.len_utf8()..)?);
        Some(format!("{before}{different}{after}"))
    });
    places.map(|text| NearMiss { text, case: "with one character different" })
}

impl NearMiss {
    /// Returns whether a header can hold it.
    pub(super) fn fits_header(&self) -> bool {
        fits_header(&self.text)
    }

    /// Returns whether it has a control character, which most fields must not have.
    pub(super) fn has_control(&self) -> bool {
        self.text.contains(char::is_control)
    }
}

/// Returns whether a header can hold a text such that HTTP leaves it as it is, and as one value.
pub(super) fn fits_header(text: &str) -> bool {
    let graphic = |byte: u8| byte.is_ascii_graphic() && byte != b',' || byte == b' ';
    text.bytes().all(graphic) && text.trim() == text
}

/// The text with a sign in the place of the first of these letters, or of its first character.
fn with_sign(text: &str, letters: &[char], sign: &str) -> Option<String> {
    let at = text.find(letters).unwrap_or(0);
    Some(format!("{}{sign}{}", text.get(..at)?, text.get(at + 1..)?))
}

/// The text before its last character and that one, if it is a character of ASCII.
fn before_last(text: &str) -> Option<(&str, &str)> {
    text.split_at_checked(text.len().checked_sub(1)?)
}

/// The text, if it has the form of a UUID.
fn uuid(text: &str) -> Option<&str> {
    (text.len() == 36 && text.matches('-').count() == 4).then_some(text)
}

/// A different character of the same kind: mostly the next one, so that the last bits of a base64 digit change alone.
fn next(character: &str) -> Option<String> {
    let next = match character.as_bytes() {
        [b'9'] => '0',
        [b'f'] => 'a',
        [b'F'] => 'A',
        [b'z' | b'_'] => 'a',
        [b'Z'] => 'A',
        [byte] if byte.is_ascii_alphanumeric() => char::from(byte + 1),
        [_] => 'x',
        _ => return None,
    };
    Some(next.to_string())
}

fn swapped(letter: &str) -> String {
    let lower = letter.to_ascii_lowercase();
    if lower == letter { letter.to_ascii_uppercase() } else { lower }
}

fn inside(text: &str, more: &str) -> String {
    let (start, end) = text.split_at_checked(text.len() / 2).unwrap_or((text, ""));
    format!("{start}{more}{end}")
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of hexadecimal digits, hyphens left out.
fn of_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().filter(|it| *it != '-').map(|digit| digit.to_digit(16));
    let digits: Vec<_> = digits.collect::<Option<_>>()?;
    digits.chunks(2).map(|pair| u8::try_from(pair.first()? << 4 | pair.get(1)?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(credential: &str, near: &[&str]) {
        let found = near_misses(credential);
        for text in near {
            assert!(found.iter().any(|it| it.text == *text), "{text:?}");
        }
        assert!(found.iter().all(|it| it.text != credential));
    }

    #[test]
    fn a_token_is_written_otherwise_in_every_way_that_parsers_of_uuids_take() {
        check(
            "20764cd4-e50c-40fe-beb3-70e7d3e27268",
            &[
                "20764CD4-E50C-40FE-BEB3-70E7D3E27268",
                "20764cd4e50c40febeb370e7d3e27268",
                "{20764cd4-e50c-40fe-beb3-70e7d3e27268}",
                "urn:uuid:20764cd4-e50c-40fe-beb3-70e7d3e27268",
                "IHZM1OUMQP6-s3Dn0-JyaA",
                "43149545224811629433672960014857433704",
                "20764cd4-e50c-40fe-beb3-70e7d3e27269",
            ],
        );
    }

    #[test]
    fn a_code_whose_last_digit_has_bits_that_do_not_count_is_a_different_text() {
        let zeros = "A".repeat(42);
        let near = format!("{zeros}B");
        check(&format!("{zeros}A"), &[&near, &format!("{zeros}A="), &"00".repeat(32)]);
    }

    #[test]
    fn of_every_code_there_are_as_many() {
        let codes =
            ["A".repeat(43), "Sk-_".repeat(10) + "abE", "XyZ".to_owned() + &"x".repeat(39) + "8"];
        let cases =
            codes.map(|code| near_misses(&code).iter().map(|it| it.case).collect::<Vec<_>>());
        assert_eq!(cases[1], cases[2]);
        assert!(cases[0].len() > 50);
    }

    proptest! {
        #[test]
        fn every_text_has_near_misses_or_none(text in ".{0,4}") {
            prop_assert!(near_misses(&text).iter().all(|it| it.text != text));
            prop_assert!(with_one_different(&text).all(|it| it.text != text));
        }
    }

    #[test]
    fn a_text_without_characters_has_near_misses() {
        check("", &["0", " ", "''"]);
    }

    #[test]
    fn no_text_comes_twice_and_a_header_holds_what_http_leaves_alone() {
        let found = near_misses("a key between strangers");
        let texts: HashSet<_> = found.iter().map(|near| &near.text).collect();
        assert_eq!(texts.len(), found.len());
        let fits = |case: &str| found.iter().find(|it| it.case == case).map(NearMiss::fits_header);
        assert_eq!(fits("with one character more"), Some(true));
        for case in ["with a space after it", "with a tab after it", "with an accent"] {
            assert_eq!(fits(case), Some(false), "{case}");
        }
        assert_eq!(fits("with a comma and itself after it"), Some(false));
    }
}
