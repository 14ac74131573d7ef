//! The server that is judged.

use std::net::IpAddr;

use ureq::http::Uri;

/// The base of a server: scheme, host, port and a path prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    base: String,
    loopback: bool,
}

impl Target {
    /// Parses an absolute http or https URL.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with it. The URL may hold a secret and is not quoted.
    pub fn parse(url: &str) -> Result<Self, TargetError> {
        Self::read(url).map_err(TargetError)
    }

    fn read(url: &str) -> Result<Self, &'static str> {
        if url.contains(['?', '#']) {
            return Err("the URL is the server's base, without query and fragment");
        }
        let uri: Uri = url.parse().map_err(|_| "this is not a URL")?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err("the URL must begin with http:// or https://");
        }
        let authority = uri.authority().ok_or("the URL names no host")?;
        if authority.as_str().contains('@') {
            return Err("the URL must not hold a user name or password");
        }
        let host = authority.host();
        if host.is_empty() {
            return Err("the URL names no host");
        }
        let has_port = authority.as_str().len() > host.len();
        if has_port && authority.port_u16().is_none_or(|port| port == 0) {
            return Err("the port of the URL must be a number from 1 to 65535");
        }
        Ok(Self { base: url.trim_end_matches('/').to_owned(), loopback: is_loopback(host) })
    }

    /// The URL without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Returns whether the server is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }
}

/// Names are not resolved: what the resolver says may change between the question and the request.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => bare.eq_ignore_ascii_case("localhost"),
    }
}

/// The fault of a URL, without a quotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetError(pub(crate) &'static str);

impl std::fmt::Display for TargetError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for TargetError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for (url, loopback) in [
            ("http://127.0.0.1:8080", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:80/", true),
            ("https://[::ffff:127.0.0.1]/x", true),
            ("http://LOCALHOST", true),
            ("http://localhost.example", false),
            ("http://127.0.0.1.example", false),
            ("http://10.0.0.1", false),
            ("http://0.0.0.0", false),
            ("http://[::2]", false),
        ] {
            assert_eq!(Target::parse(url).unwrap().is_loopback(), loopback, "{url}");
        }
    }

    #[test]
    fn a_prefix_is_kept_without_its_last_slash() {
        assert_eq!(Target::parse("http://h/a/b/").unwrap().base(), "http://h/a/b");
    }

    #[test]
    fn what_is_not_a_base_is_refused() {
        for url in [
            "",
            "127.0.0.1:8080",
            "/api",
            "ftp://h",
            "http://",
            "http://:80",
            "http://h:0",
            "http://h:65616",
            "http://h:80a0",
            "http://h:-1",
            "http://h:",
            "https://[::1]:99999/x",
            "http://user:secret@h",
            "http://h/?ssokey=secret",
            "http://h/#x",
            "http://h h/",
        ] {
            let refused = Target::parse(url).unwrap_err();
            assert!(!refused.to_string().contains("secret"), "{url}");
        }
    }
}
