//! Faults that merge e-mails, or mend what is none, everywhere alike.

use ssokey_core::{Call, Email, Reply};

use crate::message::escape::unescape;
use crate::reference::fault::Fault;
use crate::reference::fault::pairs::narrow;
use crate::reference::hook::Hook;
use crate::reference::incoming::Incoming;

/// A fault that mends e-mails which are none.
macro_rules! emails {
    ($name:literal, $sentence:literal, [$($more:literal),*], $change:expr) => {
        Fault {
            name: $name,
            sentence: $sentence,
            fails: &["*.refuses-emails-like-others", "answer.says-the-same-of-a-user" $(, $more)*],
            hooks: &[Hook::Request(|request, _| change_emails(request, $change))],
        }
    };
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "tags-are-dropped",
        sentence: "What follows on a plus sign in an e-mail is taken off.",
        fails: &[
            "email.keeps-dots-and-plus",
            "encoding.reads-escaped-plus-as-plus",
            "*.tells-emails-apart",
            "answer.says-the-same-of-a-user",
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
        fails: &["*.tells-emails-apart", "sign-on.tells-users-apart"],
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
        fails: &[
            "*.tells-emails-apart",
            "answer.says-the-same-of-a-user",
            "sign-on.tells-users-apart",
        ],
        hooks: &[Hook::Request(|request, _| {
            change_emails(request, |email| {
                let cut = email.get(..100).unwrap_or(email).trim_end_matches(['.', '-']);
                if Email::parse(email).is_some() { cut.to_owned() } else { email.to_owned() }
            });
        })],
    },
    Fault {
        name: "emails-are-unescaped-again",
        sentence: "Percent-escapes in e-mails are decoded once more.",
        fails: &[
            "*.tells-emails-apart",
            "answer.says-the-same-of-a-user",
            "*.refuses-emails-like-others",
        ],
        hooks: &[Hook::Request(|request, _| {
            change_emails(request, unescape);
        })],
    },
    Fault {
        name: "subdomains-are-dropped",
        sentence: "Of the domain of an e-mail the last two labels count.",
        fails: &[
            "*.tells-emails-apart",
            "answer.says-the-same-of-a-user",
            "sign-on.tells-users-apart",
        ],
        hooks: &[Hook::Request(|request, _| {
            change_emails(request, |email| {
                let mut labels = email.rsplit('.');
                let (last, but_last) = (labels.next(), labels.next());
                let named = email.split_once('@').filter(|_| Email::parse(email).is_some());
                match (named, last, but_last) {
                    (Some((local, _)), Some(last), Some(label)) if !label.contains('@') => {
                        format!("{local}@{label}.{last}")
                    }
                    _ => email.to_owned(),
                }
            });
        })],
    },
    emails!(
        "blanks-in-emails-are-dropped",
        "Blanks in e-mails, and characters that show nothing, are taken out.",
        [
            "email.refuses-malformed",
            "direct.refuses-malformed-user",
            "encoding.reads-plus-as-space"
        ],
        |email| email.replace([' ', '\u{a0}', '\u{200b}', '\u{200d}', '\u{ad}'], "")
    ),
    emails!(
        "email-is-cut-to-fit",
        "Of what stands before the at sign of an e-mail 64 characters are read.",
        ["email.refuses-malformed"],
        |email| {
            let halves = email.split_once('@');
            let cut = halves.and_then(|(local, domain)| Some((local.get(..64)?, domain)));
            cut.map_or_else(|| email.to_owned(), |(local, domain)| format!("{local}@{domain}"))
        }
    ),
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
