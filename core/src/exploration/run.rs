//! A request or a command of the operator on its way, so that both are walked alike.

use serde_json::Value;

use super::fixture::{answer, answer_operator};
use super::store::Store;
use crate::{Call, Reply, Response, Step, Waiting, operator};

/// The next step of a request or a command.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "moved once per step, never kept in numbers")]
pub(super) enum Run {
    OfRequest(Step),
    OfCommand(operator::Step),
}

/// A call that awaits its reply.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "moved once per step, never kept in numbers")]
pub(super) enum Pending {
    OfRequest(Call, Waiting),
    OfCommand(operator::Call, operator::Waiting),
}

impl From<Step> for Run {
    fn from(step: Step) -> Self {
        Self::OfRequest(step)
    }
}

impl From<operator::Step> for Run {
    fn from(step: operator::Step) -> Self {
        Self::OfCommand(step)
    }
}

impl Run {
    /// Returns the call that awaits its reply, or the answer.
    pub(super) fn turn(self) -> Result<Pending, Response> {
        match self {
            Self::OfRequest(Step::Call(call, waiting)) => Ok(Pending::OfRequest(call, waiting)),
            Self::OfCommand(operator::Step::Call(call, waiting)) => {
                Ok(Pending::OfCommand(call, waiting))
            }
            Self::OfRequest(Step::Done(response))
            | Self::OfCommand(operator::Step::Done(response)) => Err(response),
        }
    }

    /// Returns the answer, if the request or command is done.
    pub(super) fn response(&self) -> Option<&Response> {
        match self {
            Self::OfRequest(Step::Done(response))
            | Self::OfCommand(operator::Step::Done(response)) => Some(response),
            Self::OfRequest(Step::Call(..)) | Self::OfCommand(operator::Step::Call(..)) => None,
        }
    }
}

impl Pending {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::OfRequest(call, _) => call.name(),
            Self::OfCommand(call, _) => call.name(),
        }
    }

    /// Returns the call as JSON.
    pub(super) fn call(&self) -> Value {
        match self {
            Self::OfRequest(call, _) => serde_json::to_value(call).unwrap(),
            Self::OfCommand(call, _) => serde_json::to_value(call).unwrap(),
        }
    }

    /// Returns what follows a reply in JSON.
    pub(super) fn step_json(self, reply: &str) -> Run {
        match self {
            Self::OfRequest(_, waiting) => waiting.step_json(reply).into(),
            Self::OfCommand(_, waiting) => waiting.step_json(reply).into(),
        }
    }

    /// Returns what follows the reply of a different call.
    pub(super) fn step_unfit(self) -> Run {
        match self {
            Self::OfRequest(Call::Admit(_), waiting) => waiting.step(Reply::Stale).into(),
            Self::OfRequest(_, waiting) => waiting.step(Reply::Admitted).into(),
            Self::OfCommand(
                operator::Call::Purge { .. } | operator::Call::PurgeEvents { .. },
                waiting,
            ) => waiting.step(operator::Reply::Exists).into(),
            Self::OfCommand(_, waiting) => {
                waiting.step(operator::Reply::Purged { count: 1 }).into()
            }
        }
    }

    /// Makes the call and returns what follows the reply of the store.
    pub(super) fn step(self, store: &mut Store) -> Run {
        match self {
            Self::OfRequest(call, waiting) => waiting.step(answer(store, &call)).into(),
            Self::OfCommand(call, waiting) => waiting.step(answer_operator(store, &call)).into(),
        }
    }

    /// Makes the call, and does not tell its reply.
    pub(super) fn make(&self, store: &mut Store) {
        match self {
            Self::OfRequest(call, _) => drop(answer(store, call)),
            Self::OfCommand(call, _) => drop(answer_operator(store, call)),
        }
    }
}
