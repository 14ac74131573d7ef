//! The command line.

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use serde::Deserialize;

use crate::profile::Profile;
use crate::program::options::RunOptions;
use crate::program::rules::{ReplayOptions, RulesOptions};
use crate::requirement::Level;

/// Checks whether a server conforms to the third-party sign-on format.
#[derive(Parser)]
#[command(
    name = "ssokey-check",
    version,
    arg_required_else_help = true,
    after_help = "\
Examples:
  ssokey-check run http://127.0.0.1:8080 --ssokey-file key.txt
  ssokey-check rules http://127.0.0.1:8080 --ssokey-file key.txt
  ssokey-check list
  ssokey-check explain key.refuses-unknown

Exit codes:
  0  the server conforms                 4  a check could not run
  1  a requirement failed                5  the baseline is out of date
  2  wrong usage or configuration        6  ssokey-check itself failed
  3  the server cannot be reached"
)]
pub(crate) struct Command {
    #[command(subcommand)]
    pub(crate) action: Action,
}

#[derive(Subcommand)]
pub(crate) enum Action {
    /// Run every check against a server and report
    #[command(after_help = "\
The key is read from --ssokey-file or, without it, from the variable SSOKEY_CHECK_KEY; so are the second company's
(SSOKEY_CHECK_SECOND_KEY) and the product's secret (SSOKEY_CHECK_PRODUCT_SECRET).
The run creates accounts under ssokey-check.example and leaves them on the server.

Examples:
  ssokey-check run http://127.0.0.1:8080 --ssokey-file key.txt
  SSOKEY_CHECK_KEY=$(pass show sso) ssokey-check run http://localhost:8080/base --report json
  pass show sso | ssokey-check run https://staging.example.com --ssokey-file - --allow-remote
  ssokey-check run http://127.0.0.1:8080 --ssokey-file key.txt --start './server --port 8080' --without launch
  ssokey-check run --config ssokey-check.toml --only 'key.*'")]
    Run(Box<RunOptions>),
    /// Play sequences of calls against a server and see whether it keeps the password rules
    #[command(after_help = "\
Each sequence signs users on, signs them in directly, asks for sessions and signs out, and a model says what must come
of it. One that goes wrong is made as short as it can be. The same --seed plays the same sequences, with new users and
passwords. Keys are given as to `run`.

Examples:
  ssokey-check rules http://127.0.0.1:8080 --ssokey-file key.txt --second-ssokey-file other.txt
  ssokey-check rules http://127.0.0.1:8080 --ssokey-file key.txt --sequences 500 --steps 40
  ssokey-check rules http://127.0.0.1:8080 --ssokey-file key.txt --seed 1f3 --reproduce failures/")]
    Rules(Box<RulesOptions>),
    /// Play a sequence again that went wrong: FIXED (exit 0), FAILED (1) or ERROR
    #[command(after_help = "\
The URL and the product are those of the file, unless others are given. Keys are given as to `run`.

Examples:
  ssokey-check replay failures/tells-new-password-from-old.json --ssokey-file key.txt
  ssokey-check replay failures/tells-new-password-from-old.json http://127.0.0.1:8081 --ssokey-file key.txt")]
    Replay(Box<ReplayOptions>),
    /// List the checks: id, level, profile, requirement and what a conforming server does
    #[command(after_help = "Examples:
  ssokey-check list | grep MUST
  ssokey-check list --profile launch")]
    List {
        /// Those of this profile alone
        #[arg(long, value_name = "PROFILE")]
        profile: Option<Profile>,
    },
    /// Say what a check, a requirement or a profile is about
    #[command(after_help = "\
Examples:
  ssokey-check explain key.refuses-unknown
  ssokey-check explain SSO-KEY-001
  ssokey-check explain launch")]
    Explain {
        /// The id of a check or of a requirement, or a profile
        id: String,
    },
    /// Print what makes a shell complete this program's commands
    #[command(after_help = "\
Example:
  ssokey-check completions bash > /etc/bash_completion.d/ssokey-check")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Form {
    /// For people
    Human,
    /// For programs
    Json,
}

/// How binding checks have to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AtLeast {
    /// Only what decides
    Must,
    /// What decides, and what a server had better do
    Should,
    /// Everything
    May,
}

impl From<AtLeast> for Level {
    fn from(level: AtLeast) -> Self {
        match level {
            AtLeast::Must => Self::Must,
            AtLeast::Should => Self::Should,
            AtLeast::May => Self::May,
        }
    }
}
