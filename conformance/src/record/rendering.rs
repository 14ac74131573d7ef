//! An exchange as lines of text, without what differs from run to run.

use aho_corasick::AhoCorasick;

use crate::message::json::{Json, indented, white_space};
use crate::message::request::Request;
use crate::record::transcript::{Received, Sent};

/// The parts that are left out of an answer's text.
#[derive(Clone, Debug)]
pub struct Ignored {
    /// The names of header fields, in lower case.
    pub headers: Vec<String>,
    /// The names of JSON members whose value is a scalar.
    pub members: Vec<String>,
}

/// The headers that say nothing about an answer, or follow from how it was carried.
impl Default for Ignored {
    fn default() -> Self {
        let headers = [
            "date",
            "content-length",
            "connection",
            "keep-alive",
            "transfer-encoding",
            "x-request-id",
        ];
        Self { headers: headers.map(str::to_owned).into(), members: Vec::new() }
    }
}

/// Renders exchanges of one run.
pub(crate) struct Rendering<'a> {
    ignored: &'a Ignored,
    /// Finds the digits that every account name of the run holds.
    digits: Option<AhoCorasick>,
    /// The `userId`s so far: numbers differ from run to run, but not which of them are the same.
    users: Vec<String>,
}

impl<'a> Rendering<'a> {
    /// Renders exchanges of the run whose account names hold these digits; none if they are of no run.
    pub(crate) fn new(digits: &str, ignored: &'a Ignored) -> Self {
        let mut builder = AhoCorasick::builder();
        let digits = (!digits.is_empty()).then_some([digits]);
        let digits = digits.and_then(|it| builder.ascii_case_insensitive(true).build(it).ok());
        Self { ignored, digits, users: Vec::new() }
    }

    /// Forgets the users so far.
    pub(crate) fn forget_users(&mut self) {
        self.users.clear();
    }

    /// The request in one line, without its values.
    pub(crate) fn request(&self, sent: &Sent) -> String {
        let headers = sent.headers.iter().cloned();
        let request = Request {
            method: sent.method.clone().into(),
            path: sent.path.clone(),
            query: sent.query.clone(),
            headers: headers.map(|(name, value)| (name.into(), value)).collect(),
            body: sent.body.clone().map(String::into_bytes),
            case: sent.case.clone(),
        };
        self.without_digits(&request.outline().to_string())
    }

    /// The status, the header fields by name, and the body, a member a line if it is JSON.
    pub(crate) fn answer(&mut self, received: &Received) -> String {
        let Received { status, headers, body } = received;
        let headers = headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
        let mut headers: Vec<_> =
            headers.filter(|(name, _)| !self.ignored.headers.contains(name)).collect();
        headers.sort();
        let headers = headers.into_iter().map(|(name, value)| format!("{name}: {value}\n"));
        let headers: String = headers.collect();
        let body = if Json::parse(body.as_bytes()).is_ok() {
            let spaced = white_space(body.as_bytes()).map_or("", |_| "(with white space)\n");
            format!("{spaced}{}\n", self.members(&indented(body)))
        } else {
            body.clone()
        };
        self.without_digits(&format!("HTTP {status}\n{headers}\n{body}"))
    }

    /// The JSON without the members that are ignored, and with numbered users.
    fn members(&mut self, indented: &str) -> String {
        let lines = indented.lines().filter_map(|line| {
            let Some((name, value)) = line.trim_start().split_once("\": ") else {
                return Some(line.to_owned());
            };
            let name = name.trim_start_matches('"');
            if self.ignored.members.iter().any(|ignored| ignored == name) {
                return None;
            }
            let id = value.trim_end_matches(',');
            if name != "userId" || id.is_empty() || !id.bytes().all(|it| it.is_ascii_digit()) {
                return Some(line.to_owned());
            }
            let known = self.users.iter().position(|user| user == id);
            let number = known.unwrap_or_else(|| {
                self.users.push(id.to_owned());
                self.users.len() - 1
            });
            Some(line.replace(id, &format!("[user {}]", number + 1)))
        });
        let lines: Vec<_> = lines.collect();
        lines.join("\n")
    }

    fn without_digits(&self, text: &str) -> String {
        match &self.digits {
            Some(digits) => digits.replace_all(text, &["[run]"]),
            None => text.to_owned(),
        }
    }
}
