//! Built-in experiments do what the courses say of them.

use descent::record::{PartMetrics, ProbeRequest, RunState};
use descent::spec::{DataSource, ExperimentSpec, PRESETS, StopRule, preset};
use descent::workbench::Action;

use crate::drive::Driver;

fn needs_a_file(spec: &ExperimentSpec) -> bool {
    match &spec.data.source {
        DataSource::Csv(csv) => csv.text.is_none(),
        DataSource::Idx(_) | DataSource::Images(_) => true,
        DataSource::Toy(_) | DataSource::Points(_) | DataSource::Drawn(_) => false,
    }
}

fn open(name: &str) -> Driver {
    Driver::open(preset(name).expect("built in"))
}

fn accuracy(part: &PartMetrics) -> f64 {
    part.accuracy.expect("classes")
}

/// The newest measurements of a run: training and test part.
fn measured(driver: &Driver, run: usize) -> (PartMetrics, PartMetrics) {
    let eval = driver.run(run).metrics().expect("measured");
    (eval.train, eval.test)
}

/// What needs no file trains at once, with the layers, losses and optimizers it names.
#[test]
fn every_preset_that_needs_no_file_takes_two_steps() {
    for preset in PRESETS.iter().filter(|preset| !needs_a_file(&preset.spec())) {
        let mut spec = preset.spec();
        if let DataSource::Drawn(drawn) = &mut spec.data.source {
            (drawn.per_class, drawn.test_per_class) = (20, 5);
        }
        for run in &mut spec.runs {
            run.train.stop = StopRule::Steps(2);
        }
        let mut driver = Driver::open(spec);
        driver.play_to_the_end();
        for run in 0..driver.state().num_runs() {
            let loss = measured(&driver, run).0.loss;
            assert!(loss.is_finite(), "{} {run}: {loss}", preset.name);
        }
    }
}

#[test]
fn gates_are_learnt_by_the_perceptron_algorithm_but_for_xor() {
    for (name, most) in [("perceptron-and", 10), ("perceptron-or", 10), ("perceptron-not", 10)] {
        let mut driver = open(name);
        driver.play_to_the_end();
        assert_eq!(accuracy(&measured(&driver, 0).0), 1.0, "{name}");
        let epochs = driver.run(0).position().epoch;
        assert!(epochs <= f64::from(most), "{name}: {epochs} epochs");
    }
    let mut driver = open("perceptron-xor");
    driver.play_to_the_end();
    assert!(accuracy(&measured(&driver, 0).0) < 1.0);
    assert_eq!(driver.run(0).position().epoch, 50.0);
}

#[test]
fn gradients_vanish_in_six_sigmoid_layers_and_not_in_six_of_relu() {
    let mut driver = open("vanishing-gradients");
    let request = ProbeRequest { gradients: true, ..ProbeRequest::default() };
    for run in 0..2 {
        driver.act(Action::Want(run, request.clone()));
    }
    let ratio = |state: &descent::workbench::State, run: usize| {
        state.run(run)?.frame.as_ref()?.gradients.as_ref()?.ratio()
    };
    driver.until("the gradients are there", |state| (0..2).all(|run| ratio(state, run).is_some()));
    let [sigmoid, relu] = [0, 1].map(|run| ratio(driver.state(), run).expect("there"));
    assert!(sigmoid < 1e-3 && relu > 0.1, "sigmoid {sigmoid}, ReLU {relu}");
    assert!(matches!(driver.run(0).state, RunState::Paused(_)));
}

/// The lab's ranges over thirty starts, widened by a fifth; never below the closed form.
#[test]
fn a_cubic_comes_near_the_optimum() {
    let mut driver = open("sine-cubic");
    driver.play_to_the_end();
    let [sgd, rmsprop] = [0, 1].map(|run| measured(&driver, run).0.loss);
    assert!((8.817..9.72).contains(&sgd), "SGD {sgd}");
    assert!((8.817..9.2).contains(&rmsprop), "RMSprop {rmsprop}");
}

#[test]
fn forty_points_are_learnt_by_heart_unless_something_is_done() {
    let mut driver = open("overfitting");
    driver.play_to_the_end();
    let tests: Vec<f64> = (0..4).map(|run| measured(&driver, run).1.loss).collect();
    // Whether batch normalisation helps differs from draw to draw, in PyTorch as well.
    let [none, l2, dropout, _] = tests[..] else { panic!("four runs") };
    assert!(measured(&driver, 0).0.loss < 0.05);
    assert!(l2 < none && dropout < none, "{tests:?}");
}

#[test]
fn early_stopping_keeps_a_smaller_validation_loss() {
    let mut driver = open("early-stopping");
    driver.play_to_the_end();
    let loss = |run: usize| {
        driver.run(run).metrics().and_then(|eval| eval.validation).expect("measured").loss
    };
    assert!(loss(1) < loss(0), "{} {}", loss(1), loss(0));
    assert!(driver.run(1).position().epoch < driver.run(0).position().epoch);
}

#[test]
fn connections_around_layers_help_a_deep_network() {
    let mut driver = open("residual");
    driver.play_to_the_end();
    let [plain, residual] = [0, 1].map(|run| measured(&driver, run).0.loss);
    assert!(residual < plain, "plain {plain}, residual {residual}");
}

#[test]
fn the_network_in_numpy_fits_its_table() {
    let mut driver = open("numpy-network");
    driver.play_to_the_end();
    let loss = measured(&driver, 0).0.loss;
    assert!(loss < 0.1, "{loss}");
}
