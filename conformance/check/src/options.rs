//! The options of a run, from the command line and from a file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::num::{NonZeroU8, NonZeroUsize};
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args as _, ValueEnum};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::outlet::{ReportOption, ReportOptionParser};
use crate::quantity::{Rate, Seconds, parse_seed};
use crate::refused::{Refused, describe};
use ssokey_conformance::format::{Level, ProductName, Profile};
use ssokey_conformance::message::without_quotations;
use ssokey_conformance::report::Detail;

/// The settings file that `init` writes, and that `run` and `rules` read where neither a file nor a URL is given.
pub(crate) const CONFIG: &str = "ssokey-check.toml";

/// The options of whatever asks a server. In a file each has the same name and meaning; what the command line says wins.
#[derive(clap::Args, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct ServerOptions {
    /// The server's base, below which /api/sso/authenticate is served
    pub(crate) url: Option<String>,
    /// Read options from this TOML file, paths in it being relative to it [default: ssokey-check.toml, without a URL]
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    pub(crate) config: Option<PathBuf>,

    /// Read the key from this file (`-` for standard input); one line end after it is dropped
    #[arg(long, value_name = "FILE", help_heading = "Credentials")]
    pub(crate) ssokey_file: Option<PathBuf>,
    /// Read a second company's key from this file, to see that the two companies are kept apart
    #[arg(long, value_name = "FILE", help_heading = "Credentials")]
    pub(crate) second_ssokey_file: Option<PathBuf>,
    /// Read the product's secret from this file, to exchange codes
    #[arg(long, value_name = "FILE", help_heading = "Credentials")]
    pub(crate) product_secret_file: Option<PathBuf>,
    /// Read the second product's secret from this file, to see that codes of two products are kept apart
    #[arg(long, value_name = "FILE", help_heading = "Credentials")]
    pub(crate) second_product_secret_file: Option<PathBuf>,
    /// Add the header fields in this file to every request, one `Name: value` a line
    #[arg(long, value_name = "FILE", help_heading = "Credentials")]
    pub(crate) headers_file: Option<PathBuf>,

    /// Judge a server that is configured with these products [default: those of the document]
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "What is judged")]
    pub(crate) products: Vec<ProductName>,
    /// Sign on to this product; the key's company must have it [default: livechat, or the first of --products]
    #[arg(long, value_name = "NAME", help_heading = "What is judged")]
    pub(crate) product: Option<ProductName>,
    /// A second product that the company has, with a URL of its own [default: the first of the others]
    #[arg(long, value_name = "NAME", help_heading = "What is judged")]
    pub(crate) second_product: Option<ProductName>,
    /// Do not judge these profiles
    #[arg(long, value_name = "PROFILE", value_delimiter = ',', help_heading = "What is judged")]
    #[arg(value_parser = profile_parser())]
    pub(crate) without: Vec<Profile>,

    /// Start the server with this shell command, and end it after the run
    #[arg(long, value_name = "COMMAND", help_heading = "The server")]
    pub(crate) start: Option<String>,
    /// Wait until this URL answers before the run [default with --start: the server's base]
    #[arg(long, value_name = "URL", help_heading = "The server")]
    pub(crate) ready: Option<String>,
    /// Run this shell command before the run and after it, for at most 60 seconds, to take away what runs leave behind
    #[arg(long, value_name = "COMMAND", help_heading = "The server")]
    pub(crate) reset: Option<String>,
    /// Allow a server that is not on this machine, although the run creates accounts there
    #[arg(long, help_heading = "The server")]
    pub(crate) allow_remote: bool,
    /// Trust the authorities of this PEM file, in place of the system's
    #[arg(long, value_name = "FILE", help_heading = "The server")]
    pub(crate) cacert: Option<PathBuf>,
    /// Trust any certificate: whoever stands between can read the keys and change every answer
    #[arg(long, conflicts_with = "cacert", help_heading = "The server")]
    pub(crate) insecure: bool,

    /// Send no more than this many requests a second
    #[arg(long, value_name = "NUMBER", help_heading = "Pace")]
    pub(crate) rate: Option<Rate>,
    /// Wait this long for each answer [default: 10]
    #[arg(long, value_name = "SECONDS", help_heading = "Pace")]
    pub(crate) timeout: Option<Seconds>,
    /// Wait this long in all while answers say `Retry-After` and none does without [default: 30]
    #[arg(long, value_name = "SECONDS", help_heading = "Pace")]
    pub(crate) patience: Option<Seconds>,
    /// Send no more than this many requests
    #[arg(long, value_name = "NUMBER", help_heading = "Pace")]
    pub(crate) max_requests: Option<NonZeroUsize>,
    /// Leave no more than this many accounts behind
    #[arg(long, value_name = "NUMBER", help_heading = "Pace")]
    pub(crate) max_accounts: Option<NonZeroUsize>,
    /// Make the choices of the run whose report has this seed
    #[arg(long, value_name = "HEX", value_parser = parse_seed, help_heading = "Pace")]
    #[serde(skip)]
    pub(crate) seed: Option<u64>,
}

/// Reads a profile from the command line; help and completions name and describe all of them.
pub(crate) fn profile_parser() -> impl TypedValueParser<Value = Profile> {
    let names =
        Profile::ALL.map(|profile| PossibleValue::new(profile.name()).help(profile.about()));
    PossibleValuesParser::new(names)
        .try_map(|name| Profile::find(&name).ok_or("there is no such profile"))
}

/// Every option of `run`.
#[derive(clap::Args, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct RunOptions {
    #[command(flatten)]
    #[serde(skip)]
    pub(crate) server: ServerOptions,
    /// Judge these profiles and expect the server to offer them [default: those that it offers]
    #[arg(long, value_name = "PROFILE", value_delimiter = ',', help_heading = "What is judged")]
    #[arg(value_parser = profile_parser())]
    pub(crate) profile: Vec<Profile>,
    /// Run the checks alone whose id matches, such as `key.*`
    #[arg(long, value_name = "GLOB", help_heading = "What is judged")]
    pub(crate) only: Vec<String>,
    /// Run the checks alone that bind at least this much
    #[arg(long, value_name = "LEVEL", help_heading = "What is judged")]
    pub(crate) level: Option<AtLeast>,
    /// Play this many sequences of calls after the checks, 0 for none [default: 96; none with --only or --level]
    #[arg(long, value_name = "NUMBER", help_heading = "What is judged")]
    pub(crate) sequences: Option<u32>,
    /// Tolerate the failures that this TOML file lists
    #[arg(long, value_name = "FILE", help_heading = "What is judged")]
    pub(crate) baseline: Option<PathBuf>,
    /// Run this many checks at the same time [default: 1]
    #[arg(long, value_name = "NUMBER", help_heading = "Pace")]
    pub(crate) jobs: Option<NonZeroU8>,
    /// Begin no further sequence after this time, and say so [default: 600]
    #[arg(long, value_name = "SECONDS", help_heading = "Pace")]
    pub(crate) sequence_time: Option<Seconds>,
    /// Write the report in this form to a file or to standard output; may be repeated [default: human]
    #[arg(long, value_name = "FORM[=FILE]", value_parser = ReportOptionParser, help_heading = "Report")]
    pub(crate) report: Vec<ReportOption>,
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) detail: DetailOptions,
    /// Keep every request and its answer, redacted, in this HAR file, for `lint` and `diff`
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(crate) record: Option<PathBuf>,
}

/// The options that say how much the report for people holds.
#[derive(clap::Args, Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DetailOptions {
    /// Show people the verdict and what failed, and nothing else
    #[arg(long, help_heading = "Report")]
    quiet: bool,
    /// Show people the checks that passed as well, one by one
    #[arg(long, conflicts_with = "quiet", help_heading = "Report")]
    passed: bool,
}

impl DetailOptions {
    fn or(self, other: Self) -> Self {
        if self.quiet || self.passed { self } else { other }
    }
}

impl From<DetailOptions> for Detail {
    fn from(DetailOptions { quiet, passed }: DetailOptions) -> Self {
        match (quiet, passed) {
            (true, _) => Self::Quiet,
            (false, true) => Self::Passed,
            (false, false) => Self::Usual,
        }
    }
}

/// Every option of `driver`. What is about a URL is hidden, and refused where it is given.
#[derive(clap::Args)]
#[command(mut_args(|arg| {
    let of_urls = ["url", "start", "ready", "headers_file", "allow_remote", "cacert", "insecure", "jobs"];
    let hidden = of_urls.contains(&arg.get_id().as_str());
    arg.hide(hidden)
}))]
pub(crate) struct DriverOptions {
    #[command(flatten)]
    pub(crate) run: Box<RunOptions>,
    /// The program that drives the server, and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

/// The lowest level of the checks that are run.
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

impl RunOptions {
    /// These options, and of the file's those that are not among them.
    pub(crate) fn with_config(self) -> Result<Self, Refused> {
        let Some(path) = self.server.config.clone() else { return Ok(self) };
        let mut config: Self = read(&path)?;
        config.server = read(&path)?;
        config.server.place_below(&path);
        place(&mut config.baseline, &path);
        place(&mut config.record, &path);
        for ReportOption { file, .. } in &mut config.report {
            place(file, &path);
        }
        Ok(self.or(config))
    }

    fn or(self, other: Self) -> Self {
        Self {
            server: self.server.or(other.server),
            profile: several(self.profile, other.profile),
            only: several(self.only, other.only),
            level: self.level.or(other.level),
            sequences: self.sequences.or(other.sequences),
            sequence_time: self.sequence_time.or(other.sequence_time),
            baseline: self.baseline.or(other.baseline),
            jobs: self.jobs.or(other.jobs),
            report: several(self.report, other.report),
            detail: self.detail.or(other.detail),
            record: self.record.or(other.record),
        }
    }
}

impl ServerOptions {
    /// These options, and of the file's those that are not among them. What else `run` reads there is left to it.
    pub(crate) fn with_config(self) -> Result<Self, Refused> {
        let Some(path) = self.config.clone() else { return Ok(self) };
        let mut config: Self = read(&path)?;
        config.place_below(&path);
        Ok(self.or(config))
    }

    /// Names the settings file of the current folder if nothing else says where the server is.
    pub(crate) fn or_in_folder(mut self) -> Self {
        let in_folder = || Some(PathBuf::from(CONFIG)).filter(|file| file.is_file());
        if self.url.is_none() {
            self.config = self.config.or_else(in_folder);
        }
        self
    }

    fn place_below(&mut self, config: &Path) {
        for file in [
            &mut self.ssokey_file,
            &mut self.second_ssokey_file,
            &mut self.product_secret_file,
            &mut self.second_product_secret_file,
            &mut self.headers_file,
            &mut self.cacert,
        ] {
            place(file, config);
        }
    }

    /// The files that are read.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        let files = [
            &self.config,
            &self.ssokey_file,
            &self.second_ssokey_file,
            &self.product_secret_file,
            &self.second_product_secret_file,
            &self.headers_file,
            &self.cacert,
        ];
        files.into_iter().filter_map(|file| file.as_deref())
    }

    fn or(self, other: Self) -> Self {
        Self {
            url: self.url.or(other.url),
            config: self.config,
            ssokey_file: self.ssokey_file.or(other.ssokey_file),
            second_ssokey_file: self.second_ssokey_file.or(other.second_ssokey_file),
            product_secret_file: self.product_secret_file.or(other.product_secret_file),
            second_product_secret_file: self
                .second_product_secret_file
                .or(other.second_product_secret_file),
            headers_file: self.headers_file.or(other.headers_file),
            products: several(self.products, other.products),
            product: self.product.or(other.product),
            second_product: self.second_product.or(other.second_product),
            without: several(self.without, other.without),
            start: self.start.or(other.start),
            ready: self.ready.or(other.ready),
            reset: self.reset.or(other.reset),
            allow_remote: self.allow_remote || other.allow_remote,
            // A certificate that is named for one run is not waived by a file.
            insecure: self.insecure || self.cacert.is_none() && other.insecure,
            cacert: self.cacert.or(other.cacert),
            rate: self.rate.or(other.rate),
            timeout: self.timeout.or(other.timeout),
            patience: self.patience.or(other.patience),
            max_requests: self.max_requests.or(other.max_requests),
            max_accounts: self.max_accounts.or(other.max_accounts),
            seed: self.seed,
        }
    }
}

fn several<T>(mine: Vec<T>, others: Vec<T>) -> Vec<T> {
    if mine.is_empty() { others } else { mine }
}

/// Makes a path in a configuration relative to it.
fn place(file: &mut Option<PathBuf>, config: &Path) {
    let folder = config.parent().unwrap_or(Path::new(""));
    *file = file.take().map(|file| folder.join(file));
}

/// Reads those of a file's options that are asked for; refuses a file with an option that `run` does not have.
fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Refused> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let why = format!("the configuration cannot be read from `{shown}`: {}", describe(&error));
        Refused::usage(why, "give the path of a TOML file")
    })?;
    let refuse = |at: Option<usize>, why: &str| {
        let line = at.and_then(|at| text.get(..at)).unwrap_or_default().split('\n').count();
        let why = format!("`{shown}`, line {line}: {}", without_quotations(why));
        Refused::usage(why, "`ssokey-check run --help` names all options")
    };
    let start = |error: &toml::de::Error| error.span().map(|span| span.start);
    let names: BTreeMap<Spanned<String>, toml::Value> =
        toml::from_str(&text).map_err(|error| refuse(start(&error), error.message()))?;
    let command = RunOptions::augment_args(clap::Command::new("run"));
    let known = |name: &str| {
        command.get_arguments().any(|it| it.get_id().as_str().replace('_', "-") == name)
    };
    let settable = |name: &str| known(name) && !["config", "seed"].contains(&name);
    if let Some(name) = names.keys().find(|name| !settable(name.as_ref())) {
        let why = format!("unknown field `{}`", name.as_ref());
        return Err(refuse(Some(name.span().start), &why));
    }
    toml::from_str(&text).map_err(|error| refuse(start(&error), error.message()))
}
