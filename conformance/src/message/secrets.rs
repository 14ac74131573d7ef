//! The secrets that must appear in no output: keys, passwords, tokens, codes and product secrets.

use std::collections::HashMap;
use std::ops::Range;

use crate::format::operation::Operation;
use crate::message::decoded::{Decoded, codings};
use crate::message::known::{Known, TELLING, canonical, is_in_word};
use crate::message::secret::Kind;
use crate::message::shape::shapes;

/// A shorter one is not looked for at all.
const SHORTEST: usize = 4;
/// Escapes in escapes are decoded so many times.
const DEPTH: usize = 4;

/// A secret that was found: its place in the text, its kind, and how it reads.
struct Found {
    at: Range<usize>,
    kind: Kind,
    reading: Vec<u8>,
}

/// The secrets of a run or recording. They are found in whatever way they are written: in any case of ASCII letters, escaped as URLs, JSON
/// and pages do, in base64 at every alignment, in hexadecimal digits.
#[derive(Default)]
pub struct Secrets {
    known: Known,
    /// Those too short to be looked for but as words of free text.
    short: HashMap<Vec<u8>, Kind>,
    /// True if labels stand for secrets, as in a recording of a run.
    labels: bool,
    /// True if there may be secrets that nobody learned, because somebody else recorded the traffic.
    doubtful: bool,
}

impl Secrets {
    /// Remembers a secret, unless it is too short to be told from other text.
    pub fn learn(&mut self, kind: Kind, secret: &str) {
        let form = canonical(secret.as_bytes());
        if (SHORTEST..TELLING).contains(&form.len()) && !is_word_of_the_format(secret) {
            self.short.entry(form).or_insert(kind);
        } else {
            self.known.add(&form, kind);
        }
    }

    /// Remembers that labels stand for secrets.
    pub fn learn_labels(&mut self) {
        self.labels = true;
    }

    /// Notes that there may be secrets that nobody has learned.
    pub(crate) fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// Returns whether there may be secrets that nobody has learned.
    pub(crate) fn are_doubtful(&self) -> bool {
        self.doubtful
    }

    /// Remembers all that others know.
    pub fn learn_all(&mut self, others: &Self) {
        self.known.add_all(&others.known);
        for (form, kind) in &others.short {
            self.short.entry(form.clone()).or_insert(*kind);
        }
        self.labels |= others.labels;
        self.doubtful |= others.doubtful;
    }

    /// The kind of the first secret that the text holds in any way of writing.
    /// A text may hold a very short one by chance, so these are not looked for.
    pub fn find_in(&self, text: &str) -> Option<Kind> {
        self.all_in(text).first().map(|(kind, _)| *kind)
    }

    /// The same of every secret, where they do not overlap, with how each reads.
    pub fn all_in(&self, text: &str) -> Vec<(Kind, String)> {
        if self.known.is_empty() && !self.labels {
            return Vec::new();
        }
        let found = self.find(text.as_bytes(), false, 1).into_iter();
        let named = found.filter(|found| found.kind != Kind::Other);
        named
            .map(|found| (found.kind, String::from_utf8_lossy(&found.reading).into_owned()))
            .collect()
    }

    /// The text with a label in place of every secret, and of whatever is shaped like one.
    pub fn redact(&self, text: &str) -> String {
        let (mut redacted, mut rest) = (String::new(), 0);
        for Found { at, kind, .. } in self.find(text.as_bytes(), true, 2) {
            redacted += text.get(rest..at.start).unwrap_or_default();
            redacted += kind.label();
            rest = at.end;
        }
        redacted + text.get(rest..).unwrap_or_default()
    }

    /// The labels of the secrets in the text, each once.
    pub(crate) fn labels_in(&self, text: &str) -> Vec<&'static str> {
        let mut labels = Vec::new();
        for found in self.find(text.as_bytes(), true, 2) {
            if !labels.contains(&found.kind.label()) {
                labels.push(found.kind.label());
            }
        }
        labels
    }

    /// The same as [`Self::redact`] of a text in which somebody may have written anything. If it has a short secret as a word, none of it is shown:
    /// a label in its place would give it away by the hole that it leaves. Nor is it shown if it has a part of a longer one, which somebody cut.
    pub(crate) fn redact_free(&self, text: &str) -> String {
        let redacted = self.redact(text);
        if self.has_remnant(redacted.as_bytes()) {
            hidden("text", &self.labels_in(text))
        } else {
            redacted
        }
    }

    fn has_remnant(&self, text: &[u8]) -> bool {
        let mut decoded = Some(Decoded::plain(text));
        for _ in 0..DEPTH {
            let Some(now) = decoded else { return false };
            let text = canonical(now.bytes());
            if self.known.has_part_in(&text) {
                return true;
            }
            let found = self.short.keys().any(|short| {
                let mut places = memchr::memmem::find_iter(&text, short);
                places.any(|at| {
                    !is_in_word(&text, at.wrapping_sub(1)) && !is_in_word(&text, at + short.len())
                })
            });
            if found {
                return true;
            }
            decoded = now.unescaped();
        }
        false
    }

    /// Returns the text as a report may show it: redacted, without control characters, and at most 300 characters of it. What stands between backticks is
    /// somebody's else than the kit's.
    pub(crate) fn excerpt(&self, text: &str) -> String {
        const LONGEST: usize = 300;
        // A secret is taken out while it is whole: not after its characters were escaped, not after it was cut.
        let redacted = self.redact(text);
        let parts = redacted.split('`').enumerate();
        let parts = parts.map(
            |(at, part)| {
                if at % 2 == 1 { self.redact_free(part) } else { part.to_owned() }
            },
        );
        let mut excerpt = String::new();
        for (at, character) in parts.collect::<Vec<_>>().join("`").chars().enumerate() {
            if at == LONGEST {
                excerpt.push('…');
                break;
            }
            if character.is_control() {
                excerpt.extend(character.escape_default());
            } else {
                excerpt.push(character);
            }
        }
        excerpt
    }

    /// The secrets in a text, in order, where they do not overlap. Where it is to be shown, also what is shaped like one. Within codings others
    /// are looked for to this depth.
    fn find(&self, text: &[u8], shown: bool, depth: usize) -> Vec<Found> {
        let mut found = Vec::new();
        let mut decoded = Some(Decoded::plain(text));
        for _ in 0..DEPTH {
            let Some(now) = decoded else { break };
            let text = now.bytes();
            let mut places = self.known.places_in(text);
            if shown {
                places.extend(shapes(text));
            }
            if shown || self.labels {
                places.extend(labels_of(text));
            }
            found.extend(places.into_iter().map(|(at, kind)| Found {
                reading: text.get(at.clone()).unwrap_or_default().to_vec(),
                at: now.written(&at),
                kind,
            }));
            let codings = if depth > 0 { codings(text) } else { Vec::new() };
            for (at, readings) in codings {
                // What is only judged holds many answers: there, escapes in a coding are not looked into.
                let inside = readings.iter().flat_map(|it| match shown {
                    true => self.find(it, shown, depth - 1),
                    false => self
                        .known
                        .places_in(it)
                        .into_iter()
                        .map(|(at, kind)| Found {
                            reading: it.get(at.clone()).unwrap_or_default().to_vec(),
                            at,
                            kind,
                        })
                        .collect(),
                });
                let inside = inside.map(|it| Found { at: now.written(&at), ..it });
                found.extend(inside.take(1));
            }
            decoded = now.unescaped();
        }
        found.sort_by_key(|it| (it.at.start, std::cmp::Reverse(it.at.end)));
        let mut apart: Vec<Found> = Vec::new();
        for next in found {
            match apart.last_mut() {
                Some(last) if next.at.start < last.at.end => {
                    last.at.end = last.at.end.max(next.at.end);
                }
                _ => apart.push(next),
            }
        }
        apart
    }
}

/// The text with a label in place of whatever is shaped like a token, a key or a code.
pub fn hide_shapes(text: &str) -> String {
    Secrets::default().redact(text)
}

/// The message of a parser without what it quotes of the text, but for plain words between backticks.
pub fn without_quotations(message: &str) -> String {
    let is_plain = |word: &str| {
        word.len() <= 20 && word.bytes().all(|it| it.is_ascii_alphabetic() || b"-_=.".contains(&it))
    };
    // A text between quotes may have quotes in it.
    let message = match (message.find('"'), message.rfind('"')) {
        (Some(first), Some(last)) if first < last => {
            let before = message.get(..=first).unwrap_or_default();
            format!("{before}…{}", message.get(last..).unwrap_or_default())
        }
        _ => message.to_owned(),
    };
    let words = message.split('`').enumerate();
    let words = words.map(|(at, word)| if at % 2 == 1 && !is_plain(word) { "…" } else { word });
    hide_shapes(&words.collect::<Vec<_>>().join("`"))
}

/// What stands in place of a thing that is not shown, with the labels of the secrets in it.
pub(crate) fn hidden(thing: &str, labels: &[&str]) -> String {
    if labels.is_empty() {
        format!("[{thing}]")
    } else {
        format!("[{thing}, with {}]", labels.join(", "))
    }
}

/// The places of labels in the text.
fn labels_of(text: &[u8]) -> Vec<(Range<usize>, Kind)> {
    let mut found = Vec::new();
    for at in memchr::memchr_iter(b'[', text) {
        let rest = text.get(at..).unwrap_or_default();
        let kind = Kind::ALL.into_iter().find(|it| rest.starts_with(it.label().as_bytes()));
        found.extend(kind.map(|kind| (at..at + kind.label().len(), kind)));
    }
    found
}

/// Returns whether a short text is one of the format's own words, which stand in every report.
fn is_word_of_the_format(text: &str) -> bool {
    let mut fields = Operation::ALL.into_iter().flat_map(Operation::known);
    fields.any(|field| field.eq_ignore_ascii_case(text))
        || ["text", "json", "http", "stat", "true", "false", "null", "error", "fail"]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_redacted_in_every_form() {
        let mut secrets = Secrets::default();
        secrets.learn(Kind::Key, "k/1 \"2 and");
        secrets.learn(Kind::Key, "K/1 \"2 and more");
        secrets.learn(Kind::Token, "");
        for form in [
            r#"K/1 "2 and"#,
            "k%2f1%20%222+AND",
            "k%252F1%2520%25222%2520and",
            r#"k/1 \"2 and"#,
            r#"k\/1 \\\"2 \u0061nd"#,
            "k/1 &quot;2 and",
            "ay8xICIyIGFuZA",
            "xay8xICIyIGFuZA",
            "6b2f3120223220616E64",
        ] {
            let redacted = secrets.redact(&format!("<{form}>"));
            assert_eq!(redacted, "<[key]>", "{form}");
            assert_eq!(secrets.find_in(form), Some(Kind::Key), "{form}");
        }
        insta::assert_snapshot!(secrets.redact("k/1 \"2 and more|k/1"), @"[key]|k/1");
        assert_eq!(secrets.all_in("say K%2F1%20%222%20And."), [(Kind::Key, "K/1 \"2 And".into())]);
    }

    #[test]
    fn a_short_secret_is_not_searched_for_and_free_text_with_it_is_not_shown() {
        let mut secrets = Secrets::default();
        secrets.learn(Kind::Code, "1");
        secrets.learn(Kind::Password, "hunter2");
        secrets.learn(Kind::Password, "email");
        let text = "hunter2 at 127.0.0.1";
        assert_eq!((secrets.redact(text).as_str(), secrets.find_in(text)), (text, None));
        assert_eq!(secrets.redact_free(text), "[text]");
        assert_eq!(secrets.redact_free("say h%75nter2!"), "[text]");
        assert_eq!(secrets.redact_free("hunter23 at 127.0.0.1"), "hunter23 at 127.0.0.1");
        assert_eq!(secrets.redact_free("the email"), "the email");
        assert_eq!(secrets.excerpt("hunter2 is `no hunter2`"), "hunter2 is `[text]`");
    }

    #[test]
    fn free_text_with_a_secret_that_was_cut_is_not_shown() {
        let mut secrets = Secrets::default();
        secrets.learn(Kind::Key, "Battery-Staple-Horse");
        for cut in ["battery-", "no BATTERY-staple", "battery%2Dst", r"\u0062attery-staple is none"]
        {
            assert_eq!(secrets.redact_free(cut), "[text]", "{cut}");
        }
        for other in ["battery", "staple-horse"] {
            assert_eq!(secrets.redact_free(other), other);
        }
        let text = "battery-staple-horse, which is battery-stap";
        assert_eq!(secrets.redact_free(text), "[text, with [key]]");
        secrets.learn(Kind::Code, "RaO1CrSuVtWxYz23456789AbCdEfGhIjKlMnOpQrSTU");
        secrets.learn(Kind::Token, "20764cd4-e50c-40fe-beb3-70e7d3e27268");
        for cut in [
            "no aO1CrSuVtWxYz23456789AbCdEfGhIjKlMnOpQrSTU",
            "aO1CrSuVtWxY",
            "…0e7d3e27268",
            "no token 20764CD4",
            "d3e27268 is none",
            "E50C-40FE-be",
        ] {
            assert_eq!(secrets.redact_free(cut), "[text]", "{cut}");
        }
        for other in ["VtWxYz2 and e27268", "check-0764cd4-e50-1 of 120764cd4"] {
            assert_eq!(secrets.redact_free(other), other);
        }
    }

    #[test]
    fn what_is_shaped_like_a_secret_is_hidden_though_nobody_knows_it() {
        let secrets = Secrets::default();
        // The first is in base64 what the second is.
        let coded = "MjA3NjRjZDQtZTUwYy00MGZlLWJlYjMtNzBlN2QzZTI3MjY4";
        let plain = "20764cd4-e50c-40fe-beb3-70e7d3e27268";
        for text in [coded, plain, "20764cd4%2De50c%2D40fe%2Dbeb3%2D70e7d3e27268"] {
            let redacted = secrets.redact(&format!("({text})"));
            assert!(redacted == "([token])" || redacted == "([code])", "{redacted}");
            assert_eq!(secrets.find_in(text), None);
        }
    }

    #[test]
    fn a_message_is_told_without_what_it_quotes() {
        for (message, told) in [
            ("unknown field `until`, expected `id`", "unknown field `until`, expected `id`"),
            ("unknown field `k3y of mine`", "unknown field `…`"),
            (
                "invalid type: string \"my \" key\", expected u8",
                "invalid type: string \"…\", expected u8",
            ),
        ] {
            assert_eq!(without_quotations(message), told);
        }
    }

    #[test]
    fn of_very_many_secrets_each_is_redacted() {
        let mut secrets = Secrets::default();
        for number in 0..=20_000 {
            secrets.learn(Kind::Token, &format!("{number:08} and more"));
            secrets.learn(Kind::Token, &format!("the token {number}"));
        }
        let text =
            "00000007 AND MORE, 00020000 and more, 00020001 and more, 00000007 and, the token 77";
        let redacted = "[token], [token], 00020001 and more, 00000007 and, [token]";
        assert_eq!(secrets.redact(text), redacted);
    }

    #[test]
    fn an_excerpt_is_redacted_escaped_and_cut() {
        let mut secrets = Secrets::default();
        secrets.learn(Kind::Token, "my to\u{1}ken");
        let excerpt = secrets.excerpt(&format!("\u{1b}[31m my to\u{1}ken {}", "x".repeat(300)));
        assert!(excerpt.starts_with("\\u{1b}[31m [token] xxx"), "{excerpt}");
        assert!(excerpt.ends_with("x…"));
    }
}
