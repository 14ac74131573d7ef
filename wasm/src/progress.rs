//! The progress of a request or command, stepped with JSON.

use alloc::string::String;

use serde::Serialize;
use ssokey_core::{ENTROPY_BYTES, Response};

/// A step that was taken: a call with what waits for the reply, or the answer.
pub(crate) enum Taken<C, W> {
    Call(C, W),
    Done(Response),
}

/// The progress: nothing is left once the answer was taken.
pub(crate) enum Progress<C, W> {
    Begun(Taken<C, W>),
    Waiting(W),
    Done,
}

/// The JSON of a step: a call as it is, or the answer as `done`.
#[derive(Serialize)]
#[serde(untagged)]
enum StepJson<C> {
    Call(C),
    Done { done: Response },
}

impl<C: Serialize, W> Progress<C, W> {
    /// Returns the JSON of the first step without a reply, and of each next one with the reply to the call before.
    pub(crate) fn step(
        &mut self,
        reply: Option<String>,
        next: impl FnOnce(W, &str) -> Taken<C, W>,
    ) -> Result<String, String> {
        let taken = match (core::mem::replace(self, Self::Done), reply) {
            (Self::Begun(taken), None) => taken,
            (Self::Waiting(waiting), Some(reply)) => next(waiting, &reply),
            (Self::Begun(_), Some(_)) => return Err("the first step takes no reply".into()),
            (Self::Waiting(_), None) => return Err("a reply is missing".into()),
            (Self::Done, _) => return Err("the answer was given already".into()),
        };
        json(&match taken {
            Taken::Call(call, waiting) => {
                *self = Self::Waiting(waiting);
                StepJson::Call(call)
            }
            Taken::Done(done) => StepJson::Done { done },
        })
    }
}

pub(crate) fn json(value: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(value).map_err(|_| "the JSON cannot be written".into())
}

pub(crate) fn eighty(entropy: &[u8]) -> Result<[u8; ENTROPY_BYTES], &'static str> {
    entropy.try_into().map_err(|_| "`entropy` must have 80 bytes")
}
