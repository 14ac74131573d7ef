//! A run of the checks, from the options to the report.

use std::ffi::OsString;
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::baseline::Baseline;
use crate::outcome::Verdict;
use crate::program::command::Form;
use crate::program::options::RunOptions;
use crate::program::visit::Visit;
use crate::program::{Console, Exit, Refused};
use crate::record::Record;
use crate::report;
use crate::settings::Settings;
use crate::suite::{RunError, Suite};
use crate::transport::Transport;

pub(crate) fn judge(
    options: RunOptions,
    env: impl Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<Exit, Refused> {
    let options = options.with_config()?;
    let suite = suite(&options)?;
    let baseline = options.baseline.as_deref().map(read_baseline).transpose()?;
    let mut visit = Visit::prepare(&options.server, &options.profile, env, console)?;
    visit.settings.jobs = options.jobs.map_or(1, |jobs| jobs.get().into());
    let progress = console.progress;
    let mut record = visit.run(|transport, settings| run(&suite, transport, settings, progress))?;
    if let Some(baseline) = baseline {
        baseline
            .apply(&mut record, jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date());
    }
    match options.report.unwrap_or(Form::Human) {
        Form::Human => report::human::write(&record, console.out)?,
        Form::Json => report::json::write(&record, console.out)?,
    }
    Ok(record.verdict.into())
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

fn suite(options: &RunOptions) -> Result<Suite, Refused> {
    let suite = Suite::v1().only(&options.only).map_err(|why| {
        Refused::usage(why, "`ssokey-check list` names all checks; quote a pattern, like 'key.*'")
    })?;
    let suite = match options.level {
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
        let why = format!("the baseline cannot be read from `{shown}`: {}", error.kind());
        Refused::usage(why, "to begin one, give an empty file: the report says what to put into it")
    })?;
    let advice = "list each check once, with its id and a reason";
    Baseline::parse(&text).map_err(|why| Refused::usage(format!("`{shown}`: {why}"), advice))
}

fn run(
    suite: &Suite,
    transport: &mut dyn Transport,
    settings: Settings,
    progress: bool,
) -> Result<Record, RunError> {
    let bar = bar(u64::try_from(suite.steps()).ok(), progress);
    let record = suite.run_watched(transport, settings, &|check| {
        bar.set_message(check.id);
        bar.inc(1);
    });
    bar.finish_and_clear();
    record
}

/// A bar on the terminal, if there is one.
pub(crate) fn bar(total: Option<u64>, progress: bool) -> ProgressBar {
    let shown = if progress { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(total, shown);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    bar
}
