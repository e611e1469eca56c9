//! Learning rates over time against PyTorch's schedulers.

use descent::base::Finite;
use descent::spec::{Moment, Plateau, Schedule, TrainSpec};

use super::{golden, numbers};

/// What each sequence of the golden file is called here; `None` for what is not offered.
fn schedule(name: &str) -> Option<Schedule> {
    Some(match name {
        "ExponentialLR(gamma=0.95)" => Schedule::Exponential { gamma: Finite::lit(0.95) },
        "StepLR(step_size=3,gamma=0.1)" => Schedule::Step { every: 3, gamma: Finite::lit(0.1) },
        "CosineAnnealingLR(T_max=10,eta_min=0.01)" => {
            Schedule::Cosine { epochs: 10, floor: Finite::lit(0.01) }
        }
        "CosineAnnealingWarmRestarts(T_0=4)" => {
            Schedule::Restarts { epochs: 4, floor: Finite::ZERO }
        }
        "PolynomialLR(total_iters=8,power=2)" => {
            Schedule::Polynomial { epochs: 8, power: Finite::lit(2.0) }
        }
        "OneCycleLR(max_lr=1,total_steps=12)" => {
            Schedule::OneCycle { epochs: 12, rise: Finite::lit(0.3) }
        }
        // Epochs of one's own choice, and a ramp whose first step differs from the others: the
        // warm-up begins with 1/n and has n equal steps (`a_warmup_is_a_linear_scheduler`).
        "MultiStepLR([2,5],gamma=0.5)" | "LinearLR(start=0.1,end=1,total_iters=4)" => return None,
        other => panic!("unknown scheduler {other}"),
    })
}

#[track_caller]
fn assert_rates(name: &str, found: impl Iterator<Item = f64>, expected: &[f64]) {
    let found: Vec<f64> = found.take(expected.len()).collect();
    assert_eq!(found.len(), expected.len(), "{name}");
    for (epoch, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!((a - b).abs() <= 1e-12 * (1.0 + b), "{name} in epoch {epoch}: {a}, not {b}");
    }
}

#[test]
fn schedules_are_pytorchs() {
    let file = golden("misc.json");
    let mut tested = 0;
    for (name, sequence) in file["schedulers"].as_object().expect("a table") {
        if sequence.is_object() {
            continue;
        }
        let Some(schedule) = schedule(name) else { continue };
        let factor = |epoch| {
            schedule.factor(Moment { epoch, update: epoch, steps_per_epoch: 1, reductions: 0 })
        };
        assert_rates(name, (0..).map(factor), &numbers(sequence));
        tested += 1;
    }
    assert_eq!(tested, 6);
}

/// `LinearLR(start_factor=1/n, end_factor=1, total_iters=n-1)` is
/// `1/n + (1 − 1/n) · min(t, n − 1)/(n − 1)`, which the golden file has for other numbers.
#[test]
fn a_warmup_is_a_linear_scheduler() {
    let linear =
        |start: f64, steps: f64, t: u32| start + (1.0 - start) * (f64::from(t) / steps).min(1.0);
    let file = golden("misc.json");
    let name = "LinearLR(start=0.1,end=1,total_iters=4)";
    let expected = numbers(&file["schedulers"][name]);
    assert_rates(name, (0..).map(|t| linear(0.1, 4.0, t)), &expected);
    let train = TrainSpec { learning_rate: Finite::ONE, warmup: 5, ..TrainSpec::default() };
    let rate = |t: u32| {
        let update = u64::from(t);
        train.rate_at(Moment { epoch: update / 3, update, steps_per_epoch: 3, reductions: 0 })
    };
    let expected: Vec<f64> = (0..9).map(|t| linear(0.2, 4.0, t)).collect();
    assert_rates("warm-up", (0..).map(rate), &expected);
}

#[test]
fn a_plateau_is_noticed_when_pytorch_does() {
    let file = golden("misc.json");
    let name = "ReduceLROnPlateau(factor=0.5,patience=2,threshold=1e-4 rel)";
    let case = &file["schedulers"][name];
    let schedule = Schedule::Plateau { factor: Finite::lit(0.5), patience: 2 };
    let mut seen = Plateau::default();
    let rates = numbers(&case["val_loss"]).into_iter().map(|loss| {
        seen = seen.after(loss, 2);
        schedule.factor(Moment { reductions: seen.reductions, ..Moment::default() })
    });
    assert_rates(name, rates, &numbers(&case["lr_after"]));
}
