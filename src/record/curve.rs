/// How many samples of two classes are found when everything at or above a score is taken for
/// the positive class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// The score. Of the first cut, at which nothing is found, it is infinite.
    pub threshold: f32,
    /// Positive samples at or above it: true positives.
    pub hits: u64,
    /// Negative samples at or above it: false positives.
    pub alarms: u64,
}

/// The cuts at every score that occurs, from the highest down: what ROC curves and
/// precision–recall curves are drawn from. Both classes occur.
#[derive(Clone, Debug, PartialEq)]
pub struct CutCurve {
    cuts: Vec<Cut>,
}

/// The shares that tell what a threshold does. All lie between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Share of the positive samples that are found; also called recall.
    pub found: f64,
    /// Share of the negative samples that are found by mistake.
    pub alarms: f64,
    /// Share of what is found that is positive; 1 where nothing is found.
    pub precision: f64,
}

impl CutCurve {
    /// A curve of cuts in falling order of their thresholds, the first of which finds nothing and
    /// the last of which everything. `None` where one of the classes does not occur.
    pub(super) fn new(cuts: Vec<Cut>) -> Option<Self> {
        let all = *cuts.last()?;
        (all.hits > 0 && all.alarms > 0).then_some(Self { cuts })
    }

    /// All cuts, the first of which finds nothing and the last of which everything.
    #[must_use]
    pub fn cuts(&self) -> &[Cut] {
        &self.cuts
    }

    /// Number of positive and of negative samples.
    #[must_use]
    pub fn totals(&self) -> [u64; 2] {
        let all = self.cuts[self.cuts.len() - 1];
        [all.hits, all.alarms]
    }

    /// What a cut does.
    #[must_use]
    pub fn rates(&self, cut: Cut) -> Rates {
        let [positives, negatives] = self.totals().map(|total| total as f64);
        let found = cut.hits + cut.alarms;
        Rates {
            found: cut.hits as f64 / positives,
            alarms: cut.alarms as f64 / negatives,
            precision: if found == 0 { 1.0 } else { cut.hits as f64 / found as f64 },
        }
    }

    /// The cut that a threshold makes: the last one that is not below it.
    #[must_use]
    pub fn at(&self, threshold: f32) -> Cut {
        let above = self.cuts.partition_point(|cut| cut.threshold >= threshold);
        self.cuts[above.max(1) - 1]
    }

    /// Area under the ROC curve by the trapezoidal rule: scikit-learn's `roc_auc_score`.
    #[must_use]
    pub fn area(&self) -> f64 {
        let doubled = self.cuts.windows(2).map(|pair| {
            u128::from(pair[1].alarms - pair[0].alarms) * u128::from(pair[0].hits + pair[1].hits)
        });
        let [positives, negatives] = self.totals().map(|total| total as f64);
        doubled.sum::<u128>() as f64 / (2.0 * positives * negatives)
    }

    /// Mean of the precisions at all cuts, each weighted by what is newly found there:
    /// scikit-learn's `average_precision_score`.
    #[must_use]
    pub fn average_precision(&self) -> f64 {
        let steps = self.cuts.windows(2).map(|pair| {
            let newly = (pair[1].hits - pair[0].hits) as f64;
            newly * self.rates(pair[1]).precision
        });
        steps.sum::<f64>() / self.totals()[0] as f64
    }

    /// Height of the ROC curve at a share of false alarms, by straight lines between the cuts;
    /// where it rises steeply there, the upper end (numpy's `interp`).
    #[must_use]
    pub fn found_at(&self, alarms: f64) -> f64 {
        let next = self.cuts.partition_point(|cut| self.rates(*cut).alarms <= alarms);
        let left = self.rates(self.cuts[next.max(1) - 1]);
        let Some(right) = self.cuts.get(next).map(|cut| self.rates(*cut)) else {
            return left.found;
        };
        let slope = (right.found - left.found) / (right.alarms - left.alarms);
        slope * (alarms - left.alarms) + left.found
    }

    /// Corners of the ROC curve, from `[0, 0]` to `[1, 1]`: share of false alarms, and share found.
    /// Cuts on a straight line between their neighbours are left out.
    #[must_use]
    pub fn roc(&self) -> Vec<[f64; 2]> {
        let mut kept: Vec<Cut> = Vec::new();
        for &cut in &self.cuts {
            while let [.., a, b] = kept[..]
                && is_straight(a, b, cut)
            {
                kept.pop();
            }
            kept.push(cut);
        }
        let points = kept.into_iter().map(|cut| self.rates(cut));
        points.map(|rates| [rates.alarms, rates.found]).collect()
    }

    /// Points of the precision–recall curve, from recall 0 to 1. Between them precision stays as
    /// at the point to the right: interpolating in straight lines would promise too much.
    #[must_use]
    pub fn precision_recall(&self) -> Vec<[f64; 2]> {
        let points = self.cuts.iter().map(|cut| self.rates(*cut));
        points.map(|rates| [rates.found, rates.precision]).collect()
    }
}

/// Whether the middle of three cuts lies on the line between the others.
fn is_straight(a: Cut, b: Cut, c: Cut) -> bool {
    let step =
        |from: Cut, to: Cut| [u128::from(to.alarms - from.alarms), u128::from(to.hits - from.hits)];
    let ([x, y], [u, v]) = (step(a, b), step(b, c));
    x * v == y * u
}

/// Mean of several ROC curves, each counting alike, at `points` shares of false alarms evenly
/// spaced from 0 to 1, with the corner `[0, 0]` before them: the macro average of scikit-learn's
/// one-versus-rest example. Empty without curves.
#[must_use]
pub fn macro_roc(curves: &[&CutCurve], points: usize) -> Vec<[f64; 2]> {
    if curves.is_empty() || points < 2 {
        return Vec::new();
    }
    let mean = |alarms: f64| {
        let sum: f64 = curves.iter().map(|curve| curve.found_at(alarms)).sum();
        [alarms, sum / curves.len() as f64]
    };
    let places = (0..points).map(|place| place as f64 / (points - 1) as f64);
    [[0.0, 0.0]].into_iter().chain(places.map(mean)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(cuts: &[(f32, u64, u64)]) -> CutCurve {
        let first = Cut { threshold: f32::INFINITY, hits: 0, alarms: 0 };
        let rest = cuts.iter().map(|&(threshold, hits, alarms)| Cut { threshold, hits, alarms });
        CutCurve::new([first].into_iter().chain(rest).collect()).expect("both classes")
    }

    #[test]
    fn a_threshold_finds_what_is_not_below_it() {
        let curve = curve(&[(0.9, 1, 0), (0.5, 2, 1), (0.1, 3, 3)]);
        assert_eq!(curve.at(2.0).hits, 0);
        assert_eq!(curve.at(0.9).hits, 1);
        assert_eq!(curve.at(0.6).hits, 1);
        assert_eq!(curve.at(0.0).alarms, 3);
        let rates = curve.rates(curve.at(0.5));
        assert_eq!([rates.found, rates.alarms, rates.precision], [2.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0]);
        assert_eq!(curve.rates(curve.at(2.0)).precision, 1.0, "nothing found is nothing wrong");
    }

    #[test]
    fn what_lies_on_a_line_is_no_corner() {
        let curve = curve(&[(0.9, 1, 0), (0.8, 2, 0), (0.5, 3, 1), (0.4, 4, 2), (0.1, 4, 4)]);
        assert_eq!(curve.roc(), [[0.0, 0.0], [0.0, 0.5], [0.5, 1.0], [1.0, 1.0]]);
        assert_eq!(curve.area(), 0.875);
        assert_eq!(curve.found_at(0.0), 0.5, "the upper end of a steep piece");
        assert_eq!(curve.found_at(0.25), 0.75);
        assert_eq!(curve.found_at(1.0), 1.0);
    }

    #[test]
    fn the_mean_of_equal_curves_is_the_curve() {
        let one = curve(&[(0.9, 1, 0), (0.5, 2, 1), (0.1, 3, 4)]);
        let mean = macro_roc(&[&one, &one], 5);
        assert_eq!(mean.len(), 6);
        assert!(mean[1..].iter().all(|&[x, y]| (one.found_at(x) - y).abs() < 1e-15));
        assert!(macro_roc(&[], 5).is_empty());
    }
}
