use std::time::{Duration, Instant};

/// How often a worker turns to what is not training. None of it changes the course of a run,
/// only what is seen of it.
#[derive(Clone, Copy, Debug)]
pub(in crate::train) struct Tempo {
    /// Between two deliveries of points: once for each frame of a window.
    pub(in crate::train) flush: Duration,
    /// Between two pictures while training.
    pub(in crate::train) probe: Duration,
    /// Rest after a picture, in multiples of the time it took: of a run that is watched, training
    /// keeps `rest / (rest + 1)` of the time at least, however costly the pictures are.
    pub(in crate::train) probe_rest: u32,
    /// Between two checkpoints while training, for going on when a device is lost.
    pub(in crate::train) checkpoint: Duration,
}

impl Default for Tempo {
    fn default() -> Self {
        Self {
            flush: Duration::from_millis(16),
            probe: Duration::from_millis(33),
            probe_rest: 5,
            checkpoint: Duration::from_secs(10),
        }
    }
}

/// When what is due.
pub(super) struct Pacer {
    pub(super) flush: Every,
    pub(super) probe: Every,
    pub(super) checkpoint: Every,
    pub(super) speed: Speed,
    pub(super) tempo: Tempo,
}

impl Pacer {
    pub(super) fn new(tempo: Tempo) -> Self {
        let now = Instant::now();
        Self {
            flush: Every::new(tempo.flush, now),
            probe: Every::new(tempo.probe, now),
            checkpoint: Every::new(tempo.checkpoint, now),
            speed: Speed::new(),
            tempo,
        }
    }
}

/// Something that is done again and again, at most once in a period.
#[derive(Clone, Copy, Debug)]
pub(super) struct Every {
    period: Duration,
    due: Instant,
}

impl Every {
    /// Due for the first time after one period.
    pub(super) fn new(period: Duration, now: Instant) -> Self {
        Self { period, due: now + period }
    }

    /// Whether it is time.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        now >= self.due
    }

    /// It was done just now.
    pub(super) fn done(&mut self, now: Instant) {
        self.due = now + self.period;
    }

    /// It was done from `begun` until `ended`, and is to rest for a multiple of that time.
    pub(super) fn done_at_cost(&mut self, begun: Instant, ended: Instant, rest: u32) {
        self.due = (begun + self.period).max(ended + rest * (ended - begun));
    }
}

/// Holds training back to a number of steps a second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Speed {
    last: Option<Instant>,
}

/// How far steps may fall behind their time and still be made up for. A long measurement does
/// not lead to a visible rush afterwards.
const ARREARS: Duration = Duration::from_millis(50);

impl Speed {
    /// The first step may be taken at once.
    pub(super) fn new() -> Self {
        Self { last: None }
    }

    /// Time until the next step may be taken; `None` when that is now.
    pub(super) fn wait(&self, limit: Option<u32>, now: Instant) -> Option<Duration> {
        let due = self.last? + period(limit?);
        due.checked_duration_since(now).filter(|wait| !wait.is_zero())
    }

    /// A step is taken now. Steps keep to a regular beat rather than to a distance from each
    /// other, so that the number of steps a second is what was asked for.
    pub(super) fn stepped(&mut self, limit: Option<u32>, now: Instant) {
        self.last = limit.map(|limit| {
            let beat = self.last.map_or(now, |last| last + period(limit));
            beat.max(now.checked_sub(ARREARS).unwrap_or(now))
        });
    }
}

fn period(limit: u32) -> Duration {
    Duration::from_secs(1) / limit.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_keep_the_beat_that_was_asked_for() {
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let mut speed = Speed::new();
        assert_eq!(speed.wait(Some(100), at(0)), None);
        speed.stepped(Some(100), at(0));
        assert_eq!(speed.wait(Some(100), at(4)), Some(Duration::from_millis(6)));
        speed.stepped(Some(100), at(13));
        assert_eq!(speed.wait(Some(100), at(13)), Some(Duration::from_millis(7)));
        assert_eq!(speed.wait(Some(1), at(13)), Some(Duration::from_millis(997)));
        assert_eq!(speed.wait(None, at(13)), None);
    }

    #[test]
    fn a_long_break_does_not_lead_to_a_rush() {
        let start = Instant::now();
        let mut speed = Speed::new();
        speed.stepped(Some(100), start);
        let late = start + Duration::from_secs(60);
        let mut burst = 0;
        while speed.wait(Some(100), late).is_none() {
            speed.stepped(Some(100), late);
            burst += 1;
        }
        assert_eq!(burst, 6);
    }

    #[test]
    fn a_watched_run_trains_at_four_fifths_of_its_speed_whatever_is_looked_at() {
        let tempo = Tempo::default();
        for (picture, step) in [(1, 1), (5, 200), (20, 1), (40, 3), (400, 1), (3000, 90)] {
            let [picture, step] = [picture, step].map(Duration::from_millis);
            let start = Instant::now();
            let (mut now, mut trained) = (start, Duration::ZERO);
            let mut probe = Every::new(tempo.probe, now);
            while trained < Duration::from_secs(100) {
                if probe.is_due(now) {
                    let begun = now;
                    now += picture;
                    probe.done_at_cost(begun, now, tempo.probe_rest);
                }
                now += step;
                trained += step;
            }
            let share = trained.as_secs_f64() / (now - start).as_secs_f64();
            assert!(share > 0.8, "{share} with pictures of {picture:?} and steps of {step:?}");
        }
    }

    #[test]
    fn what_takes_long_is_done_less_often() {
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let mut every = Every::new(Duration::from_millis(30), start);
        assert!(!every.is_due(at(29)) && every.is_due(at(30)));
        every.done_at_cost(at(30), at(31), 2);
        assert!(!every.is_due(at(59)) && every.is_due(at(60)));
        every.done_at_cost(at(60), at(160), 2);
        assert!(!every.is_due(at(359)) && every.is_due(at(360)));
    }
}
