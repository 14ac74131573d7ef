//! The secrets that must appear in no output: keys, passwords, tokens, codes and product secrets.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::message::escape::{escape, is_unreserved, json_string};

/// A partner's key or a product's secret. It has no `Debug`, no `Display` and no `Serialize`.
#[derive(Clone)]
pub struct Credential(String);

impl Credential {
    /// Any text; the server decides what a credential is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The credential itself, to be sent and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// The kind of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A key, or a text so near to it that it gives it away.
    Key,
    /// A password, or the part that all passwords of the run have in common.
    Password,
    /// A token that the server gave.
    Token,
    /// A code that the server gave.
    Code,
    /// A product's secret, or a text so near to it that it gives it away.
    ProductSecret,
    /// The value of a header that the user adds to every request.
    Header,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Key, Self::Password, Self::Token, Self::Code, Self::ProductSecret, Self::Header];

    /// Returns what stands in a report in the secret's place.
    pub fn label(self) -> &'static str {
        match self {
            Self::Key => "[key]",
            Self::Password => "[password]",
            Self::Token => "[token]",
            Self::Code => "[code]",
            Self::ProductSecret => "[product secret]",
            Self::Header => "[header]",
        }
    }

    /// The kind of secret that a field of this name holds, in any case: one that is misspelt holds it all the same.
    pub(crate) fn of_field(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "password" => Some(Self::Password),
            "ssokey" => Some(Self::Key),
            "token" | "_token" => Some(Self::Token),
            "code" => Some(Self::Code),
            _ => None,
        }
    }
}

/// A text of this length is not found by chance.
pub(crate) const TELLING: usize = 8;

/// To find any of more secrets than this in one go takes longer to prepare than to see which of them may be there: a long
/// recording has a token an answer.
const MANY: usize = 20_000;

/// Finds forms of secrets; the kind of each stands at its place.
type Finder = (AhoCorasick, Vec<Kind>);

/// The secrets of a run, in every form in which they may come back.
#[derive(Default)]
pub struct Secrets {
    /// Each form in lower case.
    forms: HashMap<String, Kind>,
    /// Finds all of them at once; made when it is asked first after a secret was learned.
    all: OnceLock<Option<Finder>>,
    /// Finds those that are long enough not to be found by chance.
    telling: OnceLock<Option<Finder>>,
}

impl Secrets {
    /// Remembers a secret, unless it is empty.
    pub fn learn(&mut self, kind: Kind, secret: &str) {
        if secret.bytes().all(is_unreserved) {
            return self.add(kind, secret.to_ascii_lowercase());
        }
        let json = json_string(secret);
        let forms = [
            secret.to_owned(),
            escape(secret),
            escape(secret).replace("%20", "+"),
            json.trim_matches('"').to_owned(),
        ];
        for form in forms {
            self.add(kind, form.to_ascii_lowercase());
        }
    }

    /// Remembers the labels, which in a recording of a run stand for its secrets.
    pub fn learn_labels(&mut self) {
        for kind in Kind::ALL {
            self.add(kind, kind.label().to_owned());
        }
    }

    /// Remembers all that others know.
    pub fn learn_all(&mut self, others: &Self) {
        for (form, kind) in &others.forms {
            self.add(*kind, form.clone());
        }
    }

    fn add(&mut self, kind: Kind, form: String) {
        if form.is_empty() {
            return;
        }
        if let Entry::Vacant(place) = self.forms.entry(form) {
            place.insert(kind);
            self.all = OnceLock::new();
            self.telling = OnceLock::new();
        }
    }

    /// The kind of the first secret that the text holds in any form, in any case of ASCII letters.
    /// A text may hold a very short one by chance, so these are not looked for.
    pub fn find_in(&self, text: &str) -> Option<Kind> {
        self.all_in(text).first().map(|(kind, _)| *kind)
    }

    /// The same of every secret, where they do not overlap, with how each stands there.
    pub fn all_in<'t>(&self, text: &'t str) -> Vec<(Kind, &'t str)> {
        let tells = |(form, kind): &(&String, &Kind)| {
            form.len() >= TELLING || form.as_str() == kind.label()
        };
        let finder = || finder(self.forms.iter().filter(tells));
        let Some((machine, kinds)) = self.telling.get_or_init(finder) else {
            return Vec::new();
        };
        let found = machine.find_iter(text);
        let named = found.filter_map(|found| {
            Some((*kinds.get(found.pattern().as_usize())?, text.get(found.range())?))
        });
        named.collect()
    }

    /// The text with a label in place of every secret.
    pub fn redact(&self, text: &str) -> String {
        if self.forms.len() > MANY {
            self.starting_in(text).redact_by_all(text)
        } else {
            self.redact_by_all(text)
        }
    }

    /// Those of the secrets whose first characters stand in the text, and all short ones.
    fn starting_in(&self, text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        let starts: HashSet<_> = text.as_bytes().windows(TELLING).collect();
        let may_stand_there =
            |form: &str| form.as_bytes().get(..TELLING).is_none_or(|start| starts.contains(start));
        let forms = self.forms.iter().filter(|(form, _)| may_stand_there(form));
        let forms = forms.map(|(form, kind)| (form.clone(), *kind));
        Self { forms: forms.collect(), ..Self::default() }
    }

    /// Returns the text as a report may show it: redacted, without control characters, and at most 300 characters of it.
    pub(crate) fn excerpt(&self, text: &str) -> String {
        const LONGEST: usize = 300;
        // A secret is taken out while it is whole: not after its characters were escaped, not after it was cut.
        let mut excerpt = String::new();
        for (at, character) in self.redact(text).chars().enumerate() {
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

    fn redact_by_all(&self, text: &str) -> String {
        let Some((machine, kinds)) = self.all.get_or_init(|| finder(self.forms.iter())) else {
            let nothing_to_hide = self.forms.is_empty();
            return if nothing_to_hide { text.to_owned() } else { "[redacted]".to_owned() };
        };
        let mut redacted = String::new();
        machine.replace_all_with(text, &mut redacted, |found, _, redacted| {
            let kind = kinds.get(found.pattern().as_usize());
            redacted.push_str(kind.map_or("", |kind| kind.label()));
            true
        });
        redacted
    }
}

/// Returns what finds these, with the kind of each. Of two secrets that begin at one place, the longer is found.
fn finder<'a>(forms: impl Iterator<Item = (&'a String, &'a Kind)>) -> Option<Finder> {
    let (forms, kinds): (Vec<_>, Vec<Kind>) = forms.unzip();
    if forms.is_empty() {
        return None;
    }
    let mut builder = AhoCorasick::builder();
    builder.ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest);
    Some((builder.build(forms).ok()?, kinds))
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

    #[test]
    fn of_very_many_secrets_each_is_redacted() {
        let mut secrets = Secrets::default();
        secrets.learn(Kind::Password, "short");
        for number in 0..=MANY {
            secrets.learn(Kind::Token, &format!("{number:08} and more"));
        }
        let text = "SHORT, 00000007 AND MORE, 00020000 and more, 00020001 and more, 00000007 and";
        let redacted = "[password], [token], [token], 00020001 and more, 00000007 and";
        assert_eq!(secrets.redact(text), redacted);
    }

    #[test]
    fn an_excerpt_is_redacted_escaped_and_cut() {
        let mut secrets = Secrets::default();
        secrets.learn(Kind::Token, "to\u{1}ken");
        let excerpt = secrets.excerpt(&format!("\u{1b}[31m to\u{1}ken {}", "x".repeat(300)));
        assert!(excerpt.starts_with("\\u{1b}[31m [token] xxx"), "{excerpt}");
        assert!(excerpt.ends_with("x…"));
    }
}
