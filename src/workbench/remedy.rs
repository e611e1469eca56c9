//! What mends something that is wrong with a run, or could be better: edits like any other, each
//! of which was tried before it is offered.

use std::mem::discriminant;

use crate::base::{Finite, LayerIdx};
use crate::spec::{
    Activation, BatchNormSpec, BatchSize, BiasInit, ClassWeights, Clip, ConvSpec, DataFacts,
    DenseSpec, EarlyStopping, Field, Init, LayerKind, LayerSpec, Loss, MAX_UNITS, NormSpec,
    Optimizer, OutputSpec, Padding, Part, PoolSpec, Quantity, RunSpec, Schedule, SpecIssue,
    StopRule, Target, Task, TrainSpec, validate_run,
};

use super::action::Edit;
use super::edit::edited_run;

/// Most remedies that one issue offers.
const OFFERED: usize = 2;
/// The batch size that suits most data.
const USUAL_BATCH: usize = 32;

/// An edit that makes an issue go away and brings no other.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// What the button says.
    pub label: String,
    /// What it does.
    pub edit: Edit,
}

/// What was found in a run, and what mends each of it.
pub(super) type Mended = Vec<(SpecIssue, Vec<Remedy>)>;

/// What mends each of the issues of a run; of one that can be trained, what follows each advice.
pub(super) fn mended(run: usize, spec: &RunSpec, facts: &DataFacts) -> Mended {
    let before = found(spec, facts);
    let doctor = Doctor { run, spec, facts, before: &before };
    before.1.iter().map(|issue| (issue.clone(), doctor.remedies(issue))).collect()
}

/// Whether a run cannot be trained, and its issues; of one that can, the advice.
fn found(spec: &RunSpec, facts: &DataFacts) -> (bool, Vec<SpecIssue>) {
    match validate_run(spec, facts) {
        Ok(valid) => (false, valid.advice().to_vec()),
        Err(issues) => (true, issues),
    }
}

struct Doctor<'a> {
    run: usize,
    spec: &'a RunSpec,
    facts: &'a DataFacts,
    before: &'a (bool, Vec<SpecIssue>),
}

impl Doctor<'_> {
    /// The best remedies of an issue; what gives something up only where nothing else helps.
    fn remedies(&self, issue: &SpecIssue) -> Vec<Remedy> {
        let mut offered = self.tried(self.candidates(issue.field), issue);
        if offered.is_empty() {
            offered = self.tried(self.last_resorts(issue.field), issue);
        }
        offered
    }

    fn tried(&self, candidates: Vec<Remedy>, issue: &SpecIssue) -> Vec<Remedy> {
        let mut offered: Vec<Remedy> = Vec::new();
        let after = |remedy: &Remedy| edited_run(self.spec, &remedy.edit);
        for remedy in candidates {
            let is_new =
                |other: &Remedy| other.label != remedy.label && after(other) != after(&remedy);
            if offered.iter().all(is_new) && self.helps(&remedy.edit, issue) {
                offered.push(remedy);
            }
            if offered.len() == OFFERED {
                break;
            }
        }
        offered
    }

    /// Whether an edit removes an issue and brings no other.
    fn helps(&self, edit: &Edit, issue: &SpecIssue) -> bool {
        let Some(spec) = edited_run(self.spec, edit) else { return false };
        let (is_ill, after) = found(&spec, self.facts);
        let (was_ill, before) = self.before;
        let count = |all: &[SpecIssue], field| all.iter().filter(|it| it.field == field).count();
        if *was_ill && !is_ill {
            // Advice on what was only just mended would be another complaint.
            return after.iter().all(|it| it.field != issue.field && it.field != Field::Output);
        }
        *was_ill == is_ill
            && count(&after, issue.field) < count(before, issue.field)
            && after.iter().all(|it| count(&after, it.field) <= count(before, it.field))
    }

    fn candidates(&self, field: Field) -> Vec<Remedy> {
        match field {
            Field::Output => self.output(),
            Field::Loss => self.loss(),
            Field::Layer(LayerIdx(at)) => self.layer(at),
            Field::ClassWeights => vec![
                self.train("Balance the classes", |train| {
                    train.class_weights = ClassWeights::Balanced;
                }),
                self.train("Count all classes alike", |train| {
                    train.class_weights = ClassWeights::None;
                }),
            ],
            Field::Target => self.target(),
            Field::Early => self.early(),
            field => self.simple(field),
        }
    }

    /// What is mended by a single value.
    fn simple(&self, field: Field) -> Vec<Remedy> {
        let now = &self.spec.train;
        let rate = now.learning_rate;
        let opposite = Finite::new(-rate.get()).unwrap_or(rate);
        let one = match field {
            Field::LearningRate => {
                self.train(format!("Use {opposite}"), |train| train.learning_rate = opposite)
            }
            Field::WeightDecay => self.train(ZERO, |train| train.weight_decay = Finite::ZERO),
            Field::L1 => self.train(ZERO, |train| train.l1 = Finite::ZERO),
            Field::L2 => self.train(ZERO, |train| train.l2 = Finite::ZERO),
            Field::Clip => self.train("Do not clip", |train| train.clip = Clip::None),
            Field::Seconds => self.train("No time limit", |train| train.seconds = None),
            Field::DropLast => self.train("Keep the last batch", |train| train.drop_last = false),
            Field::Stop => match now.stop {
                StopRule::Steps(_) => {
                    self.train("Train for 1 step", |train| train.stop = StopRule::Steps(1))
                }
                _ => self.train("Train for 1 epoch", |train| train.stop = StopRule::Epochs(1)),
            },
            Field::Optimizer => self.train(USUAL, |train| {
                let is_same = |it: &Optimizer| discriminant(it) == discriminant(&now.optimizer);
                let usual = Optimizer::ALL.into_iter().find(is_same);
                train.optimizer = usual.unwrap_or(now.optimizer);
            }),
            Field::Schedule => self.train(USUAL, |train| {
                let is_same = |it: &Schedule| discriminant(it) == discriminant(&now.schedule);
                let usual = Schedule::ALL.into_iter().find(is_same);
                train.schedule = usual.unwrap_or(now.schedule);
            }),
            Field::Batch => return self.batch(),
            _ => return Vec::new(),
        };
        vec![one]
    }

    fn batch(&self) -> Vec<Remedy> {
        let rows = self.facts.train_rows.max(1);
        let now = self.spec.train.batch.rows(rows);
        if self.spec.train.batch == BatchSize::Of(0) {
            return vec![self.batch_of(USUAL_BATCH.min(rows))];
        }
        // The largest power of two that fits into the memory.
        let sizes = (0..now.ilog2() + 1).rev().map(|power| 1_usize << power);
        sizes.filter(|size| *size < now).map(|size| self.batch_of(size)).collect()
    }

    fn batch_of(&self, size: usize) -> Remedy {
        self.train(format!("Use batches of {size}"), |train| train.batch = BatchSize::Of(size))
    }

    fn train(&self, label: impl Into<String>, change: impl FnOnce(&mut TrainSpec)) -> Remedy {
        let mut train = self.spec.train.clone();
        change(&mut train);
        Remedy { label: label.into(), edit: Edit::Train(self.run, train) }
    }

    /// Another activation at the output.
    fn activation(&self, activation: Activation) -> Remedy {
        let output = OutputSpec { activation, ..self.spec.model.output.clone() };
        let label = format!("Use {} at the output", in_sentence(activation));
        Remedy { label, edit: Edit::Output(self.run, output) }
    }

    /// Another loss, which takes what a linear output gives.
    fn of_linear(&self, loss: Loss) -> Remedy {
        let mut spec = self.spec.clone();
        spec.train.loss = loss;
        spec.model.output.activation = Activation::Linear;
        let label = format!("Use {}", in_small(loss.label()));
        Remedy { label, edit: Edit::SetRun(self.run, spec) }
    }

    fn loss(&self) -> Vec<Remedy> {
        let one = Finite::ONE;
        let now = self.spec.train.loss;
        let repaired = match now {
            Loss::CrossEntropy { .. } if !matches!(self.facts.task, Task::Regression) => {
                Some(("Do not smooth", Loss::CROSS_ENTROPY))
            }
            Loss::Huber { .. } => Some(("Use δ = 1", Loss::Huber { delta: one })),
            Loss::SmoothL1 { .. } => Some(("Use β = 1", Loss::SmoothL1 { beta: one })),
            _ => None,
        };
        let mut all = Vec::new();
        all.extend(repaired.map(|(label, loss)| self.train(label, |train| train.loss = loss)));
        let fit = match self.facts.task {
            Task::Classification { .. } => Loss::CROSS_ENTROPY,
            Task::Regression => Loss::Mse,
        };
        let label = format!("Use {}", in_small(fit.label()));
        all.push(self.train(label, |train| train.loss = fit));
        all.push(self.of_linear(fit));
        all
    }

    fn output(&self) -> Vec<Remedy> {
        use Activation::{Linear, LogSoftmax, Sigmoid, UnitStep};
        let (loss, output) = (self.spec.train.loss, &self.spec.model.output);
        let mut all = vec![self.flatten(self.spec.model.hidden.len())];
        let set = |label: &str, output: OutputSpec| {
            let edit = Edit::Output(self.run, output);
            Remedy { label: label.into(), edit }
        };
        all.push(set(FACTOR, OutputSpec { rate: Finite::ONE, ..output.clone() }));
        let (init, bias_init) = (Init::PyTorch, BiasInit::PyTorch);
        all.push(set(START, OutputSpec { init, bias_init, ..output.clone() }));
        match loss {
            Loss::Nll => {
                all.extend([self.activation(LogSoftmax), self.of_linear(Loss::CROSS_ENTROPY)]);
            }
            Loss::BinaryFromProbability => {
                all.extend([self.activation(Sigmoid), self.of_linear(Loss::BinaryCrossEntropy)]);
            }
            Loss::Perceptron => all.extend([self.activation(UnitStep), self.activation(Linear)]),
            _ if output.activation.is_flat() => {
                let label = "Use the perceptron criterion";
                all.push(self.train(label, |train| train.loss = Loss::Perceptron));
                all.push(self.activation(Linear));
            }
            _ if loss.is_distance() && self.facts.task != Task::Regression => {
                all.extend([self.activation(Sigmoid), self.activation(Linear)]);
            }
            _ => all.push(self.activation(Linear)),
        }
        all
    }

    fn flatten(&self, at: usize) -> Remedy {
        let edit = Edit::AddLayer(self.run, at, LayerSpec::from(LayerKind::Flatten));
        Remedy { label: "Insert Flatten".into(), edit }
    }

    fn layer(&self, at: usize) -> Vec<Remedy> {
        let hidden = &self.spec.model.hidden;
        let Some(layer) = hidden.get(at) else { return Vec::new() };
        let set = |label: String, layer: LayerSpec| Remedy {
            label,
            edit: Edit::SetLayer(self.run, at, layer),
        };
        let mut all = Vec::new();
        if needs_row(&layer.kind) {
            all.push(self.flatten(at));
        }
        all.push(set(FACTOR.into(), LayerSpec { rate: Finite::ONE, ..layer.clone() }));
        let repaired = repaired(&layer.kind).into_iter();
        all.extend(repaired.map(|(label, kind)| set(label, LayerSpec { kind, ..layer.clone() })));
        let is_row = |layer: &LayerSpec| {
            !layer.off && matches!(layer.kind, LayerKind::Flatten | LayerKind::Dense(_))
        };
        let row = hidden[..at].iter().position(is_row);
        if let Some(to) = row.filter(|_| needs_image(&layer.kind)) {
            let edit = Edit::MoveLayer { run: self.run, from: at, to };
            all.push(Remedy { label: format!("Move before layer {}", to + 1), edit });
        }
        if matches!(layer.kind, LayerKind::BatchNorm(_)) {
            all.push(self.batch_of(USUAL_BATCH.min(self.facts.train_rows.max(2))));
        }
        all
    }

    /// What gives something up that the user wanted.
    fn last_resorts(&self, field: Field) -> Vec<Remedy> {
        match field {
            Field::Layer(LayerIdx(at)) => {
                let edit = Edit::RemoveLayer(self.run, at);
                vec![Remedy { label: "Remove this layer".into(), edit }]
            }
            Field::Schedule => vec![self.train("Keep the rate constant", |train| {
                train.schedule = Schedule::Constant;
            })],
            Field::Target => vec![self.train("No target", |train| train.target = None)],
            Field::Early => vec![self.train("No early stopping", |train| train.early = None)],
            _ => Vec::new(),
        }
    }

    fn target(&self) -> Vec<Remedy> {
        let Some(target) = self.spec.train.target else { return Vec::new() };
        let set =
            |label: String, target: Target| self.train(label, |train| train.target = Some(target));
        let mut all = Vec::new();
        // Someone who types 95 means 95 %.
        if let Some(value) = Finite::new(target.value.get() / 100.0) {
            all.push(set(format!("Use {value}"), Target { value, ..target }));
        }
        all.extend(PARTS.map(|(label, part)| set(label.into(), Target { part, ..target })));
        all
    }

    fn early(&self) -> Vec<Remedy> {
        let Some(early) = self.spec.train.early else { return Vec::new() };
        let set = |label: &str, early: EarlyStopping| {
            self.train(label, |train| train.early = Some(early))
        };
        let usual = EarlyStopping::default();
        let patience = format!("Wait for {} epochs", usual.patience);
        let mut all = vec![
            set("Watch the loss", EarlyStopping { quantity: Quantity::Loss, ..early }),
            set(&patience, EarlyStopping { patience: usual.patience, ..early }),
            set(ZERO, EarlyStopping { min_change: Finite::ZERO, ..early }),
        ];
        all.extend(PARTS.map(|(label, part)| set(label, EarlyStopping { part, ..early })));
        all
    }
}

const ZERO: &str = "Use 0";
const USUAL: &str = "Use the usual constants";
const FACTOR: &str = "Use the factor 1";
const START: &str = "Start as PyTorch does";
/// What can be watched, the best first.
const PARTS: [(&str, Part); 3] = [
    ("Watch the validation part", Part::Validation),
    ("Watch the test part", Part::Test),
    ("Watch the training part", Part::Train),
];

/// Whether a layer takes one row of values.
fn needs_row(kind: &LayerKind) -> bool {
    match kind {
        LayerKind::Dense(_) => true,
        LayerKind::Activation(activation) => activation.is_rowwise(),
        _ => false,
    }
}

/// Whether a layer takes an image.
fn needs_image(kind: &LayerKind) -> bool {
    matches!(
        kind,
        LayerKind::Conv2d(_)
            | LayerKind::MaxPool2d(_)
            | LayerKind::AvgPool2d { .. }
            | LayerKind::GlobalAvgPool
    )
}

/// The same kind of layer with what may be wrong with it put right, one thing at a time.
fn repaired(kind: &LayerKind) -> Vec<(String, LayerKind)> {
    match kind {
        LayerKind::Dense(dense) => repaired_dense(dense),
        LayerKind::Conv2d(conv) => repaired_conv(conv),
        LayerKind::MaxPool2d(pool) => {
            let pools = repaired_pool(pool).into_iter();
            pools.map(|(label, pool)| (label, LayerKind::MaxPool2d(pool))).collect()
        }
        LayerKind::AvgPool2d { pool, count_padding } => {
            let pools = repaired_pool(pool).into_iter();
            let of = |pool| LayerKind::AvgPool2d { pool, count_padding: *count_padding };
            pools.map(|(label, pool)| (label, of(pool))).collect()
        }
        LayerKind::BatchNorm(norm) => {
            let usual = BatchNormSpec { affine: norm.affine, ..BatchNormSpec::default() };
            vec![(USUAL.into(), LayerKind::BatchNorm(usual))]
        }
        LayerKind::LayerNorm(norm) => {
            let usual = NormSpec { affine: norm.affine, ..NormSpec::default() };
            vec![(USUAL.into(), LayerKind::LayerNorm(usual))]
        }
        LayerKind::GroupNorm { groups, norm } => {
            let usual = NormSpec { affine: norm.affine, ..NormSpec::default() };
            vec![
                ("Use 1 group".into(), LayerKind::GroupNorm { groups: 1, norm: *norm }),
                (USUAL.into(), LayerKind::GroupNorm { groups: *groups, norm: usual }),
            ]
        }
        LayerKind::Dropout { .. } => {
            let p = Finite::lit(0.5);
            vec![("Use 0.5".into(), LayerKind::Dropout { p })]
        }
        LayerKind::Activation(now) => repaired_activation(*now),
        LayerKind::GlobalAvgPool | LayerKind::Flatten | LayerKind::Skip { .. } => Vec::new(),
    }
}

fn repaired_dense(dense: &DenseSpec) -> Vec<(String, LayerKind)> {
    let units = dense.units.clamp(1, MAX_UNITS);
    let (init, bias_init) = (Init::PyTorch, BiasInit::PyTorch);
    let words = if units == 1 { "unit" } else { "units" };
    vec![
        (format!("Use {units} {words}"), LayerKind::Dense(DenseSpec { units, ..dense.clone() })),
        (START.into(), LayerKind::Dense(DenseSpec { init, bias_init, ..dense.clone() })),
    ]
}

fn repaired_conv(conv: &ConvSpec) -> Vec<(String, LayerKind)> {
    let least = |pair: [usize; 2]| pair.map(|value| value.max(1));
    let channels = conv.channels.clamp(1, MAX_UNITS);
    let (init, bias_init) = (Init::PyTorch, BiasInit::PyTorch);
    let lengths = ConvSpec {
        kernel: least(conv.kernel),
        stride: least(conv.stride),
        dilation: least(conv.dilation),
        ..conv.clone()
    };
    let same = ConvSpec { padding: Padding::Same, stride: [1, 1], ..conv.clone() };
    let all = [
        (format!("Use {channels} channels"), ConvSpec { channels, ..conv.clone() }),
        ("Use 1 group".to_owned(), ConvSpec { groups: 1, ..conv.clone() }),
        ("Use 1 in place of 0".to_owned(), lengths),
        ("Use stride 1".to_owned(), ConvSpec { stride: [1, 1], ..conv.clone() }),
        ("Pad so that the size stays".to_owned(), same),
        (START.to_owned(), ConvSpec { init, bias_init, ..conv.clone() }),
    ];
    all.map(|(label, conv)| (label, LayerKind::Conv2d(conv))).to_vec()
}

fn repaired_pool(pool: &PoolSpec) -> Vec<(String, PoolSpec)> {
    let least = |pair: [usize; 2]| pair.map(|value| value.max(1));
    let lengths = PoolSpec { kernel: least(pool.kernel), stride: least(pool.stride), ..*pool };
    vec![
        ("Use no padding".into(), PoolSpec { padding: [0, 0], ..*pool }),
        ("Use 1 in place of 0".into(), lengths),
        ("Use windows of 2 × 2".into(), PoolSpec::new(2)),
    ]
}

/// The usual constant; for a step, the smooth function of its kind.
fn repaired_activation(now: Activation) -> Vec<(String, LayerKind)> {
    let smooth = match now {
        Activation::UnitStep => Some(Activation::Sigmoid),
        Activation::Sign => Some(Activation::Tanh),
        _ => None,
    };
    let usual = Activation::ALL.into_iter().find(|it| discriminant(it) == discriminant(&now));
    let smooth = smooth.map(|it| (format!("Use {}", in_sentence(it)), it));
    let usual = usual.filter(|it| *it != now).map(|it| ("Use the usual constant".to_owned(), it));
    let all = smooth.into_iter().chain(usual);
    all.map(|(label, it)| (label, LayerKind::Activation(it))).collect()
}

/// The name of an activation inside a sentence.
fn in_sentence(activation: Activation) -> String {
    let label = activation.label();
    if label.contains("LU") { label.into() } else { label.to_lowercase() }
}

/// A name inside a sentence.
fn in_small(label: &str) -> String {
    let mut letters = label.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
