//! Argon2id hashes as PHC strings: reads, bounds and computes them.
//!
//! Hashing is a call, so a host may run these functions on any thread, or replace them by its own.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use argon2::password_hash::phc::{self, Output, Salt};
use argon2::{ARGON2ID_IDENT, Argon2, Block, Params};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::Password;
use crate::value::word::words;

const VERSION: u32 = 19;
/// The costs and sizes of a new hash (`SSO-PWD-004`).
const NEW_COSTS: Costs = Costs { memory_kib: 19_456, passes: 2, lanes: 1 };
/// The beginning of a new hash, written out: the code that formats numbers would be a tenth of the module that hashes.
const NEW_PARAMETERS: &str = "$argon2id$v=19$m=19456,t=2,p=1";
const SALT_BYTES: usize = 16;
const TAG_BYTES: usize = 32;
/// The base64 digits of a new tag, which has more of them than a salt.
const TAG_DIGITS: usize = 43;

/// The highest costs that a stored hash may have, each inclusive (`SSO-RULE-006`).
const MAX_COSTS: Costs = Costs { memory_kib: 65_536, passes: 10, lanes: 4 };

/// The text in the place of a hash that the operator made unusable (`SSO-OPS-020`). It cannot be read, so no password matches it.
const DISABLED: &str = "!";

/// The fixed hash of `SSO-DIR-004`: its salt is `nobody's pepper.`, its tag 32 zero bytes.
const FIXED_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3MgcGVwcGVyLg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A stored password hash: a PHC string as the host keeps it, readable or not. It is not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

/// The costs of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Costs {
    /// Memory in KiB, 8 per lane to 65,536.
    pub memory_kib: u32,
    /// The number of passes over the memory, 1 to 10.
    pub passes: u32,
    /// The number of lanes of the memory, 1 to 4.
    pub lanes: u32,
}

/// A function that computes Argon2id version 19 of a password and a salt into a tag. All arguments are within Argon2's bounds. The
/// function fails if there is not enough memory.
pub type Argon2id =
    fn(password: &[u8], salt: &[u8], costs: Costs, tag: &mut [u8]) -> Result<(), OutOfMemory>;

/// Memory in which hashes are computed one after the other, so that an allocator does not hold 19 MiB for each that ever was.
///
/// It grows to what a hash needs. Once that is computed it holds zeros alone, and no more than the 19 MiB of a new hash.
///
/// ```
/// use ssokey_core::{Behalf, Hashing, Memory, Password, Reply};
///
/// let mut memory = Memory::new(); // one for each thread that hashes
/// let password = Password::parse("correct horse").unwrap();
/// let behalf = Behalf { keyed: true, company_id: None };
/// let hashing = Hashing::HashPassword { password, salt: [7; 16], behalf };
/// assert!(matches!(hashing.compute_in(&mut memory), Reply::Hashed { .. }));
/// ```
#[derive(Default)]
pub struct Memory(Vec<Block>);

/// The parts of a stored hash.
struct Stored {
    costs: Costs,
    salt: Salt,
    tag: Output,
}

words! {
    /// The outcome of comparing a password with a stored hash. Its word is the reply to a call that verifies.
    pub enum Verdict {
        /// The password is the one that was hashed.
        Match = "match",
        /// The password is a different one.
        NoMatch = "no_match",
        /// The stored hash is not an Argon2id PHC string, or costs more than m=65536 KiB, t=10 or p=4.
        Unreadable = "unreadable",
    }

    /// The kind of a stored hash, for an operator.
    #[non_exhaustive]
    pub enum HashKind {
        /// The hash has the costs of a new one.
        Current = "current",
        /// The hash can be read and has different costs, or a shorter salt or tag.
        Other = "other",
        /// The hash cannot be read: see [`Verdict::Unreadable`].
        Unreadable = "unreadable",
    }
}

/// The error of a hash for which there is not enough memory at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OutOfMemory;

impl fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is not enough memory for the hash at present")
    }
}

impl core::error::Error for OutOfMemory {}

/// Hashes `password` with `argon2id`, which is an [`Argon2id`] or the like: version 19, m=19456 KiB, t=2, p=1 and a tag of 32 bytes (`SSO-PWD-004`).
///
/// # Errors
///
/// [`OutOfMemory`] if 19 MiB cannot be allocated.
pub fn hash_password(
    password: &Password,
    salt: [u8; SALT_BYTES],
    argon2id: impl FnOnce(&[u8], &[u8], Costs, &mut [u8]) -> Result<(), OutOfMemory>,
) -> Result<PasswordHash, OutOfMemory> {
    let mut tag = [0; TAG_BYTES];
    argon2id(password.expose().as_bytes(), &salt, NEW_COSTS, &mut tag)?;
    let mut phc = String::from(NEW_PARAMETERS);
    for bytes in [&salt[..], &tag] {
        // INVARIANT: a PHC string can hold bytes of such sizes, so nothing but memory can be missing.
        let mut room = [0; TAG_DIGITS];
        let bytes = Output::new(bytes).map_err(|_| OutOfMemory)?;
        phc.push('$');
        phc.push_str(bytes.encode(&mut room).map_err(|_| OutOfMemory)?);
    }
    Ok(PasswordHash(phc))
}

/// Compares `password` with a stored hash in constant time. An unreadable hash is refused before any memory is taken
/// (`SSO-RULE-006`).
///
/// # Errors
///
/// [`OutOfMemory`] if the memory of the hash cannot be allocated.
pub fn verify_password(
    password: &Password,
    hash: &PasswordHash,
    argon2id: impl FnOnce(&[u8], &[u8], Costs, &mut [u8]) -> Result<(), OutOfMemory>,
) -> Result<Verdict, OutOfMemory> {
    let Some(Stored { costs, salt, tag }) = hash.readable() else {
        return Ok(Verdict::Unreadable);
    };
    let mut bytes = [0; Output::MAX_LENGTH];
    let computed = bytes.split_at_mut(tag.len()).0;
    argon2id(password.expose().as_bytes(), &salt, costs, computed)?;
    Ok(if Output::new(computed) == Ok(tag) { Verdict::Match } else { Verdict::NoMatch })
}

/// Computes Argon2id version 19 with the crate `argon2`.
///
/// # Errors
///
/// [`OutOfMemory`] if the memory cannot be allocated.
pub fn argon2id(
    password: &[u8],
    salt: &[u8],
    costs: Costs,
    tag: &mut [u8],
) -> Result<(), OutOfMemory> {
    // INVARIANT: the costs, the salt and the tag are within Argon2's bounds, so nothing but memory can be missing.
    costs
        .params()
        .and_then(|params| Argon2::from(params).hash_password_into(password, salt, tag))
        .map_err(|_| OutOfMemory)
}

impl Memory {
    /// Returns memory that takes none before the first hash.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Computes Argon2id version 19 like [`argon2id`], in this memory.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`] if the memory cannot grow.
    pub fn argon2id(
        &mut self,
        password: &[u8],
        salt: &[u8],
        costs: Costs,
        tag: &mut [u8],
    ) -> Result<(), OutOfMemory> {
        let params = costs.params().map_err(|_| OutOfMemory)?;
        let blocks = self.take(params.block_count())?;
        let computed =
            Argon2::from(params).hash_password_into_with_memory(password, salt, tag, &mut *blocks);
        // Whoever reads the blocks of a hash can guess at the password without its costs.
        blocks.iter_mut().zeroize();
        self.give_back();
        computed.map_err(|_| OutOfMemory)
    }

    fn take(&mut self, count: usize) -> Result<&mut [Block], OutOfMemory> {
        if count > self.0.capacity() {
            // Not at once with what is taken, which an allocator would have to keep for a copy.
            self.0 = Vec::new();
        }
        if let Some(more) = count.checked_sub(self.0.len()) {
            self.0.try_reserve_exact(more).map_err(|_| OutOfMemory)?;
            self.0.resize(count, Block::new());
        }
        self.0.get_mut(..count).ok_or(OutOfMemory)
    }

    /// Gives back what an unusual hash took beyond a new one.
    fn give_back(&mut self) {
        // INVARIANT: a block is a KiB.
        let most = NEW_COSTS.memory_kib as usize;
        self.0.truncate(most);
        self.0.shrink_to(most);
    }
}

/// It may hold what a password can be guessed by, so it is not printed.
impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory(..)")
    }
}

impl Costs {
    /// Returns whether the costs are within Argon2's own bounds.
    fn are_valid(self) -> bool {
        self.params().is_ok()
    }

    fn params(self) -> Result<Params, argon2::Error> {
        Params::new(self.memory_kib, self.passes, self.lanes, None)
    }
}

impl Stored {
    /// Returns whether the salt or the tag is shorter than that of a new hash.
    fn is_short(&self) -> bool {
        self.salt.len() < SALT_BYTES || self.tag.len() < TAG_BYTES
    }
}

impl PasswordHash {
    /// Wraps a PHC string as a host stored it, readable or not.
    #[must_use]
    pub const fn new(phc: String) -> Self {
        Self(phc)
    }

    /// Returns the fixed hash, which no password has. Verifying against it takes the time of a hash and ends in no match.
    pub(crate) fn fixed() -> Self {
        Self(FIXED_HASH.into())
    }

    /// Returns the text that stands for a password that the operator made unusable.
    pub(crate) fn disabled() -> Self {
        Self(DISABLED.into())
    }

    /// Returns the kind of the hash; none if the operator made it unusable.
    pub(crate) fn kind(&self) -> Option<HashKind> {
        if self.0 == DISABLED {
            return None;
        }
        Some(match self.readable() {
            None => HashKind::Unreadable,
            Some(stored) if stored.costs == NEW_COSTS && !stored.is_short() => HashKind::Current,
            Some(_) => HashKind::Other,
        })
    }

    /// Returns the PHC string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether a new hash of the same password would be stronger: this one has fewer KiB or passes, a shorter salt or
    /// tag, or a form that only the host can read.
    #[must_use]
    pub fn needs_rehash(&self) -> bool {
        self.read().is_none_or(|stored| {
            stored.costs.memory_kib < NEW_COSTS.memory_kib
                || stored.costs.passes < NEW_COSTS.passes
                || stored.is_short()
        })
    }

    /// Reads a hash that can be computed anew.
    fn readable(&self) -> Option<Stored> {
        self.read().filter(|stored| stored.costs.are_valid())
    }

    /// Reads a PHC string of Argon2id version 19, within the bounds, with salt and tag.
    fn read(&self) -> Option<Stored> {
        let phc = phc::PasswordHash::new(&self.0).ok()?;
        let cost = |name, most| phc.params.get_decimal(name).filter(|cost| *cost <= most);
        let readable = phc.algorithm == ARGON2ID_IDENT
            && phc.version == Some(VERSION)
            && phc.params.iter().count() == 3;
        let costs = Costs {
            memory_kib: cost("m", MAX_COSTS.memory_kib)?,
            passes: cost("t", MAX_COSTS.passes)?,
            lanes: cost("p", MAX_COSTS.lanes)?,
        };
        readable.then_some(Stored { costs, salt: phc.salt?, tag: phc.hash? })
    }
}

impl From<String> for PasswordHash {
    fn from(phc: String) -> Self {
        Self(phc)
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_holds_zeros_alone_after_a_hash_and_no_more_than_that_of_a_new_one() {
        let mut memory = Memory::new();
        let mut compute = |memory_kib, passes, lanes| {
            let costs = Costs { memory_kib, passes, lanes };
            memory.argon2id(b"a", b"nobody's pepper.", costs, &mut [0; 32]).unwrap();
            assert!(memory.0.iter().all(|block| block.as_ref().iter().all(|word| *word == 0)));
            (memory.0.len(), memory.0.capacity())
        };
        assert_eq!(compute(64, 2, 1), (64, 64));
        assert_eq!(compute(8, 1, 1), (64, 64));
        assert_eq!(compute(65_536, 1, 4), (19_456, 19_456));
    }
}
