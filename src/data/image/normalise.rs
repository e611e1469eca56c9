use super::frame::Image;

/// Mean and sum of squared deviations of each channel over some images, as they are merged.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Moments {
    count: f64,
    mean: Vec<f64>,
    squares: Vec<f64>,
}

impl Moments {
    /// Of one image. Two passes, so that a large common offset does not cancel the spread away.
    pub(super) fn of(image: &Image) -> Self {
        let area = image.height * image.width;
        let count = area as f64;
        let planes = image.values.chunks_exact(area.max(1));
        let mean: Vec<f64> = planes
            .clone()
            .map(|plane| plane.iter().copied().map(f64::from).sum::<f64>() / count)
            .collect();
        let spread = |(plane, mean): (&[f32], &f64)| {
            plane.iter().map(|&value| (f64::from(value) - mean).powi(2)).sum()
        };
        let squares = planes.zip(&mean).map(spread).collect();
        Self { count, mean, squares }
    }

    /// Of these and `other` together (Chan, Golub and LeVeque).
    pub(super) fn merged(self, other: &Self) -> Self {
        if self.count == 0.0 {
            return other.clone();
        }
        let count = self.count + other.count;
        let mut all = Self { count, ..self.clone() };
        for channel in 0..all.mean.len().min(other.mean.len()) {
            let apart = other.mean[channel] - self.mean[channel];
            all.mean[channel] += apart * other.count / count;
            all.squares[channel] +=
                other.squares[channel] + apart * apart * self.count * other.count / count;
        }
        all
    }

    /// Mean and standard deviation (divisor n) of each channel. One that is constant is divided
    /// by 1, as scikit-learn's scalers do.
    pub(super) fn mean_and_std(&self) -> (Vec<f32>, Vec<f32>) {
        let mean = self.mean.iter().map(|&mean| mean as f32).collect();
        let std = |squares: &f64| match (squares / self.count).sqrt() as f32 {
            std if std > 1e-6 => std,
            _ => 1.0,
        };
        (mean, self.squares.iter().map(std).collect())
    }
}
