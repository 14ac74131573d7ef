//! Checks that no text that leaves the core holds a secret.

use super::table;
use crate::SsoKey;

/// Fails if `text` holds a secret of the explored requests.
pub(super) fn check(text: &str, key: &SsoKey) {
    for secret in table::secrets(key.expose()) {
        assert!(!text.contains(&secret), "a secret has left: {text}");
    }
}
