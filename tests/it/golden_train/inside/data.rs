//! Data of every kind, looked at from inside: read when needed, asked for again and again, computed
//! from others.

use std::sync::atomic::{AtomicUsize, Ordering};

use descent::data::{DataError, Features, RowSource, Streamed};
use descent::spec::{Derived, Scaling};

use super::*;

/// Rows of a table that are read one by one, and how many were.
#[derive(Debug)]
struct Counted {
    table: Matrix,
    read: Arc<AtomicUsize>,
}

impl RowSource for Counted {
    fn rows(&self) -> usize {
        self.table.rows()
    }

    fn cols(&self) -> usize {
        self.table.cols()
    }

    fn fill(&self, row: usize, out: &mut [f32]) -> Result<(), DataError> {
        self.read.fetch_add(1, Ordering::SeqCst);
        out.copy_from_slice(self.table.row(row));
        Ok(())
    }
}

/// The same data, whose rows are read when they are needed.
fn streamed(data: &Dataset) -> (Arc<Dataset>, Arc<AtomicUsize>) {
    let read = Arc::new(AtomicUsize::new(0));
    let mut data = data.clone();
    for part in data.parts_mut() {
        let table = part.features.table().expect("in memory").clone();
        let rows: Vec<usize> = (0..table.rows()).collect();
        let source = Counted { table, read: Arc::clone(&read) };
        part.features = Features::Streamed(Streamed::new(Arc::new(source), rows));
    }
    (Arc::new(data), read)
}

#[test]
fn rows_that_are_read_when_needed_look_like_rows_in_memory() {
    let case = case("one logit");
    let table = data_of(&case);
    let (data, _) = streamed(&table);
    let [mut near, mut far] = [&table, &data].map(|data| engine_of(&case, data));
    let window = BoundaryRequest {
        slice: Some(Slice::Principal),
        ..BoundaryRequest::plane([-1.0, 1.0], [-1.0, 1.0], 4)
    };
    let mean = Slice::Features { pair: [0, 1], rest: Rest::Mean };
    let means = BoundaryRequest { slice: Some(mean), ..window.clone() };
    let hidden = HiddenRequest {
        layer: Some(3),
        view: HiddenView::Principal,
        part: Part::Train,
        most: 9,
        grid: None,
    };
    let excite = ExciteRequest { layer: 1, channel: 2, count: 4 };
    let scores = ScoresRequest { part: Part::Test, most: 8 };
    assert_eq!(far.boundary(&window), near.boundary(&window));
    assert_eq!(far.boundary(&means), near.boundary(&means));
    assert_eq!(far.hidden(&hidden), near.hidden(&hidden));
    assert_eq!(far.excited(&excite), near.excited(&excite));
    assert_eq!(far.scores(&scores), near.scores(&scores));
    assert_eq!(traced(&mut far, 5, None), traced(&mut near, 5, None));
}

#[test]
fn what_several_panels_ask_of_a_part_is_computed_once_and_forgotten_with_the_next_change() {
    let case = case("image");
    let (data, read) = streamed(&data_of(&case));
    let mut engine = engine_of(&case, &data);
    let hot = HotParams::rate(0.0);
    let all = ScoresRequest { part: Part::Test, most: 100 };
    let look = |engine: &mut BurnEngine| {
        let scores = engine.scores(&all).expect("there");
        let some = engine.scores(&ScoresRequest { most: 3, ..all }).expect("there");
        assert_eq!(some.outputs.row(1), scores.outputs.row(some.rows[1]));
        let evaluation = engine.evaluate(&hot, false).expect("measures");
        let confusion = engine.confusion(Part::Test).expect("counts");
        (scores, evaluation, confusion, engine.predictions(20).expect("predicts"))
    };
    let first = look(&mut engine);
    assert_eq!(read.load(Ordering::SeqCst), 28, "each part is read once");
    assert_eq!(look(&mut engine), first);
    assert_eq!(read.load(Ordering::SeqCst), 28);
    // At rate 0 an update moves running statistics alone.
    engine.step(Batch::Rows(&[0, 1, 2, 3]), 0, &hot).expect("steps");
    let moved = look(&mut engine);
    assert_ne!(moved.0, first.0, "the network is another now");
    let mut fresh = engine_of(&case, &data);
    fresh.restore(&engine.checkpoint().expect("reads")).expect("fits");
    assert_eq!(look(&mut fresh), moved);
    assert_ne!(look(&mut engine_of(&case, &data)), moved);
}

#[test]
fn inputs_that_are_computed_from_others_follow_from_the_values_that_are_given() {
    let rules = [Derived::Power { feature: 0, exponent: 2 }, Derived::Product { a: 0, b: 1 }];
    let case = case("plane");
    let mut data = (*data_of(&case)).clone();
    descent::data::derive(&mut data, &rules).expect("fits");
    descent::data::scale(&mut data, Scaling::Standardise);
    let data = Arc::new(data);
    let run = run(hidden(4, Activation::Tanh), train(Loss::CROSS_ENTROPY, Optimizer::SGD), &data);
    let mut engine = engine(&run, &data);
    let row = traced(&mut engine, 3, Some(Saliency::Predicted));
    assert_eq!(row.input.len(), 4);
    let input = Input::Values(row.input[..2].into());
    let request = TraceRequest { input, saliency: Some(Saliency::Predicted) };
    let lifted = engine.trace(&request).expect("followed");
    assert_close("inputs", &lifted.input, &row.input, 1e-5);
    assert_close("scores", &lifted.outputs, &row.outputs, 1e-5);
    assert_eq!(lifted.saliency.map(|(_, gradient)| gradient.len()), Some(4));
    // One cell, whose centre is the sample.
    let [x, y] = [row.input[0], row.input[1]];
    let mut window = BoundaryRequest::plane([x - 1.0, x + 1.0], [y - 1.0, y + 1.0], 1);
    let units = UnitsOf { layer: 1, units: (0..4).collect() };
    for slice in [None, Some(Slice::Features { pair: [0, 1], rest: Rest::Mean })] {
        window.slice = slice;
        let request = MapRequest { window: window.clone(), layers: vec![units.clone()] };
        let maps = engine.maps(&request).expect("drawn");
        assert_close("map", maps.layers[0].data(), &row.layers[1].values, 1e-5);
    }
    let beyond = Slice::Features { pair: [0, 2], rest: Rest::Mean };
    window.slice = Some(beyond);
    assert!(engine.boundary(&window).is_err(), "what is computed cannot be chosen");
}
