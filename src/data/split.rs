use super::tell::invalid;
use super::{DataError, Targets};
use crate::base::{Rng, RunRng, Stream};
use crate::spec::{SplitSpec, TestPart};

/// Which rows are trained on and which are held out, each in ascending order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Rows of the training part.
    pub train: Vec<usize>,
    /// Rows of the test part.
    pub test: Vec<usize>,
}

/// Divides the rows of `targets` at random, by [`Stream::Split`] of `seed`.
///
/// The test part gets `test_fraction` of the rows, rounded, but at least one row and never all.
/// A stratified split of classes gives each class its share by the method of largest remainders;
/// a class of two rows or more has a row in both parts, a class of one row stays in the training
/// part. Numbers to be predicted are never stratified.
///
/// # Errors
/// When there are fewer than two rows, or the fraction is not strictly between 0 and 1.
pub fn split(targets: &Targets, spec: &SplitSpec, seed: u64) -> Result<Split, DataError> {
    let TestPart::Fraction(share) = spec.test else {
        return invalid("A share of the rows is needed to hold a test part out.");
    };
    let fraction = share.get();
    if !(fraction > 0.0 && fraction < 1.0) {
        return invalid(format!(
            "A test share of {} leaves one part empty; choose a number between 0 and 1.",
            share
        ));
    }
    if targets.len() < 2 {
        return invalid(format!(
            "At least 2 rows are needed to hold out a test part; the data have {}.",
            targets.len()
        ));
    }
    let mut rng = RunRng::new(seed).stream(Stream::Split, 0);
    let wanted = held_out(targets.len(), fraction);
    let test = match targets {
        Targets::Classes(classes) if spec.stratified => {
            by_class(classes, fraction, wanted, &mut rng)
        }
        _ => None,
    };
    let test = test.unwrap_or_else(|| take(rng.permutation(targets.len()), wanted));
    Ok(with_rest(test, targets.len()))
}

fn held_out(rows: usize, fraction: f64) -> usize {
    ((rows as f64 * fraction).round() as usize).clamp(1, rows - 1)
}

fn take(mut shuffled: Vec<usize>, count: usize) -> Vec<usize> {
    shuffled.truncate(count);
    shuffled
}

fn with_rest(test: Vec<usize>, rows: usize) -> Split {
    let mut held_out = vec![false; rows];
    for row in test {
        held_out[row] = true;
    }
    let (test, train) = (0..rows).partition(|&row| held_out[row]);
    Split { train, test }
}

/// Rows to hold out, or `None` when every class has a single row, so that nothing can be shared.
fn by_class(classes: &[u32], fraction: f64, wanted: usize, rng: &mut Rng) -> Option<Vec<usize>> {
    let mut members: Vec<Vec<usize>> = Vec::new();
    for (row, &class) in classes.iter().enumerate() {
        let class = class as usize;
        if members.len() <= class {
            members.resize_with(class + 1, Vec::new);
        }
        members[class].push(row);
    }
    let sizes: Vec<usize> = members.iter().map(Vec::len).collect();
    if sizes.iter().all(|&size| size < 2) {
        return None;
    }
    let mut test = Vec::with_capacity(wanted);
    for (mut rows, share) in members.into_iter().zip(shares(&sizes, fraction, wanted)) {
        rng.shuffle(&mut rows);
        test.extend(take(rows, share));
    }
    Some(test)
}

/// How many rows of each class are held out: `wanted` together, as far as the bounds allow.
fn shares(sizes: &[usize], fraction: f64, wanted: usize) -> Vec<usize> {
    let quota = |class: usize| sizes[class] as f64 * fraction;
    let least = |class: usize| usize::from(sizes[class] >= 2);
    let most = |class: usize| sizes[class].saturating_sub(1);
    let mut shares: Vec<usize> = (0..sizes.len())
        .map(|class| (quota(class).floor() as usize).clamp(least(class), most(class)))
        .collect();
    let mut total: usize = shares.iter().sum();
    let missing = |shares: &[usize], class: usize| quota(class) - shares[class] as f64;
    while total < wanted {
        let open = (0..sizes.len()).filter(|&class| shares[class] < most(class));
        // `rev` because `max_by` keeps the last of equals, and the first class is to win.
        let Some(class) =
            open.rev().max_by(|&a, &b| missing(&shares, a).total_cmp(&missing(&shares, b)))
        else {
            break;
        };
        shares[class] += 1;
        total += 1;
    }
    while total > wanted {
        let open = (0..sizes.len()).filter(|&class| shares[class] > least(class));
        let Some(class) = open.min_by(|&a, &b| missing(&shares, a).total_cmp(&missing(&shares, b)))
        else {
            break;
        };
        shares[class] -= 1;
        total -= 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::Finite;

    fn spec(fraction: f64, stratified: bool) -> SplitSpec {
        SplitSpec { stratified, ..SplitSpec::fraction(Finite::lit(fraction)) }
    }

    #[test]
    fn shares_follow_the_largest_remainders() {
        // Quotas 1.4, 1.4, 2.8 of 5.6 ≈ 6: floors 1, 1, 2, then .8 and the first .4.
        assert_eq!(shares(&[7, 7, 14], 0.2, 6), [2, 1, 3]);
        assert_eq!(shares(&[50, 50, 50], 0.2, 30), [10, 10, 10]);
        // Small classes keep a row on both sides, whatever the ratio says.
        assert_eq!(shares(&[2, 98], 0.01, 1), [1, 1]);
        assert_eq!(shares(&[2, 98], 0.99, 99), [1, 97]);
        // A lone row stays in the training part; an unused class has none.
        assert_eq!(shares(&[1, 0, 9], 0.5, 5), [0, 0, 5]);
    }

    #[test]
    fn what_cannot_be_divided_is_refused() {
        let two = Targets::Numbers(vec![1.0, 2.0]);
        for fraction in [0.0, 1.0, -0.5, 1.5] {
            let message = split(&two, &spec(fraction, false), 0).expect_err("out of range");
            assert!(message.to_string().contains("between 0 and 1"), "{message}");
        }
        let one = Targets::Numbers(vec![1.0]);
        let message = split(&one, &spec(0.2, true), 0).expect_err("too few").to_string();
        assert!(message.contains("At least 2 rows"), "{message}");
    }

    #[test]
    fn lone_rows_alone_are_still_divided() {
        let targets = Targets::Classes(vec![0, 1, 2, 3]);
        let parts = split(&targets, &spec(0.25, true), 3).expect("enough rows");
        assert_eq!((parts.train.len(), parts.test.len()), (3, 1));
    }

    #[test]
    fn another_seed_gives_another_split() {
        let targets = Targets::Numbers(vec![0.0; 100]);
        let one = split(&targets, &spec(0.2, false), 1);
        assert_eq!(one, split(&targets, &spec(0.2, false), 1));
        assert_ne!(one, split(&targets, &spec(0.2, false), 2));
    }

    fn check_partition(parts: &Split, rows: usize) {
        assert!(parts.train.is_sorted() && parts.test.is_sorted());
        let mut all: Vec<usize> = parts.train.iter().chain(&parts.test).copied().collect();
        all.sort_unstable();
        assert_eq!(all, (0..rows).collect::<Vec<_>>());
        assert!(!parts.train.is_empty() && !parts.test.is_empty());
    }

    proptest! {
        #[test]
        fn every_row_is_in_one_part(
            rows in 2_usize..300, fraction in 0.001_f64..0.999, seed: u64,
        ) {
            let targets = Targets::Numbers(vec![0.0; rows]);
            let parts = split(&targets, &spec(fraction, true), seed).expect("enough rows");
            check_partition(&parts, rows);
            let wanted = ((rows as f64 * fraction).round() as usize).clamp(1, rows - 1);
            prop_assert_eq!(parts.test.len(), wanted);
        }

        #[test]
        fn each_class_is_divided_in_the_same_ratio(
            classes in prop::collection::vec(0_u32..6, 2..300),
            fraction in 0.001_f64..0.999, seed: u64,
        ) {
            let targets = Targets::Classes(classes.clone());
            let parts = split(&targets, &spec(fraction, true), seed).expect("enough rows");
            check_partition(&parts, classes.len());
            prop_assert_eq!(&parts, &split(&targets, &spec(fraction, true), seed).expect("same"));
            let sizes: Vec<usize> = (0..6)
                .map(|class| classes.iter().filter(|&&other| other == class).count())
                .collect();
            if sizes.iter().all(|&size| size < 2) {
                return Ok(());
            }
            for (class, &size) in sizes.iter().enumerate() {
                let held = parts.test.iter().filter(|&&row| classes[row] as usize == class).count();
                let quota = size as f64 * fraction;
                if size >= 2 {
                    prop_assert!((1..size).contains(&held));
                    // Classes that are kept at one row by their bound shift the others' sum, by
                    // at most one row for each of the six classes.
                    prop_assert!((held as f64 - quota).abs() < 7.0);
                } else {
                    prop_assert_eq!(held, 0);
                }
            }
            if sizes.iter().all(|&size| {
                size == 0 || (1.0..=size as f64 - 1.0).contains(&(size as f64 * fraction))
            }) {
                for (class, &size) in sizes.iter().enumerate() {
                    let held =
                        parts.test.iter().filter(|&&row| classes[row] as usize == class).count();
                    prop_assert!((held as f64 - size as f64 * fraction).abs() < 1.0);
                }
            }
        }
    }
}
