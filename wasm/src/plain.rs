//! The compression function as RFC 9106 has it, word by word: what native builds of this crate compute with, for tests and lints, and
//! what the kernel is held against.
#![expect(clippy::indexing_slicing, reason = "every index is below 16 or below 128")]

use crate::block::Block;

/// Adds what `one` and `other` compress to (section 3.5) to `out`, or puts it there. `rows` holds what there is meanwhile.
pub(crate) fn compress(out: &mut Block, one: &Block, other: &Block, rows: &mut Block, put: bool) {
    *rows = *one;
    rows.add(other);
    let sum = *rows;
    let words = rows.words_mut();
    for row in 0..8 {
        permute(words, |index| 16 * row + index);
    }
    for column in 0..8 {
        permute(words, |index| 16 * (index / 2) + 2 * column + index % 2);
    }
    if put {
        *out = Block::ZERO;
    }
    out.add(&sum);
    out.add(rows);
}

/// The permutation P of the sixteen words at these places (section 3.6).
fn permute(words: &mut [u64; Block::WORDS], at: impl Fn(usize) -> usize) {
    for [a, b, c, d] in [
        [0, 4, 8, 12],
        [1, 5, 9, 13],
        [2, 6, 10, 14],
        [3, 7, 11, 15],
        [0, 5, 10, 15],
        [1, 6, 11, 12],
        [2, 7, 8, 13],
        [3, 4, 9, 14],
    ] {
        let [a, b, c, d] = [a, b, c, d].map(&at);
        for [left, right] in [[32, 24], [16, 63]] {
            words[a] = add(words[a], words[b]);
            words[d] = (words[d] ^ words[a]).rotate_right(left);
            words[c] = add(words[c], words[d]);
            words[b] = (words[b] ^ words[c]).rotate_right(right);
        }
    }
}

fn add(a: u64, b: u64) -> u64 {
    let [low, other] = [a, b].map(|word| word & u64::from(u32::MAX));
    a.wrapping_add(b).wrapping_add(low.wrapping_mul(other).wrapping_mul(2))
}
