use std::sync::Arc;

use egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::record::{ProbeFrame, Slice, Trace};
use crate::ui::View;
use crate::ui::testing::{Bench, bench, repaints};
use crate::workbench::fixtures;

fn asked(state: &State, view: &mut WhatIfView) -> ProbeRequest {
    let mut wanted = ProbeRequest::default();
    request(state, view, 0, &mut wanted);
    wanted
}

fn features(state: &State, row: usize) -> Vec<f32> {
    let data = parts::data_of(state, 0).expect("there are data");
    data.test.features.row(row)[..data.base_features()].to_vec()
}

fn values(wanted: &ProbeRequest) -> Vec<f32> {
    let found = wanted.inside.traces.iter().find_map(|trace| match &trace.input {
        Input::Values(values) => Some(values.to_vec()),
        Input::Row(..) => None,
    });
    found.expect("the changed sample is followed")
}

fn subject(view: &mut WhatIfView) -> &mut Subject {
    view.kept.get_mut(&0).and_then(|kept| kept.subject.as_mut()).expect("was settled")
}

#[test]
fn the_sample_as_it_was_changed_is_asked_for_beside_the_row() {
    let state = fixtures::ready("spiral-relu");
    let mut view = WhatIfView { row: 1, ..WhatIfView::default() };
    let wanted = asked(&state, &mut view);
    let row = features(&state, 1);
    assert_eq!(values(&wanted), row);
    assert!(wanted.inside.traces.iter().any(|t| t.input == Input::Row(Part::Test, 1)));
    subject(&mut view).put(1, 0.25);
    let wanted = asked(&state, &mut view);
    assert_eq!(values(&wanted), [row[0], 0.25]);
    let window = &wanted.inside.maps[0].window;
    assert_eq!(window.y, [row[0]; 2], "the other feature stands still");
    assert!(matches!(&window.slice, Some(Slice::Features { pair: [1, 0], .. })));
    subject(&mut view).reset();
    assert_eq!(values(&asked(&state, &mut view)), row);
}

#[test]
fn cells_begin_and_end_where_the_feature_does() {
    let state = fixtures::ready("spiral-relu");
    let mut view = WhatIfView::default();
    let wanted = asked(&state, &mut view);
    let [low, high] = wanted.inside.maps[0].window.x;
    let cell = (high - low) / effect::SIDE as f32;
    let [first, last] = subject(&mut view).span(0);
    assert!((low + cell / 2.0 - first).abs() < 1e-5 && (high - cell / 2.0 - last).abs() < 1e-5);
}

/// A network that answers with these probabilities, before and after.
fn answered(before: Vec<f32>, now: Vec<f32>) -> Harness<'static, Bench> {
    let mut state = fixtures::ready("spiral-relu");
    let mut view = View::default();
    asked(&state, &mut view.what_if);
    subject(&mut view.what_if).put(0, 0.5);
    let wanted = asked(&state, &mut view.what_if);
    let trace = |request: &TraceRequest| Trace {
        request: request.clone(),
        input: Vec::new(),
        layers: Vec::new(),
        outputs: match request.input {
            Input::Row(..) => before.clone(),
            Input::Values(_) => now.clone(),
        },
        saliency: None,
    };
    let mut frame = ProbeFrame::empty(fixtures::id(&state, 0), fixtures::at(3));
    frame.inside.traces = wanted.inside.traces.iter().map(trace).collect();
    fixtures::show(&mut state, 0, frame);
    let mut panel = bench(state, vec2(420.0, 520.0), |ui, cx| show(ui, cx, 0));
    panel.state_mut().view = view;
    panel.run_steps(3);
    panel
}

#[test]
fn probabilities_and_their_change_are_those_of_both_answers() {
    let panel = answered(vec![0.5, 0.3, 0.2], vec![0.25, 0.7, 0.05]);
    assert!(
        panel
            .query_by_label_contains("70.0\u{2009}%, +40.0 percentage points, likeliest")
            .is_some()
    );
    assert!(panel.query_by_label_contains("25.0\u{2009}%, −25.0 percentage points").is_some());
}

#[test]
fn a_changed_feature_goes_back_to_that_of_the_row() {
    let mut panel = answered(vec![0.5, 0.3, 0.2], vec![0.25, 0.7, 0.05]);
    let row = features(&panel.state().state, 0);
    panel.get_by_label_contains("Reset x").click();
    panel.run_steps(3);
    let bench = panel.state_mut();
    let wanted = asked(&bench.state, &mut bench.view.what_if);
    assert_eq!(values(&wanted), row);
}

#[test]
fn the_next_row_is_chosen_for_all_panels() {
    let mut panel = answered(vec![0.5, 0.3, 0.2], vec![0.25, 0.7, 0.05]);
    panel.get_by_label("Next row").click();
    panel.run_steps(3);
    let view = &panel.state().view;
    assert_eq!((view.what_if.row, view.chosen), (1, Some((Part::Test, 1))));
    let shown = view.what_if.kept[&0].subject.as_ref().expect("another one");
    assert!(!shown.is_changed() && Arc::ptr_eq(&shown.original, &shown.values));
}

#[test]
fn without_data_it_says_what_to_do() {
    let state = fixtures::loading("spiral-relu");
    let mut panel = bench(state, vec2(420.0, 300.0), |ui, cx| show(ui, cx, 0));
    panel.run_steps(3);
    assert!(panel.query_by_label_contains("being read").is_some());
}

/// Writes a picture for the eye where `DESCENT_PICTURES` names a folder.
#[test]
fn pictures() {
    let Ok(folder) = std::env::var("DESCENT_PICTURES") else { return };
    let mut panel = answered(vec![0.5, 0.3, 0.2], vec![0.25, 0.7, 0.05]);
    let image = panel.render().expect("a software renderer");
    image.save(std::path::Path::new(&folder).join("what-if.png")).expect("is writable");
}

#[test]
fn other_looks_are_painted_at_once() {
    repaints(|| answered(vec![0.5, 0.3, 0.2], vec![0.25, 0.7, 0.05]));
}
