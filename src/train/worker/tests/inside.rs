use super::super::fake::Inside;
use super::*;
use crate::record::{
    BoundaryRequest, ExciteRequest, HiddenRequest, HiddenView, Input, Inspect, MapRequest, Part,
    ProbeFrame, Saliency, ScoresRequest, TraceRequest, UnitsOf,
};

fn window() -> BoundaryRequest {
    BoundaryRequest::plane([0.0, 1.0], [0.0, 1.0], 2)
}

fn trace(row: usize, saliency: Option<Saliency>) -> TraceRequest {
    TraceRequest { input: Input::Row(Part::Test, row), saliency }
}

/// One look of each kind.
fn everything() -> Inspect {
    let units = UnitsOf { layer: 0, units: vec![0, 1].into() };
    Inspect {
        parameters: true,
        maps: vec![MapRequest { window: window(), layers: vec![units] }],
        traces: vec![trace(0, Some(Saliency::Predicted))],
        hidden: Some(HiddenRequest {
            layer: Some(0),
            view: HiddenView::Principal,
            part: Part::Test,
            most: 10,
            grid: None,
        }),
        excited: Some(ExciteRequest { layer: 0, channel: 0, count: 3 }),
        scores: vec![ScoresRequest { part: Part::Test, most: 10 }],
    }
}

fn watching(mode: Mode, inside: Inspect) -> RunRequest {
    let mut request = request(mode, StopRule::Steps(20));
    request.control.probes =
        ProbeRequest { inside, boundary: Some(window()), ..ProbeRequest::default() };
    request
}

/// The picture of the start, and how often the engine looked inside for it.
fn at_the_start(inside: Inspect, plan: Plan) -> (Arc<ProbeFrame>, u64) {
    let bench = Bench::start(watching(Mode::Pause, inside), plan);
    let mut found = None;
    eventually(|| {
        found = bench.handle.take_frame();
        found.is_some()
    });
    (found.expect("a picture"), bench.counts.looks())
}

#[test]
fn whatever_is_asked_for_is_answered_with_its_request() {
    let (frame, looks) = at_the_start(everything(), Plan::default());
    let (wanted, found) = (everything(), &frame.inside);
    assert_eq!(looks, 6);
    assert_eq!(found.parameter("0.weight").map(|found| found.tensor.data().len()), Some(1));
    let maps = found.maps.iter().find(|maps| maps.request == wanted.maps[0]);
    assert_eq!(maps.map(|maps| maps.layers[0].rows()), Some(2));
    assert!(found.trace_of(&wanted.traces[0].input).is_some_and(|found| found.saliency.is_some()));
    assert_eq!(found.hidden.as_ref().map(|found| &found.request), wanted.hidden.as_ref());
    assert_eq!(found.excited.as_ref().map(|found| found.request), wanted.excited);
    assert!(found.scores_of(Part::Test).is_some() && found.scores_of(Part::Train).is_none());
}

#[test]
fn what_nobody_asks_for_is_absent() {
    let (frame, looks) = at_the_start(Inspect::default(), Plan::default());
    assert_eq!((looks, &frame.inside), (0, &Default::default()));
}

#[test]
fn what_two_panels_want_alike_is_computed_once() {
    let mut wanted = Inspect { maps: everything().maps, ..Inspect::default() };
    wanted.maps.extend(everything().maps);
    wanted.traces = vec![trace(0, None), trace(1, None), trace(0, Some(Saliency::Class(2)))];
    let (frame, looks) = at_the_start(wanted, Plan::default());
    assert_eq!((looks, frame.inside.maps.len(), frame.inside.traces.len()), (3, 1, 2));
    let first = frame.inside.trace_of(&Input::Row(Part::Test, 0)).expect("was followed");
    assert!(first.saliency.is_some(), "the one that says more answers both");
}

#[test]
fn what_cannot_be_seen_is_absent_and_ends_nothing() {
    let plan = Plan { inside: Inside::Fails, ..Plan::default() };
    let (bench, reason) = life(watching(Mode::Play, everything()), plan);
    assert!(reason.is_completed());
    let frame = bench.handle.take_frame().expect("a picture");
    assert_eq!(frame.inside, Default::default());
    assert!(frame.boundary.is_some(), "the rest is there");
}

#[test]
fn a_device_that_is_lost_in_a_look_inside_ends_the_run() {
    let plan = Plan { inside: Inside::Lost, ..Plan::default() };
    let (bench, reason) = life(watching(Mode::Play, everything()), plan);
    assert_eq!(reason, EndReason::DeviceLost("unplugged".into()));
    assert_eq!(bench.counts.drops(), 1);
}

#[test]
fn a_panic_in_a_look_inside_ends_the_run_and_says_why() {
    let plan = Plan { inside: Inside::Panics, ..Plan::default() };
    let (bench, reason) = life(watching(Mode::Play, everything()), plan);
    assert!(matches!(&reason, EndReason::Failed(why) if why.contains("no look inside today")));
    assert_eq!(bench.counts.drops(), 1);
}

#[test]
fn looking_inside_does_not_change_the_course() {
    let (blind, _) = life(playing(StopRule::Steps(20)), Plan::default());
    let (seeing, _) = life(watching(Mode::Play, everything()), Plan::default());
    assert!(seeing.counts.looks() > 0);
    assert!(seeing.history().same_course(&blind.history()));
    assert_eq!(seeing.checkpoint().parameters, blind.checkpoint().parameters);
}
