//! The command line.

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use serde::Deserialize;

use crate::profile::Profile;
use crate::program::options::RunOptions;
#[cfg(feature = "reference")]
use crate::program::{selftest::SelftestOptions, serve::ServeOptions};
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
    /// Serve a reference server on this machine: a good one, or one with a fault
    #[cfg(feature = "reference")]
    #[command(after_help = "\
The server keeps everything in memory and ends with SIGINT or SIGTERM. Its keys and its secret are the same for everyone: \
--credentials writes them to key.txt, second-key.txt and product-secret.txt. Its first line of output is `ready URL`.

Examples:
  ssokey-check serve --port 8080 --credentials credentials
  ssokey-check serve --fault key-is-trimmed --credentials credentials
  ssokey-check serve --variant body-in-chunks
  ssokey-check serve --list")]
    Serve(ServeOptions),
    /// Judge this program itself: each faulty server must fail its checks and no others
    #[cfg(feature = "reference")]
    #[command(after_help = "\
Every reference server is judged: good ones, which must pass every check, and faulty ones, which must fail the declared \
checks and no others. What is printed is, for each requirement, the faults that a check of it finds. Passwords are hashed \
at the lowest cost, and a server goes over the loopback network where that is what is peculiar about it.

Examples:
  ssokey-check selftest
  ssokey-check selftest --fault key-is-trimmed
  ssokey-check selftest --json > matrix.json

Exit codes: 0 all is as it should be, 1 it is not, 6 the kit itself failed")]
    Selftest(SelftestOptions),
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
