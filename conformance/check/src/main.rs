//! `ssokey-check`: the conformance kit as a program.
#![forbid(unsafe_code)]

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use ssokey_check::{Console, Exit, run};

fn main() -> ExitCode {
    // A panic is the kit's own fault and has an exit code of its own; its text could quote a secret.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        eprintln!("error: ssokey-check itself failed at {place}: please report it");
        std::process::exit(i32::from(Exit::Fault as u8));
    }));
    let exit = run(
        std::env::args_os(),
        |name| std::env::var_os(name),
        Console {
            input: &mut io::stdin(),
            out: &mut WhileRead(anstream::stdout()),
            err: &mut anstream::stderr(),
            progress: io::stderr().is_terminal(),
        },
    );
    ExitCode::from(exit as u8)
}

/// Output whose reader may go when it has seen enough, as `head` does: what the program found stays as it is.
struct WhileRead<Out>(Out);

impl<Out: Write> Write for WhileRead<Out> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        unless_gone(self.0.write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        unless_gone(self.0.flush(), ())
    }
}

fn unless_gone<Done>(done: io::Result<Done>, gone: Done) -> io::Result<Done> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(gone),
        done => done,
    }
}
