//! The header fields that are shown with their values: those of which the format speaks, and harmless ones.

use crate::format::operation::Operation;
use crate::message::secret::Kind;
use crate::message::secrets::{Secrets, hidden};
use crate::message::shown::name::media_type;
use crate::message::shown::url;

const OF_REQUESTS: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "access-control-request-headers",
    "access-control-request-method",
    "connection",
    "content-encoding",
    "content-length",
    "date",
    "expect",
    "host",
    "origin",
    "transfer-encoding",
    "user-agent",
];

const OF_ANSWERS: &[&str] = &[
    "accept-encoding",
    "accept-post",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-max-age",
    "age",
    "allow",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-security-policy",
    "date",
    "expires",
    "keep-alive",
    "last-modified",
    "pragma",
    "referrer-policy",
    "retry-after",
    "server",
    "strict-transport-security",
    "transfer-encoding",
    "vary",
    "x-content-type-options",
    "x-frame-options",
    "x-powered-by",
];

/// Those of which a number is shown alone.
const NUMBERS: &[&str] = &["access-control-max-age", "age", "content-length"];

/// The schemes of `Authorization` that have a name.
const SCHEMES: &[&str] = &[
    "basic",
    "bearer",
    "digest",
    "dpop",
    "hmac",
    "mutual",
    "negotiate",
    "ntlm",
    "token",
    "apikey",
    "key",
    "mac",
];

/// A header field of a request.
pub(crate) fn request_header(
    name: &str,
    value: &str,
    operation: Option<Operation>,
    secrets: &Secrets,
) -> (String, String) {
    let value = match name.to_ascii_lowercase().as_str() {
        "authorization" => authorization(value, operation, secrets),
        "content-type" => content_type(value, secrets),
        lower if OF_REQUESTS.contains(&lower) => secrets.redact_free(value),
        _ => not_shown(value, secrets),
    };
    (secrets.redact(name), value)
}

/// A header field of an answer.
pub(crate) fn answer_header(name: &str, value: &str, secrets: &Secrets) -> (String, String) {
    let value = match name.to_ascii_lowercase().as_str() {
        "location" | "content-location" => url(value, secrets),
        "content-type" => content_type(value, secrets),
        lower if NUMBERS.contains(&lower) && !is_number(value) => not_shown(value, secrets),
        lower if OF_ANSWERS.contains(&lower) => secrets.redact_free(value),
        _ => not_shown(value, secrets),
    };
    (secrets.redact(name), value)
}

fn is_number(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit())
}

fn not_shown(value: &str, secrets: &Secrets) -> String {
    if value.is_empty() { String::new() } else { hidden("not shown", &secrets.labels_in(value)) }
}

/// The media type, also where the header has several of them.
fn content_type(value: &str, secrets: &Secrets) -> String {
    let is_plain = media_type(value).is_some_and(|known| {
        let squeeze = |text: &str| text.replace([' ', '"'], "").to_ascii_lowercase();
        squeeze(&known) == squeeze(value)
    });
    match media_type(value) {
        Some(_) if is_plain => secrets.redact_free(value),
        Some(known) => secrets.redact_free(&format!("{known}; …")),
        None => not_shown(value, secrets),
    }
}

/// The scheme, and a label in place of all that comes after it.
fn authorization(value: &str, operation: Option<Operation>, secrets: &Secrets) -> String {
    let (scheme, credential) = value.split_once(' ').unwrap_or((value, ""));
    let known = SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    if !known {
        return not_shown(value, secrets);
    }
    let kind = match operation {
        _ if !scheme.eq_ignore_ascii_case("bearer") => Kind::Header,
        Some(Operation::Exchange) => Kind::ProductSecret,
        Some(_) | None => Kind::Token,
    };
    let labels = secrets.labels_in(credential);
    match labels.as_slice() {
        _ if credential.trim().is_empty() => value.to_owned(),
        [] => format!("{scheme} {}", kind.label()),
        labels => format!("{scheme} {}", labels.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_of_the_headers_that_are_listed() {
        let mut secrets = Secrets::default();
        secrets.learn(Kind::Password, "correct horse");
        let of_request = |name: &str, value: &str| {
            let operation = Some(Operation::Exchange);
            let (_, shown) = request_header(name, value, operation, &secrets);
            assert_eq!(request_header(name, &shown, operation, &secrets).1, shown, "read again");
            shown
        };
        let of_answer = |name: &str, value: &str| {
            let (_, shown) = answer_header(name, value, &secrets);
            assert_eq!(answer_header(name, &shown, &secrets).1, shown, "read again");
            shown
        };
        insta::assert_snapshot!(of_request("Authorization", "Bearer x, y"), @"Bearer [product secret]");
        insta::assert_snapshot!(of_request("authorization", "basic x"), @"basic [header]");
        insta::assert_snapshot!(of_request("authorization", "secret"), @"[not shown]");
        insta::assert_snapshot!(of_request("cookie", "a=correct+horse"), @"[not shown, with [password]]");
        insta::assert_snapshot!(of_request("content-type", "text/plain; a=secret"), @"text/plain; …");
        insta::assert_snapshot!(of_request("content-type", "Text/Plain; Charset=UTF-8"), @"Text/Plain; Charset=UTF-8");
        insta::assert_snapshot!(of_request("content-type", "secret"), @"[not shown]");
        insta::assert_snapshot!(of_answer("Allow", "GET, POST"), @"GET, POST");
        insta::assert_snapshot!(of_answer("Server", "correct horse/1"), @"[password]/1");
        insta::assert_snapshot!(of_answer("X-Debug", "secret"), @"[not shown]");
        insta::assert_snapshot!(of_answer("Age", "17"), @"17");
        insta::assert_snapshot!(of_answer("Age", "the beginning of a key"), @"[not shown]");
        insta::assert_snapshot!(of_answer("Location", "https://h/?code=x&state=y"), @"https://h/?code=[code]&[1 more]");
    }
}
