use burn::tensor::Tensor;

use crate::spec::Activation;

use super::super::activate::activate;

/// Values between two layers. Images and rows hold the same numbers in the same order, so either
/// form serves where the other is known to be meant; a layer asks for the one it computes on.
#[derive(Clone, Debug)]
pub(super) enum Flow {
    /// `[rows, values of a sample]`
    Flat(Tensor<2>),
    /// `[rows, channels, height, width]`
    Image(Tensor<4>),
}

impl Flow {
    /// One row of values for each sample.
    pub fn into_flat(self) -> Tensor<2> {
        match self {
            Self::Flat(x) => x,
            Self::Image(x) => x.flatten(1, 3),
        }
    }

    /// Images of `[channels, height, width]`.
    pub fn into_image(self, [channels, height, width]: [usize; 3]) -> Tensor<4> {
        match self {
            Self::Flat(x) => {
                let rows = x.dims()[0];
                x.reshape([rows, channels, height, width])
            }
            Self::Image(x) => x,
        }
    }

    /// An activation of every value. One of the softmax family gets rows only, which the check of
    /// the spec sees to.
    pub fn activate(self, activation: Activation) -> Self {
        match self {
            Self::Flat(x) => Self::Flat(activate(activation, x)),
            Self::Image(x) => Self::Image(activate(activation, x)),
        }
    }

    /// The sum of two values of the same shape.
    pub fn add(self, other: Self) -> Self {
        match (self, other) {
            (Self::Image(x), Self::Image(other)) => Self::Image(x.add(other)),
            (x, other) => Self::Flat(x.into_flat().add(other.into_flat())),
        }
    }
}
