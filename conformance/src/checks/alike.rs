//! Answers that must be alike: refusals, which must not tell one reason from a different one, and what requests of one meaning get.

use crate::format::refusal::Refusal;
use crate::message::answer::Answer;
use crate::message::request::Request;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::probe::Probe;

/// Expects every refusal to be the first one, byte for byte, and each request to be refused so if it is said how.
/// Gives whether any was refused.
pub(super) fn alike(
    probe: &mut Probe<'_>,
    how: Option<Refusal>,
    requests: &[Request],
) -> Result<bool, Stop> {
    let mut first: Option<(Vec<(&str, String)>, String)> = None;
    for request in requests {
        let answer = match (probe.answered(request)?, how) {
            (Ok(answer), None) if answer.is_refusal() => answer,
            (Ok(answer), Some(refusal)) if answer.is(refusal) => answer,
            (Ok(_) | Err(_), None) => continue,
            (Ok(answer), Some(refusal)) => {
                probe.note(request, Mismatch::new(refusal.to_string(), answer.summary()));
                continue;
            }
            (Err(mismatch), Some(refusal)) => {
                probe.note(request, Mismatch::new(refusal.to_string(), mismatch.actual));
                continue;
            }
        };
        let now = fingerprint(&answer);
        let case = request.case.clone().unwrap_or_default();
        match &first {
            None => first = Some((now, case)),
            Some((before, of)) => {
                let mut pairs = before.iter().zip(&now);
                if let Some((before, now)) = pairs.find(|(before, now)| before != now) {
                    let what = before.0;
                    let expected = format!("the same {what} as for {of}");
                    let actual = if what == "body" {
                        format!(
                            "a different body, of {} bytes: {}",
                            answer.body().len(),
                            answer.summary()
                        )
                    } else {
                        format!("{what} `{}`, where it was `{}`", now.1, before.1)
                    };
                    probe.note(request, Mismatch::new(expected, actual));
                }
            }
        }
    }
    Ok(first.is_some())
}

/// Expects each request to be answered as the plain one is.
pub(super) fn expect_same(
    probe: &mut Probe<'_>,
    plain: &Request,
    requests: &[Request],
) -> Result<(), Stop> {
    expect_same_or(probe, None, plain, requests)
}

/// The same, where a request may also be refused so.
pub(super) fn expect_same_or(
    probe: &mut Probe<'_>,
    refusal: Option<Refusal>,
    plain: &Request,
    requests: &[Request],
) -> Result<(), Stop> {
    // What is wrong with this one is for other checks.
    let Ok(answer) = probe.answered(plain)? else { return Ok(()) };
    if let Some(email) = plain.emails().next().filter(|_| answer.status() == 303) {
        probe.created(&email);
    }
    let expected = answer.summary();
    for request in requests {
        let actual = match probe.answered(request)? {
            Ok(answer) if refusal.is_some_and(|refusal| answer.is(refusal)) => continue,
            Ok(answer) => answer.summary(),
            Err(mismatch) => mismatch.actual,
        };
        if actual != expected {
            let expected = format!("{expected}, as for the plain request");
            probe.note(request, Mismatch::new(expected, actual));
        }
    }
    Ok(())
}

/// Returns what of an answer a client could tell refusals apart by, but for what every answer has anew (such as Date).
pub(super) fn fingerprint(answer: &Answer) -> Vec<(&'static str, String)> {
    let mut parts = vec![
        ("status", answer.status().to_string()),
        ("body", answer.body().escape_ascii().to_string()),
    ];
    for name in ["Content-Type", "Cache-Control", "WWW-Authenticate", "Retry-After"] {
        parts.push((name, answer.header(name).unwrap_or_default()));
    }
    parts
}
