//! The exponential moving average that curves are smoothed by, as TensorBoard does it: begun at
//! zero and divided by the weight that it has so far, so that the first points are not drawn
//! towards zero (the bias correction of Adam, Kingma and Ba 2015).

use egui_plot::PlotPoint;

use super::points::Axes;

/// A running average.
#[derive(Clone, Copy, Debug)]
pub struct Smoother {
    weight: f64,
    sum: f64,
    /// `weight` to the power of the number of values.
    missing: f64,
}

impl Smoother {
    /// One that has seen nothing; the past counts by `weight`, from 0 to below 1.
    pub fn new(weight: f64) -> Self {
        Self { weight, sum: 0.0, missing: 1.0 }
    }

    /// The average after one more value.
    fn add(&mut self, value: f64) -> f64 {
        self.sum = self.sum * self.weight + value * (1.0 - self.weight);
        self.missing *= self.weight;
        self.sum / (1.0 - self.missing)
    }

    /// The smoothed place of the next point; `None` without smoothing.
    ///
    /// Values are averaged, not their logarithms.
    pub fn next(&mut self, point: PlotPoint, axes: Axes) -> Option<PlotPoint> {
        if self.weight <= 0.0 {
            return None;
        }
        if !point.y.is_finite() {
            return Some(point);
        }
        let value = self.add(axes.value(point.y));
        Some(PlotPoint::new(point.x, if axes.log_y { value.log10() } else { value }))
    }
}

/// Smooths points into `out`, in order, which stays empty without smoothing.
pub fn smooth(points: &[PlotPoint], axes: Axes, weight: f64, out: &mut Vec<PlotPoint>) -> Smoother {
    let mut smoother = Smoother::new(weight);
    out.clear();
    out.extend(points.iter().filter_map(|point| smoother.next(*point, axes)));
    smoother
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panels::curves::XAxis;
    use proptest::prelude::*;

    const AXES: Axes = Axes { x: XAxis::Step, log_x: false, log_y: false, scale: 1.0 };

    fn smoothed(values: &[f64], weight: f64, axes: Axes) -> Vec<f64> {
        let points: Vec<_> =
            values.iter().enumerate().map(|(x, &y)| PlotPoint::new(x as f64, y)).collect();
        let mut out = Vec::new();
        smooth(&points, axes, weight, &mut out);
        out.iter().map(|point| point.y).collect()
    }

    #[test]
    fn the_first_values_are_those_of_the_formula() {
        // 1, (0.5·1·0.5 + 0.5·3) / 0.75, …
        let expected = [1.0, (0.25 + 1.5) / 0.75, (0.125 + 0.75 + 2.5) / 0.875];
        for (got, want) in smoothed(&[1.0, 3.0, 5.0], 0.5, AXES).iter().zip(expected) {
            assert!((got - want).abs() < 1e-12, "{got} {want}");
        }
        assert!(smoothed(&[1.0, 3.0], 0.0, AXES).is_empty());
    }

    #[test]
    fn under_a_logarithm_the_values_are_averaged() {
        let logs: Vec<f64> = [1.0_f64, 100.0].iter().map(|value| value.log10()).collect();
        let got = smoothed(&logs, 0.5, Axes { log_y: true, ..AXES });
        let want = ((0.25 + 50.0) / 0.75_f64).log10();
        assert!((got[1] - want).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_number_stays_where_it_is_and_spoils_nothing() {
        let got = smoothed(&[2.0, f64::NAN, 2.0], 0.9, AXES);
        assert!(got[1].is_nan() && (got[2] - 2.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn an_average_stays_between_the_extremes(
            values in prop::collection::vec(-1e3..1e3_f64, 1..200),
            weight in 0.01..0.99_f64,
        ) {
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            for value in smoothed(&values, weight, AXES) {
                prop_assert!(value >= low - 1e-6 && value <= high + 1e-6);
            }
        }

        #[test]
        fn a_constant_stays_itself(value in -1e3..1e3_f64, weight in 0.01..0.99_f64) {
            for smooth in smoothed(&[value; 30], weight, AXES) {
                prop_assert!((smooth - value).abs() <= 1e-9 * value.abs().max(1.0));
            }
        }
    }
}
