//! The verbs: begin with a request, step with each reply, until done.

use crate::context::Context;
use crate::operation::Operation;
use crate::operation::operator::Command;
use crate::state::{Audited, State};
use crate::wire::json::from_json;
use crate::{Call, ENTROPY_BYTES, Error, Event, Reply, Request, Response, Settings};

/// What comes next.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
#[expect(clippy::large_enum_variant, reason = "moved once per step, never kept in numbers")]
#[must_use]
pub enum Step {
    /// The host does this and steps on with the reply.
    Call(Call, Waiting),
    /// The answer; nothing follows.
    Done(Response),
}

/// A request that waits for the reply to its call.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
#[must_use]
pub struct Waiting {
    context: Context,
    state: State,
}

/// Decodes a request and says what comes first. A bad request is done at once, at no cost (`SSO-ERR-008`).
pub fn begin(request: &Request<'_>, settings: &Settings) -> Step {
    let context = Context::new(request, settings);
    let turn = Operation::read(request, settings).map(|operation| operation.begin(&context));
    Step::of(context, turn)
}

/// Begins a command of the operator, in JSON; it ends in the JSON of an answer. The commands stand in `spec/README.md`.
///
/// ```json
/// {"command":"issue_key","email":"sso@partner.example","expiresAt":null}
/// ```
pub fn begin_command(command: &str, now: u64, entropy: [u8; ENTROPY_BYTES]) -> Step {
    let context = Context::of_operator(now, entropy);
    let turn = from_json::<Command>(command)
        .ok_or(Error::Malformed)
        .and_then(|command| command.begin(&context));
    Step::of(context, turn)
}

impl Waiting {
    /// Goes on with the reply to the call that this request waits for. A reply of another call's kind is answered with 5000
    /// `internal` (`SSO-ERR-007`).
    pub fn step(self, reply: Reply) -> Step {
        let Self { context, state } = self;
        let turn = state.step(&context, reply);
        Step::of(context, turn)
    }

    /// Goes on with a reply in JSON. What cannot be read as a reply does not fit the call either.
    pub fn step_json(self, reply: &str) -> Step {
        match from_json(reply) {
            Some(reply) => self.step(reply),
            None => Step::of(self.context, Err(Error::Internal)),
        }
    }
}

impl Step {
    fn of(context: Context, turn: Result<Turn, Error>) -> Self {
        match turn {
            Ok(Turn::Call(call, state)) => Self::Call(call, Waiting { context, state }),
            Ok(Turn::Done(response)) => Self::Done(response),
            Err(error) => Self::Done(Response::error(error, context.legacy_status)),
        }
    }
}

/// What an operation does next.
#[expect(clippy::large_enum_variant, reason = "moved once per step, never kept in numbers")]
pub(crate) enum Turn {
    Call(Call, State),
    Done(Response),
}

impl Turn {
    pub(crate) fn audit(event: Event, then: Audited) -> Self {
        Self::Call(Call::Audit { event }, State::Audit(then))
    }
}
