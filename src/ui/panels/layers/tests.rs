//! The panel as a user meets it, over networks that are computed by hand.

mod forward;

use std::sync::Arc;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::base::Matrix;
use crate::data::Targets;
use crate::record::{
    EndReason, Excited, Excitement, Insight, ProbeFrame, RunState, Scores, TraceRequest,
};
use crate::spec::{Activation, DenseSpec, LayerSpec, Loss, RunSpec, SampleShape, preset};
use crate::ui::View;
use crate::ui::snapshots::in_both;
use crate::ui::testing::{self, Bench, Panel, keep, repaints, themed, then};
use crate::workbench::{State, fixtures};

use super::*;
use forward::{Weights, digits, follow, network, table};

const PANEL: Panel = |ui, cx| show(ui, cx, 0);

/// The run of a preset with other data and layers.
fn ready(spec: RunSpec, data: Dataset) -> State {
    testing::ready(spec, Arc::new(data))
}

/// A window of the panel in which the trainer has answered.
fn window(state: State, size: [f32; 2], theme: egui::Theme) -> Harness<'static, Bench> {
    testing::answered(state, size.into(), (PANEL, answer), theme)
}

fn of(name: &str, data: Dataset) -> State {
    ready(preset(name).expect("built in").runs[0].clone(), data)
}

/// Answers what the panel asks for, as the trainer would.
fn answer(state: &mut State, view: &mut View) {
    let mut wanted = ProbeRequest::default();
    request(state, &mut view.layers, 0, &mut wanted);
    let record = state.run(0).expect("has a run");
    let data = Arc::clone(data_of(state, 0).expect("has data"));
    let weights: Weights = network(&record.spec);
    let traces = wanted.inside.traces.iter();
    let traces = traces.map(|request| follow(&record.spec, &data, &weights, request)).collect();
    let excited = wanted.inside.excited.map(|request| Excited {
        request,
        looked_at: data.test.rows(),
        rows: (0..data.test.rows().min(request.count))
            .map(|row| Excitement { row, value: 3.0 - 0.25 * row as f32, at: [3, 2] })
            .collect(),
    });
    let classes = data.class_names.len().max(1);
    let scores = wanted.inside.scores.iter().map(|request| {
        // Everything is taken for class 0.
        let rows: Vec<usize> = (0..data.test.rows()).collect();
        let mut outputs = Matrix::zeros(rows.len(), classes);
        outputs.data_mut().iter_mut().step_by(classes).for_each(|share| *share = 1.0);
        Scores { request: *request, rows, outputs }
    });
    let inside = Insight {
        parameters: Some(weights),
        traces,
        excited,
        scores: scores.collect(),
        ..Insight::default()
    };
    let empty = ProbeFrame::empty(fixtures::id(state, 0), fixtures::at(7));
    fixtures::show(state, 0, ProbeFrame { inside, ..empty });
}

fn cnn() -> State {
    of("drawn-digits-cnn", digits())
}

fn regression() -> State {
    let mut spec = preset("spiral-relu").expect("built in").runs[0].clone();
    spec.train.loss = Loss::Mse;
    let mut data = table(3);
    data.task = Task::Regression;
    data.class_names.clear();
    data.label_name = "price".into();
    for part in [&mut data.train, &mut data.test] {
        part.targets = Targets::Numbers((0..part.rows()).map(|row| row as f32 / 4.0).collect());
    }
    ready(spec, data)
}

#[test]
fn every_layer_of_a_convolutional_network_has_its_card() {
    let bench = window(cnn(), [900.0, 3000.0], egui::Theme::Light);
    for title in
        ["1 · Conv2d", "2 · ReLU", "3 · Max pool", "4 · Conv2d", "7 · Flatten", "8 · Output"]
    {
        assert!(bench.query_by_label(title).is_some(), "{title}");
    }
    let folded = bench.query_all_by_label("16 of 20 channels").count();
    assert_eq!(folded, 3, "wide layers are folded");
    assert!(bench.query_by_label_contains("Channel 10 of layer 1: min ").is_some());
    assert!(bench.query_by_label_contains("Channel 20 of layer 4").is_none());
    assert!(bench.query_by_label_contains("Test image 0, class 0").is_some());
}

#[test]
fn all_channels_of_a_wide_layer_can_be_seen() {
    let mut bench = window(cnn(), [900.0, 3000.0], egui::Theme::Light);
    bench.get_all_by_label("All 20").next().expect("layer 4 is folded").click();
    bench.run_steps(3);
    assert!(bench.query_by_label_contains("Channel 20 of layer 4").is_some());
    assert!(bench.query_by_label_contains("20 of 20 channels").is_some());
}

#[test]
fn a_channel_opens_with_its_numbers_and_what_excites_it() {
    let mut bench = window(cnn(), [900.0, 3000.0], egui::Theme::Light);
    bench.get_by_label_contains("Channel 4 of layer 1").click();
    then(&mut bench);
    assert_eq!(bench.state().view.layers.open, Some((0, 3)));
    let record = bench.state().state.run(0).expect("a run");
    let frame = record.frame.clone().expect("a frame");
    let layer = &frame.inside.traces[0].layers[0];
    let facts = values::Facts::of(values::channel(layer, 3)).expect("numbers");
    assert!(bench.query_by_label(&format!("max {}", parts::short(facts.max))).is_some());
    assert!(bench.query_by_label(&format!("mean {}", parts::short(facts.mean))).is_some());
    assert!(bench.query_by_label("Map of the channel").is_some());
    assert!(bench.query_by_label("Its weights").is_some());
    bench.get_by_label_contains("Test image 5, class 5, excites it with 1.750").click();
    then(&mut bench);
    assert_eq!(bench.state().view.chosen, Some((Part::Test, 5)), "all panels follow it");
    assert!(bench.query_by_label("Test image 5, class 5").is_some());
    bench.get_by_label("Close the channel").click();
    bench.run_steps(3);
    assert_eq!(bench.state().view.layers.open, None);
}

#[test]
fn samples_are_chosen_by_button_number_and_mistake() {
    let mut bench = window(cnn(), [900.0, 700.0], egui::Theme::Light);
    let row = |bench: &Harness<'static, Bench>| bench.state().view.layers.row;
    bench.get_by_label("Next sample").click();
    bench.run_steps(2);
    assert_eq!(row(&bench), 1);
    bench.get_by_label("Previous sample").click();
    bench.run_steps(2);
    bench.get_by_label("Previous sample").click();
    bench.run_steps(2);
    assert_eq!(row(&bench), 19, "round to the last of 20");
    bench.get_by_label("Next mistake").click();
    then(&mut bench);
    assert_eq!(row(&bench), 1, "row 0 is a zero, and row 1 is not");
    bench.get_by_label("Training").click();
    bench.run_steps(2);
    assert_eq!(bench.state().view.layers.part, Part::Train);
    bench.state_mut().view.chosen = Some((Part::Test, 4));
    bench.run_steps(2);
    assert_eq!((bench.state().view.layers.part, row(&bench)), (Part::Test, 4));
}

#[test]
fn the_saliency_of_any_class_can_be_seen() {
    let mut state = cnn();
    let mut view = LayersView { class: Some(3), ..LayersView::default() };
    let mut wanted = ProbeRequest::default();
    request(&state, &mut view, 0, &mut wanted);
    let saliency = Some(Saliency::Class(3));
    let input = Input::Row(Part::Test, 0);
    assert_eq!(wanted.inside.traces, [TraceRequest { input, saliency }]);
    assert!(wanted.inside.parameters && wanted.inside.excited.is_none());
    assert!(wanted.inside.scores.is_empty(), "mistakes are sought only when asked for");
    request(&state, &mut view, 0, &mut wanted);
    assert_eq!(wanted.inside.traces.len(), 1, "once is enough");
    view.class = Some(99);
    view.row = 5000;
    request(&state, &mut view, 0, &mut wanted);
    assert_eq!((view.class, view.row), (None, 19), "choices stay within the data");
    fixtures::enter(&mut state, 0, RunState::Running);
    let bench = window(state, [900.0, 900.0], egui::Theme::Light);
    assert!(bench.query_by_label_contains("pixels that raise the logit of class").is_some());
}

#[test]
fn a_dense_network_shows_its_neurons_and_its_weights_as_images() {
    let bench = window(of("drawn-digits", digits()), [900.0, 2000.0], egui::Theme::Light);
    assert!(bench.query_by_label("16 of 64 neurons").is_some(), "with their weights as images");
    let record = bench.state().state.run(0).expect("a run");
    let frame = record.frame.clone().expect("a frame");
    let trace = &frame.inside.traces[0];
    let data = Arc::clone(data_of(&bench.state().state, 0).expect("data"));
    let sight = Sight { run: 0, spec: &record.spec, data: &data, frame: &frame, trace };
    assert_eq!((sight.source(1), sight.source(3)), ([1, 28, 28], [64, 1, 1]));
    let kernels = sight.kernels(1).expect("an image comes in");
    let weight = frame.inside.parameter("1.weight").expect("is there");
    assert_eq!(kernels.one(2, 0), &weight.tensor.data()[2 * 784..3 * 784]);
    assert!(sight.kernels(3).is_none());
}

#[test]
fn a_table_shows_its_features_and_their_gradients() {
    let bench = window(of("spiral-relu", table(3)), [900.0, 1200.0], egui::Theme::Light);
    assert!(bench.query_by_label_contains("x₁: value ").is_some());
    assert!(bench.query_by_label_contains("features that raise the logit").is_some());
    assert_eq!(bench.query_all_by_label("64 of 100 neurons").count(), 2);
    let bench = window(regression(), [900.0, 1200.0], egui::Theme::Light);
    assert!(bench.query_by_label_contains("price 0.0000").is_some());
    assert!(bench.query_by_label_contains("the predicted number when they grow").is_some());
    assert!(bench.query_by_label("Next mistake").is_none(), "numbers are never quite right");
}

#[test]
fn empty_and_odd_states_say_what_to_do() {
    let mut invalid = preset("spiral-relu").expect("built in").runs[0].clone();
    invalid.model.hidden.insert(0, LayerSpec::from(DenseSpec::new(0)));
    let mut ended = fixtures::ready("spiral-relu");
    fixtures::enter(&mut ended, 0, RunState::Ended(EndReason::Stopped));
    for (state, text) in [
        (fixtures::loading("spiral-relu"), "The data is being read"),
        (fixtures::failed("spiral-relu", "No."), "could not be read"),
        (fixtures::ready("spiral-relu"), "looking at the sample"),
        (ready(invalid, table(3)), "cannot be built"),
        (ended, "Press Play to go on"),
    ] {
        let mut bench = themed(state, [500.0, 400.0].into(), PANEL, egui::Theme::Light);
        bench.run_steps(3);
        assert!(bench.query_by_label_contains(text).is_some(), "{text}");
    }
    let mut linear = window(of("spiral-linear", table(3)), [700.0, 700.0], egui::Theme::Light);
    linear.run_steps(2);
    assert!(linear.query_by_label("1 · Output").is_some(), "nothing is hidden");
}

#[test]
fn a_layer_without_pictures_is_a_line() {
    let mut spec = preset("spiral-relu").expect("built in").runs[0].clone();
    spec.model.hidden.push(LayerSpec { off: true, ..Activation::Tanh.into() });
    let bench = window(ready(spec, table(3)), [700.0, 1200.0], egui::Theme::Light);
    assert!(bench.query_by_label_contains("switched off").is_some());
}

#[test]
fn pictures() {
    if std::env::var("DESCENT_PICTURES").is_err() {
        return;
    }
    for theme in [egui::Theme::Light, egui::Theme::Dark] {
        let keep = |name: &str, bench: &mut Harness<'static, Bench>| keep(name, bench, theme);
        keep("layers-cnn", &mut window(cnn(), [900.0, 1500.0], theme));
        keep("layers-cnn-small", &mut window(cnn(), [440.0, 900.0], theme));
        let mut open = window(cnn(), [900.0, 1700.0], theme);
        open.get_by_label_contains("Channel 4 of layer 1").click();
        then(&mut open);
        keep("layers-open", &mut open);
        keep("layers-mlp", &mut window(of("drawn-digits", digits()), [900.0, 1200.0], theme));
        keep("layers-table", &mut window(of("spiral-relu", table(3)), [700.0, 800.0], theme));
        keep("layers-regression", &mut window(regression(), [700.0, 800.0], theme));
    }
}

/// Rows of numbers with classes in turn.
fn labelled(rows: usize, values: Vec<f32>, classes: u32) -> Labelled {
    let cols = values.len() / rows;
    let features = Matrix::new(rows, cols, values).expect("fits");
    Labelled::new(features, Targets::Classes((0..rows as u32).map(|row| row % classes).collect()))
}

/// Data of a shape, the same in both parts.
fn data(name: &str, shape: &[usize], classes: usize, part: Labelled) -> Dataset {
    let task = Task::Classification { classes };
    Dataset::new(name, SampleShape(shape.to_vec()), task, part.clone(), part)
}

#[test]
fn other_looks_are_painted_at_once() {
    repaints(|| window(cnn(), [700.0, 900.0], egui::Theme::Light));
}

#[test]
fn snapshots() {
    let size = [440.0, 560.0];
    in_both("layer-by-layer", size.into(), || window(cnn(), size, egui::Theme::Light));
}
