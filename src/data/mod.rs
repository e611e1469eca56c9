//! Knows: `base`, `spec`. Turns bytes into a [`Dataset`]; takes readers, never paths.
//! Never: files, threads, clocks, tensors, widgets.

mod columns;
mod dataset;
mod derive;
mod drawn;
mod features;
mod fields;
mod findings;
mod hash;
mod idx;
mod image;
mod ink;
mod limits;
mod origin;
mod points;
mod preview;
mod raw;
mod scale;
mod split;
mod tell;
mod text;
mod toy;
mod watch;

pub use columns::{TableFiles, table};
pub use dataset::{Augment, DataError, DataNote, Dataset, Labelled, Progress, Targets};
pub use derive::{EXPONENTS, MAX_DERIVED, derive};
pub use drawn::{MAX_DRAWN_DIGITS, drawn};
pub use features::{Features, RowSource, Streamed};
pub use fields::{Field, FieldValue};
pub use findings::{
    Association, ColumnFindings, Fault, Histogram, LayoutFindings, MAX_LISTED_FAULTS, Measure,
    RowCounts, Summary, TableFindings,
};
pub use hash::DataHash;
pub use idx::{
    Idx, IdxCandidate, IdxFile, IdxFiles, IdxHeader, IdxPart, IdxType, IdxValues, choose_idx, idx,
    peek_idx, read_idx,
};
pub use image::{
    MAX_ORIGINALS, MAX_SIDE, MAX_TRANSFORMS, Original, PictureEntry, PictureReader, PixelSteps,
    THUMBNAIL_SIDE, pictures, transform,
};
pub use ink::{HandInput, Sheet};
pub use limits::Limits;
pub use origin::{Origin, Place};
pub use points::{MAX_DRAWN_POINTS, MAX_POINT_CLASSES, points};
pub use preview::{PreviewColumn, PreviewRow, TablePreview, preview};
pub use scale::{Scaler, scale};
pub use split::{Split, hold_out_validation, parts, split};
pub use toy::{MAX_POINTS, max_noise, toy};
