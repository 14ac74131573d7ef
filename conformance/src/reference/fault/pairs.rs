//! Faults that merge passwords or e-mails, everywhere alike.

use ssokey_core::{Call, Email, Password, Reply};

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

/// A fault that mends e-mails which are none.
macro_rules! emails {
    ($name:literal, $sentence:literal, [$($more:literal),*], $change:expr) => {
        Fault {
            name: $name,
            sentence: $sentence,
            fails: &["*.refuses-emails-like-others" $(, $more)*],
            hooks: &[Hook::Request(|request, _| change_emails(request, $change))],
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
        |password| crate::message::escape::unescape(password)
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
    Fault {
        name: "tags-are-dropped",
        sentence: "What follows on a plus sign in an e-mail is taken off.",
        fails: &[
            "email.keeps-dots-and-plus",
            "encoding.reads-escaped-plus-as-plus",
            "*.tells-emails-apart",
        ],
        hooks: &[Hook::Request(|request, _| {
            change_emails(request, |email| {
                let halves = email.split_once('@');
                let named = halves.and_then(|(local, domain)| {
                    let name = local.split('+').next().filter(|name| !name.is_empty())?;
                    Some(format!("{name}@{domain}"))
                });
                named.unwrap_or_else(|| email.to_owned())
            });
        })],
    },
    Fault {
        name: "emails-are-patterns",
        sentence: "E-mails are looked up by LIKE, so that an underscore is any character.",
        fails: &["*.tells-emails-apart"],
        hooks: &[Hook::Call(|call, visit| {
            let Call::FindUser { company_id, email } = call else { return None };
            let pattern = email.as_str();
            let is_like = |text: &str| {
                let mut pairs = text.bytes().zip(pattern.bytes());
                text.len() == pattern.len() && pairs.all(|(it, like)| like == b'_' || it == like)
            };
            let mut users = visit.store.users();
            let user = users
                .find(|user| user.company_id == *company_id && is_like(user.email.as_str()))?;
            Some(Reply::User { user: user.clone() })
        })],
    },
    Fault {
        name: "email-is-cut-at-100",
        sentence: "Of an e-mail 100 characters count.",
        fails: &["*.tells-emails-apart"],
        hooks: &[Hook::Request(|request, _| {
            change_emails(request, |email| {
                let cut = email.get(..100).unwrap_or(email).trim_end_matches(['.', '-']);
                if Email::parse(email).is_some() { cut.to_owned() } else { email.to_owned() }
            });
        })],
    },
    emails!(
        "emails-are-trimmed",
        "White space around e-mails is trimmed.",
        [
            "email.refuses-malformed",
            "direct.refuses-malformed-user",
            "parameter.refuses-control-character",
            "launch.refuses-invalid",
            "direct.refuses-invalid"
        ],
        |email| email.trim().to_owned()
    ),
    emails!(
        "emails-are-folded",
        "Letters that look like those of ASCII are taken for them in e-mails.",
        [],
        |email| email
            .replace('\u{430}', "a")
            .replace(['\u{e9}', '\u{435}'], "e")
            .replace('\u{212a}', "k")
    ),
    emails!(
        "emails-are-made-compatible",
        "Characters of e-mails are replaced by compatible ones.",
        [],
        |email| email.chars().map(narrow).collect()
    ),
    emails!(
        "addresses-are-unwrapped",
        "An e-mail is taken out of its angle brackets.",
        ["email.refuses-malformed"],
        |email| {
            let inside = email.split_once('<').and_then(|(_, rest)| rest.strip_suffix('>'));
            inside.unwrap_or(email).to_owned()
        }
    ),
    emails!(
        "last-dot-is-dropped",
        "A dot at the end of an e-mail is taken off.",
        ["email.refuses-malformed"],
        |email| email.strip_suffix('.').unwrap_or(email).to_owned()
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

/// Changes each e-mail, unless nothing would be left of it.
pub(super) fn change_emails(request: &mut Incoming, change: impl Fn(&str) -> String) {
    request.change_texts(&["email", "userid"], |email| {
        let changed = change(email);
        if changed.is_empty() { email.to_owned() } else { changed }
    });
}

/// Returns whether dots stand where a local part may have them.
pub(super) fn is_dotted(local: &str) -> bool {
    local.split('.').all(|atom| !atom.is_empty())
}

/// The character of ASCII for one of full width.
fn narrow(character: char) -> char {
    match u32::from(character) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(character),
        _ => character,
    }
}

fn low_16_bits(character: char) -> char {
    char::from_u32(u32::from(character) & 0xffff).unwrap_or('\u{fffd}')
}
