//! The token, judged on every success of the run.

use std::collections::BTreeSet;

use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::message::json::Json;
use crate::record::exchange::Exchange;
use crate::record::log::Log;
use crate::record::mismatch::{LocatedMismatch, Mismatch};
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "token.is-uuid-v4",
        profile: Profile::SignOn,
        requirements: &["SSO-TOK-001"],
        title: "the token is a UUID of version 4 in lower case",
        judge: Judge::Passive(is_uuid_v4),
    },
    Check {
        id: "token.is-new",
        profile: Profile::SignOn,
        requirements: &["SSO-TOK-002"],
        title: "no two sign-ons of the run get the same token",
        judge: Judge::Passive(is_new),
    },
];

fn is_uuid_v4(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    let shows_token = |exchange: &Exchange| exchange.gives_account() && !log.hides_token(exchange);
    log.judge(shows_token, |Exchange { answer, .. }| {
        let token = answer.returned("token");
        if token.and_then(Json::as_str).is_some_and(fits) {
            return Ok(());
        }
        let actual = match token {
            Some(Json::String(text)) => {
                format!("a string of {} characters that is none", text.chars().count())
            }
            Some(other) => other.kind().to_owned(),
            None => "no token".to_owned(),
        };
        Err(Mismatch::new("a UUID of version 4 in lower case", actual))
    })
}

/// `xxxxxxxx-xxxx-4xxx-[89ab]xxx-xxxxxxxxxxxx`
pub(super) fn fits(token: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        14 => byte == b'4',
        19 => b"89ab".contains(&byte),
        _ => b"0123456789abcdef".contains(&byte),
    };
    token.len() == 36 && token.bytes().enumerate().all(fits)
}

fn is_new(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    let mut given = BTreeSet::new();
    // A session answers with the token that it was asked for; of a body alone nobody knows whether it is a session's.
    let gives_token = |exchange: &Exchange| {
        let asked = exchange.request.operation() == Some(Operation::Session);
        let given = exchange.answer.returned("token").is_some() && !log.hides_token(exchange);
        given && !asked && exchange.has_head()
    };
    log.judge(gives_token, |Exchange { answer, .. }| {
        let token = answer.returned("token").and_then(Json::as_str);
        if given.insert(token.map(str::to_owned)) {
            return Ok(());
        }
        let expected = "a token that was never given before";
        Err(Mismatch::new(expected, "a token that was given before in this run"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_a_uuid_of_version_4_in_lower_case() {
        assert!(fits("20764cd4-e50c-40fe-beb3-70e7d3e27268"));
        assert!(!fits("20764CD4-e50c-40fe-beb3-70e7d3e27268"));
        assert!(!fits("20764cd4-e50c-10fe-beb3-70e7d3e27268"));
        assert!(!fits("20764cd4-e50c-40fe-7eb3-70e7d3e27268"));
        assert!(!fits("20764cd4e50c40febeb370e7d3e27268"));
    }
}
