//! Learning rates that change while training: pure functions of the moment.

use std::f64::consts::PI;

use crate::base::Finite;

use super::train::{StopRule, TrainSpec};

/// What becomes of the learning rate while training. Epochs count complete passes from 0.
///
/// Numbers are those of PyTorch's schedulers of the names given, stepped after every epoch
/// (`OneCycleLR`: after every update). Where PyTorch has a least learning rate (`eta_min`), this
/// has a share of the learning rate, so that turning the learning rate keeps the shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Schedule {
    /// It stays.
    #[default]
    Constant,
    /// After every so many epochs it is multiplied by γ: `StepLR`.
    Step {
        /// Epochs between two changes.
        every: u32,
        /// Factor.
        gamma: Finite,
    },
    /// After every epoch it is multiplied by γ: `ExponentialLR`.
    Exponential {
        /// Factor.
        gamma: Finite,
    },
    /// Half a cosine from its full value to a least share within so many epochs, and back:
    /// `CosineAnnealingLR`.
    Cosine {
        /// Epochs of half a period.
        epochs: u32,
        /// Least share of the learning rate.
        floor: Finite,
    },
    /// A cosine that begins anew after so many epochs: `CosineAnnealingWarmRestarts`.
    Restarts {
        /// Epochs of a period.
        epochs: u32,
        /// Least share of the learning rate.
        floor: Finite,
    },
    /// Falls to zero within so many epochs as a power of what is left: `PolynomialLR`.
    Polynomial {
        /// Epochs until zero.
        epochs: u32,
        /// Power; 1 for a straight line.
        power: Finite,
    },
    /// Multiplied by a factor when the loss has not become smaller for more than so many epochs:
    /// `ReduceLROnPlateau` with its relative threshold of 1e-4. The loss is that of the
    /// validation part where there is one, else of the training part. (PyTorch stops reducing
    /// once a reduction would change the learning rate by less than 1e-8; this goes on.)
    Plateau {
        /// Factor.
        factor: Finite,
        /// Epochs without a smaller loss that are borne.
        patience: u32,
    },
    /// Rises along a cosine from 1/25 of its value to the full value and falls to 1/250 000 of it,
    /// within so many epochs and with every update: `OneCycleLR` (with `cycle_momentum=False`).
    /// After the cycle it stays where it ended, where PyTorch refuses to go on.
    OneCycle {
        /// Epochs of the whole cycle.
        epochs: u32,
        /// Share of the updates that rise.
        rise: Finite,
    },
}

impl Schedule {
    /// All kinds with their usual settings, in the order they are offered.
    pub const ALL: [Self; 8] = [
        Self::Constant,
        Self::Step { every: 10, gamma: Finite::lit(0.1) },
        Self::Exponential { gamma: Finite::lit(0.95) },
        Self::Cosine { epochs: 50, floor: Finite::ZERO },
        Self::Restarts { epochs: 10, floor: Finite::ZERO },
        Self::Polynomial { epochs: 50, power: Finite::ONE },
        Self::Plateau { factor: Finite::lit(0.1), patience: 10 },
        Self::OneCycle { epochs: 20, rise: Finite::lit(0.3) },
    ];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Constant => "Constant",
            Self::Step { .. } => "Step",
            Self::Exponential { .. } => "Exponential",
            Self::Cosine { .. } => "Cosine",
            Self::Restarts { .. } => "Cosine with restarts",
            Self::Polynomial { .. } => "Polynomial",
            Self::Plateau { .. } => "Reduce on plateau",
            Self::OneCycle { .. } => "One cycle",
        }
    }
}

/// Where training stands when a learning rate is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Complete passes over the training part.
    pub epoch: u64,
    /// Updates made before this one.
    pub update: u64,
    /// Updates in one pass; at least 1.
    pub steps_per_epoch: u64,
    /// How often [`Plateau`] has reduced the learning rate.
    pub reductions: u32,
}

impl Schedule {
    /// Share of the learning rate that holds at a moment.
    #[must_use]
    pub fn factor(&self, at: Moment) -> f64 {
        let epoch = at.epoch as f64;
        match *self {
            Self::Constant => 1.0,
            Self::Step { every, gamma } => {
                gamma.get().powf((at.epoch / u64::from(every.max(1))) as f64)
            }
            Self::Exponential { gamma } => gamma.get().powf(epoch),
            Self::Cosine { epochs, floor } => cosine(floor.get(), epoch / period(epochs)),
            Self::Restarts { epochs, floor } => {
                cosine(floor.get(), epoch % period(epochs) / period(epochs))
            }
            Self::Polynomial { epochs, power } => {
                (1.0 - epoch / period(epochs)).max(0.0).powf(power.get())
            }
            Self::Plateau { factor, .. } => factor.get().powf(f64::from(at.reductions)),
            Self::OneCycle { epochs, rise } => {
                let updates = period(epochs) * at.steps_per_epoch.max(1) as f64;
                one_cycle(updates, rise.get(), at.update as f64)
            }
        }
    }
}

fn period(epochs: u32) -> f64 {
    f64::from(epochs.max(1))
}

/// From 1 at 0 to `floor` at 1 along half a cosine, and back to 1 at 2.
fn cosine(floor: f64, place: f64) -> f64 {
    floor + (1.0 - floor) * (1.0 + (PI * place).cos()) / 2.0
}

/// From `start` to `end` along half a cosine; `place` from 0 to 1.
fn anneal(start: f64, end: f64, place: f64) -> f64 {
    end + (start - end) / 2.0 * (1.0 + (PI * place).cos())
}

/// `OneCycleLR` with its usual `div_factor` of 25 and `final_div_factor` of 10⁴. The peak lies at
/// update `rise · updates − 1` (counted from 0, in general no whole number), the end at
/// `updates − 1`.
fn one_cycle(updates: f64, rise: f64, update: f64) -> f64 {
    const START: f64 = 1.0 / 25.0;
    const END: f64 = START / 1e4;
    let (peak, last) = (rise * updates - 1.0, updates - 1.0);
    if update >= last {
        return END;
    }
    if update <= peak && peak > 0.0 {
        return anneal(START, 1.0, update / peak);
    }
    anneal(1.0, END, (update - peak) / (last - peak))
}

/// What [`Schedule::Plateau`] has seen so far: PyTorch's `ReduceLROnPlateau` with `mode="min"`,
/// `threshold=1e-4`, `threshold_mode="rel"` and `cooldown=0`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Plateau {
    /// The smallest loss; `None` before the first.
    pub best: Option<f64>,
    /// Epochs since then, or since the last reduction.
    pub bad_epochs: u32,
    /// Reductions so far.
    pub reductions: u32,
}

impl Plateau {
    /// After an epoch that ended with `loss`. A loss that is no number counts as no gain.
    #[must_use]
    pub fn after(self, loss: f64, patience: u32) -> Self {
        const THRESHOLD: f64 = 1e-4;
        let limit = self.best.map_or(f64::INFINITY, |best| best * (1.0 - THRESHOLD));
        if loss < limit {
            return Self { best: Some(loss), bad_epochs: 0, ..self };
        }
        let bad_epochs = self.bad_epochs.saturating_add(1);
        if bad_epochs <= patience {
            return Self { bad_epochs, ..self };
        }
        Self { bad_epochs: 0, reductions: self.reductions.saturating_add(1), ..self }
    }
}

impl TrainSpec {
    /// The learning rate of the update that is made at a moment: the learning rate, times the
    /// factor of the schedule, times that of the warm-up.
    ///
    /// A warm-up over `n` updates is PyTorch's `LinearLR(start_factor=1/n, total_iters=n-1)`
    /// stepped after every update: update 0 has `1/n`, update `n − 1` and all later ones the full
    /// value. Together with a schedule it is a `ChainedScheduler` of both.
    #[must_use]
    pub fn rate_at(&self, at: Moment) -> f64 {
        let rate = self.learning_rate.get() * self.schedule.factor(at);
        rate * warmup_factor(self.warmup, at.update)
    }

    /// The learning rate over the first `epochs` epochs, to be drawn before one trains: pairs
    /// `[epoch, learning rate]` from update to update, about `points` of them, and never fewer
    /// than it takes to see each jump between epochs where there are at most `points` epochs. A
    /// schedule that reacts to the loss is drawn as if it never had to.
    #[must_use]
    pub fn rate_curve(&self, epochs: u64, steps_per_epoch: u64, points: usize) -> Vec<[f64; 2]> {
        let per_epoch = steps_per_epoch.max(1);
        let updates = epochs.max(1).saturating_mul(per_epoch);
        let drawn = drawn_updates(epochs.max(1), per_epoch, updates, points.max(2) as u64);
        let point = |update| {
            let at = Moment { epoch: update / per_epoch, update, steps_per_epoch, reductions: 0 };
            [update as f64 / per_epoch as f64, self.rate_at(at)]
        };
        drawn.into_iter().map(point).collect()
    }

    /// How many epochs of [`Self::rate_curve`] show all there is to see: those of the stop rule,
    /// else those within which the schedule comes to its end (or shows what it repeats).
    #[must_use]
    pub fn rate_span(&self, steps_per_epoch: u64) -> u64 {
        let per_epoch = steps_per_epoch.max(1);
        match self.stop {
            StopRule::Epochs(epochs) => epochs.max(1),
            StopRule::Steps(steps) => steps.div_ceil(per_epoch).max(1),
            StopRule::Never => {
                let warmup = self.warmup.div_ceil(per_epoch).saturating_mul(2);
                schedule_span(self.schedule).max(warmup)
            }
        }
    }
}

fn warmup_factor(warmup: u64, update: u64) -> f64 {
    if update >= warmup { 1.0 } else { (update + 1) as f64 / warmup as f64 }
}

/// Epochs that show what a schedule does.
fn schedule_span(schedule: Schedule) -> u64 {
    match schedule {
        Schedule::Constant | Schedule::Plateau { .. } => 10,
        Schedule::Step { every, .. } => 4 * u64::from(every),
        // Down to a hundredth, within reason.
        Schedule::Exponential { gamma } => {
            (0.01_f64.ln() / gamma.get().ln()).abs().clamp(10.0, 1000.0) as u64
        }
        Schedule::Cosine { epochs, .. }
        | Schedule::Polynomial { epochs, .. }
        | Schedule::OneCycle { epochs, .. } => u64::from(epochs),
        Schedule::Restarts { epochs, .. } => 3 * u64::from(epochs),
    }
}

/// Updates at about equal distances, the last among them, and both sides of every epoch's end.
fn drawn_updates(epochs: u64, per_epoch: u64, updates: u64, points: u64) -> Vec<u64> {
    let last = updates - 1;
    let even = (0..points)
        .map(|place| (u128::from(last) * u128::from(place) / u128::from(points - 1)) as u64);
    let mut drawn: Vec<u64> = even.collect();
    if epochs <= points {
        let sides = |epoch| [epoch * per_epoch, (epoch + 1) * per_epoch - 1];
        drawn.extend((0..epochs).flat_map(sides));
    }
    drawn.sort_unstable();
    drawn.dedup();
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Factors of the first epochs, with one update each.
    fn factors(schedule: Schedule, epochs: u64) -> Vec<f64> {
        (0..epochs).map(|epoch| schedule.factor(moment(epoch, epoch, 1))).collect()
    }

    fn moment(epoch: u64, update: u64, steps_per_epoch: u64) -> Moment {
        Moment { epoch, update, steps_per_epoch, reductions: 0 }
    }

    #[test]
    fn schedules_begin_with_the_full_rate_but_for_one_cycle() {
        for schedule in Schedule::ALL {
            let first = schedule.factor(moment(0, 0, 7));
            let expected = if matches!(schedule, Schedule::OneCycle { .. }) { 0.04 } else { 1.0 };
            assert!((first - expected).abs() < 1e-15, "{schedule:?}: {first}");
        }
    }

    #[test]
    fn no_schedule_leaves_the_interval_from_zero_to_one() {
        for schedule in Schedule::ALL {
            for update in 0..3000 {
                let factor = schedule.factor(moment(update / 7, update, 7));
                assert!((0.0..=1.0).contains(&factor), "{schedule:?} at {update}: {factor}");
            }
        }
    }

    #[test]
    fn the_floor_is_a_share_and_a_cosine_rises_again() {
        let floor = Finite::lit(0.25);
        let once = factors(Schedule::Cosine { epochs: 4, floor }, 9);
        assert!((once[4] - 0.25).abs() < 1e-15 && (once[8] - 1.0).abs() < 1e-15, "{once:?}");
        assert!((once[3] - once[5]).abs() < 1e-15);
        let again = factors(Schedule::Restarts { epochs: 4, floor }, 9);
        assert_eq!(again[..4], once[..4]);
        assert_eq!((again[4], again[8]), (1.0, 1.0));
    }

    #[test]
    fn one_cycle_follows_the_updates_and_stays_where_it_ended() {
        let schedule = Schedule::OneCycle { epochs: 10, rise: Finite::lit(0.5) };
        let at = |update: u64| schedule.factor(moment(update / 10, update, 10));
        assert_eq!(at(49), 1.0);
        assert!((0..49).all(|update| at(update) < at(update + 1)));
        assert!((49..99).all(|update| at(update) > at(update + 1)));
        assert_eq!((at(99), at(100), at(5000)), (4e-6, 4e-6, 4e-6));
        // Too short to rise at all.
        let short = Schedule::OneCycle { epochs: 1, rise: Finite::lit(0.3) };
        assert!((0..4).all(|update| short.factor(moment(0, update, 2)).is_finite()));
        assert_eq!(short.factor(moment(0, 0, 1)), 4e-6);
    }

    #[test]
    fn settings_that_a_check_would_refuse_are_survived() {
        let zero = Finite::ZERO;
        for schedule in [
            Schedule::Step { every: 0, gamma: zero },
            Schedule::Cosine { epochs: 0, floor: zero },
            Schedule::Restarts { epochs: 0, floor: zero },
            Schedule::Polynomial { epochs: 0, power: zero },
            Schedule::OneCycle { epochs: 0, rise: zero },
        ] {
            for epoch in 0..5 {
                let factor = schedule.factor(moment(epoch, epoch, 0));
                assert!(factor.is_finite(), "{schedule:?} in epoch {epoch}: {factor}");
            }
        }
    }

    #[test]
    fn a_warmup_grows_in_equal_steps_and_multiplies_the_schedule() {
        let train = TrainSpec {
            learning_rate: Finite::lit(0.8),
            warmup: 4,
            schedule: Schedule::Step { every: 3, gamma: Finite::lit(0.5) },
            ..TrainSpec::default()
        };
        let rates: Vec<f64> = (0..7).map(|t| train.rate_at(moment(t / 2, t, 2))).collect();
        let expected = [0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.4];
        for (found, expected) in rates.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-15, "{rates:?}");
        }
    }

    #[test]
    fn a_plateau_waits_out_its_patience_and_needs_a_real_gain() {
        let walk = |losses: &[f64]| {
            losses.iter().fold(Plateau::default(), |seen, &loss| seen.after(loss, 1))
        };
        assert_eq!(walk(&[1.0, 1.0]).reductions, 0);
        assert_eq!(walk(&[1.0, 1.0, 1.0]).reductions, 1);
        // 0.99995 is no gain over 1, 0.9998 is.
        assert_eq!(walk(&[1.0, 0.999_95, 0.999_95]).reductions, 1);
        assert_eq!(walk(&[1.0, 1.0, 0.9998]).reductions, 0);
        let best = walk(&[f64::NAN, 3.0, f64::NAN, 2.0]);
        assert_eq!(best, Plateau { best: Some(2.0), bad_epochs: 0, reductions: 0 });
    }

    #[test]
    fn the_curve_shows_every_jump() {
        let schedule = Schedule::Step { every: 2, gamma: Finite::lit(0.5) };
        let train = TrainSpec { schedule, learning_rate: Finite::ONE, ..TrainSpec::default() };
        let curve = train.rate_curve(4, 100, 10);
        assert!(curve.is_sorted_by(|a, b| a[0] < b[0]));
        assert!(curve.contains(&[1.99, 1.0]) && curve.contains(&[2.0, 0.5]), "{curve:?}");
        assert_eq!(curve.last(), Some(&[3.99, 0.5]));
        // Many epochs: no more points than asked for.
        assert_eq!(train.rate_curve(10_000, 100, 50).len(), 50);
        assert_eq!(train.rate_curve(0, 0, 0), [[0.0, 1.0]]);
    }

    #[test]
    fn a_curve_spans_the_training_or_the_schedule() {
        let spec = |schedule, stop| TrainSpec { schedule, stop, ..TrainSpec::default() };
        let cosine = Schedule::Cosine { epochs: 30, floor: Finite::ZERO };
        assert_eq!(spec(cosine, StopRule::Never).rate_span(5), 30);
        assert_eq!(spec(cosine, StopRule::Epochs(7)).rate_span(5), 7);
        assert_eq!(spec(cosine, StopRule::Steps(11)).rate_span(5), 3);
        let slow = TrainSpec { warmup: 1000, ..spec(Schedule::Constant, StopRule::Never) };
        assert_eq!(slow.rate_span(10), 200);
        for gamma in [0.0, 0.5, 1.0] {
            let falling = Schedule::Exponential { gamma: Finite::lit(gamma) };
            assert!((10..=1000).contains(&spec(falling, StopRule::Never).rate_span(1)));
        }
    }
}
