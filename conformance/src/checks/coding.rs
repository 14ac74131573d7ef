//! The content coding of bodies.

use crate::checks::input::{call, fields};
use crate::checks::one_body::spellings;
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::request::Request;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "coding.refuses-others",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-028"],
        title: "a body with a coding other than identity is refused, and the answer names identity",
        judge: Judge::Active(refuses_others),
    },
    Check {
        id: "coding.accepts-identity",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-028"],
        title: "the coding identity, in any case, changes nothing",
        judge: Judge::Active(accepts_identity),
    },
    Check {
        id: "coding.ignores-it-without-body",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-028"],
        title: "a GET and a POST with an empty body are not refused for a coding",
        judge: Judge::Active(ignores_it_without_body),
    },
];

const HEADER: &str = "content-encoding";

fn encoded(request: Request, values: &[&str]) -> Request {
    let case = format!("Content-Encoding {}", values.join(", then "));
    let headers = values.iter();
    headers.fold(request, |request, value| request.header(HEADER, *value)).case(case)
}

fn refuses_others(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for values in [
        &["gzip"][..],
        &["GZIP"],
        &["br"],
        &["zstd"],
        &["identity, gzip"],
        &["gzip,identity"],
        &["identity", "gzip"],
        &["deflate", "Identity"],
    ] {
        for way in [Way::Form, Way::Json] {
            let request = encoded(way.request(&probe.user()), values);
            expect_refused(probe, &request)?;
        }
    }
    for name in spellings(HEADER) {
        let request = Way::Form.request(&probe.user()).header(name.clone(), "gzip");
        expect_refused(probe, &request.case(format!("{name} gzip")))?;
    }
    let unknown = probe.accounts().name();
    let request = encoded(Way::Form.request(&probe.user()), &[&unknown]);
    expect_refused(probe, &request)
}

/// Expects a coding to be refused in each way of an operation that has a body.
pub(super) fn refuses_codings(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    for way in operation.ways().iter().filter(|way| **way != Way::Get) {
        let fields = fields(probe, operation);
        let request = encoded(call(probe, operation, *way, &fields), &["gzip"]);
        expect_refused(probe, &request)?;
        for name in spellings(HEADER) {
            let request = request.clone().respell(&name).case(format!("{name} gzip"));
            expect_refused(probe, &request)?;
        }
    }
    Ok(())
}

fn expect_refused(probe: &mut Probe<'_>, request: &Request) -> Result<(), Stop> {
    let answer = match probe.answered(request)? {
        Ok(answer) if answer.is(Refusal::MEDIA_TYPE) => answer,
        Ok(answer) => {
            let expected = Refusal::MEDIA_TYPE.to_string();
            probe.note(request, Mismatch::new(expected, answer.summary()));
            return Ok(());
        }
        Err(mismatch) => {
            probe.note(request, mismatch);
            return Ok(());
        }
    };
    let accepted = answer.header("Accept-Encoding");
    if !accepted.as_deref().is_some_and(|it| it.trim().eq_ignore_ascii_case("identity")) {
        let expected = "a header `Accept-Encoding: identity`";
        let actual = accepted.map_or("no such header".to_owned(), |it| format!("`{it}`"));
        probe.note(request, Mismatch::new(expected, actual));
    }
    Ok(())
}

fn accepts_identity(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for values in [&["identity"][..], &["Identity"], &["identity", "IDENTITY"]] {
        for way in [Way::Form, Way::Json] {
            let request = encoded(way.request(&probe.user()), values);
            probe.expect_sign_on(&request)?;
        }
    }
    Ok(())
}

fn ignores_it_without_body(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let request = encoded(Way::Get.request(&probe.user()), &["gzip"]);
    probe.expect_sign_on(&request)?;
    let request = encoded(Request::form(""), &["gzip"]);
    probe.expect_refusal(&request, Refusal::MISSING)
}
