//! What must appear in no output: the key, passwords and tokens.

use crate::fields::{escape, json_string};

/// The partner's key. It has no `Debug`, no `Display` and no `Serialize`.
#[derive(Clone)]
pub struct Key(String);

impl Key {
    /// Any text; the server decides what a key is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The key itself, to be sent and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// What kind of secret a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The key, or a text so near to it that it gives it away.
    Key,
    /// A password, or the part that all passwords of the run have in common.
    Password,
    /// A token that the server gave.
    Token,
}

impl Kind {
    /// What stands in a report in the secret's place.
    pub fn label(self) -> &'static str {
        match self {
            Self::Key => "[key]",
            Self::Password => "[password]",
            Self::Token => "[token]",
        }
    }
}

/// A text of this length is not found by chance.
pub const TELLING: usize = 8;

/// The secrets of a run, in every form in which they may come back.
#[derive(Default)]
pub struct Secrets(Vec<(String, Kind)>);

impl Secrets {
    /// Remembers a secret. An empty one is none.
    pub fn learn(&mut self, kind: Kind, secret: &str) {
        let json = json_string(secret);
        let forms = [
            secret.to_owned(),
            escape(secret),
            escape(secret).replace("%20", "+"),
            json.trim_matches('"').to_owned(),
        ];
        for form in forms {
            let form = form.to_ascii_lowercase();
            if !form.is_empty() && !self.0.iter().any(|(known, _)| *known == form) {
                self.0.push((form, kind));
            }
        }
        // A secret that contains another must be replaced before it.
        self.0.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
    }

    /// The kind of the first secret that the text holds in any form, in any case of ASCII letters.
    /// A text may hold a very short one by chance, so these are not looked for.
    pub fn find_in(&self, text: &str) -> Option<Kind> {
        let text = text.to_ascii_lowercase();
        let mut telling = self.0.iter().filter(|(form, _)| form.len() >= TELLING);
        telling.find_map(|(form, kind)| text.contains(form).then_some(*kind))
    }

    /// The text with a label in place of every secret.
    pub fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (form, kind) in &self.0 {
            text = replace(&text, form, kind.label());
        }
        text
    }
}

/// Replaces every occurrence of `form`, which is in lower case, whatever its case in the text.
fn replace(text: &str, form: &str, label: &str) -> String {
    // ASCII lower-casing moves no byte, so positions in `lower` are positions in `text`.
    let lower = text.to_ascii_lowercase();
    let mut replaced = String::new();
    let mut done = 0;
    for (at, _) in lower.match_indices(form) {
        replaced += text.get(done..at).unwrap_or_default();
        replaced += label;
        done = at + form.len();
    }
    replaced += text.get(done..).unwrap_or_default();
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_redacted_in_every_form() {
        let mut secrets = Secrets::default();
        secrets.learn(Kind::Key, "k/1 \"2");
        secrets.learn(Kind::Key, "K/1 \"2 and more");
        secrets.learn(Kind::Token, "");
        let text = r#"K/1 "2|k%2f1%20%222|k%2F1+%222|k/1 \"2|k/1 "2 and more|k/1"#;
        insta::assert_snapshot!(secrets.redact(text), @"[key]|[key]|[key]|[key]|[key]|k/1");
        assert_eq!(secrets.find_in("say K%2F1%20%222."), Some(Kind::Key));
        assert_eq!(secrets.find_in("say k/1 \"2"), None, "6 characters");
        assert_eq!(secrets.find_in("k/1"), None);
    }
}
