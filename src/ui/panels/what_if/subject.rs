//! The sample that is changed, and how far its features reach.

use std::ops::Range;
use std::sync::Arc;

use crate::data::{Dataset, Field};
use crate::record::{MapRequest, Part};
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

/// What is changed in one line of the panel.
#[derive(Clone, Debug)]
pub enum Line {
    /// A feature by its number.
    Feature(usize),
    /// One of several categories, each with a feature of its own.
    Choice(Field),
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
    /// What can be changed, in the order of the table.
    pub lines: Vec<Line>,
    /// The feature along which the prediction is shown: the one that was touched last.
    pub along: usize,
    /// Least and greatest number to be predicted in the training part; 0 and 1 of classes.
    pub labels: [f32; 2],
    /// What was worked out of all this, until something changes.
    pub asked: Option<(usize, MapRequest)>,
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
        let lines = lines(data, original.len());
        let numbers = lines.iter().find_map(|line| match line {
            Line::Feature(feature) => Some(*feature),
            Line::Choice(_) => None,
        });
        let along = numbers.unwrap_or(0);
        let (data, values, labels) = (Arc::clone(data), Arc::clone(&original), labels(data));
        Some(Self { data, row, original, values, features, lines, along, labels, asked: None })
    }

    /// Takes another row, as it is.
    pub fn choose(&mut self, row: (Part, usize)) {
        if self.row == row {
            return;
        }
        if let Some(original) = values_of(&self.data, row) {
            (self.row, self.values, self.original) = (row, Arc::clone(&original), original);
            self.asked = None;
        }
    }

    /// Changes a feature.
    pub fn put(&mut self, feature: usize, value: f32) {
        let mut values = self.values.to_vec();
        values[feature] = value;
        self.values = values.into();
        self.look_along(feature);
    }

    /// Shows the prediction along a feature.
    pub fn look_along(&mut self, feature: usize) {
        (self.along, self.asked) = (feature, None);
    }

    /// Takes another category: its feature is 1, those of the others 0, in the scale of the data.
    pub fn take(&mut self, inputs: Range<usize>, category: usize) {
        let mut values = self.values.to_vec();
        for feature in inputs.clone() {
            let told = if feature == inputs.start + category { 1.0 } else { 0.0 };
            values[feature] = self.features[feature].axis.seen(told);
        }
        (self.values, self.asked) = (values.into(), None);
    }

    /// Brings back what stands in some features of the row.
    pub fn bring_back(&mut self, inputs: Range<usize>) {
        let mut values = self.values.to_vec();
        values[inputs.clone()].copy_from_slice(&self.original[inputs]);
        (self.values, self.asked) = (values.into(), None);
    }

    /// Brings the row back.
    pub fn reset(&mut self) {
        self.values = Arc::clone(&self.original);
        self.asked = None;
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

/// Categories as one line each, everything else feature by feature.
fn lines(data: &Dataset, count: usize) -> Vec<Line> {
    let fields = data.fields();
    if fields.is_empty() {
        return (0..count).map(Line::Feature).collect();
    }
    let one = |field: Field| match field.categories() {
        Some(_) => vec![Line::Choice(field)],
        None => field.inputs().map(Line::Feature).collect(),
    };
    fields.into_iter().flat_map(one).collect()
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
