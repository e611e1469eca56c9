use std::sync::Arc;

use egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::*;
use crate::record::{Checkpoint, PartMetrics, Position};
use crate::ui::testing::{Bench, bench};
use crate::workbench::fixtures;

fn mark(step: u64, loss: f64) -> Mark {
    let at = Position { step: Step(step), epoch: step as f64 / 10.0, ..Position::default() };
    let part = PartMetrics { loss, accuracy: Some(1.0 - loss), rows: 3, ..PartMetrics::default() };
    Mark {
        checkpoint: Arc::new(Checkpoint { at, ..Checkpoint::default() }),
        measured: Some(EvalPoint { at, train: part, test: part, ..EvalPoint::default() }),
    }
}

fn shown(marks: &[(u64, f64)]) -> Harness<'static, Bench> {
    let mut state = fixtures::ready("spiral-relu");
    let marks = marks.iter().map(|&(step, loss)| mark(step, loss));
    fixtures::remember(&mut state, 0, marks.collect());
    bench(state, vec2(580.0, 460.0), show)
}

#[test]
fn a_click_on_an_epoch_chooses_it_and_the_run_goes_back_there() {
    let mut harness = shown(&[(0, 0.9), (10, 0.5), (20, 0.25), (30, 0.4)]);
    harness.get_by_label("test loss");
    harness.get_by_label("best");
    harness.get_by_label("Checkpoint of epoch 1.00").click();
    harness.run();
    harness.get_by_label("epoch 1.00, step 10");
    harness.get_by_label("Go back to here").click();
    harness.run();
    assert_eq!(harness.state().log, [Action::BackTo(0, Step(10))]);
}

#[test]
fn the_latest_is_chosen_first_and_can_only_be_branched_from() {
    let mut harness = shown(&[(0, 0.9), (10, 0.5)]);
    harness.get_by_label("epoch 1.00, step 10");
    harness.get_by_label("Go back to here").click();
    harness.run();
    assert!(harness.state().log.is_empty());
    harness.get_by_label("Branch from here").click();
    harness.run();
    assert_eq!(harness.state().log, [Action::Branch(0, Step(10))]);
    assert_eq!(harness.state().state.num_runs(), 2);
}

#[test]
fn a_run_without_a_past_says_so() {
    let harness = bench(fixtures::ready("spiral-relu"), vec2(580.0, 200.0), show);
    harness.get_by_label_contains("Nothing was kept yet");
}
