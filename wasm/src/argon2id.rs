//! Argon2id version 19 (RFC 9106) over blocks that the kernel computes.
#![expect(
    clippy::indexing_slicing,
    reason = "every index is of a block that is there, or no known answer would come out"
)]

use core::hint::black_box;

use blake2::Blake2bVarCore;
use blake2::digest::block_api::{UpdateCore, VariableOutputCore};
use blake2::digest::block_buffer::LazyBuffer;
use ssokey_core::{Costs, OutOfMemory};
use zeroize::Zeroizing;

use crate::arena::Arena;
use crate::block::Block;
#[cfg(target_feature = "simd128")]
use crate::kernel::compress;
#[cfg(not(target_feature = "simd128"))]
use crate::plain::compress;

const VERSION: u32 = 19;
const ARGON2ID: u32 = 2;
/// A pass fills memory in as many parts; what a part refers to in other lanes stands in parts that are complete.
const SLICES: usize = 4;

/// The bytes that a tag is computed of.
pub(crate) struct Inputs<'a> {
    pub(crate) password: &'a [u8],
    pub(crate) salt: &'a [u8],
    pub(crate) secret: &'a [u8],
    pub(crate) associated_data: &'a [u8],
}

/// Computes Argon2id in memory that it gives back; see [`ssokey_core::Argon2id`].
///
/// # Errors
///
/// There is not enough memory.
pub fn argon2id(
    password: &[u8],
    salt: &[u8],
    costs: Costs,
    tag: &mut [u8],
) -> Result<(), OutOfMemory> {
    let inputs = Inputs { password, salt, secret: &[], associated_data: &[] };
    argon2id_of(&mut Arena::new(), &inputs, costs, tag.len()).map(|sum| sum.tag(tag))
}

/// Computes Argon2id in the arena, within the bounds of RFC 9106, but for the last step: [`Sum::tag`] gives the tag, of this length.
pub(crate) fn argon2id_of(
    arena: &mut Arena,
    inputs: &Inputs<'_>,
    costs: Costs,
    tag_length: usize,
) -> Result<Sum, OutOfMemory> {
    let lanes = costs.lanes as usize;
    let segment_length = costs.memory_kib as usize / (SLICES * lanes);
    let lane_length = SLICES * segment_length;
    arena.lend(lanes * lane_length, |blocks| {
        let passes = costs.passes as usize;
        let mut memory = Memory { blocks, passes, lanes, lane_length, segment_length };
        memory.begin(&seed(inputs, costs, tag_length));
        memory.fill();
        Sum(Zeroizing::new(memory.sum().to_bytes()))
    })
}

/// The sum of the lanes' last blocks, of which the tag is a hash.
pub(crate) struct Sum(Zeroizing<[u8; Block::BYTES]>);

impl Sum {
    pub(crate) fn tag(&self, tag: &mut [u8]) {
        long_hash([&*self.0, &[]], tag);
    }
}

/// The blocks, lane by lane.
struct Memory<'a> {
    blocks: &'a mut [Block],
    passes: usize,
    lanes: usize,
    /// In blocks, as the following.
    lane_length: usize,
    segment_length: usize,
}

/// The part of a lane that a slice of a pass fills.
struct Segment {
    pass: usize,
    slice: usize,
    lane: usize,
}

impl Memory<'_> {
    /// Hashes the seed into the first two blocks of each lane.
    fn begin(&mut self, seed: &[u8; 64]) {
        for (lane, blocks) in self.blocks.chunks_exact_mut(self.lane_length).enumerate() {
            for (column, block) in blocks.iter_mut().take(2).enumerate() {
                let place = [column as u32, lane as u32].map(u32::to_le_bytes);
                let mut bytes = Zeroizing::new([0; Block::BYTES]);
                long_hash([seed, place.as_flattened()], &mut *bytes);
                *block = Block::from_bytes(&bytes);
            }
        }
    }

    /// Fills the blocks, as often as there are passes.
    fn fill(&mut self) {
        let mut rows = Block::ZERO;
        for pass in 0..self.passes {
            for slice in 0..SLICES {
                for lane in 0..self.lanes {
                    self.fill_segment(&Segment { pass, slice, lane }, &mut rows);
                }
            }
        }
        rows = Block::ZERO;
        black_box(&rows);
    }

    fn fill_segment(&mut self, segment: &Segment, rows: &mut Block) {
        let mut addresses = Addresses::of(segment, self);
        let begun = if segment.pass == 0 && segment.slice == 0 { 2 } else { 0 };
        for index in begun..self.segment_length {
            let column = segment.slice * self.segment_length + index;
            let current = segment.lane * self.lane_length + column;
            let previous = if column == 0 { current + self.lane_length } else { current } - 1;
            let random = match &mut addresses {
                Some(addresses) => addresses.at(index, rows),
                None => self.blocks[previous].words()[0],
            };
            let reference = self.reference(segment, index, random);

            let (before, rest) = self.blocks.split_at_mut(current);
            let (block, after) = rest.split_at_mut(1);
            let other = |index| {
                if index < current { &before[index] } else { &after[index - current - 1] }
            };
            // What a pass overwrites it adds to; there is nothing before the first.
            let put = segment.pass == 0;
            compress(&mut block[0], other(previous), other(reference), rows, put);
        }
    }

    /// Returns the position of the block that a random word refers to (section 3.4.2).
    fn reference(&self, segment: &Segment, index: usize, random: u64) -> usize {
        let Segment { pass, slice, lane } = *segment;
        let first_slice = pass == 0 && slice == 0;
        let of_lane = match self.lanes {
            // Most hashes have one, and a division takes long.
            1 => 0,
            _ if first_slice => lane,
            lanes => (random >> 32) as usize % lanes,
        };
        let complete = if pass == 0 { slice } else { SLICES - 1 } * self.segment_length;
        let candidates = match of_lane == lane {
            true => complete + index - 1,
            false => complete - usize::from(index == 0),
        };
        // The square makes blocks that were filled of late likelier.
        let low = random & u64::from(u32::MAX);
        let square = (low * low) >> 32;
        let age = ((candidates as u64 * square) >> 32) as usize;
        let oldest = if pass == 0 { 0 } else { (slice + 1) % SLICES * self.segment_length };
        let column = oldest + candidates - 1 - age;
        let beyond = if column < self.lane_length { 0 } else { self.lane_length };
        of_lane * self.lane_length + column - beyond
    }

    fn sum(&self) -> Block {
        let mut sum = Block::ZERO;
        for lane in self.blocks.chunks_exact(self.lane_length) {
            sum.add(&lane[self.lane_length - 1]);
        }
        sum
    }
}

/// Random words that do not depend on the password, so that which blocks are read first tells nothing of it (section
/// 3.4.1.2).
struct Addresses {
    /// The segment, and how many blocks of words were made for it.
    input: [u64; 8],
    words: Block,
}

impl Addresses {
    /// There are some for the first half of the first pass only.
    fn of(segment: &Segment, memory: &Memory<'_>) -> Option<Self> {
        let place = [segment.pass, segment.lane, segment.slice, memory.blocks.len(), memory.passes];
        let [pass, lane, slice, blocks, passes] = place.map(|number| number as u64);
        let input = [pass, lane, slice, blocks, passes, ARGON2ID.into(), 0, 0];
        let is_first_half = segment.pass == 0 && segment.slice < SLICES / 2;
        is_first_half.then_some(Self { input, words: Block::ZERO })
    }

    fn at(&mut self, index: usize, rows: &mut Block) -> u64 {
        let made = &mut self.input[6];
        let needed = (index / Block::WORDS + 1) as u64;
        if *made < needed {
            *made = needed;
            let mut inner = Block::ZERO;
            compress(&mut inner, &Block::ZERO, &Block::beginning(self.input), rows, true);
            compress(&mut self.words, &Block::ZERO, &inner, rows, true);
        }
        self.words.words()[index % Block::WORDS]
    }
}

/// H0, all that goes into a hash (section 3.2).
fn seed(inputs: &Inputs<'_>, costs: Costs, tag_length: usize) -> Zeroizing<[u8; 64]> {
    let Costs { memory_kib, passes, lanes } = costs;
    let numbers = [lanes, tag_length as u32, memory_kib, passes, VERSION, ARGON2ID];
    let Inputs { password, salt, secret, associated_data } = inputs;
    let [p, s, k, x] =
        [password, salt, secret, associated_data].map(|bytes| (bytes.len() as u32).to_le_bytes());
    let mut seed = Zeroizing::new([0; 64]);
    hash(
        &[
            numbers.map(u32::to_le_bytes).as_flattened(),
            &p,
            password,
            &s,
            salt,
            &k,
            secret,
            &x,
            associated_data,
        ],
        &mut *seed,
    );
    seed
}

/// H', a hash of any length (section 3.3).
fn long_hash([one, other]: [&[u8]; 2], out: &mut [u8]) {
    let length = (out.len() as u32).to_le_bytes();
    let inputs = [&length, one, other];
    if out.len() <= 64 {
        return hash(&inputs, out);
    }
    let mut link = Zeroizing::new([0; 64]);
    hash(&inputs, &mut *link);
    let mut rest = out;
    while rest.len() > 64 {
        let (half, tail) = rest.split_at_mut(32);
        half.copy_from_slice(&link[..32]);
        let input = link.clone();
        hash(&[&*input], &mut link[..tail.len().min(64)]);
        rest = tail;
    }
    rest.copy_from_slice(&link[..rest.len()]);
}

/// BLAKE2b of 1 to 64 bytes.
#[expect(clippy::expect_used, reason = "tags have 10 to 64 bytes, links 64 or fewer")]
fn hash(inputs: &[&[u8]], out: &mut [u8]) {
    let mut hasher = Blake2bVarCore::new(out.len()).expect("BLAKE2b has as many bytes");
    let mut buffer = LazyBuffer::default();
    for input in inputs {
        buffer.digest_blocks(input, |blocks| hasher.update_blocks(blocks));
    }
    let mut full = Default::default();
    hasher.finalize_variable_core(&mut buffer, &mut full);
    out.copy_from_slice(&full[..out.len()]);
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use ssokey_core::Costs;

    use super::{Inputs, argon2id_of};
    use crate::arena::Arena;
    use crate::block::Block;
    use crate::oracle;

    #[test]
    fn the_tag_of_rfc_9106_is_computed() {
        let costs = Costs { memory_kib: 32, passes: 3, lanes: 4 };
        let inputs = Inputs {
            password: &[1; 32],
            salt: &[2; 16],
            secret: &[3; 8],
            associated_data: &[4; 12],
        };
        let mut tag = [0; 32];
        argon2id_of(&mut Arena::new(), &inputs, costs, tag.len()).unwrap().tag(&mut tag);
        // Section 5.3.
        let expected = [
            0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b,
            0x53, 0xc9, 0xd0, 0x1e, 0xf0, 0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9,
            0x6b, 0x01, 0xe6, 0x59,
        ];
        assert_eq!(tag, expected);
    }

    #[test]
    fn nothing_of_a_hash_is_left_in_its_memory() {
        let mut arena = Arena::new();
        let inputs = Inputs { password: b"any", salt: &[2; 16], secret: &[], associated_data: &[] };
        for memory_kib in [64, 32] {
            let costs = Costs { memory_kib, passes: 1, lanes: 1 };
            argon2id_of(&mut arena, &inputs, costs, 32).unwrap();
            let are_zero =
                |blocks: &mut [Block]| blocks.iter().all(|block| block.words() == &[0; 128]);
            assert!(arena.lend(64, are_zero).unwrap());
        }
    }

    proptest! {
        #[test]
        fn a_tag_is_the_one_that_the_crate_argon2_computes(
            password in vec(any::<u8>(), 1..=1024),
            salt in vec(any::<u8>(), 8..=48),
            secret in vec(any::<u8>(), 0..=64),
            associated_data in vec(any::<u8>(), 0..=32),
            tag_length in 4..=200_usize,
            passes in 1..=4_u32,
            (lanes, memory_kib) in (1..=4_u32).prop_flat_map(|lanes| (Just(lanes), 8 * lanes..2048)),
        ) {
            let costs = Costs { memory_kib, passes, lanes };
            let inputs = Inputs {
                password: &password,
                salt: &salt,
                secret: &secret,
                associated_data: &associated_data,
            };
            let mut tag = vec![0; tag_length];
            argon2id_of(&mut Arena::new(), &inputs, costs, tag_length).unwrap().tag(&mut tag);
            prop_assert_eq!(tag, oracle::argon2id(&inputs, costs, tag_length));
        }
    }
}
