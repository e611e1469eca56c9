//! The same spec gives the same history, bit for bit, whatever happens around it.

use descent::base::{Finite, Step};
use descent::record::{
    BoundaryRequest, ExciteRequest, GridRequest, HiddenRequest, HiddenView, Input, Insight,
    Inspect, MapRequest, Metric, Part, PauseReason, ProbeFrame, ProbeRequest, RunHistory, RunState,
    Saliency, ScoresRequest, Slice, TraceRequest, UnitsOf,
};
use descent::spec::{
    Activation, BatchNormSpec, BatchSize, ConvSpec, DataSource, DenseSpec, DrawnSpec,
    ExperimentSpec, LayerKind, LayerSpec, NormSpec, Optimizer, Padding, PoolSpec, RunSpec,
    StopRule, preset,
};
use descent::workbench::{Action, Edit, StepUnit};

use crate::drive::Driver;

const STEPS: u64 = 120;

/// The lecture's ReLU network, with small batches and an optimizer that remembers a lot, so that
/// every kind of state is in play.
fn lively() -> ExperimentSpec {
    let mut spec = preset("spiral-relu").expect("built in");
    let train = &mut spec.runs[0].train;
    train.optimizer = Optimizer::ADAM;
    train.learning_rate = Finite::lit(0.01);
    train.batch = BatchSize::Of(32);
    train.stop = StopRule::Steps(STEPS);
    spec
}

/// Layers of every kind on images of 28 × 28, two of them drawing random numbers.
fn varied_layers() -> Vec<LayerSpec> {
    let conv = ConvSpec { padding: Padding::Same, ..ConvSpec::new(4, 3) };
    let norm = NormSpec::default();
    let overlapping = PoolSpec { stride: [2; 2], padding: [1; 2], ceil: true, ..PoolSpec::new(3) };
    [
        LayerKind::Conv2d(ConvSpec { stride: [2; 2], ..ConvSpec::new(4, 5) }),
        LayerKind::BatchNorm(BatchNormSpec::default()),
        LayerKind::Activation(Activation::Gelu),
        LayerKind::Conv2d(conv.clone()),
        LayerKind::GroupNorm { groups: 2, norm },
        LayerKind::Skip { over: 2 },
        LayerKind::MaxPool2d(PoolSpec::new(2)),
        LayerKind::Dropout { p: Finite::lit(0.1) },
        LayerKind::Conv2d(ConvSpec { channels: 8, groups: 2, ..conv }),
        LayerKind::AvgPool2d { pool: overlapping, count_padding: false },
        LayerKind::LayerNorm(norm),
        LayerKind::GlobalAvgPool,
        LayerKind::Flatten,
        LayerKind::Dense(DenseSpec::new(16)),
        LayerKind::BatchNorm(BatchNormSpec::default()),
        LayerKind::Activation(Activation::Relu),
        LayerKind::Dropout { p: Finite::lit(0.3) },
    ]
    .map(LayerSpec::from)
    .into()
}

/// All of them on few drawn digits, in batches that leave a single row at the end of an epoch.
fn varied() -> ExperimentSpec {
    let mut spec = preset("drawn-digits").expect("built in");
    if let DataSource::Drawn(drawn) = &mut spec.data.source {
        *drawn = DrawnSpec { per_class: 10, test_per_class: 2, ..drawn.clone() };
    }
    let run = &mut spec.runs[0];
    run.model.hidden = varied_layers();
    run.train.batch = BatchSize::Of(9);
    run.train.stop = StopRule::Steps(STEPS);
    spec
}

fn history(driver: &Driver, index: usize) -> RunHistory {
    driver.run(index).history.clone()
}

fn undisturbed(spec: ExperimentSpec) -> RunHistory {
    let mut driver = Driver::open(spec);
    driver.play_to_the_end();
    let history = history(&driver, 0);
    let points = history.series(Metric::BatchLoss).expect("has losses").count();
    assert_eq!(points, STEPS);
    history
}

/// A look at whatever is inside a network on samples of so many values.
fn inside(window: &BoundaryRequest, features: usize) -> Inspect {
    let units = [0, 1, 2].map(|layer| UnitsOf { layer, units: vec![0, 2].into() });
    let trace = |input, saliency| TraceRequest { input, saliency };
    let values = Input::Values(vec![0.25; features].into());
    Inspect {
        parameters: true,
        maps: vec![MapRequest { window: window.clone(), layers: units.into() }],
        traces: vec![
            trace(Input::Row(Part::Test, 1), Some(Saliency::Predicted)),
            trace(values, Some(Saliency::Class(1))),
        ],
        hidden: Some(HiddenRequest {
            layer: Some(1),
            view: HiddenView::Principal,
            part: Part::Train,
            most: 50,
            grid: Some(GridRequest { x: [-1.0, 1.0], y: [-1.0, 1.0], lines: 3, points: 9 }),
        }),
        excited: Some(ExciteRequest { layer: 1, channel: 2, count: 3 }),
        scores: [Part::Train, Part::Test].map(|part| ScoresRequest { part, most: 40 }).into(),
    }
}

fn everything(features: usize) -> ProbeRequest {
    let mut boundary = BoundaryRequest::plane([-1.0, 1.0], [-1.0, 1.0], 20);
    boundary.slice = (features > 2).then_some(Slice::Principal);
    let inside = inside(&boundary, features);
    ProbeRequest {
        boundary: Some(boundary),
        fit: None,
        confusion: vec![Part::Train],
        predictions: Some(5),
        metrics: true,
        gradients: true,
        inside,
    }
}

/// Whether nothing that was wanted is absent.
fn is_whole(frame: &ProbeFrame) -> bool {
    let Insight { parameters, maps, traces, hidden, excited, scores } = &frame.inside;
    let counts = [maps.len(), traces.len(), scores.len()];
    let are_all = counts == [1, 2, 2] && hidden.is_some() && excited.is_some();
    are_all && parameters.is_some() && frame.boundary.is_some() && frame.predictions.is_some()
}

#[test]
fn a_second_time_it_is_the_same() {
    assert!(undisturbed(lively()).same_course(&undisturbed(lively())));
}

#[test]
fn every_kind_of_layer_is_in_the_varied_network() {
    let labels: Vec<_> = varied_layers().iter().map(LayerSpec::label).collect();
    for kind in LayerKind::usual() {
        assert!(labels.contains(&kind.label()), "{}", kind.label());
    }
}

#[test]
fn with_every_kind_of_layer_it_is_the_same_a_second_time_and_for_another_seed_not() {
    let first = undisturbed(varied());
    assert!(first.same_course(&undisturbed(varied())));
    assert!(!first.same_course(&undisturbed(ExperimentSpec { seed: 1, ..varied() })));
}

#[test]
fn with_every_kind_of_layer_it_is_the_same_beside_another_watched_and_resumed() {
    let mut spec = varied();
    let other = preset("drawn-digits").expect("built in").runs.remove(0);
    spec.runs.push(RunSpec { name: "other".into(), ..other });
    spec.runs[1].train.stop = StopRule::Steps(STEPS);
    let mut driver = Driver::open(spec);
    driver.act(Action::Want(0, everything(28 * 28)));
    driver.until("a picture is there", |state| {
        state.run(0).is_some_and(|run| run.frame.as_ref().is_some_and(|frame| is_whole(frame)))
    });
    // Three times the steps between two measurements, so that the end leaves no trace.
    driver.stop_after(69);
    driver.play_to_the_end();
    driver.stop_after(STEPS);
    driver.play_to_the_end();
    assert_eq!(driver.run(0).position().step, Step(STEPS));
    assert!(history(&driver, 0).same_course(&undisturbed(varied())));
}

#[test]
fn another_seed_is_another_course() {
    let other = ExperimentSpec { seed: 1, ..lively() };
    assert!(!undisturbed(lively()).same_course(&undisturbed(other)));
}

#[test]
fn watching_and_pausing_change_nothing() {
    let mut driver = Driver::open(lively());
    driver.act(Action::Want(0, everything(2)));
    driver.until("a picture is there", |state| {
        state.run(0).is_some_and(|run| run.frame.as_ref().is_some_and(|frame| is_whole(frame)))
    });
    for _ in 0..3 {
        driver.act(Action::Step(StepUnit::Batch));
    }
    // Slow enough that it cannot be over before it is paused.
    driver.act(Action::SetSpeed(Some(100)));
    driver.act(Action::Play(None));
    driver
        .until("it trains", |state| state.run(0).is_some_and(|run| run.position().step > Step(20)));
    driver.act(Action::Pause(None));
    driver.until("it rests", |state| {
        state.run(0).is_some_and(|run| run.state == RunState::Paused(PauseReason::User))
    });
    assert!(driver.run(0).position().step < Step(STEPS));
    driver.act(Action::SetSpeed(None));
    driver.play_to_the_end();
    assert!(history(&driver, 0).same_course(&undisturbed(lively())));
}

#[test]
fn equal_runs_side_by_side_are_equal_and_as_if_alone() {
    let mut spec = lively();
    spec.runs.push(RunSpec { name: "twin".into(), ..spec.runs[0].clone() });
    let mut driver = Driver::open(spec);
    driver.play_to_the_end();
    let (a, b) = (history(&driver, 0), history(&driver, 1));
    assert!(a.same_course(&b));
    assert!(a.same_course(&undisturbed(lively())));
}

#[test]
fn going_on_from_the_end_is_as_if_there_had_been_none() {
    let mut driver = Driver::open(lively());
    // A step at which both parts are measured anyway, so that the end leaves no trace.
    driver.stop_after(64);
    driver.play_to_the_end();
    assert_eq!(driver.run(0).position().step, Step(64));
    driver.stop_after(STEPS);
    driver.play_to_the_end();
    assert_eq!(driver.run(0).position().step, Step(STEPS));
    assert!(history(&driver, 0).same_course(&undisturbed(lively())));
}

#[test]
fn a_run_that_diverges_pauses_with_its_last_good_weights_and_says_why() {
    let mut spec = preset("spiral-relu").expect("built in");
    spec.runs[0].train.learning_rate = Finite::lit(1e6);
    let mut driver = Driver::open(spec);
    driver.act(Action::Play(None));
    driver.until("it diverges", |state| {
        state
            .run(0)
            .is_some_and(|run| matches!(run.state, RunState::Paused(PauseReason::Diverged(_))))
    });
    let run = driver.run(0);
    assert!(run.checkpoint.as_ref().is_some_and(|checkpoint| checkpoint.is_finite()));
    let RunState::Paused(PauseReason::Diverged(finding)) = &run.state else { unreachable!() };
    assert!(finding.message.contains("learning rate"), "{}", finding.message);
    assert!(driver.notices().iter().any(|notice| notice.contains("learning rate")));
    // The network is still there to be looked at and to go on with.
    let mut train = driver.state().draft().runs[0].train.clone();
    train.learning_rate = Finite::ONE;
    train.stop = StopRule::Steps(400);
    driver.act(Action::Edit(Edit::Train(0, train)));
    driver.act(Action::Settle);
    driver.play_to_the_end();
}
