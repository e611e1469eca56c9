//! Updates against PyTorch's: twenty steps of a small network for every setting.

use descent::spec::{AdamSpec, Clip, Moment, Schedule};

use super::*;

fn adam(value: &Value) -> AdamSpec {
    let [beta1, beta2] = betas(value);
    let amsgrad = value["amsgrad"].as_bool().unwrap_or(false);
    AdamSpec { beta1, beta2, epsilon: number(&value["eps"], 1e-8), amsgrad }
}

fn betas(value: &Value) -> [Finite; 2] {
    [number(&value["betas"][0], 0.9), number(&value["betas"][1], 0.999)]
}

/// An optimizer under PyTorch's names, with PyTorch's defaults for what is not said.
pub fn golden_optimizer(value: &Value) -> Optimizer {
    let says = |key: &str| value[key].as_bool().unwrap_or(false);
    let [beta1, beta2] = betas(value);
    let epsilon = number(&value["eps"], 1e-8);
    let momentum = number(&value["momentum"], 0.0);
    match value["type"].as_str() {
        Some("SGD") => Optimizer::Sgd {
            momentum,
            dampening: number(&value["dampening"], 0.0),
            nesterov: says("nesterov"),
        },
        Some("RMSprop") => Optimizer::RmsProp {
            alpha: number(&value["alpha"], 0.99),
            epsilon,
            momentum,
            centred: says("centered"),
        },
        Some("Adagrad") => Optimizer::Adagrad {
            decay: number(&value["lr_decay"], 0.0),
            initial: number(&value["initial_accumulator_value"], 0.0),
            epsilon: number(&value["eps"], 1e-10),
        },
        Some("Adadelta") => Optimizer::Adadelta {
            rho: number(&value["rho"], 0.9),
            epsilon: number(&value["eps"], 1e-6),
        },
        Some("Adam") => Optimizer::Adam(adam(value)),
        Some("AdamW") => Optimizer::AdamW(adam(value)),
        Some("Adamax") => Optimizer::Adamax { beta1, beta2, epsilon },
        Some("NAdam") => Optimizer::NAdam {
            beta1,
            beta2,
            epsilon,
            momentum_decay: number(&value["momentum_decay"], 0.004),
        },
        Some("RAdam") => Optimizer::RAdam { beta1, beta2, epsilon },
        Some("Rprop") => Optimizer::Rprop {
            shrink: number(&value["etas"][0], 0.5),
            grow: number(&value["etas"][1], 1.2),
            min_step: number(&value["step_sizes"][0], 1e-6),
            max_step: number(&value["step_sizes"][1], 50.0),
        },
        other => panic!("unknown optimizer {other:?}"),
    }
}

fn golden_clip(case: &Value) -> Clip {
    let Some(clip) = case["clip"].as_str() else { return Clip::None };
    let finite = |text: &str| text.parse().expect("a number");
    if let Some(max) = clip.strip_prefix("clip_grad_norm_:max_norm=") {
        return Clip::Norm { max: finite(max) };
    }
    let max = clip.strip_prefix("clip_grad_value_:").expect("by norm or by value");
    Clip::Value { max: finite(max) }
}

/// Stepped after every update, so that an update is an epoch.
fn golden_schedule(case: &Value) -> Schedule {
    match case["scheduler"].as_str() {
        None => Schedule::Constant,
        Some("ExponentialLR:gamma=0.95") => Schedule::Exponential { gamma: Finite::lit(0.95) },
        Some("StepLR:5,0.5") => Schedule::Step { every: 5, gamma: Finite::lit(0.5) },
        Some("CosineAnnealingLR:T_max=20") => Schedule::Cosine { epochs: 20, floor: Finite::ZERO },
        Some(other) => panic!("unknown scheduler {other}"),
    }
}

/// Everything but the optimizer, at one step. The golden penalties are `l1 · Σ|w| + l2 · Σw²`.
fn golden_hot(case: &Value, step: usize) -> HotParams {
    let (optimizer, penalty) = (&case["optimizer"], &case["penalty"]);
    let usual_decay = if optimizer["type"] == "AdamW" { 0.01 } else { 0.0 };
    let rate = optimizer["lr"].as_f64().expect("a rate");
    let update = step as u64;
    let at = Moment { epoch: update, update, steps_per_epoch: 1, reductions: 0 };
    HotParams {
        learning_rate: rate * golden_schedule(case).factor(at),
        weight_decay: optimizer["weight_decay"].as_f64().unwrap_or(usual_decay),
        l1: penalty["l1"].as_f64().unwrap_or(0.0),
        l2: 2.0 * penalty["l2"].as_f64().unwrap_or(0.0),
        penalise_biases: penalty["biases"] == true,
        clip: golden_clip(case),
    }
}

/// All trajectories of a file, of which there are `count`.
pub fn check_trajectories(file: &str, count: usize, compute: &Compute) {
    let file = golden(file);
    // Maximising is not offered: what is trained here is a loss.
    let offered = cases_in_f32(&file).filter(|case| case["optimizer"]["maximize"] != true);
    let checked = offered.map(|case| check_trajectory(&file["shared"], case, compute)).count();
    assert_eq!(checked, count);
}

fn check_trajectory(shared: &Value, case: &Value, compute: &Compute) {
    let name = case["name"].as_str().expect("a name");
    let losses = floats(&case["losses"]);
    let params = case["params"].as_array().expect("a list");
    assert_eq!(losses.len(), params.len() + 1, "{name}");
    let rule = golden_optimizer(&case["optimizer"]);
    let mut small = Small::new(shared, case, rule, compute.clone());
    for (step, loss) in losses.iter().enumerate() {
        let hot = golden_hot(case, step);
        let at = format!("{name}, step {step}");
        let penalties = small.bench.penalties(&hot).expect("reads").sum();
        let found = small.bench.step(&small.x, &small.targets, &hot).expect("steps");
        assert_close(&at, &[(found + penalties) as f32], &[*loss], 1e-5);
        if let Some(expected) = params.get(step) {
            assert_close(&at, &small.flat(), &floats(expected), 1e-5);
        }
    }
}

/// A step of plain gradient descent with a learning rate of 1 shows the gradient: that of loss and
/// penalties, clipped, before weight decay.
fn check_first_gradient(shared: &Value, case: &Value, compute: &Compute) {
    let mut case = case.clone();
    if let Some(fields) = case.as_object_mut() {
        fields.remove("rate");
    }
    let mut small = Small::new(shared, &case, Optimizer::SGD, compute.clone());
    let hot = HotParams { learning_rate: 1.0, weight_decay: 0.0, ..golden_hot(&case, 0) };
    let before = small.flat();
    small.bench.step(&small.x, &small.targets, &hot).expect("steps");
    let gradient: Vec<f32> = before.iter().zip(small.flat()).map(|(old, new)| old - new).collect();
    let name = case["name"].as_str().expect("a name");
    assert_close(name, &gradient, &floats(&case["grad0"]), 2e-6);
}

/// Everything of this file that a device has to get right.
pub fn check_optimizers(compute: &Compute) {
    check_trajectories("optimizers.json", 36, compute);
    check_trajectories("optimizers_more.json", 13, compute);
    for file in ["optimizers.json", "optimizers_more.json"] {
        let file = golden(file);
        cases_in_f32(&file).for_each(|case| check_first_gradient(&file["shared"], case, compute));
    }
    check_going_on(compute);
    check_zeros(compute);
}

#[test]
fn optimizers_take_pytorchs_path() {
    check_optimizers(&Compute::cpu());
}

/// Every optimizer with its usual settings, and every setting that makes it remember more.
fn every_rule() -> Vec<Optimizer> {
    let [alpha, momentum] = [0.9, 0.8].map(|value| Finite::new(value).expect("finite"));
    let epsilon = Finite::lit(1e-8);
    let amsgrad = AdamSpec { amsgrad: true, ..AdamSpec::USUAL };
    let mut rules = Optimizer::ALL.to_vec();
    rules.extend([
        Optimizer::sgd(momentum),
        Optimizer::Sgd { momentum, dampening: Finite::ZERO, nesterov: true },
        Optimizer::Sgd { momentum, dampening: Finite::lit(0.5), nesterov: false },
        Optimizer::RmsProp { alpha, epsilon, momentum, centred: false },
        Optimizer::RmsProp { alpha, epsilon, momentum, centred: true },
        Optimizer::Adagrad { decay: Finite::lit(0.1), initial: Finite::ONE, epsilon },
        Optimizer::Adam(amsgrad),
        Optimizer::AdamW(amsgrad),
    ]);
    rules
}

/// Some step in the middle of everything that is going on.
const LIVELY: HotParams = HotParams {
    weight_decay: 0.02,
    l1: 1e-3,
    l2: 1e-2,
    penalise_biases: true,
    clip: Clip::Norm { max: Finite::lit(0.3) },
    ..HotParams::rate(0.03)
};

fn walk(small: &mut Small, steps: usize) {
    for _ in 0..steps {
        small.bench.step(&small.x, &small.targets, &LIVELY).expect("steps");
    }
}

/// What is read out in the middle of a trajectory and read in elsewhere goes on with the same bits.
fn check_going_on(compute: &Compute) {
    let file = golden("optimizers.json");
    let case = &file["cases"][0];
    for rule in every_rule() {
        let mut whole = Small::new(&file["shared"], case, rule, compute.clone());
        // An odd number: some rules are in the middle of a change of mind.
        walk(&mut whole, 7);
        let state = whole.bench.state().expect("reads");
        assert_eq!(state.updates, 7);
        let mut resumed = Small::new(&file["shared"], case, rule, compute.clone());
        resumed.bench.restore(&state).expect("fits");
        assert_eq!(resumed.bench.state().expect("reads"), state, "{rule:?}");
        walk(&mut whole, 7);
        walk(&mut resumed, 7);
        assert_eq!(resumed.bench.state(), whole.bench.state(), "{rule:?}");
    }
}

#[test]
fn the_state_of_an_optimizer_has_pytorchs_names() {
    let names = |rule: Optimizer| {
        let file = golden("optimizers.json");
        let mut small = Small::new(&file["shared"], &file["cases"][0], rule, Compute::cpu());
        walk(&mut small, 1);
        let state = small.bench.state().expect("reads").optimizer;
        let names = state.into_iter().map(|named| named.name);
        let mut first: Vec<String> =
            names.filter_map(|name| Some(name.strip_prefix("2.bias.")?.to_owned())).collect();
        first.sort();
        first.join(" ")
    };
    let found: Vec<String> = every_rule().into_iter().map(names).collect();
    let expected = [
        "",
        "exp_avg exp_avg_sq",
        "exp_avg exp_avg_sq",
        "square_avg",
        "sum",
        "exp_avg exp_avg_sq",
        "exp_avg exp_avg_sq",
        "exp_avg exp_inf",
        "acc_delta square_avg",
        "prev step_size",
        "momentum_buffer",
        "momentum_buffer",
        "momentum_buffer",
        "momentum_buffer square_avg",
        "grad_avg momentum_buffer square_avg",
        "sum",
        "exp_avg exp_avg_sq max_exp_avg_sq",
        "exp_avg exp_avg_sq max_exp_avg_sq",
    ];
    assert_eq!(found, expected);
}

/// At a weight of 0 the L1 penalty pulls to neither side.
fn check_zeros(compute: &Compute) {
    let file = golden("optimizers.json");
    let mut small = Small::new(&file["shared"], &file["cases"][0], Optimizer::SGD, compute.clone());
    let mut state = small.bench.state().expect("reads");
    for named in &mut state.parameters {
        let shape = named.tensor.shape().to_vec();
        named.tensor =
            HostTensor::new(shape.clone(), vec![0.0; shape.iter().product()]).expect("fits");
    }
    let step = |small: &mut Small, l1| {
        small.bench.restore(&state).expect("fits");
        let hot = HotParams { l1, ..HotParams::rate(0.1) };
        small.bench.step(&small.x, &small.targets, &hot).expect("steps");
        small.flat()
    };
    assert_eq!(step(&mut small, 0.5), step(&mut small, 0.0));
}

#[test]
fn a_frozen_layer_stays_as_it_is_and_remembers_nothing() {
    let file = golden("optimizers.json");
    for rule in every_rule() {
        let data = shape_only(2, 2);
        let mut layers = hidden(3, Activation::Tanh);
        layers[0].frozen = true;
        let run = run(layers, train(Loss::CROSS_ENTROPY, rule), &data);
        let mut bench = Bench::new(&run, &Bare::mean(Loss::CROSS_ENTROPY), 0, Compute::cpu());
        let before = bench.state().expect("reads").parameters;
        let x = table(&file["shared"]["x"]);
        let targets = one_hot(&floats(&file["shared"]["class_targets"]), 2);
        for _ in 0..3 {
            bench.step(&x, &targets, &LIVELY).expect("steps");
        }
        let after = bench.state().expect("reads");
        assert_eq!(after.parameters[..2], before[..2], "{rule:?}");
        assert_ne!(after.parameters[2..], before[2..], "{rule:?}");
        assert!(after.optimizer.iter().all(|named| named.name.starts_with("2.")), "{rule:?}");
    }
}
