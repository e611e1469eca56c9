use super::tell::invalid;
use super::{DataError, Dataset, Labelled, Targets};
use crate::base::{Finite, Rng, RunRng, Stream};
use crate::spec::{SplitSpec, TestPart, ValidationPart};

/// Which rows are trained on and which are held out, each in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Rows of the training part.
    pub train: Vec<usize>,
    /// Rows of the validation part; none where none was asked for.
    pub validation: Vec<usize>,
    /// Rows of the test part.
    pub test: Vec<usize>,
}

/// Divides the rows of `targets` into a test part, which is a fraction of them, a validation part
/// and what is left to train on.
///
/// Shuffled, the test part is drawn by [`Stream::Split`] of `seed` and the validation part by
/// [`Stream::Validation`], so the choice of one never moves the other. Not shuffled, the test part
/// is the last rows, the validation part the last ones before it, and fold *k* the *k*-th block of
/// what is not tested on; nothing is stratified then.
///
/// A fraction is one of all rows, rounded, but leaves at least one row to each part. A stratified
/// split of classes gives each class its share by the method of largest remainders; a class of two
/// rows or more has a row on both sides, a class of one row stays in the training part. Stratified
/// folds deal the rows of one class after another, so folds differ by at most one row, of each
/// class and of all. Numbers to be predicted are never stratified.
///
/// # Errors
/// When there are fewer than two rows (three with a validation part, or fewer than there are
/// folds), a fraction is not strictly between 0 and 1, both together are all rows, there is no
/// such fold, or the test part is no fraction.
pub fn split(targets: &Targets, spec: &SplitSpec, seed: u64) -> Result<Split, DataError> {
    let TestPart::Fraction(share) = spec.test else {
        return invalid("A share of the rows is needed to hold a test part out.");
    };
    let fraction = checked(share, "test")?;
    if let ValidationPart::Fraction(validation) = spec.validation
        && fraction + checked(validation, "validation")? >= 1.0
    {
        return invalid(format!(
            "A test share of {share} and a validation share of {validation} leave nothing to \
             train on; choose smaller ones."
        ));
    }
    if targets.len() < 2 {
        return invalid(format!(
            "At least 2 rows are needed to hold out a test part; the data have {}.",
            targets.len()
        ));
    }
    let wanted = held_out(targets.len(), fraction);
    let draw = Draw { spec, rng: RunRng::new(seed).stream(Stream::Split, 0) };
    let (rest, test) = parted(targets.len(), draw.share(targets, fraction, wanted));
    let (train, validation) = validation(targets, rest, targets.len(), spec, seed)?;
    Ok(Split { train, validation, test })
}

/// Divides `whole` as `split` says: training, validation (where there is one) and test part.
///
/// # Panics
/// When a named row does not exist.
#[must_use]
pub fn parts(whole: &Labelled, split: &Split) -> (Labelled, Option<Labelled>, Labelled) {
    let validation = (!split.validation.is_empty()).then(|| whole.gather(&split.validation));
    (whole.gather(&split.train), validation, whole.gather(&split.test))
}

/// Takes the validation part that `spec` asks for from the training part of data that bring their
/// own test part. A fraction is one of the rows the training part has. Comes before anything is
/// learnt from the training part, and before augmentation, which knows its rows by number.
///
/// # Errors
/// As [`split`].
///
/// # Panics
/// When the training samples are augmented already.
pub fn hold_out_validation(
    data: &mut Dataset,
    spec: &SplitSpec,
    seed: u64,
) -> Result<(), DataError> {
    if spec.validation == ValidationPart::None {
        return Ok(());
    }
    assert!(data.augment.is_none(), "augmentation knows the training rows by number");
    let rows = data.train.rows();
    let (train, held) = validation(&data.train.targets, (0..rows).collect(), rows, spec, seed)?;
    data.validation = Some(data.train.gather(&held));
    data.train = data.train.gather(&train);
    data.steps.push(validation_step(held.len(), rows, spec));
    Ok(())
}

/// `200 of the 1000 training rows held out for validation, drawn by class.`
fn validation_step(held: usize, rows: usize, spec: &SplitSpec) -> String {
    let how = match spec.validation {
        ValidationPart::Fold { folds, fold } => format!("fold {} of {folds}", fold + 1),
        _ if spec.shuffled => "drawn at random".to_owned(),
        _ => "the last ones".to_owned(),
    };
    format!("{held} of {rows} training rows held out for validation, {how}.")
}

/// Divides `rows` into those that are trained on and the validation part of `spec`. A fraction is
/// one of `all` rows. Draws from [`Stream::Validation`] of `seed`.
///
/// # Errors
/// As [`split`].
pub(super) fn validation(
    targets: &Targets,
    rows: Vec<usize>,
    all: usize,
    spec: &SplitSpec,
    seed: u64,
) -> Result<(Vec<usize>, Vec<usize>), DataError> {
    let draw = Draw { spec, rng: RunRng::new(seed).stream(Stream::Validation, 0) };
    let held = match spec.validation {
        ValidationPart::None => return Ok((rows, Vec::new())),
        ValidationPart::Fraction(share) => {
            checked(share, "validation")?;
            enough(rows.len(), 2, "hold out a validation part")?;
            let wanted = (all as f64 * share.get()).round() as usize;
            let wanted = wanted.clamp(1, rows.len() - 1);
            draw.share(&targets.gather(&rows), wanted as f64 / rows.len() as f64, wanted)
        }
        ValidationPart::Fold { folds, fold } => {
            if folds < 2 || fold >= folds {
                return invalid(format!(
                    "There is no fold {} of {folds}. Cross-validation needs at least 2 folds.",
                    fold.saturating_add(1)
                ));
            }
            enough(rows.len(), folds, &format!("make {folds} folds"))?;
            draw.fold(&targets.gather(&rows), folds, fold)
        }
    };
    let (train, held) = parted(rows.len(), held);
    let named = |places: Vec<usize>| places.into_iter().map(|place| rows[place]).collect();
    Ok((named(train), named(held)))
}

fn enough(rows: usize, needed: usize, purpose: &str) -> Result<(), DataError> {
    if rows >= needed {
        return Ok(());
    }
    invalid(format!(
        "At least {needed} rows beside the test part are needed to {purpose}; there are {rows}."
    ))
}

fn checked(share: Finite, part: &str) -> Result<f64, DataError> {
    let fraction = share.get();
    if fraction > 0.0 && fraction < 1.0 {
        return Ok(fraction);
    }
    invalid(format!(
        "A {part} share of {share} leaves one part empty; choose a number between 0 and 1."
    ))
}

/// How rows are chosen.
struct Draw<'a> {
    spec: &'a SplitSpec,
    rng: Rng,
}

impl Draw<'_> {
    /// `wanted` rows, `fraction` of each class where that is asked for.
    fn share(mut self, targets: &Targets, fraction: f64, wanted: usize) -> Vec<usize> {
        if !self.spec.shuffled {
            return (targets.len() - wanted..targets.len()).collect();
        }
        let held = match targets {
            Targets::Classes(classes) if self.spec.stratified => {
                by_class(classes, fraction, wanted, &mut self.rng)
            }
            _ => None,
        };
        held.unwrap_or_else(|| take(self.rng.permutation(targets.len()), wanted))
    }

    /// One of `folds` parts that differ by at most one row.
    fn fold(mut self, targets: &Targets, folds: usize, fold: usize) -> Vec<usize> {
        let rows = targets.len();
        if !self.spec.shuffled {
            return (fold * rows / folds..(fold + 1) * rows / folds).collect();
        }
        let dealt = match targets {
            Targets::Classes(classes) if self.spec.stratified => {
                let mut members = members(classes);
                members.iter_mut().for_each(|rows| self.rng.shuffle(rows));
                members.concat()
            }
            _ => self.rng.permutation(rows),
        };
        dealt.into_iter().skip(fold).step_by(folds).collect()
    }
}

fn held_out(rows: usize, fraction: f64) -> usize {
    ((rows as f64 * fraction).round() as usize).clamp(1, rows - 1)
}

fn take(mut shuffled: Vec<usize>, count: usize) -> Vec<usize> {
    shuffled.truncate(count);
    shuffled
}

/// The other rows and the held ones, both in ascending order.
fn parted(rows: usize, held: Vec<usize>) -> (Vec<usize>, Vec<usize>) {
    let mut is_held = vec![false; rows];
    for row in held {
        is_held[row] = true;
    }
    (0..rows).partition(|&row| !is_held[row])
}

/// The rows of each class.
fn members(classes: &[u32]) -> Vec<Vec<usize>> {
    let mut members: Vec<Vec<usize>> = Vec::new();
    for (row, &class) in classes.iter().enumerate() {
        let class = class as usize;
        if members.len() <= class {
            members.resize_with(class + 1, Vec::new);
        }
        members[class].push(row);
    }
    members
}

/// Rows to hold out, or `None` when every class has a single row, so that nothing can be shared.
fn by_class(classes: &[u32], fraction: f64, wanted: usize, rng: &mut Rng) -> Option<Vec<usize>> {
    let members = members(classes);
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
    use crate::base::Matrix;
    use crate::spec::{SampleShape, Task};

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
        assert!([&parts.train, &parts.validation, &parts.test].iter().all(|part| part.is_sorted()));
        let mut all = [&parts.train[..], &parts.validation, &parts.test].concat();
        all.sort_unstable();
        assert_eq!(all, (0..rows).collect::<Vec<_>>());
        assert!(!parts.train.is_empty() && !parts.test.is_empty());
    }

    fn with_validation(validation: ValidationPart) -> SplitSpec {
        SplitSpec { validation, ..spec(0.2, true) }
    }

    fn fraction(value: f64) -> ValidationPart {
        ValidationPart::Fraction(Finite::lit(value))
    }

    /// Drawn by the first version; runs of the lab depend on it.
    #[test]
    fn a_seed_draws_the_test_part_it_always_drew() {
        let classes = Targets::Classes((0..30).map(|row| row % 3).collect());
        let held = split(&classes, &spec(0.2, true), 0).expect("enough rows").test;
        assert_eq!(held, [10, 14, 20, 22, 24, 27]);
        let numbers = Targets::Numbers(vec![0.0; 30]);
        let held = split(&numbers, &spec(0.2, true), 7).expect("enough rows").test;
        assert_eq!(held, [5, 16, 17, 18, 21, 22]);
    }

    #[test]
    fn the_validation_part_never_moves_the_test_part() {
        let targets = Targets::Classes((0..100).map(|row| row % 3).collect());
        let plain = split(&targets, &spec(0.2, true), 5).expect("enough rows");
        for validation in [fraction(0.1), ValidationPart::Fold { folds: 4, fold: 2 }] {
            let parts = split(&targets, &with_validation(validation), 5).expect("enough rows");
            assert_eq!(parts.test, plain.test);
            check_partition(&parts, 100);
            assert!((10..=20).contains(&parts.validation.len()));
        }
    }

    #[test]
    fn rows_in_order_hold_out_the_last_ones() {
        let targets = Targets::Classes((0..10).map(|row| row / 5).collect());
        let ordered = |validation| SplitSpec { shuffled: false, ..with_validation(validation) };
        let parts = split(&targets, &ordered(fraction(0.3)), 9).expect("enough rows");
        assert_eq!(parts.train, [0, 1, 2, 3, 4]);
        assert_eq!((parts.validation, parts.test), (vec![5, 6, 7], vec![8, 9]));
        let fold = ValidationPart::Fold { folds: 3, fold: 1 };
        let parts = split(&targets, &ordered(fold), 9).expect("enough rows");
        assert_eq!(parts.validation, [2, 3, 4]);
    }

    #[test]
    fn a_validation_part_that_cannot_be_is_refused() {
        let five = Targets::Numbers(vec![0.0; 5]);
        for (validation, wanted) in [
            (fraction(0.8), "leave nothing to train on"),
            (fraction(1.0), "A validation share of 1 leaves one part empty"),
            (ValidationPart::Fold { folds: 1, fold: 0 }, "There is no fold 1 of 1."),
            (ValidationPart::Fold { folds: 3, fold: 3 }, "There is no fold 4 of 3."),
            (ValidationPart::Fold { folds: 5, fold: 0 }, "make 5 folds; there are 4."),
        ] {
            let message = split(&five, &with_validation(validation), 0).expect_err("refused");
            assert!(message.to_string().contains(wanted), "{message}");
        }
        let two = Targets::Numbers(vec![0.0; 2]);
        let message = split(&two, &with_validation(fraction(0.1)), 0).expect_err("refused");
        assert!(message.to_string().contains("At least 2 rows beside the test part"), "{message}");
    }

    #[test]
    fn data_with_a_test_part_of_their_own_are_validated_on_training_rows() {
        let part = |rows: u32| {
            let values = (0..rows).map(|row| row as f32).collect();
            let classes = (0..rows).map(|row| row % 2).collect();
            let features = Matrix::new(rows as usize, 1, values).expect("fits");
            Labelled::new(features, Targets::Classes(classes))
        };
        let task = Task::Classification { classes: 2 };
        let whole = Dataset::new("own", SampleShape(vec![1]), task, part(20), part(6));
        let mut data = whole.clone();
        hold_out_validation(&mut data, &with_validation(ValidationPart::None), 3).expect("none");
        assert_eq!(data, whole);
        hold_out_validation(&mut data, &with_validation(fraction(0.25)), 3).expect("enough rows");
        let held = data.validation.as_ref().expect("asked for");
        assert_eq!((data.train.rows(), held.rows(), data.test.rows()), (15, 5, 6));
        let mut all: Vec<f32> = [&data.train, held]
            .iter()
            .flat_map(|part| part.features.table().expect("in memory").data().to_vec())
            .collect();
        all.sort_by(f32::total_cmp);
        assert_eq!(all, (0..20_u8).map(f32::from).collect::<Vec<_>>());
        assert_eq!(data.steps, ["5 of 20 training rows held out for validation, drawn at random."]);
    }

    proptest! {
        #[test]
        fn folds_partition_what_is_not_tested_on(
            classes in prop::collection::vec(0_u32..4, 12..200), folds in 2_usize..7,
            stratified: bool, shuffled: bool, seed: u64,
        ) {
            let targets = Targets::Classes(classes.clone());
            let spec = |fold| SplitSpec {
                shuffled,
                validation: ValidationPart::Fold { folds, fold },
                ..spec(0.2, stratified)
            };
            let all: Vec<Split> = (0..folds)
                .map(|fold| split(&targets, &spec(fold), seed).expect("enough rows"))
                .collect();
            let mut rows = all[0].test.clone();
            for (fold, parts) in all.iter().enumerate() {
                check_partition(parts, classes.len());
                prop_assert_eq!(&parts.test, &all[0].test);
                prop_assert_eq!(parts, &split(&targets, &spec(fold), seed).expect("the same"));
                rows.extend(&parts.validation);
            }
            rows.sort_unstable();
            prop_assert_eq!(rows, (0..classes.len()).collect::<Vec<_>>());
            let even = |counts: Vec<usize>| {
                counts.iter().max().unwrap_or(&0) - counts.iter().min().unwrap_or(&0) <= 1
            };
            prop_assert!(even(all.iter().map(|parts| parts.validation.len()).collect()));
            for class in 0..4 {
                let of_class = |parts: &Split| {
                    parts.validation.iter().filter(|&&row| classes[row] == class).count()
                };
                prop_assert!(!(stratified && shuffled) || even(all.iter().map(of_class).collect()));
            }
        }

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
