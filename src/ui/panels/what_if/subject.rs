//! The sample that is changed, and how far its features reach.

use std::sync::Arc;

use crate::data::Dataset;
use crate::record::Part;
use crate::spec::Scaling;
use crate::ui::parts;
use crate::ui::plane::axes::Axis;

/// Values of the training part that are looked through for how far features reach: more would
/// hold up the window.
const LOOKED_THROUGH: usize = 1 << 22;

/// What is known of a feature.
#[derive(Clone, Debug)]
pub struct Feature {
    /// Its name and units.
    pub axis: Axis,
    /// Least and greatest value in the training part, as the model sees them.
    pub edges: [f32; 2],
    /// Whether there are exactly these two values.
    pub is_switch: bool,
}

/// A row, and what it was changed to.
#[derive(Debug)]
pub struct Subject {
    /// Where the row is.
    pub data: Arc<Dataset>,
    /// Which row.
    pub row: (Part, usize),
    /// Its features as the model sees them, those left out that are computed from others.
    pub original: Arc<[f32]>,
    /// The same as they were changed.
    pub values: Arc<[f32]>,
    /// What is known of each of them.
    pub features: Vec<Feature>,
    /// The feature along which the prediction is shown: the one that was touched last.
    pub along: usize,
    /// Least and greatest number to be predicted in the training part; 0 and 1 of classes.
    pub labels: [f32; 2],
}

impl Subject {
    /// A row as it is; `None` where there is no such row or it has no features.
    pub fn of(data: &Arc<Dataset>, scaling: Scaling, row: (Part, usize)) -> Option<Self> {
        let original = values_of(data, row)?;
        let features: Vec<Feature> = reaches(data, original.len())
            .into_iter()
            .enumerate()
            .map(|(feature, (edges, is_switch))| Feature {
                axis: Axis::of_feature(data, feature, scaling),
                edges,
                is_switch,
            })
            .collect();
        let (data, values, labels) = (Arc::clone(data), Arc::clone(&original), labels(data));
        Some(Self { data, row, original, values, features, along: 0, labels })
    }

    /// Takes another row, as it is.
    pub fn choose(&mut self, row: (Part, usize)) {
        if self.row == row {
            return;
        }
        if let Some(original) = values_of(&self.data, row) {
            (self.row, self.values, self.original) = (row, Arc::clone(&original), original);
        }
    }

    /// Changes a feature.
    pub fn put(&mut self, feature: usize, value: f32) {
        let mut values = self.values.to_vec();
        values[feature] = value;
        self.values = values.into();
        self.along = feature;
    }

    /// Brings the row back.
    pub fn reset(&mut self) {
        self.values = Arc::clone(&self.original);
    }

    /// Whether a feature is other than in the row.
    pub fn differs(&self, feature: usize) -> bool {
        self.values[feature] != self.original[feature]
    }

    /// Whether any is.
    pub fn is_changed(&self) -> bool {
        self.values != self.original
    }

    /// How far the slider of a feature goes, never from a value to itself.
    pub fn reach(&self, feature: usize) -> [f32; 2] {
        let [low, high] = self.features[feature].edges;
        if low < high { [low, high] } else { [low - 1.0, low + 1.0] }
    }

    /// How far a feature is shown: all of the training part, the row, and what it was changed to.
    pub fn span(&self, feature: usize) -> [f32; 2] {
        let [low, high] = self.reach(feature);
        let shown = [self.original[feature], self.values[feature]];
        [shown.into_iter().fold(low, f32::min), shown.into_iter().fold(high, f32::max)]
    }
}

/// The features of a row, those left out that are computed from others.
fn values_of(data: &Dataset, (part, row): (Part, usize)) -> Option<Arc<[f32]>> {
    let rows = parts::labelled(data, part).filter(|rows| row < rows.rows())?;
    let values = rows.features.row(row);
    let values = values.get(..data.base_features())?;
    (!values.is_empty()).then(|| values.into())
}

/// Of the first `count` columns of the training part: least and greatest value, and whether there
/// are exactly these two. Of very many rows some are looked at, evenly spread.
fn reaches(data: &Dataset, count: usize) -> Vec<([f32; 2], bool)> {
    let mut found = vec![([f32::INFINITY, f32::NEG_INFINITY], true); count];
    let Some(table) = data.train.features.table().filter(|table| table.rows() > 0) else {
        return vec![([0.0, 1.0], false); count];
    };
    let step = (table.rows() * table.cols()).div_ceil(LOOKED_THROUGH).max(1);
    for row in (0..table.rows()).step_by(step) {
        for (([low, high], _), &value) in found.iter_mut().zip(table.row(row)) {
            (*low, *high) = (low.min(value), high.max(value));
        }
    }
    found.iter_mut().for_each(|([low, high], is_switch)| *is_switch = low < high);
    for row in (0..table.rows()).step_by(step) {
        for ((edges, is_switch), value) in found.iter_mut().zip(table.row(row)) {
            *is_switch &= edges.contains(value);
        }
    }
    found
}

fn labels(data: &Dataset) -> [f32; 2] {
    let range = parts::label_range(&data.train.targets);
    range.filter(|[low, high]| low < high).unwrap_or([0.0, 1.0])
}
