use std::sync::Arc;
use std::time::Instant;

use crate::base::Step;
use crate::record::{
    Checkpoint, EvalPoint, Insight, Inspect, ProbeFrame, ProbeRequest, TraceRequest,
};
use crate::train::engine::{Engine, EngineError};
use crate::train::protocol::Event;

use super::diagnosis::Symptom;
use super::{Activity, Halt, Worker, checkpoint_of};

/// Up to so many rows a picture brings a measurement of its own while training.
const CHEAP_ROWS: usize = 2000;

/// What is to be seen of a run: points, checkpoints and pictures.
impl<E: Engine> Worker<'_, E> {
    /// Hands out what is due: points, the regular checkpoint, the next picture.
    pub(super) fn publish(&mut self) -> Result<(), Halt> {
        let now = Instant::now();
        let waiting = self.activity == Activity::Waiting;
        if waiting || self.pacer.flush.is_due(now) {
            self.settle()?;
            self.desk.outbox.flush();
            self.pacer.flush.done(now);
        }
        if !waiting && self.pacer.checkpoint.is_due(now) {
            let checkpoint = self.checkpoint()?;
            self.send_unless_sent(checkpoint);
        }
        // While waiting, a newer picture replaces one that was not taken: no later moment would
        // come to compute it.
        let free = || self.pacer.probe.is_due(now) && self.desk.slots.probes.is_free();
        if self.wants_picture() && (waiting || free()) {
            self.picture()?;
        }
        Ok(())
    }

    /// The state of this moment on the host.
    pub(super) fn checkpoint(&mut self) -> Result<Arc<Checkpoint>, Halt> {
        self.settle()?;
        if let Some(latest) = &self.latest {
            return Ok(Arc::clone(latest));
        }
        let state = self.engine.checkpoint()?;
        let checkpoint = Arc::new(Checkpoint {
            at: self.position(),
            epoch: self.sampler.epoch(),
            cursor: self.sampler.cursor(),
            watch: self.watch,
            best: self.best.clone().filter(|_| self.keeps_best()),
            ..checkpoint_of(state)
        });
        if !checkpoint.is_finite() {
            return Err(Halt::Diverged(Symptom::Weights(self.step)));
        }
        self.latest = Some(Arc::clone(&checkpoint));
        Ok(checkpoint)
    }

    pub(super) fn send_unless_sent(&mut self, checkpoint: Arc<Checkpoint>) {
        if !std::ptr::eq(self.sent.as_ptr(), &*checkpoint) {
            self.send_checkpoint(checkpoint);
        }
    }

    pub(super) fn send_checkpoint(&mut self, checkpoint: Arc<Checkpoint>) {
        self.pacer.checkpoint.done(Instant::now());
        self.sent = Arc::downgrade(&checkpoint);
        self.desk.outbox.post(Event::Checkpoint(checkpoint));
    }

    /// Whether a picture is wanted that was not computed yet.
    pub(super) fn wants_picture(&self) -> bool {
        let probes = &self.control.probes;
        let known =
            |(step, request): &(Step, ProbeRequest)| *step == self.step && request == probes;
        !probes.is_empty() && !self.pictured.as_ref().is_some_and(known)
    }

    pub(super) fn picture(&mut self) -> Result<(), Halt> {
        if !self.wants_picture() {
            return Ok(());
        }
        let begun = Instant::now();
        let probes = self.control.probes.clone();
        let frame = self.frame(&probes)?;
        self.pictured = Some((self.step, probes));
        let rest = self.pacer.tempo.probe_rest;
        self.pacer.probe.done_at_cost(begun, Instant::now(), rest);
        self.desk.slots.probes.put(frame);
        self.desk.outbox.wake();
        Ok(())
    }

    /// Computes a picture. What the engine cannot draw is absent, as if it had not been wanted.
    fn frame(&mut self, wanted: &ProbeRequest) -> Result<ProbeFrame, EngineError> {
        let metrics = if wanted.metrics { self.metrics_now()? } else { None };
        let boundary = wanted.boundary.as_ref().map(|request| self.engine.boundary(request));
        let fit = wanted.fit.map(|request| self.engine.fit(&request));
        let mut confusion = Vec::new();
        for &part in &wanted.confusion {
            let table = lenient(Some(self.engine.confusion(part)))?;
            confusion.extend(table.map(|table| (part, table)));
        }
        let hot = self.hot();
        let gradients = wanted.gradients.then(|| self.engine.gradients(&hot));
        let predictions = wanted.predictions.map(|limit| self.engine.predictions(limit));
        let inside = self.insight(&wanted.inside)?;
        Ok(ProbeFrame {
            run: self.request.run,
            at: self.position(),
            metrics,
            boundary: lenient(boundary)?,
            fit: lenient(fit)?,
            confusion,
            predictions: lenient(predictions)?,
            gradients: lenient(gradients)?,
            inside,
        })
    }

    /// Looks inside the network. What cannot be seen is absent.
    fn insight(&mut self, wanted: &Inspect) -> Result<Insight, EngineError> {
        let parameters = wanted.parameters.then(|| self.engine.parameters());
        let hidden = wanted.hidden.as_ref().map(|request| self.engine.hidden(request));
        let excited = wanted.excited.as_ref().map(|request| self.engine.excited(request));
        Ok(Insight {
            parameters: lenient(parameters)?,
            maps: each(&wanted.maps, |request| self.engine.maps(request))?,
            traces: each(&full(&wanted.traces), |request| self.engine.trace(request))?,
            hidden: lenient(hidden)?,
            excited: lenient(excited)?,
            scores: each(&wanted.scores, |request| self.engine.scores(request))?,
        })
    }

    /// A measurement of this very step, where it is at hand or cheap or nothing else is to be
    /// done.
    fn metrics_now(&mut self) -> Result<Option<EvalPoint>, EngineError> {
        if let Some(point) = self.measured.filter(|point| point.at.step == self.step) {
            return Ok(Some(point));
        }
        let waiting = self.activity == Activity::Waiting;
        if !waiting && self.engine.evaluated_rows() > CHEAP_ROWS {
            return Ok(None);
        }
        let evaluation = self.engine.evaluate(&self.hot(), false);
        Ok(lenient(Some(evaluation))?.map(|evaluation| self.point(evaluation)))
    }
}

/// All traces but those that another one answers: of the same sample, with a saliency besides.
fn full(wanted: &[TraceRequest]) -> Vec<TraceRequest> {
    let says_more = |request: &TraceRequest, other: &TraceRequest| {
        request.saliency.is_none() && other.saliency.is_some() && other.input == request.input
    };
    let is_full = |request: &&TraceRequest| !wanted.iter().any(|other| says_more(request, other));
    wanted.iter().filter(is_full).cloned().collect()
}

/// All answers there are. What two panels want alike is computed once.
fn each<R: PartialEq, T>(
    requests: &[R],
    mut answer: impl FnMut(&R) -> Result<T, EngineError>,
) -> Result<Vec<T>, EngineError> {
    let mut answers = Vec::with_capacity(requests.len());
    for (place, request) in requests.iter().enumerate() {
        if requests[..place].contains(request) {
            continue;
        }
        answers.extend(lenient(Some(answer(request)))?);
    }
    Ok(answers)
}

/// A failed picture is an absent one; only a lost device ends a run.
fn lenient<T>(result: Option<Result<T, EngineError>>) -> Result<Option<T>, EngineError> {
    match result {
        Some(Err(error @ EngineError::DeviceLost(_))) => Err(error),
        result => Ok(result.and_then(Result::ok)),
    }
}
