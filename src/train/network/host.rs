//! What operations of our own on the processor are made of.

use std::ops::{Add, AddAssign};

use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::ops::{Backward, NodeGuard, OpsKind};
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::tensor::{Element, TensorData};

use super::super::device::Host;

/// A tensor in the memory of the processor.
pub(super) type HostTensor = FloatTensor<Host>;
/// The processor, with gradients.
pub(super) type Tracked = Autodiff<Host>;
/// A tensor of the processor in a gradient graph.
pub(super) type TrackedTensor = FloatTensor<Tracked>;

/// Values that are worked on together: as many as fit into the widest registers.
const LANES: usize = 8;

/// Numbers in which tensors of the processor are computed.
pub(super) trait Real:
    Element + Copy + Default + PartialOrd + Add<Output = Self> + AddAssign
{
    /// Below every number.
    const LOWEST: Self;

    /// The values of a contiguous tensor of this kind.
    fn values(tensor: &HostTensor) -> &[Self];

    /// The same, to be changed. Copies them first where another tensor has them, too.
    fn values_mut(tensor: &mut HostTensor) -> &mut [Self];
}

impl Real for f32 {
    const LOWEST: Self = Self::NEG_INFINITY;

    fn values(tensor: &HostTensor) -> &[Self] {
        tensor.storage()
    }

    fn values_mut(tensor: &mut HostTensor) -> &mut [Self] {
        tensor.storage_mut()
    }
}

impl Real for f64 {
    const LOWEST: Self = Self::NEG_INFINITY;

    fn values(tensor: &HostTensor) -> &[Self] {
        tensor.storage()
    }

    fn values_mut(tensor: &mut HostTensor) -> &mut [Self] {
        tensor.storage_mut()
    }
}

/// A tensor of these values.
pub(super) fn tensor<T: Real>(values: Vec<T>, shape: &[usize]) -> HostTensor {
    Host::float_from_data(TensorData::new(values, shape.to_vec()), &Default::default())
}

/// `output` as a node of the gradient graph. From it `way_back`, which is told what is `known`,
/// leads to the parents.
pub(super) fn record<Way: Backward<Host, N>, const N: usize>(
    way_back: Way,
    parents: [NodeGuard; N],
    known: Way::State,
    output: HostTensor,
) -> TrackedTensor {
    match way_back.prepare::<NoCheckpointing>(parents).compute_bound().stateful() {
        OpsKind::Tracked(step) => step.finish(known, output),
        OpsKind::UnTracked(step) => step.finish(output),
    }
}

/// Copies a short line; a call of `memcpy` would take longer than the copy.
#[inline(always)]
pub(super) fn copy<T: Real>(to: &mut [T], from: &[T]) {
    let (to_lanes, to_rest) = to.as_chunks_mut::<LANES>();
    let (from_lanes, from_rest) = from.as_chunks::<LANES>();
    to_lanes.iter_mut().zip(from_lanes).for_each(|(to, from)| *to = *from);
    to_rest.iter_mut().zip(from_rest).for_each(|(to, from)| *to = *from);
}

/// Adds a line to another.
#[inline(always)]
pub(super) fn add<T: Real>(to: &mut [T], from: &[T]) {
    let (to_lanes, to_rest) = to.as_chunks_mut::<LANES>();
    let (from_lanes, from_rest) = from.as_chunks::<LANES>();
    for (to, from) in to_lanes.iter_mut().zip(from_lanes) {
        to.iter_mut().zip(from).for_each(|(to, from)| *to += *from);
    }
    to_rest.iter_mut().zip(from_rest).for_each(|(to, from)| *to += *from);
}

/// The sum of a line, always in the same order: in lanes, which are added at the end.
pub(super) fn sum<T: Real>(line: &[T]) -> T {
    let (lanes, rest) = line.as_chunks::<LANES>();
    let mut sums = [T::default(); LANES];
    for lane in lanes {
        sums.iter_mut().zip(lane).for_each(|(sum, value)| *sum += *value);
    }
    sums.iter().chain(rest).fold(T::default(), |sum, value| sum + *value)
}
