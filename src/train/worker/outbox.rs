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
/// Most measurements that wait while nobody reads: 8 MB.
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
        let keys: [fn(&EvalPoint) -> f64; 6] = [
            |p| p.train.loss,
            |p| p.validation.map_or(0.0, |part| part.loss),
            |p| p.test.loss,
            |p| score(&p.train),
            |p| p.validation.as_ref().map_or(0.0, score),
            |p| score(&p.test),
        ];
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, sync_channel};

    use super::*;
    use crate::base::Step;
    use crate::record::{EndRule, Position};

    fn point(step: u64, loss: f64) -> StepPoint {
        let at = Position { step: Step(step), ..Position::default() };
        StepPoint { at, loss, objective: -loss, rate: 0.1 }
    }

    fn outbox(room: usize) -> (Outbox, Receiver<Event>) {
        let (sender, receiver) = sync_channel(room);
        (Outbox::new(RunId(1), sender, Arc::new(|| {})), receiver)
    }

    fn checkpoint(step: u64) -> Arc<Checkpoint> {
        let at = Position { step: Step(step), ..Position::default() };
        let (parameters, optimizer) = (vec![], vec![]);
        Arc::new(Checkpoint { at, parameters, optimizer, ..Checkpoint::default() })
    }

    /// A word for each event: the steps of a chunk, the step of a checkpoint, or a state.
    fn word(event: &Event) -> String {
        match event {
            Event::Metrics(chunk) => {
                let steps: Vec<_> = chunk.steps.iter().map(|point| point.at.step.0).collect();
                format!("{steps:?}")
            }
            Event::Checkpoint(checkpoint) => format!("checkpoint {}", checkpoint.step()),
            Event::State(state) => state.word().into(),
            other => format!("{other:?}"),
        }
    }

    fn read(receiver: &Receiver<Event>) -> Vec<String> {
        receiver.try_iter().map(|event| word(&event)).collect()
    }

    #[test]
    fn points_come_before_what_was_told_after_them() {
        let (mut outbox, receiver) = outbox(8);
        outbox.stage_step(point(1, 0.5));
        outbox.post(Event::State(RunState::Running));
        outbox.stage_step(point(2, 0.5));
        outbox.stage_step(point(3, 0.5));
        outbox.flush();
        assert_eq!(read(&receiver), ["[1]", "running", "[2, 3]"]);
        assert!(outbox.is_empty());
    }

    #[test]
    fn a_full_channel_merges_points_and_replaces_checkpoints() {
        let (mut outbox, receiver) = outbox(1);
        outbox.post(Event::State(RunState::Starting));
        for step in 1..=3 {
            outbox.stage_step(point(step, 0.5));
            outbox.flush();
        }
        outbox.post(Event::Checkpoint(checkpoint(3)));
        outbox.stage_step(point(4, 0.5));
        outbox.post(Event::Checkpoint(checkpoint(4)));
        outbox.post(Event::State(RunState::Running));
        let mut words = Vec::new();
        while !outbox.is_empty() || words.is_empty() {
            words.extend(read(&receiver));
            outbox.flush();
        }
        words.extend(read(&receiver));
        assert_eq!(words, ["starting", "[1, 2, 3, 4]", "checkpoint 4", "running"]);
    }

    #[test]
    fn a_kept_checkpoint_is_sent_when_the_run_breaks_and_only_then() {
        let failed = || EndReason::Failed("broken".into());
        for (reason, sent_before, expected) in [
            (failed(), false, vec!["checkpoint 7", "failed"]),
            (failed(), true, vec!["checkpoint 9", "failed"]),
            (EndReason::Completed(EndRule::Steps(9).into()), false, vec!["finished"]),
        ] {
            let (mut outbox, receiver) = outbox(8);
            outbox.keep(checkpoint(7));
            if sent_before {
                outbox.post(Event::Checkpoint(checkpoint(9)));
            }
            outbox.finish(reason);
            assert_eq!(read(&receiver), expected);
        }
    }

    #[test]
    fn nobody_left_to_read_holds_up_nothing() {
        let (mut outbox, receiver) = outbox(0);
        outbox.stage_step(point(1, 0.5));
        drop(receiver);
        outbox.flush();
        assert!(outbox.is_empty());
        outbox.finish(EndReason::Stopped);
    }

    #[test]
    fn very_many_points_are_thinned_but_extremes_survive() {
        let (mut outbox, receiver) = outbox(1);
        let count = 3 * MAX_STEPS as u64;
        for step in 1..=count {
            let loss = match step {
                1000 => f64::NAN,
                2000 => 9.0,
                300_000 => -9.0,
                _ => (step % 7) as f64,
            };
            outbox.stage_step(point(step, loss));
        }
        outbox.flush();
        let Ok(Event::Metrics(chunk)) = receiver.try_recv() else { panic!("no points") };
        let steps: Vec<u64> = chunk.steps.iter().map(|point| point.at.step.0).collect();
        assert!(steps.len() <= MAX_STEPS);
        assert!(steps.is_sorted_by(|a, b| a < b));
        assert_eq!((steps.first(), steps.last()), (Some(&1), Some(&count)));
        assert!([1000, 2000, 300_000].iter().all(|step| steps.contains(step)));
    }

    #[test]
    fn very_many_measurements_are_thinned_but_the_best_survives() {
        let (mut outbox, receiver) = outbox(1);
        for step in 0..=MAX_EVALS as u64 {
            let at = Position { step: Step(step), ..Position::default() };
            let part = |best| {
                let accuracy = Some(if step == best { 1.0 } else { 0.5 });
                PartMetrics { accuracy, ..PartMetrics::default() }
            };
            let (validation, test) = (Some(part(7000)), part(5000));
            outbox.stage_eval(EvalPoint { at, validation, test, ..EvalPoint::default() });
        }
        outbox.flush();
        let Ok(Event::Metrics(chunk)) = receiver.try_recv() else { panic!("no points") };
        assert!(chunk.evals.len() < MAX_EVALS / 2);
        for best in [5000, 7000] {
            assert!(chunk.evals.iter().any(|point| point.at.step == Step(best)));
        }
    }
}
