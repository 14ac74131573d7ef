//! The comparison of known and unknown users by the time that their refusals take.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};

use crate::access::Access;
use crate::console::{Console, Exit};
use crate::options::ServerOptions;
use crate::place::Place;
use crate::progress;
use crate::quantity::Seconds;
use crate::refused::Refused;
use crate::wording;
use ssokey_conformance::format::ProductName;
use ssokey_conformance::record::LeftBehind;
use ssokey_conformance::timing::{
    CONFIDENCE, Conclusion, Delays, Interval, Plan, TimingRecord, measure, rounds,
};

/// Every option of `timing`.
#[derive(clap::Args)]
pub(crate) struct TimingOptions {
    /// The server's base, below which /api/authenticate is served
    url: String,
    /// Ask each group of users this often
    #[arg(long, value_name = "NUMBER", default_value = "300")]
    #[arg(value_parser = clap::value_parser!(u16).range(20..=10_000))]
    samples: u16,
    /// Say that there is a difference only above this many milliseconds
    #[arg(long, value_name = "MS", default_value = "1", value_parser = parse_milliseconds)]
    resolution: Duration,
    /// Write the report as JSON
    #[arg(long)]
    json: bool,
    /// Read the key from this file (`-` for standard input); one line end after it is dropped
    #[arg(long, value_name = "FILE")]
    ssokey_file: Option<PathBuf>,
    /// Add the header fields in this file to every request, one `Name: value` a line
    #[arg(long, value_name = "FILE")]
    headers_file: Option<PathBuf>,
    /// Sign on to this product; the key's company must have it [default: livechat]
    #[arg(long, value_name = "NAME")]
    product: Option<ProductName>,
    /// Wait this long for each answer [default: 10]
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<Seconds>,
    /// Allow a server that is not on this machine, although accounts are created there
    #[arg(long)]
    allow_remote: bool,
}

pub(crate) fn compare(
    options: TimingOptions,
    env: impl Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<Exit, Refused> {
    let TimingOptions { samples, resolution, json, .. } = options;
    let plan = Plan { samples: samples.into(), resolution };
    let server = ServerOptions {
        url: Some(options.url),
        ssokey_file: options.ssokey_file,
        headers_file: options.headers_file,
        // A comparison of times names one product alone.
        products: options.product.clone().into_iter().collect(),
        product: options.product,
        timeout: options.timeout,
        allow_remote: options.allow_remote,
        ..ServerOptions::default()
    };
    let place = Place::find(&server, Vec::new())?;
    let access = Access::prepare(&server, place, &[], env, console)?;
    let start = Instant::now();
    let bar = progress::bar(rounds(plan), console.progress);
    bar.set_message("rounds");
    let clock = &mut || start.elapsed();
    let timing =
        access.run(|transport, settings| measure(transport, settings, plan, clock, &|| bar.inc(1)));
    bar.finish_and_clear();
    let mut timing = timing?.came;
    wording::of_timing(&mut timing);
    if json {
        serde_json::to_writer_pretty(&mut *console.out, &timing).map_err(io::Error::from)?;
        writeln!(console.out)?;
    } else {
        write(&timing, console.out)?;
    }
    Ok(match timing.conclusion {
        Conclusion::Leak => Exit::Failed,
        Conclusion::NoneAbove => Exit::Success,
        Conclusion::Inconclusive { .. } => Exit::Incomplete,
    })
}

/// Writes the report for people.
fn write(timing: &TimingRecord, out: &mut dyn Write) -> io::Result<()> {
    const GOOD: Style = AnsiColor::Green.on_default().bold();
    const BAD: Style = AnsiColor::Red.on_default().bold();
    const OPEN: Style = AnsiColor::Yellow.on_default().bold();
    let TimingRecord { target, kit_version, samples, resolution_ms, .. } = timing;
    writeln!(out, "{target}, timed by ssokey-check {kit_version}")?;
    writeln!(
        out,
        "Direct sign-in with a wrong password, in {samples} rounds of one user of each kind in random order\n"
    )?;
    if let Some(Delays { known_ms, control_ms }) = timing.delays {
        write_interval("a known user takes longer than an unknown one by", known_ms, out)?;
        write_interval("an unknown user takes longer than a second one by", control_ms, out)?;
        writeln!(out, "  (medians; {:.1} % confidence)\n", CONFIDENCE * 100.0)?;
    }
    let LeftBehind { prefix, domain, left_behind, .. } = &timing.accounts;
    match left_behind {
        0 => writeln!(out, "no account is known to be left behind")?,
        _ => writeln!(out, "{left_behind} accounts are left behind: {prefix}…@{domain}")?,
    }
    match &timing.conclusion {
        Conclusion::Leak => writeln!(
            out,
            "{BAD}LEAK{BAD:#}: the time of a refusal tells who is a user; verify a fixed hash where there is no user (SSO-DIR-004)"
        ),
        Conclusion::NoneAbove => writeln!(out, "{GOOD}NONE ABOVE {resolution_ms} ms{GOOD:#}"),
        Conclusion::Inconclusive { reason } => {
            writeln!(out, "{OPEN}INCONCLUSIVE{OPEN:#}: {reason}")
        }
    }
}

fn write_interval(what: &str, interval: Interval, out: &mut dyn Write) -> io::Result<()> {
    let Interval { low, median, high } = interval;
    writeln!(out, "  {what:50} {median:+9.3} ms, from {low:+.3} to {high:+.3} ms")
}

fn parse_milliseconds(text: &str) -> Result<Duration, &'static str> {
    let milliseconds: f64 = text.parse().unwrap_or(f64::NAN);
    if (0.001..=10_000.0).contains(&milliseconds) {
        Ok(Duration::from_secs_f64(milliseconds / 1000.0))
    } else {
        Err("give milliseconds from 0.001 to 10000")
    }
}
