use super::curve::{Cut, CutCurve};

/// Scores of samples of two classes, for the area under their ROC curve.
///
/// A score says how much a sample looks like class 1; only the order of scores counts. Each is
/// kept in one word with its class in the last bit, so that the words sort as the scores do.
#[derive(Clone, Debug, Default)]
pub struct RocScores {
    words: Vec<u64>,
    is_broken: bool,
}

impl RocScores {
    /// Room for `rows` samples.
    #[must_use]
    pub fn with_capacity(rows: usize) -> Self {
        Self { words: Vec::with_capacity(rows), is_broken: false }
    }

    /// Adds a sample.
    pub fn push(&mut self, score: f32, is_positive: bool) {
        self.is_broken |= score.is_nan();
        self.words.push(u64::from(ordered(score)) << 1 | u64::from(is_positive));
    }

    /// Probability that a random sample of class 1 has a higher score than one of class 0, where
    /// equal scores count half: scikit-learn's `roc_auc_score`, computed by ranks (Mann and
    /// Whitney 1947). `None` where one of the classes does not occur, NaN where a score is no
    /// number.
    #[must_use]
    pub fn area(mut self) -> Option<f64> {
        self.words.sort_unstable();
        let positives = self.words.iter().filter(|&&word| is_positive(word)).count() as u64;
        let negatives = self.words.len() as u64 - positives;
        if positives == 0 || negatives == 0 {
            return None;
        }
        if self.is_broken {
            return Some(f64::NAN);
        }
        Some(wins(&self.words) as f64 / (2 * positives * negatives) as f64)
    }

    /// What is found at every threshold, for ROC and precision–recall curves. `None` where one of
    /// the classes does not occur or a score is no number.
    #[must_use]
    pub fn curve(mut self) -> Option<CutCurve> {
        if self.is_broken {
            return None;
        }
        self.words.sort_unstable();
        let mut cuts = vec![Cut { threshold: f32::INFINITY, hits: 0, alarms: 0 }];
        for tie in self.words.chunk_by(|a, b| a >> 1 == b >> 1).rev() {
            let last = cuts[cuts.len() - 1];
            let hits = tie.iter().filter(|&&word| is_positive(word)).count() as u64;
            cuts.push(Cut {
                threshold: score_of(tie[0]),
                hits: last.hits + hits,
                alarms: last.alarms + tie.len() as u64 - hits,
            });
        }
        CutCurve::new(cuts)
    }
}

/// Twice the number of pairs that stand in the right order; equal scores count once.
fn wins(words: &[u64]) -> u64 {
    let (mut below, mut wins) = (0, 0);
    for tie in words.chunk_by(|a, b| a >> 1 == b >> 1) {
        let positives = tie.iter().filter(|&&word| is_positive(word)).count() as u64;
        let negatives = tie.len() as u64 - positives;
        wins += positives * (2 * below + negatives);
        below += negatives;
    }
    wins
}

fn is_positive(word: u64) -> bool {
    word & 1 == 1
}

/// Bits that are in the order of the numbers they stand for; both zeros are the same.
fn ordered(score: f32) -> u32 {
    let bits = (score + 0.0).to_bits();
    if bits >> 31 == 0 { bits | 1 << 31 } else { !bits }
}

/// The score that a word was made of.
fn score_of(word: u64) -> f32 {
    let bits = (word >> 1) as u32;
    f32::from_bits(if bits >> 31 == 1 { bits & !(1 << 31) } else { !bits })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn area(samples: &[(f32, bool)]) -> Option<f64> {
        let mut scores = RocScores::with_capacity(samples.len());
        samples.iter().for_each(|&(score, is_positive)| scores.push(score, is_positive));
        scores.area()
    }

    fn curve(samples: &[(f32, bool)]) -> Option<CutCurve> {
        let mut scores = RocScores::with_capacity(samples.len());
        samples.iter().for_each(|&(score, is_positive)| scores.push(score, is_positive));
        scores.curve()
    }

    #[test]
    fn a_threshold_is_the_score_it_was_made_of() {
        for score in [0.0, 0.25, 1.0, -3.5, f32::MIN_POSITIVE, f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!(score_of(u64::from(ordered(score)) << 1), score);
        }
        assert_eq!(curve(&[(f32::NAN, true), (0.2, false)]), None);
        assert_eq!(curve(&[(0.1, true)]), None);
    }

    #[test]
    fn the_area_is_one_in_the_right_order_and_a_half_among_equals() {
        assert_eq!(area(&[(-2.0, false), (-1.0, false), (0.5, true)]), Some(1.0));
        assert_eq!(area(&[(1.0, false), (-1.0, true)]), Some(0.0));
        assert_eq!(area(&[(0.0, false), (-0.0, true), (0.0, true)]), Some(0.5));
    }

    #[test]
    fn one_class_alone_has_no_area_and_what_is_no_number_none_that_counts() {
        assert_eq!(area(&[(0.1, true), (0.2, true)]), None);
        assert_eq!(area(&[]), None);
        assert!(area(&[(f32::NAN, true), (0.2, false)]).is_some_and(f64::is_nan));
        assert_eq!(area(&[(f32::INFINITY, true), (f32::NEG_INFINITY, false)]), Some(1.0));
    }

    proptest! {
        #[test]
        fn the_area_is_the_share_of_pairs_in_order(
            samples in prop::collection::vec((-3_i8..3, any::<bool>()), 1..40),
        ) {
            let samples: Vec<_> =
                samples.into_iter().map(|(score, class)| (f32::from(score), class)).collect();
            let (mut sum, mut pairs) = (0.0, 0.0);
            for (up, _) in samples.iter().filter(|sample| sample.1) {
                for (down, _) in samples.iter().filter(|sample| !sample.1) {
                    pairs += 1.0;
                    sum += if up > down { 1.0 } else if up == down { 0.5 } else { 0.0 };
                }
            }
            let expected = (pairs > 0.0).then(|| sum / pairs);
            prop_assert_eq!(area(&samples), expected);
        }

        #[test]
        fn a_curve_counts_what_lies_at_or_above_each_threshold_and_has_the_same_area(
            samples in prop::collection::vec((-3_i8..3, any::<bool>()), 1..40),
        ) {
            let samples: Vec<_> =
                samples.into_iter().map(|(score, class)| (f32::from(score), class)).collect();
            let Some(curve) = curve(&samples) else {
                prop_assert_eq!(area(&samples), None);
                return Ok(());
            };
            for cut in curve.cuts() {
                let at_least = |class| {
                    let found = samples.iter().filter(|s| s.0 >= cut.threshold && s.1 == class);
                    found.count() as u64
                };
                prop_assert_eq!(cut.hits, at_least(true));
                prop_assert_eq!(cut.alarms, at_least(false));
            }
            let by_ranks = area(&samples).expect("both classes occur");
            prop_assert!((curve.area() - by_ranks).abs() < 1e-12);
            prop_assert!(curve.average_precision() > 0.0 && curve.average_precision() <= 1.0 + 1e-12);
        }
    }
}
