//! The drawing of a network as a user meets it: found by accessible label, driven by hand, and
//! held to the numbers in the frame.

use std::sync::Arc;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::base::{Finite, HostTensor, Matrix};
use crate::data::{Dataset, Labelled, Targets};
use crate::record::{
    BoundaryRequest, Input, Insight, LayerValues, MapRequest, Maps, NamedTensor, ProbeFrame,
    ProbeRequest, Trace,
};
use crate::spec::{
    Activation, ConvSpec, DenseSpec, LayerKind, LayerSpec, Loss, ModelSpec, PoolSpec, SampleShape,
    Task, ValidRun, preset, validate_run,
};
use crate::ui::View;
use crate::ui::testing::{Bench, bench, keep, ready, repaints, themed};
use crate::workbench::{Action, State, WeightEdit, fixtures};

use super::{request, show};

/// Points of some classes in the plane.
pub(super) fn planar(classes: usize) -> Arc<Dataset> {
    let features = Matrix::new(3, 2, vec![0.0, 0.0, 1.0, 0.0, 0.0, 1.0]).expect("fits");
    let targets = Targets::Classes((0..3).map(|row| row % classes as u32).collect());
    let part = Labelled::new(features, targets);
    let task = Task::Classification { classes };
    let names = ["a", "b", "c"].map(String::from);
    Arc::new(Dataset {
        feature_names: vec!["x₁".into(), "x₂".into()],
        class_names: names[..classes].to_vec(),
        ..Dataset::new("points", SampleShape(vec![2]), task, part.clone(), part)
    })
}

/// Ten small images of two classes.
pub(super) fn pictures() -> Arc<Dataset> {
    let values = (0..360).map(|i| (i * 37 % 11) as f32 / 10.0).collect();
    let features = Matrix::new(10, 36, values).expect("fits");
    let part = Labelled::new(features, Targets::Classes((0..10).map(|row| row % 10).collect()));
    let task = Task::Classification { classes: 10 };
    Arc::new(Dataset::new("pictures", SampleShape(vec![1, 6, 6]), task, part.clone(), part))
}

/// Ten images of rings of a side.
fn images(side: usize) -> Arc<Dataset> {
    let middle = (side as f32 - 1.0) / 2.0;
    let value = |place: usize, row: usize| {
        let (x, y) = ((place % side) as f32 - middle, (place / side) as f32 - middle);
        (1.5 - (x.hypot(y) - 0.04 * side as f32 * (row + 2) as f32).abs()).clamp(0.0, 1.0)
    };
    let pixels = side * side;
    let values = (0..10 * pixels).map(|at| value(at % pixels, at / pixels)).collect();
    let features = Matrix::new(10, pixels, values).expect("fits");
    let part = Labelled::new(features, Targets::Classes((0..10).collect()));
    let (shape, task) = (SampleShape(vec![1, side, side]), Task::Classification { classes: 10 });
    Arc::new(Dataset::new("rings", shape, task, part.clone(), part))
}

/// A number for each of some points on a line.
pub(super) fn curve() -> Arc<Dataset> {
    let x: Vec<f32> = (0..20).map(|i| i as f32 / 3.0 - 3.0).collect();
    let y = x.iter().map(|x| x.sin()).collect();
    let part = Labelled::new(Matrix::new(20, 1, x).expect("fits"), Targets::Numbers(y));
    Arc::new(Dataset {
        feature_names: vec!["x".into()],
        label_name: "y".into(),
        ..Dataset::new("sine", SampleShape(vec![1]), Task::Regression, part.clone(), part)
    })
}

/// A table of some features.
fn table(features: usize) -> Arc<Dataset> {
    let values = (0..12 * features).map(|i| (i * 29 % 17) as f32 / 8.0 - 1.0).collect();
    let rows = Matrix::new(12, features, values).expect("fits");
    let part = Labelled::new(rows, Targets::Classes((0..12).map(|row| row % 3).collect()));
    let task = Task::Classification { classes: 3 };
    Arc::new(Dataset {
        class_names: ["setosa", "versicolor", "virginica"].map(String::from).to_vec(),
        ..Dataset::new("table", SampleShape(vec![features]), task, part.clone(), part)
    })
}

fn spec(hidden: Vec<LayerSpec>, data: &Dataset) -> crate::spec::RunSpec {
    let mut spec = preset("spiral-relu").expect("built in").runs[0].clone();
    spec.model = ModelSpec { hidden, ..ModelSpec::default() };
    spec.train.loss = match data.task {
        Task::Regression => Loss::Mse,
        Task::Classification { classes: 2 } => Loss::BinaryCrossEntropy,
        Task::Classification { .. } => spec.train.loss,
    };
    spec
}

/// A network with these layers on some data.
pub(super) fn valid(hidden: Vec<LayerSpec>, data: &Dataset) -> ValidRun {
    validate_run(&spec(hidden, data), &data.facts()).expect("fits")
}

fn stack(widths: &[usize], activation: Activation) -> Vec<LayerSpec> {
    let layer = |&units: &usize| [DenseSpec::new(units).into(), activation.into()];
    widths.iter().flat_map(layer).collect()
}

/// A run of these layers that waits at step 0.
fn state(hidden: Vec<LayerSpec>, data: &Arc<Dataset>) -> State {
    ready(spec(hidden, data), Arc::clone(data))
}

/// Numbers that look like weights.
fn wave(seed: usize, at: usize) -> f32 {
    let phase = seed as f32 * 1.7 + at as f32 * 0.913;
    (phase.sin() * 3.7 + (phase * 2.3).cos()) / 4.0
}

/// The answer of a network to a request, made by hand. Maps are planes and waves.
fn answer(state: &State, data: &Dataset, wanted: &ProbeRequest, step: u64) -> ProbeFrame {
    let valid = state.check(0).expect("checked").as_ref().expect("valid");
    let mut parameters = Vec::new();
    let infos = valid.layers().iter().chain([valid.output()]);
    for (place, info) in infos.enumerate().filter(|(_, info)| info.parameters > 0) {
        let hidden = &valid.spec().model.hidden;
        let shape = match hidden.get(place).map(|layer| &layer.kind) {
            Some(LayerKind::Conv2d(conv)) => {
                vec![conv.channels, info.input.0[0], conv.kernel[0], conv.kernel[1]]
            }
            Some(LayerKind::Dense(_)) | None => vec![info.output.len(), info.input.len()],
            Some(_) => continue,
        };
        let (inputs, units) = (shape[1..].iter().product::<usize>(), shape[0]);
        let size = 1.0 / (inputs as f32).sqrt();
        let seed = place + step as usize;
        let mut push = |name: String, shape: Vec<usize>| {
            let count = shape.iter().product::<usize>();
            let values = (0..count).map(|at| size * 1.6 * wave(seed, at)).collect();
            let tensor = HostTensor::new(shape, values).expect("fits");
            parameters.push(NamedTensor { name, tensor });
        };
        push(crate::spec::weight_name(place), shape);
        push(crate::spec::bias_name(place), vec![units]);
    }
    let maps = wanted.inside.maps.iter().map(maps_of).collect();
    let traces = wanted.inside.traces.iter().map(|request| Trace {
        request: request.clone(),
        input: match request.input {
            Input::Row(_, row) => data.test.features.row(row).to_vec(),
            Input::Values(ref values) => values.to_vec(),
        },
        layers: levels(valid),
        outputs: Vec::new(),
        saliency: None,
    });
    let inside = Insight {
        parameters: Some(parameters),
        maps,
        traces: traces.collect(),
        ..Insight::default()
    };
    ProbeFrame { inside, ..ProbeFrame::empty(fixtures::id(state, 0), fixtures::at(step)) }
}

fn maps_of(request: &MapRequest) -> Maps {
    let BoundaryRequest { x, y, side, .. } = request.window;
    let cells = side * side;
    let at = |[low, high]: [f32; 2], place: usize| {
        low + (high - low) * (place as f32 + 0.5) / side as f32
    };
    let last = request.layers.last().map_or(0, |of| of.layer);
    let layers = request.layers.iter().map(|of| {
        let mut values = Vec::new();
        for &unit in of.units.iter() {
            for cell in 0..cells {
                let (x, y) = (at(x, cell % side), at(y, cell / side));
                let turn = unit as f32 * 0.9 + of.layer as f32;
                let sum =
                    3.0 * (x * turn.cos() + y * turn.sin()) + (of.layer as f32 * x * y * 2.0).sin();
                values.push(if of.layer == last {
                    1.0 / (1.0 + (-3.0 * sum).exp())
                } else {
                    sum.max(0.0) - 0.6 * (unit % 3) as f32
                });
            }
        }
        Matrix::new(of.units.len(), cells, values).expect("fits")
    });
    Maps { request: request.clone(), plane: None, layers: layers.collect() }
}

fn levels(valid: &ValidRun) -> Vec<LayerValues> {
    let shapes = valid.layers().iter().map(|info| info.output.0.clone());
    let scores = vec![valid.readout().scores_per_row()];
    let all = shapes.chain([vec![valid.outputs()], scores]);
    all.enumerate()
        .map(|(layer, shape)| {
            let count = shape.iter().product::<usize>();
            let is_last = layer == valid.layers().len() + 1;
            let value = |at: usize| match (is_last, at == 3 % count) {
                (false, _) => wave(layer, at),
                (true, true) => 0.82,
                (true, false) => 0.18 / count as f32,
            };
            LayerValues { layer, shape, values: (0..count).map(value).collect() }
        })
        .collect()
}

/// A drawing whose run has answered what was asked for.
fn drawn(hidden: Vec<LayerSpec>, data: &Arc<Dataset>, size: [f32; 2]) -> Harness<'static, Bench> {
    drawn_in(hidden, data, size, egui::Theme::Light)
}

fn drawn_in(
    hidden: Vec<LayerSpec>,
    data: &Arc<Dataset>,
    size: [f32; 2],
    theme: egui::Theme,
) -> Harness<'static, Bench> {
    let mut harness = themed(state(hidden, data), size.into(), |ui, cx| show(ui, cx, 0), theme);
    harness.run_steps(2);
    renew(&mut harness, data, 0);
    harness
}

/// The run answers what is asked for by now.
fn renew(harness: &mut Harness<'_, Bench>, data: &Dataset, step: u64) {
    let bench = harness.state_mut();
    let mut wanted = ProbeRequest::default();
    let View { graph, boundary, .. } = &mut bench.view;
    request(&bench.state, graph, &mut boundary.plane, 0, &mut wanted);
    let frame = answer(&bench.state, data, &wanted, step);
    fixtures::show(&mut bench.state, 0, frame);
    harness.run_steps(2);
}

fn parameter(harness: &Harness<'_, Bench>, name: &str) -> Vec<f32> {
    let frame = harness.state().state.run(0).and_then(|run| run.frame.clone()).expect("a frame");
    frame.inside.parameter(name).expect("is there").tensor.data().to_vec()
}

#[test]
fn every_neuron_has_a_name_and_opens_with_its_own_weights() {
    let data = planar(3);
    let mut harness = drawn(stack(&[4, 3], Activation::Relu), &data, [900.0, 900.0]);
    for name in
        ["Input x₁", "Hidden layer 1, neuron 4", "Hidden layer 2, neuron 3", "Output, class a"]
    {
        harness.get_by_label(name);
    }
    harness.get_by_label("Hidden layer 2, neuron 3").click();
    harness.run_steps(3);
    let weights = parameter(&harness, "2.weight");
    for from in 0..4 {
        let name = format!("Weight from neuron {}", from + 1);
        let shown: f32 =
            harness.get_by_label(&name).value().expect("a number").parse().expect("a number");
        let own = weights[2 * 4 + from];
        assert!((shown - own).abs() <= 5e-5, "weight {from} is {own}, not {shown}");
    }
    let bias = harness.get_by_label("Bias").value().expect("a number");
    let own = parameter(&harness, "2.bias")[2];
    assert!((bias.parse::<f32>().expect("a number") - own).abs() <= 5e-5);
    harness.get_by_label("Weight to class b");
}

#[test]
fn weights_and_biases_are_changed_by_typing() {
    let data = planar(3);
    let mut harness = drawn(stack(&[4], Activation::Tanh), &data, [900.0, 900.0]);
    harness.get_by_label("Output, class b").click();
    harness.run_steps(3);
    for (field, edit) in [
        ("Weight from neuron 3", WeightEdit::Value("2.weight".into(), 4 + 2, 1.5)),
        ("Bias", WeightEdit::Value("2.bias".into(), 1, 1.5)),
    ] {
        harness.get_by_label(field).click();
        harness.run_steps(2);
        harness.get_by_label(field).type_text("1.5");
        harness.run_steps(2);
        renew(&mut harness, &data, 5);
        harness.key_press(egui::Key::Enter);
        harness.run_steps(2);
        assert_eq!(harness.state().log.last(), Some(&Action::AlterWeights(0, edit)), "{field}");
    }
}

#[test]
fn a_layer_begins_anew_from_its_name() {
    let data = planar(3);
    let mut harness = drawn(stack(&[4], Activation::Relu), &data, [900.0, 600.0]);
    for (item, edit) in [
        ("Reinitialise weights", WeightEdit::Reinitialise(0)),
        ("Set weights to zero", WeightEdit::Zero(0)),
    ] {
        harness.get_by_label("Hidden layer 1, 4 · ReLU").click();
        harness.run_steps(3);
        harness.get_by_label(item).click();
        harness.run_steps(3);
        assert_eq!(harness.state().log.last(), Some(&Action::AlterWeights(0, edit)));
    }
}

#[test]
fn a_wide_layer_shows_a_sample_and_on_demand_all() {
    let data = planar(3);
    let mut harness = drawn(stack(&[100], Activation::Relu), &data, [900.0, 600.0]);
    assert!(harness.query_by_label("Hidden layer 1, neuron 100").is_some(), "both ends are shown");
    assert!(harness.query_by_label("Hidden layer 1, neuron 2").is_none());
    harness.get_by_label("Show all 100 of Hidden layer 1").click();
    harness.run_steps(3);
    renew(&mut harness, &data, 1);
    let all = harness.get_all_by_role(egui::Role::Button).count();
    assert!((50..80).contains(&all), "{all} can be reached at a time");
}

#[test]
fn of_very_many_connections_the_strongest_are_drawn_and_on_demand_more() {
    let data = planar(3);
    let mut harness = drawn(stack(&[100, 60], Activation::Relu), &data, [900.0, 700.0]);
    assert!(harness.query_by_label_contains("strongest of").is_none(), "samples of both layers");
    for layer in ["Show all 100 of Hidden layer 1", "Show all 60 of Hidden layer 2"] {
        harness.get_by_label(layer).click();
        harness.run_steps(3);
    }
    renew(&mut harness, &data, 1);
    harness.get_by_label("Fit the network");
    harness.run_steps(2);
    let text = "the 2\u{2009}500 strongest of 6\u{2009}000 connections";
    assert!(harness.query_by_label(text).is_some());
    harness.get_by_label("More").click();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("strongest of").is_none(), "all of them");
    harness.get_by_label("Fewer").click();
    harness.run_steps(3);
    assert!(harness.query_by_label(text).is_some());
}

#[test]
fn a_channel_opens_with_its_kernels_and_leads_to_the_layers() {
    let data = pictures();
    let mut harness = drawn(convolutional(), &data, [1000.0, 700.0]);
    harness.get_by_label("Max pool, channel 2");
    harness.get_by_label("Convolution 1, channel 2").click();
    harness.run_steps(3);
    let weights = parameter(&harness, "0.weight");
    let norm = weights[9..18].iter().map(|weight| weight * weight).sum::<f32>().sqrt();
    harness.get_by_label(&format!("Kernel of incoming channel 1, strength {norm:.3}"));
    let bias = harness.get_by_label("Bias").value().expect("a number");
    let own = parameter(&harness, "0.bias")[1];
    assert!((bias.parse::<f32>().expect("a number") - own).abs() <= 5e-5);
    harness.get_by_label("Show in Layers").click();
    harness.run_steps(2);
    let view = &harness.state().view;
    assert_eq!(view.layers.open, Some((1, 1)), "after its activation");
    assert_eq!(view.requests, [crate::ui::UiRequest::ShowPane(crate::ui::panes::Pane::Layers)]);
}

#[test]
fn neurons_are_reached_and_opened_and_closed_by_keyboard() {
    let data = planar(3);
    let mut harness = drawn(stack(&[4], Activation::Relu), &data, [900.0, 600.0]);
    harness.get_by_label("Hidden layer 1, neuron 2").focus();
    harness.run_steps(2);
    harness.key_press(egui::Key::ArrowDown);
    harness.run_steps(2);
    assert!(harness.get_by_label("Hidden layer 1, neuron 3").is_focused());
    harness.key_press(egui::Key::ArrowRight);
    harness.run_steps(2);
    assert!(harness.get_by_label("Output, class b").is_focused());
    harness.key_press(egui::Key::ArrowLeft);
    harness.run_steps(2);
    harness.key_press(egui::Key::Enter);
    harness.run_steps(3);
    let opened = |harness: &Harness<'_, Bench>| harness.state().view.graph.drawings[&0].opened;
    assert!(opened(&harness).is_some_and(|(column, _)| column == 1));
    harness.key_press(egui::Key::Escape);
    harness.run_steps(2);
    assert_eq!(opened(&harness), None);
}

#[test]
fn maps_are_of_the_piece_of_the_plane_at_which_the_boundary_looks() {
    let data = planar(3);
    let mut harness = drawn(stack(&[4], Activation::Tanh), &data, [700.0, 500.0]);
    assert!(harness.query_by_label("Show all data").is_none());
    let Bench { state, view, .. } = harness.state_mut();
    let plane = &mut view.boundary.plane;
    let sight = plane.sight(state, 0, &data);
    plane.look(&data, &sight, sight.window.zoomed(2.0, [0.0, 0.0], sight.whole));
    harness.run_steps(2);
    renew(&mut harness, &data, 1);
    let record = harness.state().state.run(0).and_then(|run| run.frame.clone()).expect("a frame");
    let window = &record.inside.maps[0].request.window;
    assert_eq!((window.x, window.y), ([-0.1, 0.5], [-0.1, 0.5]));
    harness.get_by_label("Show all data").click();
    harness.run_steps(2);
    renew(&mut harness, &data, 2);
    let record = harness.state().state.run(0).and_then(|run| run.frame.clone()).expect("a frame");
    assert_eq!(record.inside.maps[0].request.window.x, [-0.1, 1.1]);
}

#[test]
fn nothing_can_be_drawn_of_a_network_that_does_not_fit() {
    let data = planar(3);
    let mut state = state(stack(&[4], Activation::Relu), &data);
    let wrong = spec(vec![DenseSpec::new(0).into()], &data);
    let fresh = ready(wrong, Arc::clone(&data));
    let mut harness = bench(fresh, egui::vec2(500.0, 300.0), |ui, cx| show(ui, cx, 0));
    harness.run_steps(2);
    harness.get_by_label_contains("A dense layer takes 1 to");
    let mut none =
        bench(fixtures::loading("spiral-relu"), egui::vec2(500.0, 300.0), |ui, cx| show(ui, cx, 0));
    none.run_steps(2);
    none.get_by_label_contains("being read");
    let mut wanted = ProbeRequest::default();
    let View { graph, boundary, .. } = &mut harness.state_mut().view;
    request(&fixtures::loading("spiral-relu"), graph, &mut boundary.plane, 0, &mut wanted);
    assert!(wanted.is_empty());
    request(&state, graph, &mut boundary.plane, 0, &mut wanted);
    assert!(wanted.inside.parameters);
    fixtures::act(&mut state, Action::Settle);
}

#[test]
fn pictures_for_the_eye() {
    if std::env::var("DESCENT_PICTURES").is_err() {
        return;
    }
    for theme in [egui::Theme::Light, egui::Theme::Dark] {
        let deep = || stack(&[8; 6], Activation::Relu);
        for size in [[640.0, 480.0], [1100.0, 700.0]] {
            let mut harness = drawn_in(deep(), &planar(3), size, theme);
            keep(&format!("graph-deep-{}", size[0]), &mut harness, theme);
        }
        let mut hovered = drawn_in(deep(), &planar(3), [1100.0, 700.0], theme);
        let at = hovered.get_by_label("Hidden layer 3, neuron 4").rect().center();
        hovered.hover_at(at);
        hovered.run_steps(40);
        keep("graph-hover", &mut hovered, theme);
        let mut opened =
            drawn_in(stack(&[8, 6], Activation::Tanh), &planar(3), [900.0, 640.0], theme);
        opened.get_by_label("Hidden layer 2, neuron 4").click();
        opened.run_steps(3);
        renew(&mut opened, &planar(3), 1);
        keep("graph-opened", &mut opened, theme);
        let shots: [(&str, Vec<LayerSpec>, Arc<Dataset>); 7] = [
            ("perceptron", Vec::new(), planar(2)),
            ("gate", stack(&[2], Activation::Sigmoid), planar(2)),
            ("wide", stack(&[100], Activation::Relu), planar(3)),
            ("sine", stack(&[6, 6], Activation::Tanh), curve()),
            ("table", stack(&[16, 8], Activation::Relu), table(30)),
            ("digits", flattened(&[128, 64]), pictures()),
            ("cnn", convolutional(), pictures()),
        ];
        for (name, hidden, data) in shots {
            let mut harness = drawn_in(hidden, &data, [760.0, 520.0], theme);
            keep(&format!("graph-{name}"), &mut harness, theme);
        }
    }
}

/// Every kind of network at every size of a window.
#[test]
fn pictures_of_every_kind_and_size() {
    if std::env::var("DESCENT_PICTURES").is_err() {
        return;
    }
    let of_preset = |name: &str| preset(name).expect("built in").runs[0].model.hidden.clone();
    let kinds: [(&str, Vec<LayerSpec>, Arc<Dataset>); 8] = [
        ("one", Vec::new(), planar(3)),
        ("twelve", stack(&[8; 12], Activation::Tanh), planar(3)),
        ("pixels", flattened(&[64]), images(28)),
        ("lecture", of_preset("mnist-cnn"), images(28)),
        ("line", stack(&[6, 6], Activation::Tanh), curve()),
        ("residual", of_preset("residual"), planar(3)),
        ("dropout", dropped(), table(12)),
        ("wide", stack(&[160, 120], Activation::Relu), planar(3)),
    ];
    for (name, hidden, data) in kinds {
        for theme in [egui::Theme::Light, egui::Theme::Dark] {
            for size in [[360.0, 300.0], [700.0, 420.0], [1200.0, 800.0]] {
                let mut harness = drawn_in(hidden.clone(), &data, size, theme);
                keep(&format!("kind-{name}-{}", size[0]), &mut harness, theme);
            }
        }
    }
}

fn dropped() -> Vec<LayerSpec> {
    let mut hidden = stack(&[16], Activation::Relu);
    hidden.push(LayerKind::Dropout { p: Finite::lit(0.5) }.into());
    hidden.extend(stack(&[16], Activation::Relu));
    hidden
}

fn flattened(widths: &[usize]) -> Vec<LayerSpec> {
    let mut hidden = vec![LayerSpec::from(LayerKind::Flatten)];
    hidden.extend(stack(widths, Activation::Relu));
    hidden
}

fn convolutional() -> Vec<LayerSpec> {
    let mut hidden = vec![
        LayerKind::Conv2d(ConvSpec::new(4, 3)).into(),
        Activation::Relu.into(),
        LayerKind::MaxPool2d(PoolSpec::new(2)).into(),
        LayerKind::Flatten.into(),
    ];
    hidden.extend(stack(&[16], Activation::Relu));
    hidden.push(LayerKind::Dropout { p: Finite::lit(0.5) }.into());
    hidden.extend(stack(&[16], Activation::Relu));
    hidden.push(LayerKind::Skip { over: 2 }.into());
    hidden
}

#[test]
fn other_looks_are_painted_at_once() {
    let data = planar(3);
    repaints(|| drawn(stack(&[6, 6], Activation::Tanh), &data, [760.0, 480.0]));
    repaints(|| {
        let mut bench = drawn(stack(&[6, 6], Activation::Tanh), &data, [760.0, 480.0]);
        bench.get_by_label("Hidden layer 2, neuron 3").click();
        bench.run_steps(3);
        bench
    });
}
