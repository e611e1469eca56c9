use std::sync::Arc;

use crate::data::{Dataset, Targets};
use crate::record::{Part, Rest, Slice, SlicePlane};

use crate::ui::parts::labelled;

use super::scatter::shown_rows;

/// Through what a space of more than two features is cut.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum Through {
    /// Two features vary, the others stay.
    #[default]
    Features,
    /// The two directions in which the training part varies most.
    Principal,
}

/// What the features are that do not vary.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum Others {
    /// Their means over the training part.
    #[default]
    Mean,
    /// Those of a row.
    Row,
}

/// Whether the space of the features has to be cut to be drawn: tables with more than two of them.
#[must_use]
pub fn is_cut(data: &Dataset) -> bool {
    let in_memory = data.parts().all(|(_, part)| part.features.table().is_some());
    data.shape.is_flat() && data.base_features() > 2 && in_memory
}

/// What the user chose of a cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct Cut {
    /// Through what.
    pub through: Through,
    /// What the other features are.
    pub others: Others,
    /// The two features that vary, by name, so that they are found again in other data; where
    /// there are none so called, the two that go best with the label.
    pub pair: Option<[String; 2]>,
    /// The row whose features stay.
    #[serde(skip)]
    pub row: (Part, usize),
}

impl Cut {
    /// The two features that vary, given those to take where the user named none.
    #[must_use]
    pub fn pair(&self, data: &Dataset, suggested: [usize; 2]) -> [usize; 2] {
        let base = data.base_features();
        let place =
            |name: &String| data.feature_names.iter().take(base).position(|known| known == name);
        let named = self.pair.as_ref().and_then(|[x, y]| Some([place(x)?, place(y)?]));
        named.filter(|[x, y]| x != y).unwrap_or(suggested)
    }

    /// The row whose features stay, where data have it, else their first row of the test part.
    #[must_use]
    pub fn row(&self, data: &Dataset) -> (Part, usize) {
        let (part, row) = self.row;
        let has = labelled(data, part).is_some_and(|rows| row < rows.rows());
        if has { self.row } else { (Part::Train, 0) }
    }

    /// What the trainer is asked for.
    #[must_use]
    pub fn slice(&self, data: &Dataset, suggested: [usize; 2]) -> Slice {
        let rest = || match (self.others, self.row(data)) {
            (Others::Mean, _) => Rest::Mean,
            (Others::Row, (part, row)) => Rest::Row(part, row),
        };
        match self.through {
            Through::Principal => Slice::Principal,
            Through::Features => Slice::Features { pair: self.pair(data, suggested), rest: rest() },
        }
    }
}

/// Where a slice along two features lies, as the trainer has it; of a principal one only the
/// trainer knows.
pub(super) fn plane_of(data: &Dataset, slice: &Slice) -> Option<SlicePlane> {
    let Slice::Features { pair, rest } = slice else { return None };
    let width = data.base_features();
    let mut origin: Vec<f32> = match rest {
        Rest::Mean => means(data),
        Rest::Row(part, row) => labelled(data, *part)?.features.row(*row).to_vec(),
        Rest::Values(values) => values.to_vec(),
    };
    origin.truncate(width);
    let mut plane =
        SlicePlane { origin, across: vec![0.0; width], up: vec![0.0; width], explained: None };
    (*plane.across.get_mut(pair[0])?, *plane.up.get_mut(pair[1])?) = (1.0, 1.0);
    pair.iter().for_each(|&feature| plane.origin[feature] = 0.0);
    Some(plane)
}

/// Means of the features over the training part.
fn means(data: &Dataset) -> Vec<f32> {
    let rows = data.train.features.rows().max(1) as f64;
    let Some(table) = data.train.features.table() else { return Vec::new() };
    let mut sums = vec![0.0_f64; table.cols()];
    for row in table.data().chunks_exact(table.cols().max(1)) {
        sums.iter_mut().zip(row).for_each(|(sum, &value)| *sum += f64::from(value));
    }
    sums.into_iter().map(|sum| (sum / rows) as f32).collect()
}

/// The two features that go best with the label, each for itself, in the order of the table: by
/// the correlation ratio η² for classes, by r² for numbers. Features of two values, as categories
/// become, are taken only where there are no others.
#[must_use]
pub fn best_pair(data: &Dataset) -> [usize; 2] {
    let Some(table) = data.train.features.table() else { return [0, 1] };
    let rows: Vec<usize> = shown_rows(table.rows()).collect();
    let mut ranked: Vec<(bool, f64, usize)> = (0..data.base_features())
        .map(|column| {
            let values: Vec<f64> =
                rows.iter().map(|&row| f64::from(table.row(row)[column])).collect();
            (has_more_than_two(&values), strength(&values, &rows, &data.train.targets), column)
        })
        .collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)));
    match ranked[..] {
        [(_, _, a), (_, _, b), ..] => [a.min(b), a.max(b)],
        _ => [0, 1],
    }
}

fn has_more_than_two(values: &[f64]) -> bool {
    let Some(first) = values.first() else { return false };
    let second = values.iter().find(|value| *value != first);
    second.is_some_and(|second| values.iter().any(|value| value != first && value != second))
}

/// The share of the variance of `values` that goes with the targets of `rows`.
fn strength(values: &[f64], rows: &[usize], targets: &Targets) -> f64 {
    let share = match targets {
        Targets::Classes(classes) => {
            eta_squared(values, rows.iter().map(|&row| classes[row] as usize))
        }
        Targets::Numbers(numbers) => {
            r_squared(values, rows.iter().map(|&row| f64::from(numbers[row])))
        }
    };
    if share.is_finite() { share } else { 0.0 }
}

fn mean(values: impl Iterator<Item = f64> + Clone) -> f64 {
    values.clone().sum::<f64>() / values.count().max(1) as f64
}

/// The correlation ratio: variance between the means of the classes, as a share of all of it.
fn eta_squared(values: &[f64], classes: impl Iterator<Item = usize>) -> f64 {
    let mut sums: Vec<(f64, f64)> = Vec::new();
    for (class, value) in classes.zip(values) {
        if class >= sums.len() {
            sums.resize(class + 1, (0.0, 0.0));
        }
        sums[class].0 += value;
        sums[class].1 += 1.0;
    }
    let all = mean(values.iter().copied());
    let filled = sums.iter().filter(|(_, count)| *count > 0.0);
    let between: f64 = filled.map(|(sum, count)| count * (sum / count - all).powi(2)).sum();
    between / values.iter().map(|value| (value - all).powi(2)).sum::<f64>()
}

/// The square of Pearson's correlation.
fn r_squared(values: &[f64], numbers: impl Iterator<Item = f64> + Clone) -> f64 {
    let (a, b) = (mean(values.iter().copied()), mean(numbers.clone()));
    let pairs = || values.iter().zip(numbers.clone()).map(|(x, y)| (x - a, y - b));
    let [xy, xx, yy] =
        pairs().fold([0.0; 3], |[xy, xx, yy], (x, y)| [xy + x * y, xx + x * x, yy + y * y]);
    xy * xy / (xx * yy)
}

/// What a slice is, in words: `Slice: petal length × petal width, others at their mean`.
#[must_use]
pub fn description(data: &Dataset, slice: &Slice, plane: Option<&Arc<SlicePlane>>) -> String {
    let name = |feature: usize| data.feature_names.get(feature).map_or("", String::as_str);
    match slice {
        Slice::Features { pair: [x, y], rest } => {
            let rest = match rest {
                Rest::Mean => "at their mean".to_owned(),
                Rest::Row(part, row) => format!("as in {} row {}", part.adjective(), row + 1),
                Rest::Values(_) => "as chosen".to_owned(),
            };
            format!("Slice: {} × {}, others {rest}", name(*x), name(*y))
        }
        Slice::Principal => {
            let explained = plane.and_then(|plane| plane.explained);
            let share = explained.map_or_else(String::new, |[a, b]| {
                format!(", {} of the variance", crate::ui::format::percent(f64::from(a + b)))
            });
            format!("Slice: the two principal directions{share}")
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::base::Matrix;
    use crate::data::Labelled;
    use crate::spec::{SampleShape, Task};

    /// Four features: the third tells the classes apart, the second somewhat, the first is all
    /// the same, and the last is a category.
    pub fn table() -> Dataset {
        let rows: [([f32; 4], u32); 6] = [
            ([1.0, 0.0, 5.0, 0.0], 0),
            ([1.0, 1.0, 5.5, 0.0], 0),
            ([1.0, 2.0, 6.0, 0.0], 0),
            ([1.0, 2.0, 1.0, 1.0], 1),
            ([1.0, 3.0, 1.5, 1.0], 1),
            ([1.0, 4.0, 2.0, 1.0], 1),
        ];
        let part = Labelled::new(
            Matrix::new(6, 4, rows.iter().flat_map(|row| row.0).collect()).expect("fits"),
            Targets::Classes(rows.iter().map(|row| row.1).collect()),
        );
        let task = Task::Classification { classes: 2 };
        Dataset {
            feature_names: ["same", "some", "most", "kind=a"].map(Into::into).to_vec(),
            ..Dataset::new("table", SampleShape(vec![4]), task, part.clone(), part)
        }
    }

    #[test]
    fn the_pair_goes_best_with_the_label_and_is_no_category() {
        let data = table();
        assert_eq!(best_pair(&data), [1, 2]);
        let numbers = Targets::Numbers(vec![1.0, 2.0, 3.0, 3.0, 4.0, 5.0]);
        let [train, test] = [&data.train, &data.test]
            .map(|part| Labelled { targets: numbers.clone(), ..part.clone() });
        let data = Dataset { task: Task::Regression, train, test, ..data };
        assert_eq!(best_pair(&data), [1, 2]);
    }

    #[test]
    fn strengths_agree_with_the_closed_form() {
        // Means 1 and 3 around 2: between 6 · 1, within 2 · 2.
        let values = [0.0, 1.0, 2.0, 2.0, 3.0, 4.0];
        assert!((eta_squared(&values, [0, 0, 0, 1, 1, 1].into_iter()) - 0.6).abs() < 1e-12);
        assert!(
            (r_squared(&values, values.into_iter().map(|v| 3.0 - 2.0 * v)) - 1.0).abs() < 1e-12
        );
    }

    #[test]
    fn a_slice_keeps_the_mean_or_a_row_in_all_but_its_pair() {
        let data = table();
        let mean = plane_of(&data, &Slice::Features { pair: [2, 0], rest: Rest::Mean });
        let mean = mean.expect("along features");
        assert_eq!(mean.origin, [0.0, 2.0, 0.0, 0.5]);
        assert_eq!((mean.across, mean.up), (vec![0.0, 0.0, 1.0, 0.0], vec![1.0, 0.0, 0.0, 0.0]));
        let row = Slice::Features { pair: [0, 1], rest: Rest::Row(Part::Test, 4) };
        assert_eq!(plane_of(&data, &row).expect("along features").origin, [0.0, 0.0, 1.5, 1.0]);
        assert_eq!(plane_of(&data, &Slice::Principal), None, "the trainer knows");
    }

    #[test]
    fn features_are_found_again_by_their_names() {
        let data = table();
        let mut cut = Cut { pair: Some(["kind=a".into(), "some".into()]), ..Cut::default() };
        assert_eq!(cut.pair(&data, [0, 1]), [3, 1]);
        cut.pair = Some(["elsewhere".into(), "some".into()]);
        assert_eq!(cut.pair(&data, [0, 1]), [0, 1]);
        cut.row = (Part::Validation, 3);
        assert_eq!(cut.row(&data), (Part::Train, 0), "there is no such part");
    }

    #[test]
    fn a_slice_says_that_it_is_one() {
        let data = table();
        let along = Cut::default().slice(&data, [1, 2]);
        assert_eq!(description(&data, &along, None), "Slice: some × most, others at their mean");
        let row = Cut { others: Others::Row, row: (Part::Test, 4), ..Cut::default() };
        let along = row.slice(&data, [1, 2]);
        assert_eq!(description(&data, &along, None), "Slice: some × most, others as in test row 5");
    }
}
