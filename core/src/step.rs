//! The two verbs of a request: a host begins with it and steps with each reply, until it is done.

use crate::context::Context;
use crate::machine::{Next, Progress};
use crate::operation::Operation;
use crate::state::State;
use crate::{Call, Reply, Request, Response, Settings};

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
pub struct Waiting(Progress<State>);

/// Parses a request and returns its first step. A bad request is done at once, without any call (`SSO-ERR-008`).
pub fn begin(request: &Request<'_>, settings: &Settings) -> Step {
    let source = request.source.map(Into::into);
    let context = Context::new(request.now, source, request.entropy, settings);
    let transition = Operation::parse(request, settings).map(|operation| operation.begin(&context));
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
