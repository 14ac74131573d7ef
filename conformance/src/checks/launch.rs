//! Launch: a code in place of a token, in the URL of the product.

use crate::checks::documented::{LAUNCH, is_like};
use crate::checks::key::unknown;
use crate::checks::known::{Known, expect_holder, session};
use crate::checks::token;
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::answer::Answer;
use crate::message::fields::Fields;
use crate::message::request::Request;
use crate::message::secret::Kind;
use crate::message::shown;
use crate::record::exchange::Exchange;
use crate::record::lacking::Lacking;
use crate::record::log::Log;
use crate::record::mismatch::{LocatedMismatch, Mismatch};
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "launch.answers-303",
        profile: Profile::Launch,
        requirements: &["SSO-LAU-001"],
        title: "by GET, form and JSON: status 303, a Location and an empty `return`",
        judge: Judge::Active(answers_303),
    },
    Check {
        id: "launch.appends-code",
        profile: Profile::Launch,
        requirements: &["SSO-LAU-002", "SSO-REQ-007"],
        title: "the Location is one URL for every user, whatever site fields and headers name, with the code as its last parameter",
        judge: Judge::Active(appends_code),
    },
    Check {
        id: "launch.signs-on",
        profile: Profile::Launch,
        requirements: &["SSO-LAU-001"],
        title: "a launch creates a user, and replaces a password, as a sign-on does",
        judge: Judge::Active(signs_on),
    },
    Check {
        id: "launch.checks-as-sign-on",
        profile: Profile::Launch,
        requirements: &["SSO-LAU-001"],
        title: "an unknown key, a malformed e-mail, a different product and a malformed time are refused",
        judge: Judge::Active(checks_as_sign_on),
    },
    Check {
        id: "launch.gives-no-token",
        profile: Profile::Launch,
        requirements: &["SSO-LAU-006"],
        title: "neither Location nor body holds a token, a key or a password",
        judge: Judge::Passive(gives_no_token),
    },
    Check {
        id: "launch.gives-no-usable-token",
        profile: Profile::Launch,
        requirements: &["SSO-LAU-006"],
        title: "nothing that is shaped like a token in a header of a launch is one",
        judge: Judge::Active(gives_no_usable_token),
    },
];

/// A launch that succeeded.
pub(super) struct Launched {
    /// `.=The beginning of the `Location`, up to `code=`.=`.
    pub(super) start: String,
    pub(super) code: String,
}

/// Launches the user of these fields by a request of them.
pub(super) fn launched(
    probe: &mut Probe<'_>,
    request: &Request,
    fields: &Fields,
) -> Result<Result<Launched, Mismatch>, Stop> {
    match probe.answered(request)? {
        Ok(answer) => read(probe, &answer, fields),
        Err(mismatch) => Ok(Err(mismatch)),
    }
}

/// Reads the answer to a launch of the user of these fields.
pub(super) fn read(
    probe: &Probe<'_>,
    answer: &Answer,
    fields: &Fields,
) -> Result<Result<Launched, Mismatch>, Stop> {
    probe.blame_settings(answer)?;
    if answer.is(Refusal::ACCESS) {
        return Err(Stop::Blocked(Lacking::LaunchUrl.into()));
    }
    if answer.status() == 303 {
        probe.created(fields.value("email"));
    }
    let launched = answer.code().filter(|_| answer.status() == 303).and_then(|code| {
        let location = answer.header("Location")?;
        Some(Launched { start: location.strip_suffix(&code)?.to_owned(), code })
    });
    Ok(launched.ok_or_else(|| {
        let expected = "HTTP 303 with a `Location` that ends in `?code=` or `&code=` and a code";
        Mismatch::new(expected, said(answer))
    }))
}

/// Expects the request to launch; `None` and a note if it does not.
fn expect_launch(
    probe: &mut Probe<'_>,
    request: &Request,
    fields: &Fields,
) -> Result<Option<Launched>, Stop> {
    match launched(probe, request, fields)? {
        Ok(launched) => Ok(Some(launched)),
        Err(mismatch) => {
            probe.note(request, mismatch);
            Ok(None)
        }
    }
}

/// Launches as a step towards what the check is about.
pub(super) fn launch(probe: &mut Probe<'_>, fields: &Fields) -> Result<Launched, Stop> {
    let request = Way::Form.to(Operation::Launch, fields);
    launched(probe, &request, fields)?.map_err(|Mismatch { actual, .. }| {
        Stop::Blocked(format!("a launch that it builds on did not succeed: {actual}").into())
    })
}

/// The same where a launch is not what the check is about; `None` if the product has no URL.
pub(super) fn if_offered(
    probe: &mut Probe<'_>,
    fields: &Fields,
) -> Result<Option<Result<Launched, Mismatch>>, Stop> {
    match launched(probe, &Way::Form.to(Operation::Launch, fields), fields) {
        Err(Stop::Blocked(why)) if why.lacking() == Some(&Lacking::LaunchUrl) => Ok(None),
        other => other.map(Some),
    }
}

fn said(answer: &Answer) -> String {
    let location = answer.header("Location").map_or("no `Location`", |_| "a `Location`");
    format!("{}, and {location}", answer.summary())
}

fn answers_303(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for way in Way::ALL {
        let fields = probe.user();
        let request = way.to(Operation::Launch, &fields);
        if expect_launch(probe, &request, &fields)?.is_none() {
            continue;
        }
        let Some(place) = probe.log().place(&request) else { continue };
        let Some(Exchange { answer, .. }) = probe.log().exchanges().get(place) else { continue };
        if !is_like(answer, &LAUNCH) {
            let expected = "`{\"status_code\":303,\"return\":{},\"stat\":\"ok\"}`";
            let mismatch = Mismatch::new(expected, answer.summary());
            probe.note(&request, mismatch);
        }
    }
    Ok(())
}

fn appends_code(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let first = probe.user();
    let first = launch(probe, &first)?;
    let fields = probe.user();
    let request = Way::Form.to(Operation::Launch, &fields).case("a different user");
    let Some(second) = expect_launch(probe, &request, &fields)? else { return Ok(()) };
    let [start, again] = [&first, &second].map(|it| it.start.as_str());
    let absolute = start.starts_with("https://") || start.starts_with("http://");
    let (url, sign) = start.strip_suffix("code=").and_then(split_last).unwrap_or_default();
    let show = |url: &str| shown::url(url, &probe.log().secrets);
    let mismatch = if !absolute {
        Some(Mismatch::new("an absolute URL", "a different `Location`"))
    } else if sign == "?" && url.contains('?') || sign == "&" && !url.contains('?') {
        let expected = "`?code=`, or `&code=` where the URL has a `?` already";
        Some(Mismatch::new(expected, format!("`{sign}code=` after `{}`", show(url))))
    } else if start != again {
        Some(moved(probe, &first, &second))
    } else {
        None
    };
    if let Some(mismatch) = mismatch {
        probe.note(&request, mismatch);
    }
    minds_no_field(probe, &first)?;
    minds_no_header(probe, &first)
}

/// The mismatch of a launch that goes elsewhere than the one before.
fn moved(probe: &Probe<'_>, before: &Launched, now: &Launched) -> Mismatch {
    let show = |it: &Launched| shown::url(&it.start, &probe.log().secrets);
    let expected = format!("the same URL as before, `{}`", show(before));
    Mismatch::new(expected, format!("a different one, `{}`", show(now)))
}

const ELSEWHERE: &str = "https://elsewhere.example/";

/// Fields by which frameworks are told where a browser goes next.
const TARGETS: [&str; 14] = [
    "redirect_uri",
    "redirect_url",
    "redirect_to",
    "redirect",
    "return_to",
    "return_url",
    "returnUrl",
    "continue",
    "next",
    "target",
    "callback",
    "url",
    "service",
    "RelayState",
];

/// Header fields by which frameworks are told, by a proxy or a browser, of what site a request is.
const SITES: [(&str, &str); 8] = [
    ("x-forwarded-host", "elsewhere.example"),
    ("x-forwarded-server", "elsewhere.example"),
    ("x-forwarded-port", "8443"),
    ("x-forwarded-prefix", "/elsewhere"),
    ("x-forwarded-proto", "http"),
    ("forwarded", "host=elsewhere.example;proto=http"),
    ("origin", "https://elsewhere.example"),
    ("referer", ELSEWHERE),
];

fn minds_no_field(probe: &mut Probe<'_>, before: &Launched) -> Result<(), Stop> {
    let add = |fields: Fields| TARGETS.iter().fold(fields, |it, name| it.and(name, ELSEWHERE));
    let mut requests: Vec<_> = Vec::new();
    for way in Way::ALL {
        let fields = probe.user();
        let request = way.to(Operation::Launch, &add(fields.clone()));
        requests.push((request.case("fields that name a different site"), fields));
    }
    let fields = probe.user();
    let request = Way::Form.to(Operation::Launch, &fields).query(add(Fields::default()).form());
    requests.push((request.case("fields of the query that name a different site"), fields));
    for (request, fields) in requests {
        let launched = expect_launch(probe, &request, &fields)?;
        if let Some(launched) = launched.filter(|it| it.start != before.start) {
            probe.note(&request, moved(probe, before, &launched));
        }
    }
    Ok(())
}

fn minds_no_header(probe: &mut Probe<'_>, before: &Launched) -> Result<(), Stop> {
    for (name, value) in SITES {
        let fields = probe.user();
        let request = Way::Form.to(Operation::Launch, &fields).header(name, value);
        let request = request.case(format!("`{name}: {value}`"));
        let answer = match probe.answered(&request) {
            // A server may be for certain sites alone, or refuse what has not come by TLS.
            Ok(answer) => answer.ok().filter(|it| it.status() == 303),
            // Who runs the check sends this one with every request.
            Err(Stop::Lacking(why)) if matches!(why.lacking(), Some(Lacking::Header(_))) => None,
            Err(stop) => return Err(stop),
        };
        if let Some(answer) = answer
            && let Ok(launched) = read(probe, &answer, &fields)?
            && launched.start != before.start
        {
            probe.note(&request, moved(probe, before, &launched));
        }
    }
    Ok(())
}

/// The text and its last character.
fn split_last(text: &str) -> Option<(&str, &str)> {
    let (at, _) = text.char_indices().next_back()?;
    Some((text.get(..at)?, text.get(at..)?))
}

fn signs_on(probe: &mut Probe<'_>) -> Result<(), Stop> {
    probe.needs(Operation::Direct)?;
    let known = Known::new(probe)?;
    let new = known.fields.clone().with("password", &probe.password());
    launch(probe, &new)?;
    let company = known.company()?;
    let replaced = Known { fields: new, before: known.before };
    let request =
        replaced.direct_request("the password that a launch has replaced the old one by")?;
    expect_holder(probe, &request, &replaced)?;
    let new = probe.user();
    launch(probe, &new)?;
    let direct = Fields::default()
        .and("userid", new.value("email"))
        .and("password", new.value("password"))
        .and("company", &company);
    let request = Way::Form.to(Operation::Direct, &direct).case("a user whom a launch has created");
    probe.expect_sign_on(&request).map(drop)
}

fn checks_as_sign_on(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let key = unknown(probe);
    let user = probe.user();
    let foreign = probe.with_key(user, &key);
    let product = probe.misspelt_product();
    let cases = [
        (foreign, Refusal::KEY, "an unknown key"),
        (probe.user().with("email", "nobody"), Refusal::INVALID, "an e-mail without an at sign"),
        (probe.user().with("product", &product), Refusal::INVALID, "an unknown product"),
        (probe.user().and("issued_at", "01"), Refusal::INVALID, "a time with a leading zero"),
    ];
    for (fields, refusal, case) in cases {
        let request = Way::Form.to(Operation::Launch, &fields).case(case);
        probe.expect_refusal(&request, refusal)?;
    }
    Ok(())
}

fn gives_no_token(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    let launched = |exchange: &Exchange| {
        exchange.request.operation() == Some(Operation::Launch) && exchange.answer.status() == 303
    };
    log.judge(launched, |Exchange { answer, .. }| {
        let location = answer.header("Location").unwrap_or_default();
        let body = String::from_utf8_lossy(answer.body()).into_owned();
        for (place, text) in [("`Location`", location), ("the body", body)] {
            let own = answer.code();
            let found = log.secrets.all_in(&text).into_iter();
            // The place of the code in the URL is for a different check.
            let is_code = |kind| kind == Kind::Code && place == "`Location`";
            let mut foreign =
                found.filter(|(kind, secret)| own.as_ref() != Some(secret) && !is_code(*kind));
            let what = match foreign.next() {
                Some((kind, _)) => kind.label(),
                None if text.contains("token") || holds_token(&text) => "a token",
                None => continue,
            };
            let expected = "no secret but the code";
            return Err(Mismatch::new(expected, format!("{what} in {place}")));
        }
        Ok(())
    })
}

fn gives_no_usable_token(probe: &mut Probe<'_>) -> Result<(), Stop> {
    probe.needs(Operation::Session)?;
    for way in Way::ALL {
        let fields = probe.user();
        let request = way.to(Operation::Launch, &fields);
        if expect_launch(probe, &request, &fields)?.is_none() {
            continue;
        }
        let place = probe.log().place(&request);
        let launched = place.and_then(|place| probe.log().exchanges().get(place));
        let headers = launched.map_or_else(Vec::new, |it| it.answer.headers().to_vec());
        for (name, value) in &headers {
            for token in tokens_in(value) {
                // It is a secret only if it is a token; an id of the request may look like one.
                let case = format!("a text of the form of a token in `{name}` of a launch");
                probe.expect_refusal(&session(token).case(case), Refusal::TOKEN)?;
            }
        }
    }
    Ok(())
}

/// Returns whether a text of the form of a token stands anywhere.
fn holds_token(text: &str) -> bool {
    tokens_in(text).next().is_some()
}

/// Returns every part of the text that has the form of a token.
fn tokens_in(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.char_indices().map(|(at, _)| at);
    starts.filter_map(|at| text.get(at..at + 36)).filter(|part| token::fits(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_inside_of_a_text() {
        assert!(holds_token("https://x/?t=20764cd4-e50c-40fe-beb3-70e7d3e27268&code=1"));
        assert!(!holds_token("https://x/?t=20764cd4-e50c-40fe-beb3-70e7d3e2726&code=1"));
    }
}
