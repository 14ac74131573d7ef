//! Checks the form of answers, by `spec/README.md`.

use serde_json::Value;
use ssokey_core::Response;

/// The catalogue: status, code and name of every error.
const CATALOGUE: [(u16, u16, &str); 20] = [
    (400, 4000, "malformed_request"),
    (400, 4001, "missing_parameter"),
    (400, 4002, "duplicate_parameter"),
    (400, 4003, "invalid_parameter"),
    (401, 4010, "invalid_ssokey"),
    (401, 4011, "invalid_credentials"),
    (401, 4012, "invalid_token"),
    (403, 4030, "access_denied"),
    (404, 4040, "not_found"),
    (405, 4050, "method_not_allowed"),
    (409, 4090, "identity_unavailable"),
    (409, 4091, "concurrent_update"),
    (409, 4092, "outdated_password"),
    (409, 4093, "already_exists"),
    (413, 4130, "too_large"),
    (415, 4150, "unsupported_media_type"),
    (429, 4290, "rate_limited"),
    (500, 5000, "internal"),
    (503, 5030, "storage_unavailable"),
    (503, 5031, "overloaded"),
];

/// The content of an answer.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// The `return` of a success with this status.
    Success(u16, Value),
    /// The code of an error.
    Error(u16),
}

/// Checks status, headers and the body's shape, and returns the answer's content.
///
/// # Panics
///
/// If the answer is not as the format has it.
#[must_use]
pub fn check_answer(answer: &Response, legacy_status: bool) -> Outcome {
    let body: Value = serde_json::from_str(&answer.body).expect("the body is JSON");
    let status = body["status_code"].as_u64().and_then(|it| u16::try_from(it).ok());
    let status = status.expect("a status_code");
    let outcome = if answer.body.starts_with(r#"{"error":{"code":"#) {
        assert_eq!(answer.status, if legacy_status { 200 } else { status });
        check_members(answer, &body, "error", legacy_status.then_some(false));
        assert_eq!(members(&body["error"]), ["code", "details", "name"]);
        assert_eq!(body["stat"], "fail");
        assert!(body["error"]["details"].is_string());
        let row = CATALOGUE.iter().find(|(_, code, _)| body["error"]["code"] == *code);
        let (due, code, name) = *row.expect("a code of the catalogue");
        assert_eq!((status, &body["error"]["name"]), (due, &Value::from(name)));
        Outcome::Error(code)
    } else {
        assert_eq!(answer.status, status);
        check_members(answer, &body, "return", legacy_status.then_some(true));
        assert_eq!(body["stat"], "ok");
        assert!(body["return"].is_object());
        Outcome::Success(status, body["return"].clone())
    };
    check_headers(answer, &outcome);
    outcome
}

/// Returns the body of an error as it is without the option for legacy clients (SSO-RSP-014).
#[must_use]
pub fn plain_body(answer: &Response) -> String {
    answer.body.replace(r#","success":false}"#, "}")
}

/// Checks the names of the members, and that `success` is the last one and as due, if it is due at all (SSO-RSP-014).
fn check_members(answer: &Response, body: &Value, content: &str, success: Option<bool>) {
    let last = success.map(|success| format!(r#","success":{success}}}"#));
    let names =
        [Some(content), Some("stat"), Some("status_code"), last.as_ref().map(|_| "success")];
    assert_eq!(members(body), names.into_iter().flatten().collect::<Vec<_>>());
    assert!(answer.body.ends_with(last.as_deref().unwrap_or("}")));
}

fn check_headers(answer: &Response, outcome: &Outcome) {
    let mut due =
        vec!["cache-control", "content-type", "referrer-policy", "x-content-type-options"];
    due.extend(match outcome {
        Outcome::Success(303, _) => Some("location"),
        Outcome::Error(4050) => Some("allow"),
        Outcome::Error(4290 | 5031) => Some("retry-after"),
        // Of both kinds of 4150, the one for a coding has it.
        Outcome::Error(4150) if answer.body.contains("is encoded") => Some("accept-encoding"),
        Outcome::Success(..) | Outcome::Error(_) => None,
    });
    due.sort_unstable();
    let mut names: Vec<_> = answer.headers.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    assert_eq!(names, due);
    for (name, value) in &answer.headers {
        let is_due = match *name {
            "cache-control" => value == "no-store",
            "content-type" => value == "application/json",
            "referrer-policy" => value == "no-referrer",
            "x-content-type-options" => value == "nosniff",
            "accept-encoding" => value == "identity",
            "retry-after" => value.parse::<u32>().is_ok(),
            _ => value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()),
        };
        assert!(is_due, "{name}: {value}");
    }
}

/// The names of an object's members in alphabetical order.
fn members(object: &Value) -> Vec<&str> {
    let mut names: Vec<_> = object.as_object().into_iter().flatten().map(|(it, _)| &**it).collect();
    names.sort_unstable();
    names
}
