//! Features of a scaled table, switches, predicted numbers and images.

use egui::{Key, Role, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::base::Matrix;
use crate::data::{ColumnFindings, Labelled, Scaler, TableFindings};
use crate::record::{Insight, MapRequest, Maps, ProbeFrame, Rest, Slice, Trace};
use crate::spec::{Coding, ColumnKind, ColumnRole, Loss, MissingRule, SampleShape, Scaling, Task};
use crate::ui::snapshots::in_both;
use crate::ui::testing::{Bench, Panel, bench, classes, picture};
use crate::workbench::{Action, Edit, fixtures};

const SHOW: Panel = |ui: &mut Ui, cx: &mut Cx<'_>| show(ui, cx, 0);
const SCALE: [f64; 3] = [10.0, 2.0, 1.0];
const OFFSET: [f64; 3] = [100.0, -1.0, 0.0];

/// Four rows of three features; the last has two values only.
fn part(targets: Targets) -> Labelled {
    let values = vec![-1.0, 0.0, 0.0, 0.5, 1.0, 1.0, 1.0, -0.5, 0.0, 0.0, 0.25, 1.0];
    Labelled::new(Matrix::new(4, 3, values).expect("fits"), targets)
}

fn dataset(task: Task) -> Arc<Dataset> {
    let part = part(match task {
        Task::Classification { .. } => Targets::Classes(vec![0, 1, 2, 0]),
        Task::Regression => Targets::Numbers(vec![1.0, 2.0, 3.0, 4.0]),
    });
    let table = part.features.table().expect("in memory");
    let scaler = Scaler {
        offset: OFFSET.to_vec(),
        scale: SCALE.to_vec(),
        ..Scaler::fit(Scaling::Standardise, table).expect("scales")
    };
    Arc::new(Dataset {
        feature_names: ["petal length", "petal width", "is wild"].map(String::from).to_vec(),
        class_names: ["setosa", "versicolor", "virginica"].map(String::from).to_vec(),
        label_name: "price".into(),
        scaler: Some(scaler),
        ..Dataset::new("Made by hand", SampleShape(vec![3]), task, part.clone(), part)
    })
}

fn flowers() -> State {
    fixtures::with_data("spiral-relu", dataset(Task::Classification { classes: 3 }))
}

fn houses() -> State {
    let mut spec = crate::spec::preset("spiral-relu").expect("built in").runs[0].clone();
    spec.train.loss = Loss::Mse;
    let mut state = fixtures::loading("spiral-relu");
    fixtures::act(&mut state, Action::Edit(Edit::SetRun(0, spec)));
    fixtures::give(&mut state, Ok(dataset(Task::Regression)));
    state
}

fn asked(state: &State, view: &mut WhatIfView) -> ProbeRequest {
    let mut wanted = ProbeRequest::default();
    request(state, view, 0, &mut wanted);
    wanted
}

fn values(wanted: &ProbeRequest) -> Vec<f32> {
    let found = wanted.inside.traces.iter().find_map(|trace| match &trace.input {
        Input::Values(values) => Some(values.to_vec()),
        Input::Row(..) => None,
    });
    found.expect("the sample is followed")
}

fn asked_on(bench: &mut Harness<'static, Bench>) -> ProbeRequest {
    let Bench { state, view, .. } = bench.state_mut();
    asked(state, &mut view.what_if)
}

/// The run answers everything that is wanted: `before` of the row, `now` of the changed sample.
fn answer(state: &mut State, view: &mut WhatIfView, before: &[f32], now: &[f32]) {
    let wanted = asked(state, view).inside;
    let trace = |request: &TraceRequest| {
        let outputs = if matches!(request.input, Input::Row(..)) { before } else { now };
        let outputs = outputs.to_vec();
        let request = request.clone();
        Trace { request, input: Vec::new(), layers: Vec::new(), outputs, saliency: None }
    };
    let traces = wanted.traces.iter().map(trace).collect();
    let maps = wanted.maps.iter().map(|request| map(request, now)).collect();
    let inside = Insight { traces, maps, ..Insight::default() };
    let frame = ProbeFrame { inside, ..ProbeFrame::empty(fixtures::id(state, 0), fixtures::at(3)) };
    fixtures::show(state, 0, frame);
}

/// Lines that bend a little around what is said now.
fn map(request: &MapRequest, now: &[f32]) -> Maps {
    let side = request.window.side;
    let shape = |place: usize, line: usize| {
        let share = (place % side) as f32 / side as f32;
        let total: f32 = (0..now.len()).map(|l| (-(share * 3.0 - l as f32).powi(2)).exp()).sum();
        match now {
            [number] => number + share - 0.5,
            _ => (-(share * 3.0 - line as f32).powi(2)).exp() / total,
        }
    };
    let cells = side * side;
    let all = (0..now.len() * cells).map(|i| shape(i % cells, i / cells)).collect();
    let layer = Matrix::new(now.len(), cells, all).expect("fits");
    Maps { request: request.clone(), plane: None, layers: vec![layer] }
}

fn on_bench(state: State) -> Harness<'static, Bench> {
    let mut bench = bench(state, vec2(420.0, 520.0), SHOW);
    bench.run_steps(3);
    bench
}

fn heard(bench: &mut Harness<'static, Bench>, before: &[f32], now: &[f32]) {
    let Bench { state, view, .. } = bench.state_mut();
    answer(state, &mut view.what_if, before, now);
    bench.run_steps(2);
}

fn type_in(bench: &mut Harness<'static, Bench>, name: &str, text: &str) {
    let at = bench.get_by_role_and_label(Role::SpinButton, name).rect().center();
    bench.hover_at(at);
    bench.run_steps(1);
    bench.drag_at(at);
    bench.drop_at(at);
    bench.run_steps(2);
    bench.event(egui::Event::Text(text.into()));
    bench.run_steps(1);
    bench.key_press(Key::Enter);
    bench.run_steps(2);
}

#[test]
fn a_typed_number_is_asked_about_as_the_model_sees_it() {
    let mut bench = on_bench(flowers());
    assert_eq!(values(&asked_on(&mut bench)), [-1.0, 0.0, 0.0], "the row as it is");
    // Beyond the training part, which goes from 90 to 110.
    type_in(&mut bench, "petal length", "125");
    let wanted = asked_on(&mut bench);
    assert_eq!(values(&wanted), [((125.0 - OFFSET[0]) / SCALE[0]) as f32, 0.0, 0.0]);
    assert_eq!(wanted.inside.traces[0].input, Input::Row(Part::Test, 0));
    bench.get_by_label("Reset petal length").click();
    bench.run_steps(2);
    assert_eq!(values(&asked_on(&mut bench)), [-1.0, 0.0, 0.0]);
}

#[test]
fn a_slider_moves_a_feature_and_all_are_brought_back() {
    let mut bench = on_bench(flowers());
    let slider = bench.get_by_role_and_label(Role::Slider, "petal width").rect();
    bench.drag_at(slider.center());
    bench.drop_at(slider.center());
    bench.run_steps(2);
    let moved = values(&asked_on(&mut bench));
    // The middle of −0.5 and 1 is 0.25; the slider stops at whole points.
    assert!((moved[1] - 0.25).abs() < 0.02, "{moved:?}");
    assert_eq!([moved[0], moved[2]], [-1.0, 0.0]);
    bench.get_by_label("is wild").click();
    bench.run_steps(2);
    assert_eq!(values(&asked_on(&mut bench))[2], 1.0, "a switch of two values");
    bench.get_by_label("Reset all").click();
    bench.run_steps(2);
    assert_eq!(values(&asked_on(&mut bench)), [-1.0, 0.0, 0.0]);
}

#[test]
fn the_effect_runs_along_the_feature_that_was_touched_last() {
    let mut bench = on_bench(flowers());
    type_in(&mut bench, "petal width", "0.5");
    let asked = asked_on(&mut bench).inside.maps.remove(0);
    let state = &bench.state().state;
    let hidden = state.run(0).expect("a run").spec.layers().len();
    assert_eq!((asked.layers[0].layer, &asked.layers[0].units[..]), (hidden + 1, &[0, 1, 2][..]));
    let window = &asked.window;
    assert_eq!(window.y, [-1.0, -1.0], "the other feature of the pair stays where it is");
    // The centres of the first and the last cell are the ends of the feature.
    let cell = (window.x[1] - window.x[0]) / 32.0;
    assert!((window.x[0] + cell / 2.0 + 0.5).abs() < 1e-6);
    assert!((window.x[1] - cell / 2.0 - 1.0).abs() < 1e-6);
    let Some(Slice::Features { pair, rest }) = &window.slice else { panic!("two features") };
    assert_eq!((*pair, rest), ([1, 0], &Rest::Values([-1.0, 0.0, 0.0][..].into())));
    // Moving it further asks for nothing else.
    type_in(&mut bench, "petal width", "0");
    assert_eq!(asked_on(&mut bench).inside.maps[0], asked);
}

#[test]
fn a_predicted_number_stands_next_to_that_of_the_row() {
    let mut bench = on_bench(houses());
    type_in(&mut bench, "petal length", "105");
    heard(&mut bench, &[1.25], &[2.0]);
    assert!(bench.query_by_label("Predicted 2.0000").is_some());
    let text = "was 1.2500, change +0.7500, true 1.0000";
    assert!(bench.query_by_label(text).is_some());
}

/// The third feature and two more are the colours of a flower.
fn coloured() -> State {
    let mut data = (*dataset(Task::Classification { classes: 3 })).clone();
    let rows: [[f32; 5]; 4] = [
        [-1.0, 0.0, 1.0, -0.5, -0.5],
        [0.5, 1.0, -0.5, 1.0, -0.5],
        [1.0, -0.5, -0.5, -0.5, 1.0],
        [0.0, 0.25, 1.0, -0.5, -0.5],
    ];
    let features = Matrix::new(4, 5, rows.concat()).expect("fits");
    let scaler = data.scaler.as_mut().expect("is scaled");
    // A feature is 1 where it stands at 1, and 0 where it stands at −0.5.
    let third = 1.0 / 3.0;
    (scaler.scale, scaler.offset) = (
        vec![10.0, 2.0, 2.0 * third, 2.0 * third, 2.0 * third],
        vec![100.0, -1.0, third, third, third],
    );
    let part = Labelled::new(features, Targets::Classes(vec![0, 1, 2, 0]));
    (data.train, data.test, data.shape) = (part.clone(), part, SampleShape(vec![5]));
    let names = ["petal length", "petal width", "colour=blue", "colour=red", "colour=white"];
    data.feature_names = names.map(String::from).to_vec();
    let column = |name: &str, inputs: &[&str]| ColumnFindings {
        name: name.into(),
        role: ColumnRole::Feature,
        kind: if inputs.len() > 1 { ColumnKind::Category } else { ColumnKind::Number },
        reason: String::new(),
        missing: 0,
        distinct: 3,
        summary: None,
        top: Vec::new(),
        histogram: None,
        association: None,
        missing_rule: MissingRule::DropRow,
        coding: (inputs.len() > 1).then_some(Coding::OneHot),
        inputs: inputs.iter().map(|input| (*input).into()).collect(),
    };
    let columns = vec![
        column("petal length", &names[..1]),
        column("petal width", &names[1..2]),
        column("colour", &names[2..]),
    ];
    data.findings = Some(Arc::new(TableFindings { columns, ..TableFindings::default() }));
    fixtures::with_data("spiral-relu", Arc::new(data))
}

#[test]
fn a_category_is_chosen_as_one_of_the_words_of_the_file() {
    let mut bench = on_bench(coloured());
    assert!(bench.query_by_role_and_label(Role::Slider, "colour=red").is_none());
    let list = bench.get_by_role_and_label(Role::ComboBox, "colour");
    assert_eq!(list.value().as_deref(), Some("blue"));
    list.click();
    bench.run_steps(3);
    bench.get_by_role_and_label(Role::Button, "white").click();
    bench.run_steps(3);
    let near = |found: Vec<f32>, wanted: [f32; 5]| {
        found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-6)
    };
    let found = values(&asked_on(&mut bench));
    assert!(near(found.clone(), [-1.0, 0.0, -0.5, -0.5, 1.0]), "as the model sees it: {found:?}");
    bench.get_by_label("Reset colour").click();
    bench.run_steps(2);
    assert_eq!(values(&asked_on(&mut bench)), [-1.0, 0.0, 1.0, -0.5, -0.5]);
}

#[test]
fn a_single_feature_needs_no_pair() {
    let features = Matrix::new(3, 1, vec![0.0, 1.0, 2.0]).expect("fits");
    let part = Labelled::new(features, Targets::Classes(vec![0, 1, 0]));
    let task = Task::Classification { classes: 2 };
    let data = Dataset::new("One", SampleShape(vec![1]), task, part.clone(), part);
    let state = fixtures::with_data("spiral-relu", Arc::new(data));
    let wanted = asked(&state, &mut WhatIfView::default());
    assert_eq!(wanted.inside.maps[0].window.slice, None);
    on_bench(state);
}

#[test]
fn images_lead_to_where_they_are_changed() {
    let state = fixtures::with_data("mnist-mlp", classes(3, true));
    assert!(asked(&state, &mut WhatIfView::default()).is_empty());
    let mut bench = on_bench(state);
    bench.get_by_label(Pane::Draw.label()).click();
    bench.run_steps(2);
    assert_eq!(bench.state().view.requests, [UiRequest::ShowPane(Pane::Draw)]);
}

/// A flower whose probabilities, and the course of them along a feature, are told.
fn told() -> State {
    let mut state = flowers();
    let mut view = WhatIfView::default();
    answer(&mut state, &mut view, &[0.7, 0.2, 0.1], &[0.7, 0.2, 0.1]);
    state
}

#[test]
fn pictures() {
    picture("what-if", told, vec2(420.0, 520.0), SHOW);
    picture("what-if-colour", coloured, vec2(420.0, 520.0), SHOW);
    picture("what-if-narrow", told, vec2(280.0, 400.0), SHOW);
}

#[test]
fn snapshots() {
    let size = vec2(420.0, 440.0);
    in_both("what-if", size, || bench(told(), size, SHOW));
}
