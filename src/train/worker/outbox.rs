use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError};

use crate::base::RunId;
use crate::record::{
    Checkpoint, EndReason, EvalPoint, MetricChunk, PartMetrics, RunState, StepPoint,
};
use crate::train::protocol::{Event, Waker};

/// Most points that wait while nobody reads: 12 MB of losses, 60 times what a history draws.
const MAX_STEPS: usize = 1 << 18;
/// Most measurements that wait while nobody reads.
const MAX_EVALS: usize = 1 << 15;
/// Neighbouring points that are thinned together.
const BUCKET: usize = 32;

/// What a worker has to tell and could not send yet. Training never waits for a reader: while
/// the channel is full, points gather in one growing chunk, and lifecycle events queue up in
/// order, each behind the points that came before it.
///
/// Memory is bounded: of very many points only the first, last and extreme ones of each bucket
/// are kept, as the history does itself, and a checkpoint replaces one that still waits.
pub(super) struct Outbox {
    run: RunId,
    sender: SyncSender<Event>,
    waker: Waker,
    waiting: VecDeque<Event>,
    staged: MetricChunk,
    kept: Option<Arc<Checkpoint>>,
}

impl Outbox {
    pub(super) fn new(run: RunId, sender: SyncSender<Event>, waker: Waker) -> Self {
        let staged = MetricChunk::new(run);
        Self { run, sender, waker, waiting: VecDeque::new(), staged, kept: None }
    }

    /// Whether everything was sent.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.staged.is_empty()
    }

    /// Tells the reader that there is news elsewhere.
    pub(super) fn wake(&self) {
        (self.waker)();
    }

    /// Adds the losses of one update to the next chunk.
    pub(super) fn stage_step(&mut self, point: StepPoint) {
        self.staged.steps.push(point);
        thin_steps(&mut self.staged.steps);
    }

    /// Adds a measurement to the next chunk.
    pub(super) fn stage_eval(&mut self, point: EvalPoint) {
        self.staged.evals.push(point);
        thin_evals(&mut self.staged.evals);
    }

    /// Sends a lifecycle event as soon as there is room, after everything before it.
    pub(super) fn post(&mut self, event: Event) {
        if let Event::Checkpoint(_) = event {
            self.kept = None;
            self.forget_older_checkpoint();
        }
        self.seal();
        self.waiting.push_back(event);
        self.flush();
    }

    /// Remembers a checkpoint that is sent only if the run breaks before a newer one was.
    pub(super) fn keep(&mut self, checkpoint: Arc<Checkpoint>) {
        self.kept = Some(checkpoint);
    }

    /// Sends what there is room for.
    pub(super) fn flush(&mut self) {
        let mut sent = false;
        while let Some(event) = self.next() {
            match self.sender.try_send(event) {
                Ok(()) => sent = true,
                Err(TrySendError::Full(event)) => {
                    self.waiting.push_front(event);
                    break;
                }
                Err(TrySendError::Disconnected(_)) => self.waiting.clear(),
            }
        }
        if sent {
            self.wake();
        }
    }

    /// Sends everything that is left and the end of the run, waiting for room. Gives up when
    /// nobody will ever read.
    pub(super) fn finish(mut self, reason: EndReason) {
        if matches!(reason, EndReason::Failed(_) | EndReason::DeviceLost(_))
            && let Some(checkpoint) = self.kept.take()
        {
            self.post(Event::Checkpoint(checkpoint));
        }
        self.post(Event::State(RunState::Ended(reason)));
        for event in std::mem::take(&mut self.waiting) {
            if self.sender.send(event).is_err() {
                return;
            }
            self.wake();
        }
    }

    fn next(&mut self) -> Option<Event> {
        if self.waiting.is_empty() {
            self.seal();
        }
        self.waiting.pop_front()
    }

    /// Closes the staged chunk, so that what is posted next comes after it. It joins a chunk that
    /// waits last in the queue.
    fn seal(&mut self) {
        if self.staged.is_empty() {
            return;
        }
        let staged = std::mem::replace(&mut self.staged, MetricChunk::new(self.run));
        match self.waiting.back_mut() {
            Some(Event::Metrics(last)) => merge(last, staged),
            _ => self.waiting.push_back(Event::Metrics(staged)),
        }
    }

    fn forget_older_checkpoint(&mut self) {
        self.waiting.retain(|event| !matches!(event, Event::Checkpoint(_)));
        let events = std::mem::take(&mut self.waiting);
        for event in events {
            match (self.waiting.back_mut(), event) {
                (Some(Event::Metrics(last)), Event::Metrics(next)) => merge(last, next),
                (_, event) => self.waiting.push_back(event),
            }
        }
    }
}

fn merge(chunk: &mut MetricChunk, later: MetricChunk) {
    chunk.steps.extend(later.steps);
    chunk.evals.extend(later.evals);
    thin_steps(&mut chunk.steps);
    thin_evals(&mut chunk.evals);
}

fn thin_steps(points: &mut Vec<StepPoint>) {
    if points.len() > MAX_STEPS {
        thin(points, &[|point| point.loss, |point| point.objective]);
    }
}

fn thin_evals(points: &mut Vec<EvalPoint>) {
    fn score(part: &PartMetrics) -> f64 {
        part.accuracy.or(part.r2).unwrap_or_default()
    }
    if points.len() > MAX_EVALS {
        let keys: [fn(&EvalPoint) -> f64; 4] =
            [|p| p.train.loss, |p| p.test.loss, |p| score(&p.train), |p| score(&p.test)];
        thin(points, &keys);
    }
}

/// Keeps of each bucket the first and last point, the smallest and largest by each key, and
/// whatever is no number, so that nothing that can be seen on a curve is lost.
fn thin<T: Copy>(points: &mut Vec<T>, keys: &[fn(&T) -> f64]) {
    let mut kept = Vec::with_capacity(points.len() / 2);
    for bucket in points.chunks(BUCKET) {
        let mut keep = [false; BUCKET];
        keep[0] = true;
        keep[bucket.len() - 1] = true;
        for key in keys {
            let values = || bucket.iter().map(key).enumerate();
            values().filter(|(_, v)| !v.is_finite()).for_each(|(index, _)| keep[index] = true);
            let least = values().min_by(|a, b| a.1.total_cmp(&b.1));
            let most = values().max_by(|a, b| a.1.total_cmp(&b.1));
            least.iter().chain(&most).for_each(|(index, _)| keep[*index] = true);
        }
        kept.extend(bucket.iter().zip(keep).filter_map(|(point, keep)| keep.then_some(*point)));
    }
    *points = kept;
}
