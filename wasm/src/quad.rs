//! Words of 64 bits that are computed on four at a time: in wasm in registers of 128 bits, which is what makes the Argon2id that
//! ships faster than the crate's; elsewhere, for the tests and lints, one by one.
//!
//! The compiler optimises the module for size, so what every block goes through is inlined here by hand and has no closure.

use core::ops::BitXor;

pub(crate) use lanes::Pair;

/// Four words.
#[derive(Clone, Copy)]
pub(crate) struct Quad(pub(crate) Pair, pub(crate) Pair);

impl BitXor for Quad {
    type Output = Self;

    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        Self(self.0 ^ other.0, self.1 ^ other.1)
    }
}

#[cfg(target_feature = "simd128")]
mod lanes {
    use core::arch::wasm32::{
        u32x4_shuffle, u64x2, u64x2_add, u64x2_extmul_high_u32x4, u64x2_extmul_low_u32x4,
        u64x2_extract_lane, u64x2_shl, u64x2_shr, u64x2_shuffle, v128, v128_or, v128_xor,
    };
    use core::ops::BitXor;

    use super::Quad;

    /// Two words.
    #[derive(Clone, Copy)]
    pub(crate) struct Pair(v128);

    impl Pair {
        #[inline(always)]
        pub(crate) const fn new(words: [u64; 2]) -> Self {
            Self(u64x2(words[0], words[1]))
        }

        #[inline(always)]
        pub(crate) fn words(self) -> [u64; 2] {
            [u64x2_extract_lane::<0>(self.0), u64x2_extract_lane::<1>(self.0)]
        }

        /// Engines compile a shuffle of bytes into a table that is built anew each time, hence the shifts.
        #[inline(always)]
        fn rotate_right<const BITS: u32>(self) -> Self {
            Self(match BITS {
                32 => u32x4_shuffle::<1, 0, 3, 2>(self.0, self.0),
                _ => v128_or(u64x2_shr(self.0, BITS), u64x2_shl(self.0, 64 - BITS)),
            })
        }

        /// The second word of this pair and the first of the next.
        #[inline(always)]
        fn straddle(self, next: Self) -> Self {
            Self(u64x2_shuffle::<1, 2>(self.0, next.0))
        }

        /// `self + other + 2 * product`
        #[inline(always)]
        fn add_twice(self, other: Self, product: v128) -> Self {
            Self(u64x2_add(u64x2_add(self.0, other.0), u64x2_add(product, product)))
        }
    }

    impl BitXor for Pair {
        type Output = Self;

        #[inline(always)]
        fn bitxor(self, other: Self) -> Self {
            Self(v128_xor(self.0, other.0))
        }
    }

    impl Quad {
        /// `a + b + 2 * low(a) * low(b)` of each two words, where `low` is the lower half.
        #[inline(always)]
        pub(crate) fn mix(self, other: Self) -> Self {
            let lows = u32x4_shuffle::<0, 2, 4, 6>(self.0.0, self.1.0);
            let others = u32x4_shuffle::<0, 2, 4, 6>(other.0.0, other.1.0);
            Self(
                self.0.add_twice(other.0, u64x2_extmul_low_u32x4(lows, others)),
                self.1.add_twice(other.1, u64x2_extmul_high_u32x4(lows, others)),
            )
        }

        /// Each word with its bits rotated to the right.
        #[inline(always)]
        pub(crate) fn rotate_right<const BITS: u32>(self) -> Self {
            Self(self.0.rotate_right::<BITS>(), self.1.rotate_right::<BITS>())
        }

        /// The words rotated to the left by one, two or three places.
        #[inline(always)]
        pub(crate) fn turn<const PLACES: usize>(self) -> Self {
            let Self(first, second) = self;
            match PLACES {
                1 => Self(first.straddle(second), second.straddle(first)),
                2 => Self(second, first),
                _ => Self(second.straddle(first), first.straddle(second)),
            }
        }
    }
}

#[cfg(not(target_feature = "simd128"))]
mod lanes {
    use core::ops::BitXor;

    use super::Quad;

    /// Two words.
    #[derive(Clone, Copy)]
    pub(crate) struct Pair([u64; 2]);

    impl Pair {
        pub(crate) const fn new(words: [u64; 2]) -> Self {
            Self(words)
        }

        pub(crate) fn words(self) -> [u64; 2] {
            self.0
        }
    }

    impl BitXor for Pair {
        type Output = Self;

        fn bitxor(self, other: Self) -> Self {
            let ([a, b], [c, d]) = (self.0, other.0);
            Self([a ^ c, b ^ d])
        }
    }

    impl Quad {
        pub(crate) fn mix(self, other: Self) -> Self {
            let ([a, b, c, d], [e, f, g, h]) = (self.words(), other.words());
            Self::of([mix(a, e), mix(b, f), mix(c, g), mix(d, h)])
        }

        pub(crate) fn rotate_right<const BITS: u32>(self) -> Self {
            Self::of(self.words().map(|word| word.rotate_right(BITS)))
        }

        pub(crate) fn turn<const PLACES: usize>(self) -> Self {
            let mut words = self.words();
            words.rotate_left(PLACES);
            Self::of(words)
        }

        fn words(self) -> [u64; 4] {
            let (Pair([a, b]), Pair([c, d])) = (self.0, self.1);
            [a, b, c, d]
        }

        fn of([a, b, c, d]: [u64; 4]) -> Self {
            Self(Pair([a, b]), Pair([c, d]))
        }
    }

    fn mix(a: u64, b: u64) -> u64 {
        let product = u64::from(a as u32) * u64::from(b as u32);
        a.wrapping_add(b).wrapping_add(product << 1)
    }
}
