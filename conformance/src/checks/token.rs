//! The token, judged on every success of the run.

use std::collections::BTreeSet;

use crate::checks::random::{self, Digit};
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
    Check {
        id: "token.is-random",
        profile: Profile::SignOn,
        requirements: &["SSO-TOK-006"],
        title: "the tokens of the run have no bit, part or order in common",
        judge: Judge::Passive(is_random),
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
    log.judge(
        |exchange| gives_token(log, exchange),
        |Exchange { answer, .. }| {
            let token = answer.returned("token").and_then(Json::as_str);
            if given.insert(token.map(str::to_owned)) {
                return Ok(());
            }
            let expected = "a token that was never given before";
            Err(Mismatch::new(expected, "a token that was given before in this run"))
        },
    )
}

/// Returns whether the answer gives a token. A session answers with the token that it was asked for; of a body alone nobody knows whether
/// it is a session's.
fn gives_token(log: &Log, exchange: &Exchange) -> bool {
    let asked = exchange.request.operation() == Some(Operation::Session);
    let given = exchange.answer.returned("token").is_some() && !log.hides_token(exchange);
    given && !asked && exchange.has_head()
}

fn is_random(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    let found = random::judge(log, "tokens", |exchange| {
        let token = exchange.answer.returned("token").and_then(Json::as_str);
        token.filter(|token| gives_token(log, exchange) && fits(token)).map(digits)
    })?;
    let located = found.and_then(|(place, mismatch)| {
        Some(mismatch.on(&log.exchanges().get(place)?.request, Some(place)))
    });
    Ok(located.into_iter().collect())
}

/// The digits of a token that hold its 122 random bits.
fn digits(token: &str) -> Vec<Digit> {
    let digits = token.char_indices().filter_map(|(at, digit)| {
        let value = u8::try_from(digit.to_digit(16)?).ok()?;
        match at {
            // The version, and the variant before two random bits.
            14 => None,
            19 => Some(Digit { value: value & 3, bits: 2 }),
            _ => Some(Digit::whole(value)),
        }
    });
    digits.collect()
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

    #[test]
    fn a_token_has_122_random_bits() {
        let digits = digits("20764cd4-e50c-40fe-beb3-70e7d3e27268");
        assert_eq!(digits.iter().map(|digit| digit.bits).sum::<u32>(), 122);
        assert!(digits.iter().all(|digit| u32::from(digit.value) < 1 << digit.bits));
    }
}
