use crate::base::{Finite, Rng, RunRng, Stream};

use super::{Axis, AxisValues, Range, Value};

/// The values of one trial of a random search. They follow from seed and trial alone, so no other
/// trial, and no order, changes them.
pub(super) fn values(axes: &[Axis], seed: u64, trial: usize) -> Vec<Value> {
    let mut rng = RunRng::new(seed).stream(Stream::Search, trial as u32);
    axes.iter().map(|axis| value(&axis.values, &mut rng)).collect()
}

fn value(values: &AxisValues, rng: &mut Rng) -> Value {
    match values {
        AxisValues::Listed(all) => all[rng.below(all.len())].clone(),
        AxisValues::Range(range) => Value::Number(number(*range, rng)),
    }
}

/// A number of a range, with four significant digits, so that the value that is shown is the one
/// that was tried.
fn number(range: Range, rng: &mut Rng) -> Finite {
    let Range { low, high, log, whole } = range;
    let (low, high) = (low.get(), high.get());
    let drawn = match (log, whole) {
        (false, false) => rng.range(low, high),
        (true, false) => rng.range(low.ln(), high.ln()).exp(),
        // Each whole number has a piece of the same width, or of the same ratio.
        (false, true) => (low + (rng.uniform() * (high - low + 1.0)).floor()).min(high),
        (true, true) => rng.range(low.ln(), (high + 1.0).ln()).exp().floor(),
    };
    let rounded = if whole { drawn } else { four_digits(drawn) };
    Finite::new(rounded.clamp(low, high)).unwrap_or(range.low)
}

fn four_digits(number: f64) -> f64 {
    format!("{number:.3e}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn axis(range: Range) -> Vec<Axis> {
        vec![Axis { path: "train.lr".into(), values: AxisValues::Range(range) }]
    }

    fn range(low: f64, high: f64, log: bool, whole: bool) -> Range {
        Range { low: Finite::lit(low), high: Finite::lit(high), log, whole }
    }

    fn drawn(range: Range, trials: usize) -> Vec<f64> {
        let axes = axis(range);
        let value = |trial| values(&axes, 3, trial)[0].number().expect("a number").get();
        (0..trials).map(value).collect()
    }

    proptest! {
        #[test]
        fn numbers_stay_in_their_range(low in 1e-6_f64..1e3, width in 0.0_f64..1e3, log: bool) {
            let range = range(low, low + width, log, false);
            for number in drawn(range, 20) {
                prop_assert!((low..=low + width).contains(&number), "{number}");
            }
        }

        #[test]
        fn a_trial_does_not_depend_on_the_others(seed: u64, trial in 0_usize..1000) {
            let axes = axis(range(1e-4, 1.0, true, false));
            let alone = values(&axes, seed, trial);
            (0..trial.min(5)).for_each(|other| drop(values(&axes, seed, other)));
            prop_assert_eq!(alone, values(&axes, seed, trial));
        }
    }

    #[test]
    fn a_logarithmic_range_gives_each_decade_the_same() {
        let numbers = drawn(range(1e-4, 1.0, true, false), 4000);
        for decade in [1e-4, 1e-3, 1e-2, 1e-1] {
            let inside = |x: &&f64| (decade..10.0 * decade).contains(*x);
            // 1000 are expected; five standard deviations of a binomial count are 137.
            let count = numbers.iter().filter(inside).count();
            assert!((863..=1137).contains(&count), "{decade}: {count}");
        }
    }

    #[test]
    fn whole_numbers_are_whole_and_both_ends_occur() {
        for log in [false, true] {
            let numbers = drawn(range(1.0, 4.0, log, true), 400);
            assert!(numbers.iter().all(|x| x.fract() == 0.0));
            for end in [1.0, 2.0, 3.0, 4.0] {
                assert!(numbers.contains(&end), "{end}");
            }
        }
    }

    #[test]
    fn trials_and_seeds_differ() {
        let axes = axis(range(0.0, 1.0, false, false));
        assert_ne!(values(&axes, 0, 0), values(&axes, 0, 1));
        assert_ne!(values(&axes, 0, 0), values(&axes, 1, 0));
    }
}
