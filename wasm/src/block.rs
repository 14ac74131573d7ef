//! The blocks of Argon2 and the function that compresses two into one (RFC 9106, sections 3.5 and 3.6).
#![expect(
    clippy::indexing_slicing,
    reason = "an index counts rows, columns or words; none is read"
)]

use core::ops::BitXor;

use crate::quad::{Pair, Quad};

/// 1 KiB: eight rows of sixteen words, or eight columns of as many.
#[derive(Clone, Copy)]
pub(crate) struct Block([Pair; 64]);

impl Block {
    pub(crate) const BYTES: usize = 1024;
    pub(crate) const WORDS: usize = 128;
    pub(crate) const ZERO: Self = Self([Pair::new([0; 2]); 64]);

    /// A block that begins with these words; the others are zero.
    pub(crate) fn beginning<const N: usize>(words: [u64; N]) -> Self {
        let mut block = Self::ZERO;
        for (pair, words) in block.0.iter_mut().zip(words.as_chunks().0) {
            *pair = Pair::new(*words);
        }
        block
    }

    pub(crate) fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let mut words = [0; Self::WORDS];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        Self::beginning(words)
    }

    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let words = self.0.iter().flat_map(|pair| pair.words());
        for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
            *bytes = word.to_le_bytes();
        }
        bytes
    }

    pub(crate) fn word(&self, index: usize) -> u64 {
        let [even, odd] = self.0[index / 2].words();
        if index.is_multiple_of(2) { even } else { odd }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for row in 0..8 {
            self.set_row(row, self.row(row) ^ other.row(row));
        }
    }

    /// Adds what `one` and `other` compress to: the function G.
    #[inline(never)]
    pub(crate) fn add_compressed(&mut self, one: &Self, other: &Self) {
        let mut rows = Self::ZERO;
        for row in 0..8 {
            let words = one.row(row) ^ other.row(row);
            self.set_row(row, self.row(row) ^ words);
            rows.set_row(row, words.permute());
        }
        for column in 0..8 {
            self.set_column(column, self.column(column) ^ rows.column(column).permute());
        }
    }

    #[inline(always)]
    fn row(&self, row: usize) -> Matrix {
        self.read::<1>(8 * row)
    }

    #[inline(always)]
    fn set_row(&mut self, row: usize, words: Matrix) {
        self.write::<1>(8 * row, words);
    }

    #[inline(always)]
    fn column(&self, column: usize) -> Matrix {
        self.read::<8>(column)
    }

    #[inline(always)]
    fn set_column(&mut self, column: usize, words: Matrix) {
        self.write::<8>(column, words);
    }

    /// Eight pairs from `start` on, `STRIDE` apart.
    #[inline(always)]
    fn read<const STRIDE: usize>(&self, start: usize) -> Matrix {
        Matrix {
            a: Quad(self.0[start], self.0[start + STRIDE]),
            b: Quad(self.0[start + 2 * STRIDE], self.0[start + 3 * STRIDE]),
            c: Quad(self.0[start + 4 * STRIDE], self.0[start + 5 * STRIDE]),
            d: Quad(self.0[start + 6 * STRIDE], self.0[start + 7 * STRIDE]),
        }
    }

    #[inline(always)]
    fn write<const STRIDE: usize>(&mut self, start: usize, words: Matrix) {
        let Matrix { a, b, c, d } = words;
        (self.0[start], self.0[start + STRIDE]) = (a.0, a.1);
        (self.0[start + 2 * STRIDE], self.0[start + 3 * STRIDE]) = (b.0, b.1);
        (self.0[start + 4 * STRIDE], self.0[start + 5 * STRIDE]) = (c.0, c.1);
        (self.0[start + 6 * STRIDE], self.0[start + 7 * STRIDE]) = (d.0, d.1);
    }
}

/// Sixteen words as a matrix of four rows.
#[derive(Clone, Copy)]
struct Matrix {
    a: Quad,
    b: Quad,
    c: Quad,
    d: Quad,
}

impl Matrix {
    /// The permutation P: mixes the matrix's columns, then its diagonals.
    #[inline(always)]
    fn permute(self) -> Self {
        let Self { a, b, c, d } = self.mix();
        let diagonals = Self { a, b: b.turn::<1>(), c: c.turn::<2>(), d: d.turn::<3>() };
        let Self { a, b, c, d } = diagonals.mix();
        Self { a, b: b.turn::<3>(), c: c.turn::<2>(), d: d.turn::<1>() }
    }

    #[inline(always)]
    fn mix(self) -> Self {
        let Self { a, b, c, d } = self;
        let a = a.mix(b);
        let d = (d ^ a).rotate_right::<32>();
        let c = c.mix(d);
        let b = (b ^ c).rotate_right::<24>();
        let a = a.mix(b);
        let d = (d ^ a).rotate_right::<16>();
        let c = c.mix(d);
        let b = (b ^ c).rotate_right::<63>();
        Self { a, b, c, d }
    }
}

impl BitXor for Matrix {
    type Output = Self;

    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        Self { a: self.a ^ other.a, b: self.b ^ other.b, c: self.c ^ other.c, d: self.d ^ other.d }
    }
}
