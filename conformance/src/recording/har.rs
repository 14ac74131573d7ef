//! HTTP Archive 1.2, as it is written of a run. Members that begin with `_` are ours, as the format foresees.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::record::Record;
use crate::record::transcript::Transcript;

/// A whole archive.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Har {
    /// Its only member.
    pub log: Contents,
}

/// The contents of an archive.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Contents {
    /// The version of the format.
    pub version: String,
    /// The program that recorded.
    pub creator: Creator,
    /// The run that was recorded.
    #[serde(rename = "_run")]
    pub run: Run,
    /// The exchanges.
    pub entries: Vec<Entry>,
}

/// A program.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Creator {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The run that was recorded, as far as it takes that to run it again. Labels stand for its secrets.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Run {
    /// The base of all URLs in the archive.
    pub base: String,
    /// The products of the server.
    pub products: Vec<String>,
    /// The product of all sign-ons.
    pub product: String,
    /// The number from which the run made its choices, in hexadecimal digits.
    pub seed: String,
    /// The beginning of the e-mails of its accounts.
    pub prefix: String,
}

/// An exchange.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    /// The check that sent it; none at first contact.
    #[serde(rename = "_check", skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// The particularity of the request, in words.
    #[serde(rename = "_case", skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The time at which it was sent.
    pub started_date_time: String,
    /// The time that it took, in milliseconds.
    pub time: f64,
    /// The request.
    pub request: Request,
    /// The answer.
    pub response: Response,
    /// Always empty in ours: nothing is cached.
    pub cache: Cache,
    /// The parts of the time that it took.
    pub timings: Timings,
}

/// A request.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    /// The method.
    pub method: String,
    /// The absolute URL with its query.
    pub url: String,
    /// The version of HTTP.
    pub http_version: String,
    /// Always empty in ours.
    pub cookies: Vec<Field>,
    /// The header fields.
    pub headers: Vec<Field>,
    /// The fields of the query as they were sent, still escaped.
    pub query_string: Vec<Field>,
    /// The body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_data: Option<PostData>,
    /// Always -1 in ours: not known.
    pub headers_size: i64,
    /// Always -1 in ours: not known, because the body is redacted.
    pub body_size: i64,
}

/// A name and a value.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Field {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// The body of a request.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostData {
    /// Its media type.
    pub mime_type: String,
    /// The body as text.
    pub text: String,
}

/// An answer.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Response {
    /// The status.
    pub status: u16,
    /// Always empty in ours: it says nothing.
    pub status_text: String,
    /// The version of HTTP.
    pub http_version: String,
    /// Always empty in ours.
    pub cookies: Vec<Field>,
    /// The header fields.
    pub headers: Vec<Field>,
    /// The body.
    pub content: Body,
    /// The target of a redirect.
    #[serde(rename = "redirectURL")]
    pub redirect_url: String,
    /// Always -1 in ours: not known.
    pub headers_size: i64,
    /// Always -1 in ours: not known, because the body is redacted.
    pub body_size: i64,
}

/// The body of an answer.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Body {
    /// The number of its bytes.
    pub size: i64,
    /// Its media type.
    pub mime_type: String,
    /// The body as text.
    pub text: String,
}

/// `{}`
#[derive(Debug, Default, Serialize)]
pub(crate) struct Cache {}

/// The parts of the time that an exchange took, in milliseconds.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Timings {
    /// Not told apart from waiting.
    pub send: f64,
    /// From sending to the end of the answer.
    pub wait: f64,
    /// Not told apart from waiting.
    pub receive: f64,
}

/// Writes the exchanges of a run, redacted as they are in its record.
///
/// # Errors
///
/// The writer's.
pub fn write(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Har::from(record))?;
    writeln!(out)
}

impl From<&Record> for Har {
    fn from(record: &Record) -> Self {
        // A server without an address gets one that nobody has (RFC 2606), because a URL has to be absolute.
        let base = if is_url(&record.target) { &record.target } else { "http://server.invalid" };
        let entries = record.exchanges.iter().map(|exchange| Entry::new(exchange, base));
        Self {
            log: Contents {
                version: "1.2".to_owned(),
                creator: Creator {
                    name: "ssokey-check".to_owned(),
                    version: record.kit_version.to_owned(),
                },
                run: Run {
                    base: base.to_owned(),
                    products: record.products.clone(),
                    product: record.product.clone(),
                    seed: record.seed.clone(),
                    prefix: record.accounts.prefix.clone(),
                },
                entries: entries.collect(),
            },
        }
    }
}

fn is_url(target: &str) -> bool {
    target.starts_with("http://") || target.starts_with("https://")
}

impl Entry {
    fn new(exchange: &Transcript, base: &str) -> Self {
        let Transcript { check, sent, received, began, took, .. } = exchange;
        let began = Timestamp::try_from(*began).unwrap_or(Timestamp::UNIX_EPOCH);
        let time = took.as_secs_f64() * 1e3;
        let query = sent.query.as_deref();
        let url = format!("{base}{}", sent.path);
        let value_of = |fields: &[(String, String)], name: &str| {
            let mut fields = fields.iter();
            let found = fields.find(|(known, _)| known.eq_ignore_ascii_case(name));
            found.map_or_else(String::new, |(_, value)| value.clone())
        };
        Self {
            check: check.map(str::to_owned),
            case: sent.case.clone(),
            started_date_time: began.to_string(),
            time,
            request: Request {
                method: sent.method.clone(),
                url: query.map_or(url.clone(), |query| format!("{url}?{query}")),
                http_version: "HTTP/1.1".to_owned(),
                headers: fields(&sent.headers),
                query_string: query.map_or_else(Vec::new, query_fields),
                post_data: sent.body.as_ref().map(|text| PostData {
                    mime_type: value_of(&sent.headers, "content-type"),
                    text: text.clone(),
                }),
                headers_size: -1,
                body_size: -1,
                ..Request::default()
            },
            response: Response {
                status: received.status,
                http_version: "HTTP/1.1".to_owned(),
                headers: fields(&received.headers),
                content: Body {
                    size: i64::try_from(received.body.len()).unwrap_or(i64::MAX),
                    mime_type: value_of(&received.headers, "content-type"),
                    text: received.body.clone(),
                },
                redirect_url: value_of(&received.headers, "location"),
                headers_size: -1,
                body_size: -1,
                ..Response::default()
            },
            timings: Timings { wait: time, ..Timings::default() },
            ..Self::default()
        }
    }
}

fn fields(headers: &[(String, String)]) -> Vec<Field> {
    let headers = headers.iter().cloned();
    headers.map(|(name, value)| Field { name, value }).collect()
}

/// They stay escaped: a secret that was escaped in an unusual way would show otherwise.
fn query_fields(query: &str) -> Vec<Field> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let pairs = pairs.map(|(name, value)| Field { name: name.to_owned(), value: value.to_owned() });
    pairs.collect()
}
