//! The wasm-bindgen face of `ssokey-core`: raw bytes in, JSON steps out. It converts and decides nothing; and the Argon2id that
//! ships, in vector registers.
//!
//! Calls and replies are the JSON of `spec/storage.md`. A [`Decision`] is one request; the host steps it until it is done:
//!
//! ```text
//! decision.step()                    -> {"call":"find_key","digest":"…"}
//! decision.step({"reply":"none"})    -> {"done":{"status":401,"headers":[…],"body":"…"}}
//! ```
#![cfg_attr(target_family = "wasm", no_std)]

extern crate alloc;

mod argon2id;
mod block;
mod quad;
#[cfg(target_family = "wasm")]
mod runtime;

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};

use serde::{Deserialize, Serialize};
use ssokey_core::{
    Call, Digest, ENTROPY_BYTES, Email, Hashing, Request, Response, Settings, Step, Waiting,
};
use wasm_bindgen::prelude::wasm_bindgen;

/// One request on its way to its answer.
#[wasm_bindgen]
pub struct Decision {
    /// What the last step gave: nothing is left once the answer was taken.
    state: State,
}

enum State {
    Begun(Step),
    Waiting(Waiting),
    Done,
}

/// The JSON of a step: a call as it is, or the answer as `done`.
#[derive(Serialize)]
#[serde(untagged)]
enum StepJson {
    Call(Call),
    Done { done: Response },
}

/// A request apart from its bytes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Head {
    method: String,
    path: String,
    content_type: Option<String>,
    authorization: Option<String>,
    source: Option<String>,
    now: u64,
    #[serde(default)]
    legacy_status: bool,
    company: Option<String>,
}

#[wasm_bindgen]
impl Decision {
    /// Takes a request: its head as JSON, the raw bytes of query and body, and 80 random bytes.
    ///
    /// ```json
    /// {"method":"GET","path":"/api/session","contentType":null,"authorization":"Bearer …","source":null,
    ///  "now":1700000000000,"legacyStatus":false,"company":null}
    /// ```
    ///
    /// # Errors
    ///
    /// A message if the head cannot be read or `entropy` has another length.
    #[wasm_bindgen(constructor)]
    pub fn new(head: &str, query: &[u8], body: &[u8], entropy: &[u8]) -> Result<Self, String> {
        let head: Head = ssokey_core::from_json(head).ok_or("the head cannot be read")?;
        let request = Request {
            method: &head.method,
            path: &head.path,
            query,
            content_type: head.content_type.as_deref(),
            authorization: head.authorization.as_deref(),
            body,
            source: head.source.as_deref(),
            now: head.now,
            entropy: eighty(entropy)?,
        };
        let settings = Settings { legacy_status: head.legacy_status, company: head.company };
        Ok(Self { state: State::Begun(ssokey_core::begin(&request, &settings)) })
    }

    /// Takes a command of the operator, as JSON.
    ///
    /// # Errors
    ///
    /// A message if `entropy` has another length.
    pub fn command(command: &str, now: f64, entropy: &[u8]) -> Result<Self, String> {
        let step = ssokey_core::begin_command(command, now as u64, eighty(entropy)?);
        Ok(Self { state: State::Begun(step) })
    }

    /// The first step without a reply, each next one with the reply to the call before, until `done`. A reply that cannot be
    /// read does not fit its call.
    ///
    /// # Errors
    ///
    /// A message if a reply is missing or too many.
    pub fn step(&mut self, reply: Option<String>) -> Result<String, String> {
        let step = match (core::mem::replace(&mut self.state, State::Done), reply) {
            (State::Begun(step), None) => step,
            (State::Waiting(waiting), Some(reply)) => waiting.step_json(&reply),
            (State::Begun(_), Some(_)) => return Err("the first step takes no reply".into()),
            (State::Waiting(_), None) => return Err("a reply is missing".into()),
            (State::Done, _) => return Err("the request is answered already".into()),
        };
        let json = match step {
            Step::Call(call, waiting) => {
                self.state = State::Waiting(waiting);
                StepJson::Call(call)
            }
            Step::Done(done) => StepJson::Done { done },
        };
        serde_json::to_string(&json).map_err(|_| "the JSON cannot be written".into())
    }
}

/// Answers the JSON of a `verify_password` or `hash_password` call with the Argon2id that ships.
///
/// # Errors
///
/// A message if it is no such call.
#[wasm_bindgen(js_name = answerPassword)]
pub fn answer_password(call: &str) -> Result<String, String> {
    let hashing: Hashing = ssokey_core::from_json(call)
        .ok_or("a `verify_password` or `hash_password` call was expected")?;
    serde_json::to_string(&hashing.compute_by(argon2id::argon2id))
        .map_err(|_| "the JSON cannot be written".into())
}

fn eighty(entropy: &[u8]) -> Result<[u8; ENTROPY_BYTES], &'static str> {
    entropy.try_into().map_err(|_| "`entropy` must have 80 bytes")
}

/// The SHA-256 digest under which a key or token is stored, as 64 hexadecimal digits.
#[wasm_bindgen]
#[must_use]
pub fn digest(text: &str) -> String {
    Digest::of(text.as_bytes()).to_string()
}

/// The canonical form of an e-mail address; nothing if it is none that the format accepts.
#[wasm_bindgen(js_name = canonicalEmail)]
#[must_use]
pub fn canonical_email(text: &str) -> Option<String> {
    Email::parse(text).map(|email| email.as_str().to_owned())
}
