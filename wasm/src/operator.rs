//! The operator's commands.

use alloc::string::String;

use ssokey_core::operator::{Call, Step, Waiting, begin_json};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::progress::{Progress, Taken, eighty};
use crate::settings::Settings;

/// One command of the operator on its way to its answer.
#[wasm_bindgen]
pub struct Command(Progress<Call, Waiting>);

#[wasm_bindgen]
impl Command {
    /// Takes a command as JSON, the present time in milliseconds since 1970, 80 random bytes and the server's settings.
    ///
    /// ```json
    /// {"command":"issue_key","companyEmail":"sso@partner.example"}
    /// ```
    ///
    /// # Errors
    ///
    /// A message if `entropy` does not have 80 bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(
        command: &str,
        now: f64,
        entropy: &[u8],
        settings: &Settings,
    ) -> Result<Self, String> {
        let step = begin_json(command, now as u64, eighty(entropy)?, &settings.0);
        Ok(Self(Progress::Begun(step.into())))
    }

    /// Takes no reply at the first step, and at each next one the reply to the call before, until `done`. A reply that cannot be
    /// read does not fit its call.
    ///
    /// # Errors
    ///
    /// A message if a reply is missing or there is one too many.
    pub fn step(&mut self, reply: Option<String>) -> Result<String, String> {
        self.0.step(reply, |waiting, reply| waiting.step_json(reply).into())
    }
}

impl From<Step> for Taken<Call, Waiting> {
    fn from(step: Step) -> Self {
        match step {
            Step::Call(call, waiting) => Self::Call(call, waiting),
            Step::Done(response) => Self::Done(response),
        }
    }
}
