use std::fmt;

use crate::base::{Finite, LayerIdx};

use super::activation::Activation;
use super::data::{DataFacts, SampleShape, Task};
use super::experiment::RunSpec;
use super::model::{DenseSpec, LayerInfo, LayerKind, ModelSpec, OutputSpec};
use super::readout::{Readout, readout};
use super::shape::{self, Report};
use super::stops::check_stops;
use super::train::{BatchSize, Loss, StopRule, TrainSpec};

mod advice;
mod fit;
#[cfg(test)]
mod fit_tests;
mod training;

/// Widest layer that is accepted; more would not fit a classroom machine.
pub const MAX_UNITS: usize = 65_536;
/// Most layers that are accepted.
pub const MAX_LAYERS: usize = 64;
/// Most trainable values that are accepted: 400 MB of weights.
pub const MAX_PARAMETERS: usize = 100_000_000;
/// Most values between layers that one step keeps for the way back: 8 GB.
pub const MAX_VALUES: usize = 2_000_000_000;

/// The part of a spec that an issue or a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The name of the run.
    Name,
    /// A layer of the stack.
    Layer(LayerIdx),
    /// The stack as a whole.
    Layers,
    /// The output layer.
    Output,
    /// The loss.
    Loss,
    /// The optimizer and its constants.
    Optimizer,
    /// The learning rate.
    LearningRate,
    /// How the losses of a batch become one.
    Reduction,
    /// How much each class counts.
    ClassWeights,
    /// The schedule of the learning rate.
    Schedule,
    /// Over how many updates the learning rate grows.
    Warmup,
    /// The optimizer's weight decay.
    WeightDecay,
    /// The L1 penalty.
    L1,
    /// The L2 penalty.
    L2,
    /// How it is written.
    L2Form,
    /// Whether biases are penalised.
    PenaliseBiases,
    /// What keeps gradients small.
    Clip,
    /// The batch size.
    Batch,
    /// Whether a smaller last batch is left out.
    DropLast,
    /// Whether rows are shuffled.
    Shuffle,
    /// When training ends.
    Stop,
    /// After how many seconds it ends.
    Seconds,
    /// At what value it ends.
    Target,
    /// Early stopping.
    Early,
    /// The seed.
    Seed,
    /// The data.
    Data,
    /// Where it computes.
    Device,
}

/// Why a spec cannot be trained, or what will surprise: where, and a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecIssue {
    /// Where.
    pub field: Field,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for SpecIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            Field::Layer(LayerIdx(index)) => write!(f, "Layer {}: {}", index + 1, self.message),
            _ => f.write_str(&self.message),
        }
    }
}

/// A run that has been checked against its data: the only thing the trainer accepts.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidRun {
    spec: RunSpec,
    facts: DataFacts,
    layers: Vec<LayerInfo>,
    output: LayerInfo,
    readout: Readout,
    advice: Vec<SpecIssue>,
}

impl ValidRun {
    /// The run as the user wrote it.
    #[must_use]
    pub fn spec(&self) -> &RunSpec {
        &self.spec
    }

    /// The data it was checked against.
    #[must_use]
    pub fn facts(&self) -> &DataFacts {
        &self.facts
    }

    /// Shapes and parameters of the stacked layers, in order.
    #[must_use]
    pub fn layers(&self) -> &[LayerInfo] {
        &self.layers
    }

    /// Shapes and parameters of the output layer.
    #[must_use]
    pub fn output(&self) -> &LayerInfo {
        &self.output
    }

    /// Number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.readout.outputs
    }

    /// How the outputs are read.
    #[must_use]
    pub fn readout(&self) -> &Readout {
        &self.readout
    }

    /// Number of trainable values in all layers.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.layers.iter().chain([&self.output]).map(|layer| layer.parameters).sum()
    }

    /// This run under another name.
    #[must_use]
    pub fn named(&self, name: &str) -> Self {
        Self { spec: RunSpec { name: name.to_owned(), ..self.spec.clone() }, ..self.clone() }
    }

    /// What does not forbid training, but will surprise whoever does not know it: where, what
    /// happens and what to do instead.
    #[must_use]
    pub fn advice(&self) -> &[SpecIssue] {
        &self.advice
    }

    /// This run with other hot parameters; shapes stay as they are.
    #[must_use]
    pub fn with_train(&self, train: TrainSpec) -> Self {
        let spec = RunSpec { train, ..self.spec.clone() };
        let advice = advice::on(&spec, &self.facts, &self.readout);
        Self { spec, advice, ..self.clone() }
    }

    /// This run under another name.
    #[must_use]
    pub fn with_name(&self, name: &str) -> Self {
        Self { spec: RunSpec { name: name.into(), ..self.spec.clone() }, ..self.clone() }
    }
}

/// Number of outputs that the data, the loss and the output layer ask for.
#[must_use]
pub fn output_units(task: Task, loss: Loss, output: &OutputSpec) -> usize {
    readout(task, loss, output).outputs
}

/// Checks a run against its data.
///
/// # Errors
/// Every reason why it cannot be trained, not just the first.
pub fn validate_run(spec: &RunSpec, facts: &DataFacts) -> Result<ValidRun, Vec<SpecIssue>> {
    let mut issues = Vec::new();
    let readout = readout(facts.task, spec.train.loss, &spec.model.output);
    let (layers, output) = layer_infos(&spec.model, &facts.input, readout.outputs, &mut issues);
    fit::check(spec, facts.task, &mut issues);
    check_train(&spec.train, &mut issues);
    check_stops(&spec.train, facts, &mut issues);
    training::check(&spec.train, facts, &mut issues);
    check_batch_norm(spec, &layers, facts.train_rows, &mut issues);
    check_data(facts, &mut issues);
    if issues.is_empty() {
        check_memory(spec, &layers, facts.train_rows, &mut issues);
    }
    if issues.is_empty() {
        let advice = advice::on(spec, facts, &readout);
        Ok(ValidRun { spec: spec.clone(), facts: facts.clone(), layers, output, readout, advice })
    } else {
        Err(issues)
    }
}

/// The name of an activation inside a sentence.
fn in_sentence(activation: Activation) -> String {
    let label = activation.label();
    if label.contains("LU") { label.into() } else { label.to_lowercase() }
}

/// Shapes and parameters of every layer, and of the output layer with `units` outputs. Layers
/// that cannot work are reported in `issues` and taken as if they passed on what later layers can
/// best be shown with. A layer that is switched off passes everything on.
pub fn layer_infos(
    model: &ModelSpec,
    input: &SampleShape,
    units: usize,
    issues: &mut Vec<SpecIssue>,
) -> (Vec<LayerInfo>, LayerInfo) {
    let mut shape = input.clone();
    let mut inputs = Vec::with_capacity(model.hidden.len());
    let mut infos = Vec::with_capacity(model.hidden.len());
    for (index, layer) in model.hidden.iter().enumerate() {
        let mut report = Report { field: Field::Layer(LayerIdx(index)), issues: &mut *issues };
        check_rate(layer.rate, &mut report);
        let info = match layer.off {
            true => shape::same(&shape, 0),
            false => shape::layer_info(&layer.kind, &shape, &inputs, &mut report),
        };
        inputs.push(std::mem::replace(&mut shape, info.output.clone()));
        infos.push(info);
    }
    let output = output_info(&model.output, &shape, units, issues);
    check_size(&infos, &output, issues);
    (infos, output)
}

fn output_info(
    output: &OutputSpec,
    input: &SampleShape,
    units: usize,
    issues: &mut Vec<SpecIssue>,
) -> LayerInfo {
    let mut report = Report { field: Field::Output, issues };
    check_rate(output.rate, &mut report);
    let OutputSpec { bias, init, bias_init, .. } = *output;
    shape::dense_info(&DenseSpec { units, bias, init, bias_init }, input, &mut report)
}

fn check_rate(rate: Finite, report: &mut Report<'_>) {
    if rate.get() < 0.0 {
        report.refuse(format!("The factor on the learning rate cannot be negative ({rate})."));
    }
}

fn check_size(layers: &[LayerInfo], output: &LayerInfo, issues: &mut Vec<SpecIssue>) {
    if layers.len() > MAX_LAYERS {
        let message = format!("The stack has {} layers; {MAX_LAYERS} are the most.", layers.len());
        issues.push(SpecIssue { field: Field::Layers, message });
    }
    let total = layers
        .iter()
        .chain([output])
        .fold(0_usize, |sum, layer| sum.saturating_add(layer.parameters));
    if total > MAX_PARAMETERS {
        let message = format!(
            "The network has {total} parameters; {MAX_PARAMETERS} are the most. Take fewer units."
        );
        issues.push(SpecIssue { field: Field::Layers, message });
    }
}

fn check_train(train: &TrainSpec, issues: &mut Vec<SpecIssue>) {
    let mut refuse = |field, message: String| issues.push(SpecIssue { field, message });
    for (field, what, value) in [
        (Field::LearningRate, "learning rate", train.learning_rate),
        (Field::WeightDecay, "weight decay", train.weight_decay),
        (Field::L1, "L1 penalty", train.l1),
        (Field::L2, "L2 penalty", train.l2),
    ] {
        if value.get() < 0.0 {
            refuse(field, format!("The {what} cannot be negative ({value})."));
        }
    }
    if train.batch == BatchSize::Of(0) {
        refuse(Field::Batch, "A batch holds at least one sample.".into());
    }
    if matches!(train.stop, StopRule::Epochs(0) | StopRule::Steps(0)) {
        refuse(Field::Stop, "Training ends after at least one step.".into());
    }
    for complaint in train.optimizer.complaints() {
        refuse(Field::Optimizer, complaint);
    }
}

/// Convolutions keep far more values than they have parameters.
fn check_memory(spec: &RunSpec, layers: &[LayerInfo], rows: usize, issues: &mut Vec<SpecIssue>) {
    let sizes = layers.iter().map(|layer| layer.output.len());
    let sample = sizes.fold(0, usize::saturating_add);
    let rows = spec.train.batch.rows(rows);
    if sample.saturating_mul(rows) <= MAX_VALUES {
        return;
    }
    let fitting = MAX_VALUES / sample;
    let (field, advice) = match fitting {
        0 => (Field::Layers, "Take fewer channels or a larger stride.".to_owned()),
        _ => (Field::Batch, format!("Take batches of {fitting} or fewer, or fewer channels.")),
    };
    let message = format!(
        "Every sample takes {sample} values between the layers, and a batch holds {rows}: more \
         than the 8 GB that a step may keep. {advice}"
    );
    issues.push(SpecIssue { field, message });
}

/// One value has no variance: PyTorch fails at the first batch.
fn check_batch_norm(
    spec: &RunSpec,
    layers: &[LayerInfo],
    rows: usize,
    issues: &mut Vec<SpecIssue>,
) {
    if rows == 0 || spec.train.batch.rows(rows) != 1 {
        return;
    }
    for (index, (layer, info)) in spec.model.hidden.iter().zip(layers).enumerate() {
        let is_alone = info.input.0.iter().skip(1).all(|&side| side == 1);
        let is_live = !layer.off && !layer.frozen;
        if matches!(layer.kind, LayerKind::BatchNorm(_)) && is_live && is_alone {
            let message = "Batch norm compares the samples of a batch, but a batch holds a single \
                           one. Take a batch size of 2 or more, or Layer norm.";
            let field = Field::Layer(LayerIdx(index));
            issues.push(SpecIssue { field, message: message.into() });
        }
    }
}

fn check_data(facts: &DataFacts, issues: &mut Vec<SpecIssue>) {
    let mut refuse = |message: &str| {
        issues.push(SpecIssue { field: Field::Data, message: message.into() });
    };
    if facts.train_rows == 0 {
        refuse("The training part is empty.");
    }
    if facts.input.is_empty() {
        refuse("The data has no feature column.");
    }
    if let Task::Classification { classes: 0 | 1 } = facts.task {
        refuse("Classification needs at least two classes.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::optimizer::Optimizer;
    use crate::spec::{BatchNormSpec, ConvSpec, LayerSpec, Padding, preset};

    fn facts(shape: &[usize], classes: usize) -> DataFacts {
        DataFacts {
            input: SampleShape(shape.to_vec()),
            task: Task::Classification { classes },
            train_rows: 300,
            validation_rows: 0,
            test_rows: 300,
        }
    }

    fn relu_run() -> RunSpec {
        preset("spiral-relu").expect("built in").runs[0].clone()
    }

    fn fields(spec: &RunSpec, facts: &DataFacts) -> Vec<Field> {
        let issues = validate_run(spec, facts).expect_err("must be refused");
        issues.into_iter().map(|issue| issue.field).collect()
    }

    #[test]
    fn counts_parameters_as_the_lecture_does() {
        let run = validate_run(&relu_run(), &facts(&[2], 3)).expect("valid");
        assert_eq!(run.layers()[0].parameters, 2 * 100 + 100);
        assert_eq!(run.output().parameters, 100 * 3 + 3);
        assert_eq!(run.parameters(), 603);
        assert_eq!(run.outputs(), 3);
    }

    #[test]
    fn an_image_must_be_flattened_first() {
        let found = fields(&relu_run(), &facts(&[1, 28, 28], 10));
        assert_eq!(found, [Field::Layer(LayerIdx(0))]);
        let mut flat = relu_run();
        flat.model.hidden.insert(0, LayerSpec::from(LayerKind::Flatten));
        let valid = validate_run(&flat, &facts(&[1, 28, 28], 10)).expect("valid");
        assert_eq!(valid.layers()[1].parameters, 785 * 100);
    }

    #[test]
    fn an_image_without_any_layer_is_refused_at_the_output() {
        let mut spec = relu_run();
        spec.model.hidden.clear();
        assert_eq!(fields(&spec, &facts(&[1, 4, 4], 3)), [Field::Output]);
    }

    #[test]
    fn every_issue_is_reported_at_once() {
        let mut spec = relu_run();
        spec.model.hidden[0] = LayerSpec::from(DenseSpec::new(0));
        spec.train.loss = Loss::BinaryCrossEntropy;
        spec.train.learning_rate = Finite::lit(-1.0);
        spec.train.l2 = Finite::lit(-1.0);
        spec.train.batch = BatchSize::Of(0);
        spec.train.stop = StopRule::Steps(0);
        spec.train.optimizer = Optimizer::sgd(Finite::ONE);
        let data = DataFacts { train_rows: 0, ..facts(&[2], 3) };
        assert_eq!(
            fields(&spec, &data),
            [
                Field::Layer(LayerIdx(0)),
                Field::Loss,
                Field::LearningRate,
                Field::L2,
                Field::Batch,
                Field::Stop,
                Field::Optimizer,
                Field::Data,
            ]
        );
    }

    #[test]
    fn the_loss_must_fit_the_label() {
        let mut spec = relu_run();
        spec.train.loss = Loss::Mse;
        let numbers = DataFacts { task: Task::Regression, ..facts(&[2], 3) };
        assert_eq!(validate_run(&spec, &numbers).expect("valid").outputs(), 1);
        spec.train.loss = Loss::CROSS_ENTROPY;
        assert_eq!(fields(&spec, &numbers), [Field::Loss]);
    }

    #[test]
    fn batch_norm_needs_more_than_one_value() {
        let mut spec = relu_run();
        spec.model.hidden.push(LayerSpec::from(LayerKind::BatchNorm(BatchNormSpec::default())));
        spec.train.batch = BatchSize::Of(1);
        assert_eq!(fields(&spec, &facts(&[2], 3)), [Field::Layer(LayerIdx(2))]);
        spec.model.hidden[2].frozen = true;
        assert!(validate_run(&spec, &facts(&[2], 3)).is_ok());
        spec.model.hidden[2].frozen = false;
        spec.train.batch = BatchSize::Of(2);
        assert!(validate_run(&spec, &facts(&[2], 3)).is_ok());
        // An image has many values of each channel.
        spec.model.hidden.insert(0, LayerSpec::from(LayerKind::Flatten));
        spec.model.hidden.insert(0, spec.model.hidden[3].clone());
        spec.model.hidden.remove(4);
        spec.train.batch = BatchSize::Of(1);
        assert!(validate_run(&spec, &facts(&[1, 2, 2], 3)).is_ok());
    }

    #[test]
    fn a_step_that_would_fill_the_memory_is_refused_with_a_batch_that_would_not() {
        let mut spec = relu_run();
        spec.model.hidden = vec![
            LayerKind::Conv2d(ConvSpec::new(100, 1)).into(),
            LayerKind::GlobalAvgPool.into(),
            LayerKind::Flatten.into(),
        ];
        let images = DataFacts { train_rows: 60_000, ..facts(&[1, 28, 28], 10) };
        spec.train.batch = BatchSize::Full;
        let issues = validate_run(&spec, &images).expect_err("must be refused");
        assert_eq!(issues[0].field, Field::Batch);
        assert!(issues[0].message.contains("batches of 25445 or fewer"), "{}", issues[0].message);
        spec.train.batch = BatchSize::Of(25_445);
        assert!(validate_run(&spec, &images).is_ok());
        let padded = ConvSpec { padding: Padding::Of([1000; 2]), ..ConvSpec::new(1000, 1) };
        spec.model.hidden[0] = LayerKind::Conv2d(padded).into();
        assert_eq!(fields(&spec, &images), [Field::Layers]);
    }

    #[test]
    fn absurd_windows_are_refused_and_do_not_overflow() {
        let mut spec = relu_run();
        let huge = [usize::MAX; 2];
        for conv in [
            ConvSpec { kernel: huge, ..ConvSpec::new(1, 1) },
            ConvSpec { padding: Padding::Of(huge), ..ConvSpec::new(1, 1) },
            ConvSpec { dilation: huge, ..ConvSpec::new(1, 2) },
            ConvSpec { dilation: huge, padding: Padding::Same, ..ConvSpec::new(1, 2) },
            ConvSpec { stride: huge, ..ConvSpec::new(1, 1) },
        ] {
            spec.model.hidden = vec![LayerKind::Conv2d(conv).into(), LayerKind::Flatten.into()];
            assert!(validate_run(&spec, &facts(&[1, 4, 4], 3)).is_err());
        }
    }

    #[test]
    fn absurd_widths_are_refused_and_do_not_overflow() {
        let mut spec = relu_run();
        spec.model.hidden = vec![LayerSpec::from(DenseSpec::new(usize::MAX))];
        assert!(fields(&spec, &facts(&[2], 3)).contains(&Field::Layers));
    }
}
