//! The curves as a user meets them: found by accessible label.

use egui::{Ui, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::record::{Part, RocScores};
use crate::ui::testing::{Bench, Panel, bench, judged, picture, repaints};
use crate::workbench::fixtures;

const SHOW: Panel = |ui: &mut Ui, cx: &mut Cx<'_>| show(ui, cx, 0);

fn on_bench(state: State) -> Harness<'static, Bench> {
    let mut bench = bench(state, vec2(420.0, 760.0), SHOW);
    bench.run_steps(3);
    bench
}

/// The area of a class against the rest, by ranks, straight from the scores.
fn area(state: &State, class: usize) -> f64 {
    let frame = state.run(0).and_then(|run| run.frame.clone()).expect("a picture");
    let scores = frame.inside.scores_of(Part::Test).expect("scored");
    let data = parts::data_of(state, 0).expect("data");
    let mut sorted = RocScores::default();
    for (&row, score) in scores.rows.iter().zip(scores.outputs.col(class)) {
        sorted.push(score, data.test.targets.class(row) == Some(class));
    }
    sorted.area().expect("both classes")
}

#[test]
fn areas_are_those_of_the_scores() {
    let bench = on_bench(judged(3, true));
    let areas = [0, 1, 2].map(|class| area(&bench.state().state, class));
    for (class, area) in areas.into_iter().enumerate() {
        let label = format!("AUC, class {class} {area:.4}");
        assert!(bench.query_by_label(&label).is_some(), "{label}");
    }
    let mean = areas.iter().sum::<f64>() / 3.0;
    assert!(bench.query_by_label(&format!("AUC, macro average {mean:.4}")).is_some());
    assert!(bench.query_by_label(&format!("ROC curve, AUC {mean:.4}")).is_some());
}

#[test]
fn of_two_classes_there_is_one_curve_with_its_threshold() {
    let bench = on_bench(judged(2, true));
    let area = area(&bench.state().state, 1);
    assert!(bench.query_by_label(&format!("ROC curve, AUC {area:.4}")).is_some());
    assert!(bench.query_by_label("class 1 against the rest").is_some());
    assert!(bench.query_by_label_contains("threshold 0.7800").is_some(), "the next above 0.5");
    assert!(bench.query_by_label_contains("macro").is_none());
}

#[test]
fn the_pointer_tells_the_threshold() {
    let mut bench = on_bench(judged(3, true));
    assert!(bench.query_by_label("Point at a curve").is_some());
    let place = bench.get_by_label_contains("ROC curve, AUC").rect();
    bench.hover_at(place.left_top() + vec2(4.0, 4.0));
    bench.run_steps(2);
    assert!(bench.query_by_label("Point at a curve").is_none());
    assert!(bench.query_by_label("threshold –").is_none());
    let readout = bench.get_by_label_contains("true positive rate, recall").rect();
    bench.hover_at(place.right_bottom() - vec2(4.0, 4.0));
    bench.run_steps(2);
    let moved = bench.get_by_label_contains("true positive rate, recall").rect();
    assert_eq!(readout, moved, "nothing moves");
}

#[test]
fn precision_and_recall_are_a_switch_away() {
    let mut bench = on_bench(judged(3, true));
    bench.get_by_label("Precision–recall").click();
    bench.run_steps(2);
    assert!(bench.query_by_label_contains("Precision–recall curve, average precision").is_some());
    bench.get_by_label_contains("average precision, class 2 ").click();
    bench.run_steps(2);
    assert_eq!(bench.state().view.roc.class, Some(2));
    assert!(bench.query_by_label("class 2 against the rest").is_some());
}

#[test]
fn many_classes_are_worked_out_in_several_frames() {
    let state = judged(40, true);
    let frame = state.run(0).and_then(|run| run.frame.clone()).expect("a picture");
    let data = parts::data_of(&state, 0).expect("data");
    let mut curves = Curves::default();
    let mut frames = 1;
    while curves.advance(&frame, data, Part::Test) {
        frames += 1;
        assert!(frames < 100);
    }
    assert_eq!(curves.classes.len(), 40);
    assert!(!curves.advance(&frame, data, Part::Test), "nothing is done twice");
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
    picture("roc-2", || judged(2, true), vec2(420.0, 620.0), SHOW);
    picture("roc-3", || judged(3, true), vec2(280.0, 560.0), SHOW);
    picture("roc-10", || judged(10, true), vec2(456.0, 860.0), SHOW);
    let precision: Panel = |ui, cx| {
        cx.view.roc.kind = Kind::PrecisionRecall;
        show(ui, cx, 0);
    };
    picture("precision-recall-3", || judged(3, true), vec2(420.0, 640.0), precision);
}

#[test]
fn other_looks_are_painted_at_once() {
    repaints(|| on_bench(judged(3, true)));
}
