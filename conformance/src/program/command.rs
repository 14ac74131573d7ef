//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};

/// The variable that holds the key.
pub(crate) const KEY_VARIABLE: &str = "SSOKEY_CHECK_KEY";

/// Checks whether a server conforms to the third-party sign-on format.
#[derive(Parser)]
#[command(
    name = "ssokey-check",
    version,
    arg_required_else_help = true,
    after_help = "\
Examples:
  ssokey-check run http://127.0.0.1:8080 --ssokey-file key.txt
  ssokey-check list
  ssokey-check explain key.refuses-unknown

Exit codes:
  0  the server conforms                 3  the server cannot be reached
  1  a requirement failed                4  a required check could not run
  2  wrong usage or configuration        6  ssokey-check itself failed"
)]
pub(crate) struct Command {
    #[command(subcommand)]
    pub(crate) action: Action,
}

#[derive(Subcommand)]
pub(crate) enum Action {
    /// Run every check against a server and report
    #[command(after_help = "\
The key is read from --ssokey-file or, without it, from the variable SSOKEY_CHECK_KEY.
The run creates accounts under ssokey-check.example and leaves them on the server.

Examples:
  ssokey-check run http://127.0.0.1:8080 --ssokey-file key.txt
  SSOKEY_CHECK_KEY=$(pass show sso) ssokey-check run http://localhost:8080/base --report json
  pass show sso | ssokey-check run https://staging.example.com --ssokey-file - --allow-remote")]
    Run(RunOptions),
    /// List the checks: id, level, requirement and what a conforming server does
    #[command(after_help = "Example:\n  ssokey-check list | grep MUST")]
    List,
    /// Say what a check or a requirement is about
    #[command(after_help = "\
Examples:
  ssokey-check explain key.refuses-unknown
  ssokey-check explain SSO-KEY-001")]
    Explain {
        /// The id of a check or of a requirement
        id: String,
    },
}

#[derive(clap::Args)]
pub(crate) struct RunOptions {
    /// The server's base, below which /api/sso/authenticate is served
    pub(crate) url: String,
    /// Read the key from this file (`-` for standard input); one line end after it is dropped
    #[arg(long, value_name = "FILE")]
    pub(crate) ssokey_file: Option<PathBuf>,
    /// Sign on to this product; the key's company must have it
    #[arg(long, value_name = "NAME", default_value = "livechat")]
    #[arg(value_parser = ["accounts", "livechat", "email", "meeting", "groupchat", "remote"])]
    pub(crate) product: String,
    /// Wait this long for each answer
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) timeout: Duration,
    /// Write the report in this form to standard output
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub(crate) report: Form,
    /// Allow a server that is not on this machine, although the run creates accounts there
    #[arg(long)]
    pub(crate) allow_remote: bool,
}

/// The form of a report.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people
    Human,
    /// For programs
    Json,
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().unwrap_or(f64::NAN);
    if (0.001..=3600.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("give seconds from 0.001 to 3600")
    }
}
