//! The URL at which a product receives the users of a launch.

use alloc::string::String;

use crate::value::code::CodeText;
use crate::value::text::text;

/// A product's registered URL: `https://`, or `http://` to this machine, a host, optionally `:` and a port, and then nothing or what
/// begins with `/` or `?`; at most 2,048 graphic ASCII characters, without user information, fragment and a parameter `code`
/// (`SSO-OPS-015`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LaunchUrl(String);

impl LaunchUrl {
    /// The most characters that a launch URL may have.
    pub const MAX_BYTES: usize = 2048;

    /// Parses a URL and leaves it as it is; none if it is outside the bounds above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_secure = text.starts_with("https://");
        let rest = text.strip_prefix("https://").or(text.strip_prefix("http://"))?;
        let length = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(length)?;
        let valid = text.len() <= Self::MAX_BYTES
            && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#')
            && host_of(authority).is_some_and(|host| is_secure || is_loopback(host))
            && !has_code(target);
        valid.then(|| Self(text.into()))
    }

    /// Returns the URL with the code as one more query parameter (`SSO-LAU-002`).
    pub(crate) fn with_code(&self, code: &CodeText) -> String {
        let separator = if self.0.contains('?') { "&" } else { "?" };
        [&self.0, separator, "code=", code.expose()].concat()
    }
}

text!(
    LaunchUrl,
    "must be an https URL, or http to localhost, of at most 2048 characters, without user information, fragment and `code`",
    "a launch URL"
);

/// Returns the host, which is in brackets if it is an IPv6 address, where the text is one and optionally a port.
fn host_of(text: &str) -> Option<&str> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']').filter(|(address, _)| is_ipv6(address)),
        None => text
            .split_at_checked(text.find(':').unwrap_or(text.len()))
            .filter(|(host, _)| !host.is_empty() && !host.contains(['@', '[', ']', '\\'])),
    }?;
    let is_port = port.is_empty()
        || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|it| it.is_ascii_digit()));
    is_port.then_some(host)
}

/// Returns whether the host is this machine: nobody in between can read the code. An address of digits is never a name.
fn is_loopback(host: &str) -> bool {
    let is_address = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    host == "localhost" || host == "::1" || host.strip_prefix("127.").is_some_and(is_address)
}

/// Returns whether the query has a parameter `code`, however its name is escaped: the product might take it for the launch's.
fn has_code(target: &str) -> bool {
    let (_, query) = target.split_once('?').unwrap_or_default();
    query.split(['&', ';']).any(|parameter| {
        let (name, _) = parameter.split_once('=').unwrap_or((parameter, ""));
        is_word_code(name)
    })
}

fn is_word_code(name: &str) -> bool {
    let mut bytes = name.bytes();
    let letters = core::iter::from_fn(|| match bytes.next()? {
        b'%' => {
            let digits = [bytes.next()?, bytes.next()?].map(|digit| char::from(digit).to_digit(16));
            let [Some(high), Some(low)] = digits else { return Some(0) };
            u8::try_from(high * 16 + low).ok()
        }
        byte => Some(byte),
    });
    letters.eq(*b"code")
}

fn is_ipv6(address: &str) -> bool {
    !address.is_empty()
        && address.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
}
