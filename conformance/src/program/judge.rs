//! A run of the checks, from the options to the report.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use crate::account::Seed;
use crate::baseline::Baseline;
use crate::http::Http;
use crate::outcome::Verdict;
use crate::pace::Paced;
use crate::profile::Profile;
use crate::program::command::AtLeast;
use crate::program::credential::{KEY, PRODUCT_SECRET, SECOND_KEY, read_headers};
use crate::program::options::RunOptions;
use crate::program::outlet::Outlets;
use crate::program::place::Place;
use crate::program::process::{Server, reset, wait_until_ready};
use crate::program::recording::Recorder;
use crate::program::{Console, Exit, Refused, progress};
use crate::record::Record;
use crate::secret::Credential;
use crate::settings::Settings;
use crate::suite::{RunError, Suite};
use crate::target::Target;
use crate::transport::Transport;

/// How long each answer may take unless the options say otherwise.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) fn judge(
    options: RunOptions,
    driver: Vec<OsString>,
    env: impl Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<Exit, Refused> {
    let options = options.with_config()?;
    let place = Place::find(&options, driver)?;
    let baseline = options.baseline.as_deref().map(read_baseline).transpose()?;
    let outlets = Outlets::open(&options.report)?;
    let mut record = record(&options, &place, env, console)?;
    if let Some(baseline) = baseline {
        baseline
            .apply(&mut record, jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date());
    }
    outlets.write(&record, console.out)?;
    Ok(record.verdict.into())
}

/// Runs the checks that the options choose, and records the run if they say so.
pub(crate) fn record(
    options: &RunOptions,
    place: &Place,
    env: impl Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<Record, Refused> {
    let settings = settings(options, place, env, console)?;
    let suite = select(Suite::v1(), &options.only, options.level)?;
    let headers = options.headers_file.as_deref().map(read_headers).transpose()?;
    let headers = headers.unwrap_or_default();
    let recorder = options.record.as_deref().map(Recorder::open).transpose()?;
    let mut settings = settings;
    settings.hidden = headers.iter().map(|(_, value)| value.clone()).collect();

    let timeout = options.timeout.map_or(TIMEOUT, |timeout| timeout.0);
    let server = options.start.as_deref().map(Server::start).transpose()?;
    let mut server = server;
    let base = place.name();
    let ready = options.ready.as_deref().or(options.start.as_ref().map(|_| base.as_str()));
    let wait = |server: &mut Option<Server>| match ready {
        Some(url) => {
            let place = Target::parse(url)
                .map_err(|why| Refused::usage(why, "give --ready like http://127.0.0.1:8080"))?;
            wait_until_ready(&mut Http::new(&place, timeout), url, server.as_mut())
        }
        None => Ok(()),
    };
    wait(&mut server)?;
    if let Some(command) = &options.reset {
        reset(command)?;
        wait(&mut server)?;
    }
    let transport = place.transport(timeout, headers)?;
    let record = run(&suite, transport, settings, options, console.progress);
    if let Some(command) = &options.reset {
        reset(command)?;
    }
    let record = record.map_err(|error| place.refuse(error))?;
    if let Some(recorder) = recorder {
        recorder.write(&record)?;
    }
    Ok(record)
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

pub(crate) fn settings(
    options: &RunOptions,
    place: &Place,
    env: impl Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<Settings, Refused> {
    let mut read = |source: &super::credential::Source, file: &Option<_>| {
        source.read(file.as_deref(), &env, console.input)
    };
    let key = read(&KEY, &options.ssokey_file)?.ok_or_else(|| KEY.missing())?;
    let second_key = read(&SECOND_KEY, &options.second_ssokey_file)?;
    let product_secret = read(&PRODUCT_SECRET, &options.product_secret_file)?;
    if options.without.contains(&Profile::SignOn) {
        let why = "the profile sign-on is what a server is judged by, and cannot be left out";
        return Err(Refused::usage(why, "name other profiles in --without"));
    }
    let clash = options.profile.iter().find(|profile| options.without.contains(profile));
    if let Some(profile) = clash {
        let why = format!("--profile asks for {profile} and --without leaves it out");
        return Err(Refused::usage(why, "name it in one of them"));
    }
    if options.profile.contains(&Profile::Isolation) && second_key.is_none() {
        return Err(SECOND_KEY.missing());
    }
    if second_key.as_ref().map(Credential::expose) == Some(key.expose()) {
        let why = "the two keys are the same";
        return Err(Refused::usage(why, "give the key of another company as the second one"));
    }
    let seed = Seed::random().map_err(Refused::fault)?;
    let seed = match options.seed {
        Some(number) => seed.with_number(number),
        None => seed,
    };
    let mut settings = Settings::new(place.name(), key, seed);
    settings.again = place.again();
    settings.second_key = second_key;
    settings.product_secret = product_secret;
    settings.profiles.clone_from(&options.profile);
    settings.without.clone_from(&options.without);
    settings.jobs = options.jobs.map_or(1, |jobs| jobs.get().into());
    settings.max_requests = options.max_requests.map(Into::into);
    settings.max_accounts = options.max_accounts.map(Into::into);
    if let Some(product) = &options.product {
        settings.product.clone_from(product);
    }
    if let Some(patience) = options.patience {
        settings.patience = patience.0;
    }
    Ok(settings)
}

/// The checks of the suite that the options choose.
pub(crate) fn select(
    suite: Suite,
    only: &[String],
    level: Option<AtLeast>,
) -> Result<Suite, Refused> {
    let suite = suite.only(only).map_err(|why| {
        Refused::usage(why, "`ssokey-check list` names all checks; quote a pattern, like 'key.*'")
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
        let why = format!("the baseline cannot be read from `{shown}`: {}", error.kind());
        Refused::usage(why, "to begin one, give an empty file: the report says what to put into it")
    })?;
    let advice = "list each check once, with its id and a reason";
    Baseline::parse(&text).map_err(|why| Refused::usage(format!("`{shown}`: {why}"), advice))
}

fn run(
    suite: &Suite,
    transport: Box<dyn Transport + Send>,
    settings: Settings,
    options: &RunOptions,
    progress: bool,
) -> Result<Record, RunError> {
    let mut transport = match options.rate {
        Some(rate) => Box::new(Paced::new(transport, rate.0)),
        None => transport,
    };
    let bar = progress::bar(suite.steps(), progress);
    let record = suite.run_watched(&mut *transport, settings, &|check| {
        bar.set_message(check.id);
        bar.inc(1);
    });
    bar.finish_and_clear();
    record
}
