//! Argon2id hashes as PHC strings: reading, bounding, computing.
//!
//! Hashing is a call like any other, so a host may run these functions where it likes, or its own in their place.

use alloc::string::{String, ToString};
use core::fmt;

use argon2::password_hash::{self, PasswordHasher, PasswordVerifier, phc};
use argon2::{ARGON2ID_IDENT, Argon2, Params, Version};
use serde::{Deserialize, Serialize};

use crate::Password;

/// A new hash's costs and sizes (`SSO-PWD-004`).
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;
const TAG_BYTES: usize = 32;

/// The most that a stored hash may ask for, each inclusive (`SSO-RULE-006`).
const MOST: [(&str, u32); 3] = [("m", 65_536), ("t", 10), ("p", 4)];

/// The salt is `nobody's pepper.`, the tag 32 zero bytes.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3MgcGVwcGVyLg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A stored password hash: a PHC string as the host keeps it, readable or not. Not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

/// What comparing a password with a stored hash gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is the one that was hashed.
    Match,
    /// It is another.
    NoMatch,
    /// The stored hash is no Argon2id PHC string, or asks for more than m=65536 KiB, t=10 or p=4.
    Unreadable,
}

/// There is no memory for the hash at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

/// Hashes `password` with Argon2id version 19, m=19456 KiB, t=2, p=1 and a tag of 32 bytes (`SSO-PWD-004`).
///
/// # Errors
///
/// [`OutOfMemory`] if 19 MiB cannot be had.
pub fn hash_password(
    password: &Password,
    salt: [u8; SALT_BYTES],
) -> Result<PasswordHash, OutOfMemory> {
    // INVARIANT: the costs, the salt and the tag are within Argon2's bounds, so memory is all that can lack.
    Params::new(MEMORY_KIB, PASSES, LANES, Some(TAG_BYTES))
        .map(Argon2::from)
        .map_err(password_hash::Error::from)
        .and_then(|argon2| argon2.hash_password_with_salt(password.expose().as_bytes(), &salt))
        .map(|phc| PasswordHash(phc.to_string()))
        .map_err(|_| OutOfMemory)
}

/// Compares `password` with a stored hash in constant time; an unreadable hash takes no memory (`SSO-RULE-006`).
///
/// # Errors
///
/// [`OutOfMemory`] if the memory that the hash asks for cannot be had.
pub fn verify_password(password: &Password, hash: &PasswordHash) -> Result<Verdict, OutOfMemory> {
    let Some(stored) = hash.read() else {
        return Ok(Verdict::Unreadable);
    };
    match Argon2::default().verify_password(password.expose().as_bytes(), &stored) {
        Ok(()) => Ok(Verdict::Match),
        Err(password_hash::Error::PasswordInvalid) => Ok(Verdict::NoMatch),
        Err(password_hash::Error::OutOfMemory) => Err(OutOfMemory),
        Err(_) => Ok(Verdict::Unreadable),
    }
}

impl PasswordHash {
    /// Takes a PHC string as a host stored it.
    #[must_use]
    pub const fn new(phc: String) -> Self {
        Self(phc)
    }

    /// A hash of today's costs that no password has: verifying against it takes the time of a hash and ends in no match.
    pub(crate) fn of_nobody() -> Self {
        Self(NOBODY.into())
    }

    /// The PHC string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a new hash of the same password would be stronger: fewer KiB or passes, a shorter salt or tag than
    /// today's, or a form that only the host can read.
    #[must_use]
    pub fn needs_rehash(&self) -> bool {
        self.read().is_none_or(|stored| {
            let cost = |name| stored.params.get_decimal(name);
            cost("m") < Some(MEMORY_KIB)
                || cost("t") < Some(PASSES)
                || stored.salt.is_none_or(|salt| salt.len() < SALT_BYTES)
                || stored.hash.is_none_or(|tag| tag.len() < TAG_BYTES)
        })
    }

    /// Reads a PHC string that may be computed: Argon2id version 19, within the bounds, with salt and tag.
    fn read(&self) -> Option<phc::PasswordHash> {
        let phc = phc::PasswordHash::new(&self.0).ok()?;
        let within = |(name, most)| phc.params.get_decimal(name).is_some_and(|cost| cost <= most);
        let readable = phc.algorithm == ARGON2ID_IDENT
            && phc.version == Some(Version::V0x13.into())
            && phc.params.iter().count() == MOST.len()
            && MOST.into_iter().all(within)
            && phc.salt.is_some()
            && phc.hash.is_some();
        readable.then_some(phc)
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}
