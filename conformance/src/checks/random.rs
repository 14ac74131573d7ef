//! Tells what was drawn at random from what was counted, put together from fixed parts, or made from a small seed.
//!
//! A sample of `n` values shows a seed, of the whole or of a part of 64 bits, by two that are the same: of `s` seeds with a
//! probability of 1 - exp(-n² / 2s). The tokens of a run are about a thousand, so that seeds of 16 bits are found in 999 runs of
//! 1,000, of 18 bits in 8 of 10, and of 32 bits in one of 10,000. What a good mixer makes of a longer seed, of the time or of
//! a counter looks random, and is not found.
//!
//! The tests of one sample are at most 80,000: a pair of bits each (2 · 32,640, of codes), the bits alone (2 · 5 · 256), parts
//! (2 · 5 · 61), differences (4 · 61 · 2 · 3), orders (62 · 2 · 5) and digits (2 · 78). Each is wrong about random values less
//! than once in 10^14 samples, so all together are less than once in 10^9.

mod bits;
mod chance;
mod order;
mod part;

use std::collections::HashSet;

use crate::record::exchange::Exchange;
use crate::record::log::Log;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;

/// Fewer values than these say nothing.
pub(super) const SMALLEST: usize = 64;

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
    bits::constant(values)
        .or_else(|| order::counted(values))
        .or_else(|| part::shared(values))
        .or_else(|| part::uneven(values))
        .or_else(|| order::stepped(values))
        .or_else(|| bits::uneven(values))
        .or_else(|| bits::paired(values))
        .or_else(|| bits::dependent(values))
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
        let found = found.unwrap_or_default();
        assert!(found.contains(expect.unwrap_or_default()), "{found}");
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
        check(
            |place, digits| write(digits, 20, 8, (place ^ (place >> 2 & 1)) * 8_000_003),
            Some(part),
        );
        // The digits in the reverse order.
        let reversed = |place: usize, digits: &mut Vec<u8>| {
            write(digits, 20, 8, place * 8_000_003);
            digits[20..28].reverse();
        };
        check(reversed, Some("of 499 steps that go"));
    }

    #[test]
    fn steps_are_seen_though_they_wrap_around_or_are_mixed_or_hidden_by_a_constant() {
        // Two clients at once mix the order of what they see.
        check(|place, digits| write(digits, 20, 8, (place ^ 1) * 8_000_003), Some(""));
        // Steps of nearly half of the range go up as often as down.
        check(|place, digits| write(digits, 12, 8, place * 0x7f5a_1235), Some(""));
        check(|place, digits| write(digits, 3, 12, place * 0x7f5a_1234_5679), Some(""));
        // Of which every third is given elsewhere.
        let elsewhere = |place: usize, digits: &mut Vec<u8>| {
            write(digits, 12, 8, (place + place / 2) * 0x7f5a_1235);
        };
        check(elsewhere, Some(""));
        let both = |place: usize, digits: &mut Vec<u8>| {
            write(digits, 12, 8, (place * 0x0101_0101) ^ 0xdead_beef);
        };
        check(both, Some(""));
    }

    #[test]
    fn bits_that_are_seldom_set_or_change_in_turn_are_seen() {
        let seldom = |place: usize, digits: &mut Vec<u8>| {
            if !place.is_multiple_of(5) {
                digits[7] &= 11;
            }
        };
        check(seldom, Some("a bit that is 0 in"));
        let turn = |place: usize, digits: &mut Vec<u8>| {
            digits[7] = digits[7] & 11 | u8::from(place.is_multiple_of(2)) << 2;
        };
        check(turn, Some("a bit that is different"));
    }

    #[test]
    fn bits_that_follow_from_others_are_seen() {
        check(
            |_, digits| digits[20] = digits[4] ^ 5,
            Some("two bits that are the same in 500 of 500"),
        );
        check(|_, digits| digits[20] = digits[4] ^ digits[9] ^ digits[12], Some("4 of 124 bits"));
        let checked = |_: usize, digits: &mut Vec<u8>| {
            digits[30] = digits[..30].iter().fold(0, |sum, digit| sum ^ digit);
        };
        check(checked, Some("4 of 124 bits that follow from the others"));
    }

    #[test]
    fn digits_that_are_never_drawn_are_seen() {
        let without_f = |_: usize, digits: &mut Vec<u8>| {
            for digit in digits.iter_mut().filter(|digit| **digit == 15) {
                *digit = 3;
            }
        };
        check(
            without_f,
            Some("0 of 15500 digits that have 1 of the 16 values of a hexadecimal digit"),
        );
    }

    /// The fewest values that are judged, of digits of base64 of which all but the last come of so many values.
    fn in_base64(values: usize, place: usize) -> Vec<Vec<Digit>> {
        let mut numbers = Accounts::new(&Seed::fixed(5), place);
        let mut digit = |values| numbers.below(values);
        let mut value = || {
            let digits = (0..42).map(|at| digit(if at < 40 { values } else { 64 }));
            let digits: Vec<_> = digits.collect();
            let triples = digits.chunks_exact(2).flat_map(|two| {
                let bits = two[0] << 6 | two[1];
                [bits >> 8, bits >> 4 & 15, bits & 15]
                    .map(|it| Digit::whole(u8::try_from(it).unwrap()))
            });
            triples.collect()
        };
        (0..SMALLEST).map(|_| value()).collect()
    }

    #[test]
    fn an_alphabet_that_lacks_digits_of_base64_is_seen_in_every_sample() {
        for place in 0..40 {
            for values in [62, 60, 58, 36, 33] {
                assert!(pattern(&in_base64(values, place)).is_some(), "{values} {place}");
            }
            assert_eq!(pattern(&in_base64(64, place)), None);
        }
    }

    #[test]
    fn a_part_that_comes_of_a_small_seed_is_seen() {
        let seeded = |_: usize, digits: &mut Vec<u8>| {
            let seed = digits.iter().take(3).fold(0, |seed, digit| seed << 4 | usize::from(*digit));
            let mixed = (seed + 1).wrapping_mul(0xd134_2543_de82_ef95);
            write(digits, 8, 16, mixed ^ mixed >> 29);
        };
        check(seeded, Some("digits in common with another"));
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
        check(shares(40), Some("of 500 that have the same 4 digits from digit 10 on"));
        check(shares(250), None);
    }
}
