//! The server that a run starts, and the commands that take away what runs leave behind.

use std::io::{self, Read, Write};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use process_wrap::std::{ChildWrapper, CommandWrap};

use crate::console::Exit;
use crate::interrupt::Interruptible;
use crate::refused::{Refused, describe};
use ssokey_conformance::format::Operation;
use ssokey_conformance::message::Request;
use ssokey_conformance::transport::Transport;

/// The longest time that a server may take to answer for the first time, and that a command of `--reset` may take.
const LONGEST: Duration = Duration::from_secs(60);
const BETWEEN: Duration = Duration::from_millis(50);

/// A server of this run; it and what it started end with this value, and when the program is interrupted.
pub(crate) struct Server {
    run: Arc<Interruptible>,
    output: Arc<Output>,
}

/// A process and what it started, which any thread may end; none before it is started.
#[derive(Default)]
pub(crate) struct Process(Mutex<Child>);

type Child = Option<Box<dyn ChildWrapper>>;

/// What becomes of the lines that the server prints.
#[derive(Default)]
struct Output {
    /// True as soon as the server is asked: what it prints from then on may be what it was sent.
    is_hidden: AtomicBool,
    hidden_lines: AtomicUsize,
}

impl Server {
    /// Starts it. What it prints goes to standard error, since standard output is the report's, until [`Self::hide_output`].
    pub(crate) fn start(command: &str, run: &Arc<Interruptible>) -> Result<Self, Refused> {
        let failed = |error: io::Error| could_not_run("--start", &error);
        let (printed, printer) = io::pipe().map_err(failed)?;
        let mut shell = shell(command);
        shell.command_mut().stdout(printer.try_clone().map_err(failed)?).stderr(printer);
        run.server.start(&mut shell).map_err(failed)?;
        // It holds the pipe open.
        drop(shell);
        let output = Arc::new(Output::default());
        let passed_on = Arc::clone(&output);
        thread::spawn(move || pass_on(printed, &passed_on));
        Ok(Self { run: Arc::clone(run), output })
    }

    /// Hides what it prints from here on.
    pub(crate) fn hide_output(&self) {
        self.output.is_hidden.store(true, Ordering::Relaxed);
    }
}

impl Process {
    /// Starts it. Whoever ends it meanwhile waits until there is something to end.
    fn start(&self, command: &mut CommandWrap) -> io::Result<()> {
        let mut child = self.lock();
        *child = Some(command.spawn()?);
        Ok(())
    }

    fn ended(&self) -> Option<ExitStatus> {
        self.lock().as_mut()?.try_wait().ok().flatten()
    }

    /// Ends it; as long as the returned value lives, nobody starts it again or learns of its end. It may be gone already; there is
    /// nobody to tell.
    pub(crate) fn end(&self) -> MutexGuard<'_, Child> {
        let mut child = self.lock();
        if let Some(child) = child.as_mut() {
            drop(child.kill());
        }
        child
    }

    fn lock(&self) -> MutexGuard<'_, Child> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.run.server.end());
        let lines = self.output.hidden_lines.load(Ordering::Relaxed);
        if lines > 0 {
            eprintln!(
                "the server printed {lines} lines while it was judged; they may hold what it was sent, and are not shown\n  \
                 (to keep them: --start 'COMMAND > server.log 2>&1')"
            );
        }
    }
}

/// Passes on what the server prints, as long as it is not hidden, and counts the lines from then on.
fn pass_on(mut printed: impl Read, output: &Output) {
    let mut bytes = [0; 8 << 10];
    while let Ok(length @ 1..) = printed.read(&mut bytes) {
        let bytes = bytes.get(..length).unwrap_or_default();
        if output.is_hidden.load(Ordering::Relaxed) {
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
            output.hidden_lines.fetch_add(lines, Ordering::Relaxed);
        } else {
            // There may be nobody to read it.
            drop(io::stderr().write_all(bytes));
        }
    }
}

/// Refuses to start a server where there is an answer already: what would be judged is something else.
pub(crate) fn nobody_answers(transport: &mut dyn Transport, url: &str) -> Result<(), Refused> {
    match transport.send(&bare()) {
        Err(_) => Ok(()),
        Ok(_) => Err(Refused::usage(
            format!("{url} answers before the command of --start is run"),
            "end what listens there, or choose a different port; to judge what is there, leave --start out",
        )),
    }
}

/// Waits until there is any answer, as long as the server that was started lives.
pub(crate) fn wait_until_ready(
    transport: &mut dyn Transport,
    url: &str,
    server: Option<&Server>,
) -> Result<(), Refused> {
    let until = Instant::now() + LONGEST;
    let refuse = |why: String| Refused {
        exit: Exit::Unreachable,
        why,
        advice: "see what the server prints, and whether --ready is right".to_owned(),
    };
    loop {
        let answer = transport.send(&bare());
        let ended = server.and_then(|server| server.run.server.ended());
        let why = match (answer, ended) {
            (Ok(_), None) => return Ok(()),
            (Ok(_), Some(status)) => {
                return Err(Refused {
                    advice: "give a command that stays as long as its server does, like --start 'exec ./server'".to_owned(),
                    ..refuse(format!("{url} answers, but the command of --start has ended ({status})"))
                });
            }
            (Err(_), Some(status)) => {
                let why = format!("the command of --start ended before {url} answered: {status}");
                return Err(refuse(why));
            }
            (Err(why), None) => why,
        };
        if Instant::now() >= until {
            let seconds = LONGEST.as_secs();
            return Err(refuse(format!("{url} gives no answer after {seconds} seconds: {why}")));
        }
        thread::sleep(BETWEEN);
    }
}

fn bare() -> Request {
    Request::bare(Operation::SignOn).path("")
}

/// Runs the command of `--reset` to its end, which has to come soon.
pub(crate) fn reset(command: &str, process: &Process) -> Result<(), Refused> {
    reset_within(LONGEST, command, process)
}

fn reset_within(longest: Duration, command: &str, process: &Process) -> Result<(), Refused> {
    process.start(&mut shell(command)).map_err(|error| could_not_run("--reset", &error))?;
    let until = Instant::now() + longest;
    let why = loop {
        match process.ended() {
            Some(status) if status.success() => return Ok(()),
            Some(status) => break format!("the command of --reset failed: {status}"),
            None if Instant::now() >= until => {
                drop(process.end());
                let seconds = longest.as_secs();
                break format!("the command of --reset did not end within {seconds} seconds");
            }
            None => thread::sleep(BETWEEN),
        }
    };
    Err(Refused::usage(why, "run it by hand and see what it says"))
}

fn could_not_run(option: &str, error: &io::Error) -> Refused {
    let why = format!("the command of {option} could not be run: {}", describe(error));
    Refused::usage(why, "run it by hand and see what it says")
}

/// A shell in a process group of its own, so that it ends together with what it started.
fn shell(command: &str) -> CommandWrap {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut shell = CommandWrap::with_new(shell, |shell| {
        shell.args([flag, command]).stdin(Stdio::null()).stdout(io::stderr());
    });
    #[cfg(unix)]
    shell.wrap(process_wrap::std::ProcessGroup::leader());
    #[cfg(windows)]
    shell.wrap(process_wrap::std::JobObject);
    shell
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_reset_that_does_not_end_is_ended_with_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let late = folder.path().join("late");
        let command = format!("(sleep 1; touch '{}') & wait", late.display());
        let refused =
            reset_within(Duration::from_millis(300), &command, &Process::default()).unwrap_err();
        assert!(refused.why.starts_with("the command of --reset did not end within"));
        thread::sleep(Duration::from_secs(2));
        assert!(!late.exists());
    }
}
