use crate::base::Matrix;

/// How probabilities are sorted into bins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Binning {
    /// All bins are equally wide.
    #[default]
    Width,
    /// All bins have about as many samples, as far as equal probabilities let them.
    Count,
}

/// Samples of similar probability, and how often what was said of them is true.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReliabilityBin {
    /// Lower and upper edge. A probability on an edge between two bins belongs to the lower one.
    pub edges: [f64; 2],
    /// Samples in it.
    pub count: u64,
    /// Mean of their probabilities; 0 without samples.
    pub confidence: f64,
    /// Share of them of which it is true; 0 without samples.
    pub accuracy: f64,
}

/// Whether things happen as often as they are said to: a reliability diagram.
#[derive(Clone, Debug, PartialEq)]
pub struct Reliability {
    /// The bins, from the least probability up, those without samples among them.
    pub bins: Vec<ReliabilityBin>,
    /// Number of samples.
    pub rows: u64,
}

impl Reliability {
    /// Sorts samples into bins: how probable something was said to be, and whether it is true.
    /// Bins, means and shares are those of scikit-learn's `calibration_curve`. `None` without
    /// samples or bins, or where a probability is not within 0 and 1.
    #[must_use]
    pub fn of(samples: &[(f32, bool)], bins: usize, binning: Binning) -> Option<Self> {
        let is_valid = samples.iter().all(|(p, _)| (0.0..=1.0).contains(p));
        if samples.is_empty() || bins == 0 || !is_valid {
            return None;
        }
        let edges = match binning {
            Binning::Width => places(bins),
            Binning::Count => quantiles(samples, bins),
        };
        let mut sums = vec![(0_u64, 0.0_f64, 0_u64); bins];
        for &(p, is_true) in samples {
            let p = f64::from(p);
            let bin = edges[1..bins].partition_point(|&edge| edge < p);
            let (count, sum, trues) = &mut sums[bin];
            (*count, *sum, *trues) = (*count + 1, *sum + p, *trues + u64::from(is_true));
        }
        let bins = sums.into_iter().zip(edges.windows(2)).map(|((count, sum, trues), edges)| {
            let of = count.max(1) as f64;
            let edges = [edges[0], edges[1]];
            ReliabilityBin { edges, count, confidence: sum / of, accuracy: trues as f64 / of }
        });
        Some(Self { bins: bins.collect(), rows: samples.len() as u64 })
    }

    /// Expected calibration error (Naeini, Cooper and Hauskrecht 2015): the mean distance between
    /// confidence and accuracy of the bins, each weighted by its samples.
    #[must_use]
    pub fn expected_error(&self) -> f64 {
        let parts = self.bins.iter().map(|bin| bin.count as f64 * bin.gap().abs());
        parts.sum::<f64>() / self.rows as f64
    }

    /// Maximum calibration error (of the same paper): the largest of these distances, however few
    /// samples its bin has.
    #[must_use]
    pub fn largest_error(&self) -> f64 {
        self.bins.iter().map(|bin| bin.gap().abs()).fold(0.0, f64::max)
    }

    /// Mean of all probabilities.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        self.bins.iter().map(|bin| bin.count as f64 * bin.confidence).sum::<f64>()
            / self.rows as f64
    }

    /// Share of all samples of which it is true.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        self.bins.iter().map(|bin| bin.count as f64 * bin.accuracy).sum::<f64>() / self.rows as f64
    }
}

impl ReliabilityBin {
    /// By how much more is said than is true; 0 without samples.
    #[must_use]
    pub fn gap(&self) -> f64 {
        self.confidence - self.accuracy
    }
}

/// Edges of equally wide bins. As numpy's `linspace` rounds them, so that a probability that is
/// an edge falls into the same bin.
fn places(bins: usize) -> Vec<f64> {
    let step = 1.0 / bins as f64;
    (0..bins).map(|bin| bin as f64 * step).chain([1.0]).collect()
}

/// Edges of bins with equally many samples: numpy's `percentile` by linear interpolation.
fn quantiles(samples: &[(f32, bool)], bins: usize) -> Vec<f64> {
    let mut sorted: Vec<f64> = samples.iter().map(|(p, _)| f64::from(*p)).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let last = sorted.len() - 1;
    let at = |share: f64| {
        let place = share * 100.0 / 100.0 * last as f64;
        let left = (place as usize).min(last);
        let (low, high) = (sorted[left], sorted[(left + 1).min(last)]);
        let t = place - left as f64;
        // From the nearer end, as numpy does.
        if t < 0.5 { low + (high - low) * t } else { high - (high - low) * (1.0 - t) }
    };
    places(bins).into_iter().map(at).collect()
}

/// Mean squared distance between probabilities and what is true (Brier 1950): scikit-learn's
/// `brier_score_loss`. Of two classes it is that of the probability of class 1, from 0 to 1; of
/// more the sum over all classes, from 0 to 2. `outputs` is `[rows, classes]`, `truth` has a class
/// for each row. `None` without rows.
#[must_use]
pub fn brier_score(outputs: &Matrix, truth: &[usize]) -> Option<f64> {
    let rows = outputs.rows().min(truth.len());
    let of_row = |row: usize| {
        let squares =
            outputs.row(row).iter().enumerate().map(|(class, &p)| {
                (f64::from(p) - f64::from(u8::from(class == truth[row]))).powi(2)
            });
        if outputs.cols() == 2 { squares.skip(1).sum() } else { squares.sum::<f64>() }
    };
    (rows > 0).then(|| (0..rows).map(of_row).sum::<f64>() / rows as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_probability_on_an_edge_belongs_below() {
        let samples = [(0.0, false), (0.25, true), (0.5, true), (0.75, false), (1.0, true)];
        let found = Reliability::of(&samples, 4, Binning::Width).expect("samples");
        let counts: Vec<u64> = found.bins.iter().map(|bin| bin.count).collect();
        assert_eq!(counts, [2, 1, 1, 1]);
        assert_eq!(found.bins[0].confidence, 0.125);
        assert_eq!(found.bins[0].accuracy, 0.5);
        assert_eq!(found.bins[0].edges, [0.0, 0.25]);
    }

    #[test]
    fn what_is_no_probability_is_not_judged() {
        assert_eq!(Reliability::of(&[], 10, Binning::Width), None);
        assert_eq!(Reliability::of(&[(f32::NAN, true)], 10, Binning::Width), None);
        assert_eq!(Reliability::of(&[(1.5, true)], 10, Binning::Count), None);
        assert_eq!(brier_score(&Matrix::zeros(0, 3), &[]), None);
    }

    #[test]
    fn who_is_always_right_and_sure_has_no_error() {
        let sure = Matrix::new(2, 3, vec![1.0, 0.0, 0.0, 0.0, 0.0, 1.0]).expect("fits");
        assert_eq!(brier_score(&sure, &[0, 2]), Some(0.0));
        assert_eq!(brier_score(&sure, &[1, 2]), Some(1.0));
        let found = Reliability::of(&[(1.0, true), (1.0, true)], 10, Binning::Width);
        assert_eq!(found.map(|found| found.expected_error()), Some(0.0));
    }

    /// Four bins: 8 samples said 0.25 of which 2 are true, 2 said 0.375 of which both are, 10 said
    /// 0.875 of which 7 are.
    #[test]
    fn the_errors_are_those_of_a_table_worked_by_hand() {
        let of = |p: f32, count: usize, trues: usize| (0..count).map(move |at| (p, at < trues));
        let samples: Vec<_> =
            of(0.25, 8, 2).chain(of(0.375, 2, 2)).chain(of(0.875, 10, 7)).collect();
        let found = Reliability::of(&samples, 4, Binning::Width).expect("samples");
        let gaps: Vec<f64> = found.bins.iter().map(ReliabilityBin::gap).collect();
        assert_eq!(gaps[..3], [0.0, -0.625, 0.0]);
        assert!((gaps[3] - 0.175).abs() < 1e-12);
        assert_eq!(found.largest_error(), 0.625, "two samples are enough");
        assert!((found.expected_error() - (2.0 * 0.625 + 10.0 * 0.175) / 20.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn every_sample_is_in_one_bin_and_means_are_kept(
            samples in prop::collection::vec((0.0_f32..=1.0, any::<bool>()), 1..60),
            bins in 1_usize..12,
            by_count in any::<bool>(),
        ) {
            let binning = if by_count { Binning::Count } else { Binning::Width };
            let found = Reliability::of(&samples, bins, binning).expect("samples");
            prop_assert_eq!(found.bins.iter().map(|bin| bin.count).sum::<u64>(), found.rows);
            let mean = samples.iter().map(|s| f64::from(s.0)).sum::<f64>() / samples.len() as f64;
            prop_assert!((found.confidence() - mean).abs() < 1e-9);
            // A weighted mean of distances is no less than the distance of the weighted means.
            prop_assert!(
                found.expected_error() + 1e-9 >= (found.confidence() - found.accuracy()).abs()
            );
            prop_assert!(found.expected_error() <= found.largest_error() + 1e-12);
        }
    }
}
