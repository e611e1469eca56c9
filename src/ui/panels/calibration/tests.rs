//! The diagram as a user meets it: found by accessible label.

use egui::{Ui, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::ui::testing::{Bench, Panel, bench, judged, picture, repaints};
use crate::workbench::fixtures;

const SHOW: Panel = |ui: &mut Ui, cx: &mut Cx<'_>| show(ui, cx, 0);

fn on_bench(state: State) -> Harness<'static, Bench> {
    let mut bench = bench(state, vec2(420.0, 760.0), SHOW);
    bench.run_steps(3);
    bench
}

/// Confidence and verdict of every row.
fn samples(state: &State) -> Vec<(f32, bool)> {
    let frame = state.run(0).and_then(|run| run.frame.clone()).expect("a picture");
    let scores = frame.inside.scores_of(Part::Test).expect("scored");
    let data = parts::data_of(state, 0).expect("data");
    let said = verdicts(&scores.outputs, |row| data.test.targets.class(row));
    said.iter().map(|verdict| (verdict.confidence, verdict.is_right())).collect()
}

#[test]
fn the_numbers_are_those_of_the_scores() {
    let bench = on_bench(judged(3, true));
    let samples = samples(&bench.state().state);
    let found = Reliability::of(&samples, 10, Binning::Width).expect("samples");
    let error = found.expected_error();
    assert!(bench.query_by_label(&format!("calibration error (ECE) {error:.4}")).is_some());
    let largest = found.largest_error();
    assert!(bench.query_by_label(&format!("largest gap (MCE) {largest:.4}")).is_some());
    assert!(bench.query_by_label(&format!("Reliability diagram, ECE {error:.4}")).is_some());
    let accuracy = format::percent(found.accuracy());
    assert!(bench.query_by_label(&format!("accuracy {accuracy}")).is_some());
}

#[test]
fn the_pointer_tells_a_bin_without_moving_anything() {
    let mut bench = on_bench(judged(3, true));
    let before = bench.get_by_label_contains("Brier score").rect();
    let plot = bench.get_by_label_contains("Reliability diagram").rect();
    bench.hover_at(plot.right_center() - vec2(8.0, 0.0));
    bench.run_steps(2);
    let samples = samples(&bench.state().state);
    let sure = samples.iter().filter(|(p, _)| *p > 0.9).count();
    let label = format!("0.90 to 1.00: {sure} samples");
    assert!(bench.query_by_label_contains(&label).is_some(), "{label}");
    assert_eq!(bench.get_by_label_contains("Brier score").rect(), before);
}

#[test]
fn a_class_and_other_bins_can_be_judged() {
    let mut bench = on_bench(judged(3, true));
    bench.state_mut().view.calibration.class = Some(2);
    bench.state_mut().view.calibration.bins = Bins::Count;
    bench.run_steps(2);
    assert!(bench.query_by_label("share of the class 33.3\u{2009}%").is_some());
    let diagram = bench.state().view.calibration.kept[&0].diagram.clone().expect("samples");
    assert!(diagram.bins.iter().all(|bin| bin.count == 9), "90 samples in ten bins");
}

#[test]
fn empty_panels_say_what_to_do() {
    let bench = on_bench(fixtures::loading("spiral-relu"));
    assert!(bench.query_by_label_contains("being read").is_some());
    let bench = on_bench(fixtures::ready("spiral-relu"));
    assert!(bench.query_by_label_contains("appear").is_some());
}

#[test]
fn pictures() {
    picture("calibration-3", || judged(3, true), vec2(280.0, 620.0), SHOW);
    picture("calibration-10", || judged(10, true), vec2(456.0, 760.0), SHOW);
    let counts: Panel = |ui, cx| {
        cx.view.calibration.bins = Bins::Count;
        show(ui, cx, 0);
    };
    picture("calibration-counts", || judged(10, true), vec2(420.0, 720.0), counts);
}

#[test]
fn other_looks_are_painted_at_once() {
    repaints(|| on_bench(judged(3, true)));
}
