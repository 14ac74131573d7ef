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
use core::iter::repeat_n;
use core::str::from_utf8;

use ssokey_core::{Costs, OutOfMemory, Password, PasswordHash, Verdict};
use zeroize::Zeroize;

use crate::arena::Arena;
use crate::argon2id::{Inputs, argon2id_of};

/// What a call came to, for those that give a number back. A length is never as large.
const OUT_OF_MEMORY: u32 = u32::MAX;
const INVALID: u32 = u32::MAX - 1;
const MATCH: u32 = 0;
const NO_MATCH: u32 = 1;
const UNREADABLE: u32 = 2;

static KEPT: Kept = Kept(UnsafeCell::new((Vec::new(), Arena::new())));

/// The buffer, and the memory for hashes.
struct Kept(UnsafeCell<(Vec<u8>, Arena)>);

// SAFETY: the module has one thread, so nothing is shared.
unsafe impl Sync for Kept {}

impl Kept {
    #[expect(clippy::mut_from_ref, reason = "the cell is that of the only thread")]
    fn get(&self) -> &mut (Vec<u8>, Arena) {
        // SAFETY: each export calls this once, and none calls a different one, so there is one reference at a time. The caller
        // writes between two calls only.
        unsafe { &mut *self.0.get() }
    }
}

/// Empties the buffer, makes room for so many bytes and returns their address; 0 if there is no memory.
#[unsafe(no_mangle)]
extern "C" fn reserve(length: usize) -> *const u8 {
    let (bytes, _) = KEPT.get();
    // Wipes all that was ever written to it.
    bytes.zeroize();
    if bytes.try_reserve_exact(length).is_err() {
        return core::ptr::null();
    }
    bytes.extend(repeat_n(0, length));
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
    let (bytes, arena) = KEPT.get();
    let costs = Costs { memory_kib, passes, lanes };
    let outcome = split(bytes, [password, salt, secret, associated_data]).map(
        |[password, salt, secret, associated_data]| {
            let inputs = Inputs { password, salt, secret, associated_data };
            argon2id_of(arena, &inputs, costs, tag)
        },
    );
    put(bytes, outcome, |sum, bytes| {
        sum.tag(bytes.get_mut(..tag)?);
        Some(tag)
    })
}

/// Compares a password with a PHC string, of which the buffer has so many bytes each.
#[unsafe(no_mangle)]
extern "C" fn verify(password: usize, hash: usize) -> u32 {
    let (bytes, arena) = KEPT.get();
    let outcome = split(bytes, [password, hash]).and_then(|[password, hash]| {
        let password = Password::parse(from_utf8(password).ok()?)?;
        let hash = PasswordHash::new(from_utf8(hash).ok()?.into());
        Some(ssokey_core::verify_password(&password, &hash, argon2id_in(arena)))
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
    let (bytes, arena) = KEPT.get();
    let outcome = split(bytes, [password, 16]).and_then(|[password, salt]| {
        let password = Password::parse(from_utf8(password).ok()?)?;
        Some(ssokey_core::hash_password(&password, salt.try_into().ok()?, argon2id_in(arena)))
    });
    put(bytes, outcome, |hash, bytes| {
        let hash = hash.as_str().as_bytes();
        bytes.get_mut(..hash.len())?.copy_from_slice(hash);
        Some(hash.len())
    })
}

/// Returns what computes [`ssokey_core::Argon2id`] in the arena.
fn argon2id_in(
    arena: &mut Arena,
) -> impl FnOnce(&[u8], &[u8], Costs, &mut [u8]) -> Result<(), OutOfMemory> {
    |password, salt, costs, tag| {
        let inputs = Inputs { password, salt, secret: &[], associated_data: &[] };
        argon2id_of(arena, &inputs, costs, tag.len()).map(|sum| sum.tag(tag))
    }
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

/// Puts what came of a call in the place of what went in, by a function that gives its length if there is room.
fn put<Output>(
    bytes: &mut [u8],
    outcome: Option<Result<Output, OutOfMemory>>,
    write: impl FnOnce(&Output, &mut [u8]) -> Option<usize>,
) -> u32 {
    bytes.zeroize();
    match outcome {
        Some(Ok(output)) => write(&output, bytes).map_or(INVALID, |length| length as u32),
        Some(Err(OutOfMemory)) => OUT_OF_MEMORY,
        None => INVALID,
    }
}
