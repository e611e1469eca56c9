//! Losses and their gradients against PyTorch's.

use descent::spec::TargetCoding;

use super::*;

/// A loss under its golden name, `Loss:setting=value:reduction`.
pub fn golden_loss(name: &str) -> Bare {
    let setting = |key: &str| {
        let mut parts = name.split([':', '+']);
        let value = parts.find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
        value.map_or(Finite::ZERO, |value| value.parse().expect("a number"))
    };
    let loss = match name.split(':').next() {
        Some("CrossEntropyLoss") => Loss::CrossEntropy { smoothing: setting("label_smoothing") },
        Some("BCEWithLogitsLoss") => Loss::BinaryCrossEntropy,
        Some("BCELoss") => Loss::BinaryFromProbability,
        Some("NLLLoss") => Loss::Nll,
        Some("MSELoss") => Loss::Mse,
        Some("L1Loss") => Loss::Mae,
        Some("HuberLoss") => Loss::Huber { delta: setting("delta") },
        Some("SmoothL1Loss") => Loss::SmoothL1 { beta: setting("beta") },
        Some("half_squared_error_tfplayground") => Loss::HalfSquared,
        other => panic!("unknown loss {other:?}"),
    };
    let is_weighted = name.contains(":weight");
    let class_weights = if is_weighted { vec![1.0, 2.0, 0.5, 1.5] } else { Vec::new() };
    // The gradients of single losses are those of their sum.
    let is_sum = name.ends_with("sum") || name.ends_with("none");
    let reduction = if is_sum { Reduction::Sum } else { Reduction::Mean };
    Bare { reduction, class_weights, ..Bare::mean(loss) }
}

/// Every golden loss that is offered, on `compute`.
pub fn check_losses(compute: &Compute) {
    let file = golden("losses.json");
    let mut count = 0;
    for case in cases_in_f32(&file) {
        let name = case["name"].as_str().expect("a name");
        count += 1;
        match name {
            // Neither rows without a class nor divergences of distributions are offered.
            "CrossEntropyLoss:ignore_index=-100:mean" | "KLDivLoss:batchmean" => {}
            "BCEWithLogitsLoss:pos_weight=3:mean" => check_positive_weights(compute, case),
            _ => check_loss(compute, name, case),
        }
    }
    assert_eq!(count, 49);
}

fn check_loss(compute: &Compute, name: &str, case: &Value) {
    let loss = golden_loss(name);
    let is_flat = |value: &Value| value["shape"].as_array().expect("a shape").len() == 1;
    let outputs =
        if is_flat(&case["input"]) { column(&case["input"]) } else { table(&case["input"]) };
    let targets = match loss.loss {
        Loss::CrossEntropy { .. } | Loss::Nll if is_flat(&case["target"]) => {
            one_hot(&floats(&case["target"]), outputs.cols())
        }
        _ if is_flat(&case["target"]) => column(&case["target"]),
        _ => table(&case["target"]),
    };
    let (value, gradient) =
        testing::loss_gradient(compute, &loss, &outputs, &targets).expect("computes");
    let expected: f64 = numbers(&case["loss"]).iter().sum();
    assert_close(name, &[value as f32], &[expected as f32], 2e-6);
    assert_close(name, gradient.data(), &floats(&case["grad_input"]), 2e-6);
}

/// A weight of positive targets is a weight of class 1. Each column is an output of its own here.
fn check_positive_weights(compute: &Compute, case: &Value) {
    let (outputs, targets) = (table(&case["input"]), table(&case["target"]));
    let expected = table(&case["grad_input"]);
    let mut mean = 0.0;
    for (col, weight) in [3.0, 0.5].into_iter().enumerate() {
        let loss =
            Bare { class_weights: vec![1.0, weight], ..Bare::mean(Loss::BinaryCrossEntropy) };
        let [z, t] = [&outputs, &targets]
            .map(|table| Matrix::new(4, 1, table.col(col).collect()).expect("fits"));
        let (value, gradient) = testing::loss_gradient(compute, &loss, &z, &t).expect("computes");
        mean += value / 2.0;
        let halves: Vec<f32> = gradient.data().iter().map(|value| value / 2.0).collect();
        let expected: Vec<f32> = expected.col(col).collect();
        assert_close("pos_weight", &halves, &expected, 2e-6);
    }
    assert_close("pos_weight", &[mean as f32], &floats(&case["loss"]), 2e-6);
}

fn signs() -> Bare {
    let mut bare = Bare::mean(Loss::Hinge);
    assert_eq!(bare.readout.coding, TargetCoding::PlusMinus);
    bare.class_weights = vec![1.0, 3.0];
    bare
}

#[test]
fn margins_and_the_perceptron_criterion_have_their_closed_forms() {
    let column = |values: &[f32]| Matrix::new(values.len(), 1, values.to_vec()).expect("fits");
    let cpu = Compute::cpu();
    let z = column(&[2.0, 0.5, -1.0, 1.0, 0.0, 0.0]);
    let t = column(&[1.0, 1.0, 1.0, -1.0, 1.0, -1.0]);
    let sum = |loss| Bare { reduction: Reduction::Sum, ..Bare::mean(loss) };
    let found = |bare: &Bare| {
        let (value, gradient) = testing::loss_gradient(&cpu, bare, &z, &t).expect("computes");
        (value, gradient.data().to_vec())
    };
    assert_eq!(found(&sum(Loss::Hinge)), (6.5, vec![0.0, -1.0, -1.0, 1.0, -1.0, 1.0]));
    assert_eq!(found(&sum(Loss::Perceptron)), (2.0, vec![0.0, 0.0, -1.0, 1.0, 0.0, 1.0]));
    // Weights multiply, and the mean divides by the number of samples.
    let (value, gradient) = found(&signs());
    assert!((value - 13.5 / 6.0).abs() < 1e-6, "{value}");
    assert!((gradient[1] + 0.5).abs() < 1e-6 && (gradient[3] - 1.0 / 6.0).abs() < 1e-6);
}

#[test]
fn margins_of_several_classes_are_pytorchs() {
    // nn.MultiMarginLoss(reduction="sum") of these scores, and its gradient.
    let z = Matrix::new(2, 3, vec![0.5, 0.25, -1.0, 0.0, 2.0, 0.5]).expect("fits");
    let t = one_hot(&[0.0, 2.0], 3);
    let sum = |loss| Bare { reduction: Reduction::Sum, ..Bare::mean(loss) };
    let (value, gradient) =
        testing::loss_gradient(&Compute::cpu(), &sum(Loss::Hinge), &z, &t).expect("computes");
    let third = 1.0 / 3.0;
    assert_close("value", &[value as f32], &[(0.75 + 0.5 + 2.5) / 3.0], 2e-6);
    let expected = [-third, third, 0.0, third, third, -2.0 * third];
    assert_close("gradient", gradient.data(), &expected, 2e-6);
    // Of equal scores the first is the answer.
    let z = Matrix::new(2, 3, vec![1.0, 1.0, 0.0, 0.0, 3.0, 0.5]).expect("fits");
    let (value, gradient) =
        testing::loss_gradient(&Compute::cpu(), &sum(Loss::Perceptron), &z, &t).expect("computes");
    assert_eq!((value, gradient.data()), (2.5, &[0.0, 0.0, 0.0, 0.0, 1.0, -1.0][..]));
}

#[test]
fn losses_and_their_gradients_are_pytorchs() {
    check_losses(&Compute::cpu());
}

#[test]
fn networks_of_every_loss_take_pytorchs_path() {
    optimizers::check_trajectories("net_losses.json", 11, &Compute::cpu());
}
