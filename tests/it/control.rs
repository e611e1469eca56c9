//! Going back, branching off and ending by itself, with real networks: bit for bit on the
//! processor.

use std::sync::Arc;

use descent::base::{Finite, Step};
use descent::record::{
    EndReason, EndRule, PauseReason, RateStart, RateSweep, RunHistory, RunState,
};
use descent::spec::{
    BatchNormSpec, BatchSize, DenseSpec, EarlyStopping, ExperimentSpec, LayerKind, LayerSpec,
    Optimizer, Part, Schedule, StopRule, preset,
};
use descent::workbench::{Action, Edit};

use crate::drive::Driver;

const STEPS: u64 = 120;

/// The spiral in small batches, with a plateau schedule that lowers the rate and early stopping
/// that keeps the best weights, so that every kind of state is in play.
fn lively(optimizer: Optimizer) -> ExperimentSpec {
    let mut spec = preset("spiral-relu").expect("built in");
    let run = &mut spec.runs[0];
    run.model.hidden[0] = LayerSpec::from(DenseSpec::new(16));
    let train = &mut run.train;
    train.optimizer = optimizer;
    train.learning_rate = Finite::lit(0.02);
    train.batch = BatchSize::Of(32);
    train.stop = StopRule::Steps(STEPS);
    train.schedule = Schedule::Plateau { factor: Finite::lit(0.5), patience: 0 };
    let part = Part::Train;
    train.early = Some(EarlyStopping { part, patience: 1000, ..EarlyStopping::default() });
    spec
}

fn with_layers(mut spec: ExperimentSpec, layers: &[LayerKind]) -> ExperimentSpec {
    let layers = layers.iter().cloned().map(LayerSpec::from);
    spec.runs[0].model.hidden.extend(layers);
    spec
}

fn momentum() -> Optimizer {
    Optimizer::sgd(Finite::lit(0.9))
}

fn all() -> Vec<(&'static str, ExperimentSpec)> {
    let dropout = [LayerKind::Dropout { p: Finite::lit(0.3) }];
    let norm = [LayerKind::BatchNorm(BatchNormSpec::default())];
    vec![
        ("momentum", lively(momentum())),
        ("Adam", lively(Optimizer::ADAM)),
        ("dropout", with_layers(lively(Optimizer::ADAM), &dropout)),
        ("batch norm", with_layers(lively(momentum()), &norm)),
    ]
}

fn history(driver: &Driver, index: usize) -> RunHistory {
    driver.run(index).history.clone()
}

fn waits(driver: &mut Driver, index: usize, step: Step) {
    driver.until("it waits there", |state| {
        state.run(index).is_some_and(|run| {
            run.state == RunState::Paused(PauseReason::User) && run.position().step == step
        })
    });
}

fn marks(driver: &Driver, index: usize) -> Vec<Step> {
    let timeline = driver.state().timeline(index).expect("has a run");
    timeline.marks().iter().map(descent::record::Mark::step).collect()
}

#[test]
fn back_to_an_epoch_and_on_is_the_course_of_the_run() {
    for (what, spec) in all() {
        let mut driver = Driver::open(spec);
        driver.play_to_the_end();
        let whole = history(&driver, 0);
        let last = driver.run(0).checkpoint.clone().expect("has ended");
        let steps = marks(&driver, 0);
        assert_eq!((steps[0], steps.last()), (Step(0), Some(&Step(STEPS))));
        assert!(steps.len() >= 12, "{what}: {steps:?}");
        for step in [steps[7], steps[3], steps[0]] {
            driver.act(Action::BackTo(0, step));
            waits(&mut driver, 0, step);
            assert_eq!(marks(&driver, 0).last(), Some(&step));
            driver.play_to_the_end();
            assert!(history(&driver, 0).same_course(&whole), "{what}, from {step}");
            let again = driver.run(0).checkpoint.clone().expect("has ended");
            assert_eq!(again.parameters, last.parameters, "{what}, from {step}");
            assert_eq!((&again.optimizer, &again.buffers), (&last.optimizer, &last.buffers));
            assert_eq!(again.watch, last.watch);
        }
    }
}

#[test]
fn a_branch_goes_the_way_of_the_run_until_something_is_changed() {
    let mut driver = Driver::open(lively(Optimizer::ADAM));
    driver.play_to_the_end();
    let whole = history(&driver, 0);
    let step = marks(&driver, 0)[5];
    driver.act(Action::Branch(0, step));
    waits(&mut driver, 1, step);
    driver.act(Action::Branch(0, step));
    waits(&mut driver, 2, step);
    let mut train = driver.state().draft().runs[2].train.clone();
    train.learning_rate = Finite::lit(0.05);
    driver.act(Action::Edit(Edit::Train(2, train)));
    driver.act(Action::Settle);
    driver.act(Action::Play(Some(1)));
    driver.act(Action::Play(Some(2)));
    driver.until("both branches have ended", |state| {
        [1, 2].iter().all(|index| {
            let run = state.run(*index);
            run.is_some_and(|run| matches!(run.state, RunState::Ended(EndReason::Completed(_))))
        })
    });
    assert!(history(&driver, 0).same_course(&whole), "the run itself is as it was");
    assert!(history(&driver, 1).same_course(&whole));
    assert!(!history(&driver, 2).same_course(&whole));
}

#[test]
fn early_stopping_ends_a_run_with_its_best_weights_and_says_so() {
    let mut spec = preset("spiral-relu").expect("built in");
    let train = &mut spec.runs[0].train;
    // Steps that are far too long: the loss soon gets no better.
    train.learning_rate = Finite::lit(8.0);
    train.batch = BatchSize::Of(100);
    train.stop = StopRule::Epochs(400);
    train.early = Some(EarlyStopping { patience: 4, ..EarlyStopping::default() });
    let mut driver = Driver::open(spec);
    driver.play_to_the_end();
    let run = driver.run(0);
    let RunState::Ended(EndReason::Completed(cause)) = &run.state else { unreachable!() };
    assert!(matches!(cause.rule, EndRule::Early { part: Part::Test, .. }), "{cause:?}");
    let best = cause.restored().expect("an earlier epoch was better");
    let last = run.history.last_eval().expect("was measured");
    assert_eq!(last.test.loss, best.value, "what is measured last is the best epoch");
    let kept = run.timeline.best().expect("is kept");
    assert_eq!(kept.step(), best.step);
    let checkpoint = run.checkpoint.as_ref().expect("has ended");
    assert_eq!(checkpoint.parameters, kept.checkpoint.parameters);
    assert_eq!(run.history.markers().last().map(|mark| mark.at.step), Some(checkpoint.step()));
}

/// The largest learning rate with which the lab's cubic converges: 2 divided by the largest
/// eigenvalue of the curvature of its summed squared error.
const STABLE: f64 = 3.558e-6;

fn searched(driver: &mut Driver, start: RateStart) -> Arc<RateSweep> {
    driver.act(Action::FindRate(0, start));
    driver.until("the search has ended", |state| state.rate_search(0).is_none());
    Arc::clone(driver.state().rate_sweep(0).expect("was found"))
}

#[test]
fn the_rate_that_is_suggested_for_the_cubic_is_stable_and_not_timid() {
    let mut driver = Driver::open(preset("sine-cubic").expect("built in"));
    let before = history(&driver, 0);
    let sweep = searched(&mut driver, RateStart::Fresh);
    let rate = sweep.suggestion.expect("the loss falls").get();
    assert!(rate < STABLE && rate > STABLE / 1000.0, "{rate}: {}", sweep.reason);
    let region = sweep.region.expect("the loss falls");
    assert!(region.low < region.high && region.low <= rate && rate <= region.high, "{region:?}");
    assert!(sweep.rates.last().is_some_and(|last| *last > STABLE), "it went on until it exploded");
    assert_eq!(*searched(&mut driver, RateStart::Fresh), *sweep, "it is the same every time");
    assert!(history(&driver, 0).same_course(&before), "the run was left alone");
    driver.act(Action::TakeRate(0));
    driver.stop_after(300);
    driver.play_to_the_end();
    let now = searched(&mut driver, RateStart::Present);
    assert_eq!(now.start, Step(300));
    assert!(now.first < sweep.first);
}
