//! Secrets must not leave: no text that the core hands out may hold one.

use super::table;
use crate::SsoKey;

/// Fails if `text` holds a secret of the explored requests.
pub(super) fn check(text: &str, key: &SsoKey) {
    for secret in table::secrets(key.expose()) {
        assert!(!text.contains(&secret), "a secret has left: {text}");
    }
}
