use egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::*;
use crate::spec::{AxisValues, Search};
use crate::ui::testing::{Bench, bench};
use crate::workbench::{Action, TrialStatus, fixtures};

fn shown(preset: &str) -> Harness<'static, Bench> {
    bench(fixtures::ready(preset), vec2(1200.0, 700.0), show)
}

fn type_into(harness: &mut Harness<'static, Bench>, field: &str, text: &str) {
    let node = harness.get_by_label(field);
    node.focus();
    node.click();
    harness.run();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    harness.run();
    harness.get_by_label(field).type_text(text);
    harness.run();
}

#[test]
fn a_grid_is_typed_and_started_with_the_number_of_its_trials() {
    let mut harness = shown("spiral-relu");
    harness.get_by_label("Start 3 trials");
    harness.get_by_label("Add field").click();
    harness.run();
    type_into(&mut harness, "Field 2", "model.0.units");
    type_into(&mut harness, "Values of field 2", "4, 16");
    harness.get_by_label("Start 6 trials").click();
    harness.run();
    let Some(Action::StartSweep(spec)) = harness.state().log.last() else { panic!("started") };
    assert_eq!((spec.axes.len(), spec.search), (2, Search::Grid));
    assert_eq!(spec.axes[1].path, "model.0.units");
    let AxisValues::Listed(values) = &spec.axes[1].values else { panic!("listed") };
    assert_eq!(values.len(), 2);
    let sweep = harness.state().state.sweep().expect("started");
    assert_eq!(sweep.trials().len(), 6);
    assert_eq!(sweep.trials()[5].status(), TrialStatus::Waiting);
    harness.get_by_label_contains("0 of 6 trainings running");
    harness.get_by_label("Trial 6").click();
    harness.run();
    harness.get_by_label_contains("model.0.units 16");
    harness.get_by_label("Cancel the search").click();
    harness.run();
    assert_eq!(harness.state().log.last(), Some(&Action::CancelSweep));
    harness.get_by_label("Cancelled: 0 of 6 trials have a result");
}

#[test]
fn a_field_that_there_is_not_cannot_be_searched_and_the_page_says_why() {
    let mut harness = shown("spiral-relu");
    type_into(&mut harness, "Field 1", "train.lrr");
    harness.get_by_label_contains("train.lr");
    harness.get_by_label("Start").click();
    harness.run();
    assert!(harness.state().log.is_empty());
}

#[test]
fn folds_alone_are_a_cross_validation() {
    let mut harness = shown("spiral-relu");
    harness.get_by_label("Remove field 1").click();
    harness.run();
    harness.get_by_label_contains("Name a field, or take folds");
    harness.get_by_label("k-fold").click();
    harness.run();
    harness.get_by_label("Start 1 trial").click();
    harness.run();
    let Some(Action::StartSweep(spec)) = harness.state().log.last() else { panic!("started") };
    assert_eq!((spec.folds, spec.axes.len()), (Some(5), 0));
}

#[test]
fn a_heat_map_needs_two_fields() {
    let mut harness = shown("spiral-relu");
    harness.get_by_label("Start 3 trials").click();
    harness.run();
    harness.get_by_label("Heat map").click();
    harness.run();
    harness.get_by_label_contains("needs two fields");
    harness.get_by_label("Pictures").click();
    harness.run();
    harness.get_by_label_contains("as soon as a trial is done");
}
