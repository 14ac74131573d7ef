//! The text of a recording, before any of it is taken in.

use std::borrow::Cow;

use crate::message::json::Json;
use crate::recording::entry::{Archive, Contents, Entries};

/// A line, with its number if there are more than one.
pub(crate) type Line<'t> = (Option<usize>, &'t [u8]);

const MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(MARK).unwrap_or(bytes)
}

/// The text in UTF-8, also if it came in UTF-16, with a byte order mark or without.
pub(crate) fn utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    let (rest, is_little) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, true),
        [0xfe, 0xff, rest @ ..] => (rest, false),
        [b'{' | b'[', 0, ..] => (bytes, true),
        [0, b'{' | b'[', ..] => (bytes, false),
        _ => return bytes.into(),
    };
    let units = rest.chunks_exact(2).filter_map(|unit| {
        let unit = unit.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(unit) } else { u16::from_be_bytes(unit) })
    });
    let characters = char::decode_utf16(units);
    let text: String = characters.map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.into_bytes().into()
}

/// The lines of a recording that has one for each answer, with their numbers.
pub(super) fn lines(text: &[u8]) -> Option<Vec<Line<'_>>> {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text).chain([text.len()]);
    let lines = ends.map(|end| {
        let line = text.get(start..end).unwrap_or_default();
        start = end + 1;
        line.trim_ascii()
    });
    let mut lines = lines.enumerate().filter(|(_, line)| !line.is_empty()).peekable();
    let (_, first) = lines.peek()?;
    let first = without_mark(first);
    // A long archive is not to be parsed twice.
    if begins_with_log(first) || first.starts_with(b"[{") {
        return None;
    }
    if Json::parse(first).ok()?.member("log").is_some() {
        return None;
    }
    Some(lines.map(|(at, line)| (Some(at + 1), line)).collect())
}

fn begins_with_log(text: &[u8]) -> bool {
    let inside = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    inside.is_some_and(|inside| inside.starts_with(b"\"log\""))
}

/// The contents of an archive, or of an array of entries, if the text is one; or what is wrong with it.
pub(super) fn archive(text: &[u8]) -> Option<Result<Contents, String>> {
    if text.starts_with(b"[") {
        let entries: Entries = serde_json::from_slice(text).ok()?;
        let any = entries.0.iter().any(Result::is_ok);
        return any.then(|| Ok(Contents { entries, ..Contents::default() }));
    }
    if !text.starts_with(b"{") || memchr::memmem::find(text, b"\"log\"").is_none() {
        return None;
    }
    let read = |text: &[u8]| serde_json::from_slice(text);
    let archive: Result<Archive, _> = read(text).or_else(|error| match without_halves(text) {
        Some(whole) => read(&whole),
        None => Err(error),
    });
    match archive {
        Ok(Archive { log }) => log.map(Ok),
        Err(error) => {
            let is_meant =
                begins_with_log(text) || memchr::memmem::find(text, b"\"entries\"").is_some();
            is_meant.then(|| Err(without_value(&error)))
        }
    }
}

/// The text with a sign in place of every escape of half a character: what some tools make of bytes that are not text. Nothing if there is none.
fn without_halves(text: &[u8]) -> Option<Vec<u8>> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
    };
    let (mut whole, mut at, mut changed) = (Vec::with_capacity(text.len()), 0, false);
    while let Some(byte) = text.get(at) {
        let length = match (unit(at), unit(at + 6)) {
            _ if *byte != b'\\' => 1,
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                whole.extend(b"\\ufffd");
                changed = true;
                at += 6;
                continue;
            }
            _ => 2,
        };
        whole.extend(text.get(at..at + length).unwrap_or_default());
        at += length;
    }
    changed.then_some(whole)
}

/// Returns what is wrong; where a value is of the wrong kind, without the value.
pub(super) fn without_value(error: &serde_json::Error) -> String {
    if error.is_data() {
        let (line, column) = (error.line(), error.column());
        format!("no exchange as an archive has it, at line {line} column {column}")
    } else {
        error.to_string()
    }
}
