//! Knows: `base`, `spec`, the rest of `data`. Makes samples of pictures, step by step as one says.
//! Never: files, paths, threads, clocks; readers are handed in.

mod decode;
mod folder;
mod frame;
mod normalise;
mod ops;
mod original;
mod picture;
mod plan;
mod prepare;
mod resize;
mod samples;
mod steps;
mod store;
mod tell;
mod transform;

pub use original::{MAX_ORIGINALS, Original, THUMBNAIL_SIDE};
pub use picture::{PictureEntry, PictureReader, pictures};
pub use plan::{MAX_SIDE, MAX_TRANSFORMS};
pub use steps::PixelSteps;
pub use transform::transform;
