//! Exchanges that somebody recorded, as a log that can be judged.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::checks::AREAS;
use crate::format::operation::Operation;
use crate::message::answer::Answer;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::record::exchange::{Exchange, Extent};
use crate::record::left_behind;
use crate::record::log::{Log, Origin};
use crate::recording::entry::{Contents, Entry};
use crate::recording::secret::{learn_of_others, learn_of_url};
use crate::recording::text::Line;

pub(crate) mod diff;
mod entry;
pub(crate) mod har;
pub(crate) mod lint;
mod secret;
pub(crate) mod text;

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
    /// What could not be read, or not in full: its place, and why.
    pub(crate) unread: Vec<String>,
    /// The run that was recorded, if it was one of ours.
    pub run: Option<Run>,
}

impl Recording {
    /// Reads an HTTP Archive; lines of JSON, each an answer's body or an archive's entry; or one answer's body. The text is UTF-8, or UTF-16 as
    /// some shells and editors write it.
    ///
    /// The passwords, keys, tokens and codes in it become secrets of the log. An entry or line that cannot be read is noted, and the others are read.
    ///
    /// # Errors
    ///
    /// Returns what is wrong and in which line, without quoting it.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordingError> {
        Self::read(&text::utf8(bytes)).map_err(RecordingError)
    }

    /// Reads a text in UTF-8.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        if let Some(lines) = Self::lines(bytes) {
            return Self::of_lines(&lines);
        }
        let bare = text::without_mark(bytes).trim_ascii();
        if bare.is_empty() {
            Err("it is empty".to_owned())
        } else if let Some(archive) = text::archive(bare) {
            Ok(Self::of_archive(archive?))
        } else {
            // The mark is a defect of the answer that begins with it.
            Self::of_lines(&[(None, bytes.trim_ascii())])
        }
    }

    /// Returns the ids of the checks that sent the recorded requests, each once.
    pub fn checks(&self) -> BTreeSet<&'static str> {
        self.log.exchanges().iter().filter_map(|exchange| exchange.check).collect()
    }

    /// The lines of a recording that has one for each answer, with their numbers.
    pub(crate) fn lines(text: &[u8]) -> Option<Vec<Line<'_>>> {
        text::lines(text)
    }

    /// Reads lines, each the body of an answer or an exchange.
    pub(crate) fn of_lines(lines: &[Line<'_>]) -> Result<Self, String> {
        let mut recording = Self::default();
        recording.log.origin = Origin::Recording;
        recording.log.secrets.doubt();
        for (number, line) in lines {
            let place = number.map_or("the answer".to_owned(), |number| format!("line {number}"));
            match (recording.take(line, &place), number) {
                (Ok(()), _) => (),
                (Err(why), Some(_)) => recording.unread.push(format!("{place}: {why}")),
                (Err(why), None) => return Err(why),
            }
        }
        if recording.log.len() + recording.ignored == 0
            && let Some(why) = recording.unread.first()
        {
            return Err(why.clone());
        }
        recording.log.find_legacy_option();
        Ok(recording)
    }

    fn of_archive(Contents { run, entries }: Contents) -> Self {
        let mut recording = Self { run: serde_json::from_value(run).ok(), ..Self::default() };
        recording.log.origin = Origin::Recording;
        if let Some(run) = &recording.run {
            left_behind::digits(&run.prefix).clone_into(&mut recording.log.run);
            recording.log.origin = Origin::Redacted;
            recording.log.secrets.learn_labels();
        } else {
            recording.log.secrets.doubt();
        }
        for (at, entry) in entries.0.into_iter().enumerate() {
            let place = format!("entry {}", at + 1);
            match entry {
                Ok(entry) => recording.take_entry(entry, place),
                Err(why) => recording.unread.push(format!("{place}: {why}")),
            }
        }
        recording.log.find_legacy_option();
        recording
    }

    /// Takes in an answer's body or an archive's entry.
    fn take(&mut self, line: &[u8], place: &str) -> Result<(), String> {
        let answer = Answer::of_body(line.to_vec());
        let bare = text::without_mark(line);
        let marked = (bare.len() < line.len()).then(|| Json::parse(bare)).transpose()?;
        let json = marked.as_ref().map_or_else(|| answer.json(), Ok)?;
        if !matches!(json, Json::Object(_)) {
            return Err(format!("{} is neither an answer nor an exchange", json.kind()));
        }
        if json.member("response").is_some() || json.member("request").is_some() {
            let entry: Value =
                serde_json::from_slice(bare).map_err(|error| text::without_value(&error))?;
            self.take_entry(Entry::read(&entry)?, place.to_owned());
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
        let Entry { check, case, method, url, sent, body, status, received, answer } = entry;
        let (url, fragment) = url.split_once('#').unwrap_or((&url, ""));
        let (url, query) =
            url.split_once('?').map_or((url, None), |(url, query)| (url, Some(query)));
        let Some(path) = self.path(url).filter(|_| status >= 100) else {
            self.ignored += 1;
            return;
        };
        let headers = received.is_some();
        let (body_of_answer, extent) = match answer {
            // Browsers follow redirects and keep no bodies of them.
            Ok(body) if body.is_empty() && (300..400).contains(&status) && self.run.is_none() => {
                (Vec::new(), Extent::Head)
            }
            Ok(body) => (body, if headers { Extent::Whole } else { Extent::Headless }),
            Err(why) => {
                if method != "HEAD" && !matches!(status, 100..=199 | 204 | 300..=399) {
                    self.unread.push(format!("{place}: {why}"));
                }
                (Vec::new(), Extent::Head)
            }
        };
        if !headers {
            self.unread.push(format!("{place}: its header fields were not kept"));
            if extent == Extent::Head {
                return;
            }
        }
        let exchange = Exchange {
            request: Request {
                method: method.into(),
                path,
                query: query.map(str::to_owned),
                headers: sent.into_iter().map(|(name, value)| (name.into(), value)).collect(),
                body,
                // In ours the check says where to look.
                case: if self.run.is_some() { case } else { Some(place) },
            },
            answer: Answer::new(status, received.unwrap_or_default(), body_of_answer),
            began: SystemTime::UNIX_EPOCH,
            took: Duration::ZERO,
            check: check.and_then(|id| known_check(&id)),
            extent,
        };
        learn_of_others(&exchange, &mut self.log.secrets);
        learn_of_url(url, fragment, &mut self.log.secrets);
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
