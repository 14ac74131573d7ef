//! The calls that hash, carried out by the Argon2id that comes along.

use alloc::string::String;

use ssokey_core::{OutOfMemory, Password, PasswordHash, Verdict, hash_password, verify_password};
use ssokey_wasm::argon2id;

use crate::bindings::calls::{HashPassword, VerifyPassword};

/// Why there is no hash.
pub(crate) enum Trouble {
    /// There is not enough memory. There may be some in a second.
    Overloaded,
    /// The call is not one that core made: it has no such password, or no such salt.
    Failed,
}

pub(crate) fn verify(call: VerifyPassword) -> Result<Verdict, Trouble> {
    let password = Password::parse(&call.password).ok_or(Trouble::Failed)?;
    Ok(verify_password(&password, &PasswordHash::new(call.password_hash), argon2id)?)
}

pub(crate) fn hash(call: &HashPassword) -> Result<String, Trouble> {
    let password = Password::parse(&call.password).ok_or(Trouble::Failed)?;
    let salt = bytes(&call.salt).ok_or(Trouble::Failed)?;
    Ok(hash_password(&password, salt, argon2id)?.as_str().into())
}

impl From<OutOfMemory> for Trouble {
    fn from(OutOfMemory: OutOfMemory) -> Self {
        Self::Overloaded
    }
}

/// Reads 16 bytes in hexadecimal digits.
fn bytes(digits: &str) -> Option<[u8; 16]> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if pairs.len() != 16 || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}
