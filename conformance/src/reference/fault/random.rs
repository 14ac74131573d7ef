//! Faults of where tokens and codes come from.

use std::time::SystemTime;

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
        fails: &["launch.codes-have-no-pattern"],
        hooks: &[Hook::Request(|request, visit| {
            let count = u32::try_from(visit.store.codes()).unwrap_or(0).wrapping_mul(50_000_017);
            write(request, CODE_STARTS + 28, &count.to_be_bytes());
        })],
    },
];

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
