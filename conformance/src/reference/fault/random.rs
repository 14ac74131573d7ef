//! Faults of where tokens and codes come from.

use std::time::SystemTime;

use ssokey_core::Digest;

use crate::reference::fault::Fault;
use crate::reference::hook::{Hook, Visit};
use crate::reference::incoming::Incoming;

/// The place of a code's first random byte among those of a request. Those of a token come first.
const CODE_STARTS: usize = 32;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "token-counts-up",
        sentence: "The last 32 bits of a token count up, in large steps.",
        fails: &["token.is-random"],
        hooks: &[Hook::Request(|request, visit| {
            write(request, 12, &count(visit).to_be_bytes());
        })],
    },
    Fault {
        name: "token-counts-down",
        sentence: "The first 32 bits of a token count down, in large steps.",
        fails: &["token.is-random"],
        hooks: &[Hook::Request(|request, visit| {
            write(request, 0, &(!count(visit)).to_be_bytes());
        })],
    },
    Fault {
        name: "token-is-half-fixed",
        sentence: "Half of a token's bits are the same in all tokens.",
        fails: &["token.is-random"],
        hooks: &[Hook::Request(|request, _| write(request, 0, b"theirs, "))],
    },
    Fault {
        name: "token-names-its-process",
        sentence: "A token holds the number of the process that gave it, one of many.",
        fails: &["token.is-random"],
        hooks: &[Hook::Request(|request, _| {
            let process = request.entropy.last().copied().unwrap_or_default() % 16;
            write(request, 10, &[0x4b, process]);
        })],
    },
    Fault {
        name: "code-is-the-time",
        sentence: "A code is the time of the launch.",
        fails: &["launch.code-is-random", "launch.codes-have-no-pattern"],
        hooks: &[Hook::Request(|request, _| {
            let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            let time = time.unwrap_or_default().as_nanos().to_be_bytes();
            write(request, CODE_STARTS, &[[0; 16], time].concat());
        })],
    },
    Fault {
        name: "code-ends-in-a-count",
        sentence: "A code is random but for 32 bits that count up, in large steps.",
        fails: &["launch.codes-have-no-pattern", "launch.code-is-random"],
        hooks: &[Hook::Request(|request, visit| {
            let count = u32::try_from(visit.store.codes()).unwrap_or(0).wrapping_mul(50_000_017);
            write(request, CODE_STARTS + 28, &count.to_be_bytes());
        })],
    },
    Fault {
        name: "token-steps-through-all",
        sentence: "The middle 32 bits of a token go on by a constant, and begin again.",
        fails: &["token.is-random"],
        hooks: &[Hook::Request(|request, visit| {
            let count = u32::try_from(visit.store.tokens.len()).unwrap_or(0);
            write(request, 2, &count.wrapping_mul(0x9e37_79b9).to_be_bytes());
        })],
    },
    Fault {
        name: "token-counts-behind-a-constant",
        sentence: "The last 32 bits of a token are a count, combined with a constant bit by bit, the last byte first.",
        fails: &["token.is-random"],
        hooks: &[Hook::Request(|request, visit| {
            write(request, 12, &(count(visit) ^ 0xdead_beef).to_le_bytes());
        })],
    },
    Fault {
        name: "token-holds-its-user",
        sentence: "Eight bytes of a token are a digest of the e-mail.",
        fails: &["token.is-random"],
        hooks: &[Hook::Request(|request, visit| {
            let email = visit.email().map_or(Vec::new(), |it| it.as_str().as_bytes().to_vec());
            let digest = Digest::of(&email);
            write(request, 8, digest.as_bytes().get(..8).unwrap_or_default());
        })],
    },
    Fault {
        name: "token-repeats-its-bytes",
        sentence: "The second half of a token's bytes is the first half, combined with a constant bit by bit.",
        fails: &["token.is-random"],
        hooks: &[Hook::Request(|request, _| {
            let half: Vec<_> = request.entropy.iter().take(6).map(|byte| byte ^ 0x5a).collect();
            write(request, 10, &half);
        })],
    },
    Fault {
        name: "token-comes-of-a-small-seed",
        sentence: "A token is made of 15 random bits.",
        fails: &["token.is-new"],
        hooks: &[Hook::Request(|request, _| {
            let seed = seed(request) >> 1;
            write(
                request,
                0,
                Digest::of(&seed.to_be_bytes()).as_bytes().get(..16).unwrap_or_default(),
            );
        })],
    },
    Fault {
        name: "half-a-token-comes-of-a-small-seed",
        sentence: "Eight bytes of a token are made of 16 random bits.",
        fails: &["token.is-random"],
        hooks: &[Hook::Request(|request, _| {
            let digest = Digest::of(&seed(request).to_be_bytes());
            write(request, 8, digest.as_bytes().get(..8).unwrap_or_default());
        })],
    },
    Fault {
        name: "code-is-in-letters-and-digits",
        sentence: "A code is drawn from letters and digits alone.",
        fails: &["launch.code-is-random", "launch.codes-have-no-pattern"],
        hooks: &[Hook::Request(|request, _| {
            let plain = |digit: u32| if digit >= 62 { digit - 62 } else { digit };
            let places = request.entropy.iter().skip(CODE_STARTS).take(30).copied();
            let places: Vec<_> = places.collect();
            let bytes: Vec<_> = places
                .chunks(3)
                .flat_map(|three| {
                    let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
                    let digits = [18, 12, 6, 0].map(|shift| plain(bits >> shift & 63));
                    let bits = digits.iter().fold(0, |bits, digit| bits << 6 | digit);
                    let [_, bytes @ ..] = bits.to_be_bytes();
                    bytes
                })
                .collect();
            write(request, CODE_STARTS, &bytes);
        })],
    },
];

/// Two of the random bytes of a request that nothing else is made of.
fn seed(request: &Incoming) -> u16 {
    let mut last = request.entropy.iter().rev().copied();
    let mut byte = || last.next().unwrap_or_default();
    u16::from_be_bytes([byte(), byte()])
}

/// Returns a count of the tokens so far, in steps that reach all bits.
fn count(visit: &Visit<'_>) -> u32 {
    u32::try_from(visit.store.tokens.len()).unwrap_or(0).wrapping_mul(8_000_003)
}

/// Writes these in place of the random bytes from this one on.
fn write(request: &mut Incoming, start: usize, bytes: &[u8]) {
    for (random, byte) in request.entropy.iter_mut().skip(start).zip(bytes) {
        *random = *byte;
    }
}
