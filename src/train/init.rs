use crate::base::Rng;
use crate::spec::{BiasInit, Init};

/// How the values of one dense layer start.
#[derive(Clone, Copy, Debug)]
pub(super) struct DenseInit {
    /// Of the weight.
    pub weight: Init,
    /// Of the bias; `None` for a layer without.
    pub bias: Option<BiasInit>,
}

/// Initial values on the host: the weight `[fan_out, fan_in]` row by row, and the bias. They are
/// drawn in PyTorch's order, the weight before the bias.
pub(super) fn draw(
    rng: &mut Rng,
    init: DenseInit,
    fan_in: usize,
    fan_out: usize,
) -> (Vec<f32>, Option<Vec<f32>>) {
    let law = weight_law(init.weight, fan_in as f64, fan_out as f64);
    let weight = (0..fan_in * fan_out).map(|_| law.draw(rng)).collect();
    let bias = init.bias.map(|bias| {
        let law = bias_law(bias, fan_in as f64);
        (0..fan_out).map(|_| law.draw(rng)).collect()
    });
    (weight, bias)
}

/// A distribution around zero.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Law {
    /// Uniform in `[-bound, bound)`.
    Uniform(f64),
    /// Normal with this standard deviation.
    Normal(f64),
    Zero,
}

impl Law {
    fn draw(self, rng: &mut Rng) -> f32 {
        match self {
            Self::Uniform(bound) => rng.range(-bound, bound) as f32,
            Self::Normal(std) => (std * rng.normal()) as f32,
            Self::Zero => 0.0,
        }
    }
}

fn weight_law(init: Init, fan_in: f64, fan_out: f64) -> Law {
    match init {
        Init::PyTorch => Law::Uniform(1.0 / fan_in.sqrt()),
        Init::KaimingUniform => Law::Uniform((6.0 / fan_in).sqrt()),
        Init::KaimingNormal => Law::Normal((2.0 / fan_in).sqrt()),
        Init::XavierUniform => Law::Uniform((6.0 / (fan_in + fan_out)).sqrt()),
        Init::XavierNormal => Law::Normal((2.0 / (fan_in + fan_out)).sqrt()),
        Init::Normal { std } => Law::Normal(std.get()),
        Init::Zeros => Law::Zero,
    }
}

fn bias_law(init: BiasInit, fan_in: f64) -> Law {
    match init {
        BiasInit::PyTorch => Law::Uniform(1.0 / fan_in.sqrt()),
        BiasInit::Zeros => Law::Zero,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{ColumnStats, Finite, RunRng, Stream};

    fn weights(init: Init, fan_in: usize, fan_out: usize) -> Vec<f32> {
        let mut rng = RunRng::new(1).stream(Stream::Init, 0);
        draw(&mut rng, DenseInit { weight: init, bias: None }, fan_in, fan_out).0
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
            (Init::Normal { std: Finite::lit(0.01) }, 0.01),
        ] {
            let stats = ColumnStats::of(weights(init, 50, 200).into_iter()).expect("not empty");
            // Five standard errors of a standard deviation from 10 000 draws.
            assert!((stats.std / std - 1.0).abs() < 5.0 / 20_000_f64.sqrt(), "{init:?} {stats:?}");
        }
    }

    #[test]
    fn the_weight_is_drawn_row_by_row_before_the_bias() {
        let both = DenseInit { weight: Init::PyTorch, bias: Some(BiasInit::PyTorch) };
        let mut rng = RunRng::new(3).stream(Stream::Init, 0);
        let (weight, bias) = draw(&mut rng, both, 4, 2);
        let mut again = RunRng::new(3).stream(Stream::Init, 0);
        let expected: Vec<f32> = (0..10).map(|_| again.range(-0.5, 0.5) as f32).collect();
        assert_eq!(weight, expected[..8]);
        assert_eq!(bias.expect("has one"), expected[8..]);
    }
}
