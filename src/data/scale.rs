use super::tell::{counted, listed, note, quoted};
use super::{DataNote, Dataset};
use crate::base::Matrix;
use crate::spec::Scaling;

/// Most columns that one note names.
const NAMED_COLUMNS: usize = 5;

/// Mean and standard deviation of each column, learnt from the training part and applied to both.
/// Divisor n and scale 1 for constant columns, as scikit-learn's `StandardScaler` has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardiser {
    /// What is subtracted from each column.
    pub mean: Vec<f64>,
    /// What each column is then divided by.
    pub scale: Vec<f64>,
    /// Columns that have one value only.
    pub constant: Vec<usize>,
}

impl Standardiser {
    /// Learns from `features`, `[rows, columns]`. Two passes in `f64`, so that a large common
    /// offset does not cancel the spread away.
    #[must_use]
    pub fn fit(features: &Matrix) -> Self {
        let rows = features.rows().max(1) as f64;
        let mut mean = vec![0.0; features.cols()];
        add_rows(features, &mut mean, |_, value| value);
        mean.iter_mut().for_each(|sum| *sum /= rows);
        let constant: Vec<usize> =
            (0..features.cols()).filter(|&column| is_constant(features, column)).collect();
        let mut scale = vec![0.0; features.cols()];
        add_rows(features, &mut scale, |column, value| (value - mean[column]).powi(2));
        scale.iter_mut().for_each(|sum| *sum = (*sum / rows).sqrt());
        for &column in &constant {
            // The mean of equal values may be off in its last digit.
            mean[column] = features.col(column).next().map_or(0.0, f64::from);
            scale[column] = 1.0;
        }
        Self { mean, scale, constant }
    }

    /// Scales `features` in place.
    ///
    /// # Panics
    /// When the number of columns is not that of the table it was learnt from.
    pub fn apply(&self, features: &mut Matrix) {
        assert_eq!(features.cols(), self.mean.len(), "as many columns as were fitted");
        if self.mean.is_empty() {
            return;
        }
        for row in features.data_mut().chunks_exact_mut(self.mean.len()) {
            for (value, (mean, scale)) in row.iter_mut().zip(self.mean.iter().zip(&self.scale)) {
                *value = ((f64::from(*value) - mean) / scale) as f32;
            }
        }
    }
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

/// Scales both parts of `dataset` as `scaling` says, learning from the training part alone. What
/// was learnt is kept with the data, and what the user should know is added to its notes.
pub fn scale(dataset: &mut Dataset, scaling: Scaling) {
    match scaling {
        Scaling::None => {}
        Scaling::Standardise => {
            let fitted = Standardiser::fit(&dataset.train.features);
            fitted.apply(&mut dataset.train.features);
            fitted.apply(&mut dataset.test.features);
            dataset.notes.extend(constant_columns(&fitted.constant, &dataset.feature_names));
            dataset.scaler = Some(fitted);
        }
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
        "{}{place} {verb} the same value in every row of the training part, so standardising sets \
         {they} to 0.",
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
        Labelled {
            features: Matrix::new(rows, 2, values).expect("two columns"),
            targets: Targets::Numbers(vec![0.0; rows]),
        }
    }

    fn data() -> Dataset {
        Dataset {
            name: "test".to_owned(),
            shape: SampleShape(vec![2]),
            task: Task::Regression,
            feature_names: vec!["a".to_owned(), "b".to_owned()],
            label_name: "y".to_owned(),
            class_names: Vec::new(),
            train: part(vec![1.0, 0.1, 2.0, 0.1, 3.0, 0.1, 4.0, 0.1]),
            test: part(vec![2.5, 0.1, 5.0, 1.1]),
            scaler: None,
            notes: Vec::new(),
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
        assert_eq!(data.train.features.col(0).collect::<Vec<_>>(), wanted);
        assert_eq!(data.test.features.at(0, 0), 0.0);
        assert_eq!(data.test.features.at(1, 0), (2.5 / unit) as f32);
        assert_eq!((fitted.mean[0], fitted.scale[0]), (2.5, unit));
    }

    #[test]
    fn a_constant_column_becomes_zero_and_is_told() {
        let mut data = data();
        scale(&mut data, Scaling::Standardise);
        let fitted = data.scaler.as_ref().expect("something was learnt");
        assert_eq!((fitted.constant.as_slice(), fitted.scale[1]), ([1_usize].as_slice(), 1.0));
        assert!(data.train.features.col(1).all(|value| value == 0.0));
        assert_eq!(data.test.features.at(1, 1), (f64::from(1.1_f32) - f64::from(0.1_f32)) as f32);
        assert!(data.notes[0].message.starts_with("1 feature (“b”) has the same value"));
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
        Standardiser::fit(&empty).apply(&mut empty);
        assert_eq!(empty.rows(), 0);
    }
}
