//! Headers that say nothing to this format, though frameworks answer otherwise for them.

use crate::checks::alike::{alike, expect_same};
use crate::checks::known::{Known, expect_holder};
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::request::{LARGEST, Request};
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[Check {
    id: "header.others-are-ignored",
    profile: Profile::SignOn,
    requirements: &["SSO-RULE-002", "SSO-RSP-009"],
    title: "what a client accepts, has in its cache or says of itself changes no answer",
    judge: Judge::Active(ignores_others),
}];

/// Header fields that frameworks negotiate, cache or guard by.
const HEADERS: [(&str, &str); 12] = [
    ("accept", "text/html,application/xhtml+xml"),
    ("accept", "application/xml"),
    ("accept", "image/png"),
    ("accept-language", "de-DE,de;q=0.9"),
    ("accept-charset", "iso-8859-1"),
    ("if-none-match", "*"),
    ("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT"),
    ("range", "bytes=0-9"),
    ("x-requested-with", "XMLHttpRequest"),
    ("cookie", "session=1; theme=dark"),
    ("origin", "https://elsewhere.example"),
    ("prefer", "return=minimal"),
];

fn ignores_others(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    for (name, value) in HEADERS {
        for way in Way::ALL {
            let request = way.request(&known.fields).header(name, value);
            let request = request.case(format!("`{name}: {value}`"));
            expect_holder(probe, &request, &known)?;
        }
    }
    for operation in Operation::ALL {
        if probe.needs(operation).is_err() {
            continue;
        }
        // Where no field is required, what is missing is the token.
        let none_required = operation.required().is_empty();
        let refusal = if none_required { Refusal::TOKEN } else { Refusal::MISSING };
        let bare = Request::bare(operation);
        let mut requests = vec![bare.clone().case("no such header")];
        requests.extend(HEADERS.map(|(name, value)| {
            bare.clone().header(name, value).case(format!("`{name}: {value}`, without fields"))
        }));
        alike(probe, Some(refusal), &requests)?;
    }
    for plain in refused_by_servers(probe) {
        let case = plain.case.clone().unwrap_or_default();
        let requests = HEADERS.map(|(name, value)| {
            plain.clone().header(name, value).case(format!("`{name}: {value}`, {case}"))
        });
        expect_same(probe, &plain, &requests)?;
    }
    Ok(())
}

/// Requests that frameworks and servers refuse by themselves, with pages for browsers.
fn refused_by_servers(probe: &mut Probe<'_>) -> [Request; 4] {
    let whole = Way::Get.request(&probe.user());
    [
        whole.clone().path("/api/sso/nothing").case("a path that is not served"),
        whole.method("DELETE").case("a method that is not served"),
        Request::form("x".repeat(LARGEST + 1)).case("a body that is too large"),
        Request::post("text/plain", "x").case("a media type that is not read"),
    ]
}
