//! The numbered requirements, read from the specification, so that there is one wording.

use std::fmt;
use std::sync::LazyLock;

use serde::Serialize;

use crate::format::why::why;

/// One sentence of the format with an id that never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// `SSO-<AREA>-<nnn>`.
    pub id: &'static str,
    /// Its level.
    pub level: Level,
    /// Whom it binds.
    pub scope: Scope,
    /// The sentence as the specification words it, in Markdown.
    pub sentence: &'static str,
}

/// The level of a requirement (RFC 2119). The strictest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// A server that breaks it does not conform.
    Must,
    /// A server that breaks it conforms, but somebody will suffer.
    Should,
    /// A server is free to.
    May,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
            Self::May => "MAY",
        })
    }
}

/// Whom a requirement binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every server; a client can see it.
    Wire,
    /// Whoever brings storage and embeds the core.
    Host,
    /// The core of this project.
    Core,
}

const SPEC: &str = include_str!("../../spec/README.md");

static REQUIREMENTS: LazyLock<Vec<Requirement>> =
    LazyLock::new(|| SPEC.lines().filter_map(parse).collect());

impl Requirement {
    /// Every requirement, in the order of the specification.
    pub fn all() -> &'static [Self] {
        &REQUIREMENTS
    }

    /// The requirement with this id.
    pub fn find(id: &str) -> Option<Self> {
        Self::all().iter().find(|known| known.id == id).copied()
    }

    /// Returns the harm when a server breaks it: who suffers, and how. It is empty for a requirement that no client can see.
    pub fn why(self) -> &'static str {
        why(self.id)
    }
}

/// Reads a line of the form `- **SSO-KEY-001** (MUST, wire) Sentence.`
fn parse(line: &'static str) -> Option<Requirement> {
    let (id, rest) = line.strip_prefix("- **SSO-")?.split_once("** (")?;
    let id = line.get("- **".len().."- **SSO-".len() + id.len())?;
    let (binding, sentence) = rest.split_once(") ")?;
    let (level, scope) = binding.split_once(", ")?;
    let level = match level {
        "MUST" => Level::Must,
        "SHOULD" => Level::Should,
        "MAY" => Level::May,
        _ => return None,
    };
    let scope = match scope {
        "wire" => Scope::Wire,
        "host" => Scope::Host,
        "core" => Scope::Core,
        _ => return None,
    };
    Some(Requirement { id, level, scope, sentence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_begins_like_a_requirement_is_read() {
        let lines = SPEC.lines().filter(|line| line.starts_with("- **SSO-"));
        assert_eq!(lines.count(), Requirement::all().len());
    }

    #[test]
    fn a_requirement_is_quoted_word_for_word() {
        let found = Requirement::find("SSO-TOK-002").unwrap();
        assert_eq!((found.level, found.scope), (Level::Must, Scope::Wire));
        insta::assert_snapshot!(found.sentence, @"Every successful sign-on MUST answer with a token never given before.");
    }

    #[test]
    fn every_requirement_that_a_client_can_see_has_a_reason_and_no_other() {
        for requirement in Requirement::all() {
            let due = requirement.scope == Scope::Wire;
            assert_eq!(requirement.why().is_empty(), !due, "{}", requirement.id);
        }
    }
}
