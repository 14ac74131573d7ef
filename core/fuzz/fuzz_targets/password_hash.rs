//! Stored hashes: compares what is readable and weak with a second reader, and the verdict with a different Argon2.
//!
//! The first line is the stored string, all the rest the password.
#![no_main]

use std::ops::RangeInclusive;

use libfuzzer_sys::fuzz_target;
use ssokey_core::{Password, PasswordHash, Verdict, argon2id, verify_password};

fuzz_target!(|text: &str| {
    let (phc, password) = text.split_once('\n').unwrap_or((text, "correct horse"));
    let Some(password) = Password::parse(password) else { return };
    let hash = PasswordHash::new(phc.into());
    let stored = Stored::read(phc);
    assert_eq!(hash.needs_rehash(), stored.as_ref().is_none_or(Stored::is_weak));
    let expected = match stored {
        Some(stored) if stored.is_computable() => {
            if stored.m > 1024 || stored.t > 2 {
                return; // right, but too slow to fuzz
            }
            let tag = stored.tag_of(&password);
            if tag == stored.tag { Verdict::Match } else { Verdict::NoMatch }
        }
        _ => Verdict::Unreadable, // and if memory were taken first, it would be more than the runner allows
    };
    assert_eq!(verify_password(&password, &hash, argon2id), Ok(expected));
});

/// A hash within the bounds of SSO-RULE-006, read by splitting.
struct Stored {
    m: u32,
    t: u32,
    p: u32,
    salt: Vec<u8>,
    tag: Vec<u8>,
}

impl Stored {
    fn read(phc: &str) -> Option<Self> {
        let [before, algorithm, version, costs, salt, tag] = split(phc, '$')?;
        if (before, algorithm, version) != ("", "argon2id", "v=19") {
            return None;
        }
        let mut costs: [&str; 3] = split(costs, ',')?;
        costs.sort_unstable(); // m, p, t
        let cost = |at: usize, name, most| {
            let digits = costs[at].strip_prefix(name)?.strip_prefix('=')?;
            let canonical: u32 =
                digits.parse().ok().filter(|cost: &u32| cost.to_string() == digits)?;
            (canonical <= most).then_some(canonical)
        };
        Some(Self {
            m: cost(0, 'm', 65_536)?,
            t: cost(2, 't', 10)?,
            p: cost(1, 'p', 4)?,
            salt: unbase64(salt, 3..=48)?,
            tag: unbase64(tag, 10..=64)?,
        })
    }

    /// Returns whether the hash is weaker than a new one (SSO-PWD-004).
    fn is_weak(&self) -> bool {
        self.m < 19_456 || self.t < 2 || self.salt.len() < 16 || self.tag.len() < 32
    }

    /// Returns whether the hash is within Argon2's own lower bounds.
    fn is_computable(&self) -> bool {
        self.p >= 1 && self.t >= 1 && self.m >= 8 * self.p && self.salt.len() >= 8
    }

    fn tag_of(&self, password: &Password) -> Vec<u8> {
        let config = argon2::Config {
            mem_cost: self.m,
            time_cost: self.t,
            lanes: self.p,
            hash_length: self.tag.len() as u32,
            ..argon2::Config::rfc9106_low_mem()
        };
        argon2::hash_raw(password.expose().as_bytes(), &self.salt, &config).unwrap()
    }
}

fn split<const N: usize>(text: &str, separator: char) -> Option<[&str; N]> {
    text.split(separator).collect::<Vec<_>>().try_into().ok()
}

/// Decodes standard Base64 without padding, whose unused bits are 0, of that many bytes.
fn unbase64(text: &str, size: RangeInclusive<usize>) -> Option<Vec<u8>> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = String::new();
    for byte in text.bytes() {
        let value = DIGITS.iter().position(|digit| *digit == byte)?;
        bits += &format!("{value:06b}");
    }
    let (whole, rest) = bits.split_at(bits.len() / 8 * 8);
    let bytes = whole
        .as_bytes()
        .chunks(8)
        .map(|byte| byte.iter().fold(0, |value, bit| value << 1 | (bit - b'0')));
    let bytes: Vec<u8> = bytes.collect();
    (rest.len() < 6 && !rest.contains('1') && size.contains(&bytes.len())).then_some(bytes)
}
