use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::base::RunId;
use crate::data::{Dataset, Targets};
use crate::record::{
    BoundaryRequest, Cause, Checkpoint, EndReason, EvalPoint, Finding, FitRequest, PauseReason,
    ProbeFrame, ProbeRequest, RunHistory, RunState,
};
use crate::spec::{DeviceChoice, ValidRun};

use super::handle::{RunHandle, spawn};
use super::protocol::{Control, Event, Mode, RunRequest};

/// Cells along each side of the picture of a trial.
pub const PICTURE_SIDE: usize = 32;
/// Places of the fitted curve of a trial.
const CURVE_POINTS: usize = 96;
/// Longest time between two looks at whether a trial shall be given up.
const LOOK: Duration = Duration::from_millis(20);
/// How long a thread may take to end once it has said that it does, or was told to.
const PATIENCE: Duration = Duration::from_secs(10);

/// A run that is trained to its end without anybody watching.
#[derive(Clone, Debug)]
pub struct TrialRequest {
    /// Its name.
    pub run: RunId,
    /// What to train. Its stop rule ends it.
    pub spec: Arc<ValidRun>,
    /// What to train it on.
    pub data: Arc<Dataset>,
    /// Seed of weights and batch order.
    pub seed: u64,
}

/// How a trial ended.
#[derive(Clone, Debug, PartialEq)]
pub enum TrialEnd {
    /// A stop rule was met, and which.
    Completed(Cause),
    /// Loss or weights were no longer finite.
    Diverged(Finding),
    /// It broke; the sentence says how.
    Failed(String),
    /// It was given up.
    Cancelled,
}

/// What a trial leaves.
#[derive(Clone, Debug)]
pub struct TrialRecord {
    /// How it ended.
    pub end: TrialEnd,
    /// Its curves.
    pub history: RunHistory,
    /// A measurement of all rows of all parts, at the end.
    pub measured: Option<EvalPoint>,
    /// The network at the end.
    pub checkpoint: Option<Arc<Checkpoint>>,
    /// Its picture at the end: the boundary of planar data, the fitted curve of a single feature.
    pub frame: Option<Arc<ProbeFrame>>,
}

/// Trains a run to its end on the processor and waits for it. It goes through the same door as a
/// run in a window, so it takes the same course to the last bit. `progress` sees the curves every
/// now and then; `cancel` ends it at once.
pub fn run_trial(
    request: &TrialRequest,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(&RunHistory),
) -> TrialRecord {
    let mut record = TrialRecord {
        end: TrialEnd::Cancelled,
        history: RunHistory::default(),
        measured: None,
        checkpoint: None,
        frame: None,
    };
    let handle = match spawn(run_request(request)) {
        Ok(handle) => handle,
        Err(why) => {
            record.end = TrialEnd::Failed(format!("No thread could be started for it: {why}"));
            return record;
        }
    };
    record.end = follow(&handle, cancel, &mut record, progress);
    record.frame = handle.take_frame();
    // Whether it ended in time changes nothing: all that it had to say was heard.
    let _ = handle.join(PATIENCE);
    record
}

fn run_request(request: &TrialRequest) -> RunRequest {
    RunRequest {
        run: request.run,
        spec: Arc::clone(&request.spec),
        data: Arc::clone(&request.data),
        seed: request.seed,
        device: DeviceChoice::Cpu,
        control: Control {
            revision: 0,
            mode: Mode::Play,
            train: request.spec.spec().train.clone(),
            probes: picture(&request.data),
            steps_per_second: None,
        },
        resume: None,
        lockstep: None,
        waker: Arc::new(|| {}),
    }
}

/// Takes in what a run tells until its end. Its picture is left where it is: as long as nobody
/// takes it, the run computes no other before the end.
fn follow(
    handle: &RunHandle,
    cancel: &AtomicBool,
    record: &mut TrialRecord,
    progress: &mut dyn FnMut(&RunHistory),
) -> TrialEnd {
    loop {
        if cancel.load(Ordering::Relaxed) {
            return TrialEnd::Cancelled;
        }
        let is_over = handle.is_finished();
        match handle.wait_event(LOOK) {
            Some(event) => {
                if let Some(end) = take(record, event) {
                    return end;
                }
                progress(&record.history);
            }
            None if is_over => return TrialEnd::Failed("The run ended without a word.".into()),
            None => {}
        }
    }
}

fn take(record: &mut TrialRecord, event: Event) -> Option<TrialEnd> {
    match event {
        Event::Metrics(chunk) => record.history.append(&chunk),
        Event::Evaluated(measured) => record.measured = Some(measured),
        Event::Checkpoint(checkpoint) => record.checkpoint = Some(checkpoint),
        Event::State(state) => return end_of(state),
        Event::Device(_) | Event::Altered(_) => {}
    }
    None
}

fn end_of(state: RunState) -> Option<TrialEnd> {
    match state {
        RunState::Starting | RunState::Preparing | RunState::Running => None,
        RunState::Paused(PauseReason::User) => None,
        RunState::Paused(PauseReason::Diverged(finding)) => Some(TrialEnd::Diverged(finding)),
        RunState::Ended(EndReason::Completed(cause)) => Some(TrialEnd::Completed(cause)),
        RunState::Ended(EndReason::Stopped) => Some(TrialEnd::Cancelled),
        RunState::Ended(EndReason::Failed(why) | EndReason::DeviceLost(why)) => {
            Some(TrialEnd::Failed(why))
        }
    }
}

/// The picture that can be drawn of such data, if any: over all points and a tenth more on each
/// side.
fn picture(data: &Dataset) -> ProbeRequest {
    let column = |column: usize| {
        let tables = data.parts().filter_map(|(_, part)| part.features.table());
        edges(tables.flat_map(|table| table.col(column)))
    };
    let mut wanted = ProbeRequest::default();
    if data.is_planar() {
        wanted.boundary = Some(BoundaryRequest::plane(column(0), column(1), PICTURE_SIDE));
    }
    if data.is_curve() && matches!(data.train.targets, Targets::Numbers(_)) {
        wanted.fit = Some(FitRequest { x: column(0), points: CURVE_POINTS });
    }
    wanted
}

fn edges(values: impl Iterator<Item = f32>) -> [f32; 2] {
    let ends = values.fold([f32::INFINITY, f32::NEG_INFINITY], |[low, high], value| {
        [low.min(value), high.max(value)]
    });
    let margin = 0.1 * (ends[1] - ends[0]);
    match margin.is_finite() && margin > 0.0 {
        true => [ends[0] - margin, ends[1] + margin],
        false => [-1.0, 1.0],
    }
}
