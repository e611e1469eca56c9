use burn::tensor::TensorData;
use proptest::prelude::*;

use super::*;
use crate::base::Finite;
use crate::train::device::Compute;

fn criterion(loss: Loss, classes: usize) -> Criterion {
    use crate::spec::{OutputSpec, Task, readout};

    let readout = readout(Task::Classification { classes }, loss, &OutputSpec::default());
    Criterion { loss, reduction: Reduction::Mean, class_weights: Vec::new(), readout }
}

#[test]
fn targets_are_coded_as_the_outputs_are_read() {
    let classes = Targets::Classes(vec![0, 2, 1]);
    let readout = criterion(Loss::CROSS_ENTROPY, 3).readout;
    let one_hot = target_matrix(&classes, [1, 0].into_iter(), &readout);
    assert_eq!(one_hot.data(), [0., 0., 1., 1., 0., 0.]);
    let two = Targets::Classes(vec![0, 1]);
    let readout = criterion(Loss::BinaryCrossEntropy, 2).readout;
    assert_eq!(target_matrix(&two, 0..2, &readout).data(), [0., 1.]);
    let signs = criterion(Loss::Hinge, 2).readout;
    assert_eq!(target_matrix(&two, 0..2, &signs).data(), [-1., 1.]);
    let numbers = Targets::Numbers(vec![0.5, -2.0]);
    assert_eq!(target_matrix(&numbers, 0..2, &readout).data(), [0.5, -2.0]);
}

#[test]
fn losses_of_a_row_agree_with_the_closed_form_and_survive_huge_logits() {
    let classes = Targets::Classes(vec![1]);
    let row = |loss, outputs: &[f32]| criterion(loss, 2).row(outputs, &classes, 0).loss;
    let even = row(Loss::CROSS_ENTROPY, &[2.0, 2.0]);
    assert!((even - 2_f64.ln()).abs() < 1e-15);
    assert_eq!(row(Loss::CROSS_ENTROPY, &[1e30, 0.0]), f64::from(1e30_f32));
    assert_eq!(row(Loss::BinaryCrossEntropy, &[1000.0]), 0.0);
    assert_eq!(row(Loss::BinaryCrossEntropy, &[-1000.0]), 1000.0);
    assert_eq!(row(Loss::BinaryFromProbability, &[0.0]), 100.0);
    for loss in [Loss::BinaryCrossEntropy, Loss::BinaryFromProbability, Loss::Hinge] {
        assert!(row(loss, &[f32::NAN]).is_nan(), "{loss:?}");
    }
    assert!(row(Loss::CROSS_ENTROPY, &[f32::NAN, 0.0]).is_nan());
}

#[test]
fn balanced_weights_follow_scikit_learn() {
    // compute_class_weight("balanced", classes=[0, 1, 2], y=[0, 0, 0, 1, 2, 2])
    assert_eq!(balanced(&[0, 0, 0, 1, 2, 2]), [6.0 / 9.0, 2.0, 1.0]);
    // A class that never occurs is not counted and keeps weight 1.
    assert_eq!(balanced(&[0, 2, 2, 2]), [2.0, 1.0, 4.0 / 6.0]);
}

fn on_device(criterion: &Criterion, outputs: &[f32], targets: &Targets) -> f64 {
    let compute = Compute::cpu();
    let width = criterion.readout.outputs;
    let rows = outputs.len() / width;
    let wanted = target_matrix(targets, 0..rows, &criterion.readout);
    let upload = |values: &[f32]| {
        Tensor::from_data(TensorData::new(values.to_vec(), [rows, width]), compute.device())
    };
    let found = criterion.with_gradient(upload(outputs), upload(wanted.data()));
    f64::from(found.value.into_scalar::<f32>())
}

proptest! {
    /// What is measured is what is minimised: host and device agree for every loss, reduction
    /// and weighting.
    #[test]
    fn host_and_device_compute_the_same_losses(
        kind in 0..13_usize,
        is_sum in any::<bool>(),
        is_weighted in any::<bool>(),
        classes in proptest::collection::vec(0..2_u32, 1..6),
        raw in proptest::collection::vec(-4.0_f32..4.0, 18),
    ) {
        let smoothed = Loss::CrossEntropy { smoothing: Finite::lit(0.2) };
        let half = Loss::Huber { delta: Finite::lit(0.5) };
        let all: Vec<Loss> = Loss::ALL.into_iter().chain([smoothed, half]).collect();
        let loss = all[kind];
        let is_two = matches!(loss, Loss::BinaryCrossEntropy | Loss::BinaryFromProbability);
        let mut criterion = criterion(loss, if is_two || raw[0] > 0.0 { 2 } else { 3 });
        criterion.reduction = if is_sum { Reduction::Sum } else { Reduction::Mean };
        if is_weighted {
            criterion.class_weights = vec![0.5, 2.0, 1.5];
            criterion.class_weights.truncate(criterion.readout.outputs.max(2));
        }
        let width = criterion.readout.outputs;
        let is_share = loss == Loss::BinaryFromProbability;
        let fit = |value: f32| if is_share { (value + 4.0) / 8.0 } else { value };
        let outputs: Vec<f32> = raw[..width * classes.len()].iter().map(|&raw| fit(raw)).collect();
        let targets = Targets::Classes(classes);
        let mut sum = RowLoss::default();
        for (row, outputs) in outputs.chunks_exact(width).enumerate() {
            sum += criterion.row(outputs, &targets, row);
        }
        let (host, device) = (criterion.total(sum), on_device(&criterion, &outputs, &targets));
        prop_assert!((host - device).abs() <= 2e-6 * (1.0 + host.abs()), "{loss:?}: {host}, {device}");
    }
}
