//! The checks as ordinary test cases of `cargo test`, each with its own name.
//!
//! A test target without a harness of its own, such as `tests/conformance.rs` with
//! `[[test]] name = "conformance"` and `harness = false`, is this one function:
//!
//! ```no_run
//! use std::process::ExitCode;
//! # use ssokey_conformance::{message::Answer, message::Request, transport::TransportError};
//! use ssokey_conformance::suite::Seed;
//! use ssokey_conformance::harness;
//! use ssokey_conformance::message::Credential;
//! use ssokey_conformance::suite::Settings;
//! use ssokey_conformance::suite::Suite;
//!
//! # fn my_server(_: &Request) -> Answer { Answer::new(404, Vec::new(), Vec::new()) }
//! fn main() -> ExitCode {
//!     let key = Credential::new("the key that the server knows");
//!     let settings = Settings::new("my server", key, Seed::fixed(1));
//!     let mut server =
//!         |request: &Request| -> Result<Answer, TransportError> { Ok(my_server(request)) };
//!     harness::main(Suite::v1(), &mut server, settings)
//! }
//! ```
//!
//! `cargo test --test conformance key.refuses` then runs the checks whose id holds that text, and `-- --list` lists them all.
//! The sequences of calls that are played after the checks are one case, `sequences`.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::record::finding::Finding;
use crate::record::outcome::{Outcome, Verdict};
use crate::record::sequences::Sequences;
use crate::report::plain_failure;
use crate::suite::Suite;
use crate::suite::settings::Settings;
use crate::transport::Transport;

/// The name of the test case in which sequences are played.
const SEQUENCES: &str = "sequences";

/// Runs the checks that the arguments of the process name and reports like a test harness.
///
/// A check that is not applicable, or known to fail, is ignored; one that could not run fails.
pub fn main(suite: Suite, transport: &mut dyn Transport, settings: Settings) -> ExitCode {
    with_arguments(&Arguments::from_args(), suite, transport, settings)
}

/// The same for given arguments.
pub fn with_arguments(
    arguments: &Arguments,
    suite: Suite,
    transport: &mut dyn Transport,
    settings: Settings,
) -> ExitCode {
    let mut suite = suite.matching(|id| is_meant(arguments, id));
    let plays = suite.plays() && is_meant(arguments, SEQUENCES);
    suite = if plays { suite.with_sequences() } else { suite.sequences(0) };
    let none = suite.checks().is_empty() && !plays;
    if arguments.list || none {
        let named = |id: &str| Trial::test(id, || Ok(()));
        let sequences = plays.then_some(SEQUENCES);
        let ids = suite.checks().into_iter().map(|check| check.id).chain(sequences);
        let trials = ids.map(named).collect();
        return libtest_mimic::run(arguments, trials).exit_code();
    }
    match suite.run(transport, settings) {
        Ok(record) => {
            let sequences = record.sequences.map(trial_of_sequences);
            let trials = record.checks.into_iter().map(trial).chain(sequences).collect();
            libtest_mimic::run(arguments, trials).exit_code()
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns whether the arguments name the check, in the way that test harnesses read them.
fn is_meant(arguments: &Arguments, id: &str) -> bool {
    let fits = |text: &String| if arguments.exact { id == text } else { id.contains(text) };
    arguments.filter.as_ref().is_none_or(fits) && !arguments.skip.iter().any(fits)
}

fn trial_of_sequences(sequences: Sequences) -> Trial {
    let ignored = sequences.known.is_some();
    let trial = Trial::test(SEQUENCES, move || {
        if sequences.verdict() == Verdict::Conformant {
            return Ok(());
        }
        let stopped = sequences.stopped.as_ref().map_or("", |why| why.words());
        let failure = sequences.failure.as_ref();
        let told = failure.map_or_else(|| stopped.to_owned(), ToString::to_string);
        Err(Failed::from(format!("{}\n{told}", sequences.summary())))
    });
    trial.with_ignored_flag(ignored)
}

fn trial(finding: Finding) -> Trial {
    let ignored = matches!(finding.outcome, Outcome::NotApplicable { .. } | Outcome::Known { .. });
    let trial = Trial::test(finding.id, move || match &finding.outcome {
        Outcome::Passed => Ok(()),
        Outcome::CouldNotRun { reason } => Err(Failed::from(format!("could not run: {reason}"))),
        Outcome::NotApplicable { reason } => Err(Failed::from(format!("not applicable: {reason}"))),
        Outcome::Failed { .. } | Outcome::Known { .. } => {
            Err(Failed::from(plain_failure(&finding)?))
        }
    });
    trial.with_ignored_flag(ignored)
}
