//! Bounds for the median of a distribution, from a sample.

use std::f64::consts::LN_2;

use serde::Serialize;

/// The probability that an [`Interval`] holds the median.
pub const CONFIDENCE: f64 = 0.999;

/// Bounds between which the median of what was sampled lies, in 999 of 1,000 samples, whatever its distribution.
///
/// They are two of the sample's own values: those that the sign test does not tell from the median. Nothing is assumed of
/// noise but that each value is drawn like the others, so a few values that are far off move nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The least that the median can be.
    pub low: f64,
    /// The sample's median.
    pub median: f64,
    /// The most that it can be.
    pub high: f64,
}

impl Interval {
    /// The interval of a sample, which needs 11 values; fewer say nothing.
    pub fn of_median(mut sample: Vec<f64>) -> Option<Self> {
        sample.sort_unstable_by(f64::total_cmp);
        let (length, outside) = (sample.len(), outside(sample.len()).checked_sub(1)?);
        let at = |place: usize| sample.get(place).copied();
        let upper = at(length / 2)?;
        let lower = at((length - 1) / 2)?;
        let median = f64::midpoint(lower, upper);
        Some(Self { low: at(outside)?, median, high: at(length - 1 - outside)? })
    }

    /// Returns whether the median can be this.
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Returns whether the median is nowhere further than this from 0.
    pub fn is_within(&self, distance: f64) -> bool {
        -distance <= self.low && self.high <= distance
    }
}

/// Returns how many of so many values lie at least below the median, and as many above it, at that confidence.
fn outside(values: usize) -> usize {
    let Ok(all) = u32::try_from(values) else { return 0 };
    // Each value lies below the median or not, as a coin falls. The logarithm of the chance of no head at all:
    let mut chance = -f64::from(all) * LN_2;
    let mut heads_or_fewer = 0.0;
    for heads in 0..all {
        heads_or_fewer += chance.exp();
        if heads_or_fewer > (1.0 - CONFIDENCE) / 2.0 {
            return usize::try_from(heads).unwrap_or(0);
        }
        chance += (f64::from(all - heads) / f64::from(heads + 1)).ln();
    }
    0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::suite::account::{Accounts, Seed};

    #[test]
    fn the_ranks_are_those_of_the_binomial_distribution() {
        // Computed in whole numbers; 11 values are the first that have one.
        for (values, rank) in [(0, 0), (10, 0), (11, 1), (20, 3), (50, 14), (100, 34), (1000, 448)]
        {
            assert_eq!(outside(values), rank, "{values}");
        }
    }

    #[test]
    fn too_small_a_sample_says_nothing() {
        assert_eq!(Interval::of_median(vec![1.0; 10]), None);
        let least = Interval::of_median((0..11).map(f64::from).collect()).unwrap();
        assert_eq!(least, Interval { low: 0.0, median: 5.0, high: 10.0 });
    }

    proptest! {
        #[test]
        fn a_constant_moves_the_interval_by_itself_and_signs_turn_it_around(
            sample in prop::collection::vec(-1000_i32..1000, 11..300),
            constant in -1000_i32..1000,
        ) {
            let of = |change: &dyn Fn(i32) -> i32| {
                let changed = sample.iter().map(|it| f64::from(change(*it))).collect();
                Interval::of_median(changed).unwrap()
            };
            let Interval { low, median, high } = of(&|it| it);
            prop_assert!(low <= median && median <= high);
            let by = f64::from(constant);
            let moved = Interval { low: low + by, median: median + by, high: high + by };
            prop_assert_eq!(of(&|it| it + constant), moved);
            let turned = Interval { low: -high, median: -median, high: -low };
            prop_assert_eq!(of(&|it| -it), turned);
        }
    }

    #[test]
    fn it_misses_the_median_in_about_one_sample_of_a_thousand() {
        let mut dice = Accounts::new(&Seed::fixed(7), 0);
        let mut missed = 0;
        for _ in 0..5000 {
            let sample = (0..60).map(|_| dice.below(1_000_000) as f64 - 499_999.5);
            missed += usize::from(!Interval::of_median(sample.collect()).unwrap().holds(0.0));
        }
        assert!((1..=10).contains(&missed), "{missed}");
    }
}
