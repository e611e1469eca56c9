//! Changing weights by hand, without threads: a network on the host answers for the worker.

use std::sync::Arc;

use crate::base::{HostTensor, Step};
use crate::files::{SafetensorsFile, blank_network};
use crate::record::{
    Alteration, Checkpoint, EndReason, EndRule, Finding, NamedTensor, PauseReason, RunState,
};
use crate::spec::{BatchNormSpec, LayerKind, LayerSpec, preset};
use crate::train::{Altered, Command, Event, Mode, Ticket};

use super::effect::{Effect, Outcome, Start};
use super::fixtures::{at, dataset, enter, id, of, ready, tell, train};
use super::{Action, Severity, State, WeightEdit};

/// A run with a network on the host that does what a worker would.
struct Bench {
    state: State,
    network: Checkpoint,
    step: u64,
}

/// What was asked of the run, if anything.
fn asked(effects: &[Effect]) -> Option<(Ticket, Arc<Alteration>)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send(_, Command::Alter(ticket, values)) => Some((*ticket, Arc::clone(values))),
        _ => None,
    })
}

fn resumed(effects: &[Effect]) -> Option<&Start> {
    effects.iter().find_map(|effect| match effect {
        Effect::Start(start) => Some(&**start),
        _ => None,
    })
}

impl Bench {
    /// Stands at step 40, paused.
    fn new() -> Self {
        Self::with(ready("spiral-relu"))
    }

    fn with(mut state: State) -> Self {
        let mut network = blank_network(&state.run(0).expect("has a run").spec);
        for (place, array) in network.parameters.iter_mut().enumerate() {
            *array = tensor(array, |index| (place * 1000 + index) as f32);
        }
        network.at = at(40);
        train(&mut state, 0, 40);
        tell(&mut state, 0, Event::Checkpoint(Arc::new(network.clone())));
        enter(&mut state, 0, RunState::Paused(PauseReason::User));
        Self { state, network, step: 40 }
    }

    fn act(&mut self, action: Action) {
        let effects = self.state.reduce(action);
        self.answer(effects);
    }

    fn edit(&mut self, edit: WeightEdit) {
        self.act(Action::AlterWeights(0, edit));
    }

    /// Answers until nothing is asked any more.
    fn answer(&mut self, mut effects: Vec<Effect>) {
        while let Some((ticket, values)) = asked(&effects) {
            let before = values.exchange(&mut self.network);
            effects = self.tell(ticket, before);
        }
    }

    fn tell(&mut self, ticket: Ticket, before: Result<Alteration, String>) -> Vec<Effect> {
        let run = id(&self.state, 0);
        let answer = Altered { ticket, at: at(self.step), before };
        self.state.take_event(run, Event::Altered(answer))
    }

    fn values(&self, name: &str) -> &[f32] {
        self.network.array(name).expect("is there").tensor.data()
    }

    fn marks(&self) -> Vec<&str> {
        let run = self.state.run(0).expect("has a run");
        run.history.markers().iter().map(|marker| marker.text.as_str()).collect()
    }

    fn told(&self) -> &str {
        &self.state.notices().last().expect("a sentence").text
    }

    fn can(&self) -> (bool, bool) {
        (self.state.can_undo_weights(0), self.state.can_redo_weights(0))
    }
}

fn tensor(array: &NamedTensor, value: impl Fn(usize) -> f32) -> NamedTensor {
    let shape = array.tensor.shape().to_vec();
    let values = (0..shape.iter().product()).map(value).collect();
    NamedTensor { tensor: HostTensor::new(shape, values).expect("fits"), name: array.name.clone() }
}

fn value(index: usize, value: f32) -> WeightEdit {
    WeightEdit::Value("0.weight".into(), index, value)
}

fn ended(reason: EndReason) -> RunState {
    RunState::Ended(reason)
}

#[test]
fn a_live_run_is_asked_in_every_state() {
    let finding = Finding { step: Step(40), message: "Not a number.".into() };
    for now in [
        RunState::Starting,
        RunState::Preparing,
        RunState::Running,
        RunState::Paused(PauseReason::User),
        RunState::Paused(PauseReason::Diverged(finding)),
    ] {
        let mut bench = Bench::new();
        enter(&mut bench.state, 0, now.clone());
        let effects = bench.state.reduce(Action::AlterWeights(0, value(3, 0.5)));
        assert!(matches!(&effects[..], [Effect::Send(..)]), "{now:?}: {effects:?}");
        assert_eq!(bench.state.run(0).map(|run| &run.state), Some(&now), "only the worker moves");
        bench.answer(effects);
        assert_eq!(bench.values("0.weight")[3], 0.5);
        assert_eq!(bench.marks(), ["weights changed by hand: 0.weight[1, 1]"]);
        assert!(!bench.state.can_undo(), "the draft did not change");
    }
}

#[test]
fn an_ended_run_goes_on_where_it_stands_and_waits() {
    for reason in [EndReason::Completed(EndRule::Steps(40).into()), EndReason::Stopped] {
        let mut bench = Bench::new();
        enter(&mut bench.state, 0, ended(reason));
        let effects = bench.state.reduce(Action::AlterWeights(0, value(3, 0.5)));
        let start = resumed(&effects).expect("goes on");
        assert_eq!(start.resume.as_ref().map(|from| from.step()), Some(Step(40)));
        assert_eq!((start.control.mode, start.run), (Mode::Pause, id(&bench.state, 0)));
        bench.answer(effects);
        assert_eq!((bench.values("0.weight")[3], bench.can()), (0.5, (true, false)));
    }
}

#[test]
fn a_run_that_broke_says_what_to_do_first() {
    for (reason, said) in [
        (
            EndReason::Failed("broken".into()),
            "This run broke. Restart it before changing its weights.",
        ),
        (
            EndReason::DeviceLost("gone".into()),
            "The device of this run was lost. Go on with the processor before changing its weights.",
        ),
    ] {
        let mut bench = Bench::new();
        bench.edit(value(0, 7.0));
        enter(&mut bench.state, 0, ended(reason));
        for action in [Action::AlterWeights(0, value(3, 0.5)), Action::UndoWeights(0)] {
            assert!(bench.state.reduce(action).is_empty());
            assert_eq!(bench.told(), said);
        }
    }
    let mut empty = State::new(preset("mnist-mlp").expect("built in"));
    assert!(empty.reduce(Action::AlterWeights(0, value(0, 1.0))).is_empty());
    let told = empty.notices().last().expect("a sentence");
    assert_eq!(told.text, "There is no network yet whose weights could be changed.");
    assert!(empty.reduce(Action::AlterWeights(9, value(0, 1.0))).is_empty(), "no such model");
}

#[test]
fn what_does_not_exist_or_is_no_number_is_said_and_asks_nothing() {
    for (edit, said) in [
        (value(200, 1.0), "0.weight has 200 values, so there is none at place 200."),
        (value(0, f32::NAN), "NaN is no finite number; 0.weight stays as it is."),
        (value(0, f32::NEG_INFINITY), "-inf is no finite number; 0.weight stays as it is."),
        (
            WeightEdit::Value("1.weight".into(), 0, 1.0),
            "This network has no array called 1.weight.",
        ),
        (WeightEdit::Zero(1), "ReLU (layer 2) has no weights or biases."),
        (WeightEdit::Reinitialise(1), "ReLU (layer 2) has no weights or biases."),
        (WeightEdit::Zero(3), "This network has 2 hidden layers and an output layer."),
        (WeightEdit::Load(1, "x".into()), "ReLU (layer 2) has no weights or biases."),
    ] {
        for knows_network in [true, false] {
            let mut bench = Bench::new();
            if !knows_network {
                let run = bench.state.slot_mut(0).and_then(|slot| slot.run.as_mut());
                run.expect("has a run").checkpoint = None;
            }
            assert!(bench.state.reduce(Action::AlterWeights(0, edit.clone())).is_empty());
            assert_eq!(bench.told(), said);
            assert_eq!((bench.can(), bench.marks().len()), ((false, false), 0));
        }
    }
}

#[test]
fn what_the_run_refuses_is_said_and_is_no_step() {
    let mut bench = Bench::new();
    let effects = bench.state.reduce(Action::AlterWeights(0, value(3, 0.5)));
    let (ticket, _) = asked(&effects).expect("asked");
    assert_eq!(bench.can(), (true, false), "what is under way can be taken back");
    bench.tell(ticket, Err("It broke.".into()));
    assert_eq!((bench.told(), bench.can()), ("It broke.", (false, false)));
    assert_eq!(bench.state.notices().last().map(|notice| notice.severity), Some(Severity::Warning));
}

#[test]
fn undo_and_redo_exchange_the_same_bits() {
    let mut bench = Bench::new();
    let start = bench.network.clone();
    bench.edit(value(3, 0.1));
    bench.edit(WeightEdit::Zero(0));
    bench.edit(WeightEdit::Reinitialise(2));
    let end = bench.network.clone();
    assert_eq!(bench.marks().len(), 3);
    for _ in 0..5 {
        bench.act(Action::UndoWeights(0));
    }
    assert_eq!((&bench.network, bench.can()), (&start, (false, true)));
    assert!(bench.marks().is_empty(), "nothing was trained in between");
    for _ in 0..5 {
        bench.act(Action::RedoWeights(0));
    }
    assert_eq!((&bench.network, bench.can()), (&end, (true, false)));
    assert_eq!(bench.marks().len(), 3);
    bench.act(Action::UndoWeights(0));
    bench.edit(value(0, 9.0));
    assert_eq!(bench.can(), (true, false), "another change ends what could be made again");
}

#[test]
fn taking_back_later_is_told_on_the_curves() {
    let mut bench = Bench::new();
    bench.edit(value(3, 0.5));
    bench.step = 50;
    train(&mut bench.state, 0, 50);
    bench.act(Action::UndoWeights(0));
    let what = "weights changed by hand: 0.weight[1, 1]";
    assert_eq!(bench.marks(), [what, &format!("{what} taken back")]);
}

#[test]
fn a_drag_is_one_change_until_the_user_lets_go() {
    let mut bench = Bench::new();
    let before = bench.values("0.weight")[3];
    (1..=5).for_each(|drag| bench.edit(value(3, drag as f32 / 8.0)));
    bench.act(Action::Settle);
    (6..=8).for_each(|drag| bench.edit(value(3, drag as f32 / 8.0)));
    assert_eq!((bench.values("0.weight")[3], bench.marks().len()), (1.0, 2));
    bench.act(Action::UndoWeights(0));
    assert_eq!(bench.values("0.weight")[3], 0.625);
    bench.act(Action::UndoWeights(0));
    assert_eq!((bench.values("0.weight")[3], bench.can()), (before, (false, true)));
    bench.act(Action::RedoWeights(0));
    assert_eq!(bench.values("0.weight")[3], 0.625);
}

#[test]
fn another_value_ends_a_drag() {
    let mut bench = Bench::new();
    for index in [3, 4, 3] {
        bench.edit(value(index, 0.25));
        bench.edit(value(index, 0.5));
    }
    assert_eq!(bench.marks().len(), 3);
}

#[test]
fn a_slow_run_is_asked_one_thing_at_a_time_and_only_for_the_newest_value() {
    let mut bench = Bench::new();
    let edit =
        |bench: &mut Bench, new: f32| bench.state.reduce(Action::AlterWeights(0, value(3, new)));
    let first = edit(&mut bench, 1.0);
    let (ticket, values) = asked(&first).expect("asked");
    (2..=9).for_each(|new| assert!(edit(&mut bench, new as f32).is_empty(), "one at a time"));
    bench.state.reduce(Action::Settle);
    assert!(edit(&mut bench, 50.0).is_empty());
    assert!(bench.state.reduce(Action::UndoWeights(0)).is_empty());
    let before = values.exchange(&mut bench.network);
    let effects = bench.tell(ticket, before);
    let (_, newest) = asked(&effects).expect("asked for what waited");
    assert!(matches!(*newest, Alteration::Value { value: 9.0, .. }), "{newest:?}");
    bench.answer(effects);
    assert_eq!(bench.values("0.weight")[3], 9.0, "the change after the drag was taken back");
    assert_eq!((bench.marks().len(), bench.can()), (1, (true, true)));
    bench.act(Action::UndoWeights(0));
    assert_eq!((bench.values("0.weight")[3], bench.can()), (3.0, (false, true)));
}

#[test]
fn answers_to_questions_that_nobody_asked_change_nothing() {
    let mut bench = Bench::new();
    let values = Alteration::Arrays(Vec::new());
    assert!(bench.tell(77, Ok(values)).is_empty());
    assert_eq!((bench.can(), bench.marks().len()), ((false, false), 0));
}

#[test]
fn a_layer_becomes_zero_or_begins_anew_with_other_numbers_each_time() {
    let mut bench = Bench::new();
    let output = bench.values("2.weight").to_vec();
    bench.edit(WeightEdit::Zero(0));
    assert!(bench.values("0.weight").iter().chain(bench.values("0.bias")).all(|v| *v == 0.0));
    assert_eq!(bench.values("2.weight"), output);
    let mut draws = Vec::new();
    for _ in 0..2 {
        bench.edit(WeightEdit::Reinitialise(0));
        draws.push(bench.values("0.weight").to_vec());
    }
    assert_ne!(draws[0], draws[1]);
    let mut again = Bench::new();
    again.edit(WeightEdit::Reinitialise(0));
    assert_eq!(again.values("0.weight"), draws[0], "seed and count say everything");
    let bound = 1.0 / 2_f32.sqrt();
    assert!(draws.iter().flatten().all(|v| v.abs() <= bound && *v != 0.0));
    assert_eq!(bench.marks()[1], "weights changed by hand: Dense (layer 1) started anew");
    again.edit(WeightEdit::Zero(2));
    assert_eq!(again.marks()[1], "weights changed by hand: the output layer set to zero");
}

#[test]
fn a_normalisation_begins_anew_with_its_running_statistics() {
    let mut spec = preset("spiral-relu").expect("built in");
    let norm = LayerKind::BatchNorm(BatchNormSpec::default());
    spec.runs[0].model.hidden.insert(1, LayerSpec::from(norm));
    let mut bench = Bench::with(of(spec, dataset()));
    bench.edit(WeightEdit::Reinitialise(1));
    for (name, expected) in [
        ("1.weight", 1.0),
        ("1.bias", 0.0),
        ("1.running_mean", 0.0),
        ("1.running_var", 1.0),
        ("1.num_batches_tracked", 0.0),
    ] {
        assert!(bench.values(name).iter().all(|value| *value == expected), "{name}");
    }
}

#[test]
fn a_fresh_start_forgets_and_going_back_forgets_what_came_later() {
    let mut bench = Bench::new();
    bench.edit(value(3, 0.5));
    bench.state.reduce(Action::Restart(0));
    assert_eq!(bench.can(), (false, false));
    let mut bench = Bench::new();
    bench.edit(value(3, 0.5));
    tell(&mut bench.state, 0, Event::Checkpoint(Arc::new(bench.network.clone())));
    bench.step = 50;
    train(&mut bench.state, 0, 50);
    bench.edit(value(4, 0.5));
    bench.state.reduce(Action::BackTo(0, Step(40)));
    assert_eq!(bench.marks(), ["weights changed by hand: 0.weight[1, 1]"]);
    bench.act(Action::UndoWeights(0));
    assert_eq!(bench.can(), (false, true));
}

#[test]
fn a_run_that_ends_before_it_answers_is_told() {
    let mut bench = Bench::new();
    bench.state.reduce(Action::AlterWeights(0, value(3, 0.5)));
    enter(&mut bench.state, 0, ended(EndReason::Stopped));
    let said = "The run ended before its weights could be changed. Change them again.";
    assert_eq!((bench.told(), bench.can()), (said, (false, false)));
}

#[test]
fn a_change_at_the_start_keeps_the_run_when_the_draft_changes() {
    let mut state = ready("spiral-relu");
    let run = id(&state, 0);
    let (ticket, _) =
        asked(&state.reduce(Action::AlterWeights(0, WeightEdit::Zero(0)))).expect("asked");
    let before = Ok(Alteration::Arrays(Vec::new()));
    state.take_event(run, Event::Altered(Altered { ticket, at: at(0), before }));
    state.reduce(Action::Edit(super::Edit::RemoveLayer(0, 1)));
    assert_eq!(id(&state, 0), run, "what was made by hand is not thrown away in silence");
    assert!(!state.pending(0).is_empty());
}

/// Reads a file for a layer as a job would.
fn load(bench: &mut Bench, layer: usize, arrays: &[NamedTensor]) {
    let path = std::path::PathBuf::from("some/layer.safetensors");
    let effects = bench.state.reduce(Action::AlterWeights(0, WeightEdit::Load(layer, path)));
    let [Effect::ReadWeights(job, request)] = &effects[..] else { panic!("{effects:?}") };
    let file = SafetensorsFile { tensors: arrays.to_vec(), metadata: Default::default() };
    let effects = bench.state.take_outcome(*job, Outcome::Weights(request.clone(), Ok(file)));
    bench.answer(effects);
}

#[test]
fn a_layer_takes_over_what_a_file_has_for_it() {
    let mut bench = Bench::new();
    let before = bench.network.clone();
    let halves: Vec<NamedTensor> =
        before.parameters.iter().map(|array| tensor(array, |_| 0.5)).collect();
    load(&mut bench, 2, &halves);
    assert!(bench.values("2.weight").iter().chain(bench.values("2.bias")).all(|v| *v == 0.5));
    assert_eq!(bench.values("0.weight"), before.parameters[0].tensor.data());
    let what = "weights changed by hand: the output layer loaded from layer.safetensors";
    assert_eq!(bench.marks(), [what]);
    bench.act(Action::UndoWeights(0));
    assert_eq!(bench.network, before);
    load(&mut bench, 2, &halves[..3]);
    let said = "layer.safetensors does not fit the output layer: 2.bias missing in the file.";
    assert_eq!(bench.told(), said);
    assert_eq!(bench.network, before);
}
