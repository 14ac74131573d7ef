//! How seldom random values are as uneven as these, as natural logarithms: each is an upper bound.

use std::f64::consts::LN_2;

/// How often a single comparison may be wrong: 10^-14.
pub(super) const RARE: f64 = -32.236_191_301_916_64;

pub(super) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The number of ways to choose `some` of `all`.
pub(super) fn chosen(all: usize, some: usize) -> f64 {
    (0..some).map(|at| (number(all - at) / number(at + 1)).ln()).sum()
}

/// Of `all` independent events that have this probability each, so many happen, or even more on that side of the mean.
///
/// Chernoff's bound: exp(-n D(k/n ‖ p)).
pub(super) fn of_count(count: usize, all: usize, probability: f64) -> f64 {
    let share = number(count) / number(all.max(1));
    let part = |share: f64, probability: f64| {
        if share > 0.0 { share * (share / probability).ln() } else { 0.0 }
    };
    -number(all) * (part(share, probability) + part(1.0 - share, 1.0 - probability))
}

/// Of `all` random texts of so many bits as few as these are different, or fewer.
///
/// Then `k = all - different` pairs of them are the same that form no circle, for which there are fewer than C(n, 2)^k / k! choices
/// with a probability of 2^(-bits k) each.
pub(super) fn of_different(different: usize, all: usize, bits: u32) -> f64 {
    let same = all - different;
    if same == 0 {
        return 0.0;
    }
    let factorial: f64 = (1..=same).map(|at| number(at).ln()).sum();
    number(same) * (chosen(all, 2) - f64::from(bits) * LN_2) - factorial
}

/// Of the steps between `all` random numbers so many go up, or even more.
///
/// Their number is the whole part of a sum of `n` random numbers between 0 and 1, which Chernoff's bound holds for: the least, over
/// t, of exp(-t (k - n/2)) (sinh(t/2) / (t/2))^n.
pub(super) fn of_steps(up: usize, all: usize) -> f64 {
    let more = number(up) - number(all) / 2.0;
    if more <= 0.0 {
        return 0.0;
    }
    let bound = |t: f64| {
        let half = t / 2.0;
        // The logarithm of sinh(half) / half, without overflow.
        let spread = half + (-(-2.0 * half).exp()).ln_1p() - LN_2 - half.ln();
        number(all) * spread - t * more
    };
    let points = (1..=400_u32).map(|at| bound(f64::from(at) / 4.0));
    points.fold(0.0, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-6 * other.abs().max(1.0)
    }

    #[test]
    fn bounds_are_those_that_can_be_computed_by_hand() {
        assert!(near(RARE, 1e-14_f64.ln()));
        assert!(near(chosen(5, 2), 10_f64.ln()));
        // All of 64 coins show one side: 2^-64.
        assert!(near(of_count(64, 64, 0.5), -64.0 * LN_2));
        assert!(near(of_count(0, 64, 0.5), -64.0 * LN_2));
        assert!(near(of_count(32, 64, 0.5), 0.0));
        // Two of 500 texts of 64 bits are the same: C(500, 2) / 2^64.
        assert!(near(of_different(499, 500, 64), 124_750_f64.ln() - 64.0 * LN_2));
        assert!(near(of_different(500, 500, 16), 0.0));
    }

    #[test]
    fn of_random_numbers_few_go_up_every_time() {
        // Ten numbers are sorted once in 10! = 3,628,800.
        let bound = of_steps(9, 10);
        assert!(bound < -11.0 && bound > -(3_628_800_f64.ln()), "{bound}");
        assert!(of_steps(63, 64) < RARE);
        assert!(of_steps(250, 500) > -1.0);
        assert!(near(of_steps(100, 500), 0.0));
    }
}
