use crate::base::{Finite, LayerIdx};

use super::activation::Activation;
use super::experiment::RunSpec;
use super::init::{BiasInit, Init};
use super::model::{
    BatchNormSpec, ConvSpec, DenseSpec, LayerKind, LayerSpec, NormSpec, OutputSpec, Padding,
    PoolSpec,
};
use super::optimizer::{AdamSpec, Optimizer};
use super::schedule::Schedule;
use super::train::{
    BatchSize, ClassWeights, Clip, EarlyStopping, Loss, StopRule, Target, TrainSpec,
};
use super::validate::Field;

/// What a change does to a live run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Nothing: a name.
    None,
    /// It is taken over at once and leaves a marker in the history.
    Hot,
    /// It needs a new run.
    Cold,
}

/// One field in which two specs differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Which field.
    pub field: Field,
    /// Its name as shown to the user.
    pub label: String,
    /// Value in the first spec.
    pub before: String,
    /// Value in the second.
    pub after: String,
    /// What changing it does to a live run.
    pub effect: Effect,
}

/// All fields in which two runs differ; empty exactly when they are equal.
#[must_use]
pub fn run_changes(a: &RunSpec, b: &RunSpec) -> Vec<FieldChange> {
    let mut list = Changes::default();
    list.add(Field::Name, "name", &a.name, &b.name, Effect::None);
    layer_changes(&a.model.hidden, &b.model.hidden, &mut list);
    let (x, y) = (describe_output(&a.model.output), describe_output(&b.model.output));
    list.add(Field::Output, "output layer", &x, &y, Effect::Cold);
    for (field, label, effect, describe) in SETTINGS {
        list.add(field, label, &describe(&a.train), &describe(&b.train), effect);
    }
    list.0
}

/// A setting of how a run is trained: what it is called, what changing it does to a live run, and
/// its value in words.
type Setting = (Field, &'static str, Effect, fn(&TrainSpec) -> String);

const SETTINGS: [Setting; 20] = [
    (Field::Loss, "loss", Effect::Cold, |t| describe_loss(t.loss)),
    (Field::Reduction, "reduction", Effect::Cold, |t| t.reduction.label().into()),
    (Field::ClassWeights, "class weights", Effect::Cold, |t| describe_weights(&t.class_weights)),
    (Field::Optimizer, "optimizer", Effect::Cold, |t| describe_optimizer(t.optimizer)),
    (Field::LearningRate, "learning rate", Effect::Hot, |t| t.learning_rate.to_string()),
    (Field::Schedule, "schedule", Effect::Hot, |t| describe_schedule(t.schedule)),
    (Field::Warmup, "warm-up", Effect::Hot, |t| t.warmup.to_string()),
    (Field::WeightDecay, "weight decay", Effect::Hot, |t| t.weight_decay.to_string()),
    (Field::L1, "L1 penalty λ₁", Effect::Hot, |t| t.l1.to_string()),
    (Field::L2, "L2 penalty λ", Effect::Hot, |t| t.l2.to_string()),
    (Field::PenaliseBiases, "penalty on biases", Effect::Hot, |t| yes_no(t.penalise_biases).into()),
    (Field::Clip, "gradient clipping", Effect::Hot, |t| describe_clip(t.clip)),
    (Field::Batch, "batch size", Effect::Hot, |t| describe_batch(t.batch)),
    (Field::DropLast, "drop last batch", Effect::Hot, |t| yes_no(t.drop_last).into()),
    (Field::Shuffle, "shuffle", Effect::Cold, |t| yes_no(t.shuffle).into()),
    (Field::Stop, "stop", Effect::Hot, |t| describe_stop(t.stop)),
    (Field::Seconds, "stop after seconds", Effect::Hot, |t| {
        t.seconds.map_or("never".into(), |seconds| seconds.to_string())
    }),
    (Field::Target, "stop at", Effect::Hot, |t| {
        t.target.map_or("no value".into(), describe_target)
    }),
    (Field::Early, "early stopping", Effect::Hot, |t| t.early.map_or("no".into(), describe_early)),
    (Field::L2Form, "L2 form", Effect::Hot, |t| t.l2_form.label().into()),
];

fn describe_target(target: Target) -> String {
    let sign = if target.quantity.is_cost() { "≤" } else { "≥" };
    let (part, quantity) = (target.part.adjective(), target.quantity.label());
    format!("{part} {quantity} {sign} {}", target.value)
}

fn describe_early(early: EarlyStopping) -> String {
    let EarlyStopping { part, quantity, patience, min_change, keep_best } = early;
    let (part, quantity) = (part.adjective(), quantity.label());
    let best = if keep_best { ", keeps the best" } else { "" };
    format!("{part} {quantity}, patience {patience}, change {min_change}{best}")
}

fn describe_loss(loss: Loss) -> String {
    match loss {
        Loss::CrossEntropy { smoothing } if smoothing != Finite::ZERO => {
            format!("Cross-entropy, smoothing {smoothing}")
        }
        Loss::Huber { delta } => format!("Huber, δ {delta}"),
        Loss::SmoothL1 { beta } => format!("Smooth L1, β {beta}"),
        other => other.label().into(),
    }
}

fn describe_weights(weights: &ClassWeights) -> String {
    match weights {
        ClassWeights::None => "none".into(),
        ClassWeights::Balanced => "balanced".into(),
        ClassWeights::Of(weights) => {
            weights.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
    }
}

fn describe_clip(clip: Clip) -> String {
    match clip {
        Clip::None => "none".into(),
        Clip::Norm { max } | Clip::Value { max } => format!("{} {max}", clip.label()),
    }
}

fn describe_schedule(schedule: Schedule) -> String {
    let kind = schedule.label();
    match schedule {
        Schedule::Constant => kind.into(),
        Schedule::Step { every, gamma } => format!("{kind}, every {every} epochs, γ {gamma}"),
        Schedule::Exponential { gamma } => format!("{kind}, γ {gamma}"),
        Schedule::Cosine { epochs, floor } | Schedule::Restarts { epochs, floor } => {
            format!("{kind}, {epochs} epochs, floor {floor}")
        }
        Schedule::Polynomial { epochs, power } => format!("{kind}, {epochs} epochs, power {power}"),
        Schedule::Plateau { factor, patience } => {
            format!("{kind}, factor {factor}, patience {patience}")
        }
        Schedule::OneCycle { epochs, rise } => format!("{kind}, {epochs} epochs, rise {rise}"),
    }
}

/// Changes in the making: what is the same is left out.
#[derive(Default)]
pub(super) struct Changes(pub(super) Vec<FieldChange>);

impl Changes {
    pub(super) fn add(
        &mut self,
        field: Field,
        label: &str,
        before: &str,
        after: &str,
        effect: Effect,
    ) {
        if before != after {
            let (label, before, after) = (label.into(), before.into(), after.into());
            self.0.push(FieldChange { field, label, before, after, effect });
        }
    }
}

/// Stacks of equal length are compared layer by layer, others as a whole: "none ↔ Dense 100,
/// ReLU" says more than a list of shifted layers.
fn layer_changes(a: &[LayerSpec], b: &[LayerSpec], list: &mut Changes) {
    if a.len() == b.len() {
        for (index, (x, y)) in a.iter().zip(b).enumerate() {
            let label = format!("layer {}", index + 1);
            let renamed = LayerSpec { name: y.name.clone(), ..x.clone() };
            let effect = if renamed == *y { Effect::None } else { Effect::Cold };
            let (x, y) = (describe_layer(x), describe_layer(y));
            list.add(Field::Layer(LayerIdx(index)), &label, &x, &y, effect);
        }
    } else {
        let (x, y) = (describe_stack(a), describe_stack(b));
        list.add(Field::Layers, "hidden layers", &x, &y, Effect::Cold);
    }
}

fn describe_stack(layers: &[LayerSpec]) -> String {
    if layers.is_empty() {
        return "none".into();
    }
    layers.iter().map(describe_layer).collect::<Vec<_>>().join(", ")
}

fn describe_layer(layer: &LayerSpec) -> String {
    let mut text = describe_kind(&layer.kind);
    if !layer.name.is_empty() {
        text += &format!(" “{}”", layer.name);
    }
    if layer.rate != Finite::ONE {
        text += &format!(", rate × {}", layer.rate);
    }
    for (is_so, word) in [(layer.frozen, ", frozen"), (layer.off, ", off")] {
        if is_so {
            text += word;
        }
    }
    text
}

fn describe_kind(kind: &LayerKind) -> String {
    match kind {
        LayerKind::Dense(dense) => describe_dense(dense),
        LayerKind::Conv2d(conv) => describe_conv(conv),
        LayerKind::MaxPool2d(pool) => format!("Max pool {}", describe_pool(*pool)),
        LayerKind::AvgPool2d { pool, count_padding } => {
            let padding = if *count_padding { "" } else { " without counting padding" };
            format!("Average pool {}{padding}", describe_pool(*pool))
        }
        LayerKind::BatchNorm(BatchNormSpec { momentum, epsilon, affine }) => {
            let affine = yes_no(*affine);
            format!("Batch norm, momentum {momentum}, ε {epsilon}, affine {affine}")
        }
        LayerKind::LayerNorm(norm) => format!("Layer norm{}", describe_norm(*norm)),
        LayerKind::GroupNorm { groups, norm } => {
            format!("Group norm {groups}{}", describe_norm(*norm))
        }
        LayerKind::Dropout { p } => format!("Dropout {p}"),
        LayerKind::Skip { over } => format!("Skip over {over}"),
        LayerKind::Activation(Activation::LeakyRelu { slope }) => format!("Leaky ReLU {slope}"),
        LayerKind::Activation(Activation::Elu { alpha }) => format!("ELU {alpha}"),
        LayerKind::GlobalAvgPool | LayerKind::Flatten | LayerKind::Activation(_) => {
            kind.label().into()
        }
    }
}

fn describe_norm(norm: NormSpec) -> String {
    format!(", ε {}, affine {}", norm.epsilon, yes_no(norm.affine))
}

fn describe_pair([rows, cols]: [usize; 2]) -> String {
    if rows == cols { rows.to_string() } else { format!("{rows}×{cols}") }
}

fn describe_pool(pool: PoolSpec) -> String {
    let mut text = describe_pair(pool.kernel);
    if pool.stride != pool.kernel {
        text += &format!(" stride {}", describe_pair(pool.stride));
    }
    if pool.padding != [0, 0] {
        text += &format!(" padding {}", describe_pair(pool.padding));
    }
    if pool.ceil {
        text += " ceil";
    }
    text
}

fn describe_conv(conv: &ConvSpec) -> String {
    let mut text = format!("Conv2d {} k{}", conv.channels, describe_pair(conv.kernel));
    for (word, pair) in [("stride", conv.stride), ("dilation", conv.dilation)] {
        if pair != [1, 1] {
            text += &format!(" {word} {}", describe_pair(pair));
        }
    }
    match conv.padding {
        Padding::Valid => {}
        Padding::Same => text += " padding same",
        Padding::Of(pair) => text += &format!(" padding {}", describe_pair(pair)),
    }
    if conv.groups != 1 {
        text += &format!(" groups {}", conv.groups);
    }
    text + &describe_start(conv.init, conv.bias, conv.bias_init)
}

fn describe_dense(dense: &DenseSpec) -> String {
    let start = describe_start(dense.init, dense.bias, dense.bias_init);
    format!("Dense {}{start}", dense.units)
}

/// How weights and biases start, where it is not as usual.
fn describe_start(init: Init, bias: bool, bias_init: BiasInit) -> String {
    let mut text = String::new();
    if init != Init::default() {
        text += &format!(" ({})", describe_init(init));
    }
    if !bias {
        text += " without bias";
    }
    // Said of biases that are not there, too: no difference may go unseen.
    if bias_init != BiasInit::default() {
        text += &format!(" biases {}", describe_bias_init(bias_init));
    }
    text
}

fn describe_init(init: Init) -> String {
    match init {
        Init::Normal { mean, std } if mean == Finite::ZERO => format!("{std} · randn"),
        Init::Normal { mean, std } => format!("{mean} + {std} · randn"),
        Init::Uniform { low, high } => format!("uniform {low} to {high}"),
        Init::Constant { value } => format!("all {value}"),
        other => other.label().into(),
    }
}

fn describe_bias_init(init: BiasInit) -> String {
    match init {
        BiasInit::Normal { mean, std } => describe_init(Init::Normal { mean, std }),
        BiasInit::Uniform { low, high } => describe_init(Init::Uniform { low, high }),
        BiasInit::Constant { value } => describe_init(Init::Constant { value }),
        BiasInit::PyTorch | BiasInit::Zeros => init.label().into(),
    }
}

fn describe_output(output: &OutputSpec) -> String {
    let mut text = describe_init(output.init);
    if !output.bias {
        text += ", without biases";
    }
    if output.bias || output.bias_init != BiasInit::default() {
        text += &format!(", biases {}", describe_bias_init(output.bias_init));
    }
    if output.activation != Activation::Linear {
        text += &format!(", {}", describe_kind(&LayerKind::Activation(output.activation)));
    }
    if output.frozen {
        text += ", frozen";
    }
    if output.rate != Finite::ONE {
        text += &format!(", rate × {}", output.rate);
    }
    text
}

fn describe_optimizer(optimizer: Optimizer) -> String {
    let name = optimizer.label();
    let flag = |is_so: bool, word: &str| if is_so { format!(", {word}") } else { String::new() };
    match optimizer {
        plain if plain == Optimizer::SGD => name.into(),
        Optimizer::Sgd { momentum, dampening, nesterov } => {
            let dampening = match dampening == Finite::ZERO {
                true => String::new(),
                false => format!(", dampening {dampening}"),
            };
            format!("{name}, momentum {momentum}{dampening}{}", flag(nesterov, "Nesterov"))
        }
        Optimizer::RmsProp { alpha, epsilon, momentum, centred } => {
            let centred = flag(centred, "centred");
            format!("{name}, α {alpha}, ε {epsilon}, momentum {momentum}{centred}")
        }
        Optimizer::Adagrad { decay, initial, epsilon } => {
            format!("{name}, decay {decay}, initial {initial}, ε {epsilon}")
        }
        Optimizer::Adadelta { rho, epsilon } => format!("{name}, ρ {rho}, ε {epsilon}"),
        Optimizer::Adam(AdamSpec { beta1, beta2, epsilon, amsgrad })
        | Optimizer::AdamW(AdamSpec { beta1, beta2, epsilon, amsgrad }) => {
            let amsgrad = flag(amsgrad, "AMSGrad");
            format!("{name}, β₁ {beta1}, β₂ {beta2}, ε {epsilon}{amsgrad}")
        }
        Optimizer::Adamax { beta1, beta2, epsilon }
        | Optimizer::RAdam { beta1, beta2, epsilon } => {
            format!("{name}, β₁ {beta1}, β₂ {beta2}, ε {epsilon}")
        }
        Optimizer::NAdam { beta1, beta2, epsilon, momentum_decay } => {
            format!("{name}, β₁ {beta1}, β₂ {beta2}, ε {epsilon}, momentum decay {momentum_decay}")
        }
        Optimizer::Rprop { shrink, grow, min_step, max_step } => {
            format!("{name}, factors {shrink} and {grow}, steps {min_step} to {max_step}")
        }
    }
}

fn describe_batch(batch: BatchSize) -> String {
    match batch {
        BatchSize::Full => "full".into(),
        BatchSize::Of(size) => size.to_string(),
    }
}

fn describe_stop(stop: StopRule) -> String {
    match stop {
        StopRule::Never => "never".into(),
        StopRule::Epochs(count) => format!("after {count} epochs"),
        StopRule::Steps(count) => format!("after {count} steps"),
    }
}

pub(super) fn yes_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{L2Form, Part, Quantity, Reduction, preset};

    fn run() -> RunSpec {
        preset("spiral-relu").expect("built in").runs[0].clone()
    }

    /// What is edited, how, and what that does to a live run.
    type Case = (&'static str, fn(&mut RunSpec), Effect);

    /// Every single edit a user can make, so that none is overlooked by the comparison.
    fn edits() -> Vec<Case> {
        [edits_of_layers(), edits_of_the_output(), edits_of_training(), edits_of_the_end()].concat()
    }

    fn edits_of_layers() -> Vec<Case> {
        vec![
            ("name", |r| r.name.push('x'), Effect::None),
            ("add", |r| r.model.hidden.push(LayerSpec::from(LayerKind::Flatten)), Effect::Cold),
            ("kind", |r| r.model.hidden[1] = LayerSpec::from(LayerKind::Flatten), Effect::Cold),
            ("layer name", |r| r.model.hidden[0].name.push('x'), Effect::None),
            ("off", |r| r.model.hidden[0].off = true, Effect::Cold),
            ("frozen", |r| r.model.hidden[0].frozen = true, Effect::Cold),
            ("rate", |r| r.model.hidden[0].rate = Finite::ZERO, Effect::Cold),
            ("units", |r| dense(r).units = 7, Effect::Cold),
            ("bias", |r| dense(r).bias = false, Effect::Cold),
            ("init", |r| dense(r).init = Init::Zeros, Effect::Cold),
            ("std", |r| dense(r).init = Init::normal(Finite::ONE), Effect::Cold),
            ("bias init", |r| dense(r).bias_init = BiasInit::PyTorch, Effect::Cold),
        ]
    }

    fn edits_of_the_output() -> Vec<Case> {
        vec![
            ("init", |r| r.model.output.init = Init::Zeros, Effect::Cold),
            ("bias init", |r| r.model.output.bias_init = BiasInit::PyTorch, Effect::Cold),
            ("bias", |r| r.model.output.bias = false, Effect::Cold),
            ("activation", |r| r.model.output.activation = Activation::Softmax, Effect::Cold),
            ("frozen", |r| r.model.output.frozen = true, Effect::Cold),
            ("rate", |r| r.model.output.rate = Finite::ZERO, Effect::Cold),
        ]
    }

    fn edits_of_training() -> Vec<Case> {
        vec![
            ("loss", |r| r.train.loss = Loss::Mse, Effect::Cold),
            ("smoothing", |r| r.train.loss = Loss::CrossEntropy { smoothing: HALF }, Effect::Cold),
            ("reduction", |r| r.train.reduction = Reduction::Sum, Effect::Cold),
            ("class weights", |r| r.train.class_weights = ClassWeights::Balanced, Effect::Cold),
            ("optimizer", |r| r.train.optimizer = Optimizer::ADAM, Effect::Cold),
            ("momentum", |r| r.train.optimizer = Optimizer::sgd(HALF), Effect::Cold),
            ("lr", |r| r.train.learning_rate = HALF, Effect::Hot),
            ("schedule", |r| r.train.schedule = Schedule::Exponential { gamma: HALF }, Effect::Hot),
            ("warm-up", |r| r.train.warmup = 9, Effect::Hot),
            ("weight decay", |r| r.train.weight_decay = HALF, Effect::Hot),
            ("l1", |r| r.train.l1 = HALF, Effect::Hot),
            ("l2", |r| r.train.l2 = Finite::ZERO, Effect::Hot),
            ("l2 form", |r| r.train.l2_form = L2Form::Whole, Effect::Hot),
            ("biases", |r| r.train.penalise_biases = true, Effect::Hot),
            ("clip", |r| r.train.clip = Clip::Norm { max: HALF }, Effect::Hot),
            ("batch", |r| r.train.batch = BatchSize::Of(3), Effect::Hot),
            ("drop last", |r| r.train.drop_last = true, Effect::Hot),
            ("shuffle", |r| r.train.shuffle = false, Effect::Cold),
        ]
    }

    fn edits_of_the_end() -> Vec<Case> {
        vec![
            ("stop", |r| r.train.stop = StopRule::Never, Effect::Hot),
            ("seconds", |r| r.train.seconds = Some(HALF), Effect::Hot),
            ("target", |r| r.train.target = Some(TARGET), Effect::Hot),
            ("early", |r| r.train.early = Some(EarlyStopping::default()), Effect::Hot),
        ]
    }

    const HALF: Finite = Finite::lit(0.5);
    const TARGET: Target = Target { part: Part::Test, quantity: Quantity::Accuracy, value: HALF };

    fn dense(run: &mut RunSpec) -> &mut DenseSpec {
        match &mut run.model.hidden[0].kind {
            LayerKind::Dense(dense) => dense,
            other => panic!("not a dense layer: {other:?}"),
        }
    }

    #[test]
    fn equal_runs_have_no_changes() {
        assert!(run_changes(&run(), &run()).is_empty());
    }

    #[test]
    fn every_edit_is_found_once_with_its_effect() {
        for (what, edit, effect) in edits() {
            let mut edited = run();
            edit(&mut edited);
            let found = run_changes(&run(), &edited);
            assert_eq!(found.len(), 1, "{what}: {found:?}");
            assert_eq!(found[0].effect, effect, "{what}");
        }
    }

    #[test]
    fn a_slope_is_part_of_the_layer() {
        let slope = |value| {
            let mut run = run();
            let slope = Finite::lit(value);
            run.model.hidden[1] = LayerSpec::from(Activation::LeakyRelu { slope });
            run
        };
        assert_eq!(run_changes(&slope(0.1), &slope(0.2)).len(), 1);
    }

    #[test]
    fn linear_against_relu_reads_as_in_the_lecture() {
        let both = preset("linear-vs-relu").expect("built in").runs;
        let found = run_changes(&both[0], &both[1]);
        let layers = found.iter().find(|change| change.field == Field::Layers).expect("differs");
        assert_eq!(layers.before, "none");
        assert!(layers.after.starts_with("Dense 100"), "{}", layers.after);
    }
}
