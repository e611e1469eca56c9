//! States for tests, made without threads: what a worker or a job would have told is told by hand.

use std::sync::Arc;

use crate::base::{Matrix, RunId, Step};
use crate::data::{DataError, DataHash, Dataset, Labelled, TablePreview, Targets};
use crate::record::{
    EvalPoint, Mark, MetricChunk, PauseReason, Position, ProbeFrame, RateSweep, RunState, StepPoint,
};
use crate::spec::{ExperimentSpec, SampleShape, Task, preset};
use crate::train::Event;

use super::action::Action;
use super::effect::{Effect, Loaded, Outcome};
use super::state::{Job, JobId, JobKind, State};

/// Three points of three classes in the plane, the same in both parts.
pub(crate) fn dataset() -> Arc<Dataset> {
    let features = Matrix::new(3, 2, vec![0.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
    let part = Labelled::new(features.expect("fits"), Targets::Classes(vec![0, 1, 2]));
    let task = Task::Classification { classes: 3 };
    Arc::new(Dataset {
        feature_names: vec!["x₁".into(), "x₂".into()],
        class_names: vec!["a".into(), "b".into(), "c".into()],
        ..Dataset::new("three points", SampleShape(vec![2]), task, part.clone(), part)
    })
}

/// An experiment whose data is still being read.
pub(crate) fn loading(name: &str) -> State {
    let mut state = State::new(preset(name).expect("built in"));
    state.reduce(Action::ReloadData);
    state
}

/// An experiment with `data`; its runs wait at step 0.
pub(crate) fn with_data(name: &str, data: Arc<Dataset>) -> State {
    let mut state = loading(name);
    give(&mut state, Ok(data));
    state
}

/// An experiment of one's own with `data`; its runs wait at step 0.
pub(crate) fn of(spec: ExperimentSpec, data: Arc<Dataset>) -> State {
    let mut state = State::new(spec);
    state.reduce(Action::ReloadData);
    give(&mut state, Ok(data));
    state
}

/// An experiment with the three points; its runs wait at step 0.
pub(crate) fn ready(name: &str) -> State {
    with_data(name, dataset())
}

/// An experiment whose data could not be read.
pub(crate) fn failed(name: &str, why: &str) -> State {
    let mut state = loading(name);
    give(&mut state, Err(DataError::Invalid(why.into())));
    state
}

/// The first rows of the draft's table are known.
pub(crate) fn with_preview(mut state: State, preview: TablePreview) -> State {
    state.preview = Some(Arc::new(preview));
    state
}

/// The hash of the data is known, and perhaps what it was when the experiment was saved.
pub(crate) fn with_hash(mut state: State, now: u128, expected: Option<u128>) -> State {
    state.hash = Some(DataHash(now));
    state.expected = expected.map(DataHash);
    state
}

/// What reading the data came to. Data that needs a file has no job before one is named.
pub(crate) fn give(state: &mut State, result: Result<Arc<Dataset>, DataError>) {
    let job = state.data_job.unwrap_or_else(|| {
        let id = JobId(state.fresh_id());
        state.jobs.push(Job { id, kind: JobKind::Load, title: "Reading".into(), progress: None });
        id
    });
    state.data_job = Some(job);
    state.take_outcome(job, Outcome::Loaded(result.map(loaded)));
}

/// Data as a job gives them, with their hash.
pub(super) fn loaded(data: Arc<Dataset>) -> Loaded {
    let hash = DataHash::of(&data).ok();
    Loaded { data, hash }
}

/// Does what a user would do, without any thread: what follows is left undone, but for reading
/// data, which gives the three points.
pub(crate) fn act(state: &mut State, action: Action) {
    for effect in state.reduce(action) {
        if let Effect::Load(job, _) = effect {
            state.take_outcome(job, Outcome::Loaded(Ok(loaded(dataset()))));
        }
    }
}

/// The run at a place was started on other data than the draft has.
pub(crate) fn started_on(state: &mut State, index: usize, data: Arc<Dataset>) {
    state.slot_mut(index).expect("a run").data = Some(data);
}

/// A search for a learning rate of the run at a place has found this.
pub(crate) fn found_rates(state: &mut State, index: usize, found: RateSweep) {
    let subject = state.rate_subject(index);
    if let Some(slot) = state.slot_mut(index) {
        slot.rates = Some(Arc::new(found));
        slot.rate_of = subject;
    }
}

/// The run at a place has this past, and stands at its end.
pub(crate) fn remember(state: &mut State, index: usize, marks: Vec<Mark>) {
    let Some(run) = state.slot_mut(index).and_then(|slot| slot.run.as_mut()) else { return };
    run.checkpoint = marks.last().map(|mark| Arc::clone(&mark.checkpoint));
    marks.into_iter().for_each(|mark| run.timeline.push(mark));
    run.state = RunState::Paused(PauseReason::User);
}

/// Name of the run at a place.
pub(crate) fn id(state: &State, index: usize) -> RunId {
    state.run(index).expect("has a run").id
}

/// The run at a place tells something.
pub(crate) fn tell(state: &mut State, index: usize, event: Event) {
    let run = id(state, index);
    state.take_event(run, event);
}

/// The run at a place shows a picture; its name is filled in.
pub(crate) fn show(state: &mut State, index: usize, frame: ProbeFrame) {
    let run = id(state, index);
    state.take_frame(run, Arc::new(ProbeFrame { run, ..frame }));
}

/// A place on the curves: one step takes one second and is one epoch.
pub(crate) fn at(step: u64) -> Position {
    Position { step: Step(step), epoch: step as f64, samples: step * 3, seconds: step as f64 }
}

/// The run at a place trains up to `step` in one go.
pub(crate) fn train(state: &mut State, index: usize, step: u64) {
    measure(state, index, &[(step, 1.0)], None);
}

/// The run at a place reports losses by step, and a measurement of all parts.
pub(crate) fn measure(
    state: &mut State,
    index: usize,
    losses: &[(u64, f64)],
    eval: Option<EvalPoint>,
) {
    tell(state, index, Event::State(RunState::Running));
    let mut chunk = MetricChunk::new(id(state, index));
    let point = |&(step, loss)| StepPoint { at: at(step), loss, objective: loss + 0.5, rate: 0.1 };
    chunk.steps.extend(losses.iter().map(point));
    chunk.evals.extend(eval);
    tell(state, index, Event::Metrics(chunk));
}

/// The run at a place does something else now.
pub(crate) fn enter(state: &mut State, index: usize, now: RunState) {
    tell(state, index, Event::State(now));
}

/// The run at a place reports points of its curves.
pub(crate) fn report(state: &mut State, index: usize, chunk: MetricChunk) {
    tell(state, index, Event::Metrics(chunk));
}
