//! Values that follow from those before them: they go one way, or by steps.

use std::collections::{HashMap, HashSet};

use super::Digit;
use super::chance::{RARE, of_different, of_steps};

/// The number of hexadecimal digits that have 32 bits.
const WORD: usize = 8;
/// So many values back a value is compared with: several processes may count, each on its own.
const LAGS: std::ops::RangeInclusive<usize> = 1..=4;

/// Puts the digits of a part in the order in which they are read.
type Reading = fn(&mut [Digit]);

/// The ways in which a number may be written in a row of digits.
const READINGS: [(&str, Reading); 4] = [
    ("", |_| ()),
    (", the digits read backwards", |digits| digits.reverse()),
    (", the bytes read backwards", |digits| {
        digits.reverse();
        digits.chunks_mut(2).for_each(<[Digit]>::reverse);
    }),
    (", the bits read backwards", |digits| {
        digits.reverse();
        for digit in digits {
            let bits =
                (0..digit.bits).map(|bit| (digit.value >> bit & 1) << (digit.bits - 1 - bit));
            digit.value = bits.fold(0, |value, bit| value | bit);
        }
    }),
];

/// The parts of these values of so many digits from each place on, as they are read.
fn part(values: &[Vec<Digit>], start: usize, length: usize, read: Reading) -> Vec<Vec<Digit>> {
    let parts = values.iter().map(|value| {
        let mut part: Vec<_> = value.iter().skip(start).take(length).copied().collect();
        read(&mut part);
        part
    });
    parts.collect()
}

/// Finds values that go up, or down, more often than random ones do.
pub(super) fn counted(values: &[Vec<Digit>]) -> Option<String> {
    let length = values.first()?.len();
    for (reading, read) in READINGS {
        let whole = (0, length, "as whole numbers".to_owned());
        let words = (0..=length.saturating_sub(WORD))
            .map(|at| (at, WORD, format!("in the 32 bits from digit {} on", at + 1)));
        for (start, length, place) in std::iter::once(whole).chain(words) {
            let parts = part(values, start, length, read);
            let pairs = parts.iter().zip(parts.iter().skip(1));
            let orders: Vec<_> = pairs.map(|(one, next)| one.cmp(next)).collect();
            for (order, direction) in
                [(std::cmp::Ordering::Less, "up"), (std::cmp::Ordering::Greater, "down")]
            {
                let steps = orders.iter().filter(|it| **it == order).count();
                if of_steps(steps, values.len()) < RARE {
                    let of = orders.len();
                    return Some(if place.starts_with("as") {
                        format!("{steps} of {of} steps that go {direction}, {place}{reading}")
                    } else {
                        format!("{steps} of {of} steps that go {direction}{reading}, {place}")
                    });
                }
            }
        }
    }
    None
}

/// Finds parts that differ from those before by the same difference more often than random ones do. Differences of random numbers
/// are independent and random, whether they are taken by subtraction or bit by bit.
pub(super) fn stepped(values: &[Vec<Digit>]) -> Option<String> {
    let length = values.first()?.len();
    for (reading, read) in READINGS.into_iter().take(2) {
        for digits in [WORD, WORD + WORD / 2, 2 * WORD] {
            for start in 0..=length.checked_sub(digits)? {
                let parts = part(values, start, digits, read);
                let numbers: Vec<_> = parts.iter().map(|part| number_of(part)).collect();
                let bits = parts.first()?.iter().map(|digit| digit.bits).sum::<u32>();
                let mask = u64::MAX >> (64 - bits.min(64));
                for lag in LAGS {
                    let pairs = || numbers.iter().zip(numbers.iter().skip(lag));
                    let subtracted = pairs().map(|(one, next)| next.wrapping_sub(*one) & mask);
                    let combined = pairs().map(|(one, next)| one ^ next);
                    for differences in [subtracted.collect::<Vec<_>>(), combined.collect()] {
                        let different: HashSet<_> = differences.iter().collect();
                        let chance = of_different(different.len(), differences.len(), bits);
                        if chance < RARE {
                            let (count, of) = (most(&differences), differences.len());
                            let place = start + 1;
                            return Some(format!(
                                "the same difference {count} times among {of}, in the {bits} bits from digit {place} on{reading}"
                            ));
                        }
                    }
                }
            }
        }
    }
    None
}

fn number_of(part: &[Digit]) -> u64 {
    part.iter().fold(0, |number, digit| number << digit.bits | u64::from(digit.value))
}

/// Returns how often the most frequent of them occurs.
fn most(differences: &[u64]) -> usize {
    let mut counts = HashMap::new();
    for difference in differences {
        *counts.entry(difference).or_insert(0) += 1;
    }
    counts.into_values().max().unwrap_or(0)
}
