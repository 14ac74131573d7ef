//! Argon2id over memory that is used again.
//!
//! An allocator may keep the 19 MiB of a hash to itself for each thread that ever computed one, so a server that allocates
//! them anew grows with every user.

use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use ssokey_core::{Costs, OutOfMemory};

/// The memory that no hash is being computed in: as many pieces as hashes were ever computed at the same time.
static FREE: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// Computes Argon2id version 19 as the core does.
///
/// # Errors
///
/// [`OutOfMemory`] if the memory cannot be allocated.
pub(crate) fn argon2id(
    password: &[u8],
    salt: &[u8],
    costs: Costs,
    tag: &mut [u8],
) -> Result<(), OutOfMemory> {
    let Costs { memory_kib, passes, lanes } = costs;
    let params = Params::new(memory_kib, passes, lanes, Some(tag.len()));
    let params = params.map_err(|_| OutOfMemory)?;
    let count = params.block_count();
    let mut blocks = free().pop().unwrap_or_default();
    if let Some(more) = count.checked_sub(blocks.len()) {
        blocks.try_reserve_exact(more).map_err(|_| OutOfMemory)?;
        blocks.resize(count, Block::new());
    }
    let used = blocks.get_mut(..count).ok_or(OutOfMemory)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let computed = argon2.hash_password_into_with_memory(password, salt, tag, used);
    free().push(blocks);
    computed.map_err(|_| OutOfMemory)
}

fn free() -> MutexGuard<'static, Vec<Vec<Block>>> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_does_not_depend_on_what_was_computed_there_before() {
        let check = |password: &[u8], memory_kib, passes, lanes, length| {
            let costs = Costs { memory_kib, passes, lanes };
            let (mut mine, mut cores) = (vec![0; length], vec![0; length]);
            argon2id(password, b"nobody's pepper.", costs, &mut mine).unwrap();
            ssokey_core::argon2id(password, b"nobody's pepper.", costs, &mut cores).unwrap();
            assert_eq!(mine, cores);
        };
        for (memory_kib, passes, lanes, length) in
            [(64, 2, 1, 32), (8, 1, 1, 32), (256, 3, 4, 64), (64, 2, 1, 16)]
        {
            check(b"a", memory_kib, passes, lanes, length);
            check(b"b", memory_kib, passes, lanes, length);
        }
    }
}
