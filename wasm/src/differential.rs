//! The exports of the module that holds the kernel against the words of RFC 9106 and against the crate `argon2`. A test calls them; the
//! module does not ship.
#![expect(unsafe_code, reason = "the test knows the exports by name")]
#![expect(clippy::indexing_slicing, reason = "every index is below what it is a part of")]

use alloc::vec::Vec;

use ssokey_core::Costs;

use crate::arena::Arena;
use crate::argon2id::{Inputs, argon2id_of};
use crate::block::Block;
use crate::{kernel, oracle, plain};

/// Compresses so many pairs of random blocks by the kernel and word by word. Returns how many came out otherwise.
#[unsafe(no_mangle)]
extern "C" fn differing_blocks(seed: u64, count: u32) -> u32 {
    let mut random = Random(seed);
    let mut rows = Block::ZERO;
    // What comes out is as random as what goes in, so one block of three is made anew.
    let [mut out, mut one, mut other] = [Block::ZERO; 3];
    let differ = |_: &u32| {
        (one, other) = (other, out);
        random.fill(&mut out);
        let mut expected = out;
        let put = random.below(2) == 1;
        kernel::compress(&mut out, &one, &other, &mut rows, put);
        plain::compress(&mut expected, &one, &other, &mut rows, put);
        out.words() != expected.words()
    };
    (0..count).filter(differ).count() as u32
}

/// Computes so many tags with random inputs, costs and lengths in one arena, and each by the crate. Returns how many came out otherwise.
#[unsafe(no_mangle)]
extern "C" fn differing_tags(seed: u64, count: u32) -> u32 {
    let mut random = Random(seed);
    let mut arena = Arena::new();
    let differ = |_: &u32| {
        let [password, salt, secret, associated_data] =
            [(0, 300), (8, 80), (0, 80), (0, 33)].map(|(least, end)| {
                let length = least + random.below(end - least);
                (0..length).map(|_| random.next() as u8).collect::<Vec<u8>>()
            });
        let inputs = Inputs {
            password: &password,
            salt: &salt,
            secret: &secret,
            associated_data: &associated_data,
        };
        let lanes = 1 + random.below(8) as u32;
        let memory_kib = 8 * lanes + random.below(1500) as u32;
        let costs = Costs { memory_kib, passes: 1 + random.below(4) as u32, lanes };
        let mut tag = [0; 300];
        let tag = &mut tag[..4 + random.below(296)];
        let Ok(sum) = argon2id_of(&mut arena, &inputs, costs, tag.len()) else { return true };
        sum.tag(tag);
        *tag != oracle::argon2id(&inputs, costs, tag.len())
    };
    (0..count).filter(differ).count() as u32
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Fills a block with random words; in some blocks all bits of some words are the same, so that halves overflow or are empty.
    fn fill(&mut self, block: &mut Block) {
        let kind = self.below(4);
        for word in block.words_mut() {
            let random = self.next();
            *word = match (kind, random % 4) {
                (1, 0..3) | (2, 0) => 0,
                (1, 3) | (2, 1) => u64::MAX,
                (2, 2) => u64::MAX << 32,
                _ => random,
            };
        }
    }
}
