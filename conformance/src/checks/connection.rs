//! Connections: each answer is whole and alone, and a connection may carry many.

use crate::checks::known::{Known, session};
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::message::request::{BUFFERED, LARGEST, Request};
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
        id: "connection.forgets-requests",
        profile: Profile::Session,
        requirements: &["SSO-RSP-016"],
        title: "what an earlier request of a connection had, a token or a field, is not a later one's",
        judge: Judge::Active(forgets_requests),
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
    probe.keep_connection(true);
    let text = Request::post("text/plain", "a body that need not be read");
    let elsewhere = Request::json(r#"{"a":"1"}"#).path("/api/sso/nothing");
    let put = Request::form("a=1").method("PUT");
    let head = Request::bare(Operation::SignOn).method("HEAD");
    let head_elsewhere = head.clone().path("/api/sso/nothing");
    let long = |size| Some(Request::form("x".repeat(size)));
    for (before, way, case) in [
        (None, Way::Form, "the first of a connection"),
        (Some(text), Way::Json, "after a body of no known media type"),
        (Some(head), Way::Get, "after a HEAD"),
        (Some(head_elsewhere), Way::Json, "after a HEAD to no known path"),
        (Some(elsewhere), Way::Form, "after a body to no known path"),
        (Some(put), Way::Json, "after a body by no known method"),
        (long(LARGEST + 1), Way::Get, "after a body that is too large"),
        (long(BUFFERED / 2), Way::Form, "after a body of 32 KiB"),
        (long(BUFFERED), Way::Json, "after a body of 64 KiB"),
    ] {
        if let Some(before) = before {
            // What its answer has to be is for other checks to say.
            drop(probe.answered(&before.case("over a connection that carries others"))?);
        }
        let user = probe.user();
        let request = way.request(&user).case(format!("over one connection, {case}"));
        let over_one = answer_to(probe, &request, &user)?;
        let Err(actual) = over_one else { continue };
        // What is no different over a connection of its own is not the connection's.
        probe.keep_connection(false);
        let alone = answer_to(probe, &request, &user)?;
        probe.keep_connection(true);
        if alone.is_ok() {
            let expected = "the answer to this sign-on, as over a connection of its own";
            probe.note(&request, Mismatch::new(expected, actual));
        }
    }
    Ok(())
}

fn forgets_requests(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let sign_on = |fields: &Fields| Way::Form.request(fields);
    let whole = sign_on(&known.fields);
    let lacking = |name| sign_on(&known.fields.clone().without(name));
    for (before, request, refusal, case) in [
        (
            session(&known.token()?),
            Request::bare(Operation::Session),
            Refusal::TOKEN,
            "no token, after a request with one",
        ),
        (whole.clone(), lacking("ssokey"), Refusal::MISSING, "no `ssokey`, after a whole sign-on"),
        (whole, lacking("password"), Refusal::MISSING, "no `password`, after a whole sign-on"),
    ] {
        probe.keep_connection(false);
        let alone = probe.answered(&request.clone().case(format!("{case}, on its own")))?;
        // Who takes it anyway is for other checks.
        if !alone.is_ok_and(|answer| answer.is(refusal)) {
            continue;
        }
        probe.keep_connection(true);
        drop(probe.answered(&before.case("over a connection that carries another"))?);
        probe.expect_refusal(&request.case(format!("{case} of the connection")), refusal)?;
    }
    Ok(())
}

/// Sends a sign-on; says what came if it is not the answer to it.
fn answer_to(
    probe: &mut Probe<'_>,
    request: &Request,
    user: &Fields,
) -> Result<Result<(), String>, Stop> {
    let answer = match probe.answered(request)? {
        Ok(answer) => answer,
        Err(mismatch) => return Ok(Err(mismatch.actual)),
    };
    if let Err(mismatch) = probe.signed_on(&answer)? {
        return Ok(Err(mismatch.actual));
    }
    let email = answer.returned("email").and_then(Json::as_str);
    let is_due = email.is_some_and(|email| email.eq_ignore_ascii_case(user.value("email")));
    Ok(if is_due { Ok(()) } else { Err("the answer to a sign-on of a different user".to_owned()) })
}

fn brings_whole_answers(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    if log.origin != Origin::Run || log.exchanges().is_empty() && log.troubles().is_empty() {
        return Err(log.has_nothing());
    }
    Ok(log.troubles().to_vec())
}
