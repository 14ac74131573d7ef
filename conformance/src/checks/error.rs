//! The shape of refusals, judged on every refusal of the run.

use crate::checks::documented::refusals;
use crate::format::profile::Profile;
use crate::message::answer::Answer;
use crate::message::escape::unescape;
use crate::message::json::Json;
use crate::message::shown;
use crate::record::exchange::Exchange;
use crate::record::log::Log;
use crate::record::mismatch::{LocatedMismatch, Mismatch};
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "error.has-error-shape",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-006"],
        title: "a refusal is an object of error, status_code and stat, error first",
        judge: Judge::Passive(has_error_shape),
    },
    Check {
        id: "error.is-documented",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-006"],
        title: "a refusal is one of the documented ones: its status, code and name are a row of the table",
        judge: Judge::Passive(is_documented),
    },
    Check {
        id: "error.repeats-nothing",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-008"],
        title: "details hold nothing that was sent: no key, password, e-mail, product or path",
        judge: Judge::Passive(repeats_nothing),
    },
];

fn has_error_shape(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    log.judge(Exchange::is_refusal, |Exchange { answer, .. }| {
        let first = answer.json().ok().and_then(|json| json.members().first());
        if first.map(|(name, _)| name.as_str()) != Some("error") {
            let expected = "an object whose first member is `error`";
            return Err(Mismatch::new(expected, answer.summary()));
        }
        for (path, kind, member) in [
            ("error.code", "an integer", answer.error("code")),
            ("error.name", "a string", answer.error("name")),
            ("error.details", "a string", answer.error("details")),
            ("status_code", "an integer", answer.member("status_code")),
            ("stat", "\"fail\"", answer.member("stat")),
        ] {
            let fits = match kind {
                "an integer" => member.and_then(Json::as_u64).is_some(),
                "a string" => member.and_then(Json::as_str).is_some(),
                _ => member.and_then(Json::as_str) == Some("fail"),
            };
            if !fits {
                let actual = member.map_or("no such member", Json::kind);
                return Err(Mismatch::new(format!("`{path}` to be {kind}"), actual));
            }
        }
        let json = answer.json().map_err(|why| Mismatch::new("JSON", why))?;
        json.duplicate().map_or(Ok(()), |name| {
            let expected = "each member once";
            Err(Mismatch::new(expected, format!("`{}` more than once", shown::name(name))))
        })
    })
}

fn is_documented(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    // A refusal of the wrong form is for a different check.
    let has_row = |exchange: &Exchange| exchange.is_refusal() && row(&exchange.answer).is_some();
    log.judge(has_row, |Exchange { answer, .. }| {
        let Some((status, code, name)) = row(answer) else { return Ok(()) };
        let documented = refusals().iter().find(|row| row.code == code);
        let Some(row) = documented else {
            let actual = format!("a code that it lacks, {code}");
            return Err(Mismatch::new("a code of the table of refusals", actual));
        };
        if (row.status, row.name.as_str()) == (status, name) {
            return Ok(());
        }
        let text = |status: u16, name: &str| format!("HTTP {status} with error {code} `{name}`");
        Err(Mismatch::new(text(row.status, &row.name), text(status, name)))
    })
}

/// Returns what of a refusal is in the table.
fn row(answer: &Answer) -> Option<(u16, u64, &str)> {
    Some((answer.plain_status(), answer.error("code")?.as_u64()?, answer.error("name")?.as_str()?))
}

fn repeats_nothing(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    let with_details = |exchange: &Exchange| {
        exchange.has_head() && exchange.is_refusal() && details(&exchange.answer).is_some()
    };
    log.judge(with_details, |Exchange { request, answer, .. }| {
        let details = details(answer).unwrap_or_default();
        // Every name, product, path and media type that can be told from a common word holds the run's digits.
        let holds_digits =
            |text: &str| !log.run.is_empty() && text.to_ascii_lowercase().contains(&log.run);
        let holds_email = |text: &str| request.emails().any(|email| text.contains(&email));
        for text in [details.to_owned(), unescape(details)] {
            let what = match log.secrets.find_in(&text) {
                Some(kind) => kind.label(),
                None if holds_digits(&text) => "a value with the run's digits",
                None if holds_email(&text) => "the e-mail",
                None => continue,
            };
            let actual = format!("`details` hold {what}");
            return Err(Mismatch::new("`details` that repeat nothing that was sent", actual));
        }
        Ok(())
    })
}

fn details(answer: &Answer) -> Option<&str> {
    answer.error("details").and_then(Json::as_str)
}
