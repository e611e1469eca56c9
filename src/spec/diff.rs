use crate::base::LayerIdx;

use super::experiment::RunSpec;
use super::model::{Activation, DenseSpec, Init, LayerSpec, OutputSpec};
use super::train::{BatchSize, Optimizer, StopRule};
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
    let (s, t) = (&a.train, &b.train);
    list.add(Field::Loss, "loss", s.loss.label(), t.loss.label(), Effect::Cold);
    let (x, y) = (describe_optimizer(s.optimizer), describe_optimizer(t.optimizer));
    list.add(Field::Optimizer, "optimizer", &x, &y, Effect::Cold);
    let (x, y) = (s.learning_rate.to_string(), t.learning_rate.to_string());
    list.add(Field::LearningRate, "learning rate", &x, &y, Effect::Hot);
    list.add(Field::L2, "L2 penalty λ", &s.l2.to_string(), &t.l2.to_string(), Effect::Hot);
    let (x, y) = (yes_no(s.l2_biases), yes_no(t.l2_biases));
    list.add(Field::L2Biases, "penalty on biases", x, y, Effect::Hot);
    let (x, y) = (describe_batch(s.batch), describe_batch(t.batch));
    list.add(Field::Batch, "batch size", &x, &y, Effect::Hot);
    let (x, y) = (describe_stop(s.stop), describe_stop(t.stop));
    list.add(Field::Stop, "stop", &x, &y, Effect::Hot);
    list.0
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
            let (x, y) = (describe_layer(x), describe_layer(y));
            list.add(Field::Layer(LayerIdx(index)), &label, &x, &y, Effect::Cold);
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
    match layer {
        LayerSpec::Dense(dense) => describe_dense(dense),
        LayerSpec::Activation(Activation::LeakyRelu { slope }) => format!("Leaky ReLU {slope}"),
        other => other.label().into(),
    }
}

fn describe_dense(dense: &DenseSpec) -> String {
    let mut text = format!("Dense {}", dense.units);
    if dense.init != Init::default() {
        text += &format!(" ({})", describe_init(dense.init));
    }
    if !dense.bias {
        text += " without bias";
    } else if dense.bias_init != Default::default() {
        text += " biases zero";
    }
    text
}

fn describe_init(init: Init) -> String {
    match init {
        Init::Normal { std } => format!("{std} · randn"),
        other => other.label().into(),
    }
}

fn describe_output(output: &OutputSpec) -> String {
    let biases = output.bias_init.label();
    format!("{}, biases {biases}", describe_init(output.init))
}

fn describe_optimizer(optimizer: Optimizer) -> String {
    match optimizer {
        Optimizer::Sgd { momentum } if momentum.get() == 0.0 => "SGD".into(),
        Optimizer::Sgd { momentum } => format!("SGD, momentum {momentum}"),
        Optimizer::RmsProp { alpha, epsilon } => format!("RMSprop, α {alpha}, ε {epsilon}"),
        Optimizer::Adam { beta1, beta2, epsilon } => {
            format!("Adam, β₁ {beta1}, β₂ {beta2}, ε {epsilon}")
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
    use crate::base::Finite;
    use crate::spec::{BiasInit, Loss, Reduction, preset};

    fn run() -> RunSpec {
        preset("spiral-relu").expect("built in").runs[0].clone()
    }

    /// What is edited, how, and what that does to a live run.
    type Case = (&'static str, fn(&mut RunSpec), Effect);

    /// Every single edit a user can make, so that none is overlooked by the comparison.
    fn edits() -> Vec<Case> {
        vec![
            ("name", |r| r.name.push('x'), Effect::None),
            ("add", |r| r.model.hidden.push(LayerSpec::Flatten), Effect::Cold),
            ("kind", |r| r.model.hidden[1] = LayerSpec::Flatten, Effect::Cold),
            ("units", |r| dense(r).units = 7, Effect::Cold),
            ("bias", |r| dense(r).bias = false, Effect::Cold),
            ("init", |r| dense(r).init = Init::Zeros, Effect::Cold),
            ("std", |r| dense(r).init = Init::Normal { std: Finite::ONE }, Effect::Cold),
            ("bias init", |r| dense(r).bias_init = BiasInit::PyTorch, Effect::Cold),
            ("out init", |r| r.model.output.init = Init::Zeros, Effect::Cold),
            ("out bias", |r| r.model.output.bias_init = BiasInit::PyTorch, Effect::Cold),
            ("loss", |r| r.train.loss = Loss::Mse { reduction: Reduction::Sum }, Effect::Cold),
            ("optimizer", |r| r.train.optimizer = Optimizer::ADAM, Effect::Cold),
            ("lr", |r| r.train.learning_rate = Finite::lit(0.5), Effect::Hot),
            ("l2", |r| r.train.l2 = Finite::ZERO, Effect::Hot),
            ("l2 biases", |r| r.train.l2_biases = true, Effect::Hot),
            ("batch", |r| r.train.batch = BatchSize::Of(3), Effect::Hot),
            ("stop", |r| r.train.stop = StopRule::Never, Effect::Hot),
        ]
    }

    fn dense(run: &mut RunSpec) -> &mut DenseSpec {
        match &mut run.model.hidden[0] {
            LayerSpec::Dense(dense) => dense,
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
            run.model.hidden[1] = LayerSpec::Activation(Activation::LeakyRelu { slope });
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
