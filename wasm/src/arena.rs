//! The memory that hashes are computed in, one after the other.

use alloc::vec::Vec;
use core::hint::black_box;
use core::iter::repeat_n;

use ssokey_core::OutOfMemory;

use crate::block::Block;

/// The blocks of a hash of today's costs. With fewer, the first hash that needs more would leave a hole in the linear memory, which has
/// never given anything back.
const LEAST: usize = 19_456;

/// Blocks that are lent to one computation at a time and kept for the next. They are zero in between: who has them has the hash at no
/// cost of memory.
pub(crate) struct Arena(Vec<Block>);

impl Arena {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Lends so many blocks.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`] if there are fewer, and no more can be had.
    pub(crate) fn lend<Outcome>(
        &mut self,
        count: usize,
        compute: impl FnOnce(&mut [Block]) -> Outcome,
    ) -> Result<Outcome, OutOfMemory> {
        let Self(blocks) = self;
        if blocks.len() < count {
            // Gone before the new ones come, or there would have to be room for both.
            *blocks = Vec::new();
            let enough = count.max(LEAST);
            blocks.try_reserve_exact(enough).map_err(|_| OutOfMemory)?;
            blocks.extend(repeat_n(Block::ZERO, enough));
        }
        let lent = blocks.get_mut(..count).ok_or(OutOfMemory)?;
        let outcome = compute(lent);
        lent.fill(Block::ZERO);
        // They must be zero also where nobody is seen to read them.
        black_box(lent);
        Ok(outcome)
    }
}
