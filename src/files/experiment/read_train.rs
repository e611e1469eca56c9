use crate::base::Finite;
use crate::files::error::FileError;
use crate::spec::{
    BatchSize, ClassWeights, Clip, EarlyStopping, L2Form, Loss, Optimizer, Part, Quantity,
    Reduction, Schedule, StopRule, Target, TrainSpec, words,
};

use super::constants::{self, Constants};
use super::fields::{Field, Section};
use super::read::optional_choice;
use super::read_model::{fill, finite, flag};

/// Largest whole number that every TOML reader knows.
const MAX_WHOLE: u64 = i64::MAX as u64;
/// Most class weights; more classes than any data can have.
const MAX_CLASSES: usize = 1_000_000;

/// Keys of a run that say how it is trained.
pub(super) const TRAIN_KEYS: [&str; 21] = [
    "loss",
    "reduction",
    "class-weights",
    "optimizer",
    "learning-rate",
    "schedule",
    "warm-up",
    "weight-decay",
    "l1",
    "l2",
    "l2-form",
    "penalise-biases",
    OLD_BIASES,
    "clip",
    "batch",
    "drop-last",
    "shuffle",
    "stop",
    "seconds",
    "target",
    "early-stopping",
];

/// The name that “penalise-biases” had up to format 2.
const OLD_BIASES: &str = "l2-biases";
/// The word that up to format 2 stood for squared error with the reduction “sum”.
const OLD_SUM: &str = "mse-sum";

pub(super) fn read_train(section: &Section<'_>) -> Result<TrainSpec, FileError> {
    let (loss, reduction) = read_loss(section)?;
    let optimizer = section.need("optimizer")?;
    let form = optional_choice(section, "l2-form", &L2Form::ALL, words::l2_form)?;
    let whole = |key| section.get(key).map_or(Ok(0), |field| field.whole(0, MAX_WHOLE));
    let schedule = section
        .get("schedule")
        .map(|field| read_kinded(&field, &Schedule::ALL, words::schedule, constants::schedule));
    Ok(TrainSpec {
        loss,
        reduction,
        class_weights: section
            .get("class-weights")
            .map_or(Ok(ClassWeights::None), |field| read_weights(&field))?,
        optimizer: read_kinded(
            &optimizer,
            &Optimizer::ALL,
            words::optimizer,
            constants::optimizer,
        )?,
        learning_rate: section.need("learning-rate")?.finite()?,
        schedule: schedule.transpose()?.unwrap_or_default(),
        warmup: whole("warm-up")?,
        weight_decay: finite(section, "weight-decay", Finite::ZERO)?,
        l1: finite(section, "l1", Finite::ZERO)?,
        l2: finite(section, "l2", Finite::ZERO)?,
        l2_form: form.unwrap_or_default(),
        penalise_biases: read_penalise(section)?,
        clip: section.get("clip").map_or(Ok(Clip::None), |field| read_clip(&field))?,
        batch: read_batch(&section.need("batch")?)?,
        drop_last: flag(section, "drop-last", false)?,
        shuffle: flag(section, "shuffle", true)?,
        stop: read_stop(&section.need("stop")?)?,
        seconds: section.get("seconds").map(|field| field.finite()).transpose()?,
        target: section.get("target").map(|field| read_target(&field)).transpose()?,
        early: section.get("early-stopping").map(|field| read_early(&field)).transpose()?,
    })
}

/// A word for the usual settings, or a table: `{ kind = "sgd", momentum = 0.9 }`.
fn read_kinded<T: Copy>(
    field: &Field<'_>,
    all: &[T],
    word: impl Fn(T) -> &'static str + Copy,
    settings: impl Fn(&mut T) -> Constants<'_>,
) -> Result<T, FileError> {
    if !field.is_table() {
        return field.choice(all, word);
    }
    let mut kind = field.any_section()?.need("kind")?.choice(all, word)?;
    let own = settings(&mut kind).into_iter().map(|setting| setting.0);
    let section = field.section(&std::iter::once("kind").chain(own).collect::<Vec<_>>())?;
    fill(&section, settings(&mut kind))?;
    Ok(kind)
}

fn read_loss(section: &Section<'_>) -> Result<(Loss, Reduction), FileError> {
    let field = section.need("loss")?;
    let reduction = optional_choice(section, "reduction", &Reduction::ALL, words::reduction)?;
    if field.as_text() == Some(OLD_SUM) {
        return match reduction {
            None | Some(Reduction::Sum) => Ok((Loss::Mse, Reduction::Sum)),
            Some(Reduction::Mean) => Err(field.wrong(format!(
                "is “{OLD_SUM}”, but the reduction is “mean”; write “mse” instead."
            ))),
        };
    }
    let loss = read_kinded(&field, &Loss::ALL, words::loss, constants::loss)?;
    Ok((loss, reduction.unwrap_or_default()))
}

fn read_penalise(section: &Section<'_>) -> Result<bool, FileError> {
    match (section.get("penalise-biases"), section.get(OLD_BIASES)) {
        (Some(_), Some(old)) => {
            Err(old.wrong("is the old name of “penalise-biases”; one of both is enough."))
        }
        (Some(field), None) | (None, Some(field)) => field.flag(),
        (None, None) => Ok(false),
    }
}

/// A word, or one weight a class.
fn read_weights(field: &Field<'_>) -> Result<ClassWeights, FileError> {
    if field.is_list() {
        let weights = field.list("class weight", 0, MAX_CLASSES)?;
        let weights: Result<_, _> = weights.iter().map(Field::finite).collect();
        return weights.map(ClassWeights::Of);
    }
    let all = [&ClassWeights::None, &ClassWeights::Balanced];
    field.choice(&all, words::class_weights).cloned()
}

/// “none”, `{ norm = 1.0 }` or `{ value = 0.5 }`.
fn read_clip(field: &Field<'_>) -> Result<Clip, FileError> {
    if !field.is_table() {
        return field.choice(&[Clip::None], words::clip);
    }
    let section = field.section(&["norm", "value"])?;
    match (section.get("norm"), section.get("value")) {
        (Some(max), None) => Ok(Clip::Norm { max: max.finite()? }),
        (None, Some(max)) => Ok(Clip::Value { max: max.finite()? }),
        _ => Err(field.wrong("takes either { norm = 1.0 } or { value = 0.5 }.")),
    }
}

fn read_batch(field: &Field<'_>) -> Result<BatchSize, FileError> {
    match field.as_text() {
        Some(_) => field.choice(&[BatchSize::Full], |_| words::FULL),
        None => field.count(0, usize::MAX >> 1).map(BatchSize::Of),
    }
}

fn read_stop(field: &Field<'_>) -> Result<StopRule, FileError> {
    if !field.is_table() {
        return field.choice(&[StopRule::Never], |_| words::NEVER);
    }
    let section = field.section(&["steps", "epochs"])?;
    match (section.get("steps"), section.get("epochs")) {
        (Some(steps), None) => steps.whole(0, MAX_WHOLE).map(StopRule::Steps),
        (None, Some(epochs)) => epochs.whole(0, MAX_WHOLE).map(StopRule::Epochs),
        _ => Err(field.wrong("takes either { steps = 200 } or { epochs = 5 }.")),
    }
}

fn read_target(field: &Field<'_>) -> Result<Target, FileError> {
    let section = field.section(&["part", "quantity", "value"])?;
    Ok(Target {
        part: section.need("part")?.choice(&Part::ALL, words::part)?,
        quantity: section.need("quantity")?.choice(&Quantity::ALL, words::quantity)?,
        value: section.need("value")?.finite()?,
    })
}

fn read_early(field: &Field<'_>) -> Result<EarlyStopping, FileError> {
    let section = field.section(&["part", "quantity", "patience", "min-change", "keep-best"])?;
    let usual = EarlyStopping::default();
    let part = optional_choice(&section, "part", &Part::ALL, words::part)?;
    let quantity = optional_choice(&section, "quantity", &Quantity::ALL, words::quantity)?;
    let patience = section.get("patience").map(|field| field.count32()).transpose()?;
    Ok(EarlyStopping {
        part: part.unwrap_or(usual.part),
        quantity: quantity.unwrap_or(usual.quantity),
        patience: patience.unwrap_or(usual.patience),
        min_change: finite(&section, "min-change", usual.min_change)?,
        keep_best: flag(&section, "keep-best", usual.keep_best)?,
    })
}
