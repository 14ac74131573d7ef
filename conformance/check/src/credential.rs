//! Secrets from files, from standard input or from the environment, never from an argument.

use std::ffi::OsString;
use std::io::Read;
use std::path::Path;

use crate::refused::{Refused, describe};
use ssokey_conformance::message::Credential;
use ssokey_conformance::transport::{Authorities, is_header_field};

/// A credential that a run can be given: how to speak of it, its option and its variable.
pub(crate) struct Source {
    pub(crate) what: &'static str,
    pub(crate) option: &'static str,
    pub(crate) variable: &'static str,
}

pub(crate) const KEY: Source =
    Source { what: "key", option: "--ssokey-file", variable: "SSOKEY_CHECK_KEY" };
pub(crate) const SECOND_KEY: Source = Source {
    what: "second key",
    option: "--second-ssokey-file",
    variable: "SSOKEY_CHECK_SECOND_KEY",
};
pub(crate) const PRODUCT_SECRET: Source = Source {
    what: "product's secret",
    option: "--product-secret-file",
    variable: "SSOKEY_CHECK_PRODUCT_SECRET",
};

pub(crate) const SECOND_PRODUCT_SECRET: Source = Source {
    what: "second product's secret",
    option: "--second-product-secret-file",
    variable: "SSOKEY_CHECK_SECOND_PRODUCT_SECRET",
};

impl Source {
    /// Reads the credential, if there is one.
    pub(crate) fn read(
        &self,
        file: Option<&Path>,
        env: impl Fn(&str) -> Option<OsString>,
        input: &mut dyn Read,
    ) -> Result<Option<Credential>, Refused> {
        let Self { what, variable, .. } = self;
        let (bytes, source) = match file {
            Some(path) if path == Path::new("-") => {
                let mut bytes = Vec::new();
                input.read_to_end(&mut bytes)?;
                (bytes, "standard input".to_owned())
            }
            Some(path) => (read_file(path, what)?, format!("`{}`", path.display())),
            None => match env(variable) {
                Some(value) => (value.into_encoded_bytes(), format!("the variable {variable}")),
                None => return Ok(None),
            },
        };
        self.parse(bytes, &source).map(Some)
    }

    /// Parses the credential that came from a place of this name.
    pub(crate) fn parse(&self, bytes: Vec<u8>, source: &str) -> Result<Credential, Refused> {
        let what = self.what;
        let refuse = |why: &str| {
            let advice = format!("it must hold the {what} and nothing else");
            Refused::usage(format!("{source} {why}"), advice)
        };
        let text = String::from_utf8(bytes).map_err(|_| refuse("holds no text"))?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        if text.is_empty() {
            return Err(refuse("is empty"));
        }
        if text.contains(char::is_control) {
            return Err(refuse("holds more than one line, or control characters"));
        }
        Ok(Credential::new(text))
    }

    /// Refuses a run that needs the credential and was not given it.
    pub(crate) fn missing(&self) -> Refused {
        let Self { what, option, variable } = self;
        let advice = format!("put the {what} into a file and add {option} FILE, or set {variable}");
        Refused::usage(format!("there is no {what}"), advice)
    }
}

fn read_file(path: &Path, what: &str) -> Result<Vec<u8>, Refused> {
    std::fs::read(path).map_err(|error| {
        let why =
            format!("the {what} cannot be read from `{}`: {}", path.display(), describe(&error));
        Refused::usage(
            why,
            format!("give the path of a file that holds the {what} and nothing else"),
        )
    })
}

/// The certificates of the authorities in a file.
pub(crate) fn read_authorities(path: &Path) -> Result<Authorities, Refused> {
    let advice = "give the path of a PEM file, which has `-----BEGIN CERTIFICATE-----` in it";
    let shown = path.display();
    let pem = std::fs::read(path).map_err(|error| {
        let why = format!("certificates cannot be read from `{shown}`: {}", describe(&error));
        Refused::usage(why, advice)
    })?;
    Authorities::parse(&pem)
        .ok_or_else(|| Refused::usage(format!("`{shown}` holds no certificate"), advice))
}

/// The header fields without which no request of its own could be sent.
const OF_REQUESTS: [&str; 5] =
    ["connection", "content-encoding", "content-length", "content-type", "transfer-encoding"];

/// The header fields that a file adds to every request.
pub(crate) fn read_headers(path: &Path) -> Result<Vec<(String, Credential)>, Refused> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let why = format!("headers cannot be read from `{}`: {}", path.display(), describe(&error));
        Refused::usage(why, "give the path of a file of lines like `Name: value`")
    })?;
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let fields = lines.map(|(at, line)| {
        let field = line.split_once(':');
        let field = field.map(|(name, value)| (name.to_owned(), value.trim()));
        field.filter(|(name, value)| is_header_field(name, value)).map_or_else(
            || {
                let why = format!("`{}`, line {}, is not a header field", path.display(), at + 1);
                Err(Refused::usage(why, "write it like `Name: value`"))
            },
            |(name, value)| {
                if OF_REQUESTS.contains(&&*name.to_ascii_lowercase()) {
                    let why = format!(
                        "`{}`, line {}: every request sets `{name}` itself",
                        path.display(),
                        at + 1
                    );
                    return Err(Refused::usage(why, "take the line out"));
                }
                Ok((name, Credential::new(value)))
            },
        )
    });
    fields.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::Exit;

    fn check(
        file: Option<&str>,
        env: Option<&str>,
        input: &str,
        expect: Result<Option<&str>, Exit>,
    ) {
        let env = |name: &str| env.filter(|_| name == KEY.variable).map(OsString::from);
        let key = KEY.read(file.map(Path::new), env, &mut input.as_bytes());
        let key = key.map(|key| key.map(|key| key.expose().to_owned()));
        let expect = expect.map(|key| key.map(str::to_owned));
        assert_eq!(key.map_err(|refused| refused.exit), expect);
    }

    #[test]
    fn a_file_goes_before_the_environment_and_one_line_end_is_dropped() {
        check(Some("-"), Some("other"), "key\n", Ok(Some("key")));
        check(Some("-"), None, "key\r\n", Ok(Some("key")));
        check(Some("-"), None, " key ", Ok(Some(" key ")));
        check(None, Some("key\n"), "other", Ok(Some("key")));
        check(None, None, "other", Ok(None));
    }

    #[test]
    fn what_is_not_a_key_is_refused() {
        for input in ["", "\n", "key\n\n", "a\nb", "a\0"] {
            check(Some("-"), None, input, Err(Exit::Usage));
        }
    }
}
