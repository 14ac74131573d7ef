//! The program: from arguments to an exit code, without touching the process.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use clap::Parser;

use crate::account::Seed;
use crate::check::Check;
use crate::command::{Action, Command, Form, KEY_VARIABLE, RunOptions};
use crate::http::Http;
use crate::outcome::Verdict;
use crate::report;
use crate::requirement::Requirement;
use crate::secret::Key;
use crate::suite::{RunError, Settings, Suite};
use crate::target::Target;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// The server conforms, or the question was answered.
    Success = 0,
    /// A requirement failed.
    Failed = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// The server cannot be reached.
    Unreachable = 3,
    /// A check of a MUST could not run.
    Incomplete = 4,
    /// The kit itself failed.
    Fault = 6,
}

/// The streams of the program. Texts carry ANSI styles; writers that lead elsewhere than to a terminal strip them.
pub struct Console<'io> {
    /// Where `--ssokey-file -` reads.
    pub input: &'io mut dyn Read,
    /// Where the report goes.
    pub out: &'io mut dyn Write,
    /// Where errors and progress go.
    pub err: &'io mut dyn Write,
    /// Whether to show progress.
    pub progress: bool,
}

/// Why the program ends without a report.
struct Refused {
    exit: Exit,
    why: String,
    advice: String,
}

/// Runs the program. `args` begins with the program's own name; `env` looks up a variable.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    env: impl Fn(&str) -> Option<OsString>,
    mut console: Console<'_>,
) -> Exit {
    let done = match Command::try_parse_from(args) {
        Ok(Command { action }) => match action {
            Action::Run(options) => judge(&options, env, &mut console),
            Action::List => list(console.out).map_err(Refused::from),
            Action::Explain { id } => explain(&id, console.out),
        },
        Err(message) => return say(&message, &mut console),
    };
    done.unwrap_or_else(|refused| {
        const BAD: Style = AnsiColor::Red.on_default().bold();
        let Refused { exit, why, advice } = refused;
        let said = writeln!(console.err, "{BAD}error:{BAD:#} {why}\n\n  {advice}");
        said.map_or(Exit::Fault, |()| exit)
    })
}

/// Help, version, or what clap found wrong.
fn say(message: &clap::Error, console: &mut Console<'_>) -> Exit {
    let text = message.render();
    let (said, exit) = if message.use_stderr() {
        (write!(console.err, "{}", text.ansi()), Exit::Usage)
    } else {
        (write!(console.out, "{}", text.ansi()), Exit::Success)
    };
    said.map_or(Exit::Fault, |()| exit)
}

fn judge(
    options: &RunOptions,
    env: impl Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<Exit, Refused> {
    let target = Target::parse(&options.url)
        .map_err(|why| Refused::usage(why, "give it like http://127.0.0.1:8080"))?;
    if !target.is_loopback() && !options.allow_remote {
        return Err(Refused::usage(
            "the server is not on this machine, and a run creates accounts that stay there",
            "add --allow-remote if that is meant",
        ));
    }
    let settings = Settings {
        target: target.base().to_owned(),
        key: key(options.ssokey_file.as_deref(), env, console.input)?,
        product: options.product.clone(),
        seed: Seed::random().map_err(Refused::fault)?,
    };
    let suite = Suite::v1();
    let total = suite.checks().len();
    let (err, progress) = (&mut console.err, console.progress);
    let mut http = Http::new(&target, options.timeout);
    let record = suite.run(&mut http, settings, |place, check| {
        if progress {
            show(err, place, total, check);
        }
    });
    if progress {
        write!(console.err, "{ERASE}")?;
    }
    let record = record.map_err(|error| match error {
        RunError::Fault(why) => Refused::fault(why),
        RunError::Unreachable(why) => Refused {
            exit: Exit::Unreachable,
            why: format!("{} gives no answer: {why}", target.base()),
            advice: reach(&target),
        },
    })?;
    match options.report {
        Form::Human => report::human::write(&record, console.out)?,
        Form::Json => report::json::write(&record, console.out)?,
    }
    Ok(match record.verdict {
        Verdict::Conformant => Exit::Success,
        Verdict::NotConformant => Exit::Failed,
        Verdict::Incomplete => Exit::Incomplete,
    })
}

/// What to look at when there is no answer.
fn reach(target: &Target) -> String {
    let mut advice =
        "start the server, or see whether scheme, host and port of the URL are right".to_owned();
    if target.base().starts_with("https") {
        advice += ",\n  and whether this machine trusts its certificate (SSL_CERT_FILE names more authorities)";
    }
    advice
}

const ERASE: &str = "\r\x1b[2K";

/// Progress that cannot be shown is no reason to stop.
fn show(err: &mut dyn Write, place: usize, total: usize, check: &Check) {
    let shown = write!(err, "{ERASE}{}/{total} {}", place + 1, check.id);
    drop(shown.and_then(|()| err.flush()));
}

fn key(
    file: Option<&Path>,
    env: impl Fn(&str) -> Option<OsString>,
    input: &mut dyn Read,
) -> Result<Key, Refused> {
    let (bytes, source) = match file {
        Some(path) if path == Path::new("-") => {
            let mut bytes = Vec::new();
            input.read_to_end(&mut bytes)?;
            (bytes, "standard input".to_owned())
        }
        Some(path) => {
            let source = format!("`{}`", path.display());
            let bytes = std::fs::read(path).map_err(|error| {
                let why = format!("the key cannot be read from {source}: {}", error.kind());
                Refused::usage(why, "give the path of a file that holds the key and nothing else")
            })?;
            (bytes, source)
        }
        None => match env(KEY_VARIABLE) {
            Some(value) => (value.into_encoded_bytes(), format!("the variable {KEY_VARIABLE}")),
            None => {
                let advice = format!(
                    "put the key into a file and add --ssokey-file FILE, or set {KEY_VARIABLE}"
                );
                return Err(Refused::usage("there is no key", advice));
            }
        },
    };
    let refuse = |why: &str| {
        Refused::usage(format!("{source} {why}"), "it must hold the key and nothing else")
    };
    let text = String::from_utf8(bytes).map_err(|_| refuse("holds no text"))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(refuse("is empty"));
    }
    if text.contains(char::is_control) {
        return Err(refuse("holds more than one line, or control characters"));
    }
    Ok(Key::new(text))
}

fn list(out: &mut dyn Write) -> io::Result<Exit> {
    for check in Suite::v1().checks() {
        let requirement = check.requirements.first().copied().unwrap_or_default();
        let Check { id, title, .. } = check;
        writeln!(out, "{id:42} {:6} {requirement:12} {title}", check.level())?;
    }
    Ok(Exit::Success)
}

fn explain(id: &str, out: &mut dyn Write) -> Result<Exit, Refused> {
    let suite = Suite::v1();
    let checks = suite.checks();
    if let Some(check) = checks.iter().find(|check| check.id == id) {
        writeln!(out, "{} ({})\n  {}\n", check.id, check.level(), check.title)?;
        for it in check.requirements() {
            writeln!(out, "{} ({})\n  {}\n", it.id, it.level, it.sentence)?;
        }
        let how = if check.is_passive() {
            "It sends nothing and judges every answer of the run that the requirement is about."
        } else {
            "It sends requests of its own and judges the answers to them."
        };
        writeln!(out, "{how}")?;
        return Ok(Exit::Success);
    }
    if let Some(it) = Requirement::find(&id.to_ascii_uppercase()) {
        writeln!(out, "{} ({})\n  {}\n\nChecks:", it.id, it.level, it.sentence)?;
        let mut proving =
            checks.iter().filter(|check| check.requirements.contains(&it.id)).peekable();
        if proving.peek().is_none() {
            writeln!(out, "  none: it cannot be seen from outside with one key")?;
        }
        for check in proving {
            writeln!(out, "  {}: {}", check.id, check.title)?;
        }
        return Ok(Exit::Success);
    }
    let known = checks.iter().map(|check| check.id);
    let known = known.chain(Requirement::all().iter().map(|it| it.id));
    let likeness = |known: &str| strsim::jaro_winkler(id, known);
    let nearest = known.max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let nearest = nearest.filter(|nearest| likeness(nearest) > 0.8);
    let advice = match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`ssokey-check list` names them all".to_owned(),
    };
    Err(Refused::usage(format!("there is no check or requirement `{id}`"), advice))
}

impl Refused {
    fn usage(why: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, why: why.into(), advice: advice.into() }
    }

    fn fault(why: String) -> Self {
        Self {
            exit: Exit::Fault,
            why,
            advice: "this is a fault of ssokey-check, not of the server: please report it"
                .to_owned(),
        }
    }
}

/// A stream of the program is gone.
impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self {
            exit: Exit::Fault,
            why: format!("input or output failed: {}", error.kind()),
            advice: "see whether the report's reader is still there and the disk has room"
                .to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: Option<&str>, env: Option<&str>, input: &str, expect: Result<&str, Exit>) {
        let env = |name: &str| env.filter(|_| name == KEY_VARIABLE).map(OsString::from);
        let key = key(file.map(Path::new), env, &mut input.as_bytes());
        let key = key.map(|key| key.expose().to_owned());
        assert_eq!(key.map_err(|refused| refused.exit), expect.map(str::to_owned));
    }

    #[test]
    fn a_file_goes_before_the_environment_and_one_line_end_is_dropped() {
        check(Some("-"), Some("other"), "key\n", Ok("key"));
        check(Some("-"), None, "key\r\n", Ok("key"));
        check(Some("-"), None, " key ", Ok(" key "));
        check(None, Some("key\n"), "other", Ok("key"));
        check(None, None, "other", Err(Exit::Usage));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for input in ["", "\n", "key\n\n", "a\nb", "a\0"] {
            check(Some("-"), None, input, Err(Exit::Usage));
        }
    }
}
