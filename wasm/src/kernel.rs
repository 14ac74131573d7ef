//! The compression function of Argon2 (RFC 9106, sections 3.5 and 3.6), nearly all of what a sign-on costs.
//!
//! # Why it is fast
//!
//! A block is eight rows to permute, then eight columns. No two rows depend on each other, and a processor has registers and units for
//! vectors beside those for words. So rows are permuted in pairs, one in vectors of 128 bits and one in words of 64, and the instructions
//! of the two alternate: neither the units for vectors nor those for words wait while the other half works. A vector holds two words, so
//! vectors do a row in half as many instructions, but each of theirs takes more of the processor, and there is no rotation of words.
//!
//! What is left is to keep engines from undoing it. Of the words, sixteen to a row, too many to be in registers beside all else, each
//! lies in memory but for the quarter of a round that it is needed in: a processor reads and writes them for next to nothing. As locals
//! of a function they would be moved to and fro by the hundred, for an engine reorders what is not tied to memory. [`black_box`] is what
//! ties it. Of nothing it is no instruction, and the compiler of Rust moves no access to memory across it. Of a vector it is a store and a
//! load, so that what depends on that vector stays in its place in the engine too.
//!
//! LLVM would make a shift, a mask and a multiplication of twice a product of two halves, and would add up in an order in which the sum
//! waits for the product. Hence [`product`] and [`twice`], which `wasm-opt -O3` inlines where LLVM may not; without that this takes twice
//! the time or more, so a test looks into the module. The other functions that LLVM may not inline are the bodies of loops, to have their
//! addresses as constants; each has one caller, into which wasm-opt puts it.
//!
//! The crate is compiled for size: closures, loops and what is not inlined by hand would cost most here.

use core::arch::wasm32::{v128, v128_xor};
use core::hint::black_box;

use crate::block::Block;
use crate::quad::Quad;

/// The sixteen words of a row or column.
type Vectors = [v128; 8];
/// Two rows.
type Rows = [v128; 16];
/// Two columns, of which each row has two vectors, with what stands between.
type Columns = [v128; 58];

/// Adds what `one` and `other` compress to (section 3.5) to `out`, or puts it there. `rows` holds what there is meanwhile.
#[inline(never)]
pub(crate) fn compress(out: &mut Block, one: &Block, other: &Block, rows: &mut Block, put: bool) {
    let (out, rows) = (out.vectors_mut(), rows.vectors_mut());
    let outs = out.as_chunks_mut().0.iter_mut().zip(rows.as_chunks_mut().0);
    let inputs = one.vectors().as_chunks().0.iter().zip(other.vectors().as_chunks().0);
    for ((out, rows), (one, other)) in outs.zip(inputs) {
        add(out, one, other, rows, put);
    }
    for pair in rows.as_chunks_mut().0 {
        permute_rows(pair);
    }
    for place in [0, 2, 4, 6] {
        let columns =
            [&mut *out, &mut *rows].map(|block| block.get_mut(place..)?.first_chunk_mut());
        let [Some(out), Some(columns)] = columns else { return };
        permute_columns(out, columns);
    }
    for (out, row) in out.as_chunks_mut().0.iter_mut().zip(rows.as_chunks().0) {
        add_second(out, row);
    }
}

/// Puts the sum of `one` and `other` into `rows`, and adds it to `out` or puts it there. What is there before the first pass need not be
/// read, then.
#[inline(never)]
fn add(out: &mut [v128; 4], one: &[v128; 4], other: &[v128; 4], rows: &mut [v128; 4], put: bool) {
    let sums = sums(one, other);
    *rows = sums;
    *out = if put { sums } else { self::sums(out, &sums) };
}

#[inline(always)]
fn sums(one: &[v128; 4], other: &[v128; 4]) -> [v128; 4] {
    let ([a, b, c, d], [e, f, g, h]) = (*one, *other);
    [v128_xor(a, e), v128_xor(b, f), v128_xor(c, g), v128_xor(d, h)]
}

/// Adds each second vector of a row, which is that of a column that was permuted in words.
#[inline(never)]
fn add_second(out: &mut Vectors, row: &Vectors) {
    out[1] = v128_xor(out[1], row[1]);
    out[3] = v128_xor(out[3], row[3]);
    out[5] = v128_xor(out[5], row[5]);
    out[7] = v128_xor(out[7], row[7]);
}

/// Permutes the first row in vectors and the second in words.
#[inline(never)]
fn permute_rows(rows: &mut Rows) {
    let [first, second]: &mut [Vectors; 2] = bytemuck::must_cast_mut(rows);
    *first = permute::<16, 0, 2>(*first, bytemuck::must_cast_mut(second));
}

/// Permutes the first column in vectors and adds it to `out`, and the second in words, which stay in `columns`.
#[inline(never)]
fn permute_columns(out: &mut Columns, columns: &mut Columns) {
    let [a, b, c, d] = [columns[0], columns[8], columns[16], columns[24]];
    let [e, f, g, h] = [columns[32], columns[40], columns[48], columns[56]];
    let words: &mut [u64; 116] = bytemuck::must_cast_mut(columns);
    let [a, b, c, d, e, f, g, h] = permute::<116, 2, 16>([a, b, c, d, e, f, g, h], words);
    out[0] = v128_xor(out[0], a);
    out[8] = v128_xor(out[8], b);
    out[16] = v128_xor(out[16], c);
    out[24] = v128_xor(out[24], d);
    out[32] = v128_xor(out[32], e);
    out[40] = v128_xor(out[40], f);
    out[48] = v128_xor(out[48], g);
    out[56] = v128_xor(out[56], h);
}

/// The permutation P of sixteen words in vectors, and of sixteen in place: pairs of which the first begins at `START` and each next one
/// `STEP` words later.
#[inline(always)]
fn permute<const LENGTH: usize, const START: usize, const STEP: usize>(
    vectors: Vectors,
    words: &mut [u64; LENGTH],
) -> Vectors {
    // From here on the compiler does not know who else reads the words.
    let words = Words::<LENGTH, START, STEP>(black_box(words));
    let words = words.mix(0, 4, 8, 12).mix(1, 5, 9, 13);
    let matrix = Matrix::of(vectors).mix::<32, 24>().pinned();
    let words = words.mix(2, 6, 10, 14).mix(3, 7, 11, 15);
    let matrix = matrix.mix::<16, 63>().pinned().diagonals();
    let words = words.mix(0, 5, 10, 15).mix(1, 6, 11, 12);
    let matrix = matrix.mix::<32, 24>().pinned();
    words.mix(2, 7, 8, 13).mix(3, 4, 9, 14);
    matrix.mix::<16, 63>().columns().vectors()
}

/// Sixteen words in memory.
struct Words<'a, const LENGTH: usize, const START: usize, const STEP: usize>(&'a mut [u64; LENGTH]);

impl<const LENGTH: usize, const START: usize, const STEP: usize> Words<'_, LENGTH, START, STEP> {
    /// GB of four of them.
    #[inline(always)]
    fn mix(self, a: usize, b: usize, c: usize, d: usize) -> Self {
        let (i, j, k, l) = (Self::at(a), Self::at(b), Self::at(c), Self::at(d));
        let (a, b, c, d) = (self.0[i], self.0[j], self.0[k], self.0[l]);
        let a = add_twice(a, b);
        let d = (d ^ a).rotate_right(32);
        let c = add_twice(c, d);
        let b = (b ^ c).rotate_right(24);
        let a = add_twice(a, b);
        let d = (d ^ a).rotate_right(16);
        let c = add_twice(c, d);
        let b = (b ^ c).rotate_right(63);
        (self.0[i], self.0[j], self.0[k], self.0[l]) = (a, b, c, d);
        black_box(());
        self
    }

    #[inline(always)]
    const fn at(index: usize) -> usize {
        START + index / 2 * STEP + index % 2
    }
}

/// `a + b + 2 * low(a) * low(b)`, where `low` is the lower half.
#[inline(always)]
fn add_twice(a: u64, b: u64) -> u64 {
    twice(a.wrapping_add(b), product(a, b))
}

/// The product of the lower halves. It is inlined by wasm-opt.
#[inline(never)]
fn product(a: u64, b: u64) -> u64 {
    u64::from(a as u32) * u64::from(b as u32)
}

/// `sum + 2 * product`, likewise.
#[inline(never)]
fn twice(sum: u64, product: u64) -> u64 {
    sum.wrapping_add(product << 1)
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
    #[inline(always)]
    fn of([a, b, c, d, e, f, g, h]: Vectors) -> Self {
        Self { a: Quad(a, b), b: Quad(c, d), c: Quad(e, f), d: Quad(g, h) }
    }

    #[inline(always)]
    fn vectors(self) -> Vectors {
        let Self { a, b, c, d } = self;
        [a.0, a.1, b.0, b.1, c.0, c.1, d.0, d.1]
    }

    /// Half of GB, of all four columns.
    #[inline(always)]
    fn mix<const FIRST: u32, const SECOND: u32>(self) -> Self {
        let Self { a, b, c, d } = self;
        let a = a.mix(b);
        let d = (d ^ a).rotate_right::<FIRST>();
        let c = c.mix(d);
        let b = (b ^ c).rotate_right::<SECOND>();
        Self { a, b, c, d }
    }

    /// Makes columns of the diagonals.
    #[inline(always)]
    fn diagonals(self) -> Self {
        let Self { a, b, c, d } = self;
        Self { a, b: b.turn::<1>(), c: c.turn::<2>(), d: d.turn::<3>() }
    }

    /// Makes diagonals of the columns.
    #[inline(always)]
    fn columns(self) -> Self {
        let Self { a, b, c, d } = self;
        Self { a, b: b.turn::<3>(), c: c.turn::<2>(), d: d.turn::<1>() }
    }

    /// Keeps what comes before in front of what comes after, at the cost of one vector.
    #[inline(always)]
    fn pinned(self) -> Self {
        let Self { a, b: Quad(first, second), c, d } = self;
        Self { a, b: Quad(black_box(first), second), c, d }
    }
}
