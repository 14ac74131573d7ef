//! The headers of every answer.

use crate::format::profile::Profile;
use crate::format::way::Way;
use crate::message::answer::Answer;
use crate::message::shown;
use crate::record::exchange::Exchange;
use crate::record::log::Log;
use crate::record::mismatch::{LocatedMismatch, Mismatch};
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "header.content-type-is-json",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-009"],
        title: "every answer has the content type application/json",
        judge: Judge::Passive(content_type_is_json),
    },
    Check {
        id: "header.forbids-storing",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-010"],
        title: "every answer forbids caches to store it",
        judge: Judge::Passive(|log| holds(log, "Cache-Control", "no-store")),
    },
    Check {
        id: "header.forbids-referrer",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-010"],
        title: "every answer forbids browsers to send its URL on",
        judge: Judge::Passive(|log| holds(log, "Referrer-Policy", "no-referrer")),
    },
    Check {
        id: "header.forbids-sniffing",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-010"],
        title: "every answer forbids browsers to guess a different content type",
        judge: Judge::Passive(|log| holds(log, "X-Content-Type-Options", "nosniff")),
    },
    Check {
        id: "header.has-no-cors",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-011"],
        title: "no answer has a CORS header",
        judge: Judge::Passive(has_no_cors),
    },
    Check {
        id: "header.has-no-cors-for-browsers",
        profile: Profile::SignOn,
        requirements: &["SSO-RSP-011"],
        title: "a request that names an Origin, and a preflight, get no CORS header either",
        judge: Judge::Active(has_no_cors_for_browsers),
    },
];

fn content_type_is_json(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    log.judge(Exchange::has_headers, |Exchange { answer, .. }| {
        let value = answer.header("Content-Type");
        let media_type = value.as_deref().unwrap_or_default().split(';').next();
        let media_type = media_type.unwrap_or_default().trim();
        if media_type.eq_ignore_ascii_case("application/json") {
            return Ok(());
        }
        let expected = "a header `Content-Type: application/json`";
        let actual = value.as_deref().map(shown::media_type);
        Err(Mismatch::new(
            expected,
            match actual {
                Some(None) => "a text that is not a media type".to_owned(),
                known => said(known.flatten()),
            },
        ))
    })
}

/// Every answer has the header, and the word is one of its values.
fn holds(log: &Log, name: &str, word: &str) -> Result<Vec<LocatedMismatch>, Stop> {
    log.judge(Exchange::has_headers, |Exchange { answer, .. }| {
        let value = answer.header(name);
        let mut words = value.as_deref().unwrap_or_default().split(',');
        if words.any(|known| known.trim().eq_ignore_ascii_case(word)) {
            return Ok(());
        }
        let expected = format!("a header `{name}: {word}`");
        Err(Mismatch::new(expected, said(value)))
    })
}

fn said(value: Option<String>) -> String {
    value.map_or("no such header".to_owned(), |value| format!("`{value}`"))
}

fn has_no_cors(log: &Log) -> Result<Vec<LocatedMismatch>, Stop> {
    let plain = |exchange: &Exchange| {
        exchange.has_headers() && exchange.request.header_value("origin").is_none()
    };
    log.judge(plain, |exchange| no_cors(&exchange.answer))
}

fn has_no_cors_for_browsers(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let origin = "https://ssokey-check.example";
    let sign_on = Way::Form.request(&probe.user()).header("origin", origin);
    let refused = Way::Get.request(&probe.user().without("email"));
    let refused = refused.header("origin", origin);
    let preflight = Way::Get.request(&probe.user()).method("OPTIONS");
    let preflight = preflight
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type")
        .case("a preflight");
    for request in [sign_on.case("with an Origin"), refused.case("with an Origin"), preflight] {
        // That there has to be an answer is for other checks to say.
        let Ok(answer) = probe.answered(&request)? else {
            continue;
        };
        if let Err(mismatch) = no_cors(&answer) {
            probe.note(&request, mismatch);
        }
    }
    Ok(())
}

fn no_cors(answer: &Answer) -> Result<(), Mismatch> {
    let mut names = answer.header_names();
    let cors = names.find(|name| name.to_ascii_lowercase().starts_with("access-control-"));
    cors.map_or(Ok(()), |name| {
        let expected = "no header whose name begins with `Access-Control-`";
        Err(Mismatch::new(expected, format!("`{name}`")))
    })
}
