//! Faults that merge passwords, everywhere alike.

use ssokey_core::Password;

use crate::message::escape::unescape;
use crate::reference::fault::Fault;
use crate::reference::hook::Hook;
use crate::reference::incoming::Incoming;

/// A fault that changes every password.
macro_rules! passwords {
    ($name:literal, $sentence:literal, [$($more:literal),*], $change:expr) => {
        Fault {
            name: $name,
            sentence: $sentence,
            fails: &["password.tells-pairs-apart" $(, $more)*],
            hooks: &[Hook::Request(|request, _| change_passwords(request, $change))],
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    passwords!(
        "passwords-are-trimmed",
        "White space around passwords is trimmed.",
        ["direct.refuses-near-misses"],
        |password| password.trim().to_owned()
    ),
    passwords!(
        "line-ends-are-one",
        "Carriage returns in passwords are taken out.",
        [],
        |password| password.replace('\r', "")
    ),
    passwords!("blanks-are-spaces", "Every blank of a password is a space.", [], |password| {
        password.replace(['\t', '\u{a0}', '\u{3000}'], " ")
    }),
    passwords!(
        "invisible-is-dropped",
        "Characters of passwords that show nothing are taken out.",
        [],
        |password| password.replace(['\u{200b}', '\u{200c}', '\u{200d}', '\u{ad}', '\u{2060}'], "")
    ),
    passwords!(
        "accents-are-composed",
        "A letter and its combining accent are one letter.",
        ["direct.refuses-near-misses"],
        |password| password.replace("e\u{301}", "\u{e9}")
    ),
    passwords!("full-width-is-narrow", "Letters of full width are narrow.", [], |password| {
        password.chars().map(narrow).collect()
    }),
    passwords!("characters-have-16-bits", "Of a character 16 bits are kept.", [], |password| {
        password.chars().map(low_16_bits).collect()
    }),
    passwords!(
        "emoji-are-question-marks",
        "A character of four bytes is a question mark.",
        [],
        |password| password.chars().map(|it| if it.len_utf8() == 4 { '?' } else { it }).collect()
    ),
    passwords!(
        "latin-1-is-kept",
        "A character outside of Latin-1 is a question mark.",
        [],
        |password| password.chars().map(|it| if u32::from(it) > 255 { '?' } else { it }).collect()
    ),
    passwords!(
        "html-is-unescaped",
        "The escapes of HTML in passwords are decoded.",
        [],
        |password| password.replace("&amp;", "&").replace("&#65;", "A").replace("&lt;", "<")
    ),
    passwords!(
        "url-is-unescaped-again",
        "Percent-escapes in passwords are decoded once more.",
        [],
        unescape
    ),
    passwords!(
        "json-is-unescaped-again",
        "Escapes of JSON in passwords are decoded once more.",
        [],
        |password| password.replace("\\u0041", "A").replace("\\n", "\n").replace("\\/", "/")
    ),
    passwords!(
        "quotes-are-halved",
        "Two apostrophes in a password are one, as in SQL.",
        [],
        |password| password.replace("''", "'")
    ),
    passwords!(
        "backslashes-are-dropped",
        "Backslashes in passwords are taken out.",
        [],
        |password| password.replace('\\', "")
    ),
    passwords!(
        "first-letter-has-no-case",
        "The case of a password's first letter does not matter.",
        [],
        |password| {
            let mut letters = password.chars();
            let first = letters.next().map(|first| first.to_ascii_lowercase());
            first.into_iter().chain(letters).collect()
        }
    ),
    passwords!(
        "password-is-its-hash-code",
        "A hash as of Java's strings stands for a password, so that `BB` is `Aa`.",
        [],
        |password| password.replace("BB", "Aa")
    ),
    passwords!(
        "digests-are-compared-as-numbers",
        "Digests of passwords are compared as numbers, as by the `==` of PHP.",
        [],
        |password| match password {
            "QNKCDZO" => "240610708".to_owned(),
            "aaK1STfY" => "aaroZmOk".to_owned(),
            other => other.to_owned(),
        }
    ),
    Fault {
        name: "zero-is-no-password",
        sentence: "A password of `0` is missing, as by the `empty` of PHP.",
        fails: &["password.tells-pairs-apart", "password.accepts-1-to-1024-bytes"],
        hooks: &[Hook::Request(|request, _| {
            request.change_texts(&["password"], |password| match password {
                "0" => String::new(),
                other => other.to_owned(),
            });
        })],
    },
    Fault {
        name: "html-numbers-are-unescaped",
        sentence: "The numbers of characters as in HTML are decoded in passwords.",
        fails: &["direct.refuses-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            change_passwords(request, |it| it.replace("&#45;", "-").replace("&#x2d;", "-"));
        })],
    },
    Fault {
        name: "number-sign-ends-password",
        sentence: "A number sign in a password begins a comment.",
        fails: &["direct.refuses-near-misses"],
        hooks: &[Hook::Request(|request, _| {
            change_passwords(request, |password| {
                let before = password.split('#').next().unwrap_or_default();
                if before.is_empty() { password.to_owned() } else { before.to_owned() }
            });
        })],
    },
    passwords!("sharp-s-is-ss", "A sharp s in a password is two letters.", [], |password| password
        .replace('\u{df}', "ss")),
    passwords!(
        "password-is-cut-at-1000",
        "Of a password 1,000 bytes count.",
        ["direct.never-cuts-password"],
        |password| password.get(..1000).unwrap_or(password).to_owned()
    ),
    passwords!(
        "end-of-password-counts",
        "Of a password the last 1,000 bytes count.",
        [],
        |password| {
            let from = password.len().saturating_sub(1000);
            password.get(from..).unwrap_or(password).to_owned()
        }
    ),
    passwords!(
        "numbers-are-compared",
        "Passwords that look like numbers are the same if the numbers are.",
        [],
        |password| {
            let number = password.parse::<f64>().ok();
            number.map_or_else(|| password.to_owned(), |number| format!("{number:e}"))
        }
    ),
    passwords!(
        "digits-are-ascii",
        "The digits of all scripts are those of ASCII in a password.",
        [],
        |password| password.replace(['\u{661}', '\u{967}', '\u{ff11}'], "1")
    ),
    passwords!(
        "words-are-truths",
        "A password that is the word for a truth value is the value.",
        [],
        |password| match password {
            "true" | "yes" => "1".to_owned(),
            "false" => "0".to_owned(),
            other => other.to_owned(),
        }
    ),
    passwords!(
        "password-ends-at-nul",
        "A password ends at NUL.",
        ["direct.refuses-near-misses", "direct.never-cuts-password"],
        |password| password.split('\0').next().unwrap_or_default().to_owned()
    ),
];

/// Changes each password that is one, unless nothing would be left of it.
pub(super) fn change_passwords(request: &mut Incoming, change: impl Fn(&str) -> String) {
    request.change_texts(&["password"], |password| {
        let changed = change(password);
        let keeps = changed.is_empty() || password.len() > Password::MAX_BYTES;
        if keeps { password.to_owned() } else { changed }
    });
}

/// The character of ASCII for one of full width.
pub(super) fn narrow(character: char) -> char {
    match u32::from(character) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(character),
        _ => character,
    }
}

fn low_16_bits(character: char) -> char {
    char::from_u32(u32::from(character) & 0xffff).unwrap_or('\u{fffd}')
}
