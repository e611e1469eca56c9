use std::ops::ControlFlow;

use proptest::prelude::*;

use super::*;
use crate::base::{Finite, Matrix, RunRng};
use crate::data::{DataHash, Labelled, Targets};
use crate::spec::{Normalise, Task};

fn go_on(_: f32) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Rows of `[1, 4, 5]` pixels that are bytes divided by 255, all of them different.
fn part(rows: usize, offset: usize) -> Labelled {
    let byte = |place: usize| ((place * 53 + offset) % 256) as f32 / 255.0;
    let table = Matrix::new(rows, 20, (0..rows * 20).map(byte).collect()).expect("fits");
    Labelled::new(table, Targets::Classes((0..rows as u32).map(|row| row % 2).collect()))
}

fn data() -> Dataset {
    let task = Task::Classification { classes: 2 };
    let data = Dataset::new("few", SampleShape(vec![1, 4, 5]), task, part(70, 0), part(6, 9));
    Dataset { validation: Some(part(5, 3)), ..data }
}

fn lit(value: f64) -> Finite {
    Finite::lit(value)
}

fn random() -> Vec<Transform> {
    vec![
        Transform::ResizedCrop { width: 6, height: 6, least: lit(0.5) },
        Transform::Rotation { degrees: lit(20.0) },
        Transform::Flip { probability: lit(0.5) },
        Transform::Shift { fraction: lit(0.2) },
        Transform::Noise { std: lit(0.05) },
        Transform::Normalise(Normalise::Computed),
    ]
}

fn apply(steps: &[Transform], limits: &Limits) -> Dataset {
    transform(data(), steps, limits, &mut go_on).expect("the steps fit")
}

fn augmented(data: &Dataset, seed: u64, epoch: u64, row: usize) -> Vec<f32> {
    let mut out = vec![0.0; data.shape.len()];
    let augment = data.augment.as_ref().expect("something is random");
    augment.fill(RunRng::new(seed), epoch, row, &mut out).expect("in memory");
    out
}

#[test]
fn mean_and_deviation_are_numpys() {
    let data = apply(&[Transform::Normalise(Normalise::Computed)], &Limits::default());
    // numpy: x = (np.arange(1400) * 53 % 256) / 255; x.mean(), x.std()
    let told = "Transform 1: normalised, (x − mean) / std with mean 0.4989 and std 0.2898 of the \
                training part.";
    assert_eq!(data.steps, [told]);
    let values = data.train.features.table().expect("in memory").data();
    let count = values.len() as f64;
    let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
    let variance = values.iter().map(|&it| (f64::from(it) - mean).powi(2)).sum::<f64>() / count;
    assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-6, "{mean} {variance}");
    assert!(data.augment.is_none());
}

#[test]
fn samples_are_equal_streamed_or_not() {
    for steps in [random(), vec![Transform::CentreCrop { width: 9, height: 3 }]] {
        let table = apply(&steps, &Limits::default());
        let streamed = apply(&steps, &Limits { cache_bytes: 100, ..Limits::default() });
        assert!(table.test.features.table().is_some());
        assert!(streamed.test.features.table().is_none());
        assert_eq!(DataHash::of(&table), DataHash::of(&streamed));
        let rows: Vec<usize> = (0..70).rev().collect();
        let mut all = [vec![0.0; 70 * table.shape.len()], vec![0.0; 70 * table.shape.len()]];
        for (data, out) in [&table, &streamed].into_iter().zip(&mut all) {
            data.train.features.fill_all(&rows, out).expect("in memory");
        }
        assert_eq!(all[0], all[1]);
    }
}

#[test]
fn only_training_sees_what_is_random() {
    let data = apply(&random(), &Limits::default());
    let steady: Vec<Transform> = random().iter().filter_map(Transform::steady).collect();
    let plain = apply(&steady, &Limits::default());
    assert!(plain.augment.is_none());
    assert_eq!((&data.train, &data.test), (&plain.train, &plain.test));
    assert_eq!(data.validation, plain.validation);
    assert_eq!(data.shape, SampleShape(vec![1, 6, 6]));
    assert!(data.steps[3].starts_with("Transform 4, in training only:"), "{:?}", data.steps);
}

#[test]
fn originals_are_the_samples_before_any_step() {
    let data = apply(&random(), &Limits::default());
    let originals = data.originals.expect("there are transforms");
    assert_eq!(originals.len(), 24);
    for original in &*originals {
        assert_eq!((original.width, original.height, original.channels), (5, 4, 1));
        let wanted: Vec<u8> =
            (0..20).map(|place| ((original.row * 20 + place) * 53 % 256) as u8).collect();
        assert_eq!(original.pixels, wanted);
    }
    let untouched = transform(self::data(), &[], &Limits::default(), &mut go_on);
    assert_eq!(untouched, Ok(self::data()));
}

#[test]
fn what_cannot_be_done_is_refused() {
    let refusal = |data: Dataset, step: Transform| {
        let result = transform(data, &[step], &Limits::default(), &mut go_on);
        result.expect_err("refused").to_string()
    };
    let crop = Transform::CentreCrop { width: 0, height: 0 };
    assert!(refusal(data(), crop.clone()).starts_with("Step 1 (Centre crop) leaves nothing"));
    let flat = Dataset { shape: SampleShape(vec![20]), ..data() };
    assert!(refusal(flat, crop).contains("Transforms are for images"));
    let stopped = transform(data(), &random(), &Limits::default(), &mut |_| ControlFlow::Break(()));
    assert_eq!(stopped, Err(DataError::Cancelled));
}

proptest! {
    #[test]
    fn a_sample_depends_on_seed_epoch_and_row_alone(
        seed: u64, epoch in 0_u64..1000, row in 0_usize..70, other in 0_usize..70,
    ) {
        let data = apply(&random(), &Limits::default());
        let one = augmented(&data, seed, epoch, row);
        augmented(&data, seed, epoch + 1, other);
        prop_assert_eq!(&one, &augmented(&data, seed, epoch, row));
        prop_assert_ne!(&one, &augmented(&data, seed, epoch + 1, row));
        prop_assert_ne!(&one, &augmented(&data, seed.wrapping_add(1), epoch, row));
        let streamed = apply(&random(), &Limits { cache_bytes: 100, ..Limits::default() });
        prop_assert_eq!(&one, &augmented(&streamed, seed, epoch, row));
    }
}
