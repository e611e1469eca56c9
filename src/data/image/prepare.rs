//! From the images of all parts to what a model sees.

use std::sync::Arc;

use super::ops::Op;
use super::plan::told;
use super::samples::{Augmented, Samples, Steady};
use crate::data::watch::Watch;
use crate::data::{Augment, DataError, Features, Limits, Streamed};
use crate::spec::{Normalise, Transform};

/// Bytes of a value in memory.
const VALUE_BYTES: usize = size_of::<f32>();

/// Steps of which nothing is left to be found out.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// All, for training.
    pub(super) all: Vec<Op>,
    /// What stands in their place where nothing is random.
    pub(super) steady: Vec<Op>,
    /// What each of them does, one sentence each.
    pub(super) told: Vec<String>,
}

impl Resolved {
    /// Whether training sees something else than evaluation.
    pub(super) fn is_random(&self) -> bool {
        self.all != self.steady
    }
}

/// How many times the training part is looked at to find out what `steps` leave open.
pub(super) fn passes(steps: &[Transform]) -> usize {
    let open = |step: &&Transform| matches!(step, Transform::Normalise(Normalise::Computed));
    steps.iter().filter(open).count()
}

/// Finds out what `steps` leave open from the training part, one step after the other. `first` is
/// the place of the first of them among all that the user sees; `weight` is how much of the work
/// one pass is.
pub(super) fn resolve(
    steps: &[Transform],
    first: usize,
    train: &Samples,
    watch: &Watch,
    weight: f64,
) -> Result<Resolved, DataError> {
    let mut resolved = Resolved::default();
    for (place, step) in steps.iter().enumerate() {
        if let Transform::Normalise(Normalise::Computed) = step {
            let found = train.moments(&resolved.steady, watch, weight)?;
            let (mean, std) = found.mean_and_std();
            resolved.told.push(told(first + place, step, Some((&mean, &std))));
            resolved.all.push(Op::Normalise { mean: mean.clone(), std: std.clone() });
            resolved.steady.push(Op::Normalise { mean, std });
        } else {
            resolved.told.push(told(first + place, step, None));
            resolved.all.extend(op(step));
            resolved.steady.extend(step.steady().as_ref().and_then(op));
        }
    }
    Ok(resolved)
}

/// What is done for a step that leaves nothing open.
pub(super) fn op(step: &Transform) -> Option<Op> {
    Some(match step {
        &Transform::Resize { width, height } => Op::Resize { width, height },
        &Transform::CentreCrop { width, height } => Op::CentreCrop { width, height },
        Transform::Greyscale => Op::Greyscale,
        Transform::Normalise(Normalise::Computed) => return None,
        Transform::Normalise(Normalise::Given { mean, std }) => {
            let values =
                |all: &[crate::base::Finite]| all.iter().map(|it| it.get() as f32).collect();
            Op::Normalise { mean: values(mean), std: values(std) }
        }
        Transform::Rotation { degrees } => Op::Rotation { degrees: degrees.get() },
        &Transform::ResizedCrop { width, height, least } => {
            Op::ResizedCrop { width, height, least: least.get() }
        }
        Transform::Flip { probability } => Op::Flip { probability: probability.get() },
        Transform::Shift { fraction } => Op::Shift { fraction: fraction.get() },
        Transform::Noise { std } => Op::Noise { std: std.get() },
    })
}

/// Whether the samples of all parts, `rows` together, are kept as `f32` beside `kept` bytes that
/// are needed anyway. They are if both fit into the memory that pictures may take.
pub(super) fn fits(rows: usize, cols: usize, kept: usize, limits: &Limits) -> bool {
    rows.checked_mul(cols)
        .and_then(|values| values.checked_mul(VALUE_BYTES))
        .and_then(|bytes| bytes.checked_add(kept))
        .is_some_and(|bytes| bytes <= limits.cache_bytes)
}

/// Samples that are made whenever they are needed.
pub(super) fn streamed(samples: Samples, ops: &[Op], cols: usize) -> Features {
    let rows: Vec<usize> = (0..samples.len()).collect();
    Features::Streamed(Streamed::new(Arc::new(Steady { samples, ops: ops.to_vec(), cols }), rows))
}

/// What becomes of the training part while training, where that is something of its own.
pub(super) fn augment(samples: Samples, resolved: Resolved) -> Option<Arc<dyn Augment>> {
    let is_random = resolved.is_random();
    is_random.then(|| Arc::new(Augmented { samples, ops: resolved.all }) as Arc<dyn Augment>)
}
