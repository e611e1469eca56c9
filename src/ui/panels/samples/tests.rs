//! The list of samples as a user meets it: found by accessible label.

use egui::{Ui, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::base::Matrix;
use crate::data::{Labelled, Origin, Scaler, Targets};
use crate::record::{Insight, Scores, ScoresRequest};
use crate::spec::{SampleShape, Scaling, Task};
use crate::ui::testing::{Bench, Panel, bench, judge, judged, picture, repaints};
use crate::workbench::fixtures;

const SHOW: Panel = |ui: &mut Ui, cx: &mut Cx<'_>| show(ui, cx, 0);

fn on_bench(state: State) -> Harness<'static, Bench> {
    let mut bench = bench(state, vec2(520.0, 600.0), SHOW);
    bench.run_steps(3);
    bench
}

/// Rows of the part in the order in which they stand in the window.
fn shown(bench: &Harness<'static, Bench>) -> Vec<usize> {
    let List { order, .. } = &bench.state().view.samples.kept[&0].list;
    order.clone()
}

#[test]
fn the_most_confident_mistakes_come_first() {
    let bench = on_bench(judged(3, true));
    assert!(bench.query_by_label("8 shown · 8 mistakes among 90 test samples").is_some());
    let list = &bench.state().view.samples.kept[&0].list;
    let sure: Vec<f32> =
        list.order.iter().map(|&place| list.verdict(place).expect("classes").confidence).collect();
    assert!(sure.windows(2).all(|pair| pair[0] >= pair[1]), "{sure:?}");
    assert!(list.order.iter().all(|&place| !list.verdict(place).expect("classes").is_right()));
    let first = bench.query_all_by_label_contains("is wrongly taken for").next();
    assert!(first.is_some());
}

#[test]
fn a_click_chooses_a_sample_and_opens_it() {
    for (is_image, pane) in [(true, Pane::Layers), (false, Pane::WhatIf)] {
        let mut bench = on_bench(judged(3, is_image));
        let row = shown(&bench)[0];
        bench.get_by_label_contains(&format!("Row {row} of the test part, class")).click();
        bench.run_steps(2);
        let view = &bench.state().view;
        assert_eq!(view.chosen, Some((Part::Test, row)));
        assert_eq!(view.requests, [UiRequest::ShowPane(pane)]);
    }
}

#[test]
fn a_cell_holds_exactly_its_samples() {
    let mut bench = on_bench(judged(3, true));
    bench.state_mut().view.samples.open_cell(Part::Test, 0, 1);
    bench.run_steps(2);
    let Bench { state, view, .. } = bench.state();
    let frame = state.run(0).and_then(|run| run.frame.clone()).expect("a picture");
    let table = frame.confusion_of(Part::Test).expect("counted");
    let list = &view.samples.kept[&0].list;
    assert_eq!(list.order.len() as u64, table.count(0, 1));
    assert!(!list.order.is_empty());
    for &place in &list.order {
        let verdict = list.verdict(place).expect("classes");
        assert_eq!((verdict.truth, verdict.predicted), (0, 1));
    }
    // All groups of the true class together are the class.
    bench.state_mut().view.samples.open_true(Part::Test, 2);
    bench.run_steps(2);
    assert_eq!(shown(&bench).len(), 30);
}

#[test]
fn nothing_moves_under_the_pointer() {
    let mut bench = on_bench(judged(3, true));
    let before = shown(&bench);
    bench.hover_at(egui::pos2(200.0, 200.0));
    bench.run_steps(2);
    // The next picture says the opposite of everything.
    let frame = bench.state().state.run(0).and_then(|run| run.frame.clone()).expect("a picture");
    let mut turned = (*frame).clone();
    let Scores { outputs, .. } = &mut turned.inside.scores[0];
    let rows: Vec<f32> = outputs.data().chunks(3).flat_map(|r| [r[2], r[0], r[1]]).collect();
    *outputs = Matrix::new(90, 3, rows).expect("fits");
    fixtures::show(&mut bench.state_mut().state, 0, turned);
    bench.run_steps(2);
    assert_eq!(shown(&bench), before, "the pointer holds the order");
    assert!(bench.query_by_label_contains("mistakes among 90").is_some());
    bench.hover_at(egui::pos2(200.0, 5.0));
    bench.run_steps(2);
    judge(&mut bench.state_mut().state, 0);
    bench.run_steps(2);
    assert_eq!(shown(&bench), before);
}

fn regression() -> State {
    let values: Vec<f32> = (0..40).map(|row| row as f32).collect();
    let features = Matrix::new(40, 1, values.clone()).expect("fits");
    let part = Labelled::new(features.clone(), Targets::Numbers(values));
    let scaler = Scaler {
        offset: vec![100.0],
        scale: vec![10.0],
        ..Scaler::fit(Scaling::Standardise, &features).expect("scales")
    };
    let data = Dataset {
        feature_names: vec!["area".into()],
        scaler: Some(scaler),
        ..Dataset::new("Houses", SampleShape(vec![1]), Task::Regression, part.clone(), part)
    };
    let mut spec = crate::spec::preset("spiral-relu").expect("built in").runs[0].clone();
    spec.train.loss = crate::spec::Loss::Mse;
    let mut state = fixtures::loading("spiral-relu");
    fixtures::act(
        &mut state,
        crate::workbench::Action::Edit(crate::workbench::Edit::SetRun(0, spec)),
    );
    fixtures::give(&mut state, Ok(Arc::new(data)));
    let predicted = (0..40).map(|row| row as f32 + if row == 7 { -3.0 } else { 0.5 }).collect();
    let outputs = Matrix::new(40, 1, predicted).expect("fits");
    let request = ScoresRequest { part: Part::Test, most: 20_000 };
    let scores = Scores { request, rows: (0..40).collect(), outputs };
    let frame = ProbeFrame {
        inside: Insight { scores: vec![scores], ..Insight::default() },
        ..ProbeFrame::empty(fixtures::id(&state, 0), fixtures::at(3))
    };
    fixtures::show(&mut state, 0, frame);
    state
}

#[test]
fn numbers_are_listed_by_residual_in_units_of_the_user() {
    let bench = on_bench(regression());
    assert!(bench.query_by_label("40 test samples, largest residuals first").is_some());
    assert_eq!(shown(&bench)[0], 7);
    let label = "Row 7 of the test part: predicted 4.0000, true 7.0000, off by −3.0000";
    assert!(bench.query_by_label(label).is_some());
    let Bench { state, view, .. } = bench.state();
    let data = parts::data_of(state, 0).expect("data");
    let area = &data.fields()[0];
    assert_eq!(table::cell(data, (Part::Test, 7), area), "170", "7 · 10 + 100");
    assert!(view.chosen.is_none());
}

#[test]
fn empty_lists_say_what_to_do() {
    let bench = on_bench(fixtures::loading("spiral-relu"));
    assert!(bench.query_by_label_contains("being read").is_some());
    let bench = on_bench(fixtures::with_data("mnist-mlp", crate::ui::testing::classes(3, true)));
    assert!(bench.query_by_label_contains("appear").is_some());
    let mut bench = on_bench(judged(3, true));
    bench.state_mut().view.samples.open_cell(Part::Test, 0, 0);
    bench.state_mut().view.samples.group = Group::OfTrue(7);
    bench.run_steps(2);
    assert!(bench.query_by_label_contains("No samples of this kind").is_some());
}

#[test]
fn scores_of_the_part_in_sight_are_asked_for() {
    let state = judged(3, false);
    let mut view = SamplesView::default();
    let mut wanted = ProbeRequest::default();
    view.open_all(Part::Train);
    request(&state, &mut view, 0, &mut wanted);
    let parts: Vec<_> = wanted.inside.scores.iter().map(|scores| scores.part).collect();
    assert_eq!(parts, [Part::Train]);
}

/// Data that were read from lines of a table, shuffled, and judged.
fn from_a_file(is_image: bool) -> State {
    let mut data = (*crate::ui::testing::classes(3, is_image)).clone();
    let rows = data.test.rows() as u32;
    data.test.origin = Some(Origin::lines((0..rows).map(|row| 2 + (row * 7) % rows).collect()));
    let preset = if is_image { "mnist-mlp" } else { "spiral-relu" };
    let mut state = fixtures::with_data(preset, Arc::new(data));
    judge(&mut state, 0);
    state
}

#[test]
fn each_sample_says_where_it_stands_in_the_file() {
    for is_image in [false, true] {
        let bench = on_bench(from_a_file(is_image));
        let row = shown(&bench)[0];
        let line = 2 + (row * 7) % 90;
        let label = format!("Row {row} of the test part (line {line}), class");
        assert!(bench.query_by_label_contains(&label).is_some(), "{label}");
    }
}

#[test]
fn the_list_is_exported_as_it_is_filtered_and_sorted() {
    let mut bench = on_bench(from_a_file(false));
    bench.state_mut().view.samples.open_true(Part::Test, 1);
    bench.state_mut().view.samples.order = Order::LeastCertain;
    bench.run_steps(2);
    bench.get_by_label("Export list…").click();
    bench.run_steps(2);
    let order = shown(&bench);
    let Bench { state, view, .. } = bench.state();
    assert_eq!(view.requests, [UiRequest::ExportSamples(0)]);
    let list = listed_now(state, &view.samples, 0).expect("answered");
    assert_eq!((list.part, &list.order), (Part::Test, &order));
    assert_eq!(order.len(), 30);
    let mut waiting = SamplesView::default();
    waiting.open_all(Part::Train);
    assert!(listed_now(state, &waiting, 0).is_none(), "the run was not asked about these");
}

#[test]
fn pictures() {
    picture("samples-images", || judged(10, true), vec2(560.0, 420.0), SHOW);
    picture("samples-images-narrow", || judged(10, true), vec2(280.0, 420.0), SHOW);
    picture("samples-table", || judged(3, false), vec2(620.0, 420.0), SHOW);
    picture("samples-table-narrow", || judged(3, false), vec2(280.0, 420.0), SHOW);
    picture("samples-lines", || from_a_file(false), vec2(620.0, 420.0), SHOW);
    picture("samples-numbers", regression, vec2(460.0, 320.0), SHOW);
}

#[test]
fn other_looks_are_painted_at_once() {
    repaints(|| on_bench(judged(3, true)));
    repaints(|| on_bench(judged(3, false)));
}
