//! The judging of recordings as WebAssembly, for the Judge tab of the playground. It converts and decides nothing.

use ssokey_conformance::record::Record;
use ssokey_conformance::report;
use ssokey_conformance::suite::Suite;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// A recording that has been judged.
#[wasm_bindgen]
pub struct Judged(Record);

#[wasm_bindgen]
impl Judged {
    /// Judges a recording as `ssokey-check lint` does, which reports call by this name.
    ///
    /// # Errors
    ///
    /// It is not a recording: says why, and quotes nothing of it.
    #[wasm_bindgen(constructor)]
    pub fn new(recording: &[u8], name: &str) -> Result<Judged, JsError> {
        Suite::v1().passive().lint(recording, name).map(Self).map_err(JsError::from)
    }

    /// Returns the report as JSON.
    ///
    /// # Errors
    ///
    /// None that a text in memory could have.
    pub fn json(&self) -> Result<String, JsError> {
        written(|text| report::json(&self.0, text))
    }

    /// Returns the report as a page that loads nothing.
    ///
    /// # Errors
    ///
    /// None that a text in memory could have.
    pub fn page(&self) -> Result<String, JsError> {
        written(|text| report::html(&self.0, text))
    }
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Result<String, JsError> {
    let mut text = Vec::new();
    write(&mut text)?;
    Ok(String::from_utf8(text)?)
}
