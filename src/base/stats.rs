/// Mean and spread of one column, computed in `f64`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColumnStats {
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation with divisor n, as scikit-learn's `StandardScaler` has it.
    pub std: f64,
}

impl ColumnStats {
    /// Statistics of `values`, or `None` when there are none. Two passes, so that a large common
    /// offset does not cancel the spread away.
    pub fn of(values: impl Iterator<Item = f32> + Clone) -> Option<Self> {
        let (mut count, mut sum) = (0_u64, 0.0);
        let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.clone().map(f64::from) {
            count += 1;
            sum += value;
            min = min.min(value);
            max = max.max(value);
        }
        if count == 0 {
            return None;
        }
        let mean = sum / count as f64;
        let squares: f64 = values.map(|value| (f64::from(value) - mean).powi(2)).sum();
        Some(Self { min, max, mean, std: (squares / count as f64).sqrt() })
    }
}

/// Smallest and largest of all values that are finite; `None` where none is.
#[must_use]
pub fn ends(values: impl IntoIterator<Item = f32>) -> Option<[f32; 2]> {
    let finite = values.into_iter().filter(|value| value.is_finite());
    let [low, high] = finite.fold([f32::INFINITY, f32::NEG_INFINITY], |[low, high], value| {
        [low.min(value), high.max(value)]
    });
    (low <= high).then_some([low, high])
}

/// Index of the largest value; of equals, the first. Zero for an empty slice.
#[must_use]
pub fn argmax(values: &[f32]) -> usize {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = index;
        }
    }
    best
}

/// Turns a row of logits into probabilities in place, with the largest logit subtracted first so
/// that nothing overflows.
pub fn softmax_into(row: &mut [f32]) {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for value in row.iter_mut() {
        *value = (*value - largest).exp();
        sum += *value;
    }
    for value in row.iter_mut() {
        *value /= sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_agree_with_the_closed_form() {
        let stats = ColumnStats::of([1.0_f32, 2.0, 3.0, 4.0].into_iter()).expect("not empty");
        assert_eq!((stats.min, stats.max, stats.mean), (1.0, 4.0, 2.5));
        assert!((stats.std - 1.25_f64.sqrt()).abs() < 1e-15);
        assert!(ColumnStats::of(std::iter::empty()).is_none());
    }

    #[test]
    fn a_large_offset_does_not_hide_the_spread() {
        let stats = ColumnStats::of([1e6_f32, 1e6 + 1.0].into_iter()).expect("not empty");
        assert!((stats.std - 0.5).abs() < 1e-9);
    }

    #[test]
    fn ends_are_those_of_the_finite_values() {
        assert_eq!(ends([2.0, f32::NAN, -1.0, f32::INFINITY]), Some([-1.0, 2.0]));
        assert_eq!(ends([3.0]), Some([3.0, 3.0]));
        assert_eq!((ends([]), ends([f32::NAN])), (None, None));
    }

    #[test]
    fn softmax_survives_huge_logits() {
        let mut row = [1000.0, 1000.0, -1000.0];
        softmax_into(&mut row);
        assert_eq!(row, [0.5, 0.5, 0.0]);
        assert_eq!(argmax(&[1.0, 3.0, 3.0]), 1);
    }
}
