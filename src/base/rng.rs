use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};

/// What a stream of random numbers is for. Each purpose draws from a stream of its own, so that
/// drawing more numbers for one (a bigger network, say) never shifts the numbers of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Initial weights and biases.
    Init,
    /// Order of the samples in each epoch.
    Shuffle,
    /// The training part of a generated dataset.
    TrainNoise,
    /// The test part of a generated dataset.
    TestNoise,
    /// Dropout masks.
    Dropout,
    /// Which rows are held out for testing.
    Split,
    /// Which rows of the training part are measured.
    Sample,
    /// How training samples are changed each time they are seen.
    Augment,
    /// Which rows are held out for validation.
    Validation,
    /// The values of one trial of a random search.
    Search,
}

impl Stream {
    fn number(self) -> u64 {
        match self {
            Self::Init => 1,
            Self::Shuffle => 2,
            Self::TrainNoise => 3,
            Self::TestNoise => 4,
            Self::Dropout => 5,
            Self::Split => 6,
            Self::Sample => 7,
            Self::Augment => 8,
            Self::Validation => 9,
            Self::Search => 10,
        }
    }
}

/// The source of all randomness of a run: independent, named streams from one seed.
///
/// The generator is ChaCha8, whose output is fixed by its specification: the same seed gives the
/// same numbers on every machine and in every later version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunRng {
    seed: u64,
}

impl RunRng {
    /// Streams for `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The beginning of the stream for one purpose; `index` tells apart several streams for the
    /// same purpose (one for each layer, say).
    #[must_use]
    pub fn stream(self, purpose: Stream, index: u32) -> Rng {
        let mut inner = ChaCha8Rng::seed_from_u64(self.seed);
        inner.set_stream((purpose.number() << 32) | u64::from(index));
        Rng { inner }
    }

    /// A place in a stream that belongs to `item` alone (a row of the data, say), so that what is
    /// drawn for one item never depends on the others. Up to 2³² words can be drawn there.
    #[must_use]
    pub fn at(self, purpose: Stream, index: u32, item: u32) -> Rng {
        let mut rng = self.stream(purpose, index);
        rng.inner.set_word_pos(u128::from(item) << 32);
        rng
    }
}

/// Where a stream stands: enough to go on drawing exactly where one left off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RngState {
    seed: [u8; 32],
    stream: u64,
    word: u128,
}

/// One stream of random numbers.
#[derive(Clone, Debug)]
pub struct Rng {
    inner: ChaCha8Rng,
}

impl Rng {
    /// Uniform in `[0, 1)`, with 53 random bits.
    pub fn uniform(&mut self) -> f64 {
        const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.inner.next_u64() >> 11) as f64 * SCALE
    }

    /// Uniform in `[low, high)`.
    pub fn range(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Standard normal, by the Box–Muller transform. The second value is not kept, so that the
    /// position in the stream says everything about its future.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// A whole number in `0..bound`, without bias (Lemire's method). Zero for an empty range.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        if bound == 0 {
            return 0;
        }
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let wide = u128::from(self.inner.next_u64()) * u128::from(bound);
            if wide as u64 >= threshold {
                return (wide >> 64) as usize;
            }
        }
    }

    /// Puts `items` in random order (Fisher–Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }

    /// The numbers `0..count` in random order.
    #[must_use]
    pub fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        self.shuffle(&mut order);
        order
    }

    /// Where this stream stands.
    #[must_use]
    pub fn state(&self) -> RngState {
        RngState {
            seed: self.inner.get_seed(),
            stream: self.inner.get_stream(),
            word: self.inner.get_word_pos(),
        }
    }

    /// A stream that goes on where `state` was taken.
    #[must_use]
    pub fn restore(state: RngState) -> Self {
        let mut inner = ChaCha8Rng::from_seed(state.seed);
        inner.set_stream(state.stream);
        inner.set_word_pos(state.word);
        Self { inner }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws(mut rng: Rng) -> Vec<f64> {
        (0..64).map(|_| rng.uniform()).collect()
    }

    #[test]
    fn same_seed_and_purpose_give_the_same_numbers() {
        let rng = RunRng::new(7);
        assert_eq!(draws(rng.stream(Stream::Init, 0)), draws(rng.stream(Stream::Init, 0)));
    }

    #[test]
    fn purposes_indices_and_seeds_are_independent() {
        let a = draws(RunRng::new(7).stream(Stream::Init, 0));
        for other in [
            draws(RunRng::new(7).stream(Stream::Init, 1)),
            draws(RunRng::new(7).stream(Stream::Shuffle, 0)),
            draws(RunRng::new(8).stream(Stream::Init, 0)),
        ] {
            let equal = a.iter().zip(&other).filter(|(x, y)| x == y).count();
            assert_eq!(equal, 0);
        }
    }

    #[test]
    fn items_of_a_stream_have_places_of_their_own() {
        let rng = RunRng::new(7);
        assert_eq!(draws(rng.at(Stream::Augment, 3, 0)), draws(rng.stream(Stream::Augment, 3)));
        assert_eq!(draws(rng.at(Stream::Augment, 3, 9)), draws(rng.at(Stream::Augment, 3, 9)));
        let a = draws(rng.at(Stream::Augment, 3, 8));
        let b = draws(rng.at(Stream::Augment, 3, 9));
        assert!(a.iter().zip(&b).all(|(x, y)| x != y));
    }

    #[test]
    fn a_restored_stream_goes_on_exactly() {
        let mut rng = RunRng::new(3).stream(Stream::Shuffle, 2);
        let _ = rng.permutation(17);
        let mut again = Rng::restore(rng.state());
        assert_eq!(rng.permutation(1000), again.permutation(1000));
        assert_eq!(rng.normal().to_bits(), again.normal().to_bits());
    }

    #[test]
    fn normal_has_mean_zero_and_variance_one() {
        let mut rng = RunRng::new(1).stream(Stream::TrainNoise, 0);
        let count = 20_000;
        let values: Vec<f64> = (0..count).map(|_| rng.normal()).collect();
        let mean = values.iter().sum::<f64>() / f64::from(count);
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / f64::from(count);
        // Five standard errors of the mean (1/√n) and of the variance (√(2/n)).
        assert!(mean.abs() < 5.0 / f64::from(count).sqrt(), "mean {mean}");
        assert!((variance - 1.0).abs() < 5.0 * (2.0 / f64::from(count)).sqrt(), "{variance}");
    }

    #[test]
    fn a_permutation_holds_every_number_once() {
        let mut order = RunRng::new(5).stream(Stream::Split, 0).permutation(999);
        assert_ne!(order, (0..999).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..999).collect::<Vec<_>>());
    }

    #[test]
    fn below_reaches_every_value_and_no_other() {
        let mut rng = RunRng::new(9).stream(Stream::Sample, 0);
        let mut seen = [0_u32; 5];
        for _ in 0..5000 {
            seen[rng.below(5)] += 1;
        }
        assert!(seen.iter().all(|&count| (850..1150).contains(&count)), "{seen:?}");
        assert_eq!(rng.below(0), 0);
    }
}
