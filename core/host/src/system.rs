//! What core does not have: the time, and random bytes.

use std::fmt;
use std::time::SystemTime;

use ssokey_core::ENTROPY_BYTES;

/// The error of a system that gives no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoEntropy;

impl fmt::Display for NoEntropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the system gives no random bytes")
    }
}

impl std::error::Error for NoEntropy {}

/// Returns the present time in milliseconds since 1970, by the clock of the system.
#[must_use]
pub fn now() -> u64 {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX)
}

/// Returns random bytes of the system for one request or command.
///
/// # Errors
///
/// The system gives none.
pub fn entropy() -> Result<[u8; ENTROPY_BYTES], NoEntropy> {
    let mut entropy = [0; ENTROPY_BYTES];
    getrandom::fill(&mut entropy).map_err(|_| NoEntropy)?;
    Ok(entropy)
}
