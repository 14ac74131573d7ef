//! The two verbs: a host begins with a request and steps with each reply, until it is done.

use crate::context::Context;
use crate::operation::Operation;
use crate::operation::operator::{Command, CommandRequest};
use crate::state::{AfterAudit, State};
use crate::wire::json::from_json;
use crate::{Call, ENTROPY_BYTES, Error, Event, Reply, Request, Response, Settings};

/// The next thing for the host to do.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
#[expect(clippy::large_enum_variant, reason = "moved once per step, never kept in numbers")]
#[must_use]
pub enum Step {
    /// The host makes this call and steps on with the reply.
    Call(Call, Waiting),
    /// The host sends this answer. Nothing follows.
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

/// Parses a request and returns its first step. A bad request is done at once, without any call (`SSO-ERR-008`).
pub fn begin(request: &Request<'_>, settings: &Settings) -> Step {
    let context = Context::new(request, settings);
    let transition = Operation::parse(request, settings).map(|operation| operation.begin(&context));
    Step::new(context, transition)
}

/// Parses a command of the operator, in JSON, and returns its first step. The command ends in the JSON of an answer. The
/// commands stand in `spec/README.md`.
///
/// ```json
/// {"command":"issue_key","email":"sso@partner.example","expiresAt":null}
/// ```
pub fn begin_command(command: &str, now: u64, entropy: [u8; ENTROPY_BYTES]) -> Step {
    let context = Context::of_operator(now, entropy);
    let transition = from_json::<CommandRequest>(command)
        .ok_or(Error::Malformed)
        .and_then(|request| Command::parse(request, &context))
        .map(Command::begin);
    Step::new(context, transition)
}

impl Waiting {
    /// Returns the step that follows the reply. A reply that does not fit the call is answered with 5000 `internal`
    /// (`SSO-ERR-007`).
    pub fn step(self, reply: Reply) -> Step {
        let Self { context, state } = self;
        let transition = state.step(&context, reply);
        Step::new(context, transition)
    }

    /// Returns the step that follows a reply in JSON. A text that cannot be read as a reply does not fit the call.
    pub fn step_json(self, reply: &str) -> Step {
        match from_json(reply) {
            Some(reply) => self.step(reply),
            None => Step::new(self.context, Err(Error::Internal)),
        }
    }
}

impl Step {
    fn new(context: Context, transition: Result<Transition, Error>) -> Self {
        match transition {
            Ok(Transition::Call(call, state)) => Self::Call(call, Waiting { context, state }),
            Ok(Transition::Done(response)) => Self::Done(response),
            Err(error) => Self::Done(Response::error(error, context.legacy_status)),
        }
    }
}

/// The way on from one state: to a call with the state that awaits its reply, or to the answer.
#[expect(clippy::large_enum_variant, reason = "moved once per step, never kept in numbers")]
pub(crate) enum Transition {
    Call(Call, State),
    Done(Response),
}

impl Transition {
    pub(crate) fn audit(event: Event, then: AfterAudit) -> Self {
        Self::Call(Call::Audit { event }, State::Audit(then))
    }
}
