//! A run of the checks, from the options to the report.

use std::ffi::OsString;
use std::path::Path;

use crate::access::{Access, Asked, end};
use crate::console::{Console, Exit};
use crate::options::{AtLeast, RunOptions};
use crate::outlet::Outlets;
use crate::place::{Place, not_for_drivers};
use crate::progress;
use crate::quantity::Seconds;
use crate::refused::{Refused, describe};
use crate::wording::{self, Again};
use ssokey_conformance::record::{Record, Verdict};
use ssokey_conformance::suite::{Baseline, Progress, RunError, Settings, Suite};
use ssokey_conformance::transport::Transport;

pub(crate) fn judge(
    mut options: RunOptions,
    driver: Vec<OsString>,
    env: impl Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<Exit, Refused> {
    if driver.is_empty() {
        options.server = options.server.or_in_folder();
    }
    let options = options.with_config()?;
    let place = Place::find(&options.server, driver)?;
    if options.jobs.is_some() && place.is_driver() {
        return Err(not_for_drivers("--jobs"));
    }
    let baseline = options.baseline.as_deref().map(read_baseline).transpose()?;
    let read = options.server.files().chain(options.baseline.as_deref());
    let record = options.record.as_deref();
    let outlets = Outlets::open(&options.report, options.detail.into(), record, read)?;
    let Asked { came: mut record, reset } = run_checks(&options, place, env, console)?;
    if let Some(baseline) = baseline {
        baseline
            .apply(&mut record, jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date());
    }
    outlets.write(&record, console.out)?;
    end(record.verdict.into(), reset)
}

/// Runs the checks that the options choose.
pub(crate) fn run_checks(
    options: &RunOptions,
    place: Place,
    env: impl Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<Asked<Record>, Refused> {
    let mut access = Access::prepare(&options.server, place, &options.profile, env, console)?;
    access.settings.jobs = options.jobs.map_or(1, |jobs| jobs.get().into());
    let mut suite = select(Suite::v1(), &options.only, options.level)?;
    if let Some(number) = options.sequences {
        suite = suite.sequences(number);
    }
    if let Some(Seconds(time)) = options.sequence_time {
        suite = suite.sequences_within(time);
    }
    let progress = console.progress;
    let trusts = match &options.server.cacert {
        Some(_) => " --cacert FILE",
        None if options.server.insecure => " --insecure",
        None => "",
    };
    let again = Again::new(&access.place, trusts, &access.settings);
    let mut asked = access.run(|transport, settings| run(&suite, transport, settings, progress))?;
    wording::of_run(&mut asked.came, &again);
    Ok(asked)
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Conformant => Self::Success,
            Verdict::NotConformant => Self::Failed,
            Verdict::BaselineOutdated => Self::Outdated,
            Verdict::Incomplete => Self::Incomplete,
        }
    }
}

/// The checks of the suite that the options choose.
pub(crate) fn select(
    suite: Suite,
    only: &[String],
    level: Option<AtLeast>,
) -> Result<Suite, Refused> {
    let suite = suite.only(only).map_err(|why| {
        Refused::usage(
            why.to_string(),
            "`ssokey-check list` names all checks; quote a pattern, like 'key.*'",
        )
    })?;
    let suite = match level {
        Some(level) => suite.at_least(level.into()),
        None => suite,
    };
    if suite.checks().is_empty() {
        let why = "no check is left";
        return Err(Refused::usage(why, "widen --only or lower --level"));
    }
    Ok(suite)
}

fn read_baseline(path: &Path) -> Result<Baseline, Refused> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let why = format!("the baseline cannot be read from `{shown}`: {}", describe(&error));
        Refused::usage(why, "to begin one, give an empty file: the report says what to put into it")
    })?;
    let advice = "list each check once, with its id and a reason";
    Baseline::parse(&text, &Suite::v1())
        .map_err(|why| Refused::usage(format!("`{shown}`: {why}"), advice))
}

fn run(
    suite: &Suite,
    transport: &mut dyn Transport,
    settings: Settings,
    progress: bool,
) -> Result<Record, RunError> {
    let bar = progress::bar(suite.steps(), progress);
    let record = suite.run_watched(transport, settings, &|next| match next {
        Progress::Check(check) => {
            bar.set_message(check.id);
            bar.inc(1);
        }
        Progress::Sequence => {
            bar.set_message("sequences of calls");
            bar.inc(1);
        }
        Progress::Shrink => bar.set_message("a sequence went wrong: making it shorter"),
    });
    bar.finish_and_clear();
    record
}
