//! What is to be seen inside a network, against PyTorch, numpy and scikit-learn.

use descent::record::{
    BoundaryRequest, ExciteRequest, GridRequest, HiddenRequest, HiddenView, Input, MapRequest,
    Part, Rest, Saliency, ScoresRequest, Slice, Trace, TraceRequest, UnitsOf,
};
use descent::spec::{BatchNormSpec, ConvSpec, LayerKind, PoolSpec};

use super::*;

mod data;

/// How far numbers in `f32` may be from PyTorch's, as a share of `1 + |b|`.
const TOLERANCE: f32 = 2e-6;

fn cases() -> Vec<Value> {
    golden("inside.json")["cases"].as_array().expect("cases").clone()
}

fn case(name: &str) -> Value {
    cases().into_iter().find(|case| case["name"] == name).expect("there is such a case")
}

fn layers_of(name: &str) -> Vec<LayerSpec> {
    let dense = |units| LayerKind::Dense(DenseSpec::new(units));
    let act = LayerKind::Activation;
    let conv = || {
        let padding = descent::spec::Padding::Of([1; 2]);
        LayerKind::Conv2d(ConvSpec { padding, ..ConvSpec::new(3, 3) })
    };
    let kinds = match name {
        "plane" => vec![dense(5), act(Activation::Tanh), dense(4), act(Activation::Relu)],
        "one logit" => vec![
            dense(5),
            act(Activation::Sigmoid),
            dense(5),
            LayerKind::Skip { over: 1 },
            act(Activation::Tanh),
        ],
        "number" => vec![dense(6), act(Activation::Softplus)],
        _ => vec![
            conv(),
            LayerKind::BatchNorm(BatchNormSpec::default()),
            act(Activation::Relu),
            conv(),
            LayerKind::Skip { over: 1 },
            LayerKind::MaxPool2d(PoolSpec::new(2)),
            LayerKind::Dropout { p: Finite::lit(0.5) },
            LayerKind::Flatten,
            dense(6),
            act(Activation::Tanh),
            dense(3),
        ],
    };
    let mut layers: Vec<LayerSpec> = kinds.into_iter().map(LayerSpec::from).collect();
    if let Some(last) = layers.get_mut(10) {
        last.off = true;
    }
    layers
}

fn task_of(case: &Value) -> (Task, Loss) {
    let classes = numbers(&case["scores"]["shape"])[1] as usize;
    match case["task"].as_str() {
        Some("classes") => (Task::Classification { classes }, Loss::CROSS_ENTROPY),
        Some("binary") => (Task::Classification { classes }, Loss::BinaryCrossEntropy),
        _ => (Task::Regression, Loss::Mse),
    }
}

fn sizes(value: &Value) -> Vec<usize> {
    numbers(value).into_iter().map(|size| size as usize).collect()
}

/// The rows of a case, as training and as test part.
fn data_of(case: &Value) -> Arc<Dataset> {
    let shape = sizes(&case["x"]["shape"]);
    let (rows, task) = (shape[0], task_of(case).0);
    let width = shape[1..].iter().product();
    let features = Matrix::new(rows, width, floats(&case["x"])).expect("fits");
    let targets = match task {
        Task::Classification { classes } => {
            Targets::Classes((0..rows).map(|row| (row % classes) as u32).collect())
        }
        Task::Regression => Targets::Numbers(vec![0.0; rows]),
    };
    let part = Labelled::new(features, targets);
    let shape = SampleShape(shape[1..].to_vec());
    Arc::new(Dataset::new("golden", shape, task, part.clone(), part))
}

/// The network of a case on the processor, with its parameters and running statistics.
fn engine_of(case: &Value, data: &Arc<Dataset>) -> BurnEngine {
    engine_on(case, data, Compute::cpu())
}

fn engine_on(case: &Value, data: &Arc<Dataset>, compute: Compute) -> BurnEngine {
    let name = case["name"].as_str().expect("a name");
    let run = run(layers_of(name), train(task_of(case).1, Optimizer::SGD), data);
    let mut engine = BurnEngine::build(&run, data, 0, compute).expect("builds");
    let mut state = engine.checkpoint().expect("reads");
    for tensor in state.parameters.iter_mut().chain(&mut state.buffers) {
        let golden = &case["state"][&tensor.name];
        if !tensor.name.ends_with("num_batches_tracked") {
            *tensor = named(&tensor.name, &sizes(&golden["shape"]), floats(golden));
        }
    }
    engine.restore(&state).expect("fits");
    engine
}

fn for_all(check: impl Fn(&str, &Value, &mut BurnEngine)) {
    for case in cases() {
        let name = case["name"].as_str().expect("a name").to_owned();
        let data = data_of(&case);
        check(&name, &case, &mut engine_of(&case, &data));
    }
}

fn row_of(value: &Value, row: usize) -> Vec<f32> {
    let width: usize = sizes(&value["shape"])[1..].iter().product();
    floats(value)[row * width..(row + 1) * width].to_vec()
}

fn traced(engine: &mut BurnEngine, row: usize, saliency: Option<Saliency>) -> Trace {
    let input = Input::Row(Part::Test, row);
    engine.trace(&TraceRequest { input, saliency }).expect("is traced")
}

#[test]
fn a_sample_is_followed_through_every_layer() {
    for_all(|name, case, engine| {
        let layers = case["layers"].as_array().expect("layers");
        for row in 0..3 {
            let trace = traced(engine, row, None);
            assert_eq!(trace.layers.len(), layers.len() + 1, "{name}");
            for (place, (found, expected)) in trace.layers.iter().zip(layers).enumerate() {
                let what = format!("{name}, row {row}, layer {place}");
                assert_eq!(found.layer, place);
                assert_eq!(found.shape, sizes(&case["shapes"][place]), "{what}");
                assert_close(&what, &found.values, &row_of(expected, row), TOLERANCE);
            }
            assert_close(name, &trace.outputs, &row_of(&case["scores"], row), TOLERANCE);
            let scores = trace.layers.last().expect("scores");
            assert_eq!((scores.layer, &scores.values), (layers.len(), &trace.outputs));
            assert_eq!(trace.input, row_of(&case["x"], row));
            assert_eq!(trace.saliency, None);
        }
    });
}

#[test]
fn saliency_is_the_gradient_of_the_logit_at_the_input() {
    for_all(|name, case, engine| {
        for row in 0..6 {
            let plain = traced(engine, row, None);
            let likeliest = descent::base::argmax(&plain.outputs);
            for (of, class, golden) in [
                (Saliency::Predicted, likeliest, &case["saliency"]),
                (Saliency::Class(0), 0, &case["saliency_0"]),
            ] {
                let trace = traced(engine, row, Some(of));
                let (explained, gradient) = trace.saliency.expect("was wanted");
                assert_eq!(explained, class, "{name}");
                assert_close(name, &gradient, &row_of(golden, row), TOLERANCE);
                assert_eq!(trace.layers, plain.layers, "the way there is the same");
            }
        }
        let input = Input::Row(Part::Test, 0);
        let beyond = TraceRequest { input, saliency: Some(Saliency::Class(9)) };
        assert!(engine.trace(&beyond).is_err(), "there is no such class");
    });
}

#[test]
fn values_are_followed_like_a_row_of_them() {
    for_all(|name, case, engine| {
        let values = Input::Values(row_of(&case["x"], 2).into());
        let found = engine.trace(&TraceRequest { input: values, saliency: None }).expect("traced");
        let row = traced(engine, 2, None);
        assert_eq!((found.input, found.layers), (row.input, row.layers), "{name}");
        let few = TraceRequest { input: Input::Values(vec![0.0].into()), saliency: None };
        assert!(engine.trace(&few).is_err());
        let far = TraceRequest { input: Input::Row(Part::Test, 99), saliency: None };
        assert!(engine.trace(&far).is_err());
        let none = TraceRequest { input: Input::Row(Part::Validation, 0), saliency: None };
        assert!(engine.trace(&none).is_err());
    });
}

#[test]
fn scores_are_those_of_every_row() {
    for_all(|name, case, engine| {
        let request = ScoresRequest { part: Part::Train, most: 1000 };
        let scores = engine.scores(&request).expect("there");
        let rows = sizes(&case["x"]["shape"])[0];
        assert_eq!(scores.rows, (0..rows).collect::<Vec<_>>());
        assert_close(name, scores.outputs.data(), &floats(&case["scores"]), TOLERANCE);
        let few = engine.scores(&ScoresRequest { most: 7, ..request }).expect("there");
        assert_eq!(few.rows, [0, 2, 4, 6, 8, 10, 12]);
        assert_close(name, few.outputs.row(3), &row_of(&case["scores"], 6), TOLERANCE);
    });
}

#[test]
fn the_strongest_rows_of_a_channel_come_first() {
    for_all(|name, case, engine| {
        for expected in case["excited"].as_array().expect("a list") {
            let [layer, channel] =
                ["layer", "channel"].map(|key| expected[key].as_u64().expect("a number") as usize);
            let request = ExciteRequest { layer, channel, count: 5 };
            let found = engine.excited(&request).expect("found");
            let rows = expected["rows"].as_array().expect("rows");
            assert_eq!((found.looked_at, found.rows.len()), (14, rows.len()));
            for (found, row) in found.rows.iter().zip(rows) {
                let row = floats(row);
                let place = [row[0] as usize, row[2] as usize, row[3] as usize];
                let what = format!("{name}, layer {layer}, channel {channel}");
                assert_close(&what, &[found.value], &row[1..2], TOLERANCE);
                assert_eq!([found.row, found.at[0], found.at[1]], place, "{what}");
            }
        }
        assert!(engine.excited(&ExciteRequest { layer: 0, channel: 99, count: 1 }).is_err());
        assert!(engine.excited(&ExciteRequest { layer: 99, channel: 0, count: 1 }).is_err());
    });
}

#[test]
fn the_data_after_a_layer_are_seen_along_two_neurons_or_where_they_vary_most() {
    for_all(|name, case, engine| {
        let layers = case["layers"].as_array().expect("layers");
        let inputs = [&case["x"]];
        for (place, values) in inputs.into_iter().chain(layers).enumerate() {
            let width: usize = sizes(&values["shape"])[1..].iter().product();
            let request = HiddenRequest {
                layer: place.checked_sub(1),
                view: HiddenView::Units([width - 1, 0]),
                part: Part::Test,
                most: 100,
                grid: None,
            };
            let what = format!("{name}, after {place} layers");
            let found = engine.hidden(&request).expect("seen");
            assert_eq!((found.width, found.rows.len(), found.explained), (width, 14, None));
            for (row, point) in found.points.iter().enumerate() {
                let values = row_of(values, row);
                assert_close(&what, point, &[values[width - 1], values[0]], TOLERANCE);
            }
            check_principal(&what, engine, &request, &case["hidden"][place]);
        }
    });
}

/// Principal directions, where there is more than one value to compare.
fn check_principal(what: &str, engine: &mut BurnEngine, request: &HiddenRequest, expected: &Value) {
    let request = HiddenRequest { view: HiddenView::Principal, ..request.clone() };
    let found = engine.hidden(&request).expect("seen");
    if expected.is_null() {
        assert_eq!(found.width, 1);
        assert!(found.points.iter().all(|point| point[1] == 0.0), "{what}: on a line");
        return;
    }
    // Directions are found from single values with an error of 1e-7, which the distance of the
    // two largest variances divides.
    let points: Vec<f32> = found.points.iter().flatten().copied().collect();
    assert_close(what, &points, &floats(&expected["points"]), 1e-5);
    let explained = found.explained.expect("of principal directions");
    assert_close(what, &explained, &floats(&expected["explained"]), 1e-5);
}

#[test]
fn neurons_answer_over_the_plane() {
    let case = case("plane");
    let data = data_of(&case);
    let mut engine = engine_of(&case, &data);
    let golden = case["maps"].as_array().expect("maps");
    let window = BoundaryRequest::plane([-1.5, 2.0], [-1.0, 0.5], 6);
    let all = golden.iter().enumerate().map(|(layer, values)| {
        let width = sizes(&values["shape"])[0];
        UnitsOf { layer, units: (0..width).collect() }
    });
    let request = MapRequest { window: window.clone(), layers: all.collect() };
    let maps = engine.maps(&request).expect("drawn");
    for (found, expected) in maps.layers.iter().zip(golden) {
        assert_eq!(found.cols(), 36);
        assert_close("map", found.data(), &floats(expected), TOLERANCE);
    }
    let boundary = engine.boundary(&window).expect("drawn");
    let scores = maps.layers.last().expect("scores");
    for (class, values) in (0..3).map(|class| (class, boundary.outputs.col(class))) {
        assert_eq!(values.collect::<Vec<_>>(), scores.row(class), "scores are the boundary");
    }
    let some = UnitsOf { layer: 2, units: vec![1, 3].into() };
    let request = MapRequest { window: window.clone(), layers: vec![some] };
    let found = engine.maps(&request).expect("drawn").layers.remove(0);
    assert_eq!([found.row(0), found.row(1)], [maps.layers[2].row(1), maps.layers[2].row(3)]);
    for (layer, unit) in [(2, 4), (7, 0)] {
        let none = UnitsOf { layer, units: vec![unit].into() };
        let request = MapRequest { window: window.clone(), layers: vec![none] };
        assert!(engine.maps(&request).is_err(), "there is no neuron {unit} in layer {layer}");
    }
}

#[test]
fn a_grid_is_bent_with_the_data() {
    let case = case("plane");
    let data = data_of(&case);
    let mut engine = engine_of(&case, &data);
    let grid = GridRequest { x: [-1.0, 1.0], y: [0.0, 2.0], lines: 3, points: 4 };
    let mut request = HiddenRequest {
        layer: Some(1),
        view: HiddenView::Units([4, 2]),
        part: Part::Train,
        most: 5,
        grid: Some(grid),
    };
    let found = engine.hidden(&request).expect("seen");
    assert_eq!((found.rows, found.grid.len()), (vec![0, 2, 5, 8, 11], 24));
    for (place, bent) in grid.places().zip(&found.grid) {
        let input = Input::Values(place.to_vec().into());
        let trace = engine.trace(&TraceRequest { input, saliency: None }).expect("traced");
        let values = &trace.layers[1].values;
        assert_close("grid", bent, &[values[4], values[2]], TOLERANCE);
    }
    request.grid = Some(GridRequest { lines: 1 << 10, points: 1 << 10, ..grid });
    assert!(engine.hidden(&request).is_err(), "two million points are too many");
}

#[test]
fn more_than_two_features_are_looked_at_through_slices() {
    let case = case("one logit");
    let data = data_of(&case);
    let mut engine = engine_of(&case, &data);
    let window = BoundaryRequest::plane([-1.5, 2.0], [-1.0, 0.5], 5);
    assert!(engine.boundary(&window).is_err(), "the data are no points in the plane");
    let given: Arc<[f32]> = floats(&case["given"]).into();
    let of = |rest| Slice::Features { pair: [2, 0], rest };
    let slices = [
        of(Rest::Mean),
        of(Rest::Row(Part::Test, 3)),
        of(Rest::Values(Arc::clone(&given))),
        Slice::Principal,
    ];
    for (slice, expected) in slices.into_iter().zip(case["slices"].as_array().expect("slices")) {
        let what = format!("{slice:?}");
        let window = BoundaryRequest { slice: Some(slice), ..window.clone() };
        let boundary = engine.boundary(&window).expect("drawn");
        assert_close(&what, boundary.outputs.data(), &floats(expected), TOLERANCE);
        let units = UnitsOf { layer: 6, units: vec![0, 1].into() };
        let maps = engine.maps(&MapRequest { window, layers: vec![units] }).expect("drawn");
        assert_eq!(maps.plane, boundary.plane);
        let second: Vec<f32> = boundary.outputs.col(1).collect();
        assert_eq!(maps.layers[0].row(1), second);
        let plane = boundary.plane.expect("a slice");
        if let Some(explained) = plane.explained {
            assert_close(&what, &explained, &floats(&case["explained"]), TOLERANCE);
        }
    }
    let wrong = [
        Slice::Features { pair: [1, 1], rest: Rest::Mean },
        Slice::Features { pair: [0, 4], rest: Rest::Mean },
        of(Rest::Row(Part::Test, 99)),
        of(Rest::Values(Arc::from([0.0]))),
    ];
    for slice in wrong {
        let window = BoundaryRequest { slice: Some(slice), ..window.clone() };
        assert!(engine.boundary(&window).is_err(), "{window:?}");
    }
}

#[test]
fn all_trainable_values_are_there_under_their_names() {
    for_all(|name, case, engine| {
        let parameters = engine.parameters().expect("reads");
        assert_eq!(parameters, engine.checkpoint().expect("reads").parameters, "{name}");
        for tensor in &parameters {
            let golden = &case["state"][&tensor.name];
            assert_eq!(tensor.tensor.shape(), sizes(&golden["shape"]), "{name}");
            assert_eq!(tensor.tensor.data(), floats(golden), "{name}");
        }
    });
}

/// Holds what another device sees against the processor, and so against PyTorch: layers follow
/// each other here, and each may differ by what one layer may.
pub fn check_device(compute: &Compute) {
    for case in cases() {
        let (name, data) = (case["name"].as_str().expect("a name"), data_of(&case));
        let mut engines =
            [compute.clone(), Compute::cpu()].map(|compute| engine_on(&case, &data, compute));
        let [found, expected] =
            engines.each_mut().map(|engine| traced(engine, 4, Some(Saliency::Predicted)));
        for (found, expected) in found.layers.iter().zip(&expected.layers) {
            assert_close(name, &found.values, &expected.values, 1e-5);
        }
        let gradients = [found, expected].map(|trace| trace.saliency.expect("was wanted").1);
        assert_close(name, &gradients[0], &gradients[1], 1e-5);
        let request = ExciteRequest { layer: 0, channel: 2, count: 3 };
        let [found, expected] =
            engines.each_mut().map(|engine| engine.excited(&request).expect("found").rows);
        assert_eq!(
            found.iter().map(|row| row.row).collect::<Vec<_>>(),
            expected.iter().map(|row| row.row).collect::<Vec<_>>()
        );
        let request = ScoresRequest { part: Part::Test, most: 9 };
        let [found, expected] =
            engines.each_mut().map(|engine| engine.scores(&request).expect("there").outputs);
        assert_close(name, found.data(), expected.data(), 1e-5);
        let slice = Some(Slice::Principal);
        let window =
            BoundaryRequest { slice, ..BoundaryRequest::plane([-1.0, 1.0], [-1.0, 1.0], 5) };
        let units = UnitsOf { layer: 1, units: vec![0, 2].into() };
        let request = MapRequest { window, layers: vec![units] };
        let [found, expected] =
            engines.each_mut().map(|engine| engine.maps(&request).expect("drawn").layers.remove(0));
        assert_close(name, found.data(), expected.data(), 1e-5);
    }
}

#[test]
fn what_would_not_fit_the_memory_is_refused() {
    let case = case("plane");
    let data = data_of(&case);
    let mut engine = engine_of(&case, &data);
    for side in [1025, usize::MAX] {
        let window = BoundaryRequest::plane([0.0, 1.0], [0.0, 1.0], side);
        assert!(engine.boundary(&window).is_err());
        assert!(engine.maps(&MapRequest { window, layers: Vec::new() }).is_err());
    }
    let units: Arc<[usize]> = vec![0; 17].into();
    let window = BoundaryRequest::plane([0.0, 1.0], [0.0, 1.0], 1000);
    let layers = vec![UnitsOf { layer: 0, units }];
    assert!(engine.maps(&MapRequest { window, layers }).is_err(), "17 million values");
}
