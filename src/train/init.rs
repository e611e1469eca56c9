use crate::base::Rng;
use crate::spec::{BiasInit, Init};

/// Initial values on the host: the weight in PyTorch's layout (`[out, in]` or
/// `[out, in, height, width]`) in the order of its memory, and the bias. They are drawn in
/// PyTorch's order, the weight before the bias.
#[must_use]
pub fn draw(
    rng: &mut Rng,
    weight: Init,
    bias: Option<BiasInit>,
    shape: &[usize],
) -> (Vec<f32>, Option<Vec<f32>>) {
    let fan = Fan::of(shape);
    let law = weight_law(weight, fan);
    let weight = (0..shape.iter().product()).map(|_| law.draw(rng)).collect();
    let bias = bias.map(|bias| {
        let law = bias_law(bias, fan);
        (0..shape[0]).map(|_| law.draw(rng)).collect()
    });
    (weight, bias)
}

/// How many values a unit sees, and how many units see a value.
#[derive(Clone, Copy, Debug)]
struct Fan {
    fan_in: f64,
    fan_out: f64,
}

impl Fan {
    /// PyTorch's `_calculate_fan_in_and_fan_out`: channels times the size of a kernel.
    fn of(shape: &[usize]) -> Self {
        let field: usize = shape[2..].iter().product();
        Self { fan_in: (shape[1] * field) as f64, fan_out: (shape[0] * field) as f64 }
    }
}

/// A distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Law {
    /// Uniform in `[low, high)`.
    Uniform(f64, f64),
    /// Normal with this mean and standard deviation.
    Normal(f64, f64),
    /// Always the same.
    Constant(f64),
}

impl Law {
    /// Uniform in `[-bound, bound)`.
    fn within(bound: f64) -> Self {
        Self::Uniform(-bound, bound)
    }

    fn draw(self, rng: &mut Rng) -> f32 {
        match self {
            Self::Uniform(low, high) => rng.range(low, high) as f32,
            Self::Normal(mean, std) => (mean + std * rng.normal()) as f32,
            Self::Constant(value) => value as f32,
        }
    }
}

fn weight_law(init: Init, Fan { fan_in, fan_out }: Fan) -> Law {
    match init {
        Init::PyTorch => Law::within(1.0 / fan_in.sqrt()),
        Init::KaimingUniform => Law::within((6.0 / fan_in).sqrt()),
        Init::KaimingNormal => Law::Normal(0.0, (2.0 / fan_in).sqrt()),
        Init::XavierUniform => Law::within((6.0 / (fan_in + fan_out)).sqrt()),
        Init::XavierNormal => Law::Normal(0.0, (2.0 / (fan_in + fan_out)).sqrt()),
        Init::Normal { mean, std } => Law::Normal(mean.get(), std.get()),
        Init::Uniform { low, high } => Law::Uniform(low.get(), high.get()),
        Init::Constant { value } => Law::Constant(value.get()),
        Init::Zeros => Law::Constant(0.0),
    }
}

fn bias_law(init: BiasInit, Fan { fan_in, .. }: Fan) -> Law {
    match init {
        BiasInit::PyTorch => Law::within(1.0 / fan_in.sqrt()),
        BiasInit::Normal { mean, std } => Law::Normal(mean.get(), std.get()),
        BiasInit::Uniform { low, high } => Law::Uniform(low.get(), high.get()),
        BiasInit::Constant { value } => Law::Constant(value.get()),
        BiasInit::Zeros => Law::Constant(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{ColumnStats, Finite, RunRng, Stream};

    fn weights(init: Init, fan_in: usize, fan_out: usize) -> Vec<f32> {
        let mut rng = RunRng::new(1).stream(Stream::Init, 0);
        draw(&mut rng, init, None, &[fan_out, fan_in]).0
    }

    #[test]
    fn uniform_kinds_fill_their_interval_and_stay_inside() {
        for (init, bound) in [
            (Init::PyTorch, 1.0 / 50_f64.sqrt()),
            (Init::KaimingUniform, (6.0 / 50_f64).sqrt()),
            (Init::XavierUniform, (6.0 / 250_f64).sqrt()),
        ] {
            let stats = ColumnStats::of(weights(init, 50, 200).into_iter()).expect("not empty");
            assert!(stats.max <= bound && stats.max > 0.99 * bound, "{init:?} {stats:?}");
            assert!(stats.min >= -bound && stats.min < -0.99 * bound, "{init:?} {stats:?}");
        }
    }

    #[test]
    fn normal_kinds_have_their_standard_deviation() {
        for (init, std) in [
            (Init::KaimingNormal, (2.0 / 50_f64).sqrt()),
            (Init::XavierNormal, (2.0 / 250_f64).sqrt()),
            (Init::normal(Finite::lit(0.01)), 0.01),
        ] {
            let stats = ColumnStats::of(weights(init, 50, 200).into_iter()).expect("not empty");
            // Five standard errors of a standard deviation from 10 000 draws.
            assert!((stats.std / std - 1.0).abs() < 5.0 / 20_000_f64.sqrt(), "{init:?} {stats:?}");
        }
    }

    #[test]
    fn the_weight_is_drawn_row_by_row_before_the_bias() {
        let mut rng = RunRng::new(3).stream(Stream::Init, 0);
        let (weight, bias) = draw(&mut rng, Init::PyTorch, Some(BiasInit::PyTorch), &[2, 4]);
        let mut again = RunRng::new(3).stream(Stream::Init, 0);
        let expected: Vec<f32> = (0..10).map(|_| again.range(-0.5, 0.5) as f32).collect();
        assert_eq!(weight, expected[..8]);
        assert_eq!(bias.expect("has one"), expected[8..]);
    }
}
