//! A request or command on its way to its answer, in the types of `spec/wit`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use ssokey_core as core;
use ssokey_core::operator;

use crate::bindings::calls::{Call, Reply};
use crate::bindings::commands::Command;
use crate::bindings::http::{self, Mistake, Moment, Response};
use crate::json::Json;
use crate::typed::Typed;

/// What comes next.
#[expect(clippy::large_enum_variant, reason = "a request has one at a time")]
pub(crate) enum Step {
    Call(Call, Waiting),
    Done(Response),
}

/// A request or command that waits for a reply.
#[expect(clippy::large_enum_variant, reason = "a request has one at a time")]
pub(crate) enum Waiting {
    Request(core::Waiting),
    Command(operator::Waiting),
}

pub(crate) fn begin(
    request: &http::Request,
    settings: &http::Settings,
    moment: &Moment,
) -> Result<Step, Mistake> {
    let request = core::Request {
        method: &request.method,
        path: &request.path,
        query: &request.query,
        content_type: request.content_type.as_deref(),
        content_encoding: &texts(&request.content_encoding),
        authorization: &texts(&request.authorization),
        body: match &request.body {
            http::Body::Bytes(bytes) => core::Body::Bytes(bytes),
            http::Body::TooLarge => core::Body::TooLarge,
        },
        source: request.source.as_deref(),
        now: moment.now,
        entropy: entropy(moment)?,
    };
    Ok(core::begin(&request, &parse(settings)?).into())
}

pub(crate) fn begin_command(
    command: &Command,
    settings: &http::Settings,
    moment: &Moment,
) -> Result<Step, Mistake> {
    let entropy = entropy(moment)?;
    Ok(operator::begin_json(&command.to_json(), moment.now, entropy, &parse(settings)?).into())
}

impl Waiting {
    /// A reply that is missing does not fit the call.
    pub(crate) fn resume(self, reply: Option<&Reply>) -> Step {
        let reply = reply.map(Json::to_json).unwrap_or_default();
        match self {
            Self::Request(waiting) => waiting.step_json(&reply).into(),
            Self::Command(waiting) => waiting.step_json(&reply).into(),
        }
    }
}

impl From<core::Step> for Step {
    fn from(step: core::Step) -> Self {
        match step {
            core::Step::Call(call, waiting) => Self::Call(call.typed(), Waiting::Request(waiting)),
            core::Step::Done(response) => Self::Done(response.typed()),
        }
    }
}

impl From<operator::Step> for Step {
    fn from(step: operator::Step) -> Self {
        match step {
            operator::Step::Call(call, waiting) => {
                Self::Call(call.typed(), Waiting::Command(waiting))
            }
            operator::Step::Done(response) => Self::Done(response.typed()),
        }
    }
}

pub(crate) fn parse(settings: &http::Settings) -> Result<core::Settings, Mistake> {
    core::Settings::from_json(&settings.to_json())
        .map_err(|error| Mistake::Settings(error.to_string()))
}

fn entropy(moment: &Moment) -> Result<[u8; core::ENTROPY_BYTES], Mistake> {
    moment.entropy.as_slice().try_into().map_err(|_| Mistake::Entropy)
}

fn texts(values: &[String]) -> Vec<&str> {
    values.iter().map(String::as_str).collect()
}
