//! Exchanges that somebody recorded, as a log that can be judged.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::checks::AREAS;
use crate::format::operation::Operation;
use crate::message::answer::Answer;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::record::exchange::{Exchange, Extent};
use crate::record::left_behind;
use crate::record::log::{Log, Origin};
use crate::recording::har::{Entry, Har, PostData};
use crate::recording::secret::learn_of_others;

pub(crate) mod diff;
pub(crate) mod har;
pub(crate) mod lint;
mod secret;

pub use crate::record::rendering::Ignored;
pub use crate::recording::diff::{Change, Difference, Side, compare, write as write_differences};
pub use crate::recording::har::{Run, write as write_har};
pub use crate::recording::lint::LintError;

/// A recording, in any of the forms that [`Recording::parse`] reads.
#[derive(Default)]
pub struct Recording {
    /// The exchanges with the operations of the format.
    pub(crate) log: Log,
    /// The number of exchanges that are about something else, or have no answer.
    pub(crate) ignored: usize,
    /// The run that was recorded, if it was one of ours.
    pub run: Option<Run>,
}

/// A line, with its number if there are more than one.
pub(crate) type Line<'t> = (Option<usize>, &'t [u8]);

impl Recording {
    /// Reads an HTTP Archive; lines of JSON, each an answer's body or an archive's entry; or one answer's body.
    ///
    /// The passwords, keys, tokens and codes in it become secrets of the log.
    ///
    /// # Errors
    ///
    /// Returns what is wrong and in which line, without quoting it.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordingError> {
        Self::read(bytes).map_err(RecordingError)
    }

    fn read(bytes: &[u8]) -> Result<Self, String> {
        if let Some(lines) = Self::lines(bytes) {
            return Self::of_lines(&lines);
        }
        let text = without_mark(bytes).trim_ascii();
        if text.is_empty() {
            Err("it is empty".to_owned())
        } else if is_archive(text) {
            let archive: Har =
                serde_json::from_slice(text).map_err(|error| without_value(&error))?;
            Ok(Self::of_archive(archive))
        } else {
            Self::of_lines(&[(None, text)])
        }
    }

    /// Returns the ids of the checks that sent the recorded requests, each once.
    pub fn checks(&self) -> BTreeSet<&'static str> {
        self.log.exchanges().iter().filter_map(|exchange| exchange.check).collect()
    }

    /// The lines of a recording that has one for each answer, with their numbers.
    pub(crate) fn lines(bytes: &[u8]) -> Option<Vec<Line<'_>>> {
        let (text, mut start) = (without_mark(bytes), 0);
        let ends = memchr::memchr_iter(b'\n', text).chain([text.len()]);
        let lines = ends.map(|end| {
            let line = text.get(start..end).unwrap_or_default();
            start = end + 1;
            line.trim_ascii()
        });
        let mut lines = lines.enumerate().filter(|(_, line)| !line.is_empty()).peekable();
        let (_, first) = lines.peek()?;
        if is_archive(first) || Json::parse(first).is_err() {
            return None;
        }
        Some(lines.map(|(at, line)| (Some(at + 1), line)).collect())
    }

    /// Reads lines, each the body of an answer or an exchange.
    pub(crate) fn of_lines(lines: &[Line<'_>]) -> Result<Self, String> {
        let mut recording = Self::default();
        recording.log.origin = Origin::Recording;
        recording.log.secrets.doubt();
        for (number, line) in lines {
            let place = number.map_or("the answer".to_owned(), |number| format!("line {number}"));
            recording.take(line, &place).map_err(|why| match number {
                Some(_) => format!("{place}: {why}"),
                None => why,
            })?;
        }
        recording.log.find_legacy_option();
        Ok(recording)
    }

    fn of_archive(archive: Har) -> Self {
        let mut recording = Self { run: archive.log.run, ..Self::default() };
        recording.log.origin = Origin::Recording;
        if let Some(run) = &recording.run {
            left_behind::digits(&run.prefix).clone_into(&mut recording.log.run);
            recording.log.origin = Origin::Redacted;
            recording.log.secrets.learn_labels();
        } else {
            recording.log.secrets.doubt();
        }
        for (at, entry) in archive.log.entries.into_iter().enumerate() {
            recording.take_entry(entry, format!("entry {}", at + 1));
        }
        recording.log.find_legacy_option();
        recording
    }

    /// Takes in an answer's body or an archive's entry.
    fn take(&mut self, text: &[u8], place: &str) -> Result<(), String> {
        let answer = Answer::of_body(text.to_vec());
        let json = answer.json()?;
        if !matches!(json, Json::Object(_)) {
            return Err(format!("{} is neither an answer nor an exchange", json.kind()));
        }
        if answer.member("response").is_some() {
            let entry = serde_json::from_slice(text).map_err(|error| without_value(&error))?;
            self.take_entry(entry, place.to_owned());
        } else {
            let request = Request::get("").method("").path(place);
            self.log.keep(Exchange {
                request: Request { query: None, ..request },
                answer,
                began: SystemTime::UNIX_EPOCH,
                took: Duration::ZERO,
                check: None,
                extent: Extent::Body,
            });
        }
        Ok(())
    }

    fn take_entry(&mut self, entry: Entry, place: String) {
        let Entry { check, case, request, response, .. } = entry;
        let url = request.url.split('#').next().unwrap_or_default();
        let (url, query) =
            url.split_once('?').map_or((url, None), |(url, query)| (url, Some(query)));
        let status = u16::try_from(response.status);
        let (Some(path), Ok(status @ 100..)) = (self.path(url), status) else {
            self.ignored += 1;
            return;
        };
        let (answer, extent) = self.answer(status, response);
        let exchange = Exchange {
            request: Request {
                method: request.method.into(),
                path,
                query: query.map(str::to_owned),
                headers: headers(request.headers)
                    .map(|(name, value)| (name.into(), value))
                    .collect(),
                body: request.post_data.map(PostData::into_bytes),
                // In ours the check says where to look.
                case: case.or_else(|| self.run.is_none().then_some(place)),
            },
            answer,
            began: SystemTime::UNIX_EPOCH,
            took: Duration::ZERO,
            check: check.and_then(|id| known_check(&id)),
            extent,
        };
        if self.log.origin == Origin::Recording {
            learn_of_others(&exchange, &mut self.log.secrets);
        }
        self.log.keep(exchange);
    }

    /// The path below the base of the server, if the URL is one that the format is about.
    fn path(&self, url: &str) -> Option<String> {
        if let Some(run) = &self.run {
            return url.strip_prefix(&run.base).map(str::to_owned);
        }
        let mut paths = Operation::ALL.into_iter().map(Operation::path);
        paths.find(|path| url.ends_with(path)).map(str::to_owned)
    }

    fn answer(&self, status: u16, response: har::Response) -> (Answer, Extent) {
        let har::Body { text, encoding, .. } = response.content;
        let body = match encoding.as_deref() {
            Some("base64") => text.and_then(|text| BASE64_STANDARD.decode(text).ok()),
            Some(_) | None => text.map(String::into_bytes),
        };
        // Browsers follow redirects and keep no bodies of them.
        let lost =
            |body: &Vec<u8>| body.is_empty() && (300..400).contains(&status) && self.run.is_none();
        let body = body.filter(|body| !lost(body));
        let extent = if body.is_some() { Extent::Whole } else { Extent::Head };
        let headers = headers(response.headers).collect();
        (Answer::new(status, headers, body.unwrap_or_default()), extent)
    }
}

/// Returns what is wrong; where a value is of the wrong kind, without the value.
fn without_value(error: &serde_json::Error) -> String {
    if error.is_data() {
        let (line, column) = (error.line(), error.column());
        format!("no exchange as an archive has it, at line {line} column {column}")
    } else {
        error.to_string()
    }
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Returns whether the text is an object that begins with the only member of an archive.
fn is_archive(text: &[u8]) -> bool {
    let inside = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    inside.is_some_and(|inside| inside.starts_with(b"\"log\""))
}

/// Name and value of each header field; HTTP/2 has some that are not header fields.
fn headers(fields: Vec<har::Field>) -> impl Iterator<Item = (String, String)> {
    let fields = fields.into_iter().map(|field| (field.name, field.value));
    fields.filter(|(name, _)| !name.starts_with(':'))
}

fn known_check(id: &str) -> Option<&'static str> {
    let mut checks = AREAS.iter().copied().flatten();
    checks.find(|check| check.id == id).map(|check| check.id)
}

/// The fault of a recording and its line, without a quotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingError(pub(crate) String);

impl std::fmt::Display for RecordingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RecordingError {}
