//! The URL at which a product receives the users of a launch.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::value::code::CodeText;

/// A product's registered URL: `https://` or `http://`, a host, graphic ASCII characters only, without a fragment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct LaunchUrl(String);

impl LaunchUrl {
    /// Returns the URL with the code as one more query parameter (`SSO-LAU-002`).
    pub(crate) fn with_code(&self, code: &CodeText) -> String {
        let separator = if self.0.contains('?') { "&" } else { "?" };
        [&self.0, separator, "code=", code.expose()].concat()
    }
}

impl TryFrom<String> for LaunchUrl {
    type Error = &'static str;

    fn try_from(url: String) -> Result<Self, Self::Error> {
        let rest = url.strip_prefix("https://").or(url.strip_prefix("http://"));
        let has_host = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?']));
        if has_host && url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
            Ok(Self(url))
        } else {
            Err("an http or https URL with a host and without a fragment was expected")
        }
    }
}
