use super::tell::{counted, invalid, warning};
use super::{DataError, DataNote, Dataset, Labelled, Targets, parts, split};
use crate::base::Matrix;
use crate::spec::{PointsSpec, SampleShape, SplitSpec, Task, TestPart};

/// Most points that can be put by hand.
pub const MAX_DRAWN_POINTS: usize = 10_000;
/// Most classes of points put by hand.
pub const MAX_POINT_CLASSES: usize = 10;
/// Largest coordinate of a point, so that its square and its cube are still exact enough.
const MAX_COORDINATE: f64 = 1e6;

/// Points that were put by hand, divided as `split` says. A class keeps its number where others
/// are left out, so points of classes 0 and 3 are of four classes.
///
/// # Errors
/// When there are fewer than two points or two classes, more points or classes than the limits
/// allow, or the split is none for points; the sentence says what to do.
pub fn points(spec: &PointsSpec, split: &SplitSpec, seed: u64) -> Result<Dataset, DataError> {
    let used = check(spec, split)?;
    let whole = labelled(spec);
    let (train, validation, test) = parts(&whole, &self::split(&whole.targets, split, seed)?);
    let classes = used.len();
    let task = Task::Classification { classes };
    Ok(Dataset {
        feature_names: vec!["x₁".to_owned(), "x₂".to_owned()],
        label_name: "class".to_owned(),
        class_names: (0..classes).map(|class| format!("class {class}")).collect(),
        steps: steps(spec, &train, validation.as_ref(), &test, split),
        notes: notes(&used),
        validation,
        ..Dataset::new("Drawn points", SampleShape(vec![2]), task, train, test)
    })
}

/// How many points each class has, up to the last class that has any.
fn check(spec: &PointsSpec, split: &SplitSpec) -> Result<Vec<usize>, DataError> {
    let count = spec.points.len();
    if count < 2 {
        return invalid(format!(
            "There {}; click into the plane to put at least 2, of different classes.",
            if count == 0 { "is no point yet" } else { "is only 1 point" }
        ));
    }
    if count > MAX_DRAWN_POINTS {
        return invalid(format!(
            "{count} points put by hand are too many; keep at most {MAX_DRAWN_POINTS}, or save \
             them as a table and open that."
        ));
    }
    if !matches!(split.test, TestPart::Fraction(_)) {
        return invalid("Points put by hand are divided by a share; choose one for the test part.");
    }
    check_each(spec)?;
    let used = class_sizes(spec);
    if used.iter().filter(|&&size| size > 0).count() < 2 {
        return invalid(format!(
            "All {count} points are of class {}; choose another class and add points of it.",
            used.len() - 1
        ));
    }
    Ok(used)
}

fn check_each(spec: &PointsSpec) -> Result<(), DataError> {
    for (place, point) in spec.points.iter().enumerate() {
        let number = place + 1;
        if point.class as usize >= MAX_POINT_CLASSES {
            return invalid(format!(
                "Point {number} is of class {}; choose a class from 0 to {}.",
                point.class,
                MAX_POINT_CLASSES - 1
            ));
        }
        if point.x.get().abs() > MAX_COORDINATE || point.y.get().abs() > MAX_COORDINATE {
            return invalid(format!(
                "Point {number} at ({}, {}) is too far out; keep coordinates within \
                 ±{MAX_COORDINATE}.",
                point.x, point.y
            ));
        }
    }
    Ok(())
}

fn class_sizes(spec: &PointsSpec) -> Vec<usize> {
    let mut sizes = Vec::new();
    for point in &spec.points {
        let class = point.class as usize;
        if sizes.len() <= class {
            sizes.resize(class + 1, 0);
        }
        sizes[class] += 1;
    }
    sizes
}

fn labelled(spec: &PointsSpec) -> Labelled {
    let values = spec.points.iter().flat_map(|point| [point.x, point.y]);
    let values = values.map(|value| value.get() as f32).collect();
    let features =
        Matrix::new(spec.points.len(), 2, values).expect("every point has two coordinates");
    Labelled::new(features, Targets::Classes(spec.points.iter().map(|point| point.class).collect()))
}

fn steps(
    spec: &PointsSpec,
    train: &Labelled,
    validation: Option<&Labelled>,
    test: &Labelled,
    split: &SplitSpec,
) -> Vec<String> {
    let how = match (split.shuffled, split.stratified) {
        (true, true) => "drawn at random from each class",
        (true, false) => "drawn at random",
        (false, _) => "the last ones",
    };
    let held = match validation {
        Some(part) => format!("{} to validate on and {} to test on", part.rows(), test.rows()),
        None => format!("{} to test on", test.rows()),
    };
    vec![
        format!("{} put by hand.", counted(spec.points.len(), "point")),
        format!("{} to train on, {held}, {how}.", counted(train.rows(), "point")),
    ]
}

/// Classes that cannot be in both parts.
fn notes(sizes: &[usize]) -> Vec<DataNote> {
    let small = sizes.iter().enumerate().filter(|&(_, &size)| size < 2);
    let note = |(class, &size): (usize, &usize)| {
        warning(match size {
            0 => format!("Class {class} has no point; add some, or leave it unused."),
            _ => format!("Class {class} has a single point, which is in one part only; add more."),
        })
    };
    small.map(note).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::Finite;
    use crate::spec::{PointSpec, ValidationPart};

    fn put(points: &[(f64, f64, u32)]) -> PointsSpec {
        let point = |&(x, y, class): &(f64, f64, u32)| {
            let finite = |value| Finite::new(value).expect("finite");
            PointSpec { x: finite(x), y: finite(y), class }
        };
        PointsSpec { points: points.iter().map(point).collect() }
    }

    fn usual(spec: &PointsSpec) -> Result<Dataset, DataError> {
        points(spec, &SplitSpec::default(), 0)
    }

    #[test]
    fn too_few_points_are_refused_with_what_to_do() {
        let far = put(&[(0.0, 0.0, 0), (1e7, 0.0, 1)]);
        for (spec, wanted) in [
            (put(&[]), "There is no point yet; click into the plane"),
            (put(&[(0.0, 0.0, 0)]), "There is only 1 point; click"),
            (put(&[(0.0, 0.0, 2), (1.0, 1.0, 2)]), "All 2 points are of class 2; choose another"),
            (put(&[(0.0, 0.0, 0), (1.0, 1.0, 10)]), "Point 2 is of class 10; choose a class"),
            (put(&[(0.0, 0.0, 0), (1.0, 1.0, u32::MAX)]), "from 0 to 9"),
            (put(&vec![(0.0, 0.0, 0); 10_001]), "keep at most 10000"),
            (far, "Point 2 at (1e7, 0) is too far out"),
        ] {
            let message = usual(&spec).expect_err(wanted).to_string();
            assert!(message.contains(wanted), "{message}");
        }
        let file = SplitSpec { test: TestPart::File("b.csv".into()), ..SplitSpec::default() };
        let two = put(&[(0.0, 0.0, 0), (1.0, 1.0, 1)]);
        let message = points(&two, &file, 0).expect_err("no file of points").to_string();
        assert!(message.contains("divided by a share"), "{message}");
    }

    #[test]
    fn a_class_keeps_its_number() {
        let spec = put(&[(0.0, 1.0, 0), (2.0, 3.0, 3), (4.0, 5.0, 0), (6.0, 7.0, 3)]);
        let data = usual(&spec).expect("two classes");
        assert_eq!(data.task, Task::Classification { classes: 4 });
        assert_eq!(data.class_names, ["class 0", "class 1", "class 2", "class 3"]);
        let told: Vec<&str> = data.notes.iter().map(|note| note.message.as_str()).collect();
        assert_eq!(told.len(), 2);
        assert!(told[0].starts_with("Class 1 has no point"), "{told:?}");
        assert!(data.is_planar());
        assert_eq!(data.steps[0], "4 points put by hand.");
    }

    #[test]
    fn two_points_are_enough() {
        let data = usual(&put(&[(0.5, -1.5, 0), (2.0, 3.0, 1)])).expect("two classes");
        assert_eq!((data.train.rows(), data.test.rows()), (1, 1));
        assert_eq!(data.notes.len(), 2, "each class is in one part only");
    }

    #[test]
    fn a_validation_part_is_taken_where_it_is_asked_for() {
        let spec = SplitSpec {
            validation: ValidationPart::Fraction(Finite::lit(0.25)),
            ..SplitSpec::default()
        };
        let all: Vec<_> = (0..20).map(|i| (f64::from(i), 0.0, i as u32 % 2)).collect();
        let data = points(&put(&all), &spec, 0).expect("enough points");
        assert_eq!(data.validation.map(|part| part.rows()), Some(5));
        assert_eq!((data.train.rows(), data.test.rows()), (11, 4));
        assert!(data.steps[1].contains("5 to validate on and 4 to test on"), "{:?}", data.steps);
    }

    proptest! {
        #[test]
        fn every_point_is_in_one_part(
            all in prop::collection::vec((-10.0_f64..10.0, -10.0_f64..10.0, 0_u32..10), 0..60),
            seed: u64, stratified: bool, shuffled: bool,
        ) {
            let split = SplitSpec { stratified, shuffled, ..SplitSpec::default() };
            let used: std::collections::BTreeSet<u32> = all.iter().map(|point| point.2).collect();
            let data = points(&put(&all), &split, seed);
            prop_assert_eq!(data.is_ok(), used.len() >= 2);
            let Ok(data) = data else { return Ok(()) };
            prop_assert_eq!(&Ok(data.clone()), &points(&put(&all), &split, seed));
            let last = used.last().copied().unwrap_or_default();
            prop_assert_eq!(data.task, Task::Classification { classes: last as usize + 1 });
            let mut found = Vec::new();
            for (_, part) in data.parts() {
                prop_assert!(part.rows() > 0);
                for row in 0..part.rows() {
                    let place = part.features.row(row);
                    let class = part.targets.class(row).expect("classes");
                    found.push((place[0].to_bits(), place[1].to_bits(), class));
                }
            }
            let mut wanted: Vec<_> = all
                .iter()
                .map(|&(x, y, class)| ((x as f32).to_bits(), (y as f32).to_bits(), class as usize))
                .collect();
            found.sort_unstable();
            wanted.sort_unstable();
            prop_assert_eq!(found, wanted);
        }
    }
}
