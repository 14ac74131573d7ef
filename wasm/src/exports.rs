//! The exports of the module that hashes, which needs no bindings: a call's bytes lie one after the other in a buffer of the linear
//! memory, and so does what comes of it.
//!
//! ```text
//! reserve(length) -> address        then the caller writes the password, and the bytes that follow it
//! raw(...), verify(...), hash(...)  the caller reads at the same address
//! ```
#![expect(unsafe_code, reason = "the caller knows the exports by name, and the buffer by address")]

use alloc::vec::Vec;
use core::cell::UnsafeCell;
use core::str::from_utf8;

use ssokey_core::{Costs, OutOfMemory, Password, PasswordHash, Verdict};
use zeroize::{Zeroize, Zeroizing};

use crate::argon2id::{Inputs, argon2id, argon2id_of};

/// What a call came to, for those that give a number back. A length is never as large.
const OUT_OF_MEMORY: u32 = u32::MAX;
const INVALID: u32 = u32::MAX - 1;
const MATCH: u32 = 0;
const NO_MATCH: u32 = 1;
const UNREADABLE: u32 = 2;

static BUFFER: Buffer = Buffer(UnsafeCell::new(Vec::new()));

struct Buffer(UnsafeCell<Vec<u8>>);

// SAFETY: the module has one thread, so nothing is shared.
unsafe impl Sync for Buffer {}

impl Buffer {
    #[expect(clippy::mut_from_ref, reason = "the cell is that of the only thread")]
    fn bytes(&self) -> &mut Vec<u8> {
        // SAFETY: each export calls this once, and none calls a different one, so there is one reference at a time. The caller
        // writes between two calls only.
        unsafe { &mut *self.0.get() }
    }
}

/// Empties the buffer, makes room for so many bytes and returns their address; 0 if there is no memory.
#[unsafe(no_mangle)]
extern "C" fn reserve(length: usize) -> *const u8 {
    let bytes = BUFFER.bytes();
    // Wipes all that was ever written to it.
    bytes.zeroize();
    if bytes.try_reserve_exact(length).is_err() {
        return core::ptr::null();
    }
    bytes.resize(length, 0);
    bytes.as_ptr()
}

/// Computes the tag of a password, a salt, a secret and associated data, of which the buffer has so many bytes each, and puts it
/// at the buffer's beginning. Returns its length.
#[unsafe(no_mangle)]
extern "C" fn raw(
    password: usize,
    salt: usize,
    secret: usize,
    associated_data: usize,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    tag: usize,
) -> u32 {
    let bytes = BUFFER.bytes();
    let costs = Costs { memory_kib, passes, lanes };
    let outcome = split(bytes, [password, salt, secret, associated_data]).map(
        |[password, salt, secret, associated_data]| {
            let mut computed = Zeroizing::new(Vec::new());
            computed.try_reserve_exact(tag).map_err(|_| OutOfMemory)?;
            computed.resize(tag, 0);
            let inputs = Inputs { password, salt, secret, associated_data };
            argon2id_of(&inputs, costs, &mut computed).map(|()| computed)
        },
    );
    put(bytes, outcome)
}

/// Compares a password with a PHC string, of which the buffer has so many bytes each.
#[unsafe(no_mangle)]
extern "C" fn verify(password: usize, hash: usize) -> u32 {
    let bytes = BUFFER.bytes();
    let outcome = split(bytes, [password, hash]).and_then(|[password, hash]| {
        let password = Password::parse(from_utf8(password).ok()?)?;
        let hash = PasswordHash::new(from_utf8(hash).ok()?.into());
        Some(ssokey_core::verify_password(&password, &hash, argon2id))
    });
    bytes.zeroize();
    match outcome {
        Some(Ok(Verdict::Match)) => MATCH,
        Some(Ok(Verdict::NoMatch)) => NO_MATCH,
        Some(Ok(Verdict::Unreadable)) => UNREADABLE,
        Some(Err(OutOfMemory)) => OUT_OF_MEMORY,
        None => INVALID,
    }
}

/// Hashes a password with a salt of 16 bytes, and puts the PHC string at the buffer's beginning. Returns its length.
#[unsafe(no_mangle)]
extern "C" fn hash(password: usize) -> u32 {
    let bytes = BUFFER.bytes();
    let outcome = split(bytes, [password, 16]).and_then(|[password, salt]| {
        let password = Password::parse(from_utf8(password).ok()?)?;
        Some(ssokey_core::hash_password(&password, salt.try_into().ok()?, argon2id))
    });
    put(bytes, outcome.map(|hash| hash.map(|hash| hash.as_str().as_bytes().to_vec())))
}

/// Returns the parts of these lengths that the bytes begin with.
fn split<const N: usize>(bytes: &[u8], lengths: [usize; N]) -> Option<[&[u8]; N]> {
    let mut rest = bytes;
    let mut parts = [rest; N];
    for (part, length) in parts.iter_mut().zip(lengths) {
        (*part, rest) = rest.split_at_checked(length)?;
    }
    Some(parts)
}

/// Puts what came of a call in the place of what went in.
fn put<B: AsRef<[u8]>>(bytes: &mut [u8], outcome: Option<Result<B, OutOfMemory>>) -> u32 {
    bytes.zeroize();
    let Some(outcome) = outcome else { return INVALID };
    let Ok(output) = outcome else { return OUT_OF_MEMORY };
    let output = output.as_ref();
    let Some(room) = bytes.get_mut(..output.len()) else { return INVALID };
    room.copy_from_slice(output);
    output.len() as u32
}
