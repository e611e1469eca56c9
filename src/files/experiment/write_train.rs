use crate::base::Finite;
use crate::spec::{
    BatchSize, ClassWeights, Clip, EarlyStopping, Loss, Optimizer, Schedule, StopRule, Target,
    TrainSpec, words,
};

use super::constants::{self, Constants};
use super::write::{Lines, inline, list, number, quoted};
use super::write_model::{Entries, texts};

/// What matters most for the result is always written; what has its usual value is left out.
pub(super) fn write_train(file: &mut Lines, train: &TrainSpec) {
    let usual = TrainSpec::default();
    file.pair("loss", &loss(train.loss));
    if train.reduction != usual.reduction {
        file.text("reduction", words::reduction(train.reduction));
    }
    if train.class_weights != usual.class_weights {
        file.pair("class-weights", &weights(&train.class_weights));
    }
    file.pair("optimizer", &optimizer(train.optimizer));
    file.number("learning-rate", train.learning_rate);
    if train.schedule != usual.schedule {
        file.pair("schedule", &schedule(train.schedule));
    }
    if train.warmup != usual.warmup {
        file.pair("warm-up", &train.warmup.to_string());
    }
    write_penalties(file, train);
    if train.clip != usual.clip {
        file.pair("clip", &clip(train.clip));
    }
    file.pair("batch", &batch(train.batch));
    for (key, value, usual) in
        [("drop-last", train.drop_last, usual.drop_last), ("shuffle", train.shuffle, usual.shuffle)]
    {
        if value != usual {
            file.pair(key, &value.to_string());
        }
    }
    write_ends(file, train);
}

fn write_penalties(file: &mut Lines, train: &TrainSpec) {
    for (key, value) in [("weight-decay", train.weight_decay), ("l1", train.l1)] {
        if value != Finite::ZERO {
            file.number(key, value);
        }
    }
    file.number("l2", train.l2);
    if train.l2_form != TrainSpec::default().l2_form {
        file.text("l2-form", words::l2_form(train.l2_form));
    }
    if train.penalise_biases {
        file.pair("penalise-biases", "true");
    }
}

/// What ends training.
fn write_ends(file: &mut Lines, train: &TrainSpec) {
    file.pair("stop", &stop(train.stop));
    if let Some(seconds) = train.seconds {
        file.number("seconds", seconds);
    }
    if let Some(value) = train.target {
        file.pair("target", &target(value));
    }
    if let Some(early) = train.early {
        file.pair("early-stopping", &early_stopping(early));
    }
}

fn loss(loss: Loss) -> String {
    kinded(words::loss(loss), differing(loss, &Loss::ALL, words::loss, constants::loss))
}

fn optimizer(optimizer: Optimizer) -> String {
    let word = words::optimizer(optimizer);
    let all = &Optimizer::ALL;
    kinded(word, differing(optimizer, all, words::optimizer, constants::optimizer))
}

/// With every number, since no value of them is more usual than another.
fn schedule(mut schedule: Schedule) -> String {
    kinded(words::schedule(schedule), texts(constants::schedule(&mut schedule)))
}

/// A word, or a table with it.
fn kinded(word: &'static str, settings: Entries) -> String {
    if settings.is_empty() {
        return quoted(word);
    }
    let mut entries = vec![("kind", quoted(word))];
    entries.extend(settings);
    inline(&entries)
}

/// The settings that differ from the usual ones of the same kind.
fn differing<T: Copy>(
    mut value: T,
    all: &[T],
    word: impl Fn(T) -> &'static str,
    settings: impl Fn(&mut T) -> Constants<'_>,
) -> Entries {
    let usual = all.iter().find(|usual| word(**usual) == word(value));
    let usual = usual.map_or(Vec::new(), |usual| texts(settings(&mut usual.clone())));
    let mut entries = texts(settings(&mut value));
    entries.retain(|entry| !usual.contains(entry));
    entries
}

fn weights(weights: &ClassWeights) -> String {
    match weights {
        ClassWeights::None | ClassWeights::Balanced => quoted(words::class_weights(weights)),
        ClassWeights::Of(weights) => list(weights.iter().map(|weight| number(*weight)).collect()),
    }
}

fn clip(clip: Clip) -> String {
    match clip {
        Clip::None => quoted(words::clip(clip)),
        Clip::Norm { max } | Clip::Value { max } => inline(&[(words::clip(clip), number(max))]),
    }
}

fn batch(batch: BatchSize) -> String {
    match batch {
        BatchSize::Full => quoted(words::FULL),
        BatchSize::Of(size) => size.to_string(),
    }
}

fn stop(rule: StopRule) -> String {
    match rule {
        StopRule::Never => quoted(words::NEVER),
        StopRule::Epochs(count) => format!("{{ epochs = {count} }}"),
        StopRule::Steps(count) => format!("{{ steps = {count} }}"),
    }
}

fn target(Target { part, quantity, value }: Target) -> String {
    inline(&[
        ("part", quoted(words::part(part))),
        ("quantity", quoted(words::quantity(quantity))),
        ("value", number(value)),
    ])
}

fn early_stopping(early: EarlyStopping) -> String {
    let EarlyStopping { part, quantity, patience, min_change, keep_best } = early;
    let mut entries = vec![
        ("part", quoted(words::part(part))),
        ("quantity", quoted(words::quantity(quantity))),
        ("patience", patience.to_string()),
    ];
    if min_change != Finite::ZERO {
        entries.push(("min-change", number(min_change)));
    }
    if !keep_best {
        entries.push(("keep-best", "false".into()));
    }
    inline(&entries)
}
