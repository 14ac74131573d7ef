//! One request, as it goes out and as a report shows it.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use crate::format::operation::Operation;
use crate::message::escape::unescape;
use crate::message::json::Json;
use crate::message::shown;

/// The most bytes that a query or a body may have.
pub(crate) const LARGEST: usize = 8192;
/// The most bytes of a body that is too large and is read all the same.
pub(crate) const BUFFERED: usize = 64 << 10;

/// A request to a path below the server's base. Query and body go out byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Cow<'static, str>,
    /// The path below the base, beginning with `/`.
    pub path: String,
    /// The raw query without `?`; `None` sends none.
    pub query: Option<String>,
    /// Header fields besides those that the transport needs; Content-Type is among them. Names count in any case.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The raw body; `None` sends none.
    pub body: Option<Vec<u8>>,
    /// The particularity of this request in words, for the report.
    pub case: Option<String>,
}

impl Request {
    /// A sign-on by GET.
    pub fn get(query: impl Into<String>) -> Self {
        Self {
            method: "GET".into(),
            path: Operation::SignOn.path().to_owned(),
            query: Some(query.into()),
            headers: Vec::new(),
            body: None,
            case: None,
        }
    }

    /// A call without any field: a GET where the operation is served by it, else a POST with an empty form.
    pub fn bare(operation: Operation) -> Self {
        let request = if operation.methods().contains(&"GET") {
            Self { query: None, ..Self::get("") }
        } else {
            Self::form("")
        };
        request.to(operation)
    }

    /// A sign-on by POST with a body of this media type.
    pub fn post(media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            method: "POST".into(),
            path: Operation::SignOn.path().to_owned(),
            query: None,
            headers: vec![("content-type".into(), media_type.to_owned())],
            body: Some(body.into()),
            case: None,
        }
    }

    /// A sign-on by POST with a form.
    pub fn form(body: impl Into<Vec<u8>>) -> Self {
        Self::post("application/x-www-form-urlencoded", body)
    }

    /// A sign-on by POST with JSON.
    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::post("application/json", body)
    }

    /// The same request by a different method.
    #[must_use]
    pub fn method(mut self, method: impl Into<Cow<'static, str>>) -> Self {
        self.method = method.into();
        self
    }

    /// The same request to a different path.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// The same request to the path of this operation.
    #[must_use]
    pub fn to(self, operation: Operation) -> Self {
        self.path(operation.path())
    }

    /// The same request with this query.
    #[must_use]
    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }

    /// The same request with one more header field.
    #[must_use]
    pub fn header(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same request with the name of a header field written so.
    #[must_use]
    pub(crate) fn respell(mut self, name: &str) -> Self {
        for (known, _) in &mut self.headers {
            if known.eq_ignore_ascii_case(name) {
                *known = name.to_owned().into();
            }
        }
        self
    }

    /// The same request with this token, or secret, as `Authorization: Bearer`.
    #[must_use]
    pub fn bearer(self, credential: &str) -> Self {
        self.header("authorization", format!("Bearer {credential}"))
    }

    /// Returns whether its body is so long, or of so little use, that a server may answer and close the connection before it has read all, which loses the answer on
    /// its way.
    pub(crate) fn may_be_left_unread(&self) -> bool {
        let size = self.body.as_ref().map_or(0, Vec::len);
        size > BUFFERED || self.method == "GET" && size > LARGEST
    }

    /// The operation at whose path it is sent.
    pub fn operation(&self) -> Option<Operation> {
        Operation::at(&self.path)
    }

    /// The value of the first header field of this name, which is given in lower case.
    pub fn header_value(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value.as_str()))
    }

    /// Name and value of each field of the query and of the body, decoded as far as they can be.
    pub fn fields(&self) -> Vec<(String, String)> {
        let mut fields = self.query.as_deref().map_or_else(Vec::new, form_fields);
        let body = self.body.as_deref().unwrap_or_default();
        match Json::parse(body) {
            Ok(json) => {
                let members = json.members().iter();
                let texts = members.filter_map(|(name, value)| Some((name, value.as_str()?)));
                fields.extend(texts.map(|(name, text)| (name.clone(), text.to_owned())));
            }
            Err(_) => fields.extend(form_fields(&String::from_utf8_lossy(body))),
        }
        fields
    }

    /// Returns what was sent as an e-mail, if it looks like one.
    pub fn emails(&self) -> impl Iterator<Item = String> {
        let fields = self.fields().into_iter();
        let emails = fields.filter(|(name, _)| matches!(name.as_str(), "email" | "userid"));
        emails.map(|(_, value)| value).filter(|value| value.contains('@'))
    }

    /// The same request, told apart from its neighbours in a report.
    #[must_use]
    pub fn case(mut self, case: impl Into<String>) -> Self {
        self.case = Some(case.into());
        self
    }

    /// Returns what a report shows: no value that was sent.
    pub fn outline(&self) -> Outline {
        let declared = self.header_value("content-type");
        Outline {
            method: shown::method(&self.method).to_owned(),
            path: self.path.clone(),
            query: self.query.as_deref().map_or_else(Vec::new, form_names),
            media_type: declared
                .map(|it| shown::media_type(it).unwrap_or("[not shown]".to_owned())),
            body: self.body_names(),
            body_bytes: self.body.as_deref().map_or(0, length),
            case: self.case.clone(),
        }
    }

    fn body_names(&self) -> Vec<String> {
        let body = self.body.as_deref().unwrap_or_default();
        let declared = self.header_value("content-type").and_then(shown::media_type);
        let is_form =
            declared.is_some_and(|it| it.starts_with("application/x-www-form-urlencoded"));
        match (Json::parse(body), str::from_utf8(body)) {
            (Ok(json), _) => names(json.members().iter().map(|(name, _)| name.as_str())),
            (Err(_), Ok(form)) if is_form && shown::undecoded_bytes(form).is_none() => {
                form_names(form)
            }
            (Err(_), _) => Vec::new(),
        }
    }
}

/// The length of a body, also of one that is not shown in a recording.
fn length(body: &[u8]) -> usize {
    let not_shown = str::from_utf8(body).ok().and_then(shown::undecoded_bytes);
    not_shown.unwrap_or(body.len())
}

/// A request without its values: method, path and field names.
#[derive(Clone, Debug, Serialize)]
pub struct Outline {
    /// The method.
    pub method: String,
    /// The path below the server's base.
    pub path: String,
    /// The names of the query's fields, in order; of a row of the same name, the first two. In place of those that are not the
    /// format's stands their number.
    pub query: Vec<String>,
    /// The Content-Type header.
    pub media_type: Option<String>,
    /// The names of the body's fields, likewise; none if the body cannot be decoded.
    pub body: Vec<String>,
    /// The length of the body.
    pub body_bytes: usize,
    /// The particularity of the request, in words.
    pub case: Option<String>,
}

impl fmt::Display for Outline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Of an answer alone nothing but its place is known.
        let space = if self.method.is_empty() { "" } else { " " };
        write!(f, "{}{space}{}", self.method, self.path)?;
        if !self.query.is_empty() {
            write!(f, "?{}", self.query.join("&"))?;
        }
        match self.media_type.as_deref() {
            None => (),
            Some(media_type) if self.body_bytes == 0 => write!(f, ", Content-Type {media_type}")?,
            Some("application/x-www-form-urlencoded") => write!(f, ", form")?,
            Some("application/json") => write!(f, ", JSON")?,
            Some(media_type) => write!(f, ", {media_type}")?,
        }
        if !self.body.is_empty() {
            write!(f, " of {}", self.body.join(", "))?;
        } else if self.body_bytes > 0 {
            write!(f, " of {} bytes", self.body_bytes)?;
        }
        if let Some(case) = &self.case {
            write!(f, " ({case})")?;
        }
        Ok(())
    }
}

/// Name and value of each field of a query or form, decoded as far as they can be.
pub(crate) fn form_fields(text: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| unescape(&text.replace('+', " "));
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

/// The names before each `=`.
fn form_names(text: &str) -> Vec<String> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    names(pairs.map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name)))
}

/// The names that are the format's, two in a row for several, and in place of others their number.
fn names<'n>(all: impl Iterator<Item = &'n str>) -> Vec<String> {
    let (mut names, mut more): (Vec<String>, usize) = (Vec::new(), 0);
    for name in all {
        if shown::name(name) != name {
            more += shown::count(name).unwrap_or(1);
        } else if !names.ends_with(&[name.to_owned(), name.to_owned()]) {
            names.push(name.to_owned());
        }
    }
    if more > 0 {
        names.push(format!("[{more} more]"));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_names_the_fields_and_hides_their_values() {
        let outline = |request: Request| request.outline().to_string();
        insta::assert_snapshot!(outline(Request::get("email=1&&code")), @"GET /api/sso/authenticate?email&code");
        insta::assert_snapshot!(
            outline(Request::get("code&code=2&code&token&code&a=1&b")),
            @"GET /api/sso/authenticate?code&code&token&code&[2 more]"
        );
        insta::assert_snapshot!(
            outline(Request::get("").header("content-type", "text/x; a=secret")),
            @"GET /api/sso/authenticate, Content-Type text/x"
        );
        insta::assert_snapshot!(
            outline(Request::json(r#"{"code":"1","b":"2"}"#).query("c=3").case("both")),
            @"POST /api/sso/authenticate?[1 more], JSON of code, [1 more] (both)"
        );
        insta::assert_snapshot!(
            outline(Request::json(r#"{"a":"1""#)),
            @"POST /api/sso/authenticate, JSON of 8 bytes"
        );
        insta::assert_snapshot!(
            outline(Request::json("\u{feff}{\"a\":\"1\"}")),
            @"POST /api/sso/authenticate, JSON of 12 bytes"
        );
        insta::assert_snapshot!(
            outline(Request::post("text/plain", "password=secret&and=more")),
            @"POST /api/sso/authenticate, text/plain of 24 bytes"
        );
    }
}
