//! Activations against PyTorch's: at the kinks, at 0 and far out.

use super::*;

/// An activation under its golden name.
pub fn golden_activation(name: &str) -> Activation {
    let slope = |slope| Activation::LeakyRelu { slope: Finite::lit(slope) };
    match name {
        "identity" => Activation::Linear,
        "sigmoid" => Activation::Sigmoid,
        "tanh" => Activation::Tanh,
        "relu" => Activation::Relu,
        "relu6" => Activation::Relu6,
        "leaky_relu" => slope(0.01),
        "leaky_relu_0.2" => slope(0.2),
        "prelu_0.25" => slope(0.25),
        "elu" => Activation::Elu { alpha: Finite::ONE },
        "selu" => Activation::Selu,
        "gelu" => Activation::Gelu,
        "gelu_tanh" => Activation::GeluTanh,
        "silu" => Activation::Silu,
        "softplus" => Activation::Softplus,
        "softsign" => Activation::Softsign,
        "hardtanh" => Activation::HardTanh,
        "hardsigmoid" => Activation::HardSigmoid,
        "mish" => Activation::Mish,
        "logsigmoid" => Activation::LogSigmoid,
        "softmax" => Activation::Softmax,
        "log_softmax" => Activation::LogSoftmax,
        "softmin" => Activation::Softmin,
        other => panic!("unknown activation {other}"),
    }
}

/// Every golden activation on `compute`.
pub fn check_activations(compute: &Compute) {
    let file = golden("activations.json");
    let mut count = 0;
    for case in cases_in_f32(&file) {
        let name = case["name"].as_str().expect("a name");
        let activation = golden_activation(name.split(':').next().expect("a name"));
        let (x, at_y) = match case["grad_y"].is_null() {
            true => (column(&case["x"]), column(&ones(33))),
            false => (table(&case["x"]), table(&case["grad_y"])),
        };
        let [y, slope] =
            testing::activation_from(compute, activation, &x, &at_y).expect("computes");
        assert_close(name, y.data(), &floats(&case["y"]), 2e-6);
        assert_close(&format!("{name}'"), slope.data(), &floats(&case["grad_x"]), 2e-6);
        count += 1;
    }
    assert_eq!(count, 25);
    check_closed_forms(compute);
}

fn ones(count: usize) -> Value {
    Value::from(vec![1.0; count])
}

/// What PyTorch does not have, and what is far out everywhere.
fn check_closed_forms(compute: &Compute) {
    let x = [-1e30, -100.0, -0.5, -0.25, 0.0, 0.25, 0.5, 100.0, 1e30];
    let table = Matrix::new(9, 1, x.to_vec()).expect("fits");
    let step = |x: f32| [f32::from(u8::from(x >= 0.0)), 0.0];
    let sign = |x: f32| [if x == 0.0 { 0.0 } else { x.signum() }, 0.0];
    let line = |x: f32| [(x + 0.5).clamp(0.0, 1.0), f32::from(u8::from(x.abs() < 0.5))];
    for (activation, expected) in [
        (Activation::UnitStep, x.map(step)),
        (Activation::Sign, x.map(sign)),
        (Activation::PiecewiseLinear, x.map(line)),
    ] {
        let [y, slope] = testing::activation(compute, activation, &table).expect("computes");
        let found: Vec<[f32; 2]> =
            y.data().iter().zip(slope.data()).map(|(y, slope)| [*y, *slope]).collect();
        assert_eq!(found, expected, "{activation:?}");
    }
    for activation in Activation::ALL {
        let [y, slope] = testing::activation(compute, activation, &table).expect("computes");
        let all = y.data().iter().chain(slope.data());
        assert!(all.clone().all(|value| value.is_finite()), "{activation:?}: {y:?} {slope:?}");
    }
}

#[test]
fn activations_and_their_derivatives_are_pytorchs() {
    check_activations(&Compute::cpu());
}

#[test]
fn networks_of_every_activation_take_pytorchs_path() {
    optimizers::check_trajectories("net_activations.json", 15, &Compute::cpu());
}
