//! Connections: each answer is whole and alone, and a connection may carry many.

use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::record::log::{Log, Origin};
use crate::record::mismatch::{LocatedMismatch, Mismatch};
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "connection.carries-many-requests",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-016"],
        title: "over one connection each request gets its own answer, whatever came before it",
        judge: Judge::Active(carries_many_requests),
    },
    Check {
        id: "connection.brings-whole-answers",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-016"],
        title: "each request gets one whole answer, and nothing comes after it",
        judge: Judge::Passive(brings_whole_answers),
    },
];

fn carries_many_requests(probe: &mut Probe<'_>) -> Result<(), Stop> {
    probe.keep_connection();
    let text = Request::post("text/plain", "a body that need not be read");
    let elsewhere = Request::json(r#"{"a":"1"}"#).path("/api/sso/nothing");
    let put = Request::form("a=1").method("PUT");
    let head = Request::bare(Operation::SignOn).method("HEAD");
    let long = Request::form(format!("a={}", "x".repeat(8200)));
    let unread = [
        (None, Way::Form, "the first of a connection"),
        (Some((text, Some(Refusal::MEDIA_TYPE))), Way::Json, "after a body of no known media type"),
        (Some((head, None)), Way::Get, "after a HEAD"),
        (Some((elsewhere, Some(Refusal::NOT_FOUND))), Way::Form, "after a body to no known path"),
        (Some((put, Some(Refusal::METHOD))), Way::Json, "after a body by no known method"),
        (Some((long, Some(Refusal::TOO_LARGE))), Way::Get, "after a body that is too large"),
    ];
    for (before, way, case) in unread {
        if let Some((request, refusal)) = before {
            let request = request.case("over a connection that carries others");
            match refusal {
                Some(refusal) => probe.expect_refusal(&request, refusal)?,
                None => drop(probe.answered(&request)?),
            }
        }
        let user = probe.user();
        let request = way.request(&user).case(format!("over one connection, {case}"));
        let Some(signed_on) = probe.expect_sign_on(&request)? else { continue };
        let (due, given) = (user.value("email"), signed_on.answer.returned("email"));
        if given.and_then(Json::as_str) != Some(due) {
            let actual = given.map_or("no such member".to_owned(), Json::to_string);
            let expected = format!("`email` to be \"{due}\", as sent");
            probe.note(&request, Mismatch::new(expected, actual));
        }
    }
    Ok(())
}

fn brings_whole_answers(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    if log.origin != Origin::Run || log.exchanges().is_empty() && log.troubles().is_empty() {
        return Err(log.has_nothing());
    }
    Ok(log.troubles().to_vec())
}
