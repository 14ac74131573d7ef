//! The settings of a server, which are read once and serve every request or command.

use alloc::string::{String, ToString};

use wasm_bindgen::prelude::wasm_bindgen;

/// The settings of a server, each within its bounds.
#[wasm_bindgen]
pub struct Settings(pub(crate) ssokey_core::Settings);

#[wasm_bindgen]
impl Settings {
    /// Reads settings from JSON. A member that is `null` or not there keeps its default.
    ///
    /// ```json
    /// {"legacyStatus":false,"company":null,"products":["accounts","livechat"],"tokenLifetime":3600000,"codeLifetime":60000,
    ///  "operations":["sign_on","session"]}
    /// ```
    ///
    /// # Errors
    ///
    /// A message that names the member that is outside its bounds.
    #[wasm_bindgen(constructor)]
    pub fn new(json: &str) -> Result<Self, String> {
        ssokey_core::Settings::from_json(json).map(Self).map_err(|error| error.to_string())
    }
}
