//! How two runs answer on the same rows, and whether one of them is better by more than chance.

use std::f64::consts::LN_2;

use crate::base::argmax;
use crate::data::Labelled;
use crate::record::Scores;

/// How two runs answer on the same rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// Rows that both have answered.
    pub rows: usize,
    /// Rows that both, only the first, only the second, and neither get right.
    pub right: [usize; 4],
    /// Rows on which the answers differ, and both answers.
    pub differing: Vec<(usize, usize, usize)>,
    /// How likely chance alone makes one right so much oftener than the other, see [`mcnemar`].
    pub chance: f64,
}

impl Verdict {
    /// Counts the rows that both runs were asked about.
    #[must_use]
    pub fn of(rows: &Labelled, a: &Scores, b: &Scores) -> Self {
        let mut found = Self::default();
        let answers = a.rows.iter().zip(0..a.outputs.rows());
        for (&row, place) in answers {
            let Ok(other) = b.rows.binary_search(&row) else { continue };
            let Some(truth) = rows.targets.class(row).filter(|_| other < b.outputs.rows()) else {
                continue;
            };
            let (a, b) = (argmax(a.outputs.row(place)), argmax(b.outputs.row(other)));
            found.rows += 1;
            found.right[2 * usize::from(a != truth) + usize::from(b != truth)] += 1;
            if a != b {
                found.differing.push((row, a, b));
            }
        }
        found.chance = mcnemar(found.right[1], found.right[2]);
        found
    }
}

/// The p-value of McNemar's exact test, two-sided: how likely the counts of rows that only one
/// run gets right are at least so far apart where each such row is as likely to be of one run as
/// of the other. Q. McNemar, Psychometrika 12 (1947); the exact form is the sign test.
#[must_use]
pub fn mcnemar(only_first: usize, only_second: usize) -> f64 {
    let (all, fewer) = (only_first + only_second, only_first.min(only_second));
    // In logarithms, as the smallest terms of many rows are no numbers any more.
    let mut term = -(all as f64) * LN_2;
    let mut tail = term.exp();
    for k in 0..fewer {
        term += ((all - k) as f64 / (k + 1) as f64).ln();
        tail += term.exp();
    }
    (2.0 * tail).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::super::tests::scores;
    use super::*;
    use crate::base::Matrix;
    use crate::data::Targets;

    #[test]
    fn rows_are_counted_by_who_is_right() {
        let truth = Targets::Classes(vec![0, 1, 2, 0, 1, 2]);
        let rows = Labelled::new(Matrix::zeros(6, 2), truth);
        let found = Verdict::of(&rows, &scores(&[0, 1, 2, 0, 0, 0]), &scores(&[0, 1, 0, 1, 1, 1]));
        assert_eq!(found.rows, 6);
        assert_eq!(found.right, [2, 2, 1, 1]);
        assert_eq!(found.differing, [(2, 2, 0), (3, 0, 1), (4, 0, 1), (5, 0, 1)]);
        assert_eq!(found.chance, 1.0);
    }

    /// Expected values: `scipy.stats.binomtest(min(a, b), a + b, 0.5).pvalue`.
    #[test]
    fn chance_agrees_with_the_binomial_test_of_scipy() {
        for (a, b, expected) in [
            (10, 2, 0.038_574_218_75),
            (3, 9, 0.145_996_093_75),
            (0, 6, 0.031_25),
            (5, 5, 1.0),
            (1, 0, 1.0),
            (40, 12, 0.000_127_538_783_855_740_7),
            (300, 240, 0.011_050_481_081_929_898),
        ] {
            for found in [mcnemar(a, b), mcnemar(b, a)] {
                assert!((found - expected).abs() < 1e-11, "{a} and {b}: {found}");
            }
        }
        assert_eq!(mcnemar(0, 0), 1.0, "nothing speaks against chance");
        assert!(mcnemar(4000, 3000) > 0.0 && mcnemar(9000, 9000) == 1.0);
    }
}
