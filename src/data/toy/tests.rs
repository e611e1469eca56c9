use super::*;
use crate::base::Finite;
use crate::data::DataHash;

fn spec(kind: ToyKind, noise: f64) -> ToySpec {
    ToySpec { noise: Finite::lit(noise), ..ToySpec::standard(kind) }
}

fn draw(spec: &ToySpec) -> Dataset {
    toy(spec, 1).expect("the settings are within limits")
}

/// What scikit-learn and numpy compute, by `tests/golden/make_toys.py`.
pub(super) fn golden() -> serde_json::Value {
    let text = include_str!("../../../tests/golden/toys.json");
    serde_json::from_str(text).expect("the file is JSON")
}

pub(super) fn number(value: &serde_json::Value) -> f64 {
    value.as_f64().expect("a number")
}

fn values(part: &Labelled) -> &[f32] {
    part.features.table().expect("in memory").data()
}

/// Kinds that are drawn at random.
fn random_kinds() -> impl Iterator<Item = ToyKind> {
    ToyKind::ALL.into_iter().filter(|kind| kind.takes_points())
}

/// The largest coordinate that the formula allows at noise 0.3, with six standard deviations for
/// normal noise.
fn reach(kind: ToyKind) -> f64 {
    match kind {
        ToyKind::Gauss => 2.0 + 6.0 * 2.6_f64.sqrt(),
        ToyKind::Blobs => 3.0 + 1.8,
        ToyKind::Moons => 2.0 + 1.8,
        ToyKind::Checkerboard => 5.0 + 0.3 * 2.5,
        ToyKind::Sine => std::f64::consts::PI,
        ToyKind::Cubic => 1.5,
        ToyKind::LectureSpiral | ToyKind::Line | ToyKind::Step => 1.0,
        _ => 6.0,
    }
}

#[test]
fn the_seed_says_everything_and_the_parts_differ() {
    for kind in random_kinds() {
        let settings = spec(kind, 0.3);
        let one = toy(&settings, 5).expect("the settings are within limits");
        assert_eq!(Ok(&one), toy(&settings, 5).as_ref());
        assert_ne!(Ok(&one.train), toy(&settings, 6).map(|data| data.train).as_ref());
        assert_ne!(one.train, one.test, "{kind:?}");
        assert_eq!(one.train.rows(), one.test.rows());
        assert_eq!(one.is_planar(), kind.inputs() == 2);
        let most = values(&one.train).iter().fold(0.0, |most: f32, value| most.max(value.abs()));
        assert!(f64::from(most) <= reach(kind) + 1e-6, "{kind:?}: {most}");
    }
}

/// Experiments that were saved before there were other sets still give the same numbers.
#[test]
fn the_oldest_sets_are_what_they_always_were() {
    for (kind, wanted) in [
        (ToyKind::LectureSpiral, "2d67edcff04cdea89178461c354c2c55"),
        (ToyKind::Circle, "c2e52e90ffa53a0a66362e64e7020a1f"),
        (ToyKind::Xor, "e62787e2268d7458c308503fe8967acc"),
        (ToyKind::Gauss, "3243a3083011521966e50efea3511085"),
        (ToyKind::Spiral, "9a5f54eb94788d76d1935e2b1b1b9326"),
    ] {
        let data = toy(&spec(kind, 0.3), 5).expect("the settings are within limits");
        assert_eq!(DataHash::of(&data).expect("in memory").to_string(), wanted, "{kind:?}");
    }
}

#[test]
fn every_set_is_described_as_its_kind_says() {
    for kind in ToyKind::ALL {
        let settings = ToySpec::standard(kind);
        let data = draw(&settings);
        assert_eq!(data.name, kind.label());
        assert_eq!(data.task, kind.task(settings.classes));
        assert_eq!(data.shape.0, [kind.inputs()]);
        assert_eq!(data.feature_names.len(), kind.inputs());
        let classes = match data.task {
            Task::Classification { classes } => classes,
            Task::Regression => 0,
        };
        assert_eq!(data.class_names.len(), classes);
        let rows = if kind.takes_points() {
            settings.points_per_class * settings.classes
        } else {
            1 << kind.inputs()
        };
        assert_eq!((data.train.rows(), data.test.rows()), (rows, rows), "{kind:?}");
        assert!(data.steps.iter().all(|step| step.ends_with('.')), "{:?}", data.steps);
        assert!(settings.noise.get() <= max_noise(kind), "{kind:?}");
    }
}

#[test]
fn every_class_has_as_many_points_as_was_said() {
    // The labels of circle and exclusive or are decided by where a point falls.
    let balanced =
        random_kinds().filter(|kind| kind.group() == ToyGroup::Classes && *kind != ToyKind::Xor);
    for kind in balanced {
        let data = draw(&ToySpec { points_per_class: 37, ..spec(kind, 0.0) });
        let classes = data.class_names.len();
        let mut sizes = vec![0; classes];
        for row in 0..data.train.rows() {
            sizes[data.train.targets.class(row).expect("classes")] += 1;
        }
        assert_eq!(sizes, vec![37; classes], "{kind:?}");
    }
}

#[test]
fn a_part_that_repeats_the_other_is_told() {
    for kind in ToyKind::ALL {
        let data = draw(&spec(kind, 0.0));
        let told = data.notes.iter().any(|note| note.message.contains("test part"));
        assert_eq!(told, data.train == data.test, "{kind:?}");
        let is_gate = kind.group() == ToyGroup::Gates;
        assert!(data.notes.iter().all(|note| note.warning != is_gate), "{kind:?}");
        if !is_gate {
            assert_eq!(draw(&spec(kind, 0.1)).notes, [], "{kind:?}");
        }
    }
}

#[test]
fn gates_have_their_rows_whatever_else_is_said() {
    let settings =
        ToySpec { points_per_class: 0, noise: Finite::lit(9.0), ..spec(ToyKind::XorGate, 0.0) };
    let gate = draw(&settings);
    assert_eq!(gate.train, gates::rows(ToyKind::XorGate));
    assert_eq!(gate.train, gate.test);
    assert_eq!((gate.label_name.as_str(), gate.feature_names.len()), ("x₁ XOR x₂", 2));
    assert_eq!(gate.class_names, ["0", "1"]);
    let not = draw(&spec(ToyKind::Not, 0.0));
    assert_eq!((not.label_name.as_str(), not.feature_names.len()), ("NOT x", 1));
}

#[test]
fn settings_outside_the_limits_are_refused_with_the_limit() {
    let good = ToySpec::standard(ToyKind::LectureSpiral);
    let sine = ToySpec::standard(ToyKind::Sine);
    let cases = [
        (ToySpec { classes: 1, ..good.clone() }, "choose 2 to 10"),
        (ToySpec { classes: 11, ..good.clone() }, "choose 2 to 10"),
        (ToySpec { points_per_class: 0, ..good.clone() }, "at least 1 point in each class."),
        (ToySpec { points_per_class: 33_334, ..good.clone() }, "at most 33333 in each class."),
        (ToySpec { points_per_class: usize::MAX, ..good.clone() }, "at most 33333"),
        (ToySpec { noise: Finite::lit(-0.1), ..good.clone() }, "choose 0 to 10"),
        (ToySpec { turn: Finite::lit(101.0), ..good.clone() }, "choose 0 to 100"),
        (spec(ToyKind::Xor, 0.6), "choose 0 to 0.5"),
        (spec(ToyKind::Blobs, 2.1), "choose 0 to 2"),
        (spec(ToyKind::Sine, 1.1), "choose 0 to 1"),
        (ToySpec { points_per_class: 0, ..sine.clone() }, "at least 1 point."),
        (ToySpec { points_per_class: 100_001, ..sine.clone() }, "at most 100000."),
        (ToySpec { classes: 2, ..sine }, "Set classes to 1."),
        (ToySpec { kind: ToyKind::Circle, ..good.clone() }, "has two classes"),
        (ToySpec { kind: ToyKind::And, ..good }, "has two classes"),
    ];
    for (settings, wanted) in cases {
        let message = toy(&settings, 0).expect_err(wanted).to_string();
        assert!(message.contains(wanted), "{message}");
    }
}

#[test]
fn one_point_in_each_class_is_enough() {
    for kind in ToyKind::ALL {
        let settings = ToySpec { points_per_class: 1, ..ToySpec::standard(kind) };
        let data = draw(&settings);
        assert!(values(&data.train).iter().all(|value| value.is_finite()), "{kind:?}");
        if let Targets::Numbers(numbers) = &data.train.targets {
            assert!(numbers.iter().all(|value| value.is_finite()), "{kind:?}");
        }
    }
}

#[test]
fn numbers_are_spaced_as_numpy_spaces_them() {
    let spaced = |start, end, count| linspace(start, end, count).collect::<Vec<_>>();
    assert_eq!(spaced(-1.0, 1.0, 5), [-1.0, -0.5, 0.0, 0.5, 1.0]);
    assert_eq!(spaced(-1.0, 1.0, 1), [-1.0]);
    assert!(spaced(0.0, 1.0, 0).is_empty());
}
