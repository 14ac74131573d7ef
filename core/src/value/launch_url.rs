//! The URL at which a product receives the users of a launch.

use alloc::string::String;

use crate::value::code::CodeText;
use crate::value::text::text;

/// A product's registered URL: `http://` or `https://`, a host, optionally `:` and a port, and then nothing or what begins with
/// `/` or `?`; at most 2,048 graphic ASCII characters, without user information and fragment (`SSO-OPS-015`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchUrl(String);

impl LaunchUrl {
    /// The most characters that a launch URL may have.
    pub const MAX_BYTES: usize = 2048;

    /// Parses a URL and leaves it as it is; none if it is outside the bounds above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("https://").or(text.strip_prefix("http://"))?;
        let length = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, _) = rest.split_at_checked(length)?;
        let valid = text.len() <= Self::MAX_BYTES
            && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#')
            && is_authority(authority);
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
    "must be an http or https URL of at most 2048 characters with a host, without user information and fragment",
    "a launch URL"
);

/// Returns whether the text is a host, in brackets if it is an IPv6 address, and optionally a port.
fn is_authority(text: &str) -> bool {
    let host_and_port = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']').filter(|(address, _)| is_ipv6(address)),
        None => text
            .split_at_checked(text.find(':').unwrap_or(text.len()))
            .filter(|(host, _)| !host.is_empty() && !host.contains(['@', '[', ']', '\\'])),
    };
    host_and_port.is_some_and(|(_, port)| {
        port.is_empty()
            || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|it| it.is_ascii_digit()))
    })
}

fn is_ipv6(address: &str) -> bool {
    !address.is_empty()
        && address.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
}
