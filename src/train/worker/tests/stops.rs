//! When a run ends by itself, and with which weights.

use serde_json::Value;

use super::*;
use crate::base::Step;
use crate::record::{Cause, EndRule, Part, Quantity, StepPoint};
use crate::spec::{EarlyStopping, Schedule, Target};
use crate::train::protocol::StepUnit;

fn golden() -> Value {
    let text = include_str!("../../../../tests/golden/misc.json");
    serde_json::from_str(text).expect("the golden file is JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|v| v.as_f64().expect("a number")).collect()
}

/// A run on the whole training part, so that each update is an epoch, whose epochs end with these
/// losses of the validation part.
fn epochs(losses: Vec<f64>, train: TrainSpec) -> (RunRequest, Plan) {
    let mut request = playing(StopRule::Never);
    let stop = StopRule::Steps(losses.len() as u64);
    request.control.train = TrainSpec { batch: BatchSize::Full, stop, ..train };
    request.data = Arc::new(fake::validated(ROWS));
    (request, Plan { validation: true, epoch_losses: losses, ..Plan::default() })
}

fn cause(reason: EndReason) -> Cause {
    match reason {
        EndReason::Completed(cause) => cause,
        other => panic!("ended as {other:?}"),
    }
}

fn early(patience: u32, min_change: f64) -> EarlyStopping {
    EarlyStopping { patience, min_change: Finite::lit(min_change), ..EarlyStopping::default() }
}

fn with_early(early: EarlyStopping) -> TrainSpec {
    TrainSpec { early: Some(early), ..train(StopRule::Never) }
}

#[test]
fn early_stopping_ends_where_the_reference_does() {
    let golden = golden();
    let cases = golden["early_stopping"].as_array().expect("a list");
    assert_eq!(cases.len(), 8);
    for case in cases {
        let early = early(
            case["patience"].as_u64().expect("a number") as u32,
            case["min_delta"].as_f64().expect("a number"),
        );
        let (request, plan) = epochs(numbers(&case["val_loss"]), with_early(early));
        let (bench, reason) = life(request, plan);
        let stop = case["stop_epoch"].as_u64().expect("a number");
        assert_eq!(bench.counts.steps(), stop + 1, "{case}");
        let Cause { rule, best: Some(best) } = cause(reason) else { panic!("no best: {case}") };
        assert_eq!(rule, EndRule::Early { early, part: Part::Validation });
        assert_eq!(best.epoch, case["best_epoch"].as_u64().expect("a number") + 1);
        assert_eq!(Some(best.value), case["best"].as_f64());
        assert!(best.is_back);
    }
}

#[test]
fn more_of_what_is_no_cost_is_better() {
    let accuracy = EarlyStopping { quantity: Quantity::Accuracy, ..early(2, 0.0) };
    let rising = vec![0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.45, 0.9];
    let (request, plan) = epochs(rising, with_early(accuracy));
    let (bench, reason) = life(request, plan);
    assert_eq!(bench.counts.steps(), 7);
    assert_eq!(
        cause(reason).to_string(),
        "no better validation accuracy for 2 epochs; best 0.5 at epoch 5, its weights are back"
    );
}

#[test]
fn the_best_weights_are_back_at_the_end_and_are_what_is_measured() {
    let losses = vec![0.5, 0.4, 0.3, 0.6, 0.7, 0.8];
    for (keep_best, expected) in [(true, 3), (false, 5)] {
        let early = EarlyStopping { keep_best, ..early(2, 0.0) };
        let (request, plan) = epochs(losses.clone(), with_early(early));
        let mut bench = Bench::start(request, plan);
        let reason = bench.finish();
        let last = bench.checkpoint();
        assert_eq!(last.step(), Step(5), "the run goes on from where it ended");
        let best = bench.marks().at(Step(3)).expect("kept").checkpoint.clone();
        let (plain, _) = life(playing_full(expected), Plan::default());
        let plain = plain.checkpoint();
        assert_eq!(last.parameters, plain.parameters, "weights of step {expected}");
        assert_eq!(last.parameters == best.parameters, keep_best);
        let (after_five, _) = life(playing_full(5), Plan::default());
        assert_eq!(last.optimizer, after_five.checkpoint().optimizer, "goes on as it stood");
        assert_eq!(
            bench.eval_steps().iter().filter(|step| **step == 5).count(),
            1 + usize::from(keep_best)
        );
        assert_eq!(cause(reason).restored().map(|best| best.epoch), keep_best.then_some(3));
    }
}

fn playing_full(steps: u64) -> RunRequest {
    let mut request = playing(StopRule::Steps(steps));
    request.control.train.batch = BatchSize::Full;
    request
}

#[test]
fn another_rule_brings_the_best_weights_back_too_but_a_target_does_not() {
    let losses = vec![0.5, 0.4, 0.3, 0.6, 0.2];
    let (mut request, plan) = epochs(losses.clone(), with_early(early(9, 0.0)));
    request.control.train.stop = StopRule::Epochs(4);
    let (_, reason) = life(request, plan);
    assert_eq!(
        cause(reason).to_string(),
        "stopped after 4 epochs; best validation loss 0.3 at epoch 3, its weights are back"
    );
    let (mut request, plan) = epochs(losses, with_early(early(9, 0.0)));
    request.control.train.target = Some(Target {
        part: Part::Validation,
        quantity: Quantity::Accuracy,
        value: Finite::lit(0.6),
    });
    let (bench, reason) = life(request, plan);
    assert_eq!(cause(reason).to_string(), "target reached: validation accuracy 0.6 ≥ 0.6");
    assert_eq!(bench.counts.steps(), 4);
}

#[test]
fn patience_begins_anew_when_the_run_plays_on() {
    let losses = vec![0.5, 0.3, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6];
    let (request, plan) = epochs(losses.clone(), with_early(early(2, 0.0)));
    let (bench, _) = life(request, plan);
    assert_eq!(bench.counts.steps(), 4);
    let (request, plan) = epochs(losses, with_early(early(2, 0.0)));
    let request = RunRequest { resume: Some(bench.checkpoint()), ..request };
    let (again, reason) = life(request, plan);
    assert_eq!(again.checkpoint().step(), Step(6));
    let best = cause(reason).best.expect("is known");
    assert_eq!((best.epoch, best.value, best.is_back), (2, 0.3, true));
    assert_eq!(again.checkpoint().parameters, bench.checkpoint().parameters);
}

#[test]
fn without_a_validation_part_the_test_part_is_watched_and_that_is_said() {
    let mut request = playing(StopRule::Never);
    request.control.train = with_early(early(1, 0.0));
    request.control.train.batch = BatchSize::Full;
    let plan = Plan { epoch_losses: vec![0.5, 0.6], ..Plan::default() };
    let (_, reason) = life(request, plan);
    assert_eq!(
        cause(reason).to_string(),
        "no better test loss (the data have no validation part) for 1 epoch; best 0.5 at epoch \
         1, its weights are back"
    );
}

#[test]
fn a_target_ends_the_run_at_the_measurement_that_reaches_it_once() {
    let target = Target { part: Part::Test, quantity: Quantity::Loss, value: Finite::lit(0.25) };
    let losses: Vec<f64> = (1..=40).map(|step| 1.0 / f64::from(step)).collect();
    let train = TrainSpec { target: Some(target), ..train(StopRule::Never) };
    let (request, plan) = epochs(losses.clone(), train.clone());
    let (bench, reason) = life(request, plan);
    assert_eq!(bench.counts.steps(), 10, "the first measurement after it was reached");
    assert_eq!(cause(reason).to_string(), "target reached: test loss 0.1 ≤ 0.25");
    let (request, plan) = epochs(losses.clone(), train.clone());
    let request = RunRequest { resume: Some(bench.checkpoint()), ..request };
    let (again, reason) = life(request, plan);
    assert_eq!(cause(reason).rule, EndRule::Steps(40), "plays on to its other rule");
    assert_eq!(again.counts.steps(), 30);
    let other = Target { value: Finite::lit(0.05), ..target };
    let (mut request, plan) = epochs(losses, train);
    request.control.train.target = Some(other);
    let request = RunRequest { resume: Some(bench.checkpoint()), ..request };
    let (third, _) = life(request, Plan { epoch_from: 10, ..plan });
    assert_eq!(third.checkpoint().step(), Step(20), "another target counts");
}

#[test]
fn seconds_of_training_end_a_run() {
    let mut request = playing(StopRule::Steps(1_000_000));
    request.control.train.seconds = Some(Finite::lit(1e-9));
    let (bench, reason) = life(request, Plan::default());
    assert!(matches!(cause(reason).rule, EndRule::Seconds(_)));
    assert_eq!(bench.counts.steps(), 1);
}

/// The points of all updates.
fn steps(bench: &Bench) -> Vec<StepPoint> {
    chunks(&bench.seen).flat_map(|chunk| chunk.steps.clone()).collect()
}

#[test]
fn a_plateau_lowers_the_rate_where_pytorch_does() {
    let golden = golden();
    let case = &golden["schedulers"]["ReduceLROnPlateau(factor=0.5,patience=2,threshold=1e-4 rel)"];
    let after = numbers(&case["lr_after"]);
    let train = TrainSpec {
        schedule: Schedule::Plateau { factor: Finite::lit(0.5), patience: 2 },
        learning_rate: Finite::ONE,
        ..train(StopRule::Never)
    };
    let (request, plan) = epochs(numbers(&case["val_loss"]), train);
    let (bench, _) = life(request, plan);
    let rates: Vec<f64> = steps(&bench).iter().map(|point| point.rate).collect();
    assert_eq!(rates[0], 1.0);
    assert_eq!(rates[1..], after[..after.len() - 1], "each epoch has the rate after the last");
}

#[test]
fn every_update_has_the_rate_of_its_schedule() {
    let mut request = playing(StopRule::Epochs(7));
    let schedule = Schedule::Step { every: 2, gamma: Finite::lit(0.5) };
    request.control.train = TrainSpec { schedule, warmup: 4, ..request.control.train };
    let (bench, _) = life(request, Plan::default());
    // Three updates an epoch.
    let rates: Vec<f64> = steps(&bench).iter().map(|point| point.rate / 0.1).collect();
    let expected = [0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 0.5, 0.5];
    for (rate, expected) in rates.iter().zip(expected) {
        assert!((rate - expected).abs() < 1e-12, "{rates:?}");
    }
    assert!((rates[18] - 0.125).abs() < 1e-12);
}

#[test]
fn a_smaller_last_batch_can_be_left_out() {
    let mut request = playing(StopRule::Epochs(2));
    request.control.train.drop_last = true;
    let (bench, _) = life(request, Plan::default());
    let places: Vec<_> = steps(&bench).iter().map(|p| (p.at.samples, p.at.epoch)).collect();
    assert_eq!(places, [(4, 0.4), (8, 1.0), (12, 1.4), (16, 2.0)]);
}

#[test]
fn leaving_out_the_last_batch_from_now_on_ends_the_pass() {
    let mut bench = Bench::start(paused(), Plan::default());
    bench.pause_after(Command::Step(2, StepUnit::Batch));
    let mut wish = control(2, Mode::Pause, StopRule::Never);
    wish.train.drop_last = true;
    bench.control(wish);
    let checkpoint = bench.pause_after(Command::Step(1, StepUnit::Batch));
    assert_eq!((checkpoint.epoch, checkpoint.cursor, checkpoint.at.samples), (1, 4, 12));
}

#[test]
fn without_shuffling_every_epoch_is_alike() {
    let losses = |shuffle: bool| {
        let mut request = playing(StopRule::Epochs(3));
        let train = TrainSpec { shuffle, ..train(StopRule::Never) };
        request.spec = Arc::new(fake::spec().with_train(train));
        let plan = Plan { losses_of_rows: true, ..Plan::default() };
        steps(&life(request, plan).0).iter().map(|point| point.loss).collect::<Vec<_>>()
    };
    let (plain, shuffled) = (losses(false), losses(true));
    assert_eq!(plain[0..3], plain[3..6]);
    assert_eq!(plain[0..3], plain[6..9]);
    assert_ne!(shuffled[0..3], shuffled[3..6]);
    // Rows 0 1 2 3 | 4 5 6 7 | 8 9, each marked by its place.
    let mark = |rows: &[usize]| {
        let marks: usize = rows.iter().enumerate().map(|(place, row)| (place + 1) * row).sum();
        f64::from(marks as f32 / (rows.len() * rows.len()) as f32)
    };
    assert_eq!(plain[0..3], [mark(&[0, 1, 2, 3]), mark(&[4, 5, 6, 7]), mark(&[8, 9])]);
}
