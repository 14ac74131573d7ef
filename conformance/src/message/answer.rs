//! One answer of a server, parsed once and leniently.

use crate::format::refusal::Refusal;
use crate::message::json::Json;
use crate::message::shown;

/// Status, header fields and body, and the body as JSON if it is JSON. It holds secrets and is not printed.
#[derive(Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    json: Result<Json, String>,
    legacy: bool,
}

impl Answer {
    /// Header names count in any case.
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        let json = Json::parse(&body);
        Self { status, headers, body, json, legacy: false }
    }

    /// An answer of which the body alone is known. The status is the one that the body claims.
    pub fn of_body(body: Vec<u8>) -> Self {
        let mut answer = Self::new(200, Vec::new(), body);
        // A byte order mark does not hide what the answer claims to be.
        let marked = answer.body.strip_prefix(b"\xef\xbb\xbf").map(Json::parse);
        let json = marked.as_ref().unwrap_or(&answer.json).as_ref().ok();
        let member = |name: &str| json.and_then(|json| json.member(name));
        let claimed = member("status_code").and_then(Json::as_u64);
        let claimed = claimed.and_then(|claimed| u16::try_from(claimed).ok());
        if let Some(claimed) = claimed.filter(|claimed| (100..600).contains(claimed)) {
            answer.status = claimed;
        } else if member("error").is_some() {
            answer.status = 400;
        }
        answer
    }

    /// Notes that the server has its option for legacy clients.
    pub(crate) fn set_legacy_option(&mut self) {
        self.legacy = true;
    }

    /// Returns whether the server has its option for legacy clients.
    pub(crate) fn has_legacy_option(&self) -> bool {
        self.legacy
    }

    /// Returns whether only the option for legacy clients makes such an answer: an error of HTTP status 200 that ends with `success`.
    pub(crate) fn shows_legacy_option(&self) -> bool {
        let last = self.json().ok().and_then(|json| json.members().last());
        let says_no = last.is_some_and(|(name, it)| name == "success" && *it == Json::Bool(false));
        says_no && self.status == 200 && self.member("error").is_some()
    }

    /// The HTTP status without the option for legacy clients: an error of status 200 has the one that its body claims.
    pub(crate) fn plain_status(&self) -> u16 {
        if !self.legacy || self.status != 200 || self.member("error").is_none() {
            return self.status;
        }
        let claimed = self.member("status_code").and_then(Json::as_u64);
        let claimed = claimed.and_then(|claimed| u16::try_from(claimed).ok());
        claimed.filter(|claimed| *claimed >= 400).unwrap_or(self.status)
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The names of the header fields, as sent.
    pub fn header_names(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|(name, _)| name.as_str())
    }

    /// The value of a header; several fields of one name are joined by a comma, as HTTP reads them.
    pub fn header(&self, name: &str) -> Option<String> {
        let fields = self.headers.iter();
        let values: Vec<_> = fields
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// Name and value of each header field, as sent.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The single-use code that the `Location` of a launch ends in.
    pub fn code(&self) -> Option<String> {
        let location = self.header("Location")?;
        let (_, code) = location.rsplit_once(['?', '&'])?;
        Some(code.strip_prefix("code=")?.to_owned())
    }

    /// The raw body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as JSON.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with it, without quoting it.
    pub fn json(&self) -> Result<&Json, &str> {
        self.json.as_ref().map_err(String::as_str)
    }

    /// A member of the body.
    pub fn member(&self, name: &str) -> Option<&Json> {
        self.json().ok()?.member(name)
    }

    /// A member of `return`.
    pub fn returned(&self, name: &str) -> Option<&Json> {
        self.member("return")?.member(name)
    }

    /// A member of `error`.
    pub fn error(&self, name: &str) -> Option<&Json> {
        self.member("error")?.member(name)
    }

    /// Returns whether the status claims success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.plain_status())
    }

    /// Returns whether the status claims a refusal or failure.
    pub fn is_refusal(&self) -> bool {
        self.plain_status() >= 400
    }

    /// Returns whether the answer is this refusal.
    pub(crate) fn is(&self, refusal: Refusal) -> bool {
        self.plain_status() == refusal.status
            && self.error("code").and_then(Json::as_u64) == Some(refusal.code.into())
            && self.error("name").and_then(Json::as_str) == Some(refusal.name)
    }

    /// Returns whether the answer to a HEAD, which has no body, may be this refusal.
    pub(crate) fn may_be(&self, refusal: Refusal) -> bool {
        self.status == refusal.status || self.legacy && self.status == 200
    }

    /// Returns what came, in a few words.
    pub fn summary(&self) -> String {
        let mut status = self.status.to_string();
        if self.plain_status() != self.status {
            status += &format!(" for {}", self.plain_status());
        }
        if self.body.is_empty() {
            return format!("HTTP {status} without a body");
        }
        let Ok(json) = self.json() else {
            let bytes = self.body.len();
            let media_type = self.header("content-type").and_then(|it| shown::media_type(&it));
            let media_type = media_type.map_or_else(String::new, |known| format!(" of {known}"));
            return format!("HTTP {status} with {bytes} bytes{media_type} that are not JSON");
        };
        if json.member("error").is_some() {
            let shown = |member: Option<&Json>| match member {
                Some(Json::String(text)) => format!("`{}`", text.replace('`', "'")),
                Some(other) => other.to_string().replace('`', ""),
                None => "(absent)".to_owned(),
            };
            let code = shown(self.error("code"));
            let name = shown(self.error("name"));
            return format!("HTTP {status} with error {code} {name}");
        }
        let names = names_of(json.members());
        match json.member("stat").and_then(Json::as_str) {
            Some(stat) => format!("HTTP {status} with stat `{stat}` and the members {names}"),
            None if names.is_empty() => format!("HTTP {status} with {}, no members", json.kind()),
            None => format!("HTTP {status} with the members {names}"),
        }
    }
}

/// The names of the members that are the format's, and how many others there are.
fn names_of(members: &[(String, Json)]) -> String {
    let is_known = |name: &&str| shown::name(name) == *name;
    let names = members.iter().map(|(name, _)| name.as_str());
    let mut known: Vec<_> = names.filter(is_known).map(|name| format!("`{name}`")).collect();
    match members.len() - known.len() {
        0 => (),
        more => known.push(format!("{more} of other names")),
    }
    known.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_says_what_came_in_a_few_words() {
        let summary = |body: &str| {
            let headers = vec![("Content-Type".to_owned(), "text/html".to_owned())];
            Answer::new(400, headers, body.into()).summary()
        };
        insta::assert_snapshot!(summary(""), @"HTTP 400 without a body");
        insta::assert_snapshot!(summary("<p>"), @"HTTP 400 with 3 bytes of text/html that are not JSON");
        insta::assert_snapshot!(summary(r#"{"stat":"ok"}"#), @"HTTP 400 with stat `ok` and the members `stat`");
        insta::assert_snapshot!(
            summary(r#"{"stat":1,"secret":2,"x":3}"#),
            @"HTTP 400 with the members `stat`, 2 of other names"
        );
        insta::assert_snapshot!(summary("[]"), @"HTTP 400 with an array, no members");
        insta::assert_snapshot!(
            summary(r#"{"error":{"code":4000,"name":"malformed_request"}}"#),
            @"HTTP 400 with error 4000 `malformed_request`"
        );
        insta::assert_snapshot!(
            summary(r#"{"error":{"code":"4000"}}"#),
            @"HTTP 400 with error `4000` (absent)"
        );
    }

    #[test]
    fn an_error_of_status_200_claims_its_own_by_the_option_for_legacy_clients_alone() {
        let body = r#"{"error":{"code":4010,"name":"invalid_ssokey"},"status_code":401,"stat":"fail","success":false}"#;
        let plain = Answer::new(200, Vec::new(), body.into());
        assert!(plain.shows_legacy_option() && plain.is_success() && !plain.is(Refusal::KEY));
        let mut legacy = plain;
        legacy.set_legacy_option();
        assert!(!legacy.is_success() && legacy.is_refusal() && legacy.is(Refusal::KEY));
        insta::assert_snapshot!(legacy.summary(), @"HTTP 200 for 401 with error 4010 `invalid_ssokey`");
        for (status, body) in [
            (401, body),
            (200, r#"{"error":{},"stat":"fail"}"#),
            (200, r#"{"error":{},"success":false,"stat":"fail"}"#),
            (200, r#"{"error":{},"success":true}"#),
            (200, r#"{"return":{},"success":false}"#),
        ] {
            let answer = Answer::new(status, Vec::new(), body.into());
            assert!(!answer.shows_legacy_option(), "{status} {body}");
        }
    }

    #[test]
    fn fields_of_one_header_are_joined() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers = vec![field("Allow", "GET"), field("allow", "POST")];
        let answer = Answer::new(405, headers, Vec::new());
        assert_eq!(answer.header("ALLOW").as_deref(), Some("GET, POST"));
        assert_eq!(answer.header("date"), None);
    }
}
