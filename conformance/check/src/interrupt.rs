//! What is done when a run is interrupted: nothing more is sent, what was left behind is named and taken away, and what was
//! started ends.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use crate::process::{Process, reset};
use ssokey_conformance::message::{Answer, Request};
use ssokey_conformance::transport::{Carriage, Transport, TransportError};

/// A run as whoever interrupts it sees it.
#[derive(Default)]
pub(crate) struct Interruptible {
    pub(crate) server: Process,
    pub(crate) reset: Process,
    stage: Mutex<Stage>,
    /// Locked for reading while a request is on its way, and for writing from an interrupt on.
    sending: RwLock<()>,
}

#[derive(Default)]
enum Stage {
    #[default]
    Before,
    Asking {
        /// The beginning of the e-mails of its accounts.
        prefix: String,
        reset: Option<String>,
    },
    After,
}

impl Interruptible {
    /// A run that SIGINT and SIGTERM interrupt from now on, and the end of its terminal if it starts a server, which would be left
    /// alone. A program has one run; where the tests have more, the first is meant.
    pub(crate) fn new(starts_server: bool) -> Arc<Self> {
        static ONCE: Once = Once::new();
        let run = Arc::new(Self::default());
        ONCE.call_once(|| {
            let interrupted = Arc::clone(&run);
            let mut is_first = true;
            on_signal(starts_server, move |code| {
                if std::mem::take(&mut is_first) {
                    let run = Arc::clone(&interrupted);
                    thread::spawn(move || run.interrupt(code));
                } else {
                    interrupted.exit(code);
                }
            });
        });
        run
    }

    /// Says that the server is asked from now on.
    pub(crate) fn begin(&self, prefix: String, reset: Option<String>) {
        *self.stage() = Stage::Asking { prefix, reset };
    }

    /// Says that the server is asked no more. Does not return once the run is interrupted.
    pub(crate) fn finish(&self) {
        *self.stage() = Stage::After;
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn interrupt(&self, code: i32) -> ! {
        // This lock and that of sending are held until the program ends, so that the run comes to no end of its own meanwhile.
        let stage = self.stage();
        match &*stage {
            Stage::Before => say("interrupted before anything was judged"),
            Stage::After => say("interrupted: what the run left behind may still be there"),
            Stage::Asking { prefix, reset: None } => say(&left_behind(prefix)),
            Stage::Asking { prefix, reset: Some(command) } => {
                say(&left_behind(prefix));
                let _held = self.sending.write();
                say("the command of --reset is run; interrupt again to end at once");
                match reset(command, &self.reset) {
                    Ok(()) => say("the command of --reset succeeded"),
                    Err(refused) => say(&refused.why),
                }
                self.exit(code);
            }
        }
        self.exit(code)
    }

    fn exit(&self, code: i32) -> ! {
        let _held = [self.reset.end(), self.server.end()];
        std::process::exit(code)
    }
}

fn left_behind(prefix: &str) -> String {
    format!(
        "interrupted: no report is written, and accounts may be left behind whose e-mails begin with {prefix}"
    )
}

/// Says a sentence to whoever interrupts, below a bar of progress.
fn say(sentence: &str) {
    let mut err = io::stderr();
    let below = if err.is_terminal() { "\n" } else { "" };
    // There may be nobody to read it.
    drop(writeln!(err, "{below}{sentence}"));
}

/// Has a thread handle each signal that asks for the end, by the code that shells expect.
#[cfg(unix)]
fn on_signal(starts_server: bool, mut handle: impl FnMut(i32) + Send + 'static) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let hangup = starts_server.then_some(SIGHUP);
    let signals = [SIGINT, SIGTERM].into_iter().chain(hangup);
    if let Ok(mut signals) = signal_hook::iterator::Signals::new(signals) {
        thread::spawn(move || signals.forever().for_each(|signal| handle(128 + signal)));
    }
}

#[cfg(not(unix))]
fn on_signal(_: bool, mut handle: impl FnMut(i32) + Send + 'static) {
    drop(ctrlc::set_handler(move || handle(130)));
}

/// Sends nothing more once the run is interrupted.
pub(crate) struct Gate {
    pub(crate) inner: Box<dyn Transport + Send>,
    pub(crate) run: Arc<Interruptible>,
}

impl Transport for Gate {
    fn send(&mut self, request: &Request) -> Result<Answer, TransportError> {
        let _open = self.run.sending.read();
        self.inner.send(request)
    }

    fn fork(&self) -> Option<Box<dyn Transport + Send>> {
        let run = Arc::clone(&self.run);
        self.inner.fork().map(|inner| Box::new(Self { inner, run }) as Box<_>)
    }

    fn keep_connection(&mut self, keep: bool) {
        self.inner.keep_connection(keep);
    }

    fn carriage(&mut self) -> Carriage {
        self.inner.carriage()
    }

    fn wait(&mut self, time: Duration) {
        self.inner.wait(time);
    }
}
