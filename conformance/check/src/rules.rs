//! The password rules on a server, and the replay of a sequence that went wrong.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use crate::access::{Access, Asked, end};
use crate::console::{Console, Exit};
use crate::credential::{PRODUCT_SECRET, SECOND_KEY};
use crate::options::ServerOptions;
use crate::place::Place;
use crate::progress;
use crate::quantity::Seconds;
use crate::refused::{Refused, describe};
use crate::wording;
use ssokey_conformance::record::Verdict;
use ssokey_conformance::report;
use ssokey_conformance::rules::{Failure, Rules, RulesRecord, Script, replay, write_scripts};
use ssokey_conformance::suite::Progress;

/// Every option of `rules`.
#[derive(clap::Args)]
pub(crate) struct RulesOptions {
    #[command(flatten)]
    server: ServerOptions,
    /// Play this many sequences [default: 256]
    #[arg(long, value_name = "NUMBER", help_heading = "Sequences")]
    sequences: Option<NonZeroU32>,
    /// Of at most this many steps, from 1 to 1000, where they are random [default: 16]
    #[arg(long, value_name = "NUMBER", help_heading = "Sequences")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=1000))]
    steps: Option<u16>,
    /// Begin no further sequence after this time, and say so [default: 3600]
    #[arg(long, value_name = "SECONDS", help_heading = "Sequences")]
    sequence_time: Option<Seconds>,
    /// Write a sequence that goes wrong into this folder, as scripts for curl and hurl and for `replay`
    #[arg(long, value_name = "DIR", help_heading = "Report")]
    reproduce: Option<PathBuf>,
    /// Write the report as JSON
    #[arg(long, help_heading = "Report")]
    json: bool,
}

/// Every option of `replay`.
#[derive(clap::Args)]
pub(crate) struct ReplayOptions {
    /// The file that `rules --reproduce` wrote
    file: PathBuf,
    #[command(flatten)]
    server: ServerOptions,
}

pub(crate) fn rules(
    options: RulesOptions,
    env: impl Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<Exit, Refused> {
    let mut rules = Rules::default();
    if let Some(sequences) = options.sequences {
        rules.sequences = sequences.get();
    }
    if let Some(steps) = options.steps {
        rules.steps = steps.into();
    }
    if let Some(Seconds(time)) = options.sequence_time {
        rules.within = time;
    }
    let server = options.server.or_in_folder().with_config()?;
    let place = Place::find(&server, Vec::new())?;
    let access = Access::prepare(&server, place, &[], env, console)?;
    if let Some(folder) = &options.reproduce {
        fs::create_dir_all(folder)
            .and_then(|()| tempfile::tempfile_in(folder))
            .map_err(|error| unwritable(Exit::Usage, folder, &error))?;
    }
    let sequences = usize::try_from(rules.sequences).unwrap_or(usize::MAX);
    let bar = progress::bar(sequences, console.progress);
    let Asked { came: mut record, reset } = access.run(|transport, settings| {
        let record = rules.check_watched(transport, settings, &|progress| match progress {
            Progress::Sequence => {
                bar.set_message("sequences");
                bar.inc(1);
            }
            Progress::Check(_) => (),
            Progress::Shrink => bar.set_message("one went wrong: making it shorter"),
        });
        bar.finish_and_clear();
        record
    })?;
    wording::of_rules(&mut record);
    let written = match (&options.reproduce, &record.failure) {
        (Some(folder), Some(failure)) => write_down(folder, failure, &record),
        (None, _) | (_, None) => Ok(Vec::new()),
    };
    let files = written.as_deref().unwrap_or_default();
    if options.json {
        report::rules_json(&record, console.out)?;
    } else {
        report::rules(&record, files, console.out)?;
    }
    // The report is there all the same.
    written.and_then(|_| end(record.verdict.into(), reset))
}

/// Writes a failure down in every form and gives the files.
fn write_down(
    folder: &Path,
    failure: &Failure,
    record: &RulesRecord,
) -> Result<Vec<PathBuf>, Refused> {
    let mut files = Vec::new();
    for (ending, text) in
        write_scripts(failure, record).map_err(|error| Refused::fault(error.to_string()))?
    {
        let file = folder.join(format!("{}.{ending}", failure.property.id));
        fs::write(&file, text).map_err(|error| unwritable(Exit::Fault, &file, &error))?;
        files.push(file);
    }
    Ok(files)
}

fn unwritable(exit: Exit, path: &Path, error: &io::Error) -> Refused {
    Refused {
        exit,
        why: format!("`{}` cannot be written: {}", path.display(), describe(error)),
        advice: "give a folder for --reproduce in which files can be written".to_owned(),
    }
}

pub(crate) fn again(
    options: ReplayOptions,
    env: impl Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<Exit, Refused> {
    let script = read(&options.file)?;
    let mut server = options.server.with_config()?;
    server.url = server.url.or(Some(script.target.clone()));
    let product = server.product.get_or_insert_with(|| script.product.clone());
    // A sequence names one product alone.
    server.products = vec![product.clone()];
    server.second_product = None;
    let place = Place::find(&server, Vec::new())?;
    let access = Access::prepare(&server, place, &[], env, console)?;
    if script.needs_second_company() && access.settings.second_key.is_none() {
        return Err(SECOND_KEY.missing());
    }
    if script.needs_product_secret() && access.settings.product_secret.is_none() {
        return Err(PRODUCT_SECRET.missing());
    }
    let Asked { came: mut record, reset } =
        access.run(|transport, settings| replay(&script.steps, transport, settings))?;
    wording::of_rules(&mut record);
    report::replay(&record, &script, console.out)?;
    let exit = match record.verdict {
        Verdict::Conformant => Exit::Success,
        Verdict::NotConformant => Exit::Failed,
        Verdict::Incomplete | Verdict::BaselineOutdated => Exit::Incomplete,
    };
    end(exit, reset)
}

fn read(file: &Path) -> Result<Script, Refused> {
    let shown = file.display();
    let advice = "give a file that `ssokey-check rules --reproduce DIR` wrote";
    let text = fs::read_to_string(file).map_err(|error| {
        Refused::usage(format!("`{shown}` cannot be read: {}", describe(&error)), advice)
    })?;
    Script::parse(&text).map_err(|why| Refused::usage(format!("`{shown}`: {why}"), advice))
}
