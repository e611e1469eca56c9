use std::sync::Arc;

use super::tell::{counted, listed, note, quoted};
use super::{Augment, DataError, DataNote, Dataset};
use crate::base::{Matrix, RunRng};
use crate::spec::Scaling;

/// Most columns that one note names.
const NAMED_COLUMNS: usize = 5;

/// What is subtracted from each column and what it is then divided by, learnt from the training
/// part and applied to all. Constant columns are divided by 1, as scikit-learn's scalers do.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaler {
    /// Which rule the numbers come from.
    pub kind: Scaling,
    /// What is subtracted from each column: mean, minimum or median.
    pub offset: Vec<f64>,
    /// What each column is then divided by: standard deviation, range or interquartile range.
    pub scale: Vec<f64>,
    /// Columns that have one value only.
    pub constant: Vec<usize>,
}

impl Scaler {
    /// Learns from `features`, `[rows, columns]`; `None` when nothing is to be scaled.
    ///
    /// Standardise has the divisor n, robust the median and the linearly interpolated quartiles:
    /// scikit-learn's `StandardScaler`, `MinMaxScaler` and `RobustScaler`.
    #[must_use]
    pub fn fit(kind: Scaling, features: &Matrix) -> Option<Self> {
        let (offset, scale) = match kind {
            Scaling::None => return None,
            Scaling::Standardise => moments(features),
            Scaling::MinMax => by_column(features, |values| (values[0], values[values.len() - 1])),
            Scaling::Robust => by_column(features, |values| {
                (quantile(values, 0.5), quantile(values, 0.5) + spread(values))
            }),
        };
        let constant: Vec<usize> =
            (0..features.cols()).filter(|&column| is_constant(features, column)).collect();
        let mut fitted = Self { kind, offset, scale, constant };
        for &column in &fitted.constant {
            // The mean of equal values may be off in its last digit.
            fitted.offset[column] = features.col(column).next().map_or(0.0, f64::from);
        }
        // A column need not be constant for its quartiles to be equal.
        fitted.scale.iter_mut().filter(|scale| **scale == 0.0).for_each(|scale| *scale = 1.0);
        Some(fitted)
    }

    /// Scales `features` in place.
    ///
    /// # Panics
    /// When the number of columns is not that of the table it was learnt from.
    pub fn apply(&self, features: &mut Matrix) {
        assert_eq!(features.cols(), self.offset.len(), "as many columns as were fitted");
        if self.offset.is_empty() {
            return;
        }
        for row in features.data_mut().chunks_exact_mut(self.offset.len()) {
            for (column, value) in row.iter_mut().enumerate() {
                *value = self.scaled(column, f64::from(*value)) as f32;
            }
        }
    }

    /// A value of `column` as the model sees it.
    #[must_use]
    pub fn scaled(&self, column: usize, value: f64) -> f64 {
        (value - self.offset[column]) / self.scale[column]
    }

    /// A value of `column` as it was before.
    #[must_use]
    pub fn unscaled(&self, column: usize, value: f64) -> f64 {
        value * self.scale[column] + self.offset[column]
    }
}

/// Mean and standard deviation of each column. Two passes in `f64`, so that a large common offset
/// does not cancel the spread away.
fn moments(features: &Matrix) -> (Vec<f64>, Vec<f64>) {
    let rows = features.rows().max(1) as f64;
    let mut mean = vec![0.0; features.cols()];
    add_rows(features, &mut mean, |_, value| value);
    mean.iter_mut().for_each(|sum| *sum /= rows);
    let mut scale = vec![0.0; features.cols()];
    add_rows(features, &mut scale, |column, value| (value - mean[column]).powi(2));
    scale.iter_mut().for_each(|sum| *sum = (*sum / rows).sqrt());
    for column in (0..features.cols()).filter(|&column| is_constant(features, column)) {
        scale[column] = 0.0;
    }
    (mean, scale)
}

/// Offset and scale of each column from its sorted values: `of` gives where 0 and where 1 shall
/// be.
fn by_column(features: &Matrix, of: impl Fn(&[f64]) -> (f64, f64)) -> (Vec<f64>, Vec<f64>) {
    let ends = |column| {
        let mut values: Vec<f64> = features.col(column).map(f64::from).collect();
        values.sort_by(f64::total_cmp);
        let (zero, one) = if values.is_empty() { (0.0, 0.0) } else { of(&values) };
        (zero, one - zero)
    };
    (0..features.cols()).map(ends).unzip()
}

fn spread(sorted: &[f64]) -> f64 {
    quantile(sorted, 0.75) - quantile(sorted, 0.25)
}

/// Linearly interpolated between the neighbours, as numpy's default. `sorted` is not empty.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, part) = (place.floor() as usize, place.fract());
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + part * (sorted[above] - sorted[below])
}

fn add_rows(features: &Matrix, sums: &mut [f64], of: impl Fn(usize, f64) -> f64) {
    for row in 0..features.rows() {
        for (column, (sum, &value)) in sums.iter_mut().zip(features.row(row)).enumerate() {
            *sum += of(column, f64::from(value));
        }
    }
}

fn is_constant(features: &Matrix, column: usize) -> bool {
    let mut values = features.col(column);
    values.next().is_none_or(|first| values.all(|value| value == first))
}

/// Scales all parts of `dataset` as `scaling` says, learning from the training part alone. What
/// was learnt is kept with the data, and what the user should know is added to its notes. Rows
/// that are not kept in memory are left as they are.
pub fn scale(dataset: &mut Dataset, scaling: Scaling) {
    let train = dataset.train.features.table();
    let Some(fitted) = train.and_then(|train| Scaler::fit(scaling, train)) else { return };
    for part in dataset.parts_mut() {
        if let Some(table) = part.features.table_mut() {
            fitted.apply(table);
        }
    }
    dataset.notes.extend(constant_columns(&fitted.constant, &dataset.feature_names));
    dataset.steps.push(format!(
        "Features scaled: {}, fitted on the {} of the training part.",
        scaling.label(),
        counted(dataset.train.rows(), "row")
    ));
    if let Some(inner) = dataset.augment.take() {
        dataset.augment = Some(Arc::new(ScaledAugment { inner, scaler: fitted.clone() }));
    }
    dataset.scaler = Some(fitted);
}

/// Training samples that are changed at random and then scaled as all others are.
#[derive(Debug)]
struct ScaledAugment {
    inner: Arc<dyn Augment>,
    scaler: Scaler,
}

impl Augment for ScaledAugment {
    fn fill(&self, rng: RunRng, epoch: u64, row: usize, out: &mut [f32]) -> Result<(), DataError> {
        self.inner.fill(rng, epoch, row, out)?;
        for (column, value) in out.iter_mut().enumerate() {
            *value = self.scaler.scaled(column, f64::from(*value)) as f32;
        }
        Ok(())
    }
}

fn constant_columns(constant: &[usize], names: &[String]) -> Option<DataNote> {
    if constant.is_empty() {
        return None;
    }
    let named: Vec<String> =
        constant.iter().filter_map(|&column| names.get(column)).map(|name| quoted(name)).collect();
    let place = if named.is_empty() {
        String::new()
    } else {
        format!(" ({})", listed(named, NAMED_COLUMNS))
    };
    let (verb, they) = if constant.len() == 1 { ("has", "it") } else { ("have", "them") };
    Some(note(format!(
        "{}{place} {verb} the same value in every row of the training part, so scaling sets {they} to \
         0.",
        counted(constant.len(), "feature"),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Labelled, Targets};
    use crate::spec::{SampleShape, Task};

    fn part(values: Vec<f32>) -> Labelled {
        let rows = values.len() / 2;
        let features = Matrix::new(rows, 2, values).expect("two columns");
        Labelled::new(features, Targets::Numbers(vec![0.0; rows]))
    }

    fn data() -> Dataset {
        let train = part(vec![1.0, 0.1, 2.0, 0.1, 3.0, 0.1, 4.0, 0.1]);
        let test = part(vec![2.5, 0.1, 5.0, 1.1]);
        Dataset {
            feature_names: vec!["a".to_owned(), "b".to_owned()],
            ..Dataset::new("test", SampleShape(vec![2]), Task::Regression, train, test)
        }
    }

    fn column(part: &Labelled, column: usize) -> Vec<f32> {
        part.features.table().expect("in memory").col(column).collect()
    }

    #[test]
    fn min_max_and_robust_agree_with_scikit_learn() {
        // sklearn.preprocessing on [1, 2, 3, 4]: MinMaxScaler, RobustScaler (quartiles 1.75, 3.25).
        for (scaling, wanted) in [
            (Scaling::MinMax, [0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0]),
            (Scaling::Robust, [-1.0, -1.0 / 3.0, 1.0 / 3.0, 1.0]),
        ] {
            let mut data = data();
            scale(&mut data, scaling);
            for (value, wanted) in column(&data.train, 0).iter().zip(wanted) {
                assert!((f64::from(*value) - wanted).abs() < 1e-7, "{scaling:?} {value}");
            }
            let fitted = data.scaler.expect("something was learnt");
            assert_eq!(fitted.unscaled(0, fitted.scaled(0, 2.5)), 2.5);
            assert_eq!((fitted.scale[1], fitted.constant), (1.0, vec![1]), "{scaling:?}");
        }
    }

    #[test]
    fn both_parts_are_scaled_by_the_training_part() {
        let mut data = data();
        scale(&mut data, Scaling::Standardise);
        let fitted = data.scaler.as_ref().expect("something was learnt");
        // Of 1, 2, 3, 4: mean 5/2, variance 5/4.
        let unit = 1.25_f64.sqrt();
        let wanted: Vec<f32> = [-1.5, -0.5, 0.5, 1.5].map(|value| (value / unit) as f32).into();
        assert_eq!(column(&data.train, 0), wanted);
        assert_eq!(data.test.features.at(0, 0), 0.0);
        assert_eq!(data.test.features.at(1, 0), (2.5 / unit) as f32);
        assert_eq!((fitted.offset[0], fitted.scale[0]), (2.5, unit));
    }

    #[test]
    fn a_constant_column_becomes_zero_and_is_told() {
        let mut data = data();
        scale(&mut data, Scaling::Standardise);
        let fitted = data.scaler.as_ref().expect("something was learnt");
        assert_eq!((fitted.constant.as_slice(), fitted.scale[1]), ([1_usize].as_slice(), 1.0));
        assert!(column(&data.train, 1).iter().all(|&value| value == 0.0));
        assert_eq!(data.test.features.at(1, 1), (f64::from(1.1_f32) - f64::from(0.1_f32)) as f32);
        assert!(data.notes[0].message.starts_with("1 feature (“b”) has the same value"));
    }

    #[test]
    fn what_training_sees_is_scaled_like_the_rest() {
        /// A sample as it is.
        #[derive(Debug)]
        struct Plain(Labelled);
        impl Augment for Plain {
            fn fill(
                &self,
                _: RunRng,
                _: u64,
                row: usize,
                out: &mut [f32],
            ) -> Result<(), DataError> {
                self.0.features.fill_all(&[row], out)
            }
        }
        let mut data = data();
        data.augment = Some(Arc::new(Plain(data.train.clone())));
        scale(&mut data, Scaling::Standardise);
        let mut out = [0.0; 2];
        let augment = data.augment.expect("still there");
        augment.fill(RunRng::new(0), 0, 3, &mut out).expect("in memory");
        assert_eq!(out[..], data.train.features.row(3)[..]);
    }

    #[test]
    fn nothing_is_changed_unasked() {
        let (mut one, other) = (data(), data());
        scale(&mut one, Scaling::None);
        assert_eq!(one, other);
    }

    #[test]
    fn an_empty_table_is_left_alone() {
        let mut empty = Matrix::zeros(0, 0);
        Scaler::fit(Scaling::Standardise, &empty).expect("fitted").apply(&mut empty);
        assert_eq!(empty.rows(), 0);
    }
}
