//! A request as it came to a server, and what faults change of it before the core reads it.

use std::io::{self, BufRead, BufReader, Read};

use ssokey_core::ENTROPY_BYTES;

use crate::format::operation::Operation;
use crate::message::request::Request;
use crate::reference::pairs::{Pairs, read_form, read_json, write_form, write_json};

/// The media type of forms.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const JSON: &str = "application/json";

/// A request in raw bytes.
#[derive(Clone)]
pub struct Incoming {
    /// The method.
    pub method: String,
    /// The path as sent.
    pub path: String,
    /// The bytes after `?`.
    pub query: Vec<u8>,
    /// Name, in any case, and value of each header field.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The random bytes that answer it.
    pub(crate) entropy: [u8; ENTROPY_BYTES],
}

impl Incoming {
    /// A request, with random bytes of its own.
    ///
    /// # Errors
    ///
    /// The system has no random bytes.
    pub fn new(
        method: impl Into<String>,
        path: impl Into<String>,
        query: impl Into<Vec<u8>>,
        headers: Vec<(String, String)>,
        body: impl Into<Vec<u8>>,
    ) -> Result<Self, String> {
        let entropy = ssokey_host::entropy().map_err(|error| error.to_string())?;
        let (query, body) = (query.into(), body.into());
        Ok(Self { method: method.into(), path: path.into(), query, headers, body, entropy })
    }

    /// The request as it would arrive over HTTP.
    ///
    /// # Errors
    ///
    /// The system has no random bytes.
    pub fn from_request(request: &Request) -> Result<Self, String> {
        let headers = request.headers.iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.clone())).collect();
        let query = request.query.clone().unwrap_or_default();
        let body = request.body.clone().unwrap_or_default();
        Self::new(&*request.method, &request.path, query, headers, body)
    }

    /// Reads a request from a connection that carries no second one; `None` if it ends before one.
    ///
    /// # Errors
    ///
    /// The connection breaks, or what it carries is not a request.
    pub fn read(stream: &mut impl Read) -> io::Result<Option<Self>> {
        let mut reader = BufReader::new(stream);
        let Some(mut incoming) = Self::read_head(&mut reader)? else { return Ok(None) };
        incoming.read_body(&mut reader)?;
        Ok(Some(incoming))
    }

    /// Reads the head of a request; `None` if there is no more.
    pub(crate) fn read_head(reader: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let mut lines = lines.into_iter();
        let start = lines.next().unwrap_or_default();
        let mut start = start.split(' ');
        let (method, target) = (start.next().unwrap_or_default(), start.next().unwrap_or_default());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = lines.filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        });
        let incoming = Self::new(method, path, query, headers.collect(), "");
        incoming.map(Some).map_err(io::Error::other)
    }

    /// Reads the body that the head announces.
    pub(crate) fn read_body(&mut self, reader: &mut impl BufRead) -> io::Result<()> {
        if self.header("transfer-encoding").is_none() {
            let length = self.header("content-length").and_then(|it| it.parse().ok());
            self.body = vec![0; length.unwrap_or(0)];
            return reader.read_exact(&mut self.body);
        }
        loop {
            let mut size = String::new();
            reader.read_line(&mut size)?;
            let size = usize::from_str_radix(size.trim_end(), 16).map_err(io::Error::other)?;
            // Two bytes end a chunk.
            let mut chunk = vec![0; size + 2];
            reader.read_exact(&mut chunk)?;
            if size == 0 {
                return Ok(());
            }
            self.body.extend(chunk.drain(..size));
        }
    }

    /// The value of the first header field of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value.as_str()))
    }

    /// The value of each header field of this name.
    pub(crate) fn header_values(&self, name: &str) -> Vec<&str> {
        let known = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map(|(_, value)| value.as_str()).collect()
    }

    /// Takes every header field of this name away and, with a value, puts one in their place.
    pub(crate) fn set_header(&mut self, name: &str, value: Option<&str>) {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }

    /// The operation that it asks for.
    pub(crate) fn operation(&self) -> Option<Operation> {
        Operation::at(&self.path)
    }

    pub(crate) fn is_for(&self, operation: Operation) -> bool {
        self.operation() == Some(operation)
    }

    /// The media type of the body, in lower case and without parameters.
    pub(crate) fn media_type(&self) -> String {
        let header = self.header("content-type").unwrap_or_default();
        header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// Returns whether it has more than one value of Authorization.
    pub(crate) fn repeats_authorization(&self) -> bool {
        let values = self.header_values("authorization").into_iter();
        values.flat_map(|value| value.split(',')).count() > 1
    }

    /// The credential of the scheme Bearer.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, credential) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| credential.trim_matches(' '))
    }

    /// The token that a session or sign-out is about.
    pub(crate) fn token(&self) -> Option<String> {
        let token = || self.field("token").or_else(|| self.field("_token"));
        self.bearer().map(str::to_owned).or_else(token)
    }

    /// The fields from where they are read, the query or the body; nothing if they cannot be decoded.
    pub(crate) fn fields(&self) -> Option<Pairs> {
        match self.media_type().as_str() {
            _ if self.method == "GET" => read_form(&self.query),
            JSON => read_json(&self.body),
            _ => read_form(&self.body),
        }
    }

    /// The text of a field.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let fields = self.fields()?;
        let found = fields.into_iter().find(|(known, _)| known == name);
        found.and_then(|(_, value)| value.as_str().map(str::to_owned))
    }

    /// Changes the fields, where they can be decoded, and leaves all else byte for byte as it was sent.
    pub(crate) fn change_fields(&mut self, change: impl FnOnce(&mut Pairs)) {
        let Some(sent) = self.fields() else { return };
        let mut changed = sent.clone();
        change(&mut changed);
        if changed == sent {
            return;
        }
        match self.media_type().as_str() {
            _ if self.method == "GET" => self.query = write_form(&changed),
            JSON => self.body = write_json(&changed),
            _ => self.body = write_form(&changed),
        }
    }

    /// Changes the text of each field of these names.
    pub(crate) fn change_texts(&mut self, names: &[&str], change: impl Fn(&str) -> String) {
        self.change_fields(|fields| {
            for (_, value) in fields.iter_mut().filter(|(name, _)| names.contains(&&**name)) {
                if let Some(text) = value.as_str() {
                    *value = change(text).into();
                }
            }
        });
    }

    /// Changes the raw text of the query and of a form or JSON in the body, where it is UTF-8.
    pub(crate) fn change_text(&mut self, media_type: &str, change: impl Fn(&str) -> String) {
        let changed = |bytes: &[u8]| str::from_utf8(bytes).ok().map(|text| change(text).into());
        if media_type == FORM {
            self.query = changed(&self.query).unwrap_or_else(|| self.query.clone());
        }
        if self.media_type() == media_type {
            self.body = changed(&self.body).unwrap_or_else(|| self.body.clone());
        }
    }
}
