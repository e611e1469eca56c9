use std::fmt;

use crate::base::LayerIdx;

use super::data::{DataFacts, SampleShape, Task};
use super::experiment::RunSpec;
use super::model::{Activation, Init, LayerInfo, LayerSpec, ModelSpec};
use super::train::{BatchSize, Loss, Optimizer, StopRule, TrainSpec};

/// Widest layer that is accepted; more would not fit a classroom machine.
pub const MAX_UNITS: usize = 65_536;
/// Most layers that are accepted.
pub const MAX_LAYERS: usize = 64;
/// Most trainable values that are accepted: 400 MB of weights.
pub const MAX_PARAMETERS: usize = 100_000_000;

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
    /// The penalty.
    L2,
    /// Whether biases are penalised.
    L2Biases,
    /// The batch size.
    Batch,
    /// When training ends.
    Stop,
    /// The seed.
    Seed,
    /// The data.
    Data,
    /// Where it computes.
    Device,
}

/// Why a spec cannot be trained: where, and a sentence for the user.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidRun {
    spec: RunSpec,
    facts: DataFacts,
    layers: Vec<LayerInfo>,
    output: LayerInfo,
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

    /// Number of outputs (logits).
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.output.output.len()
    }

    /// Number of trainable values in all layers.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.layers.iter().chain([&self.output]).map(|layer| layer.parameters).sum()
    }

    /// This run with other hot parameters; shapes stay as they are.
    #[must_use]
    pub fn with_train(&self, train: TrainSpec) -> Self {
        Self { spec: RunSpec { train, ..self.spec.clone() }, ..self.clone() }
    }
}

/// Number of outputs that the data and the loss ask for.
#[must_use]
pub fn output_units(task: Task, loss: Loss) -> usize {
    match (task, loss) {
        (Task::Regression, _) | (_, Loss::BinaryCrossEntropy) => 1,
        (Task::Classification { classes }, _) => classes,
    }
}

/// Checks a run against its data.
///
/// # Errors
/// Every reason why it cannot be trained, not just the first.
pub fn validate_run(spec: &RunSpec, facts: &DataFacts) -> Result<ValidRun, Vec<SpecIssue>> {
    let mut issues = Vec::new();
    let units = output_units(facts.task, spec.train.loss);
    let (layers, output) = layer_infos(&spec.model, &facts.input, units, &mut issues);
    check_loss(spec.train.loss, facts.task, &mut issues);
    check_train(&spec.train, &mut issues);
    check_data(facts, &mut issues);
    if issues.is_empty() {
        Ok(ValidRun { spec: spec.clone(), facts: facts.clone(), layers, output })
    } else {
        Err(issues)
    }
}

/// Shapes and parameters of every layer, and of the output layer with `units` outputs. Layers
/// that cannot work are reported in `issues` and taken as if they had their input flattened, so
/// that every later layer can still be shown.
pub fn layer_infos(
    model: &ModelSpec,
    input: &SampleShape,
    units: usize,
    issues: &mut Vec<SpecIssue>,
) -> (Vec<LayerInfo>, LayerInfo) {
    let mut shape = input.clone();
    let mut infos = Vec::with_capacity(model.hidden.len());
    for (index, layer) in model.hidden.iter().enumerate() {
        let field = Field::Layer(LayerIdx(index));
        let info = layer_info(layer, shape, field, issues);
        shape = info.output.clone();
        infos.push(info);
    }
    if let Init::Normal { std } = model.output.init {
        check_std(std.get(), Field::Output, issues);
    }
    let output = dense_info(shape, units, true, Field::Output, issues);
    check_size(&infos, &output, issues);
    (infos, output)
}

fn layer_info(
    layer: &LayerSpec,
    input: SampleShape,
    field: Field,
    issues: &mut Vec<SpecIssue>,
) -> LayerInfo {
    match layer {
        LayerSpec::Dense(dense) => {
            if let Init::Normal { std } = dense.init {
                check_std(std.get(), field, issues);
            }
            dense_info(input, dense.units, dense.bias, field, issues)
        }
        LayerSpec::Activation(activation) => {
            check_activation(*activation, field, issues);
            LayerInfo { output: input.clone(), input, parameters: 0 }
        }
        LayerSpec::Flatten => {
            LayerInfo { output: SampleShape(vec![input.len()]), input, parameters: 0 }
        }
    }
}

fn dense_info(
    input: SampleShape,
    units: usize,
    bias: bool,
    field: Field,
    issues: &mut Vec<SpecIssue>,
) -> LayerInfo {
    if units == 0 || units > MAX_UNITS {
        let message = format!("A dense layer takes 1 to {MAX_UNITS} units, not {units}.");
        issues.push(SpecIssue { field, message });
    }
    if !input.is_flat() {
        let message = format!(
            "A dense layer needs one row of values, but gets {input}. Add a Flatten layer before \
             it."
        );
        issues.push(SpecIssue { field, message });
    }
    let per_unit = input.len().saturating_add(usize::from(bias));
    let parameters = per_unit.saturating_mul(units);
    LayerInfo { input, output: SampleShape(vec![units]), parameters }
}

fn check_std(std: f64, field: Field, issues: &mut Vec<SpecIssue>) {
    if std < 0.0 {
        let message = format!("A standard deviation cannot be negative ({std}).");
        issues.push(SpecIssue { field, message });
    }
}

fn check_activation(activation: Activation, field: Field, issues: &mut Vec<SpecIssue>) {
    if let Activation::LeakyRelu { slope } = activation
        && !(0.0..1.0).contains(&slope.get())
    {
        let message = format!("The slope of a leaky ReLU lies in 0 to 1, not at {slope}.");
        issues.push(SpecIssue { field, message });
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

fn check_loss(loss: Loss, task: Task, issues: &mut Vec<SpecIssue>) {
    let message = match (task, loss) {
        (Task::Classification { classes }, Loss::BinaryCrossEntropy) if classes != 2 => format!(
            "Binary cross-entropy tells two classes apart; this data has {classes}. Choose \
             cross-entropy."
        ),
        (Task::Classification { .. }, Loss::Mse { .. }) => {
            "Squared error predicts a number; this data has classes. Choose cross-entropy.".into()
        }
        (Task::Regression, Loss::CrossEntropy | Loss::BinaryCrossEntropy) => format!(
            "{} predicts classes; the label of this data is a number. Choose squared error.",
            loss.label()
        ),
        _ => return,
    };
    issues.push(SpecIssue { field: Field::Loss, message });
}

fn check_train(train: &TrainSpec, issues: &mut Vec<SpecIssue>) {
    let mut refuse = |field, message: String| issues.push(SpecIssue { field, message });
    if train.learning_rate.get() < 0.0 {
        refuse(
            Field::LearningRate,
            format!("The learning rate cannot be negative ({}).", train.learning_rate),
        );
    }
    if train.l2.get() < 0.0 {
        refuse(Field::L2, format!("The L2 penalty cannot be negative ({}).", train.l2));
    }
    if train.batch == BatchSize::Of(0) {
        refuse(Field::Batch, "A batch holds at least one sample.".into());
    }
    if matches!(train.stop, StopRule::Epochs(0) | StopRule::Steps(0)) {
        refuse(Field::Stop, "Training ends after at least one step.".into());
    }
    check_optimizer(train.optimizer, &mut refuse);
}

fn check_optimizer(optimizer: Optimizer, refuse: &mut impl FnMut(Field, String)) {
    let decays: &[(&str, f64)] = match &optimizer {
        Optimizer::Sgd { momentum } => &[("momentum", momentum.get())],
        Optimizer::RmsProp { alpha, .. } => &[("α", alpha.get())],
        Optimizer::Adam { beta1, beta2, .. } => &[("β₁", beta1.get()), ("β₂", beta2.get())],
    };
    for (name, value) in decays {
        if !(0.0..1.0).contains(value) {
            refuse(
                Field::Optimizer,
                format!("{name} lies in 0 to 1 (1 excluded), not at {value}."),
            );
        }
    }
    if let Optimizer::RmsProp { epsilon, .. } | Optimizer::Adam { epsilon, .. } = optimizer
        && epsilon.get() < 0.0
    {
        refuse(Field::Optimizer, format!("ε cannot be negative ({epsilon})."));
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
    use crate::base::Finite;
    use crate::spec::{DenseSpec, preset};

    fn facts(shape: &[usize], classes: usize) -> DataFacts {
        DataFacts {
            input: SampleShape(shape.to_vec()),
            task: Task::Classification { classes },
            train_rows: 300,
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
        flat.model.hidden.insert(0, LayerSpec::Flatten);
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
        spec.model.hidden[0] = LayerSpec::Dense(DenseSpec::new(0));
        spec.train.loss = Loss::BinaryCrossEntropy;
        spec.train.learning_rate = Finite::lit(-1.0);
        spec.train.l2 = Finite::lit(-1.0);
        spec.train.batch = BatchSize::Of(0);
        spec.train.stop = StopRule::Steps(0);
        spec.train.optimizer = Optimizer::Sgd { momentum: Finite::ONE };
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
        spec.train.loss = Loss::Mse { reduction: Default::default() };
        assert_eq!(fields(&spec, &facts(&[2], 3)), [Field::Loss]);
        let numbers = DataFacts { task: Task::Regression, ..facts(&[2], 3) };
        assert_eq!(validate_run(&spec, &numbers).expect("valid").outputs(), 1);
        spec.train.loss = Loss::CrossEntropy;
        assert_eq!(fields(&spec, &numbers), [Field::Loss]);
    }

    #[test]
    fn absurd_widths_are_refused_and_do_not_overflow() {
        let mut spec = relu_run();
        spec.model.hidden = vec![LayerSpec::Dense(DenseSpec::new(usize::MAX))];
        assert!(fields(&spec, &facts(&[2], 3)).contains(&Field::Layers));
    }
}
