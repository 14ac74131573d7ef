//! Parts that values have in common, and digits that are drawn too often or too seldom.

use std::f64::consts::LN_2;

use super::Digit;
use super::chance::{RARE, chosen, number, of_count, of_different};

/// The numbers of digits in a row that are compared: 16 to 64 bits.
const PARTS: [usize; 5] = [4, 6, 8, 12, 16];

/// The number that these digits write, of which there are at most 16.
pub(super) fn number_of(digits: &[Digit]) -> u64 {
    digits.iter().fold(0, |number, digit| number << digit.bits | u64::from(digit.value))
}

/// Returns how many of these numbers are different, and how often the most frequent of them occurs.
pub(super) fn count(mut numbers: Vec<u64>) -> (usize, usize) {
    numbers.sort_unstable();
    let runs = numbers.chunk_by(|one, next| one == next).map(<[u64]>::len);
    runs.fold((0, 0), |(different, most), run| (different + 1, most.max(run)))
}

/// Finds a part that more values share than random ones do. Of those `m` of `n` share a part of `b` bits with a probability below
/// C(n, m) 2^(-b (m - 1)) at each place.
pub(super) fn shared(values: &[Vec<Digit>]) -> Option<String> {
    let first = values.first()?;
    let of = values.len();
    for digits in PARTS {
        let mut found: Option<(f64, String)> = None;
        for start in 0..=first.len().checked_sub(digits)? {
            let parts = values.iter().filter_map(|value| value.get(start..start + digits));
            let (different, most) = count(parts.map(number_of).collect());
            let bits = first.iter().skip(start).take(digits).map(|digit| digit.bits).sum::<u32>();
            let same = f64::from(bits) * number(most - 1) * LN_2;
            let place = start + 1;
            let cases = [
                (
                    chosen(of, most) - same,
                    format!(
                        "{most} of {of} that have the same {digits} digits from digit {place} on"
                    ),
                ),
                (
                    of_different(different, of, bits),
                    format!(
                        "{} of {of} that have a part of {digits} digits in common with another, from digit {place} on",
                        of - different
                    ),
                ),
            ];
            for (chance, pattern) in cases {
                if chance < RARE && found.as_ref().is_none_or(|(least, _)| chance < *least) {
                    found = Some((chance, pattern));
                }
            }
        }
        // A shorter part says more plainly what is shared.
        if let Some((_, pattern)) = found {
            return Some(pattern);
        }
    }
    None
}

/// Finds digits that are drawn more often, or more seldom, than others: hexadecimal ones, and where all bits are random those of base64.
pub(super) fn uneven(values: &[Vec<Digit>]) -> Option<String> {
    let whole = values.iter().flatten().filter(|digit| digit.bits == 4);
    let whole: Vec<_> = whole.map(|digit| usize::from(digit.value)).collect();
    uneven_of(&whole, 16, "a hexadecimal digit").or_else(|| {
        let all = values.iter().flatten().all(|digit| digit.bits == 4);
        let triples = values.iter().flat_map(|value| value.chunks_exact(3));
        let base64 = triples.flat_map(|triple| {
            let bits = triple.iter().fold(0, |bits, digit| bits << 4 | usize::from(digit.value));
            [bits >> 6, bits & 63]
        });
        let base64: Vec<_> = base64.filter(|_| all).collect();
        uneven_of(&base64, 64, "a digit of base64")
    })
}

/// Finds the kinds that are drawn too seldom together, as those are that an alphabet does not have: of the ways to choose `k` of `m` kinds
/// each has a share of `k / m`. Those that are drawn too often are the others.
fn uneven_of(digits: &[usize], kinds: usize, what: &str) -> Option<String> {
    let count = |kind| digits.iter().filter(|digit| **digit == kind).count();
    let mut counts: Vec<_> = (0..kinds).map(count).collect();
    counts.sort_unstable();
    let all = digits.len();
    let mut drawn = 0;
    let seldom = (1..kinds).zip(&counts).map(|(rare, count)| {
        drawn += count;
        let share = number(rare) / number(kinds);
        (chosen(kinds, rare) + of_count(drawn, all, share), rare, drawn)
    });
    let (chance, rare, drawn) = seldom.min_by(|one, other| one.0.total_cmp(&other.0))?;
    (all > 0 && chance < RARE).then(|| {
        format!("{drawn} of {all} digits that have {rare} of the {kinds} values of {what}")
    })
}
