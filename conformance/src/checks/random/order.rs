//! Values that follow from those before them: they go one way, or by steps.

use std::cmp::Ordering;

use super::Digit;
use super::chance::{RARE, of_different, of_steps};
use super::part::{count, number_of};

/// The number of hexadecimal digits that have 32 bits.
const WORD: usize = 8;
/// So many values back a value is compared with: several processes may count, each on its own.
const LAGS: [usize; 3] = [1, 2, 4];

/// The ways in which a number may be written in a row of digits.
#[derive(Clone, Copy)]
enum Reading {
    Forwards,
    Backwards,
    /// Two digits are a byte, from the last digit on or from the one before it.
    BytesBackwards(usize),
    BitsBackwards,
}

impl Reading {
    const ALL: [Self; 5] = [
        Self::Forwards,
        Self::Backwards,
        Self::BytesBackwards(0),
        Self::BytesBackwards(1),
        Self::BitsBackwards,
    ];

    fn of(self, values: &[Vec<Digit>]) -> Vec<Vec<Digit>> {
        let mut values = values.to_vec();
        for value in &mut values {
            match self {
                Self::Forwards => (),
                Self::Backwards => value.reverse(),
                Self::BytesBackwards(skipped) => {
                    value.reverse();
                    let bytes = value.get_mut(skipped..).unwrap_or_default();
                    bytes.chunks_mut(2).for_each(<[Digit]>::reverse);
                }
                Self::BitsBackwards => {
                    value.reverse();
                    for Digit { value, bits } in value {
                        *value = value.reverse_bits() >> (8 - *bits);
                    }
                }
            }
        }
        values
    }

    fn name(self) -> &'static str {
        match self {
            Self::Forwards => "",
            Self::Backwards => ", the digits read backwards",
            Self::BytesBackwards(_) => ", the bytes read backwards",
            Self::BitsBackwards => ", the bits read backwards",
        }
    }
}

/// Finds values that go up, or down, more often than random ones do.
pub(super) fn counted(values: &[Vec<Digit>]) -> Option<String> {
    let length = values.first()?.len();
    Reading::ALL.into_iter().find_map(|reading| {
        let read = reading.of(values);
        let words = (0..=length.saturating_sub(WORD)).map(|start| (start, start + WORD));
        std::iter::once((0, length)).chain(words).find_map(|(start, end)| {
            let part = |value: &Vec<Digit>| value.get(start..end).unwrap_or_default().to_vec();
            let parts: Vec<_> = read.iter().map(part).collect();
            let orders = parts.iter().zip(parts.iter().skip(1));
            let orders: Vec<_> = orders.map(|(one, next)| one.cmp(next)).collect();
            [(Ordering::Less, "up"), (Ordering::Greater, "down")].into_iter().find_map(
                |(order, direction)| {
                    let steps = orders.iter().filter(|it| **it == order).count();
                    let place = if end - start == length {
                        "as whole numbers".to_owned()
                    } else {
                        format!("in the 32 bits from digit {} on", start + 1)
                    };
                    (of_steps(steps, values.len()) < RARE).then(|| {
                        let (of, reading) = (orders.len(), reading.name());
                        format!("{steps} of {of} steps that go {direction}, {place}{reading}")
                    })
                },
            )
        })
    })
}

/// Finds parts that differ from those before by the same difference more often than random ones do. Differences of random numbers
/// are independent and random, whether they are taken by subtraction or bit by bit.
pub(super) fn stepped(values: &[Vec<Digit>]) -> Option<String> {
    let forwards = Reading::Forwards;
    [(forwards, 8), (forwards, 12), (forwards, 16), (Reading::Backwards, 8)].into_iter().find_map(
        |(reading, digits)| {
            let read = reading.of(values);
            let length = read.first()?.len();
            (0..=length.checked_sub(digits)?).find_map(|start| {
                let parts = read.iter().filter_map(|value| value.get(start..start + digits));
                let numbers: Vec<_> = parts.map(number_of).collect();
                let bits = read.first()?.iter().skip(start).take(digits).map(|it| it.bits).sum();
                let (most, of) = repeated_difference(&numbers, bits)?;
                let (place, reading) = (start + 1, reading.name());
                Some(format!(
                    "the same difference {most} times among {of}, in the {bits} bits from digit {place} on{reading}"
                ))
            })
        },
    )
}

/// Returns how often one difference of these numbers of so many bits occurs, and among how many, if they repeat too often.
fn repeated_difference(numbers: &[u64], bits: u32) -> Option<(usize, usize)> {
    let mask = u64::MAX >> (64 - bits.min(64));
    LAGS.into_iter().find_map(|lag| {
        let pairs = || numbers.iter().zip(numbers.iter().skip(lag));
        let subtracted = pairs().map(|(one, next)| next.wrapping_sub(*one) & mask).collect();
        let combined = pairs().map(|(one, next)| one ^ next).collect::<Vec<_>>();
        [subtracted, combined].into_iter().find_map(|differences| {
            let of = differences.len();
            let (different, most) = count(differences);
            (of_different(different, of, bits) < RARE).then_some((most, of))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_that_repeat_are_found_behind_a_wrap_a_constant_or_a_different_process() {
        const GOLDEN: u64 = 0x9e37_79b9;
        let check = |number: &dyn Fn(u64) -> u64, found: bool| {
            let numbers: Vec<_> = (0..64).map(|at| number(at) & 0xffff_ffff).collect();
            assert_eq!(repeated_difference(&numbers, 32).is_some(), found);
        };
        check(&|at| at * GOLDEN, true);
        check(&|at| (at ^ 1) * GOLDEN, true);
        check(&|at| (at & 1) * 0x1234_5678 + (at >> 1) * GOLDEN, true);
        check(&|at| (at * 0x0101_0101) ^ 0xdead_beef, true);
        check(&|at| at * at * at * GOLDEN, false);
    }
}
