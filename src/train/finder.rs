//! The search for a good learning rate: a copy of a network is trained with a rate that grows
//! from update to update, until its loss explodes (Smith 2015, "Cyclical Learning Rates for
//! Training Neural Networks", section 3.3).

mod read;

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::base::Step;
use crate::data::Dataset;
use crate::record::{Checkpoint, RateSweep};
use crate::spec::{DeviceChoice, ValidRun};

use super::choose::build_on;
use super::engine::{Engine, EngineError, HotParams};
use super::worker::{Sampler, state_of};

/// What is searched, and how.
#[derive(Clone, Debug)]
pub struct RateRequest {
    /// What to train.
    pub spec: Arc<ValidRun>,
    /// What to train it on.
    pub data: Arc<Dataset>,
    /// Seed of weights and batch order.
    pub seed: u64,
    /// Where to compute.
    pub device: DeviceChoice,
    /// The weights to begin with; `None` for fresh ones.
    pub from: Option<Arc<Checkpoint>>,
    /// The smallest learning rate.
    pub low: f64,
    /// The largest learning rate.
    pub high: f64,
    /// Most updates; at least two. Small data are gone through again.
    pub updates: usize,
}

impl RateRequest {
    /// A search from 1e-7 to 10 within 100 updates, on the processor, with fresh weights.
    #[must_use]
    pub fn new(spec: Arc<ValidRun>, data: Arc<Dataset>, seed: u64) -> Self {
        let device = DeviceChoice::Cpu;
        Self { spec, data, seed, device, from: None, low: 1e-7, high: 10.0, updates: 100 }
    }

    /// The learning rate of an update: growing by the same factor from one to the next.
    fn rate(&self, update: usize) -> f64 {
        let place = update as f64 / (self.updates.max(2) - 1) as f64;
        self.low * (self.high / self.low).powf(place)
    }
}

/// The search ends once the smoothed loss is so many times the smallest one.
const EXPLODED: f64 = 4.0;
/// Share of the past in the average that tells when the loss has exploded. It spans about five
/// updates, half a decade of rates: long enough that one odd batch ends nothing, short enough
/// that a real explosion does.
const MEMORY: f64 = 0.8;

/// Trains a copy of a network with growing learning rates. The same request gives the same
/// answer, bit for bit on the processor; no run is touched. `progress` is told the share of the
/// updates that is done and may end the search, which then is an error.
///
/// # Errors
/// When the engine fails, or the search was ended.
pub fn find_rate(
    request: &RateRequest,
    progress: &mut dyn FnMut(f32) -> ControlFlow<()>,
) -> Result<RateSweep, EngineError> {
    let RateRequest { spec, data, seed, device, .. } = request;
    let (mut engine, _) = build_on(*device, spec, data, *seed)?;
    search(&mut engine, request, progress)
}

/// Where a search stands.
struct Walk {
    sampler: Sampler,
    average: Average,
    /// The objective before the first update.
    first: f64,
    rates: Vec<f64>,
    losses: Vec<f64>,
}

fn search<E: Engine>(
    engine: &mut E,
    request: &RateRequest,
    progress: &mut dyn FnMut(f32) -> ControlFlow<()>,
) -> Result<RateSweep, EngineError> {
    let train = &request.spec.spec().train;
    let mut sampler = Sampler::new(request.seed, request.data.train.rows(), train.shuffle);
    if let Some(from) = &request.from {
        engine.restore(&state_of(from))?;
        sampler.seek(from.epoch, from.cursor);
    }
    let average = Average::default();
    let mut walk =
        Walk { sampler, average, first: f64::NAN, rates: Vec::new(), losses: Vec::new() };
    let mut has_exploded = false;
    // One more update than rates: what the last rate led to is seen in the loss after it.
    for update in 0..=request.updates.max(2) {
        if progress(update as f32 / (request.updates.max(2) + 1) as f32).is_break() {
            return Err(EngineError::Failed("The search was given up.".into()));
        }
        let loss = walk.step(engine, request, update)?;
        if !walk.take(request, update, loss) {
            has_exploded = true;
            break;
        }
    }
    let start = request.from.as_ref().map_or(Step(0), |from| from.step());
    let Walk { first, rates, losses, .. } = walk;
    Ok(read::read(start, first, rates, losses, has_exploded))
}

impl Walk {
    /// One update; the objective of its batch before it.
    fn step<E: Engine>(
        &mut self,
        engine: &mut E,
        request: &RateRequest,
        update: usize,
    ) -> Result<f64, EngineError> {
        let train = &request.spec.spec().train;
        let size = train.batch.rows(request.data.train.rows());
        self.sampler.begin(size, train.drop_last);
        let epoch = self.sampler.epoch();
        let hot = HotParams::of(train, request.rate(update));
        engine.step(self.sampler.batch(size), epoch, &hot)?;
        self.sampler.take(size, train.drop_last);
        let losses = engine.losses()?;
        let missing = || EngineError::Failed("A loss is missing.".into());
        losses.last().map(|loss| loss.objective).ok_or_else(missing)
    }

    /// Takes in the objective before an update, to which the rate of the update before it led.
    /// Tells whether it is still worth going on.
    fn take(&mut self, request: &RateRequest, update: usize, loss: f64) -> bool {
        if update == 0 {
            self.first = loss;
        } else if loss.is_finite() {
            self.rates.push(request.rate(update - 1));
            self.losses.push(loss);
        }
        loss.is_finite() && self.average.take(loss)
    }
}

/// An exponential average, corrected for its beginning, and the smallest value it had.
struct Average {
    sum: f64,
    weight: f64,
    best: f64,
}

impl Default for Average {
    fn default() -> Self {
        Self { sum: 0.0, weight: 0.0, best: f64::INFINITY }
    }
}

impl Average {
    /// Takes in a loss; false when the average has exploded.
    fn take(&mut self, loss: f64) -> bool {
        self.sum = MEMORY * self.sum + (1.0 - MEMORY) * loss;
        self.weight = MEMORY * self.weight + (1.0 - MEMORY);
        let average = self.sum / self.weight;
        self.best = self.best.min(average);
        average <= EXPLODED * self.best || self.best <= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::data::Labelled;
    use crate::train::testing::tiny;

    fn request() -> RateRequest {
        let (spec, data) = tiny();
        RateRequest::new(Arc::new(spec), data, 3)
    }

    fn found(request: &RateRequest) -> RateSweep {
        find_rate(request, &mut |_| ControlFlow::Continue(())).expect("searches")
    }

    #[test]
    fn rates_grow_by_the_same_factor_up_to_the_explosion() {
        let request = request();
        let sweep = found(&request);
        assert_eq!(sweep.rates[0], 1e-7);
        let factor = sweep.rates[1] / sweep.rates[0];
        for pair in sweep.rates.windows(2) {
            assert!((pair[1] / pair[0] / factor - 1.0).abs() < 1e-9);
        }
        assert_eq!(sweep.rates.len(), sweep.losses.len());
        assert_eq!(sweep.rates.len(), sweep.smoothed.len());
        assert!(sweep.losses.iter().all(|loss| loss.is_finite()));
        assert_eq!(found(&request), sweep, "the same request gives the same answer");
    }

    #[test]
    fn a_search_can_be_given_up() {
        let mut told = Vec::new();
        let found = find_rate(&request(), &mut |done| {
            told.push(done);
            if told.len() == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(found.is_err());
        assert_eq!(told.len(), 5);
        assert!(told.is_sorted() && told.iter().all(|done| (0.0..1.0).contains(done)));
    }

    #[test]
    fn an_explosion_at_once_and_data_that_are_no_numbers_are_told() {
        let wild = RateRequest { low: 1e30, high: 1e38, ..request() };
        let sweep = found(&wild);
        assert!(sweep.suggestion.is_none(), "{sweep:?}");
        assert!(sweep.reason.contains("exploded at once"), "{}", sweep.reason);
        let mut broken = request();
        let mut data = Dataset::clone(&broken.data);
        let features = Matrix::new(4, 2, vec![f32::NAN; 8]).expect("fits");
        data.train = Labelled::new(features, data.train.targets.clone());
        broken.data = Arc::new(data);
        let sweep = found(&broken);
        assert!(sweep.suggestion.is_none() && sweep.rates.is_empty());
        assert!(sweep.reason.contains("no number before"), "{}", sweep.reason);
    }

    #[test]
    fn a_search_from_a_checkpoint_begins_with_its_weights() {
        let fresh = request();
        let (mut engine, _) = build_on(fresh.device, &fresh.spec, &fresh.data, 99).expect("builds");
        let state = engine.checkpoint().expect("reads");
        let mut from = Checkpoint { parameters: state.parameters, ..Checkpoint::default() };
        from.at.step = Step(7);
        (from.optimizer, from.buffers) = (state.optimizer, state.buffers);
        let sweep = found(&RateRequest { from: Some(Arc::new(from)), ..request() });
        let same = found(&RateRequest { seed: 99, ..request() });
        assert_eq!((sweep.start, sweep.first), (Step(7), same.first));
        assert_ne!(sweep.first, found(&fresh).first);
    }

    #[test]
    fn one_odd_batch_is_no_explosion() {
        let mut average = Average::default();
        assert!((0..20).all(|_| average.take(1.0)));
        assert!(average.take(10.0));
        assert!(average.take(1.0));
        assert!(!average.take(100.0));
    }
}
