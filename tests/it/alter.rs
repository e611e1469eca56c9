//! Weights that are changed by hand, on the engine that trains.

use descent::record::{BoundaryRequest, Checkpoint, ProbeRequest, RunState};
use descent::spec::{ExperimentSpec, Optimizer, preset};
use descent::workbench::{Action, State, WeightEdit};

use crate::drive::Driver;

const NAME: &str = "0.weight";

fn network(state: &State) -> Option<&Checkpoint> {
    state.run(0)?.checkpoint.as_deref()
}

fn value(state: &State, name: &str, index: usize) -> Option<f32> {
    let array = network(state)?.array(name).ok()?;
    array.tensor.data().get(index).copied()
}

fn edit(name: &str, index: usize, value: f32) -> Action {
    Action::AlterWeights(0, WeightEdit::Value(name.into(), index, value))
}

/// The lecture's linear model, whose probabilities can be computed by hand.
#[test]
fn the_network_computes_with_what_was_typed() {
    let mut driver = Driver::open(preset("spiral-linear").expect("built in"));
    let boundary = Some(BoundaryRequest::plane([-1.0, 1.0], [-2.0, 2.0], 5));
    driver.act(Action::Want(0, ProbeRequest { boundary, ..ProbeRequest::default() }));
    for (index, value) in [0.5, -1.5, 2.0, 0.25, -0.75, 1.0].into_iter().enumerate() {
        driver.act(edit(NAME, index, value));
    }
    for (index, value) in [0.1, -0.2, 0.3].into_iter().enumerate() {
        driver.act(edit("0.bias", index, value));
    }
    driver.until("all values are there", |state| {
        value(state, NAME, 0) == Some(0.5) && value(state, "0.bias", 2) == Some(0.3)
    });
    let logits = |x: f64, y: f64| {
        [0.5 * x - 1.5 * y + 0.1, 2.0 * x + 0.25 * y - 0.2, -0.75 * x + 1.0 * y + 0.3]
    };
    let expected = |x: f64, y: f64| {
        let powers = logits(x, y).map(f64::exp);
        powers.map(|power| power / powers.iter().sum::<f64>())
    };
    let request = BoundaryRequest::plane([-1.0, 1.0], [-2.0, 2.0], 5);
    driver.until("the picture follows", |state| {
        let frame = state.run(0).and_then(|run| run.frame.as_ref());
        let Some(found) = frame.and_then(|frame| frame.boundary.as_ref()) else { return false };
        // Cells are five to a side; the values are those of their centres.
        request == found.request
            && (0..25).all(|cell| {
                let (x, y) = (cell % 5, cell / 5);
                let place = |at: usize, half: f64| half * ((at as f64 + 0.5) * 0.4 - 1.0);
                let wanted = expected(place(x, 1.0), place(y, 2.0));
                let row = found.outputs.row(cell);
                row.iter().zip(wanted).all(|(a, b)| (f64::from(*a) - b).abs() < 1e-6)
            })
    });
}

fn lively() -> ExperimentSpec {
    let mut spec = preset("spiral-relu").expect("built in");
    spec.runs[0].train.optimizer = Optimizer::ADAM;
    spec
}

/// A run that came to its end after 30 steps.
fn ended() -> Driver {
    let mut driver = Driver::open(lively());
    driver.stop_after(30);
    driver.play_to_the_end();
    driver
}

#[test]
fn undo_brings_back_the_same_bits_and_the_same_course() {
    let mut plain = ended();
    plain.play_to_the_end();
    let mut driver = ended();
    let before = network(driver.state()).expect("ended").clone();
    driver.act(edit(NAME, 7, 12.5));
    driver.until("the value is there", |state| value(state, NAME, 7) == Some(12.5));
    let waits =
        |state: &State| state.run(0).is_some_and(|run| matches!(run.state, RunState::Paused(_)));
    driver.until("it waits", waits);
    driver.act(Action::AlterWeights(0, WeightEdit::Zero(0)));
    driver.act(Action::AlterWeights(0, WeightEdit::Reinitialise(2)));
    for _ in 0..3 {
        driver.act(Action::UndoWeights(0));
    }
    driver.until("all is taken back", |state| {
        !state.can_undo_weights(0) && network(state).is_some_and(|now| now.at == before.at)
    });
    driver.until("the old network is there", |state| {
        network(state).is_some_and(|now| now.parameters == before.parameters)
    });
    let now = network(driver.state()).expect("waits").clone();
    assert_eq!(
        (&now.optimizer, now.epoch, now.cursor),
        (&before.optimizer, before.epoch, before.cursor)
    );
    assert!(driver.run(0).history.markers().is_empty());
    driver.play_to_the_end();
    assert!(driver.run(0).history.same_course(&plain.run(0).history));
    let ends = [&driver, &plain].map(|driver| network(driver.state()).expect("ended"));
    assert_eq!(ends[0].parameters, ends[1].parameters);
}

#[test]
fn training_goes_on_from_what_was_changed() {
    let mut plain = ended();
    plain.play_to_the_end();
    let mut driver = ended();
    driver.act(Action::AlterWeights(0, WeightEdit::Zero(2)));
    driver.until("the output layer is zero", |state| {
        value(state, "2.weight", 0) == Some(0.0) && value(state, "2.bias", 0) == Some(0.0)
    });
    driver.play_to_the_end();
    assert!(!driver.run(0).history.same_course(&plain.run(0).history));
    assert!(driver.state().can_undo_weights(0));
    assert_eq!(driver.run(0).history.markers().len(), 1);
}
