//! Knows: `base`, `spec`, the rest of `data`. Turns pictures of folders, and image sets of any
//! source, into samples, step by step as the user says.
//! Never: files, paths, threads, clocks; readers are handed in.

mod original;
mod picture;
mod transform;

pub use original::{MAX_ORIGINALS, Original, THUMBNAIL_SIDE};
pub use picture::{PictureEntry, PictureReader, pictures};
pub use transform::transform;
