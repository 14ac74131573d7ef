//! The command line.

use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::diff::DiffOptions;
use crate::init::InitOptions;
use crate::lint::LintOptions;
use crate::options::{DriverOptions, RunOptions, profile_parser};
use crate::rules::{ReplayOptions, RulesOptions};
use crate::timing::TimingOptions;
#[cfg(feature = "reference")]
use crate::{selftest::SelftestOptions, serve::ServeOptions};
use ssokey_conformance::format::Profile;

/// Checks whether a server conforms to the third-party sign-on format.
#[derive(Parser)]
#[command(
    name = "ssokey-check",
    version,
    arg_required_else_help = true,
    after_help = "\
Examples:
  ssokey-check init
  ssokey-check run http://127.0.0.1:8080 --ssokey-file key.txt
  ssokey-check rules http://127.0.0.1:8080 --ssokey-file key.txt
  ssokey-check lint traffic.har
  ssokey-check diff monday.har friday.har
  ssokey-check driver --ssokey-file key.txt -- python3 driver.py
  ssokey-check list
  ssokey-check explain key.refuses-unknown

Exit codes:
  0  the server conforms                 4  a check could not run, or --reset failed after the run
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
    /// Ask for URL and credentials, and write them down for `run`
    #[command(after_help = "\
On a terminal it asks for what is not given. Credentials are never arguments: they are typed in without being shown, or come from \
the files and variables of `run`. Those that are typed in are written to files that you alone can read, and these are added to \
.gitignore, if there is one. Nothing is sent.

Examples:
  ssokey-check init
  ssokey-check init http://127.0.0.1:8080 --ssokey-file key.txt --second-ssokey-file second-key.txt
  pass show sso | ssokey-check init https://staging.example.com --ssokey-file - --allow-remote")]
    Init(InitOptions),
    /// Run every check against a server and report
    #[command(after_help = "\
The key is read from --ssokey-file or, without it, from the variable SSOKEY_CHECK_KEY; so are the \
second company's (SSOKEY_CHECK_SECOND_KEY), the product's secret (SSOKEY_CHECK_PRODUCT_SECRET) and the \
second product's (SSOKEY_CHECK_SECOND_PRODUCT_SECRET). \
The run creates accounts under ssokey-check.example and leaves them on the server.

Examples:
  ssokey-check run http://127.0.0.1:8080 --ssokey-file key.txt
  SSOKEY_CHECK_KEY=$(pass show sso) ssokey-check run http://localhost:8080/base --report json
  pass show sso | ssokey-check run https://staging.example.com --ssokey-file - --allow-remote
  ssokey-check run http://127.0.0.1:8080 --ssokey-file key.txt --start './server --port 8080'
  ssokey-check run http://127.0.0.1:8080 --ssokey-file key.txt --record monday.har
  ssokey-check run --config ssokey-check.toml --only 'key.*'
  ssokey-check run --config ssokey-check.toml --report junit=check.xml --report html=check.html")]
    Run(Box<RunOptions>),
    /// Play sequences of calls against a server and see whether it keeps the password rules
    #[command(after_help = "\
Each sequence signs users on, signs them in directly, asks for sessions and signs out, and a model \
says what must come of it. One that goes wrong is made as short as it can be. The same --seed plays \
the same sequences, with new users and \
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
    /// Judge recorded answers, sending nothing
    #[command(after_help = "\
A recording is one of three:
  an HTTP Archive (HAR), by `run --record`, a browser's developer tools or a proxy
  lines of JSON, each the body of an answer, or an exchange like an entry of a HAR:
    {\"request\":{\"method\":\"GET\",\"url\":\"https://…/api/session\",\"headers\":[{\"name\":\"…\",\"value\":\"…\"}]},
     \"response\":{\"status\":200,\"headers\":[…],\"content\":{\"text\":\"{…}\"}}}
  the body of one answer
Passwords, keys, tokens and codes in it appear in no output. What the recording shows nothing of is \
not applicable.

Examples:
  ssokey-check lint traffic.har
  curl -s 'https://sso.example.com/api/session?token=…' | ssokey-check lint
  ssokey-check lint answers.ndjson --only 'answer.*' --report json")]
    Lint(LintOptions),
    /// Show what changed in a server's answers, between two recordings or since one
    #[command(after_help = "\
Of two recordings of `run --record`, or of one and a server. The server is asked what the recorded \
one was, with the same choices, so the key and whatever else that run had is to be given again. \
Names of accounts, secrets and the numbers of users differ in every run and count \
as the same; so do headers that say how an answer was carried.

Exit codes: 0 the same, 1 something changed, 2 to 6 as for `run`.

Examples:
  ssokey-check diff monday.har friday.har
  ssokey-check diff monday.har http://127.0.0.1:8080 --ssokey-file key.txt
  ssokey-check diff old.har new.har --ignore-header server --ignore-member companyId")]
    #[command(mut_arg("url", |arg| arg.value_name("AFTER").required(true).help(
        "The other: a recording, or a server's base, below which /api/sso/authenticate is served"
    )))]
    #[command(mut_arg("report", |arg| arg.hide(true)))]
    #[command(mut_arg("quiet", |arg| arg.hide(true)))]
    #[command(mut_arg("passed", |arg| arg.hide(true)))]
    #[command(mut_arg("baseline", |arg| arg.hide(true)))]
    Diff(Box<DiffOptions>),
    /// Run every check without HTTP, through a program that drives a server or a library
    #[command(after_help = "\
The program is given one request a line on its standard input, and answers with one line on its
standard output, such as:

  {\"id\":1,\"method\":\"GET\",\"path\":\"/api/session\",\"query\":\"token=x\",\"headers\":[],\"body\":null}
  {\"id\":1,\"status\":401,\"headers\":[[\"Content-Type\",\"application/json\"]],\"body\":\"…\"}

`id` comes back as it was sent. `query` is raw, without `?`; it and `body` are null where there is
none. Bytes that are not UTF-8 come, and may go, in `body_base64` in place of `body`. A line has at
most 1.5 MiB. Requests come one after the other, each answer may take --timeout, the first with
the program's start, and the program is ended with the run. Its standard error is passed through.
A program that ends, or prints what is not an answer, is not asked again.
Credentials, reports and exit codes are those of `run`.

Examples:
  ssokey-check driver --ssokey-file key.txt -- python3 driver.py
  ssokey-check driver --ssokey-file key.txt --without launch -- ./driver --in-memory")]
    Driver(DriverOptions),
    /// Say whether the time of a refused sign-in gives away who is a user
    #[command(after_help = "\
Signs a few users on, which needs the key as `run` does and leaves their accounts behind. Then
sends direct sign-ins with wrong passwords: in each round, in random order, one of a known user,
one of an unknown one and, as a control, a second unknown one. What the differences within rounds
show, by the sign test, is the answer:

  leak           exit code 1: known users take longer or shorter
  none above MS  exit code 0: there is no difference above the resolution
  inconclusive   exit code 4: neither can be said, or the server limits the rate

Have neither machine do anything else meanwhile, and lift limits on failed sign-ins.

Examples:
  ssokey-check timing http://127.0.0.1:8080 --ssokey-file key.txt
  ssokey-check timing http://127.0.0.1:8080 --ssokey-file key.txt --samples 2000 --json")]
    Timing(TimingOptions),
    /// List the checks: id, level, profile, requirement and what a conforming server does
    #[command(after_help = "Examples:
  ssokey-check list | grep MUST
  ssokey-check list --profile launch")]
    List {
        /// Those of this profile alone
        #[arg(long, value_name = "PROFILE", value_parser = profile_parser())]
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
The server keeps everything in memory and ends with SIGINT or SIGTERM. Its keys and its secrets are the same for everyone: \
--credentials writes them to key.txt, second-key.txt, product-secret.txt and second-product-secret.txt. Its first line of output is `ready URL`.

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
  ssokey-check selftest --seed 2f
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
