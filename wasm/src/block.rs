//! The blocks of Argon2: 1 KiB, of which some code sees words and some code vectors (RFC 9106, section 3.2).

#[cfg(target_feature = "simd128")]
use core::arch::wasm32::{u64x2, v128};

/// Eight rows of sixteen words, or eight columns of as many.
#[derive(Clone, Copy)]
pub(crate) struct Block(Store);

#[cfg(target_feature = "simd128")]
type Store = [v128; 64];
#[cfg(not(target_feature = "simd128"))]
type Store = [u64; Block::WORDS];

#[cfg(target_feature = "simd128")]
const NOTHING: Store = [u64x2(0, 0); 64];
#[cfg(not(target_feature = "simd128"))]
const NOTHING: Store = [0; Block::WORDS];

impl Block {
    pub(crate) const BYTES: usize = 1024;
    pub(crate) const WORDS: usize = 128;
    pub(crate) const ZERO: Self = Self(NOTHING);

    /// Returns a block that begins with these words; the others are zero.
    pub(crate) fn beginning<const N: usize>(words: [u64; N]) -> Self {
        let mut block = Self::ZERO;
        for (place, word) in block.words_mut().iter_mut().zip(words) {
            *place = word;
        }
        block
    }

    pub(crate) fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let mut block = Self::ZERO;
        for (word, bytes) in block.words_mut().iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        block
    }

    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(self.words()) {
            *bytes = word.to_le_bytes();
        }
        bytes
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (word, other) in self.words_mut().iter_mut().zip(other.words()) {
            *word ^= other;
        }
    }
}

#[cfg(target_feature = "simd128")]
impl Block {
    pub(crate) fn words(&self) -> &[u64; Self::WORDS] {
        bytemuck::must_cast_ref(&self.0)
    }

    pub(crate) fn words_mut(&mut self) -> &mut [u64; Self::WORDS] {
        bytemuck::must_cast_mut(&mut self.0)
    }

    pub(crate) fn vectors(&self) -> &[v128; 64] {
        &self.0
    }

    pub(crate) fn vectors_mut(&mut self) -> &mut [v128; 64] {
        &mut self.0
    }
}

#[cfg(not(target_feature = "simd128"))]
impl Block {
    pub(crate) fn words(&self) -> &[u64; Self::WORDS] {
        &self.0
    }

    pub(crate) fn words_mut(&mut self) -> &mut [u64; Self::WORDS] {
        &mut self.0
    }
}
