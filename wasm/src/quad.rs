//! Words of 64 bits that are computed on four at a time, in two of wasm's registers of 128 bits.
//!
//! The instructions are those of which engines make one of the processor's: shuffles of words and half words, not of bytes, whose table
//! they would build anew each time; hence the shifts, and halves that are packed once for all four products.

use core::arch::wasm32::{
    u32x4_shuffle, u64x2_add, u64x2_extmul_high_u32x4, u64x2_extmul_low_u32x4, u64x2_shl,
    u64x2_shr, u64x2_shuffle, v128, v128_or, v128_xor,
};
use core::ops::BitXor;

/// Four words.
#[derive(Clone, Copy)]
pub(crate) struct Quad(pub(crate) v128, pub(crate) v128);

impl Quad {
    /// `a + b + 2 * low(a) * low(b)` of each two words, where `low` is the lower half.
    #[inline(always)]
    pub(crate) fn mix(self, other: Self) -> Self {
        let lows = u32x4_shuffle::<0, 2, 4, 6>(self.0, self.1);
        let others = u32x4_shuffle::<0, 2, 4, 6>(other.0, other.1);
        Self(
            add_twice(self.0, other.0, u64x2_extmul_low_u32x4(lows, others)),
            add_twice(self.1, other.1, u64x2_extmul_high_u32x4(lows, others)),
        )
    }

    /// Each word with its bits rotated to the right.
    #[inline(always)]
    pub(crate) fn rotate_right<const BITS: u32>(self) -> Self {
        Self(rotate_right::<BITS>(self.0), rotate_right::<BITS>(self.1))
    }

    /// The words rotated to the left by one, two or three places.
    #[inline(always)]
    pub(crate) fn turn<const PLACES: usize>(self) -> Self {
        let Self(first, second) = self;
        match PLACES {
            1 => Self(straddle(first, second), straddle(second, first)),
            2 => Self(second, first),
            _ => Self(straddle(second, first), straddle(first, second)),
        }
    }
}

impl BitXor for Quad {
    type Output = Self;

    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        Self(v128_xor(self.0, other.0), v128_xor(self.1, other.1))
    }
}

#[inline(always)]
fn rotate_right<const BITS: u32>(words: v128) -> v128 {
    match BITS {
        32 => u32x4_shuffle::<1, 0, 3, 2>(words, words),
        _ => v128_or(u64x2_shr(words, BITS), u64x2_shl(words, 64 - BITS)),
    }
}

/// The second word of two and the first of the next two.
#[inline(always)]
fn straddle(words: v128, next: v128) -> v128 {
    u64x2_shuffle::<1, 2>(words, next)
}

/// `a + b + 2 * product`
#[inline(always)]
fn add_twice(a: v128, b: v128, product: v128) -> v128 {
    u64x2_add(u64x2_add(a, b), u64x2_add(product, product))
}
