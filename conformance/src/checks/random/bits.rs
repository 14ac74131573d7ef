//! Bits that are always, nearly always or in turn the same, and bits that follow from others.

use super::Digit;
use super::chance::{RARE, of_count};

/// A column of a sample: one bit of all values, in their order.
type Column = Vec<u64>;

const WORD: usize = 64;
/// So many values back a bit is compared with itself.
const LAGS: std::ops::RangeInclusive<usize> = 1..=4;
/// With so many values more than there are bits, random bits depend on each other less than once in 2^48.
const SURPLUS: usize = 48;

/// The random bits of a value in their order.
fn bits(value: &[Digit]) -> impl Iterator<Item = bool> {
    value.iter().flat_map(|digit| (0..digit.bits).rev().map(move |bit| digit.value >> bit & 1 == 1))
}

fn columns(values: &[Vec<Digit>]) -> Vec<Column> {
    let width = values.first().map_or(0, |value| bits(value).count());
    let mut columns = vec![vec![0; values.len().div_ceil(WORD)]; width];
    for (at, value) in values.iter().enumerate() {
        for (column, bit) in columns.iter_mut().zip(bits(value)) {
            if let Some(word) = column.get_mut(at / WORD) {
                *word |= u64::from(bit) << (at % WORD);
            }
        }
    }
    columns
}

fn ones(words: impl Iterator<Item = u64>) -> usize {
    words.map(|word| usize::try_from(word.count_ones()).unwrap_or(0)).sum()
}

/// Counts the bits that are the same in all values. A random bit is so in `n` of them with a probability of 2^(1 - n), which for 64
/// of them is 10^-19.
pub(super) fn constant(values: &[Vec<Digit>]) -> Option<String> {
    let columns = columns(values);
    let is_constant = |column: &&Column| {
        let ones = ones(column.iter().copied());
        ones == 0 || ones == values.len()
    };
    let constant = columns.iter().filter(is_constant).count();
    (constant > 0).then(|| {
        let (of, all) = (columns.len(), values.len());
        format!("{constant} of {of} bits that are the same in all {all}")
    })
}

/// Finds a bit that is 0, or 1, too often, or that too often is, or is not, what it was a few values before.
pub(super) fn uneven(values: &[Vec<Digit>]) -> Option<String> {
    let all = values.len();
    let rows: Vec<Vec<bool>> = values.iter().map(|value| bits(value).collect()).collect();
    let width = rows.first()?.len();
    let bit = |row: usize, at: usize| rows.get(row).and_then(|row| row.get(at)).copied();
    (0..width).find_map(|at| {
        let set = (0..all).filter(|row| bit(*row, at) == Some(true)).count();
        if of_count(set, all, 0.5) < RARE {
            let (count, value) = if set > all / 2 { (set, 1) } else { (all - set, 0) };
            return Some(format!("a bit that is {value} in {count} of {all}"));
        }
        LAGS.filter(|lag| *lag < all).find_map(|lag| {
            let of = all - lag;
            let same = (0..of).filter(|row| bit(*row, at) == bit(row + lag, at)).count();
            (of_count(same, of, 0.5) < RARE).then(|| {
                let (count, what) =
                    if same > of / 2 { (same, "the same") } else { (of - same, "different") };
                format!("a bit that is {what} in {count} of {of} values that are {lag} apart")
            })
        })
    })
}

/// Finds two bits that are the same, or different, too often.
pub(super) fn paired(values: &[Vec<Digit>]) -> Option<String> {
    let (columns, all) = (columns(values), values.len());
    columns.iter().enumerate().find_map(|(at, one)| {
        columns.iter().skip(at + 1).find_map(|other| {
            let different = ones(one.iter().zip(other).map(|(one, other)| one ^ other));
            (of_count(different, all, 0.5) < RARE).then(|| {
                let (count, what) = if different > all / 2 {
                    (different, "different")
                } else {
                    (all - different, "the same")
                };
                format!("two bits that are {what} in {count} of {all}")
            })
        })
    })
}

/// Finds bits that are sums of others, as those of a checksum or of most small generators are.
pub(super) fn dependent(values: &[Vec<Digit>]) -> Option<String> {
    let mut rest = columns(values);
    let width = rest.len();
    if values.len() < width + 1 + SURPLUS {
        return None;
    }
    // A bit may also be the opposite of such a sum.
    let all_ones = (0..values.len().div_ceil(WORD)).map(|word| {
        let left = values.len() - word * WORD;
        if left >= WORD { u64::MAX } else { (1 << left) - 1 }
    });
    rest.push(all_ones.collect());
    let mut rank = 0;
    while let Some(column) = rest.pop() {
        let Some(word) = column.iter().position(|word| *word != 0) else { continue };
        let lead = column.get(word)?.trailing_zeros();
        rank += 1;
        for other in &mut rest {
            if other.get(word).is_some_and(|bits| bits >> lead & 1 == 1) {
                other.iter_mut().zip(&column).for_each(|(bits, own)| *bits ^= own);
            }
        }
    }
    let dependent = width + 1 - rank;
    (dependent > 0).then(|| format!("{dependent} of {width} bits that follow from the others"))
}
