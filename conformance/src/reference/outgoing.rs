//! An answer on its way out, and what faults change of it.

use std::ops::Range;

use serde::de::IgnoredAny;
use ssokey_core::{ErrorCode, Response};

use crate::message::answer::Answer;
use crate::message::escape::json_string;

/// An answer as it goes out.
pub struct Outgoing {
    /// The HTTP status.
    pub status: u16,
    /// Name and value of each header field.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl From<Response> for Outgoing {
    fn from(response: Response) -> Self {
        let Response { status, headers, body, .. } = response;
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { status, headers, body }
    }
}

impl From<Outgoing> for Answer {
    fn from(outgoing: Outgoing) -> Self {
        Self::new(outgoing.status, outgoing.headers, outgoing.body.into_bytes())
    }
}

impl Outgoing {
    /// A refusal with this code in place of the answer; its headers stay.
    pub(crate) fn refuse(&mut self, code: ErrorCode) {
        let (status, number, name) = (code.status(), code.code(), code.as_str());
        self.status = status;
        self.body = format!(
            r#"{{"error":{{"code":{number},"name":"{name}","details":"the request is refused"}},"status_code":{status},"stat":"fail"}}"#
        );
    }

    /// The code of an error.
    pub(crate) fn code(&self) -> Option<u16> {
        self.value("code")?.parse().ok()
    }

    pub(crate) fn is(&self, code: ErrorCode) -> bool {
        self.code() == Some(code.code())
    }

    /// The JSON text of the first member of this name.
    pub(crate) fn value(&self, member: &str) -> Option<&str> {
        self.body.get(self.place(member)?)
    }

    /// Writes this JSON text in place of the value of the first member of this name, if there is one.
    pub(crate) fn set(&mut self, member: &str, json: &str) {
        if let Some(place) = self.place(member) {
            self.body.replace_range(place, json);
        }
    }

    /// Says this in the details of an error.
    pub(crate) fn say(&mut self, details: &str) {
        self.set("details", &json_string(details));
    }

    fn place(&self, member: &str) -> Option<Range<usize>> {
        let label = format!("\"{member}\":");
        let start = self.body.find(&label)? + label.len();
        let rest = self.body.get(start..)?;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        values.next()?.ok()?;
        Some(start..start + values.byte_offset())
    }

    /// The value of the header field of this name.
    pub(crate) fn header(&mut self, name: &str) -> Option<&mut String> {
        let mut headers = self.headers.iter_mut();
        headers.find_map(|(known, value)| (known == name).then_some(value))
    }

    /// Adds a header field.
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Takes every header field of this name away.
    pub(crate) fn drop_header(&mut self, name: &str) {
        self.headers.retain(|(known, _)| known != name);
    }
}
