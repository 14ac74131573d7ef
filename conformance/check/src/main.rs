//! `ssokey-check`: the conformance kit as a program.
#![forbid(unsafe_code)]

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use ssokey_check::{Console, Exit, Terminal, run};

fn main() -> ExitCode {
    // A panic is the kit's own fault and has an exit code of its own; its text could quote a secret.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        eprintln!("error: ssokey-check itself failed at {place}: please report it");
        std::process::exit(i32::from(Exit::Fault as u8));
    }));
    let mut person = Person;
    let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    let exit = run(
        std::env::args_os(),
        |name| std::env::var_os(name),
        Console {
            input: &mut io::stdin(),
            out: &mut WhileRead(anstream::stdout()),
            err: &mut anstream::stderr(),
            terminal: terminal.then_some(&mut person),
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

/// Whoever sits at the terminal. Questions go to standard error, since standard output may lead elsewhere.
struct Person;

impl Terminal for Person {
    fn ask(&mut self, question: &str) -> io::Result<String> {
        eprint!("{question}");
        let mut line = String::new();
        if io::stdin().read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    fn ask_secret(&mut self, question: &str) -> io::Result<String> {
        rpassword::prompt_password(question)
    }

    fn say(&mut self, sentence: &str) -> io::Result<()> {
        writeln!(io::stderr(), "{sentence}")
    }
}
