//! The shape of refusals, judged on every refusal of the run.

use crate::answer::Answer;
use crate::check::{Check, Judge, Stop};
use crate::json::Json;
use crate::log::{Exchange, Log};
use crate::mismatch::{Deviation, Mismatch};
use crate::profile::Profile;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "error.has-error-shape",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-006"],
        title: "a refusal is an object of error, status_code and stat, error first",
        judge: Judge::Passive(has_error_shape),
    },
    Check {
        id: "error.repeats-nothing",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-008"],
        title: "details hold nothing that was sent: no key, password, e-mail, product or path",
        judge: Judge::Passive(repeats_nothing),
    },
];

fn has_error_shape(log: &Log) -> Result<Vec<Mismatch>, Stop> {
    log.judge(Exchange::is_refusal, |Exchange { answer, .. }| {
        let first = answer.json().ok().and_then(|json| json.members().first());
        if first.map(|(name, _)| name.as_str()) != Some("error") {
            let expected = "an object whose first member is `error`";
            return Err(Deviation::new(expected, answer.summary()));
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
                return Err(Deviation::new(format!("`{path}` to be {kind}"), actual));
            }
        }
        let json = answer.json().map_err(|why| Deviation::new("JSON", why))?;
        json.duplicate().map_or(Ok(()), |name| {
            let expected = "each member once";
            Err(Deviation::new(expected, format!("`{name}` more than once")))
        })
    })
}

fn repeats_nothing(log: &Log) -> Result<Vec<Mismatch>, Stop> {
    let with_details =
        |exchange: &Exchange| exchange.is_refusal() && details(&exchange.answer).is_some();
    log.judge(with_details, |Exchange { answer, .. }| {
        let details = details(answer).unwrap_or_default();
        // Every name, product, path and media type that can be told from a common word holds the run's digits.
        for text in [details.to_owned(), unescaped(details)] {
            let what = match log.secrets.find_in(&text) {
                Some(kind) => kind.label(),
                None if text.to_ascii_lowercase().contains(&log.run) => {
                    "a value with the run's digits"
                }
                None => continue,
            };
            let actual = format!("`details` hold {what}");
            return Err(Deviation::new("`details` that repeat nothing that was sent", actual));
        }
        Ok(())
    })
}

fn details(answer: &Answer) -> Option<&str> {
    answer.error("details").and_then(Json::as_str)
}

/// The text with its percent-escapes decoded, as far as they can be.
fn unescaped(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let digits = piece.get(..2).map(|digits| u8::from_str_radix(digits, 16));
        if let Some(Ok(byte)) = digits {
            bytes.push(byte);
            bytes.extend(piece.bytes().skip(2));
        } else {
            bytes.push(b'%');
            bytes.extend(piece.bytes());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_escapes_are_decoded_as_far_as_they_can_be() {
        assert_eq!(unescaped("a%40b%zz%4%"), "a@b%zz%4%");
    }
}
