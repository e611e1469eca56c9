use std::fmt::Write;

use crate::base::Finite;
use crate::spec::{
    Activation, BatchSize, BiasInit, CsvSpec, DataSource, DataSpec, DenseSpec, ExperimentSpec,
    Init, LabelColumn, LayerSpec, Optimizer, OutputSpec, RunSpec, SplitSpec, StopRule, TestPart,
    ToySpec,
};

use super::FORMAT_VERSION;
use super::words;

/// Widest line before a list is broken into one element a line.
const WIDTH: usize = 100;

/// Writes an experiment so that [`super::from_toml`] gives an equal one back. What matters for
/// the result is always written; constants at their usual values are left out.
#[must_use]
pub fn to_toml(spec: &ExperimentSpec) -> String {
    let mut file = Lines(String::from("# An experiment of Descent.\n"));
    file.pair("descent", &FORMAT_VERSION.to_string());
    file.pair("name", &quoted(&spec.name));
    file.pair("seed", &spec.seed.to_string());
    file.heading("[data]");
    write_data(&mut file, &spec.data);
    for run in &spec.runs {
        file.heading("[[runs]]");
        write_run(&mut file, run);
    }
    file.0
}

/// A file in the making.
struct Lines(String);

impl Lines {
    fn heading(&mut self, text: &str) {
        self.0 += "\n";
        self.0 += text;
        self.0 += "\n";
    }

    fn pair(&mut self, key: &str, value: &str) {
        self.0 += &format!("{key} = {value}\n");
    }

    fn text(&mut self, key: &str, word: &str) {
        self.pair(key, &quoted(word));
    }

    fn number(&mut self, key: &str, value: Finite) {
        self.pair(key, &number(value));
    }
}

fn write_data(file: &mut Lines, data: &DataSpec) {
    match &data.source {
        DataSource::Toy(toy) => write_toy(file, toy),
        DataSource::Csv(csv) => write_csv(file, csv),
        DataSource::Idx(idx) => {
            file.text("source", words::IDX);
            file.text("folder", &idx.folder);
        }
        _ => {}
    }
    let is_table = matches!(data.source, DataSource::Csv(_));
    if is_table || data.split != SplitSpec::default() {
        file.pair("split", &split(&data.split));
    }
    file.text("scaling", words::scaling(data.scaling));
    file.pair("seed", &data.seed.to_string());
}

fn write_toy(file: &mut Lines, toy: &ToySpec) {
    let usual = ToySpec::standard(toy.kind);
    file.text("source", words::toy(toy.kind));
    file.pair("points-per-class", &toy.points_per_class.to_string());
    if toy.kind.takes_classes() || toy.classes != usual.classes {
        file.pair("classes", &toy.classes.to_string());
    }
    file.number("noise", toy.noise);
    if toy.kind.takes_turn() || toy.turn != usual.turn {
        file.number("turn", toy.turn);
    }
}

fn write_csv(file: &mut Lines, csv: &CsvSpec) {
    file.text("source", words::CSV);
    file.text("path", &csv.path);
    file.text("header", words::header(csv.header));
    file.pair("label", &label(&csv.label));
    file.text("task", words::task(csv.task));
}

fn label(column: &LabelColumn) -> String {
    match column {
        LabelColumn::Auto => quoted("auto"),
        LabelColumn::Last => quoted("last"),
        LabelColumn::Index(index) => format!("{{ column = {} }}", index.saturating_add(1)),
        LabelColumn::Name(name) => format!("{{ name = {} }}", quoted(name)),
    }
}

fn split(split: &SplitSpec) -> String {
    let fraction = match split.test {
        TestPart::Fraction(share) => number(share),
        _ => String::new(),
    };
    format!("{{ test-fraction = {fraction}, stratified = {} }}", split.stratified)
}

fn write_run(file: &mut Lines, run: &RunSpec) {
    let train = &run.train;
    file.text("name", &run.name);
    file.pair("layers", &layers(&run.model.hidden));
    file.pair("output", &output(&run.model.output));
    file.text("loss", words::loss(train.loss));
    file.pair("optimizer", &optimizer(train.optimizer));
    file.number("learning-rate", train.learning_rate);
    file.number("l2", train.l2);
    file.pair("l2-biases", &train.l2_biases.to_string());
    file.pair("batch", &batch(train.batch));
    file.pair("stop", &stop(train.stop));
}

fn layers(layers: &[LayerSpec]) -> String {
    let items: Vec<String> = layers.iter().map(layer).collect();
    let line = format!("[{}]", items.join(", "));
    if line.chars().count() <= WIDTH {
        return line;
    }
    let lines = items.iter().map(|item| format!("    {item},\n"));
    format!("[\n{}]", lines.collect::<String>())
}

fn layer(layer: &LayerSpec) -> String {
    match layer {
        LayerSpec::Dense(spec) => dense(spec),
        LayerSpec::Activation(Activation::LeakyRelu { slope }) => {
            format!("{{ leaky-relu = {} }}", number(*slope))
        }
        LayerSpec::Activation(activation) => quoted(words::activation(*activation)),
        LayerSpec::Flatten => quoted(words::FLATTEN),
    }
}

fn dense(spec: &DenseSpec) -> String {
    let mut entries = vec![("dense", spec.units.to_string())];
    if !spec.bias {
        entries.push(("bias", "false".into()));
    }
    if spec.init != Init::default() {
        entries.extend(init(spec.init));
    }
    if spec.bias_init != BiasInit::default() {
        entries.push(("bias-init", quoted(words::bias_init(spec.bias_init))));
    }
    inline(&entries)
}

fn output(spec: &OutputSpec) -> String {
    let mut entries = init(spec.init);
    entries.push(("bias-init", quoted(words::bias_init(spec.bias_init))));
    inline(&entries)
}

fn init(init: Init) -> Vec<(&'static str, String)> {
    let mut entries = vec![("init", quoted(words::init(init)))];
    if let Init::Normal { std } = init {
        entries.push(("std", number(std)));
    }
    entries
}

fn optimizer(optimizer: Optimizer) -> String {
    if Optimizer::ALL.contains(&optimizer) {
        return quoted(words::optimizer(optimizer));
    }
    let mut entries = vec![("kind", quoted(words::optimizer(optimizer)))];
    match optimizer {
        Optimizer::Sgd { momentum } => entries.push(("momentum", number(momentum))),
        Optimizer::RmsProp { alpha, epsilon } => {
            entries.extend([("alpha", number(alpha)), ("epsilon", number(epsilon))]);
        }
        Optimizer::Adam { beta1, beta2, epsilon } => {
            entries.extend([("beta1", number(beta1)), ("beta2", number(beta2))]);
            entries.push(("epsilon", number(epsilon)));
        }
    }
    inline(&entries)
}

fn batch(batch: BatchSize) -> String {
    match batch {
        BatchSize::Full => quoted("full"),
        BatchSize::Of(size) => size.to_string(),
    }
}

fn stop(rule: StopRule) -> String {
    match rule {
        StopRule::Never => quoted("never"),
        StopRule::Epochs(count) => format!("{{ epochs = {count} }}"),
        StopRule::Steps(count) => format!("{{ steps = {count} }}"),
    }
}

fn inline(entries: &[(&'static str, String)]) -> String {
    let pairs: Vec<String> =
        entries.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    format!("{{ {} }}", pairs.join(", "))
}

/// Shortest decimal that reads back as the same number, with a point or an exponent as TOML
/// wants it.
fn number(value: Finite) -> String {
    format!("{:?}", value.get())
}

/// Text in quotes. Backslashes of Windows paths stay readable in single quotes.
fn quoted(text: &str) -> String {
    let is_plain = !text.contains('\'') && !text.chars().any(char::is_control);
    if is_plain && text.contains('\\') {
        return format!("'{text}'");
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            control if control.is_control() => {
                // Writing into a string cannot fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
