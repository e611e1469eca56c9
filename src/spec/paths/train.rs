//! The fields of training.

use crate::spec::optimizer::{AdamSpec, Optimizer};
use crate::spec::schedule::Schedule;
use crate::spec::sweep::Value;
use crate::spec::train::{
    BatchSize, ClassWeights, Clip, EarlyStopping, L2Form, Loss, Reduction, StopRule, TrainSpec,
};
use crate::spec::{Part, Quantity, words};

use super::slot::{LARGEST_WHOLE, Slot, Takes};

/// Everything that any training has; which of them one has depends on its kinds.
pub(super) const FIELDS: &[&str] = &[
    "learning-rate",
    "batch",
    "optimizer",
    "optimizer.momentum",
    "optimizer.dampening",
    "optimizer.nesterov",
    "optimizer.alpha",
    "optimizer.centred",
    "optimizer.beta1",
    "optimizer.beta2",
    "optimizer.epsilon",
    "optimizer.amsgrad",
    "optimizer.decay",
    "optimizer.initial",
    "optimizer.rho",
    "optimizer.momentum-decay",
    "optimizer.shrink",
    "optimizer.grow",
    "optimizer.min-step",
    "optimizer.max-step",
    "weight-decay",
    "l1",
    "l2",
    "l2-form",
    "penalise-biases",
    "loss",
    "loss.smoothing",
    "loss.delta",
    "loss.beta",
    "reduction",
    "class-weights",
    "schedule",
    "schedule.every",
    "schedule.gamma",
    "schedule.epochs",
    "schedule.floor",
    "schedule.power",
    "schedule.factor",
    "schedule.patience",
    "schedule.rise",
    "warmup",
    "clip",
    "clip.max",
    "drop-last",
    "shuffle",
    "epochs",
    "steps",
    "seconds",
    "target",
    "early",
    "early.part",
    "early.quantity",
    "early.patience",
    "early.min-change",
    "early.keep-best",
];

pub(super) fn slot<'a>(train: &'a mut TrainSpec, path: &str) -> Option<Slot<'a>> {
    if let Some((head, constant)) = path.split_once('.') {
        return match head {
            "optimizer" => optimizer(&mut train.optimizer, constant),
            "loss" => loss(&mut train.loss, constant),
            "schedule" => schedule(&mut train.schedule, constant),
            "clip" => clip(&mut train.clip, constant),
            "early" => early(&mut train.early, constant),
            _ => None,
        };
    }
    Some(match path {
        "learning-rate" | "lr" => Slot::number(&mut train.learning_rate),
        "batch" => batch(&mut train.batch),
        "optimizer" => {
            Slot::word(&mut train.optimizer, &Optimizer::ALL, |&it| words::optimizer(it))
        }
        "weight-decay" => Slot::number(&mut train.weight_decay),
        "l1" => Slot::number(&mut train.l1),
        "l2" => Slot::number(&mut train.l2),
        "l2-form" => Slot::word(&mut train.l2_form, &L2Form::ALL, |&it| words::l2_form(it)),
        "penalise-biases" => Slot::flag(&mut train.penalise_biases),
        "loss" => Slot::word(&mut train.loss, &Loss::ALL, |&it| words::loss(it)),
        "reduction" => {
            Slot::word(&mut train.reduction, &Reduction::ALL, |&it| words::reduction(it))
        }
        "class-weights" => {
            let offered = [ClassWeights::None, ClassWeights::Balanced];
            Slot::word(&mut train.class_weights, &offered, words::class_weights)
        }
        "schedule" => Slot::word(&mut train.schedule, &Schedule::ALL, |&it| words::schedule(it)),
        "warmup" => Slot::large(&mut train.warmup),
        "clip" => Slot::word(&mut train.clip, &Clip::ALL, |&it| words::clip(it)),
        "drop-last" => Slot::flag(&mut train.drop_last),
        "shuffle" => Slot::flag(&mut train.shuffle),
        "epochs" | "steps" => stop(&mut train.stop, path == "epochs"),
        "seconds" => Slot::optional(&mut train.seconds),
        "target" => Slot::number(&mut train.target.as_mut()?.value),
        "early" => early_at_all(&mut train.early),
        _ => return None,
    })
}

fn optimizer<'a>(optimizer: &'a mut Optimizer, constant: &str) -> Option<Slot<'a>> {
    use Optimizer::{Adadelta, Adagrad, Adam, AdamW, Adamax, NAdam, RAdam, RmsProp, Rprop, Sgd};
    Some(match (optimizer, constant) {
        (Sgd { momentum, .. } | RmsProp { momentum, .. }, "momentum") => Slot::number(momentum),
        (Sgd { dampening, .. }, "dampening") => Slot::number(dampening),
        (Sgd { nesterov, .. }, "nesterov") => Slot::flag(nesterov),
        (RmsProp { alpha, .. }, "alpha") => Slot::number(alpha),
        (RmsProp { centred, .. }, "centred") => Slot::flag(centred),
        (Adagrad { decay, .. }, "decay") => Slot::number(decay),
        (Adagrad { initial, .. }, "initial") => Slot::number(initial),
        (Adadelta { rho, .. }, "rho") => Slot::number(rho),
        (
            Adam(AdamSpec { beta1, .. })
            | AdamW(AdamSpec { beta1, .. })
            | Adamax { beta1, .. }
            | NAdam { beta1, .. }
            | RAdam { beta1, .. },
            "beta1",
        ) => Slot::number(beta1),
        (
            Adam(AdamSpec { beta2, .. })
            | AdamW(AdamSpec { beta2, .. })
            | Adamax { beta2, .. }
            | NAdam { beta2, .. }
            | RAdam { beta2, .. },
            "beta2",
        ) => Slot::number(beta2),
        (
            RmsProp { epsilon, .. }
            | Adagrad { epsilon, .. }
            | Adadelta { epsilon, .. }
            | Adam(AdamSpec { epsilon, .. })
            | AdamW(AdamSpec { epsilon, .. })
            | Adamax { epsilon, .. }
            | NAdam { epsilon, .. }
            | RAdam { epsilon, .. },
            "epsilon",
        ) => Slot::number(epsilon),
        (Adam(AdamSpec { amsgrad, .. }) | AdamW(AdamSpec { amsgrad, .. }), "amsgrad") => {
            Slot::flag(amsgrad)
        }
        (NAdam { momentum_decay, .. }, "momentum-decay") => Slot::number(momentum_decay),
        (Rprop { shrink, .. }, "shrink") => Slot::number(shrink),
        (Rprop { grow, .. }, "grow") => Slot::number(grow),
        (Rprop { min_step, .. }, "min-step") => Slot::number(min_step),
        (Rprop { max_step, .. }, "max-step") => Slot::number(max_step),
        _ => return None,
    })
}

fn loss<'a>(loss: &'a mut Loss, constant: &str) -> Option<Slot<'a>> {
    Some(match (loss, constant) {
        (Loss::CrossEntropy { smoothing }, "smoothing") => Slot::number(smoothing),
        (Loss::Huber { delta }, "delta") => Slot::number(delta),
        (Loss::SmoothL1 { beta }, "beta") => Slot::number(beta),
        _ => return None,
    })
}

fn schedule<'a>(schedule: &'a mut Schedule, constant: &str) -> Option<Slot<'a>> {
    use Schedule::{Cosine, Exponential, OneCycle, Plateau, Polynomial, Restarts, Step};
    Some(match (schedule, constant) {
        (Step { every, .. }, "every") => Slot::small(every, 1),
        (Step { gamma, .. } | Exponential { gamma }, "gamma") => Slot::number(gamma),
        (
            Cosine { epochs, .. }
            | Restarts { epochs, .. }
            | Polynomial { epochs, .. }
            | OneCycle { epochs, .. },
            "epochs",
        ) => Slot::small(epochs, 1),
        (Cosine { floor, .. } | Restarts { floor, .. }, "floor") => Slot::number(floor),
        (Polynomial { power, .. }, "power") => Slot::number(power),
        (Plateau { factor, .. }, "factor") => Slot::number(factor),
        (Plateau { patience, .. }, "patience") => Slot::small(patience, 0),
        (OneCycle { rise, .. }, "rise") => Slot::number(rise),
        _ => return None,
    })
}

fn clip<'a>(clip: &'a mut Clip, constant: &str) -> Option<Slot<'a>> {
    match (clip, constant) {
        (Clip::Norm { max } | Clip::Value { max }, "max") => Some(Slot::number(max)),
        _ => None,
    }
}

/// A number of samples, or the whole training part.
fn batch(batch: &mut BatchSize) -> Slot<'_> {
    let now = match batch {
        BatchSize::Full => Value::Word(words::FULL.into()),
        BatchSize::Of(size) => Value::of_whole(*size as u64),
    };
    let takes = Takes::Whole { low: 1, high: u32::MAX.into(), words: vec![words::FULL] };
    Slot::new(takes, Some(now), |value| {
        *batch = value.count().map_or(BatchSize::Full, BatchSize::Of);
    })
}

/// After how many epochs or steps training ends.
fn stop(stop: &mut StopRule, in_epochs: bool) -> Slot<'_> {
    let now = match *stop {
        StopRule::Epochs(count) if in_epochs => Some(Value::of_whole(count)),
        StopRule::Steps(count) if !in_epochs => Some(Value::of_whole(count)),
        _ => None,
    };
    let takes = Takes::Whole { low: 1, high: LARGEST_WHOLE, words: vec![] };
    Slot::new(takes, now, move |value| {
        let rule = if in_epochs { StopRule::Epochs } else { StopRule::Steps };
        *stop = value.whole().map_or(*stop, rule);
    })
}

/// Whether training ends early.
fn early_at_all(early: &mut Option<EarlyStopping>) -> Slot<'_> {
    let now = Some(Value::Flag(early.is_some()));
    Slot::new(Takes::Flag, now, |value| {
        *early = (*value == Value::Flag(true)).then(|| early.unwrap_or_default());
    })
}

/// One setting of early stopping. Setting it switches early stopping on.
fn early<'a>(early: &'a mut Option<EarlyStopping>, setting: &str) -> Option<Slot<'a>> {
    fn of<'s>(rule: &'s mut EarlyStopping, setting: &str) -> Option<Slot<'s>> {
        Some(match setting {
            "part" => Slot::word(&mut rule.part, &Part::ALL, |&it| words::part(it)),
            "quantity" => Slot::word(&mut rule.quantity, &Quantity::ALL, |&it| words::quantity(it)),
            "patience" => Slot::small(&mut rule.patience, 0),
            "min-change" => Slot::number(&mut rule.min_change),
            "keep-best" => Slot::flag(&mut rule.keep_best),
            _ => return None,
        })
    }
    let mut rule = early.unwrap_or_default();
    let Slot { takes, now, .. } = of(&mut rule, setting)?;
    let setting = setting.to_owned();
    Some(Slot::new(takes, now.filter(|_| early.is_some()), move |value| {
        if let Some(slot) = of(early.get_or_insert_default(), &setting) {
            // It fits: what it takes was checked by the outer slot, which takes the same.
            let _ = slot.set(value);
        }
    }))
}
