//! The place of the judged server: behind a URL, or behind a driver's standard streams.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::console::Exit;
use crate::options::ServerOptions;
use crate::refused::{Refused, describe};
use ssokey_conformance::message::Credential;
use ssokey_conformance::suite::{Obstacle, RunError};
use ssokey_conformance::transport::{
    Driver, Http, Target, TlsFault, Transport, TransportError, Trust,
};

/// A server that can be judged.
pub(crate) enum Place {
    Url(Target),
    /// The program and its arguments.
    Driver(OsString, Vec<OsString>),
}

impl Place {
    /// The driver, or else what the options say of a URL.
    pub(crate) fn find(options: &ServerOptions, driver: Vec<OsString>) -> Result<Self, Refused> {
        let mut words = driver.into_iter();
        let Some(program) = words.next() else { return url(options).map(Self::Url) };
        let of_urls = [
            ("a URL", options.url.is_some()),
            ("--start", options.start.is_some()),
            ("--ready", options.ready.is_some()),
            ("--headers-file", options.headers_file.is_some()),
            ("--allow-remote", options.allow_remote),
            ("--cacert", options.cacert.is_some()),
            ("--insecure", options.insecure),
        ];
        match of_urls.into_iter().find(|(_, given)| *given) {
            Some((name, _)) => Err(not_for_drivers(name)),
            None => Ok(Self::Driver(program, words.collect())),
        }
    }

    /// Returns whether it is asked one request at a time.
    pub(crate) fn is_driver(&self) -> bool {
        matches!(self, Self::Driver(..))
    }

    /// Returns whether it is asked over TLS.
    pub(crate) fn is_encrypted(&self) -> bool {
        matches!(self, Self::Url(target) if target.base().starts_with("https"))
    }

    /// Returns how a report names it. Of a driver it shows the program alone: its arguments may be anything.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Url(target) => target.base().to_owned(),
            Self::Driver(program, _) => {
                let file = Path::new(program).file_name().unwrap_or(program);
                format!("the driver {}", file.display())
            }
        }
    }

    pub(crate) fn transport(
        &self,
        timeout: Duration,
        trust: Trust,
        headers: Vec<(String, Credential)>,
    ) -> Result<Box<dyn Transport + Send>, Refused> {
        match self {
            Self::Url(target) => {
                Ok(Box::new(Http::trusting(target, timeout, trust).with_headers(headers)))
            }
            Self::Driver(program, arguments) => {
                let mut command = Command::new(program);
                command.args(arguments);
                let driver = Driver::start(command, timeout).map_err(|error| {
                    let why = format!("{} could not be run: {}", self.name(), describe(&error));
                    Refused::usage(why, "give the command after `--`, like -- python3 driver.py")
                })?;
                Ok(Box::new(driver))
            }
        }
    }

    /// Returns the reason for which there is no record.
    pub(crate) fn refuse(&self, error: RunError) -> Refused {
        match error {
            RunError::Fault(why) => Refused::fault(why),
            RunError::Settings(error) => {
                Refused::usage(error.to_string(), "give other options; `--help` says which")
            }
            RunError::Unreachable(why) => Refused {
                exit: Exit::Unreachable,
                why: format!("{} gives no answer: {why}", self.name()),
                advice: self.advice(&why),
            },
            RunError::Obstacle(obstacle) => self.obstacle(&obstacle),
            _ => Refused::fault(error.to_string()),
        }
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the kit may name more")]
    fn obstacle(&self, obstacle: &Obstacle) -> Refused {
        let (exit, advice) = match obstacle {
            Obstacle::Redirect(..) => {
                (Exit::Usage, "give the URL of the server itself: no redirect is followed")
            }
            Obstacle::Wall(..) => {
                (Exit::Usage, "add a header field that lets the run through with --headers-file")
            }
            Obstacle::Limit { says_when: true } => {
                (Exit::Incomplete, "lift the limit for the run, or wait for longer with --patience")
            }
            Obstacle::Limit { says_when: false } => {
                (Exit::Incomplete, "lift the limit for the run, or keep below it with --rate")
            }
            Obstacle::Gateway(_) => {
                (Exit::Unreachable, "start the server, or see whether its proxy finds it")
            }
            _ => (Exit::Unreachable, "see whether the URL is right"),
        };
        Refused { exit, why: format!("{}: {obstacle}", self.name()), advice: advice.to_owned() }
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the kit may name more")]
    fn advice(&self, why: &TransportError) -> String {
        if self.is_driver() {
            return self.reach();
        }
        let advice = match why {
            TransportError::Tls(fault) => match fault {
                TlsFault::Expired => "renew the certificate",
                TlsFault::NotYetValid => "set this machine's clock, or make a new certificate",
                TlsFault::WrongName => {
                    "give the URL by a name that the certificate has, or make one with that name"
                }
                TlsFault::UnknownIssuer => "name the authority's certificate with --cacert FILE",
                TlsFault::Authority => {
                    "have the authority sign a certificate for the server, or make one with\n  \
                     `openssl req -x509 -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=…`"
                }
                TlsFault::Plain => {
                    return "write the URL with http://, or a different port".to_owned();
                }
                TlsFault::NotPlain => return "write the URL with https://".to_owned(),
                _ => "see whether the server and this machine know a version of TLS in common",
            },
            TransportError::Dropped if self.is_encrypted() => {
                "see the server's log: it took the connection. If it does not speak TLS, write http://"
            }
            TransportError::Dropped => {
                "see the server's log: it took the connection. If it speaks TLS, write https://"
            }
            TransportError::Broken(_) => {
                "see whether something else than the server listens there: it took the connection"
            }
            _ => return self.reach(),
        };
        let insecure = match why {
            TransportError::Tls(_) => ",\n  or, on a network that you trust, add --insecure",
            _ => "",
        };
        format!("{advice}{insecure}")
    }

    /// Returns what to look at when there is no answer.
    fn reach(&self) -> String {
        let Self::Url(target) = self else {
            return "run the command by hand and type {\"id\":1,\"method\":\"GET\",\"path\":\"/api/session\",\"query\":null,\
                    \"headers\":[],\"body\":null}:\n  it has to print one line of JSON, and nothing else, on its standard output"
                .to_owned();
        };
        format!(
            "start the server, or see whether scheme, host and port of {} are right",
            target.base()
        )
    }
}

/// Refuses an option that is not for drivers.
pub(crate) fn not_for_drivers(name: &str) -> Refused {
    let why = format!("{name} is for `run`, not for drivers");
    Refused::usage(why, "leave it out, in the file of --config too")
}

fn url(options: &ServerOptions) -> Result<Target, Refused> {
    const LIKE: &str = "give it like http://127.0.0.1:8080";
    let url = options.url.as_deref().ok_or_else(|| {
        Refused::usage("there is no URL", format!("{LIKE}, or have `ssokey-check init` ask for it"))
    })?;
    let target = Target::parse(url).map_err(|why| Refused::usage(why.to_string(), LIKE))?;
    if !target.is_loopback() && !options.allow_remote {
        return Err(Refused::usage(
            "the server is not on this machine, and a run creates accounts that stay there",
            "add --allow-remote if that is meant",
        ));
    }
    Ok(target)
}
