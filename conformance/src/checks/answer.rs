//! The shape of answers, most of all of success, judged on every answer of the run.

use crate::checks::documented::account;
use crate::format::profile::Profile;
use crate::message::json::{Json, white_space};
use crate::message::shown;
use crate::record::exchange::Exchange;
use crate::record::log::Log;
use crate::record::mismatch::{LocatedMismatch, Mismatch};
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "answer.has-success-shape",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-001"],
        title: "success is status 200 and an object of status_code, return and stat",
        judge: Judge::Passive(has_success_shape),
    },
    Check {
        id: "answer.has-documented-members",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-002"],
        title: "return holds the 14 documented members, each of its type and once",
        judge: Judge::Passive(has_documented_members),
    },
    Check {
        id: "answer.keeps-document-order",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-003"],
        title: "the documented members come in the document's order",
        judge: Judge::Passive(keeps_document_order),
    },
    Check {
        id: "answer.bounds-integers",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-004"],
        title: "userId and companyId are integers that every JSON parser can hold",
        judge: Judge::Passive(bounds_integers),
    },
    Check {
        id: "answer.permissions-are-strings",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-013"],
        title: "permissions is an array of strings",
        judge: Judge::Passive(permissions_are_strings),
    },
    Check {
        id: "answer.is-compact",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-012"],
        title: "the JSON has no white space between its tokens",
        judge: Judge::Passive(is_compact),
    },
    Check {
        id: "answer.names-token-first",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-012"],
        title: "clients that cut 36 characters from 8 after the first `token` get the token",
        judge: Judge::Passive(names_token_first),
    },
    Check {
        id: "answer.status-equals-status-code",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-007"],
        title: "the HTTP status equals status_code",
        judge: Judge::Passive(status_equals_status_code),
    },
];

/// 2^53 - 1, the greatest integer that a double holds together with its neighbours.
const GREATEST: u64 = 9_007_199_254_740_991;

fn has_success_shape(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    log.judge(Exchange::is_success, |Exchange { answer, .. }| {
        let fail = |expected: &str, actual: String| Err(Mismatch::new(expected, actual));
        if answer.plain_status() != 200 {
            return fail("HTTP 200", answer.summary());
        }
        if answer.member("status_code").and_then(Json::as_u64) != Some(200) {
            return fail("`status_code` 200", answer.summary());
        }
        if answer.member("stat").and_then(Json::as_str) != Some("ok") {
            return fail("`stat` \"ok\"", answer.summary());
        }
        match answer.member("return") {
            Some(Json::Object(_)) => Ok(()),
            Some(other) => fail("`return` to be an object", other.kind().to_owned()),
            None => fail("a member `return`", answer.summary()),
        }
    })
}

fn has_documented_members(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    log.judge(Exchange::gives_account, |Exchange { answer, .. }| {
        let members = answer.member("return").map_or(&[][..], Json::members);
        for (at, (name, kind)) in account().iter().enumerate() {
            let expected = || format!("`return.{name}` to be {kind}");
            // It is nearly always where the document has it.
            let there = members.get(at).filter(|(known, _)| known == name);
            let Some(value) = there.map(|(_, value)| value).or_else(|| answer.returned(name))
            else {
                return Err(Mismatch::new(expected(), "no such member"));
            };
            if value.kind() != kind {
                return Err(Mismatch::new(expected(), value.kind()));
            }
        }
        let json = answer.json().map_err(|why| Mismatch::new("JSON", why))?;
        json.duplicate().map_or(Ok(()), |name| {
            let expected = "each member once";
            Err(Mismatch::new(expected, format!("`{}` more than once", shown::name(name))))
        })
    })
}

fn keeps_document_order(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    log.judge(Exchange::gives_account, |Exchange { answer, .. }| {
        let inner = answer.member("return").map_or(&[][..], Json::members);
        let outer = answer.json().map_or(&[][..], Json::members);
        let documented: Vec<_> = account().iter().map(|(name, _)| name.as_str()).collect();
        in_order(inner, &documented)?;
        in_order(outer, &["status_code", "return", "stat"])
    })
}

/// Members that are not documented may stand anywhere.
fn in_order(members: &[(String, Json)], documented: &[&str]) -> Result<(), Mismatch> {
    let known = members.iter().map(|(name, _)| name.as_str());
    let known: Vec<_> = known.filter(|name| documented.contains(name)).collect();
    if known == documented {
        return Ok(());
    }
    let listed = |names: &[&str]| names.join(", ");
    let actual = if known.is_empty() { "none of them".to_owned() } else { listed(&known) };
    Err(Mismatch::new(format!("the members {}", listed(documented)), actual))
}

fn bounds_integers(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    log.judge(Exchange::gives_account, |Exchange { answer, .. }| {
        for name in ["userId", "companyId"] {
            let value = answer.returned(name);
            if !value.and_then(Json::as_u64).is_some_and(|id| (1..=GREATEST).contains(&id)) {
                let expected = format!("`{name}` to be an integer from 1 to {GREATEST}");
                let actual = value.map_or("no such member".to_owned(), Json::to_string);
                return Err(Mismatch::new(expected, actual));
            }
        }
        Ok(())
    })
}

fn permissions_are_strings(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    log.judge(Exchange::gives_account, |Exchange { answer, .. }| {
        let fail =
            |actual: String| Err(Mismatch::new("`permissions` to be an array of strings", actual));
        let Some(value) = answer.returned("permissions") else {
            return fail("no such member".to_owned());
        };
        let Json::Array(items) = value else {
            return fail(value.kind().to_owned());
        };
        match items.iter().find(|item| item.as_str().is_none()) {
            Some(item) => fail(format!("an array that holds {}", item.kind())),
            None => Ok(()),
        }
    })
}

fn is_compact(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    log.judge(Exchange::has_body, |Exchange { answer, .. }| {
        let json = answer.json();
        json.map_err(|_| Mismatch::new("compact JSON", answer.summary()))?;
        white_space(answer.body()).map_or(Ok(()), |at| {
            let actual = format!("white space at byte {at} of the body");
            Err(Mismatch::new("no white space between tokens", actual))
        })
    })
}

fn names_token_first(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    let shows_token = |exchange: &Exchange| exchange.gives_account() && !log.hides_token(exchange);
    log.judge(shows_token, |Exchange { answer, .. }| {
        let fail = |actual: &str| {
            let expected =
                "the first `token` of the text to be the member's name, the value 8 after it";
            Err(Mismatch::new(expected, actual))
        };
        let Some(token) = answer.returned("token").and_then(Json::as_str) else {
            return fail("no token");
        };
        let text = str::from_utf8(answer.body()).unwrap_or_default();
        let cut = text.split_once("token").and_then(|(_, rest)| rest.get(3..39));
        if cut == Some(token) { Ok(()) } else { fail("something else there") }
    })
}

fn status_equals_status_code(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    let has_both = |exchange: &Exchange| exchange.has_head() && exchange.has_body();
    log.judge(has_both, |Exchange { answer, .. }| {
        let status_code = answer.member("status_code");
        if status_code.and_then(Json::as_u64) == Some(answer.plain_status().into()) {
            return Ok(());
        }
        let expected = format!("`status_code` {}", answer.plain_status());
        let actual = status_code.map_or("no such member".to_owned(), Json::to_string);
        Err(Mismatch::new(expected, actual))
    })
}
