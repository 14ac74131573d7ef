//! The first answer of a server, diagnosed before anything else is sent.

use std::fmt;

use crate::message::answer::Answer;

/// The reason for which the first answer makes it useless to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// It leads elsewhere: to this scheme and host, if it says so.
    Redirect(u16, Option<String>),
    /// It asks for credentials of this scheme, which are not the format's.
    Wall(u16, String),
    /// It limits the rate, for longer than the run may wait or for an unknown time.
    Limit {
        /// Whether it says when to ask again.
        says_when: bool,
    },
    /// It comes from something that stands before the server and cannot reach it.
    Gateway(u16),
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redirect(status, Some(to)) => {
                write!(f, "the first answer is a redirect to {to} (HTTP {status})")
            }
            Self::Redirect(status, None) => {
                write!(f, "the first answer is a redirect (HTTP {status})")
            }
            Self::Wall(status, scheme) => write!(
                f,
                "the first answer asks for credentials of the scheme {scheme} (HTTP {status}), which are not the format's"
            ),
            Self::Limit { says_when: true } => f.write_str(
                "the first answer says that the server limits the rate (HTTP 429), for longer than the run may wait",
            ),
            Self::Limit { says_when: false } => f.write_str(
                "the first answer says that the server limits the rate (HTTP 429), and not until when: it has no Retry-After in seconds",
            ),
            Self::Gateway(status) => write!(
                f,
                "the first answer is that of a proxy that does not reach the server (HTTP {status})"
            ),
        }
    }
}

/// Diagnoses the answer to a sign-on without fields. Gives one sentence if it explains what will come of the checks.
///
/// # Errors
///
/// It is useless to go on.
pub(crate) fn diagnose(answer: &Answer) -> Result<Option<String>, Obstacle> {
    let (status, is_json) = (answer.plain_status(), answer.json().is_ok());
    match status {
        300..=399 => {
            return Err(Obstacle::Redirect(status, answer.header("Location").and_then(origin)));
        }
        401 | 407 if !is_json => {
            let name = if status == 401 { "WWW-Authenticate" } else { "Proxy-Authenticate" };
            if let Some(scheme) = answer.header(name).as_deref().and_then(scheme) {
                return Err(Obstacle::Wall(status, scheme));
            }
        }
        429 => {
            let says_when =
                answer.header("Retry-After").is_some_and(|it| it.trim().parse::<u64>().is_ok());
            return Err(Obstacle::Limit { says_when });
        }
        502..=504 if !is_json => return Err(Obstacle::Gateway(status)),
        _ => (),
    }
    Ok(flaw(answer).map(|flaw| format!("The first answer, to a sign-on without fields, {flaw}.")))
}

/// Returns what is wrong with an answer as a whole.
fn flaw(answer: &Answer) -> Option<String> {
    let (status, body) = (answer.status(), answer.body());
    let media_type = answer.header("Content-Type").unwrap_or_default().to_ascii_lowercase();
    let coding = answer.header("Content-Encoding").filter(|it| !it.trim().is_empty());
    if body.starts_with(&[0x1f, 0x8b]) || coding.as_deref().is_some_and(is_compressed) {
        return Some("is compressed, which no request asked for".to_owned());
    }
    if body.starts_with(b"\xef\xbb\xbf") {
        return Some("begins with a byte order mark, which is not JSON".to_owned());
    }
    if body.starts_with(b"\xff\xfe")
        || body.starts_with(b"\xfe\xff")
        || body.get(..4).is_some_and(|it| it.contains(&0))
    {
        return Some("is UTF-16 or UTF-32, and JSON is UTF-8".to_owned());
    }
    let Ok(json) = answer.json() else {
        if body.is_empty() {
            return Some(format!("has no body (HTTP {status})"));
        }
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start().to_ascii_lowercase();
        if text.starts_with('<') || media_type.starts_with("text/html") {
            let after = text.find("{\"");
            let is_login = text.contains("type=\"password\"") || text.contains("type='password'");
            return Some(match after {
                _ if is_login => format!("is a web page to log in (HTTP {status})"),
                Some(_) if text.ends_with('}') => "has markup before its JSON, such as a warning of PHP".to_owned(),
                _ if status == 404 => "is a web page that says that nothing is there (HTTP 404): see whether the base is right".to_owned(),
                _ => format!("is a web page (HTTP {status})"),
            });
        }
        if let Some(charset) = other_charset(&media_type) {
            return Some(format!("is not JSON in UTF-8: it says that it is {charset}"));
        }
        return Some(match text.find("{\"") {
            Some(1..) if text.ends_with('}') => "has text before its JSON".to_owned(),
            _ => format!("is not JSON (HTTP {status})"),
        });
    };
    if status == 404 {
        return Some(
            "says that nothing is there (HTTP 404): see whether the base is right".to_owned(),
        );
    }
    if let Some(charset) = other_charset(&media_type) {
        return Some(format!("says that it is {charset}, and JSON is UTF-8"));
    }
    let ours = ["error", "stat", "status_code", "return"];
    let foreign = ours.iter().all(|name| json.member(name).is_none());
    foreign
        .then(|| "is JSON of a different interface: it has none of the format's members".to_owned())
}

fn is_compressed(coding: &str) -> bool {
    coding.split(',').any(|it| !matches!(it.trim(), "" | "identity"))
}

/// The charset of a media type, if it is a known one that is not UTF-8; nothing else of it is shown.
fn other_charset(media_type: &str) -> Option<&'static str> {
    const KNOWN: [&str; 8] = [
        "iso-8859-1",
        "iso-8859-15",
        "latin1",
        "windows-1252",
        "utf-16",
        "utf-32",
        "shift_jis",
        "gbk",
    ];
    let (_, charset) = media_type.split_once("charset=")?;
    let charset = charset.trim_matches(['"', ' ']);
    KNOWN.into_iter().find(|known| charset.starts_with(known))
}

/// The scheme and host of a URL: a path or query may hold anything.
fn origin(url: String) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let plain = |it: char| it.is_ascii_alphanumeric() || ".-:[]".contains(it);
    let shown = matches!(scheme, "http" | "https") && host.chars().all(plain) && !host.is_empty();
    shown.then(|| format!("{scheme}://{host}"))
}

/// The first scheme of a challenge, if it is a registered one.
fn scheme(challenge: &str) -> Option<String> {
    const KNOWN: [&str; 6] = ["Basic", "Bearer", "Digest", "Negotiate", "NTLM", "DPoP"];
    let scheme = challenge.split([' ', ',']).next()?;
    KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(scheme)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>, told: &str) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let answer = Answer::new(status, headers.collect(), body.as_ref().to_vec());
        let said = match diagnose(&answer) {
            Ok(sentence) => sentence.unwrap_or_default(),
            Err(obstacle) => obstacle.to_string(),
        };
        assert!(if told.is_empty() { said.is_empty() } else { said.contains(told) }, "{said}");
    }

    const REFUSAL: &str = r#"{"error":{"code":4001,"name":"missing_parameter","details":""},"status_code":400,"stat":"fail"}"#;
    const JSON: (&str, &str) = ("Content-Type", "application/json");

    #[test]
    fn the_first_answer_is_diagnosed() {
        check(400, &[JSON], REFUSAL, "");
        check(400, &[("Content-Type", "application/json; charset=utf-8")], REFUSAL, "");
        check(301, &[("Location", "https://u:p@x.example/?k=1")], "", "is a redirect (HTTP 301)");
        check(
            308,
            &[("Location", "https://x.example:8/?k=1")],
            "",
            "redirect to https://x.example:8 (",
        );
        check(
            401,
            &[("WWW-Authenticate", "Basic realm=\"x\"")],
            "no",
            "credentials of the scheme Basic",
        );
        check(429, &[], "", "and not until when");
        check(429, &[("Retry-After", "99")], "", "for longer than the run may wait");
        check(502, &[], "<html>", "a proxy that does not reach the server (HTTP 502)");
        check(503, &[JSON], REFUSAL, "");
        check(200, &[], b"\x1f\x8b\x08", "is compressed");
        check(400, &[("Content-Encoding", "br")], b"\x8b\x08", "is compressed");
        check(400, &[JSON], format!("\u{feff}{REFUSAL}"), "byte order mark");
        check(400, &[JSON], b"\xff\xfe{\0", "UTF-16");
        check(400, &[JSON], b"{\0\"\0", "UTF-16");
        check(200, &[], "<form><input type=\"password\">", "a web page to log in (HTTP 200)");
        check(404, &[], "<!doctype html>", "says that nothing is there (HTTP 404)");
        check(500, &[], "<!doctype html>", "is a web page (HTTP 500)");
        check(400, &[], format!("<br /><b>Warning</b>: x{REFUSAL}"), "markup before its JSON");
        check(400, &[], format!("Notice: x {REFUSAL}"), "has text before its JSON");
        check(
            400,
            &[("Content-Type", "application/json; charset=ISO-8859-1")],
            REFUSAL,
            "says that it is iso-8859-1",
        );
        check(404, &[JSON], REFUSAL, "nothing is there (HTTP 404)");
        check(200, &[JSON], r#"{"message":"hello"}"#, "JSON of a different interface");
        check(200, &[], "", "has no body (HTTP 200)");
        check(400, &[], "no", "is not JSON (HTTP 400)");
    }
}
