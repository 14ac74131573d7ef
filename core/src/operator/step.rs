//! The two verbs of a command, as of a request: a host begins with it and steps with each reply, until it is done.

use crate::context::Context;
use crate::machine::{Next, Progress};
use crate::operator::state::State;
use crate::operator::{Call, Command, Reply};
use crate::{ENTROPY_BYTES, Response, Settings};

/// The next thing for the host to do.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
#[expect(clippy::large_enum_variant, reason = "moved once per step, never kept in numbers")]
#[must_use]
pub enum Step {
    /// The host makes this call and steps on with the reply.
    Call(Call, Waiting),
    /// The command is done: its answer, in the JSON of a response's body.
    Done(Response),
}

/// A command that waits for the reply to its call.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
#[must_use]
pub struct Waiting(Progress<State>);

/// Returns the first step of a command. `now` is the present time in milliseconds since 1970, and the entropy is new for each
/// command. A product that is not one of the server's, an end that does not lie ahead, more than 100 permissions, and a change of
/// nothing, are refused at once.
pub fn begin(
    command: Command,
    now: u64,
    entropy: [u8; ENTROPY_BYTES],
    settings: &Settings,
) -> Step {
    let context = Context::of_command(now, entropy, settings);
    let transition = command.begin(&context, settings.products());
    Next::first(context, transition).into()
}

/// Reads a command from JSON and returns its first step (`SSO-OPS-006`). The commands stand in `spec/README.md`.
///
/// ```json
/// {"command":"issue_key","companyEmail":"sso@partner.example","expiresAt":null}
/// ```
pub fn begin_json(
    command: &str,
    now: u64,
    entropy: [u8; ENTROPY_BYTES],
    settings: &Settings,
) -> Step {
    let context = Context::of_command(now, entropy, settings);
    let products = settings.products();
    let transition =
        Command::parse(command, products).and_then(|command| command.begin(&context, products));
    Next::first(context, transition).into()
}

impl Waiting {
    /// Returns the step that follows the reply. A reply that does not fit the call is recorded as the host's fault and answered
    /// with 5000 `internal` (`SSO-ERR-007`).
    pub fn step(self, reply: Reply) -> Step {
        self.0.step(reply).into()
    }

    /// Returns the step that follows a reply in JSON. A text that cannot be read as a reply does not fit the call.
    pub fn step_json(self, reply: &str) -> Step {
        self.0.step_json(reply).into()
    }
}

impl From<Next<State>> for Step {
    fn from(next: Next<State>) -> Self {
        match next {
            Next::Call(call, progress) => Self::Call(call, Waiting(progress)),
            Next::Done(response) => Self::Done(response),
        }
    }
}
