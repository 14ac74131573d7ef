//! The documented answers, as snapshots that checks compare with.
//!
//! `src/checks/documented/` holds what the specification shows, with a label in place of every value that is a server's own.
//! The test below makes them from the examples, sentences and the table of `spec/README.md`, so that neither changes without
//! the other, and whoever changes one reviews both.

use std::sync::LazyLock;

use crate::message::answer::Answer;
use crate::message::json::Json;
#[cfg(test)]
use crate::message::json::indented;

const ACCOUNT: &str = include_str!("documented/account.snap");
const REFUSALS: &str = include_str!("documented/refusals.snap");

/// The body of a launch.
pub(crate) static LAUNCH: LazyLock<Json> =
    LazyLock::new(|| answer(include_str!("documented/launch.snap")));
/// The body of a sign-out.
pub(crate) static SIGN_OUT: LazyLock<Json> =
    LazyLock::new(|| answer(include_str!("documented/sign-out.snap")));

/// A row of the table of refusals.
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) code: u64,
    pub(crate) name: String,
}

/// The members of the documented `return` in their order, each with the kind of its value.
pub(crate) fn account() -> &'static [(String, String)] {
    static MEMBERS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
        let kind = |label: &Json| {
            let label = label.as_str().unwrap_or_default();
            label.trim_matches(['[', ']']).to_owned()
        };
        let answer = answer(ACCOUNT);
        let members = answer.member("return").map_or(&[][..], Json::members);
        members.iter().map(|(name, label)| (name.clone(), kind(label))).collect()
    });
    &MEMBERS
}

/// The table of refusals.
pub(crate) fn refusals() -> &'static [Refused] {
    static ROWS: LazyLock<Vec<Refused>> = LazyLock::new(|| {
        let rows = answers(REFUSALS).into_iter().filter_map(|answer| {
            let error = answer.member("error")?;
            Some(Refused {
                status: answer.member("status_code")?.as_u64()?.try_into().ok()?,
                code: error.member("code")?.as_u64()?,
                name: error.member("name")?.as_str()?.to_owned(),
            })
        });
        rows.collect()
    });
    &ROWS
}

/// Returns whether the body has the documented members, with these values; it may have others.
pub(crate) fn is_like(body: &Answer, documented: &Json) -> bool {
    let mut members = documented.members().iter();
    members.all(|(name, value)| body.member(name) == Some(value))
}

fn answer(snapshot: &str) -> Json {
    answers(snapshot).into_iter().next().unwrap_or(Json::Null)
}

/// The answers of a snapshot, below its head; a blank line is between them.
fn answers(snapshot: &str) -> Vec<Json> {
    let (_, content) = snapshot.split_once("\n---\n").unwrap_or_default();
    let answers = content.split("\n\n").filter_map(|answer| Json::parse(answer.as_bytes()).ok());
    answers.collect()
}

/// The JSON with a label in place of each value that is a server's own, one member a line.
#[cfg(test)]
fn labelled(json: &str) -> String {
    const DOCUMENTED: [&str; 4] = ["status_code", "stat", "code", "name"];
    let lines = indented(json).lines().map(str::to_owned).collect::<Vec<_>>();
    let lines = lines.into_iter().map(|line| {
        let Some((name, value)) = line.split_once("\": ") else { return line };
        let comma = if value.ends_with(',') { "," } else { "" };
        let value = Json::parse(value.trim_end_matches(',').as_bytes());
        match value {
            Ok(value) if !DOCUMENTED.contains(&name.trim_start_matches([' ', '"'])) => {
                if value == Json::Object(Vec::new()) {
                    return line;
                }
                format!("{name}\": \"[{}]\"{comma}", value.kind())
            }
            Ok(_) | Err(_) => line,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::requirement::Requirement;

    const SPEC: &str = include_str!("../../spec/README.md");

    fn check(name: &str, answers: &[String]) {
        let answers: Vec<_> = answers.iter().map(|answer| labelled(answer)).collect();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("documented");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, answers.join("\n\n")));
    }

    /// The examples of the specification.
    fn examples() -> Vec<&'static str> {
        let blocks = SPEC.split("```json\n").skip(1);
        blocks.filter_map(|block| block.split("\n```").next()).collect()
    }

    /// Returns what a requirement shows between backticks.
    fn shown(id: &str) -> String {
        let sentence = Requirement::find(id).unwrap().sentence;
        let shown = sentence.split('`').find(|part| part.starts_with('{'));
        shown.unwrap().to_owned()
    }

    #[test]
    fn an_account_is_answered_as_the_specification_shows() {
        check("account", &[examples()[0].to_owned()]);
        assert_eq!(account().len(), 14);
    }

    #[test]
    fn launch_and_sign_out_are_answered_as_the_specification_shows() {
        check("launch", &[shown("SSO-LAU-001")]);
        check("sign-out", &[shown("SSO-OUT-001")]);
    }

    #[test]
    fn every_row_of_the_table_is_refused_as_the_specification_shows() {
        // A request is never answered with what the operator alone is told.
        let rows = SPEC.lines().filter(|line| !line.contains("for the operator only"));
        let rows = rows.filter_map(|line| {
            let mut cells = line.trim_matches('|').split(" | ").map(str::trim);
            let (status, code) = (cells.next()?, cells.next()?);
            let (status, code): (u16, u16) = (status.parse().ok()?, code.parse().ok()?);
            let name = cells.next()?.trim_matches('`').to_owned();
            Some((status, code, name))
        });
        let example = examples()[1];
        let answers: Vec<_> = rows
            .map(|(status, code, name)| {
                let answer = example.replace("4010", &code.to_string());
                answer.replace("invalid_ssokey", &name).replace("401,", &format!("{status},"))
            })
            .collect();
        check("refusals", &answers);
        assert_eq!(refusals().len(), answers.len());
        assert!(refusals().len() > 15);
    }
}
