//! Tells what was drawn at random from what was counted, or put together from fixed parts.
//!
//! All tests of one sample together are wrong about random values less than once in 10^9 samples.

use std::collections::{HashMap, HashSet};

use crate::record::exchange::Exchange;
use crate::record::log::Log;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;

/// Fewer values than these say nothing.
pub(super) const SMALLEST: usize = 64;

/// The number of hexadecimal digits that have 32 bits.
const WORD: usize = 8;
/// The number of digits in a row that are compared for being shared.
const PART: usize = 4;

/// The natural logarithm of how often a single comparison may be wrong: 10^-12.
const RARE: f64 = -27.631_021_115_928_547;

/// A digit of a value, and how many of its bits are random: they are the last ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Digit {
    pub(super) value: u8,
    pub(super) bits: u32,
}

impl Digit {
    /// Returns a hexadecimal digit, of which all bits are random.
    pub(super) fn whole(value: u8) -> Self {
        Self { value, bits: 4 }
    }
}

/// Finds a pattern in the values that the answers give, with the place of the last exchange that gives one.
///
/// # Errors
///
/// There are too few to tell.
pub(super) fn judge(
    log: &Log,
    what: &str,
    value: impl Fn(&Exchange) -> Option<Vec<Digit>>,
) -> Result<Option<(usize, Mismatch)>, Stop> {
    let exchanges = log.exchanges().iter().enumerate();
    let mut given: Vec<_> =
        exchanges.filter_map(|(place, it)| Some((it.began + it.took, place, value(it)?))).collect();
    // Several checks may have asked at the same time.
    given.sort();
    if given.is_empty() {
        return Err(log.has_nothing());
    }
    let mut seen = HashSet::new();
    let mut values: Vec<_> = given.iter().map(|(.., value)| value.clone()).collect();
    // Other checks expect that none is given twice.
    values.retain(|value| seen.insert(value.clone()));
    if values.len() < SMALLEST {
        let why =
            format!("{} different {what} are too few to tell: it takes {SMALLEST}", values.len());
        return Err(log.lacks(why.into()));
    }
    let last = given.last().map_or(0, |(_, place, _)| *place);
    let expected = format!("{what} without a pattern");
    Ok(pattern(&values).map(|actual| (last, Mismatch::new(expected, actual))))
}

/// Describes the pattern of values of equal length; none if they may well be random.
///
/// The values are different from each other, and in the order in which they were given.
fn pattern(values: &[Vec<Digit>]) -> Option<String> {
    constant_bits(values).or_else(|| counted(values)).or_else(|| shared_part(values))
}

/// Counts the bits that are the same in all values. A random bit is so in `n` of them with a probability of 2^(1 - n), which for
/// [`SMALLEST`] of them is 10^-19.
fn constant_bits(values: &[Vec<Digit>]) -> Option<String> {
    let first = values.first()?;
    let mut constant = 0;
    for (at, digit) in first.iter().enumerate() {
        let differing = values.iter().filter_map(|value| value.get(at));
        let differing = differing.fold(0, |bits, it| bits | (it.value ^ digit.value));
        constant += (0..digit.bits).filter(|bit| differing >> bit & 1 == 0).count();
    }
    (constant > 0).then(|| {
        let of = first.iter().map(|digit| digit.bits).sum::<u32>();
        format!("{constant} of {of} bits that are the same in all {}", values.len())
    })
}

/// Finds values that go up, or down, more often than random ones do. Of those about half are greater than the one before: their
/// number is the whole part of a sum of `n` random numbers between 0 and 1, so that Hoeffding's inequality bounds it.
fn counted(values: &[Vec<Digit>]) -> Option<String> {
    let length = values.first()?.len();
    let whole = (0, length, "as whole numbers".to_owned());
    let words = (0..=length.saturating_sub(WORD))
        .map(|at| (at, WORD, format!("in the 32 bits from digit {} on", at + 1)));
    let count = number(values.len());
    let most = count / 2.0 + (-RARE * count / 2.0).sqrt();
    for (start, length, place) in std::iter::once(whole).chain(words) {
        let words = values.iter().map(|value| value.iter().skip(start).take(length));
        let pairs = words.clone().zip(words.skip(1));
        let orders: Vec<_> = pairs.map(|(one, next)| one.cmp(next)).collect();
        for (order, direction) in
            [(std::cmp::Ordering::Less, "up"), (std::cmp::Ordering::Greater, "down")]
        {
            let steps = orders.iter().filter(|it| **it == order).count();
            if number(steps) >= most {
                return Some(format!(
                    "{steps} of {} steps that go {direction}, {place}",
                    orders.len()
                ));
            }
        }
    }
    None
}

/// Finds a part that more values share than random ones do. Of those `m` of `n` share a part of `b` bits with a probability below
/// C(n, m) 2^(-b (m - 1)) at each place.
fn shared_part(values: &[Vec<Digit>]) -> Option<String> {
    let length = values.first()?.len();
    let places = (0..=length.saturating_sub(PART)).filter_map(|start| {
        let mut counts = HashMap::new();
        for value in values {
            let part: Vec<_> = value.iter().skip(start).take(PART).collect();
            *counts.entry(part).or_insert(0_usize) += 1;
        }
        let (part, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
        let bits = part.iter().map(|digit| digit.bits).sum::<u32>();
        let shared = f64::from(bits) * number(count - 1) * std::f64::consts::LN_2;
        Some((chosen(values.len(), count) - shared, start, count))
    });
    let (chance, start, count) = places.min_by(|(one, ..), (other, ..)| one.total_cmp(other))?;
    (chance < RARE).then(|| {
        let (of, place) = (values.len(), start + 1);
        format!("{count} of {of} that have the same {PART} digits from digit {place} on")
    })
}

/// Returns the natural logarithm of the number of ways to choose `some` of `all`.
fn chosen(all: usize, some: usize) -> f64 {
    (0..some).map(|at| (number(all - at) / number(at + 1)).ln()).sum()
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::account::{Accounts, Seed};

    /// As many values of 31 digits as a run gives.
    fn sample(change: impl Fn(usize, &mut Vec<u8>)) -> Vec<Vec<Digit>> {
        let mut numbers = Accounts::new(&Seed::fixed(7), 0);
        let mut digit = || u8::try_from(numbers.below(16)).unwrap();
        (0..500)
            .map(|place| {
                let mut digits: Vec<_> = (0..31).map(|_| digit()).collect();
                change(place, &mut digits);
                digits.into_iter().map(Digit::whole).collect()
            })
            .collect()
    }

    /// Writes the last digits of a number from this digit on.
    fn write(digits: &mut [u8], start: usize, length: usize, number: usize) {
        for (at, digit) in digits.iter_mut().skip(start).take(length).enumerate() {
            *digit = u8::try_from(number >> (4 * (length - 1 - at)) & 15).unwrap();
        }
    }

    #[track_caller]
    fn check(change: impl Fn(usize, &mut Vec<u8>), expect: Option<&str>) {
        let values = sample(change);
        let found = pattern(&values);
        assert_eq!(found.is_some(), expect.is_some(), "{found:?}");
        assert!(found.unwrap_or_default().contains(expect.unwrap_or_default()));
    }

    #[test]
    fn random_values_show_no_pattern() {
        check(|_, _| (), None);
        for place in 0..200 {
            let mut numbers = Accounts::new(&Seed::fixed(9), place);
            let digit = |numbers: &mut Accounts| u8::try_from(numbers.below(16)).unwrap();
            let values: Vec<Vec<_>> = (0..SMALLEST)
                .map(|_| (0..31).map(|_| Digit::whole(digit(&mut numbers))).collect())
                .collect();
            assert_eq!(pattern(&values), None);
        }
    }

    #[test]
    fn a_bit_that_is_always_the_same_is_seen() {
        check(|_, digits| digits[17] &= 7, Some("1 of 124 bits that are the same in all 500"));
        check(|_, digits| write(digits, 0, 16, 0x5eed), Some("64 of 124 bits"));
    }

    #[test]
    fn values_that_count_up_or_down_are_seen() {
        let part = "in the 32 bits from digit";
        check(|place, digits| write(digits, 0, 16, place << 50), Some("bits that are the same"));
        check(|place, digits| write(digits, 20, 8, place * 8_000_003), Some(part));
        check(|place, digits| write(digits, 20, 8, usize::MAX - place * 8_000_003), Some("down"));
        check(|place, digits| write(digits, 0, 8, place * 8_000_003), Some("up, as whole numbers"));
        // Two clients at once mix the order of what they see.
        check(|place, digits| write(digits, 20, 8, (place ^ 1) * 8_000_003), None);
        check(
            |place, digits| write(digits, 20, 8, (place ^ (place >> 2 & 1)) * 8_000_003),
            Some(part),
        );
    }

    #[test]
    fn a_part_that_many_share_is_seen() {
        let shares = |every: usize| {
            move |place: usize, digits: &mut Vec<u8>| {
                if place.is_multiple_of(every) {
                    write(digits, 9, 4, 0xcafe);
                }
            }
        };
        check(shares(2), Some("of 500 that have the same 4 digits from digit 10 on"));
        check(shares(50), Some("10 of 500 that have the same 4 digits from digit 10 on"));
        check(shares(250), None);
    }
}
