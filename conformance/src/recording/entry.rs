//! The entries of archives, as browsers, proxies and other tools write them.
//!
//! Reading is lenient: these leave out much that the format of archives asks for, and write the rest in more than one way. What is odd about one entry is
//! said of that entry, and the others are read.

use std::fmt;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::Value;

use crate::message::fields::Fields;

/// What is read of an archive; `log` stands anywhere among its members.
#[derive(Deserialize)]
pub(super) struct Archive {
    pub(super) log: Option<Contents>,
}

/// What is read of its contents.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Contents {
    /// The run that was recorded, if it was one of ours.
    #[serde(rename = "_run")]
    pub(super) run: Value,
    pub(super) entries: Entries,
}

/// Each entry, or what is odd about it. It is read where it stands, so that of a long archive nothing else is kept.
#[derive(Default)]
pub(super) struct Entries(pub(super) Vec<Result<Entry, String>>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Self::default())
    }
}

impl<'de> Visitor<'de> for Entries {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of entries")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut from: A) -> Result<Self, A::Error> {
        while let Some(entry) = from.next_element()? {
            self.0.push(Entry::read(&entry));
        }
        Ok(self)
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(mut self, mut from: A) -> Result<Self, A::Error> {
        while let Some((_, IgnoredAny)) = from.next_entry::<IgnoredAny, _>()? {}
        self.0.push(Err("`entries` is an object in place of an array".to_owned()));
        Ok(self)
    }
}

/// A request and its answer.
pub(super) struct Entry {
    /// The check that sent it; none at first contact and in archives of others.
    pub(super) check: Option<String>,
    /// The particularity of the request, in words.
    pub(super) case: Option<String>,
    pub(super) method: String,
    pub(super) url: String,
    pub(super) sent: Vec<(String, String)>,
    pub(super) body: Option<Vec<u8>>,
    /// The status; 0 where there was no answer.
    pub(super) status: u16,
    /// The header fields of the answer; none where they were not kept.
    pub(super) received: Option<Vec<(String, String)>>,
    /// The body of the answer, or why it is not known.
    pub(super) answer: Result<Vec<u8>, &'static str>,
}

/// What is read of a part, or what is odd about it.
type Read<T> = Result<T, String>;

impl Entry {
    /// Reads an entry.
    pub(super) fn read(entry: &Value) -> Read<Self> {
        let object = |value: &Value| value.is_object();
        if !object(entry) {
            return Err(format!("it is {}", kind(entry)));
        }
        let request = member(entry, "request").ok_or("it has no `request`")?;
        if !object(request) {
            return Err(format!("its `request` is {}", kind(request)));
        }
        let text = |name: &str| member(entry, name).and_then(Value::as_str).map(str::to_owned);
        let mut read = Self {
            check: text("_check"),
            case: text("_case"),
            method: method(request)?,
            url: url(request)?,
            sent: sent(request)?,
            body: post_data(request)?,
            status: 0,
            received: None,
            answer: Err("its body was not kept"),
        };
        let Some(response) = member(entry, "response") else { return Ok(read) };
        if !object(response) {
            return Err(format!("its `response` is {}", kind(response)));
        }
        read.status = status(response)?;
        if read.status >= 100 {
            read.received = headers(response)?.filter(|headers| !headers.is_empty());
            read.answer = body(response, read.received.as_deref().unwrap_or_default())?;
        }
        Ok(read)
    }
}

fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.get(name).filter(|value| !value.is_null())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The text of a scalar.
fn scalar(value: &Value, name: &str) -> Read<String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        Value::Array(_) | Value::Object(_) => Err(format!("its `{name}` is {}", kind(value))),
    }
}

fn method(request: &Value) -> Read<String> {
    let method = member(request, "method").map_or(Ok(String::new()), |it| scalar(it, "method"))?;
    let is_name = |byte: u8| byte.is_ascii_alphabetic() || byte == b'-';
    if method.len() > 20 || !method.bytes().all(is_name) {
        return Err("its `method` is none".to_owned());
    }
    let small = !method.bytes().any(|byte| byte.is_ascii_uppercase());
    Ok(if small { method.to_ascii_uppercase() } else { method })
}

/// The URL with its query, which some tools keep apart.
fn url(request: &Value) -> Read<String> {
    let url = member(request, "url").ok_or("its `request` has no `url`")?;
    let url = scalar(member(url, "raw").unwrap_or(url), "url")?;
    let query =
        member(request, "queryString").map_or(Ok(Vec::new()), |it| fields(it, "queryString"));
    Ok(match query {
        Ok(query) if !query.is_empty() && !url.contains('?') => format!("{url}?{}", form(&query)),
        Ok(_) | Err(_) => url,
    })
}

fn form(fields: &[(String, String)]) -> String {
    let fields = fields.iter().fold(Fields::default(), |all, (name, value)| all.and(name, value));
    fields.form()
}

/// Name and value of each header field; HTTP/2 has some that are not header fields.
fn headers(message: &Value) -> Read<Option<Vec<(String, String)>>> {
    let headers = member(message, "headers").map(|it| fields(it, "headers")).transpose()?;
    Ok(headers.map(|headers| {
        let headers = headers.into_iter().filter(|(name, _)| !name.starts_with(':'));
        headers.collect()
    }))
}

/// The header fields of the request; its media type stands beside its body as well.
fn sent(request: &Value) -> Read<Vec<(String, String)>> {
    let mut sent = headers(request)?.unwrap_or_default();
    let known = sent.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let data = member(request, "postData").and_then(|data| member(data, "mimeType")?.as_str());
    if let Some(media_type) = data.filter(|it| !known && !it.is_empty()) {
        sent.push(("content-type".to_owned(), media_type.to_owned()));
    }
    Ok(sent)
}

/// Names and values: as objects of both, as pairs, as lines, or as members.
fn fields(value: &Value, what: &str) -> Read<Vec<(String, String)>> {
    let mut fields = Vec::new();
    match value {
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::Object(_) => {
                        let name = scalar(item.get("name").unwrap_or(&Value::Null), what)?;
                        fields
                            .push((name, scalar(item.get("value").unwrap_or(&Value::Null), what)?));
                    }
                    Value::Array(pair) => match pair.as_slice() {
                        [name, value] => fields.push((scalar(name, what)?, scalar(value, what)?)),
                        _ => return Err(format!("an item of its `{what}` is not a pair")),
                    },
                    Value::String(line) => {
                        let (name, value) = line.split_once(':').unwrap_or((line, ""));
                        fields.push((name.trim().to_owned(), value.trim().to_owned()));
                    }
                    Value::Null | Value::Bool(_) | Value::Number(_) => {
                        return Err(format!("an item of its `{what}` is {}", kind(item)));
                    }
                }
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                for value in values {
                    fields.push((name.clone(), scalar(value, what)?));
                }
            }
        }
        Value::Null => (),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return Err(format!("its `{what}` is {}", kind(value)));
        }
    }
    Ok(fields)
}

/// The body of the request as it was sent, as far as that can be told.
fn post_data(request: &Value) -> Read<Option<Vec<u8>>> {
    let Some(data) = member(request, "postData") else { return Ok(None) };
    let text = member(data, "text").unwrap_or(data);
    let text = if text.is_object() { String::new() } else { scalar(text, "postData")? };
    let params = member(data, "params").map_or(Ok(Vec::new()), |it| fields(it, "params"))?;
    if text.is_empty() && !params.is_empty() {
        return Ok(Some(form(&params).into_bytes()));
    }
    let coded = member(data, "encoding").and_then(Value::as_str).is_some_and(is_base64);
    Ok(Some(if coded { decode(&text).unwrap_or_default() } else { text.into_bytes() }))
}

/// The status, also where it is a text; 0 where there was no answer.
fn status(response: &Value) -> Read<u16> {
    let Some(status) = member(response, "status") else { return Ok(0) };
    let text = scalar(status, "status")?;
    let number = text.split_whitespace().next().unwrap_or("0").trim_end_matches(".0");
    let number: i64 = number.parse().map_err(|_| "its `status` is not a number".to_owned())?;
    match u16::try_from(number) {
        Ok(status @ (0 | 100..=999)) => Ok(status),
        Err(_) if number < 0 => Ok(0),
        Ok(_) | Err(_) => Err("its `status` is not one of HTTP".to_owned()),
    }
}

/// The body of the answer, or why it is not known.
fn body(response: &Value, headers: &[(String, String)]) -> Read<Result<Vec<u8>, &'static str>> {
    let empty = headers
        .iter()
        .any(|(name, value)| name.eq_ignore_ascii_case("content-length") && value.trim() == "0");
    let lost = if empty { Ok(Vec::new()) } else { Err("its body was not kept") };
    let Some(content) = member(response, "content").or_else(|| member(response, "body")) else {
        return Ok(lost);
    };
    if let Value::String(text) = content {
        return Ok(Ok(text.clone().into_bytes()));
    }
    let Some(text) = member(content, "text") else { return Ok(lost) };
    let Value::String(text) = text else {
        return Err(format!("the `text` of its body is {}", kind(text)));
    };
    let size = member(content, "size").and_then(Value::as_f64).unwrap_or(0.0);
    if text.is_empty() && size > 0.0 {
        return Ok(lost);
    }
    let coding =
        member(content, "encoding").map_or(Ok(String::new()), |it| scalar(it, "encoding"))?;
    Ok(match coding.trim().to_ascii_lowercase().as_str() {
        "" | "text" | "plain" | "identity" | "utf-8" | "utf8" => Ok(text.clone().into_bytes()),
        coding if is_base64(coding) => {
            decode(text).ok_or("its body is not the base64 that it is said to be")
        }
        _ => Err("its body is in an encoding that archives do not have"),
    })
}

fn is_base64(coding: &str) -> bool {
    let coding = coding.trim().to_ascii_lowercase();
    matches!(coding.as_str(), "base64" | "base-64" | "base64url")
}

/// Base64 in either alphabet, with padding or without, also in lines.
fn decode(text: &str) -> Option<Vec<u8>> {
    let text: String = text.split_ascii_whitespace().collect();
    let alphabet = if text.contains(['-', '_']) { URL_SAFE } else { STANDARD };
    let lenient = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&alphabet, lenient).decode(text).ok()
}
