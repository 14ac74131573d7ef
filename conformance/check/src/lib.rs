//! `ssokey-check`: the conformance kit as a program, from its arguments to its exit code, without touching the process.
//!
//! `ssokey-check --help` names its commands; `README.md` beside this crate describes them.
#![forbid(unsafe_code)]

use std::ffi::OsString;

use anstyle::{AnsiColor, Style};
use clap::{CommandFactory, Parser};

use crate::command::{Action, Command};
use crate::options::DriverOptions;
use crate::refused::Refused;
use ssokey_conformance::message::hide_shapes;

mod access;
mod command;
mod console;
mod credential;
mod diff;
mod explain;
mod init;
mod interrupt;
mod judge;
mod lint;
mod options;
mod outlet;
mod place;
mod process;
mod progress;
mod quantity;
mod recording;
mod refused;
mod rules;
#[cfg(feature = "reference")]
mod selftest;
#[cfg(feature = "reference")]
mod serve;
mod timing;
mod wording;

pub use crate::console::{Console, Exit, Terminal};

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
            Action::Init(options) => init::init(options, env, &mut console),
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
                // Into memory first: the library panics when it cannot write.
                let mut script = Vec::new();
                let mut command = Command::command();
                clap_complete::generate(shell, &mut command, "ssokey-check", &mut script);
                let written = console.out.write_all(&script);
                written.map(|()| Exit::Success).map_err(Refused::from)
            }
        },
        Err(message) => return say(&message, &mut console),
    };
    done.unwrap_or_else(|refused| {
        const BAD: Style = AnsiColor::Red.on_default().bold();
        let Refused { exit, why, advice } = refused;
        // Somebody may have given a key in place of a file's name.
        let (why, advice) = (hide_shapes(&why), hide_shapes(&advice));
        let said = writeln!(console.err, "{BAD}error:{BAD:#} {why}\n\n  {advice}");
        said.map_or(Exit::Fault, |()| exit)
    })
}

/// Help, version, or what clap found wrong.
fn say(message: &clap::Error, console: &mut Console<'_>) -> Exit {
    let text = message.render();
    let (said, exit) = if message.use_stderr() {
        (write!(console.err, "{}", hide_shapes(&text.ansi().to_string())), Exit::Usage)
    } else {
        (write!(console.out, "{}", text.ansi()), Exit::Success)
    };
    said.map_or(Exit::Fault, |()| exit)
}
