//! Where slices through the space of the features lie.

use std::sync::Arc;

use crate::base::{Matrix, principal};
use crate::data::Dataset;
use crate::record::{BoundaryRequest, Rest, Slice, SlicePlane};
use crate::train::batches::read_rows;
use crate::train::engine::EngineError;

use super::{failed, row_of, spread};

/// Most values by which principal directions are found, and most rows: enough that more change
/// little, few enough to be computed in a moment.
const VALUES: usize = 1 << 21;
const ROWS: usize = 20_000;
/// Most rows that are read for it where they are not in memory.
const STREAMED: usize = 2000;

/// What is known of the training part as a cloud of points. It never changes, so it is found
/// once, when it is first asked for.
#[derive(Debug, Default)]
pub(in crate::train) struct Planes {
    /// Of each feature that is not computed from others.
    means: Option<Arc<[f32]>>,
    principal: Option<Arc<SlicePlane>>,
}

impl Planes {
    /// Where the slice of a window lies; `None` for points in the plane. A single feature runs to
    /// the right, and upwards nothing changes.
    ///
    /// # Errors
    /// When the data are no points in the plane and no slice was asked for, or there is no such
    /// slice.
    pub fn of_window(
        &mut self,
        window: &BoundaryRequest,
        data: &Dataset,
    ) -> Result<Option<Arc<SlicePlane>>, EngineError> {
        match &window.slice {
            Some(slice) => self.of(slice, data).map(Some),
            None if data.is_planar() => Ok(None),
            None if data.base_features() == 1 => Ok(Some(Arc::new(line()))),
            None => failed("The samples are no points in the plane."),
        }
    }

    /// Where a slice lies.
    ///
    /// # Errors
    /// When there are not two such features, or no such row, or rows cannot be read any more.
    pub fn of(&mut self, slice: &Slice, data: &Dataset) -> Result<Arc<SlicePlane>, EngineError> {
        match slice {
            Slice::Principal => self.principal(data),
            Slice::Features { pair, rest } => {
                let origin = self.rest(rest, data)?;
                along_features(*pair, origin).map(Arc::new)
            }
        }
    }

    fn rest(&mut self, rest: &Rest, data: &Dataset) -> Result<Vec<f32>, EngineError> {
        let features = data.base_features();
        let mut values = match rest {
            Rest::Mean => self.means(data)?.to_vec(),
            Rest::Row(part, row) => row_of(data, *part, *row)?,
            Rest::Values(values) if values.len() == features => values.to_vec(),
            Rest::Values(values) => {
                return failed(format!("A sample has {features} values, not {}.", values.len()));
            }
        };
        values.truncate(features);
        Ok(values)
    }

    fn means(&mut self, data: &Dataset) -> Result<Arc<[f32]>, EngineError> {
        if let Some(means) = &self.means {
            return Ok(Arc::clone(means));
        }
        let rows = training_rows(data, ROWS)?;
        let mut sums = vec![0.0_f64; rows.cols()];
        for row in rows.data().chunks_exact(rows.cols().max(1)) {
            sums.iter_mut().zip(row).for_each(|(sum, &value)| *sum += f64::from(value));
        }
        let count = rows.rows().max(1) as f64;
        let means: Arc<[f32]> = sums.into_iter().map(|sum| (sum / count) as f32).collect();
        Ok(Arc::clone(self.means.insert(means)))
    }

    fn principal(&mut self, data: &Dataset) -> Result<Arc<SlicePlane>, EngineError> {
        if let Some(plane) = &self.principal {
            return Ok(Arc::clone(plane));
        }
        let found = principal(&training_rows(data, VALUES / data.base_features().max(1))?, 2);
        let Some((found, [across, up])) = found.as_ref().and_then(|found| {
            let [across, up] = &found.directions[..] else { return None };
            Some((found, [across, up]))
        }) else {
            return failed("Principal directions need rows of at least two finite features.");
        };
        let single = |values: &[f64]| values.iter().map(|&value| value as f32).collect();
        let plane = SlicePlane {
            origin: single(&found.mean),
            across: single(across),
            up: single(up),
            explained: Some([found.explained[0] as f32, found.explained[1] as f32]),
        };
        Ok(Arc::clone(self.principal.insert(Arc::new(plane))))
    }
}

/// At most so many rows of the training part (never more than [`ROWS`], of a source outside of
/// memory never more than [`STREAMED`]), those features left out that are computed from others.
fn training_rows(data: &Dataset, most: usize) -> Result<Matrix, EngineError> {
    let (features, width) = (&data.train.features, data.base_features());
    let limit = if features.table().is_some() { ROWS } else { STREAMED };
    let rows: Vec<usize> = spread(features.rows(), most.clamp(64, limit)).collect();
    let mut values = read_rows(features, &rows)?;
    if width < features.cols() {
        let whole = values.chunks_exact(features.cols());
        values = whole.flat_map(|row| &row[..width]).copied().collect();
    }
    Matrix::new(rows.len(), width, values).map_err(|error| EngineError::Failed(error.to_string()))
}

/// Of a single feature a window shows its first side alone.
fn line() -> SlicePlane {
    SlicePlane { origin: vec![0.0], across: vec![1.0], up: vec![0.0], explained: None }
}

fn along_features(pair: [usize; 2], origin: Vec<f32>) -> Result<SlicePlane, EngineError> {
    let features = origin.len();
    if pair[0] == pair[1] || pair.iter().any(|&feature| feature >= features) {
        return failed(format!(
            "A slice runs along two different features of {features}, not {} and {}.",
            pair[0], pair[1]
        ));
    }
    let mut plane = SlicePlane {
        origin,
        across: vec![0.0; features],
        up: vec![0.0; features],
        explained: None,
    };
    (plane.across[pair[0]], plane.up[pair[1]]) = (1.0, 1.0);
    pair.iter().for_each(|&feature| plane.origin[feature] = 0.0);
    Ok(plane)
}
