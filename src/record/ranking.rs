use crate::base::{Matrix, argmax};

/// What a network says about one row, and whether that is right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// Place among the rows that were looked at.
    pub place: usize,
    /// The true class.
    pub truth: usize,
    /// The most probable class; of equals, the first.
    pub predicted: usize,
    /// Its probability.
    pub confidence: f32,
}

impl Verdict {
    /// Whether the most probable class is the true one.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.truth == self.predicted
    }
}

/// What a network says about every row. `outputs` is `[rows, classes]`, `truth` gives the class of
/// a place; places without one are left out.
#[must_use]
pub fn verdicts(outputs: &Matrix, truth: impl Fn(usize) -> Option<usize>) -> Vec<Verdict> {
    let verdict = |place: usize| {
        let row = outputs.row(place);
        let predicted = argmax(row);
        let confidence = *row.get(predicted)?;
        Some(Verdict { place, truth: truth(place)?, predicted, confidence })
    };
    (0..outputs.rows()).filter_map(verdict).collect()
}

/// In which order rows are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ranking {
    /// Mistakes first, the most confident of them at the top; then what is right, the least
    /// certain at the top.
    #[default]
    WorstFirst,
    /// The least probable winners at the top, right or wrong.
    LeastCertain,
    /// The most probable winners at the top, right or wrong.
    MostCertain,
    /// As they stand in the data.
    InOrder,
}

impl Ranking {
    /// Puts verdicts in this order. Equal ones stay as they stand in the data; a probability that
    /// is no number comes first in every order but that of the data.
    pub fn sort(self, verdicts: &mut [Verdict]) {
        let up = |verdict: &Verdict| {
            if verdict.confidence.is_nan() { f32::NEG_INFINITY } else { verdict.confidence }
        };
        let down = |verdict: &Verdict| {
            if verdict.confidence.is_nan() { f32::NEG_INFINITY } else { -verdict.confidence }
        };
        let key = |verdict: &Verdict| match self {
            Self::WorstFirst if verdict.is_right() => (true, up(verdict)),
            Self::WorstFirst | Self::MostCertain => (false, down(verdict)),
            Self::LeastCertain => (false, up(verdict)),
            Self::InOrder => (false, 0.0),
        };
        verdicts.sort_unstable_by(|a, b| {
            let (x, y) = (key(a), key(b));
            x.0.cmp(&y.0).then(x.1.total_cmp(&y.1)).then(a.place.cmp(&b.place))
        });
    }
}

/// How far a predicted number is off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residual {
    /// Place among the rows that were looked at.
    pub place: usize,
    /// The true number.
    pub truth: f32,
    /// The predicted number.
    pub predicted: f32,
}

impl Residual {
    /// Prediction minus truth.
    #[must_use]
    pub fn error(&self) -> f32 {
        self.predicted - self.truth
    }

    /// Puts residuals in order, the largest at the top, whatever their sign. What is no number
    /// comes first, equal ones as they stand in the data.
    pub fn sort(residuals: &mut [Self]) {
        let size = |residual: &Self| {
            let size = residual.error().abs();
            if size.is_nan() { f32::INFINITY } else { size }
        };
        residuals.sort_unstable_by(|a, b| size(b).total_cmp(&size(a)).then(a.place.cmp(&b.place)));
    }
}

/// The `count` largest of a row of probabilities, the largest first; equal ones in the order of
/// the classes. What is no number comes last.
pub fn top(row: &[f32], count: usize) -> impl Iterator<Item = (usize, f32)> + use<> {
    let mut best: Vec<(usize, f32)> = Vec::with_capacity(count + 1);
    for (class, &p) in row.iter().enumerate() {
        let p = if p.is_nan() { f32::NEG_INFINITY } else { p };
        let place = best.partition_point(|&(_, other)| other >= p);
        if place < count {
            best.insert(place, (class, p));
            best.truncate(count);
        }
    }
    best.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sorted(outputs: &[[f32; 2]], truth: &[usize], ranking: Ranking) -> Vec<usize> {
        let flat = outputs.iter().flatten().copied().collect();
        let outputs = Matrix::new(outputs.len(), 2, flat).expect("fits");
        let mut verdicts = verdicts(&outputs, |place| truth.get(place).copied());
        ranking.sort(&mut verdicts);
        verdicts.iter().map(|verdict| verdict.place).collect()
    }

    #[test]
    fn the_most_confident_mistake_comes_first() {
        let outputs = [[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7], [0.45, 0.55]];
        let truth = [0, 0, 0, 1, 1];
        assert_eq!(sorted(&outputs, &truth, Ranking::WorstFirst), [1, 2, 4, 3, 0]);
        assert_eq!(sorted(&outputs, &truth, Ranking::LeastCertain), [4, 2, 3, 1, 0]);
        assert_eq!(sorted(&outputs, &truth, Ranking::MostCertain), [0, 1, 3, 2, 4]);
        assert_eq!(sorted(&outputs, &truth, Ranking::InOrder), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn the_largest_residual_comes_first_whatever_its_sign() {
        let of = |place, truth, predicted| Residual { place, truth, predicted };
        let mut residuals =
            [of(0, 1.0, 1.5), of(1, 1.0, -2.0), of(2, 0.0, 0.5), of(3, 0.0, f32::NAN)];
        Residual::sort(&mut residuals);
        assert_eq!(residuals.map(|residual| residual.place), [3, 1, 0, 2]);
        assert_eq!(residuals[1].error(), -3.0);
    }

    proptest! {
        #[test]
        fn the_top_are_the_first_of_all_sorted(
            row in prop::collection::vec(0_u8..8, 0..20),
            count in 0_usize..5,
        ) {
            let row: Vec<f32> = row.into_iter().map(f32::from).collect();
            let mut all: Vec<(usize, f32)> = row.iter().copied().enumerate().collect();
            all.sort_by(|a, b| b.1.total_cmp(&a.1));
            all.truncate(count);
            prop_assert_eq!(top(&row, count).collect::<Vec<_>>(), all);
        }

        #[test]
        fn no_order_loses_a_row(
            rows in prop::collection::vec((0.0_f32..1.0, 0_usize..2), 0..30),
        ) {
            let outputs: Vec<[f32; 2]> = rows.iter().map(|(p, _)| [*p, 1.0 - p]).collect();
            let truth: Vec<usize> = rows.iter().map(|(_, class)| *class).collect();
            for ranking in [Ranking::WorstFirst, Ranking::LeastCertain, Ranking::MostCertain] {
                let mut found = sorted(&outputs, &truth, ranking);
                found.sort_unstable();
                prop_assert_eq!(found, (0..rows.len()).collect::<Vec<_>>());
            }
        }
    }
}
