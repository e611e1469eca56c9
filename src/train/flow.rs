use burn::tensor::{Tensor, TensorData, Transaction};

use crate::record::{GradientFlow, LayerFlow};
use crate::spec::ValidRun;

use super::device::execution_error;
use super::engine::{EngineError, HotParams};
use super::loss::Criterion;
use super::network::{Network, Noise};
use super::params::{Any, Param, Role, values};

/// Most rows of the batch by which gradients are measured.
pub(super) const ROWS: usize = 256;

/// How large the gradients of the layers are on `x` `[rows, values of a sample]` against `targets`
/// `[rows, outputs]`: those that the update `noise` names would see on this batch, with batch
/// statistics and dropout as in training.
///
/// All of it happens on a copy: parameters and running statistics stay as they are, and random
/// numbers depend on `noise` alone. Norms are summed on the host in `f64`, where the square of
/// a gradient that has all but vanished is still no zero.
///
/// # Errors
/// When the device fails.
pub(super) fn measure(
    network: &Network,
    criterion: &Criterion,
    run: &ValidRun,
    [x, targets]: [Tensor<2>; 2],
    (hot, noise): (&HotParams, Noise),
) -> Result<GradientFlow, EngineError> {
    let rows = x.dims()[0];
    let mut copy = network.clone();
    let pass = copy.forward_tracked(x, noise);
    let (_, gradients) = criterion.backward(pass, targets);
    let read = read(network.params(), &gradients)?;
    let mut layers: Vec<LayerFlow> = Vec::new();
    for (param, Norms { weights, gradient, penalty }) in
        network.params().iter().zip(norms(network.params(), &gradients, &read, hot)?)
    {
        if layers.last().is_none_or(|last| last.layer != param.layer) {
            layers.push(empty(run, param.layer));
        }
        let Some(layer) = layers.last_mut() else { continue };
        layer.weights = layer.weights.hypot(weights);
        layer.penalty = layer.penalty.hypot(penalty);
        layer.gradient = match (layer.gradient, gradient) {
            (Some(before), Some(more)) => Some(before.hypot(more)),
            (before, more) => before.or(more),
        };
    }
    Ok(GradientFlow { rows, layers })
}

fn empty(run: &ValidRun, layer: usize) -> LayerFlow {
    let spec = run.spec().model.hidden.get(layer);
    let name = match spec {
        Some(spec) if !spec.name.is_empty() => spec.name.clone(),
        Some(spec) => spec.label().into(),
        None => "Output".into(),
    };
    LayerFlow { layer, name, weights: 0.0, gradient: None, penalty: 0.0 }
}

/// Euclidean norms of one parameter and what reaches it.
struct Norms {
    weights: f64,
    gradient: Option<f64>,
    penalty: f64,
}

/// All parameters, then all gradients that there are, read in one go.
fn read(params: &[Param], gradients: &[Option<Any>]) -> Result<Vec<TensorData>, EngineError> {
    let all = params.iter().map(|param| &param.value).chain(gradients.iter().flatten());
    let asked = all.fold(Transaction::default(), |asked, value| match value.clone() {
        Any::R1(tensor) => asked.register(tensor),
        Any::R2(tensor) => asked.register(tensor),
        Any::R4(tensor) => asked.register(tensor),
    });
    asked.try_execute().map_err(execution_error)
}

fn norms(
    params: &[Param],
    gradients: &[Option<Any>],
    read: &[TensorData],
    hot: &HotParams,
) -> Result<Vec<Norms>, EngineError> {
    let (own, mut arrived) = (read.iter(), read.iter().skip(params.len()));
    let mut norms = Vec::with_capacity(params.len());
    for ((param, gradient), data) in params.iter().zip(gradients).zip(own) {
        let own = values(data)?;
        let gradient = match gradient.as_ref().and_then(|_| arrived.next()) {
            Some(data) => Some(norm(values(data)?.iter().map(|&value| f64::from(value)))),
            None => None,
        };
        let penalty = match param.role {
            Role::Bias if !hot.penalise_biases => 0.0,
            _ => norm(own.iter().map(|&value| penalty_gradient(f64::from(value), hot))),
        };
        let weights = norm(own.iter().map(|&value| f64::from(value)));
        norms.push(Norms { weights, gradient, penalty });
    }
    Ok(norms)
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum::<f64>().sqrt()
}

/// `λw + λ₁ sign w`; the penalty on magnitudes has no gradient at 0.
fn penalty_gradient(value: f64, hot: &HotParams) -> f64 {
    let sign = if value == 0.0 { 0.0 } else { value.signum() };
    hot.l2 * value + hot.l1 * sign
}
