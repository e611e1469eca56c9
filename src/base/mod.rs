//! Knows: the standard library, and the generator of `rand_chacha`.
//! Never: any other part of Descent, files, threads, clocks, tensors or widgets.

mod array;
mod finite;
mod ids;
mod nearest;
mod pca;
mod rng;
mod stats;

pub use array::{HostTensor, Matrix, ShapeError};
pub use finite::Finite;
pub use ids::{Epoch, LayerIdx, RunId, Step};
pub use nearest::{by_likeness, similar};
pub use pca::{Principal, principal};
pub use rng::{Rng, RngState, RunRng, Stream};
pub use stats::{ColumnStats, argmax, ends, softmax_into};
