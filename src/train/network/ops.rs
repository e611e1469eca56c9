use burn::tensor::Tensor;
use burn::tensor::module::linear;
use burn::tensor::ops::ConvOptions;

use crate::spec::{Activation, PoolSpec};

use super::super::params::Any;
use super::Noise;
use super::dropout::Dropout;
use super::flow::Flow;
use super::norm::{self, BatchNorm, Running};
use super::windows;

/// The parameters of a pass, in their order.
pub(super) type Values<'a> = &'a [&'a Any];

/// What is computed, in order. Parameters are named by their place among those of the network.
#[derive(Clone, Debug)]
pub(super) enum Op {
    Dense {
        weight: usize,
        bias: Option<usize>,
    },
    Conv {
        weight: usize,
        bias: Option<usize>,
        image: [usize; 3],
        options: ConvOptions<2>,
    },
    MaxPool {
        image: [usize; 3],
        pool: PoolSpec,
    },
    AvgPool {
        image: [usize; 3],
        pool: PoolSpec,
        count_padding: bool,
    },
    GlobalAvgPool {
        image: [usize; 3],
    },
    BatchNorm(BatchNorm),
    LayerNorm {
        affine: Option<[usize; 2]>,
        epsilon: f64,
    },
    GroupNorm {
        groups: usize,
        affine: Option<[usize; 2]>,
        epsilon: f64,
    },
    Dropout(Dropout),
    Flatten,
    Activation(Activation),
    /// Keeps what comes by for a residual connection.
    Keep,
    /// Adds what was kept at the place of this number.
    Add(usize),
}

/// Whether a pass is part of training.
pub(super) enum Mode<'a> {
    /// It measures, and changes nothing.
    Evaluate(&'a [Running]),
    /// It trains: values are dropped, running statistics move.
    Train {
        /// Of all batch normalisations.
        running: &'a mut [Running],
        /// Where masks come from.
        noise: Noise,
    },
}

impl Mode<'_> {
    /// The running values at a place.
    pub fn running(&self, place: usize) -> &Running {
        match self {
            Self::Evaluate(running) => &running[place],
            Self::Train { running, .. } => &running[place],
        }
    }
}

/// A walk of one batch through the layers.
pub(super) struct Walk<'a> {
    pub values: Values<'a>,
    pub mode: Mode<'a>,
    /// What residual connections will add.
    pub kept: Vec<Flow>,
}

impl Walk<'_> {
    /// What comes out at the end.
    pub fn through(mut self, ops: &[Op], x: Tensor<2>) -> Tensor<2> {
        ops.iter().fold(Flow::Flat(x), |x, op| self.step(op, x)).into_flat()
    }

    pub fn step(&mut self, op: &Op, x: Flow) -> Flow {
        match *op {
            Op::Dense { weight, bias } => {
                let weight = self.values[weight].rank2().clone();
                Flow::Flat(linear(x.into_flat(), weight, self.bias(bias)))
            }
            Op::Conv { weight, bias, image, ref options } => {
                let weight = self.values[weight].rank4().clone();
                let bias = self.bias(bias);
                Flow::Image(windows::convolve(x.into_image(image), weight, bias, options))
            }
            Op::MaxPool { image, pool } => {
                Flow::Image(windows::max_pool(x.into_image(image), pool))
            }
            Op::AvgPool { image, pool, count_padding } => {
                Flow::Image(windows::avg_pool(x.into_image(image), pool, count_padding))
            }
            Op::GlobalAvgPool { image } => Flow::Image(windows::channel_means(x.into_image(image))),
            Op::BatchNorm(ref norm) => norm.apply(x, self.values, &mut self.mode),
            Op::LayerNorm { affine, epsilon } => {
                Flow::Flat(norm::layer_norm(x.into_flat(), self.affine(affine), epsilon))
            }
            Op::GroupNorm { groups, affine, epsilon } => {
                let x = x.into_flat();
                Flow::Flat(norm::group_norm(x, groups, self.affine(affine), epsilon))
            }
            Op::Dropout(dropout) => match self.mode {
                Mode::Train { noise, .. } => dropout.apply(x, noise),
                Mode::Evaluate(_) => x,
            },
            Op::Flatten => Flow::Flat(x.into_flat()),
            Op::Activation(activation) => x.activate(activation),
            Op::Keep => {
                self.kept.push(x.clone());
                x
            }
            Op::Add(place) => x.add(self.kept[place].clone()),
        }
    }

    fn bias(&self, place: Option<usize>) -> Option<Tensor<1>> {
        place.map(|place| self.values[place].rank1().clone())
    }

    fn affine(&self, places: Option<[usize; 2]>) -> Option<[&Tensor<1>; 2]> {
        places.map(|places| places.map(|place| self.values[place].rank1()))
    }
}
