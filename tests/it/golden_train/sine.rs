//! The labs that fit `y = a + bx + cx² + dx³` to a sine, and linear regression with penalties: where
//! they start, what they print, and the optimum that a closed form gives.

use std::f64::consts::PI;

use descent::base::Step;
use descent::record::{PauseReason, RunState};
use descent::spec::{BiasInit, ExperimentSpec, preset};
use descent::workbench::Action;

use super::*;
use crate::drive::Driver;

/// The sum of squares that no cubic falls below.
const OPTIMUM: f64 = 8.817_165_41;
/// Gradient descent with a larger learning rate diverges: 2 over the largest curvature.
const LARGEST_RATE: f64 = 3.558e-6;

/// `x`, `x²`, `x³` at 2000 points from -π to π, and the sine.
fn sine() -> Arc<Dataset> {
    let points = (0..2000).map(|place| PI * (2.0 * f64::from(place) / 1999.0 - 1.0));
    let features = points.clone().flat_map(|x| [x, x * x, x * x * x]).map(|x| x as f32).collect();
    let targets = points.map(|x| x.sin() as f32).collect();
    let features = Matrix::new(2000, 3, features).expect("fits");
    dataset(features, Targets::Numbers(targets), Task::Regression)
}

fn sum(optimizer: Optimizer) -> TrainSpec {
    TrainSpec { reduction: Reduction::Sum, ..train(Loss::Mse, optimizer) }
}

/// The four coefficients, from `a` on, as parameters.
fn coefficients(abcd: &[f32]) -> EngineState {
    let parameters =
        vec![named("0.weight", &[1, 3], abcd[1..].to_vec()), named("0.bias", &[1], vec![abcd[0]])];
    EngineState { parameters, ..EngineState::default() }
}

/// The losses before each of `steps` updates.
fn losses(optimizer: Optimizer, rate: f64, start: Option<&Value>, steps: usize) -> Vec<f64> {
    losses_from(optimizer, rate, start, 0, steps)
}

fn losses_from(
    optimizer: Optimizer,
    rate: f64,
    start: Option<&Value>,
    seed: u64,
    steps: usize,
) -> Vec<f64> {
    let data = sine();
    let run = run(Vec::new(), sum(optimizer), &data);
    let mut engine = BurnEngine::build(&run, &data, seed, Compute::cpu()).expect("builds");
    if let Some(start) = start {
        engine.restore(&coefficients(&floats(start))).expect("fits");
    }
    objectives(&mut engine, steps, &HotParams::rate(rate))
}

/// Fails unless the losses of the golden table are met, each within a share of its size.
#[track_caller]
fn assert_table(found: &[f64], table: &Value, steps: std::ops::RangeInclusive<usize>, share: f64) {
    let mut compared = 0;
    for (step, loss) in table.as_object().expect("a table") {
        let (step, loss) = (step.parse::<usize>().expect("a step"), loss.as_f64().expect("a loss"));
        if steps.contains(&step) {
            let at = found[step];
            assert!((at / loss - 1.0).abs() <= share, "step {step}: {at}, not {loss}");
            compared += 1;
        }
    }
    assert!(compared > 0);
}

#[test]
fn the_cubic_of_the_sine_meets_every_printed_loss() {
    let file = golden("experiments.json");
    let printed = &file["sin_cubic"]["lab7_printed_run_reconstructed"];
    let found = losses(Optimizer::SGD, 1e-6, Some(&printed["init_abcd"]), 1999);
    assert_table(&found, &printed["printed_in_lab7"], 0..=1999, 1e-4);
    let other = &file["sin_cubic"]["manual_sgd_1e-6_float32"];
    let found = losses(Optimizer::SGD, 1e-6, Some(&other["init_abcd"]), 1999);
    assert_table(&found, &other["losses_at"], 0..=1999, 1e-4);
}

#[test]
fn momentum_and_adam_reach_the_optimum() {
    let file = golden("experiments.json");
    let file = &file["sin_cubic"];
    for (name, rule, rate) in [
        ("SGD_1e-6_momentum0.9_float64", Optimizer::sgd(Finite::lit(0.9)), 1e-6),
        ("Adam_lr1e-2_float64", Optimizer::ADAM, 1e-2),
    ] {
        let expected = &file[name];
        let found = losses(rule, rate, Some(&expected["init_bias_w"]), 1999);
        assert_table(&found, &expected["losses_at"], 0..=1999, 1e-4);
        let last = found[1999];
        assert!((last / OPTIMUM - 1.0).abs() <= 1e-5, "{name}: {last}");
    }
}

#[test]
fn rmsprop_stays_near_the_optimum_and_never_below() {
    let file = golden("experiments.json");
    let expected = &file["sin_cubic"]["RMSprop_lr1e-3_float64"];
    let found = losses(Optimizer::RMSPROP, 1e-3, Some(&expected["init_bias_w"]), 1999);
    assert_table(&found, &expected["losses_at"], 0..=499, 1e-4);
    // Then single weights swing by about the learning rate, and rounding decides where they are:
    // PyTorch's own runs in f32 and f64 differ by half a per cent.
    assert_table(&found, &expected["losses_at"], 500..=999, 0.01);
    assert!((OPTIMUM..=8.97).contains(&found[1999]), "{}", found[1999]);
}

/// Thirty starts of PyTorch end at 8.854 to 84.2, in the middle at 8.923. (1e-3 a step limits how
/// far a start can get.)
#[test]
fn rmsprop_ends_near_the_optimum_from_most_starts() {
    let mut last: Vec<f64> =
        (0..11).map(|seed| losses_from(Optimizer::RMSPROP, 1e-3, None, seed, 1999)[1999]).collect();
    last.sort_by(f64::total_cmp);
    assert!(last[0] > OPTIMUM - 1e-4, "{last:?}");
    assert!((8.82..=8.97).contains(&last[5]), "{last:?}");
}

#[test]
fn plain_descent_ends_within_the_spread_of_pytorchs_starts() {
    let mut last: Vec<f64> =
        (0..11).map(|seed| losses_from(Optimizer::SGD, 1e-6, None, seed, 1999)[1999]).collect();
    last.sort_by(f64::total_cmp);
    // 8.884 to 9.579 over thirty starts; the range is widened by a fifth, as far as the optimum.
    assert!(last[0] > OPTIMUM && last[10] < 9.72, "{last:?}");
    assert!((8.884..=9.3).contains(&last[5]), "{last:?}");
}

#[test]
fn the_largest_stable_learning_rate_is_where_the_closed_form_has_it() {
    let file = golden("experiments.json");
    let start = &file["sin_cubic"]["manual_sgd_1e-6_float32"]["init_abcd"];
    let below = losses(Optimizer::SGD, 0.98 * LARGEST_RATE, Some(start), 2000);
    assert!(below[2000] < 10.0, "{}", below[2000]);
    let above = losses(Optimizer::SGD, 1.2 * LARGEST_RATE, Some(start), 200);
    assert!(above[50] > 1e6, "{}", above[50]);
    assert!(!above[199].is_finite(), "{}", above[199]);
}

/// The lab of the sine with another learning rate.
fn lab(rate: f64) -> ExperimentSpec {
    let mut spec = preset("sine-cubic").expect("built in");
    spec.runs.truncate(1);
    let train = &mut spec.runs[0].train;
    train.learning_rate = Finite::new(rate).expect("finite");
    train.optimizer = Optimizer::SGD;
    train.reduction = Reduction::Sum;
    spec
}

#[test]
fn a_learning_rate_beyond_the_limit_is_told_as_divergence() {
    let mut driver = Driver::open(lab(1.2 * LARGEST_RATE));
    driver.act(Action::Play(None));
    let diverged = |state: &RunState| matches!(state, RunState::Paused(PauseReason::Diverged(_)));
    driver.until("it diverges", |state| state.run(0).is_some_and(|run| diverged(&run.state)));
    let run = driver.run(0);
    let RunState::Paused(PauseReason::Diverged(finding)) = &run.state else { unreachable!() };
    assert!(run.position().step <= finding.step && finding.step < Step(300), "{finding:?}");
    assert!(finding.message.contains("not scaled (values up to 31)"), "{finding:?}");
    assert!(finding.message.contains("summed over the batch"), "{finding:?}");
}

/// Features and labels of a generated table in which six of twenty features count.
fn sparse() -> Arc<Dataset> {
    let path = format!("{}/tests/golden/linear_sparse.csv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("golden file");
    let mut lines = text.lines();
    assert_eq!(lines.next().map(|head| head.split(',').count()), Some(21));
    let rows = lines.flat_map(|line| line.split(','));
    let values: Vec<f32> = rows.map(|cell| cell.parse().expect("a number")).collect();
    let rows = values.chunks_exact(21);
    let targets = rows.clone().map(|row| row[20]).collect();
    let features: Vec<f32> = rows.flat_map(|row| row[..20].to_vec()).collect();
    let features = Matrix::new(features.len() / 20, 20, features).expect("fits");
    dataset(features, Targets::Numbers(targets), Task::Regression)
}

/// The objective that full-batch descent without an intercept arrives at, and its weights.
fn regression(rates: &[f64], steps: usize, l1: f64, l2: f64) -> (f64, Vec<f32>) {
    let data = sparse();
    let output = OutputSpec { bias: false, bias_init: BiasInit::Zeros, ..OutputSpec::default() };
    let model = ModelSpec { hidden: Vec::new(), output };
    let train = train(Loss::Mse, Optimizer::SGD);
    let spec = RunSpec { name: "regression".into(), model, train };
    let run = validate_run(&spec, &data.facts()).expect("valid");
    let mut engine = engine(&run, &data);
    let mut found = f64::NAN;
    for &learning_rate in rates {
        let hot = HotParams { l1, l2: 2.0 * l2, ..HotParams::rate(learning_rate) };
        found = objectives(&mut engine, steps, &hot)[steps];
    }
    let weights = engine.checkpoint().expect("reads").parameters[0].tensor.data().to_vec();
    (found, weights)
}

/// The optima are scikit-learn's. `λ · Σw²` is the whole form of the penalty.
#[test]
fn ridge_regression_reaches_the_closed_form() {
    for (l2, expected) in [(0.1, 1.496_037), (1.0, 6.570_195)] {
        let (found, _) = regression(&[0.05], 3000, 0.0, l2);
        assert!((found - expected).abs() <= 1e-5 * (1.0 + expected), "λ = {l2}: {found}");
    }
}

/// The subgradient of `|w|` never gives exact zeros: weights swing around 0 by the learning rate.
/// With a falling learning rate they settle at the lasso's optimum all the same.
#[test]
fn descent_on_the_l1_penalty_approaches_the_lasso_from_above() {
    for (l1, expected, kept) in
        [(0.2, 1.554_433, vec![2, 4, 7, 8, 11, 19]), (1.0, 6.037_516, vec![2, 7, 11])]
    {
        let (rough, _) = regression(&[0.05], 2000, l1, 0.0);
        assert!(rough > expected + 1e-3, "λ = {l1}: {rough}");
        let (found, weights) = regression(&[0.05, 0.01, 1e-3, 1e-4, 1e-5], 3000, l1, 0.0);
        assert!((0.0..=1e-3).contains(&(found - expected)), "λ = {l1}: {found}");
        let large = (0..20).filter(|&place| weights[place].abs() > 1e-3);
        assert_eq!(large.collect::<Vec<_>>(), kept, "λ = {l1}: {weights:?}");
    }
}
