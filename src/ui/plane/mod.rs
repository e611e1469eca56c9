//! Knows: `base`, `spec`, the types of `data` and `record`, the workbench, and egui.
//! Never: a panel. It holds what several panels draw over the plane of two features, or over a
//! slice through more of them.

pub mod axes;
pub mod contours;
mod cut;
mod scatter;
mod stamps;
mod view;
mod window;

pub use cut::{Cut, Others, Through, best_pair, is_cut};
pub use scatter::{MAX_POINTS, Place, Scatter, shown_rows};
pub use stamps::{PointStyle, Stamps, add_points, radius, residual_mark};
pub use view::{PlaneView, Sight};
pub use window::{Window, cell_at, interpolated};

use crate::record::Scores;

/// What a network says about a row, among what it says about many: `None` where nobody asked.
#[must_use]
pub fn score_of(scores: &Scores, row: usize) -> Option<&[f32]> {
    let place = scores.rows.binary_search(&row).ok()?;
    (place < scores.outputs.rows()).then(|| scores.outputs.row(place))
}
