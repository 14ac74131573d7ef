//! The program: from arguments to an exit code, without touching the process.

use std::ffi::OsString;
use std::io::{self, Read, Write};

use anstyle::{AnsiColor, Style};
use clap::{CommandFactory, Parser};

use crate::program::command::{Action, Command};
use crate::program::options::DriverOptions;

mod command;
mod credential;
mod diff;
mod explain;
mod judge;
mod lint;
mod options;
mod outlet;
mod place;
mod process;
mod progress;
mod recording;
mod rules;
#[cfg(feature = "reference")]
mod selftest;
#[cfg(feature = "reference")]
mod serve;
mod timing;
mod visit;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// The server conforms, or the question was answered.
    Success = 0,
    /// A requirement failed.
    Failed = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// The server cannot be reached.
    Unreachable = 3,
    /// A check could not run.
    Incomplete = 4,
    /// The baseline lists a check that passes, or an entry of it has expired.
    Outdated = 5,
    /// The kit itself failed.
    Fault = 6,
}

/// The streams of the program. Texts carry ANSI styles; writers that lead elsewhere than to a terminal strip them.
pub struct Console<'io> {
    /// Where `--ssokey-file -` and `lint` read.
    pub input: &'io mut dyn Read,
    /// Where the report goes.
    pub out: &'io mut dyn Write,
    /// Where errors go.
    pub err: &'io mut dyn Write,
    /// Whether to show progress on the process's own standard error, if that is a terminal.
    pub progress: bool,
}

/// Why the program ends without a report.
pub(crate) struct Refused {
    pub(crate) exit: Exit,
    pub(crate) why: String,
    pub(crate) advice: String,
}

/// Runs the program. `args` begins with the program's own name; `env` looks up a variable.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    env: impl Fn(&str) -> Option<OsString>,
    mut console: Console<'_>,
) -> Exit {
    let done = match Command::try_parse_from(args) {
        Ok(Command { action }) => match action {
            Action::Lint(options) => lint::lint(&options, &mut console),
            Action::Diff(options) => diff::diff(*options, env, &mut console),
            Action::Run(options) => judge::judge(*options, Vec::new(), env, &mut console),
            Action::Driver(DriverOptions { run, command }) => {
                judge::judge(*run, command, env, &mut console)
            }
            Action::Timing(options) => timing::compare(options, env, &mut console),
            Action::Rules(options) => rules::rules(*options, env, &mut console),
            Action::Replay(options) => rules::again(*options, env, &mut console),
            Action::List { profile } => explain::list(profile, console.out).map_err(Refused::from),
            #[cfg(feature = "reference")]
            Action::Serve(options) => serve::serve(&options, console.out),
            #[cfg(feature = "reference")]
            Action::Selftest(options) => selftest::selftest(&options, &mut console),
            Action::Explain { id } => explain::explain(&id, console.out),
            Action::Completions { shell } => {
                clap_complete::generate(
                    shell,
                    &mut Command::command(),
                    "ssokey-check",
                    &mut console.out,
                );
                Ok(Exit::Success)
            }
        },
        Err(message) => return say(&message, &mut console),
    };
    done.unwrap_or_else(|refused| {
        const BAD: Style = AnsiColor::Red.on_default().bold();
        let Refused { exit, why, advice } = refused;
        let said = writeln!(console.err, "{BAD}error:{BAD:#} {why}\n\n  {advice}");
        said.map_or(Exit::Fault, |()| exit)
    })
}

/// Help, version, or what clap found wrong.
fn say(message: &clap::Error, console: &mut Console<'_>) -> Exit {
    let text = message.render();
    let (said, exit) = if message.use_stderr() {
        (write!(console.err, "{}", text.ansi()), Exit::Usage)
    } else {
        (write!(console.out, "{}", text.ansi()), Exit::Success)
    };
    said.map_or(Exit::Fault, |()| exit)
}

impl Refused {
    pub(crate) fn usage(why: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, why: why.into(), advice: advice.into() }
    }

    pub(crate) fn fault(why: String) -> Self {
        Self {
            exit: Exit::Fault,
            why,
            advice: "this is a fault of ssokey-check, not of the server: please report it"
                .to_owned(),
        }
    }
}

/// What is wrong with a file or stream, in the words of people.
pub(crate) fn trouble(error: &io::Error) -> String {
    let plain = [
        (io::ErrorKind::NotFound, "there is no such file or folder"),
        (io::ErrorKind::IsADirectory, "it is a folder"),
        (io::ErrorKind::NotADirectory, "a part of the path is no folder"),
    ];
    let known = plain.into_iter().find(|(kind, _)| *kind == error.kind());
    known.map_or_else(|| error.kind().to_string(), |(_, words)| words.to_owned())
}

/// A stream of the program is gone.
impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self {
            exit: Exit::Fault,
            why: format!("input or output failed: {}", trouble(&error)),
            advice: "see whether the report's reader is still there and the disk has room"
                .to_owned(),
        }
    }
}
