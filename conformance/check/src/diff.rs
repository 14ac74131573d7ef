//! Comparing two recordings, or one with a server.

use std::ffi::OsString;
use std::path::Path;

use crate::access::{Asked, end};
use crate::console::{Console, Exit};
use crate::judge::run_checks;
use crate::options::RunOptions;
use crate::outlet::Outlets;
use crate::place::Place;
use crate::recording::{quoted, read};
use crate::refused::Refused;
use ssokey_conformance::format::ProductName;
use ssokey_conformance::recording::{Ignored, Recording, Run, Side, compare, write_differences};

/// Every option of `diff`: those of `run`, of which the server's base is the second side.
#[derive(clap::Args)]
pub(crate) struct DiffOptions {
    /// One side: a recording, or a server's base
    before: String,
    /// Leave out this header field of all answers, besides Date and those of the connection
    #[arg(long, value_name = "NAME", help_heading = "What is compared")]
    ignore_header: Vec<String>,
    /// Leave out this JSON member of all answers
    #[arg(long, value_name = "NAME", help_heading = "What is compared")]
    ignore_member: Vec<String>,
    #[command(flatten)]
    run: RunOptions,
}

pub(crate) fn diff(
    options: DiffOptions,
    env: impl Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<Exit, Refused> {
    let DiffOptions { before, ignore_header, ignore_member, run } = options;
    let of_run = [
        ("--report", !run.report.is_empty()),
        ("--baseline", run.baseline.is_some()),
        ("--sequences", run.sequences.is_some()),
    ];
    if let Some((name, _)) = of_run.into_iter().find(|(_, given)| *given) {
        let why = format!("{name} is for `run`: a comparison judges nothing");
        return Err(Refused::usage(why, "leave it out"));
    }
    let after = run.server.url.clone().unwrap_or_default();
    let mut ignored = Ignored::default();
    ignored.headers.extend(ignore_header.iter().map(|name| name.to_ascii_lowercase()));
    ignored.members = ignore_member;

    let mut recorded = |path: &str| read(Path::new(path), console.input);
    let (before, after, reset) = match (is_url(&before), is_url(&after)) {
        (false, false) => {
            let (one, other) = (Side::from(&recorded(&before)?), Side::from(&recorded(&after)?));
            for (side, path) in [(&one, &before), (&other, &after)] {
                if side.is_empty() {
                    let why = format!("{} holds no answer of the format", quoted(Path::new(path)));
                    let advice = "give recordings of `ssokey-check run URL --record FILE`";
                    return Err(Refused::usage(why, advice));
                }
            }
            (one, other, Ok(()))
        }
        (false, true) => {
            let recording = recorded(&before)?;
            let Asked { came: server, reset } =
                run_again(&recording, Path::new(&before), after, run, env, console)?;
            (Side::from(&recording), server, reset)
        }
        (true, false) => {
            let recording = recorded(&after)?;
            let Asked { came: server, reset } =
                run_again(&recording, Path::new(&after), before, run, env, console)?;
            (server, Side::from(&recording), reset)
        }
        (true, true) => {
            let advice = "record one first: `ssokey-check run URL --record FILE`";
            return Err(Refused::usage("one of the two has to be a recording", advice));
        }
    };
    let differences = compare(&before, &after, &ignored);
    write_differences(&differences, console.out)?;
    if differences.is_empty() {
        writeln!(console.out, "no change in {} answers", after.len())?;
        return end(Exit::Success, reset);
    }
    let changes: usize = differences.iter().map(|difference| difference.changes.len()).sum();
    writeln!(console.out, "{changes} of {} answers changed", before.len().max(after.len()))?;
    end(Exit::Failed, reset)
}

fn is_url(side: &str) -> bool {
    side.starts_with("http://") || side.starts_with("https://")
}

/// Asks a server what the recorded one was asked.
fn run_again(
    recording: &Recording,
    file: &Path,
    url: String,
    options: RunOptions,
    env: impl Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<Asked<Side>, Refused> {
    let Some(Run { products, product, seed, .. }) = &recording.run else {
        let why = "only a recording of `run --record` says what the server was asked";
        return Err(Refused::usage(why, "compare with a different recording"));
    };
    let mut options = options.with_config()?;
    options.server.url = Some(url);
    // A recording is of the checks.
    options.sequences = Some(0);
    let known = |text: &String| {
        ProductName::parse(text).map_err(|why| {
            let why = format!("the recording names a product that is not one: {why}");
            Refused::usage(why, "compare with a recording of `run --record`")
        })
    };
    if options.server.products.is_empty() {
        options.server.products = products.iter().map(known).collect::<Result<_, _>>()?;
    }
    if options.server.product.is_none() {
        options.server.product = Some(known(product)?);
    }
    options.server.seed = options.server.seed.or(u64::from_str_radix(seed, 16).ok());
    if options.only.is_empty() {
        options.only = recording.checks().into_iter().map(str::to_owned).collect();
    }
    let place = Place::find(&options.server, Vec::new())?;
    let read = options.server.files().chain([file]);
    let outlets = Outlets::open(&[], options.detail.into(), options.record.as_deref(), read)?;
    let Asked { came: record, reset } = run_checks(&options, place, env, console)?;
    outlets.write_files(&record)?;
    Ok(Asked { came: Side::from(&record), reset })
}
