//! Files as a user meets them: what is written opens again, what is damaged says where, and what
//! is exported is what PyTorch expects.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use descent::base::{Finite, HostTensor, Matrix, Step};
use descent::data::{DataHash, Dataset, Labelled, Scaler, Targets};
use descent::files::{
    ExportId, ExportSource, Exporter, FileError, ModelCard, Place, Saved, from_toml,
    read_safetensors, to_toml, write_atomic, write_safetensors,
};
use descent::record::{Checkpoint, NamedTensor, Position};
use descent::spec::*;
use proptest::prelude::*;
use serde_json::Value;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn golden_text(name: &str) -> String {
    std::fs::read_to_string(golden(name)).expect("golden file")
}

// ---- experiment files ----

#[test]
fn every_preset_survives_its_file() {
    for preset in &PRESETS {
        let spec = preset.spec();
        let text = to_toml(&spec, None);
        assert_eq!(from_toml(&text).expect(preset.name).spec, spec, "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 110), "{text}");
    }
}

#[test]
fn a_file_reads_as_a_person_would_write_it() {
    let text = to_toml(&preset("spiral-relu").expect("built in"), None);
    assert_eq!(
        text,
        r#"# An experiment of Descent.
descent = 3
name = "Spiral, ReLU network"
seed = 0

[data]
source = "lecture-spiral"
points-per-class = 100
classes = 3
noise = 0.2
turn = 4.0
scaling = "none"
seed = 0

[[runs]]
name = "ReLU 100"
layers = [{ dense = 100, init = "normal", std = 0.01, bias-init = "zeros" }, "relu"]
output = { init = "normal", std = 0.01, bias-init = "zeros" }
loss = "cross-entropy"
optimizer = "sgd"
learning-rate = 1.0
l2 = 0.001
batch = "full"
stop = { steps = 10000 }
"#
    );
}

fn dense(units: usize, init: Init) -> LayerSpec {
    LayerSpec::from(DenseSpec { init, ..DenseSpec::new(units) })
}

fn every_layer() -> Vec<LayerSpec> {
    let act = |activation: Activation| LayerSpec::from(activation);
    let std = Finite::lit(0.01);
    let first = DenseSpec { bias: false, init: Init::normal(std), ..DenseSpec::new(100) };
    let second =
        DenseSpec { init: Init::KaimingUniform, bias_init: BiasInit::Zeros, ..DenseSpec::new(8) };
    vec![
        LayerSpec::from(LayerKind::Flatten),
        LayerSpec::from(first),
        act(Activation::Linear),
        LayerSpec::from(second),
        act(Activation::Sigmoid),
        dense(8, Init::KaimingNormal),
        act(Activation::Tanh),
        dense(8, Init::XavierUniform),
        act(Activation::Relu),
        dense(8, Init::XavierNormal),
        act(Activation::LeakyRelu { slope: Finite::lit(0.01) }),
        dense(8, Init::Zeros),
        act(Activation::LeakyRelu { slope: Finite::lit(0.2) }),
        dense(8, Init::PyTorch),
    ]
}

/// Every version of the format that was ever released opens, and means what it meant.
#[test]
fn the_file_of_format_1_opens() {
    let spec = from_toml(&golden_text("experiment-v1.toml")).expect("opens").spec;
    assert_eq!((spec.name.as_str(), spec.seed), ("Every key", 7));
    let source = CsvSpec {
        header: HeaderMode::Present,
        label: LabelColumn::Name("species".into()),
        task: TaskChoice::Classification,
        ..CsvSpec::of_file(r"C:\tables\iris.csv")
    };
    let data = DataSpec {
        split: SplitSpec { stratified: false, ..SplitSpec::fraction(Finite::lit(0.25)) },
        scaling: Scaling::Standardise,
        seed: 8,
        ..DataSpec::new(DataSource::Csv(source))
    };
    assert_eq!(spec.data, data);
    let output = OutputSpec {
        init: Init::normal(Finite::lit(1e-3)),
        bias_init: BiasInit::Zeros,
        ..OutputSpec::default()
    };
    assert_eq!(spec.runs[0].model, ModelSpec { hidden: every_layer(), output });
    let optimizer = Optimizer::Adam(AdamSpec {
        beta1: Finite::lit(0.8),
        beta2: Finite::lit(0.99),
        epsilon: Finite::lit(1e-7),
        amsgrad: false,
    });
    let first = TrainSpec {
        loss: Loss::CROSS_ENTROPY,
        optimizer,
        learning_rate: Finite::lit(1e-3),
        l2: Finite::lit(1e-3),
        penalise_biases: true,
        batch: BatchSize::Of(64),
        stop: StopRule::Epochs(5),
        ..TrainSpec::default()
    };
    assert_eq!(spec.runs[0].train, first);
    let least = &spec.runs[1];
    assert_eq!(least.model, ModelSpec::default());
    assert_eq!((least.train.loss, least.train.reduction), (Loss::Mse, Reduction::Sum));
    let alpha = Finite::lit(0.9);
    assert_eq!(least.train.optimizer, rms_prop(alpha, Finite::lit(1e-8)));
    assert_eq!((least.train.learning_rate, least.train.l2), (Finite::ONE, Finite::ZERO));
    assert_eq!((least.train.batch, least.train.stop), (BatchSize::Full, StopRule::Never));
    assert_eq!(spec.runs[2].train.loss, Loss::Mse);
    assert_eq!(spec.runs[2].train.reduction, Reduction::Mean);
    let momentum = Finite::lit(0.9);
    assert_eq!(spec.runs[2].train.optimizer, Optimizer::sgd(momentum));
    assert_eq!(spec.runs[3].train.loss, Loss::BinaryCrossEntropy);
    assert_eq!(spec.runs[3].train.optimizer, Optimizer::SGD);
    assert_eq!(from_toml(&to_toml(&spec, None)).expect("opens").spec, spec);
}

/// The data of `tests/golden/experiment-v2.toml` after its table.
const FURTHER_DATA: &str = r#"
[data]
source = "points"
points = [[0.5, -1, 0], [1e-3, 2.5, 3]]
derived = [{ power = 1, exponent = 3 }, { product = [1, 2] }, { sin = 2 }, { cos = 1 }]
split = { test-column = { column = 2 }, folds = 5, fold = 2 }
[data]
source = "idx"
images = "i.gz"
labels = "l.gz"
split = { test-fraction = 0.1, folds = 3 }
[data]
source = "idx"
folder = "mnist"
scaling = "robust"
[data]
source = "drawn"
set = "digits-28"
per-class = 50
test-per-class = 10
distortion = 0.5
[data]
source = "images"
folder = "flowers"
transforms = [
    { resize = [80, 64] },
    { centre-crop = [64, 60] },
    "greyscale",
    { rotation = 10 },
    { resized-crop = [32, 28], least = 0.5 },
    { flip = 0.5 },
    { shift = 0.1 },
    { noise = 0.05 },
    "normalise",
    { mean = [0.5], std = [0.25] },
]
[data]
source = "csv"
text = """
a\tb
1\t"x"
"""
pixels = { rgb = [2, 3] }
comment = "none"
label = "auto"
"#;

fn share(value: f64) -> Finite {
    Finite::lit(value)
}

fn table_of_format_2() -> CsvSpec {
    let column = |column| ColumnSpec::new(column);
    CsvSpec {
        dialect: Dialect {
            encoding: Encoding::Windows1252,
            delimiter: Delimiter::Semicolon,
            quote: Quote::Single,
            decimal: Decimal::Comma,
            thousands: Thousands::Point,
            skip: Some(2),
            comment: Comment::Of('%'),
        },
        header: HeaderMode::Absent,
        label: LabelColumn::Index(4),
        task: TaskChoice::Regression,
        columns: vec![
            ColumnSpec {
                role: Some(ColumnRole::Feature),
                kind: Some(ColumnKind::YesNo),
                missing: Some(MissingRule::MostFrequent),
                missing_word: Some("-200".into()),
                coding: Some(Coding::OneHot),
                ..column(ColumnRef::Index(2))
            },
            ColumnSpec { role: Some(ColumnRole::Ignored), ..column(ColumnRef::Name("id".into())) },
        ],
        missing: vec!["?".into(), "unknown".into()],
        faults: FaultRule::Missing,
        rare: share(0.01),
        pixels: PixelChoice::Grey(28, 27),
        ..CsvSpec::of_file("iris.csv")
    }
}

#[test]
fn the_file_of_format_2_opens() {
    let text = golden_text("experiment-v2.toml");
    let saved = from_toml(&text).expect("opens");
    assert_eq!(saved.data_hash, Some(DataHash(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef)));
    let data = DataSpec {
        split: SplitSpec {
            test: TestPart::File("test.csv".into()),
            validation: ValidationPart::Fraction(share(0.1)),
            stratified: false,
            shuffled: false,
        },
        scaling: Scaling::MinMax,
        seed: 8,
        ..DataSpec::new(DataSource::Csv(table_of_format_2()))
    };
    assert_eq!(saved.spec.data, data);
    assert_eq!(from_toml(&to_toml(&saved.spec, saved.data_hash)), Ok(saved));
}

#[test]
fn every_other_source_of_format_2_opens() {
    let text = golden_text("experiment-v2.toml");
    let runs = &text[text.find("[[runs]]").expect("runs")..];
    let mut sources = FURTHER_DATA.split("[data]\n").skip(1).map(|data| {
        let text = format!("descent = 2\nname = \"x\"\n[data]\n{data}\n{runs}");
        let spec = from_toml(&text).expect(data).spec;
        assert_eq!(from_toml(&to_toml(&spec, None)).expect("opens").spec, spec);
        spec.data
    });
    let mut next = || sources.next().expect("one more");
    let points = next();
    let put = |x, y, class| PointSpec { x: share(x), y: share(y), class };
    let both = PointsSpec { points: vec![put(0.5, -1.0, 0), put(1e-3, 2.5, 3)] };
    assert_eq!(points.source, DataSource::Points(both));
    let rules = vec![
        Derived::Power { feature: 0, exponent: 3 },
        Derived::Product { a: 0, b: 1 },
        Derived::Sin { feature: 1 },
        Derived::Cos { feature: 0 },
    ];
    assert_eq!(points.derived, rules);
    assert_eq!(points.split.test, TestPart::Column(ColumnRef::Index(1)));
    assert_eq!(points.split.validation, ValidationPart::Fold { folds: 5, fold: 1 });
    let pair = next();
    let files = IdxPair { images: "i.gz".into(), labels: "l.gz".into() };
    let wanted = DataSource::Idx(IdxSpec { folder: String::new(), pair: Some(files) });
    assert_eq!(pair.source, wanted);
    assert_eq!(pair.split.validation, ValidationPart::Fold { folds: 3, fold: 0 });
    let folder = next();
    assert_eq!(folder.source, DataSource::Idx(IdxSpec::of_folder("mnist")));
    assert_eq!(folder.scaling, Scaling::Robust);
    let set = DrawnSet::Digits28;
    let drawn = DrawnSpec { set, per_class: 50, test_per_class: 10, distortion: share(0.5) };
    assert_eq!(next().source, DataSource::Drawn(drawn));
    let images = next();
    assert_eq!(images.source, DataSource::Images(ImagesSpec { folder: "flowers".into() }));
    let given = Normalise::Given { mean: vec![share(0.5)], std: vec![share(0.25)] };
    let steps = vec![
        Transform::Resize { width: 80, height: 64 },
        Transform::CentreCrop { width: 64, height: 60 },
        Transform::Greyscale,
        Transform::Rotation { degrees: share(10.0) },
        Transform::ResizedCrop { width: 32, height: 28, least: share(0.5) },
        Transform::Flip { probability: share(0.5) },
        Transform::Shift { fraction: share(0.1) },
        Transform::Noise { std: share(0.05) },
        Transform::Normalise(Normalise::Computed),
        Transform::Normalise(given),
    ];
    assert_eq!(images.transforms, steps);
    let DataSource::Csv(pasted) = next().source else { panic!("not a table") };
    assert_eq!(pasted.text.as_deref(), Some("a\tb\n1\t\"x\"\n"));
    assert_eq!((pasted.pixels, pasted.label), (PixelChoice::Rgb(2, 3), LabelColumn::Auto));
    assert_eq!(pasted.dialect.comment, Comment::None);
}

fn conv(channels: usize, kernel: usize) -> ConvSpec {
    ConvSpec::new(channels, kernel)
}

fn layers_of_format_3() -> Vec<LayerSpec> {
    let layer = LayerSpec::new;
    let norm = NormSpec { epsilon: share(1e-3), affine: false };
    let second = ConvSpec {
        channels: 20,
        kernel: [2, 3],
        stride: [2, 1],
        padding: Padding::Of([1, 0]),
        dilation: [2, 2],
        groups: 2,
        bias: false,
        init: Init::KaimingNormal,
        bias_init: BiasInit::Zeros,
    };
    let third = ConvSpec {
        padding: Padding::Same,
        init: Init::Uniform { low: share(-0.1), high: share(0.1) },
        bias_init: BiasInit::Normal { mean: Finite::ZERO, std: share(0.01) },
        ..conv(20, 3)
    };
    let fourth = ConvSpec {
        init: Init::Constant { value: share(0.5) },
        bias_init: BiasInit::Uniform { low: share(-1.0), high: Finite::ONE },
        ..conv(20, 1)
    };
    let fifth = ConvSpec {
        padding: Padding::Of([0, 0]),
        init: Init::Normal { mean: share(0.1), std: share(0.2) },
        bias_init: BiasInit::Constant { value: share(0.1) },
        ..conv(20, 1)
    };
    let pool = PoolSpec { kernel: [2, 3], stride: [1, 1], padding: [1, 1], ceil: true };
    let mean = PoolSpec { kernel: [2, 2], stride: [1, 2], padding: [1, 1], ceil: true };
    let batch_norm = BatchNormSpec { momentum: share(0.2), epsilon: share(1e-3), affine: false };
    let dense = DenseSpec { init: Init::XavierNormal, ..DenseSpec::new(8) };
    let leaky = Activation::LeakyRelu { slope: share(0.2) };
    let average = |pool, count_padding| layer(LayerKind::AvgPool2d { pool, count_padding });
    let groups = |groups, norm| layer(LayerKind::GroupNorm { groups, norm });
    let usual = NormSpec::default();
    vec![
        LayerSpec { name: "edges".into(), frozen: true, ..layer(LayerKind::Conv2d(conv(10, 5))) },
        layer(LayerKind::BatchNorm(BatchNormSpec::default())),
        LayerSpec { name: "first".into(), off: true, ..Activation::Relu.into() },
        layer(LayerKind::MaxPool2d(PoolSpec::new(2))),
        LayerSpec { rate: share(0.1), ..layer(LayerKind::Conv2d(second)) },
        layer(LayerKind::BatchNorm(batch_norm)),
        layer(LayerKind::Conv2d(third)),
        layer(LayerKind::Conv2d(fourth)),
        layer(LayerKind::Conv2d(fifth)),
        layer(LayerKind::Skip { over: 2 }),
        layer(LayerKind::MaxPool2d(pool)),
        average(mean, false),
        average(PoolSpec::new(1), true),
        groups(4, usual),
        groups(2, norm),
        layer(LayerKind::LayerNorm(usual)),
        layer(LayerKind::LayerNorm(norm)),
        layer(LayerKind::GlobalAvgPool),
        LayerSpec { name: "flat".into(), ..layer(LayerKind::Flatten) },
        layer(LayerKind::Dropout { p: share(0.25) }),
        LayerSpec { rate: Finite::ZERO, ..dense.into() },
        Activation::Elu { alpha: share(0.5) }.into(),
        Activation::Elu { alpha: Finite::ONE }.into(),
        LayerSpec { off: true, ..leaky.into() },
    ]
}

fn training_of_format_3() -> TrainSpec {
    TrainSpec {
        loss: Loss::CrossEntropy { smoothing: share(0.1) },
        reduction: Reduction::Sum,
        class_weights: ClassWeights::Of(vec![Finite::ONE, share(0.5), share(2.0)]),
        optimizer: Optimizer::Sgd { momentum: share(0.9), dampening: share(0.1), nesterov: true },
        learning_rate: share(0.1),
        schedule: Schedule::Step { every: 3, gamma: share(0.5) },
        warmup: 100,
        weight_decay: share(1e-4),
        l1: share(1e-5),
        l2: share(1e-3),
        l2_form: L2Form::Whole,
        penalise_biases: true,
        clip: Clip::Norm { max: share(5.0) },
        batch: BatchSize::Of(64),
        drop_last: true,
        shuffle: false,
        stop: StopRule::Epochs(10),
        seconds: Some(share(60.0)),
        target: Some(Target { part: Part::Test, quantity: Quantity::Accuracy, value: share(0.95) }),
        early: Some(EarlyStopping {
            part: Part::Validation,
            quantity: Quantity::WeightedF1,
            patience: 5,
            min_change: share(1e-3),
            keep_best: false,
        }),
    }
}

#[test]
fn the_file_of_format_3_opens() {
    let saved = from_toml(&golden_text("experiment-v3.toml")).expect("opens");
    let [every, functions, words] = &saved.spec.runs[..] else { panic!("three runs") };
    let output = OutputSpec {
        init: Init::XavierUniform,
        bias_init: BiasInit::PyTorch,
        bias: false,
        activation: Activation::LogSoftmax,
        frozen: true,
        rate: share(2.5),
    };
    assert_eq!(every.model, ModelSpec { hidden: layers_of_format_3(), output });
    assert_eq!(every.train, training_of_format_3());
    let mut layers = vec![LayerSpec::from(LayerKind::Flatten)];
    layers.extend(Activation::ALL.map(LayerSpec::from));
    assert_eq!(functions.model.hidden, layers);
    assert_eq!(functions.model.output.activation, Activation::LeakyRelu { slope: share(0.3) });
    let second = TrainSpec {
        loss: Loss::Nll,
        class_weights: ClassWeights::Balanced,
        optimizer: Optimizer::RmsProp {
            alpha: share(0.9),
            epsilon: share(1e-6),
            momentum: share(0.5),
            centred: true,
        },
        schedule: Schedule::OneCycle { epochs: 10, rise: share(0.25) },
        clip: Clip::Value { max: share(0.5) },
        batch: BatchSize::Full,
        stop: StopRule::Steps(200),
        early: Some(EarlyStopping::default()),
        ..TrainSpec::default()
    };
    assert_eq!(functions.train, second);
    let third = TrainSpec {
        loss: Loss::HalfSquared,
        optimizer: Optimizer::ALL[5],
        learning_rate: Finite::ONE,
        schedule: Schedule::Cosine { epochs: 50, floor: Finite::ZERO },
        batch: BatchSize::Of(1),
        early: Some(EarlyStopping {
            part: Part::Test,
            quantity: Quantity::RocAuc,
            ..EarlyStopping::default()
        }),
        ..TrainSpec::default()
    };
    assert_eq!(words.train, third);
    assert_eq!(from_toml(&to_toml(&saved.spec, None)), Ok(saved));
}

#[test]
fn layers_read_as_a_person_would_write_them() {
    let mut spec = preset("spiral-relu").expect("built in");
    spec.runs[0].model.hidden = layers_of_format_3();
    let text = to_toml(&spec, None);
    for layer in [
        "    { conv = 10, kernel = 5, name = \"edges\", frozen = true },\n    \"batch-norm\",\n",
        "    { kind = \"relu\", name = \"first\", off = true },\n    { max-pool = 2 },\n",
        "    { skip = 2 },\n    { max-pool = [2, 3], stride = 1, padding = 1, ceil = true },\n",
        "    { dropout = 0.25 },\n    { dense = 8, init = \"xavier-normal\", rate = 0.0 },\n",
    ] {
        assert!(text.contains(layer), "{layer}{text}");
    }
}

/// In format 1 the last column was the label where none was named; now it is guessed.
#[test]
fn a_label_that_is_not_named_means_what_it_meant() {
    let text = golden_text("experiment-v1.toml").replace("label = { name = \"species\" }\n", "");
    let label = |text: &str| match from_toml(text).expect("opens").spec.data.source {
        DataSource::Csv(csv) => csv.label,
        other => panic!("not a table: {other:?}"),
    };
    assert_eq!(label(&text), LabelColumn::Last);
    assert_eq!(label(&text.replace("descent = 1", "descent = 2")), LabelColumn::Auto);
}

fn refused(text: &str) -> FileError {
    from_toml(text).expect_err("must be refused")
}

/// A small file in which one line is replaced.
fn file_with(line: &str, replacement: &str) -> String {
    const FILE: &str = r#"descent = 3
name = "Small"
seed = 1

[data]
source = "lecture-spiral"
points-per-class = 100
classes = 3
noise = 0.2
turn = 4.0
scaling = "none"
split = { test-fraction = 0.2, stratified = true }
seed = 2

[[runs]]
name = "A"
layers = [{ dense = 3 }, "relu"]
output = { init = "zeros" }
loss = "cross-entropy"
optimizer = "sgd"
learning-rate = 1.0
l2 = 0.001
penalise-biases = false
batch = "full"
stop = { steps = 200 }
"#;
    assert!(from_toml(FILE).is_ok());
    let found = FILE.lines().filter(|whole| whole.starts_with(line)).count();
    assert!(found > 0, "no line begins with {line}");
    let replace =
        |whole: &str| if whole.starts_with(line) { replacement.into() } else { whole.to_owned() };
    FILE.lines().map(replace).collect::<Vec<_>>().join("\n")
}

/// The line that is damaged, what stands there instead, the line and column that are named, and
/// words of the message.
type Damage = (&'static str, &'static str, (usize, usize), &'static [&'static str]);

const DAMAGE: &[Damage] = &[
    ("name = \"Small", "name = 5", (2, 8), &["“name”", "text in quotes", "5"]),
    ("name = \"Small", "nmae = \"x\"", (2, 1), &["“nmae”", "an experiment", "“name”?"]),
    ("seed = 1", "seed = -1", (3, 8), &["“seed”", "whole number", "-1"]),
    ("seed = 1", "seed = 1.5", (3, 8), &["“seed”", "1.5"]),
    ("[data]", "[[data]]", (5, 1), &["“data”", "a table"]),
    ("source", "source = \"lecture\"", (6, 10), &["“source”", "“lecture”", "“csv” or “idx”"]),
    ("source", "source = \"lecture-sprial\"", (6, 10), &["did you mean “lecture-spiral”?"]),
    ("source", "path = \"x\"", (5, 1), &["“source” is missing"]),
    ("points", "points-per-class = 1e3", (7, 20), &["“points-per-class”", "1e3"]),
    ("points", "points-per-class = 99999999999999999999", (7, 20), &["0 to 1000000"]),
    ("classes", "classes = \"3\"", (8, 11), &["“classes”", "“3”"]),
    ("noise", "noise = nan", (9, 9), &["“noise”", "finite number", "nan"]),
    ("noise", "noise = -inf", (9, 9), &["“noise”", "-inf"]),
    ("noise", "noise = 1e999", (9, 9), &["“noise”", "1e999"]),
    ("turn", "turn = [4]", (10, 8), &["“turn”", "a list"]),
    ("scaling", "scaling = \"standardize\"", (11, 11), &["“scaling”", "“standardise”?"]),
    ("split", "split = 0.2", (12, 9), &["“split”", "a table"]),
    ("split", "split = { test-fraction = 1 }", (12, 27), &["“test-fraction”", "between 0 and 1"]),
    ("split", "split = { stratified = 1 }", (12, 24), &["“stratified”", "true or false"]),
    ("split", "split = { fold = 1 }", (12, 9), &["“split”", "“folds”"]),
    ("split", "split = { folds = 3, fold = 4 }", (12, 29), &["“fold”", "1 to 3"]),
    ("split", "split = { folds = 1 }", (12, 19), &["“folds”", "from 2"]),
    ("split", "split = { test-column = 3 }", (12, 25), &["“test-column”", "a table"]),
    ("split", "split = { test-file = \"a\", test-fraction = 0.1 }", (12, 9), &["one of"]),
    ("split", "derived = [{ power = 0, exponent = 2 }]", (12, 22), &["“power”", "from 1"]),
    ("split", "derived = [{ tan = 1 }]", (12, 12), &["computed input 1", "needs its kind"]),
    ("split", "transforms = [\"greyscal\"]", (12, 15), &["transform 1", "“greyscale”?"]),
    ("split", "transforms = [{ resize = [1] }]", (12, 26), &["“resize”", "2 sides, not 1"]),
    ("split", "transforms = [{ resized-crop = [1, 1] }]", (12, 15), &["“least” is missing"]),
    ("split", "points = []", (12, 1), &["“points”", "“data”"]),
    ("seed = 2", "seed = \"x\"", (13, 8), &["“seed”"]),
    ("seed = 1", "data-hash = \"12\"", (3, 13), &["“data-hash”", "32 hexadecimal digits"]),
    ("[[runs]]", "[runs]", (15, 1), &["“runs”", "a list"]),
    ("name = \"A", "name = true", (16, 8), &["“name”", "true"]),
    ("name = \"A", "", (15, 1), &["“name” is missing in run 1"]),
    ("layers", "layers = \"relu\"", (17, 10), &["“layers”", "a list"]),
    ("layers", "layers = [\"rleu\"]", (17, 11), &["layer 1", "“rleu”"]),
    ("layers", "layers = [\"relu\", 5]", (17, 19), &["layer 2", "5"]),
    ("layers", "layers = [{ dnse = 5 }]", (17, 11), &["layer 1", "needs its kind"]),
    ("layers", "layers = [{ dense = -5 }]", (17, 21), &["“dense”", "-5"]),
    ("layers", "layers = [{ dense = 5, unit = 1 }]", (17, 24), &["“unit”", "layer 1"]),
    ("layers", "layers = [{ dense = 5, bias = 0 }]", (17, 31), &["“bias”", "true or false"]),
    ("layers", "layers = [{ leaky-relu = \"a\" }]", (17, 26), &["“leaky-relu”"]),
    ("layers", "layers = [{ dense = 5, init = \"normal\" }]", (17, 11), &["“std” is missing"]),
    ("layers", "layers = [{ dense = 5, std = 1.0 }]", (17, 30), &["“std”", "normal"]),
    ("output", "output = { init = \"one\" }", (18, 19), &["“init”", "“one”"]),
    ("output", "output = { bias-init = 0 }", (18, 24), &["“bias-init”"]),
    ("loss", "loss = \"cross-entorpy\"", (19, 8), &["“loss”", "“cross-entropy”?"]),
    ("loss", "", (15, 1), &["“loss” is missing in run 1"]),
    ("optimizer", "optimizer = \"sdg\"", (20, 13), &["“optimizer”", "“sdg”"]),
    (
        "optimizer",
        "optimizer = { kind = \"sgd\", beta1 = 1 }",
        (20, 29),
        &["“beta1”", "“momentum”"],
    ),
    ("layers", "layers = [{ dnse = 5 }]", (17, 11), &["did you mean “dense”?"]),
    ("layers", "layers = [{}]", (17, 11), &["layer 1", "{ conv = 8, kernel = 3 }"]),
    ("layers", "layers = [\"dense\"]", (17, 11), &["layer 1", "{ dense = 16 }"]),
    ("layers", "layers = [{ kind = \"skip\" }]", (17, 20), &["“kind”", "{ skip = 2 }"]),
    ("layers", "layers = [{ kind = \"rleu\" }]", (17, 20), &["“rleu”", "“relu”?"]),
    ("layers", "layers = [{ kind = \"relu\", slope = 1 }]", (17, 28), &["“slope”", "“name”"]),
    ("layers", "layers = [{ conv = 8 }]", (17, 11), &["“kernel” is missing in layer 1"]),
    (
        "layers",
        "layers = [{ conv = 8, kernel = [1] }]",
        (17, 32),
        &["“kernel”", "2 numbers, not 1"],
    ),
    ("layers", "layers = [{ conv = 8, kernel = [1, -1] }]", (17, 36), &["number 2", "-1"]),
    ("layers", "layers = [{ conv = 8, kernl = 3 }]", (17, 23), &["“kernel”?"]),
    (
        "layers",
        "layers = [{ conv = 8, kernel = 3, padding = \"smae\" }]",
        (17, 45),
        &["“padding”", "“same”?"],
    ),
    ("layers", "layers = [{ max-pool = 2, count-padding = true }]", (17, 27), &["“count-padding”"]),
    ("layers", "layers = [{ dropout = \"half\" }]", (17, 23), &["“dropout”", "finite number"]),
    ("layers", "layers = [{ dense = 1, off = 1 }]", (17, 30), &["“off”", "true or false"]),
    ("layers", "layers = [{ dense = 1, dropout = 0.5 }]", (17, 24), &["“dropout”", "layer 1"]),
    (
        "layers",
        "layers = [{ dense = 5, init = \"uniform\", low = 0 }]",
        (17, 11),
        &["“high” is missing", "init = \"uniform\""],
    ),
    ("layers", "layers = [{ dense = 5, bias-value = 1 }]", (17, 37), &["bias-init = \"constant\""]),
    ("output", "output = { activation = \"flatten\" }", (18, 25), &["“activation”", "“flatten”"]),
    ("output", "output = { activation = { dense = 5 } }", (18, 25), &["“activation”", "its kind"]),
    ("output", "output = { off = true }", (18, 12), &["“off”"]),
    ("loss", "loss = { kind = \"huber\", beta = 1 }", (19, 26), &["“beta”", "“delta”"]),
    ("loss", "loss = \"mse-sum\"\nreduction = \"mean\"", (19, 8), &["“mse-sum”", "“mse”"]),
    ("l2 ", "reduction = \"max\"", (22, 13), &["“reduction”", "“mean” or “sum”"]),
    ("l2 ", "class-weights = \"balance\"", (22, 17), &["“class-weights”", "“balanced”?"]),
    ("l2 ", "class-weights = [1, \"2\"]", (22, 21), &["class weight 2"]),
    ("l2 ", "schedule = \"stepp\"", (22, 12), &["“schedule”", "“step”?"]),
    ("l2 ", "schedule = { kind = \"step\", evry = 1 }", (22, 29), &["“every”?"]),
    ("l2 ", "schedule = { kind = \"step\", every = -1 }", (22, 37), &["“every”", "-1"]),
    ("l2 ", "warm-up = 0.5", (22, 11), &["“warm-up”", "0.5"]),
    ("l2 ", "weight-decay = \"a\"", (22, 16), &["“weight-decay”"]),
    ("l2 ", "l2-form = \"hole\"", (22, 11), &["“l2-form”", "“whole”?"]),
    ("l2 ", "clip = 1.0", (22, 8), &["“clip”", "“none”"]),
    ("l2 ", "clip = { norm = 1, value = 1 }", (22, 8), &["“clip”", "either"]),
    ("l2 ", "shuffle = \"no\"", (22, 11), &["“shuffle”", "true or false"]),
    ("l2 ", "seconds = inf", (22, 11), &["“seconds”", "inf"]),
    ("l2 ", "target = { part = \"test\", value = 1 }", (22, 10), &["“quantity” is missing"]),
    (
        "l2 ",
        "target = { part = \"tset\", quantity = \"loss\", value = 1 }",
        (22, 19),
        &["“part”", "“test”?"],
    ),
    ("l2 ", "early-stopping = true", (22, 18), &["“early-stopping”", "a table"]),
    ("l2 ", "early-stopping = { patience = 5000000000 }", (22, 31), &["“patience”"]),
    ("l2 ", "early-stoping = {}", (22, 1), &["“early-stopping”?"]),
    ("optimizer", "optimizer = { momentum = 1 }", (20, 13), &["“kind” is missing"]),
    ("learning-rate", "learning-rate = \"fast\"", (21, 17), &["“learning-rate”", "“fast”"]),
    ("learning-rate", "lerning-rate = 1.0", (21, 1), &["“lerning-rate”", "“learning-rate”?"]),
    ("l2 ", "l2 = false", (22, 6), &["“l2”", "false"]),
    ("penalise", "penalise-biases = 0", (23, 19), &["“penalise-biases”", "true or false"]),
    ("penalise", "l2-biases = 0", (23, 13), &["“l2-biases”", "true or false"]),
    ("l2 ", "l2-biases = true", (22, 13), &["old name of “penalise-biases”"]),
    ("batch", "batch = \"all\"", (24, 9), &["“batch”", "“full”"]),
    ("batch", "batch = 1.5", (24, 9), &["“batch”", "1.5"]),
    ("stop", "stop = 200", (25, 8), &["“stop”", "“never”"]),
    ("stop", "stop = { steps = 1, epochs = 1 }", (25, 8), &["“stop”", "either"]),
    ("stop", "stop = { step = 1 }", (25, 10), &["“step”", "“steps”?"]),
    ("stop", "stop = {", (25, 9), &["not valid TOML"]),
];

#[test]
fn each_damaged_field_is_named_with_its_place() {
    let mut misses = Vec::new();
    for (line, replacement, (row, column), words) in DAMAGE {
        let error = refused(&file_with(line, replacement));
        let is_there = error.place() == Some(Place { line: *row, column: *column });
        if !is_there || words.iter().any(|word| !error.message().contains(word)) {
            misses.push(format!("{replacement}: {error}"));
        }
    }
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

#[test]
fn a_newer_file_is_refused_before_anything_else() {
    let error = refused("descent = 4\nhologram = { yes = true }\n");
    assert!(error.message().contains("newer Descent"), "{error}");
    for text in ["", "name = \"x\"", "# nothing"] {
        assert!(refused(text).message().contains("“descent = 3” is missing"));
    }
    for version in ["0", "-1", "1.0", "\"1\""] {
        let error = refused(&file_with("descent", &format!("descent = {version}")));
        assert!(error.message().contains("number of the format"), "{error}");
    }
}

#[test]
fn sizes_are_limited() {
    let layers = |count| format!("layers = [{}]", "\"relu\",".repeat(count));
    assert!(from_toml(&file_with("layers", &layers(1000))).is_ok());
    assert!(refused(&file_with("layers", &layers(1001))).message().contains("1001"));
    let name = |length| format!("name = \"{}\"", "ä".repeat(length));
    assert!(from_toml(&file_with("name = \"A", &name(4096))).is_ok());
    assert!(refused(&file_with("name = \"A", &name(4097))).message().contains("4096"));
    let spec = preset("spiral-linear").expect("built in");
    for count in [0, MAX_RUNS + 1] {
        let runs = vec![spec.runs[0].clone(); count];
        assert!(
            from_toml(&to_toml(&ExperimentSpec { runs, ..spec.clone() }, None)).is_err(),
            "{count}"
        );
    }
    let deep = format!("descent = 1\nx = {}{}", "[".repeat(5000), "]".repeat(5000));
    assert!(from_toml(&deep).is_err());
}

fn finite() -> impl Strategy<Value = Finite> {
    prop_oneof![
        any::<f64>().prop_filter_map("finite", Finite::new),
        (-5.0..5.0).prop_filter_map("finite", Finite::new),
        Just(Finite::ZERO),
    ]
}

fn some<T: Clone + std::fmt::Debug + 'static>(all: &[T]) -> impl Strategy<Value = T> + use<T> {
    proptest::sample::select(all.to_vec())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 ]{0,12}",
        proptest::collection::vec(any::<char>(), 0..12).prop_map(|all| all.into_iter().collect()),
        "[\"'\\\\\n\r\t#\u{7f}\u{85}]{0,8}",
    ]
}

fn an_init() -> impl Strategy<Value = Init> {
    prop_oneof![
        some(&Init::ALL),
        (finite(), finite()).prop_map(|(mean, std)| Init::Normal { mean, std }),
        (finite(), finite()).prop_map(|(low, high)| Init::Uniform { low, high }),
        finite().prop_map(|value| Init::Constant { value }),
    ]
}

fn a_bias_init() -> impl Strategy<Value = BiasInit> {
    prop_oneof![
        some(&BiasInit::ALL),
        (finite(), finite()).prop_map(|(mean, std)| BiasInit::Normal { mean, std }),
        (finite(), finite()).prop_map(|(low, high)| BiasInit::Uniform { low, high }),
        finite().prop_map(|value| BiasInit::Constant { value }),
    ]
}

fn an_activation() -> impl Strategy<Value = Activation> {
    prop_oneof![
        4 => some(&Activation::ALL),
        1 => finite().prop_map(|slope| Activation::LeakyRelu { slope }),
        1 => finite().prop_map(|alpha| Activation::Elu { alpha }),
    ]
}

const MAX_SIZE: usize = 1_000_000;

fn a_size() -> impl Strategy<Value = usize> {
    prop_oneof![0..4_usize, 0..=MAX_SIZE]
}

fn a_pair() -> impl Strategy<Value = [usize; 2]> {
    prop_oneof![a_size().prop_map(|both| [both; 2]), [a_size(), a_size()]]
}

fn a_padding() -> impl Strategy<Value = Padding> {
    prop_oneof![Just(Padding::Valid), Just(Padding::Same), a_pair().prop_map(Padding::Of)]
}

prop_compose! {
    fn a_conv()(
        channels in a_size(),
        kernel in a_pair(),
        stride in a_pair(),
        padding in a_padding(),
        dilation in a_pair(),
        groups in a_size(),
        bias: bool,
        init in an_init(),
        bias_init in a_bias_init(),
    ) -> ConvSpec {
        ConvSpec { channels, kernel, stride, padding, dilation, groups, bias, init, bias_init }
    }
}

prop_compose! {
    fn a_pool()(
        kernel in a_pair(),
        stride in proptest::option::of(a_pair()),
        padding in a_pair(),
        ceil: bool,
    ) -> PoolSpec {
        PoolSpec { kernel, stride: stride.unwrap_or(kernel), padding, ceil }
    }
}

fn a_norm() -> impl Strategy<Value = NormSpec> {
    (finite(), any::<bool>()).prop_map(|(epsilon, affine)| NormSpec { epsilon, affine })
}

fn a_kind() -> impl Strategy<Value = LayerKind> {
    let dense = (a_size(), any::<bool>(), an_init(), a_bias_init());
    let batch_norm = (finite(), finite(), any::<bool>());
    prop_oneof![
        dense.prop_map(|(units, bias, init, bias_init)| {
            LayerKind::Dense(DenseSpec { units, bias, init, bias_init })
        }),
        some(&LayerKind::usual()),
        a_conv().prop_map(LayerKind::Conv2d),
        a_pool().prop_map(LayerKind::MaxPool2d),
        (a_pool(), any::<bool>())
            .prop_map(|(pool, count_padding)| LayerKind::AvgPool2d { pool, count_padding }),
        batch_norm.prop_map(|(momentum, epsilon, affine)| {
            LayerKind::BatchNorm(BatchNormSpec { momentum, epsilon, affine })
        }),
        a_norm().prop_map(LayerKind::LayerNorm),
        (a_size(), a_norm()).prop_map(|(groups, norm)| LayerKind::GroupNorm { groups, norm }),
        finite().prop_map(|p| LayerKind::Dropout { p }),
        a_size().prop_map(|over| LayerKind::Skip { over }),
        an_activation().prop_map(LayerKind::Activation),
    ]
}

prop_compose! {
    fn a_treated_layer()(
        kind in a_kind(),
        name in text(),
        off: bool,
        frozen: bool,
        rate in finite(),
    ) -> LayerSpec {
        LayerSpec { kind, name, off, frozen, rate }
    }
}

fn a_layer() -> impl Strategy<Value = LayerSpec> {
    prop_oneof![a_kind().prop_map(LayerSpec::new), a_treated_layer()]
}

prop_compose! {
    fn an_output()(
        init in an_init(),
        bias_init in a_bias_init(),
        bias: bool,
        activation in an_activation(),
        frozen: bool,
        rate in prop_oneof![Just(Finite::ONE), finite()],
    ) -> OutputSpec {
        OutputSpec { init, bias_init, bias, activation, frozen, rate }
    }
}

fn rms_prop(alpha: Finite, epsilon: Finite) -> Optimizer {
    Optimizer::RmsProp { alpha, epsilon, momentum: Finite::ZERO, centred: false }
}

fn an_optimizer() -> impl Strategy<Value = Optimizer> {
    let numbers = || [finite(), finite(), finite(), finite()];
    let constants = (some(&Optimizer::ALL), numbers(), any::<bool>());
    let other = constants.prop_map(|(kind, [a, b, c, d], flag)| match kind {
        Optimizer::Sgd { .. } => Optimizer::Sgd { momentum: a, dampening: b, nesterov: flag },
        Optimizer::RmsProp { .. } => {
            Optimizer::RmsProp { alpha: a, epsilon: b, momentum: c, centred: flag }
        }
        Optimizer::Adagrad { .. } => Optimizer::Adagrad { decay: a, initial: b, epsilon: c },
        Optimizer::Adadelta { .. } => Optimizer::Adadelta { rho: a, epsilon: b },
        Optimizer::Adam(_) => {
            Optimizer::Adam(AdamSpec { beta1: a, beta2: b, epsilon: c, amsgrad: flag })
        }
        Optimizer::AdamW(_) => {
            Optimizer::AdamW(AdamSpec { beta1: a, beta2: b, epsilon: c, amsgrad: flag })
        }
        Optimizer::Adamax { .. } => Optimizer::Adamax { beta1: a, beta2: b, epsilon: c },
        Optimizer::NAdam { .. } => {
            Optimizer::NAdam { beta1: a, beta2: b, epsilon: c, momentum_decay: d }
        }
        Optimizer::RAdam { .. } => Optimizer::RAdam { beta1: a, beta2: b, epsilon: c },
        Optimizer::Rprop { .. } => {
            Optimizer::Rprop { shrink: a, grow: b, min_step: c, max_step: d }
        }
    });
    prop_oneof![some(&Optimizer::ALL), other]
}

fn a_loss() -> impl Strategy<Value = Loss> {
    prop_oneof![
        4 => some(&Loss::ALL),
        1 => finite().prop_map(|smoothing| Loss::CrossEntropy { smoothing }),
        1 => finite().prop_map(|delta| Loss::Huber { delta }),
        1 => finite().prop_map(|beta| Loss::SmoothL1 { beta }),
    ]
}

fn a_schedule() -> impl Strategy<Value = Schedule> {
    let settings = (some(&Schedule::ALL), any::<u32>(), finite());
    settings.prop_map(|(kind, count, number)| match kind {
        Schedule::Constant => Schedule::Constant,
        Schedule::Step { .. } => Schedule::Step { every: count, gamma: number },
        Schedule::Exponential { .. } => Schedule::Exponential { gamma: number },
        Schedule::Cosine { .. } => Schedule::Cosine { epochs: count, floor: number },
        Schedule::Restarts { .. } => Schedule::Restarts { epochs: count, floor: number },
        Schedule::Polynomial { .. } => Schedule::Polynomial { epochs: count, power: number },
        Schedule::Plateau { .. } => Schedule::Plateau { factor: number, patience: count },
        Schedule::OneCycle { .. } => Schedule::OneCycle { epochs: count, rise: number },
    })
}

fn class_weights() -> impl Strategy<Value = ClassWeights> {
    prop_oneof![
        Just(ClassWeights::None),
        Just(ClassWeights::Balanced),
        proptest::collection::vec(finite(), 0..20).prop_map(ClassWeights::Of),
    ]
}

fn a_clip() -> impl Strategy<Value = Clip> {
    prop_oneof![
        Just(Clip::None),
        finite().prop_map(|max| Clip::Norm { max }),
        finite().prop_map(|max| Clip::Value { max }),
    ]
}

fn a_batch() -> impl Strategy<Value = BatchSize> {
    prop_oneof![Just(BatchSize::Full), (0..1_000_000_usize).prop_map(BatchSize::Of)]
}

fn a_stop() -> impl Strategy<Value = StopRule> {
    let count = || 0..=i64::MAX as u64;
    prop_oneof![
        Just(StopRule::Never),
        count().prop_map(StopRule::Epochs),
        count().prop_map(StopRule::Steps),
    ]
}

fn a_target() -> impl Strategy<Value = Option<Target>> {
    let fields = (some(&Part::ALL), some(&Quantity::ALL), finite());
    proptest::option::of(fields.prop_map(|(part, quantity, value)| Target {
        part,
        quantity,
        value,
    }))
}

prop_compose! {
    fn early_stopping()(
        part in some(&Part::ALL),
        quantity in some(&Quantity::ALL),
        patience: u32,
        min_change in finite(),
        keep_best: bool,
    ) -> EarlyStopping {
        EarlyStopping { part, quantity, patience, min_change, keep_best }
    }
}

/// What is minimised and what is added to it.
type Objective = (Loss, Reduction, ClassWeights, (Finite, Finite, Finite), L2Form, bool);

fn an_objective() -> impl Strategy<Value = Objective> {
    let penalties = (finite(), finite(), finite());
    let form = some(&L2Form::ALL);
    (a_loss(), some(&Reduction::ALL), class_weights(), penalties, form, any::<bool>())
}

prop_compose! {
    fn a_train()(
        objective in an_objective(),
        optimizer in an_optimizer(),
        learning_rate in finite(),
        schedule in a_schedule(),
        warmup in 0..=i64::MAX as u64,
        clip in a_clip(),
        (batch, drop_last, shuffle) in (a_batch(), any::<bool>(), any::<bool>()),
        (stop, seconds) in (a_stop(), proptest::option::of(finite())),
        target in a_target(),
        early in proptest::option::of(early_stopping()),
    ) -> TrainSpec {
        let (loss, reduction, class_weights, penalties, l2_form, penalise_biases) = objective;
        let (weight_decay, l1, l2) = penalties;
        TrainSpec {
            loss,
            reduction,
            class_weights,
            optimizer,
            learning_rate,
            schedule,
            warmup,
            weight_decay,
            l1,
            l2,
            l2_form,
            penalise_biases,
            clip,
            batch,
            drop_last,
            shuffle,
            stop,
            seconds,
            target,
            early,
        }
    }
}

prop_compose! {
    fn a_run()(
        name in text(),
        hidden in proptest::collection::vec(a_layer(), 0..6),
        output in an_output(),
        train in a_train(),
    ) -> RunSpec {
        RunSpec { name, model: ModelSpec { hidden, output }, train }
    }
}

fn a_label() -> impl Strategy<Value = LabelColumn> {
    prop_oneof![
        Just(LabelColumn::Auto),
        Just(LabelColumn::Last),
        (0..1_000_000_usize).prop_map(LabelColumn::Index),
        text().prop_map(LabelColumn::Name),
    ]
}

fn a_column_ref() -> impl Strategy<Value = ColumnRef> {
    prop_oneof![(0..1_000_000_usize).prop_map(ColumnRef::Index), text().prop_map(ColumnRef::Name)]
}

fn a_dialect() -> impl Strategy<Value = Dialect> {
    use {Decimal as D, Delimiter as S, Encoding as E, Quote as Q, Thousands as T};
    (
        some(&[E::Auto, E::Utf8, E::Utf16Le, E::Utf16Be, E::Windows1252]),
        some(&[S::Auto, S::Comma, S::Semicolon, S::Tab, S::Pipe, S::Spaces]),
        some(&[Q::Auto, Q::Double, Q::Single, Q::None]),
        some(&[D::Auto, D::Point, D::Comma]),
        some(&[T::Auto, T::None, T::Comma, T::Point, T::Space, T::Apostrophe]),
        proptest::option::of(0..1000_usize),
        prop_oneof![some(&[Comment::Auto, Comment::None]), any::<char>().prop_map(Comment::Of)],
    )
        .prop_map(|(encoding, delimiter, quote, decimal, thousands, skip, comment)| Dialect {
            encoding,
            delimiter,
            quote,
            decimal,
            thousands,
            skip,
            comment,
        })
}

prop_compose! {
    fn a_column()(
        column in a_column_ref(),
        role in proptest::option::of(some(&[ColumnRole::Feature, ColumnRole::Label, ColumnRole::Ignored, ColumnRole::Split])),
        kind in proptest::option::of(some(&[
            ColumnKind::Number, ColumnKind::Category, ColumnKind::YesNo, ColumnKind::Text,
            ColumnKind::Date, ColumnKind::Constant, ColumnKind::Identifier,
        ])),
        missing in proptest::option::of(some(&[
            MissingRule::DropRow, MissingRule::Mean, MissingRule::Median,
            MissingRule::MostFrequent, MissingRule::Indicator,
        ])),
        missing_word in proptest::option::of(text()),
        coding in proptest::option::of(some(&[Coding::OneHot, Coding::Ordinal])),
    ) -> ColumnSpec {
        ColumnSpec { column, role, kind, missing, missing_word, coding }
    }
}

fn pixels() -> impl Strategy<Value = PixelChoice> {
    prop_oneof![
        some(&[PixelChoice::Auto, PixelChoice::No]),
        (0..500_usize, 0..500_usize).prop_map(|(h, w)| PixelChoice::Grey(h, w)),
        (0..500_usize, 0..500_usize).prop_map(|(h, w)| PixelChoice::Rgb(h, w)),
    ]
}

prop_compose! {
    fn a_table()(
        path in text(),
        pasted in proptest::option::of(text()),
        dialect in a_dialect(),
        header in some(&[HeaderMode::Auto, HeaderMode::Present, HeaderMode::Absent]),
        label in a_label(),
        task in some(&[TaskChoice::Auto, TaskChoice::Classification, TaskChoice::Regression]),
        columns in proptest::collection::vec(a_column(), 0..4),
        missing in proptest::collection::vec(text(), 0..3),
        faults in some(&[FaultRule::SkipRow, FaultRule::Missing]),
        rare in finite(),
        pixels in pixels(),
    ) -> CsvSpec {
        let text = pasted.map(Into::into);
        CsvSpec { path, text, dialect, header, label, task, columns, missing, faults, rare, pixels }
    }
}

fn a_source() -> impl Strategy<Value = DataSource> {
    let toy = (some(&ToyKind::ALL), 0..1_000_000_usize, 0..1000_usize, finite(), finite());
    let point = (finite(), finite(), any::<u32>());
    let drawn = (some(&DrawnSet::ALL), 0..10_000_usize, 0..10_000_usize, finite());
    let pair = proptest::option::of((text(), text()));
    prop_oneof![
        toy.prop_map(|(kind, points_per_class, classes, noise, turn)| {
            DataSource::Toy(ToySpec { kind, points_per_class, classes, noise, turn })
        }),
        some(&ToyKind::ALL).prop_map(|kind| DataSource::Toy(ToySpec::standard(kind))),
        proptest::collection::vec(point, 0..20).prop_map(|points| {
            let points = points.into_iter().map(|(x, y, class)| PointSpec { x, y, class });
            DataSource::Points(PointsSpec { points: points.collect() })
        }),
        a_table().prop_map(DataSource::Csv),
        (text(), pair).prop_map(|(folder, pair)| {
            let pair = pair.map(|(images, labels)| IdxPair { images, labels });
            DataSource::Idx(IdxSpec { folder, pair })
        }),
        drawn.prop_map(|(set, per_class, test_per_class, distortion)| {
            DataSource::Drawn(DrawnSpec { set, per_class, test_per_class, distortion })
        }),
        text().prop_map(|folder| DataSource::Images(ImagesSpec { folder })),
    ]
}

fn a_share() -> impl Strategy<Value = Finite> {
    (0.001..0.999_f64).prop_map(|share| Finite::new(share).expect("finite"))
}

fn a_split() -> impl Strategy<Value = SplitSpec> {
    let test = prop_oneof![
        a_share().prop_map(TestPart::Fraction),
        text().prop_map(TestPart::File),
        a_column_ref().prop_map(TestPart::Column),
    ];
    let validation = prop_oneof![
        Just(ValidationPart::None),
        a_share().prop_map(ValidationPart::Fraction),
        (2..20_usize, 0..20_usize)
            .prop_map(|(folds, fold)| ValidationPart::Fold { folds, fold: fold % folds }),
    ];
    (test, validation, any::<bool>(), any::<bool>()).prop_map(
        |(test, validation, stratified, shuffled)| SplitSpec {
            test,
            validation,
            stratified,
            shuffled,
        },
    )
}

fn a_derived() -> impl Strategy<Value = Derived> {
    let feature = || 0..1_000_000_usize;
    prop_oneof![
        (feature(), any::<u32>())
            .prop_map(|(feature, exponent)| Derived::Power { feature, exponent }),
        (feature(), feature()).prop_map(|(a, b)| Derived::Product { a, b }),
        feature().prop_map(|feature| Derived::Sin { feature }),
        feature().prop_map(|feature| Derived::Cos { feature }),
    ]
}

fn a_transform() -> impl Strategy<Value = Transform> {
    let sides = || (0..1000_usize, 0..1000_usize);
    let numbers = || proptest::collection::vec(finite(), 0..4);
    prop_oneof![
        sides().prop_map(|(width, height)| Transform::Resize { width, height }),
        sides().prop_map(|(width, height)| Transform::CentreCrop { width, height }),
        Just(Transform::Greyscale),
        Just(Transform::Normalise(Normalise::Computed)),
        (numbers(), numbers())
            .prop_map(|(mean, std)| Transform::Normalise(Normalise::Given { mean, std })),
        finite().prop_map(|degrees| Transform::Rotation { degrees }),
        (sides(), finite()).prop_map(|((width, height), least)| Transform::ResizedCrop {
            width,
            height,
            least
        }),
        finite().prop_map(|probability| Transform::Flip { probability }),
        finite().prop_map(|fraction| Transform::Shift { fraction }),
        finite().prop_map(|std| Transform::Noise { std }),
    ]
}

prop_compose! {
    fn a_data()(
        source in a_source(),
        split in a_split(),
        scaling in some(&Scaling::ALL),
        derived in proptest::collection::vec(a_derived(), 0..4),
        transforms in proptest::collection::vec(a_transform(), 0..4),
        seed: u64,
    ) -> DataSpec {
        DataSpec { source, split, scaling, derived, transforms, seed }
    }
}

prop_compose! {
    fn an_experiment()(
        name in text(),
        data in a_data(),
        runs in proptest::collection::vec(a_run(), 1..=MAX_RUNS),
        seed: u64,
    ) -> ExperimentSpec {
        ExperimentSpec { name, data, runs, seed }
    }
}

proptest! {
    #[test]
    fn every_experiment_survives_its_file(
        spec in an_experiment(),
        hash in proptest::option::of(any::<u128>()),
    ) {
        let data_hash = hash.map(DataHash);
        let text = to_toml(&spec, data_hash);
        let wanted = Ok(Saved { spec, data_hash });
        prop_assert_eq!(from_toml(&text).map_err(|error| error.to_string()), wanted, "{}", text);
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = from_toml(&text);
        let _ = from_toml(&format!("descent = 3\n{text}"));
    }

    #[test]
    fn no_damage_makes_it_panic(
        spec in an_experiment(),
        at: prop::sample::Index,
        length in 0_usize..20,
        put in text(),
    ) {
        let text = to_toml(&spec, None);
        let from = text.floor_char_boundary(at.index(text.len()));
        let to = text.floor_char_boundary((from + length).min(text.len()));
        let damaged = format!("{}{put}{}", &text[..from], &text[to..]);
        if let Err(error) = from_toml(&damaged) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}

/// Every field of a run, taken over from another one.
const FIELDS: [fn(&mut RunSpec, &RunSpec); 29] = [
    |a, b| a.name.clone_from(&b.name),
    |a, b| a.model.hidden.clone_from(&b.model.hidden),
    |a, b| a.model.output.init = b.model.output.init,
    |a, b| a.model.output.bias_init = b.model.output.bias_init,
    |a, b| a.model.output.bias = b.model.output.bias,
    |a, b| a.model.output.activation = b.model.output.activation,
    |a, b| a.model.output.frozen = b.model.output.frozen,
    |a, b| a.model.output.rate = b.model.output.rate,
    |a, b| a.train.loss = b.train.loss,
    |a, b| a.train.reduction = b.train.reduction,
    |a, b| a.train.class_weights.clone_from(&b.train.class_weights),
    |a, b| a.train.optimizer = b.train.optimizer,
    |a, b| a.train.learning_rate = b.train.learning_rate,
    |a, b| a.train.schedule = b.train.schedule,
    |a, b| a.train.warmup = b.train.warmup,
    |a, b| a.train.weight_decay = b.train.weight_decay,
    |a, b| a.train.l1 = b.train.l1,
    |a, b| a.train.l2 = b.train.l2,
    |a, b| a.train.l2_form = b.train.l2_form,
    |a, b| a.train.penalise_biases = b.train.penalise_biases,
    |a, b| a.train.clip = b.train.clip,
    |a, b| a.train.batch = b.train.batch,
    |a, b| a.train.drop_last = b.train.drop_last,
    |a, b| a.train.shuffle = b.train.shuffle,
    |a, b| a.train.stop = b.train.stop,
    |a, b| a.train.seconds = b.train.seconds,
    |a, b| a.train.target = b.train.target,
    |a, b| a.train.early = b.train.early,
    |a, b| *a = b.clone(),
];

proptest! {
    #[test]
    fn no_difference_between_runs_goes_unseen(a in a_run(), b in a_run()) {
        prop_assert!(run_changes(&a, &a).is_empty());
        for take in FIELDS {
            let mut edited = a.clone();
            take(&mut edited, &b);
            let changes = run_changes(&a, &edited);
            prop_assert_eq!(changes.is_empty(), edited == a, "{:?}", changes);
        }
    }

    #[test]
    fn no_difference_between_layers_goes_unseen(a in a_layer(), b in a_layer(), run in a_run()) {
        let with = |layer: &LayerSpec| {
            let mut run = run.clone();
            run.model.hidden = vec![layer.clone()];
            run
        };
        prop_assert_eq!(run_changes(&with(&a), &with(&b)).is_empty(), a == b);
        let other_kind = LayerSpec { kind: b.kind.clone(), ..a.clone() };
        prop_assert_eq!(run_changes(&with(&a), &with(&other_kind)).is_empty(), a == other_kind);
    }
}

// ---- weights and PyTorch ----

fn expected() -> Value {
    serde_json::from_str(&golden_text("interop/mlp.json")).expect("JSON")
}

fn tensor(value: &Value) -> HostTensor {
    let numbers = |key: &str| value[key].as_array().expect("a list").iter();
    let shape = numbers("shape").map(|v| v.as_u64().expect("a size") as usize);
    let data = numbers("data").map(|v| v.as_f64().expect("a number") as f32);
    HostTensor::new(shape.collect(), data.collect()).expect("fits")
}

fn mlp_bytes() -> Vec<u8> {
    std::fs::read(golden("interop/mlp.safetensors")).expect("golden file")
}

fn checkpoint(parameters: Vec<NamedTensor>) -> Checkpoint {
    let at = Position { step: Step(1), ..Position::default() };
    Checkpoint { at, epoch: 1, parameters, ..Checkpoint::default() }
}

fn parameter<'a>(checkpoint: &'a Checkpoint, name: &str) -> &'a HostTensor {
    let found = checkpoint.parameters.iter().find(|parameter| parameter.name == name);
    &found.unwrap_or_else(|| panic!("no {name}")).tensor
}

/// `y = x Wᵀ + b` for one row, with a weight of `[out, in]`.
fn dense_row(checkpoint: &Checkpoint, index: usize, x: &[f32]) -> Vec<f32> {
    let weight = parameter(checkpoint, &format!("{index}.weight"));
    let bias = parameter(checkpoint, &format!("{index}.bias"));
    let dot = |row: &[f32]| row.iter().zip(x).map(|(w, x)| w * x).sum::<f32>();
    weight.data().chunks(x.len()).zip(bias.data()).map(|(row, bias)| dot(row) + bias).collect()
}

fn assert_close(found: &[f32], wanted: &[f32]) {
    assert_eq!(found.len(), wanted.len());
    for (a, b) in found.iter().zip(wanted) {
        assert!((a - b).abs() <= 1e-5 * (1.0 + b.abs()), "{a} is not {b}");
    }
}

#[test]
fn weights_of_pytorch_give_its_logits() {
    let file = read_safetensors(&mlp_bytes()).expect("reads");
    let network = checkpoint(file.tensors);
    let golden = expected();
    let (x, y) = (tensor(&golden["x"]), tensor(&golden["y"]));
    let mut logits = Vec::new();
    for row in x.data().chunks(2) {
        let hidden: Vec<f32> = dense_row(&network, 0, row).into_iter().map(f32::tanh).collect();
        logits.extend(dense_row(&network, 2, &hidden));
    }
    assert_close(&logits, y.data());
}

#[test]
fn weights_of_pytorch_survive_our_file() {
    let first = read_safetensors(&mlp_bytes()).expect("reads");
    let mut bytes = Vec::new();
    let written =
        write_safetensors(&checkpoint(first.tensors.clone()), &first.metadata, &mut bytes);
    assert_eq!(written.expect("written"), None);
    assert_eq!(read_safetensors(&bytes).expect("reads").tensors, first.tensors);
}

/// The network of the golden file, as a run.
fn golden_run(data: &Dataset) -> ValidRun {
    let mut run = preset("spiral-relu").expect("built in").runs[0].clone();
    run.name = "2-4-3 tanh".into();
    run.model.hidden = vec![LayerSpec::from(DenseSpec::new(4)), LayerSpec::from(Activation::Tanh)];
    validate_run(&run, &data.facts()).expect("valid")
}

fn golden_data() -> Dataset {
    let targets = Targets::Classes(vec![0, 1, 2]);
    let part = Labelled::new(Matrix::zeros(3, 2), targets);
    Dataset {
        feature_names: vec!["x".into(), "y".into()],
        label_name: "arm".into(),
        class_names: vec!["0".into(), "1".into(), "2".into()],
        ..Dataset::new(
            "Spiral",
            SampleShape(vec![2]),
            Task::Classification { classes: 3 },
            part.clone(),
            part,
        )
    }
}

/// Writes one export of the golden network to a file, and returns its text where it is one.
fn export(id: ExportId, path: &Path, scaler: Option<Scaler>) -> Vec<u8> {
    let data = Dataset { scaler, ..golden_data() };
    let run = golden_run(&data);
    let model = ModelCard { experiment: "Interop", run: &run, data: &data };
    let network = checkpoint(read_safetensors(&mlp_bytes()).expect("reads").tensors);
    let source =
        ExportSource { model: Some(model), checkpoint: Some(&network), ..ExportSource::default() };
    let write = |out: &mut dyn std::io::Write| Exporter::of(id).write(&source, out).map(|_| ());
    write_atomic(path, write).expect("written");
    std::fs::read(path).expect("there")
}

#[test]
fn the_exported_script_is_the_golden_one() {
    let folder = tempfile::tempdir().expect("made");
    let text = export(ExportId::PyTorch, &folder.path().join("model.py"), None);
    let version = format!("Descent {}", env!("CARGO_PKG_VERSION"));
    let text = String::from_utf8(text).expect("text").replace(&version, "Descent VERSION");
    assert_eq!(text, golden_text("interop/model.py"));
}

/// A Python that has PyTorch and safetensors: `DESCENT_PYTHON`, else `python3`.
pub fn python_with_torch(test: &str) -> Option<String> {
    let python = std::env::var("DESCENT_PYTHON").unwrap_or_else(|_| "python3".into());
    let ask = Command::new(&python).args(["-c", "import torch, safetensors.torch"]).output();
    if ask.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    // Straight to the stream: what `eprintln!` writes is swallowed when a test passes.
    let told = "has no torch and safetensors; name a Python that has them in DESCENT_PYTHON";
    writeln!(std::io::stderr(), "SKIPPED {test}: {python} {told}").expect("can be written to");
    None
}

/// Runs Python and returns what it prints.
pub fn run_python(python: &str, folder: &Path, code: &str) -> String {
    let output =
        Command::new(python).arg("-c").arg(code).current_dir(folder).output().expect("runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn pytorch_loads_the_export_strictly_and_agrees() {
    let Some(python) = python_with_torch("pytorch_loads_the_export_strictly_and_agrees") else {
        return;
    };
    let folder = tempfile::tempdir().expect("made");
    export(ExportId::Weights, &folder.path().join("model.safetensors"), None);
    // Doubled and shifted features, which the script scales back.
    let (mean, scale) = (vec![1.0, -1.0], vec![2.0, 2.0]);
    let scaler = Scaler { kind: Scaling::Standardise, offset: mean, scale, constant: vec![] };
    export(ExportId::PyTorch, &folder.path().join("model.py"), Some(scaler));
    let golden = expected();
    let code = format!(
        "import model, torch\nx = torch.tensor({}).reshape(-1, 2)\n\
         x = model.scaled(x * 2 + torch.tensor([1.0, -1.0]))\n\
         print(model.load('model.safetensors')(x).flatten().tolist())",
        golden["x"]["data"]
    );
    let logits: Vec<f32> =
        serde_json::from_str(&run_python(&python, folder.path(), &code)).expect("a list");
    assert_close(&logits, tensor(&golden["y"]).data());
    let script = "import runpy; runpy.run_path('model.py', run_name='__main__')";
    assert!(run_python(&python, folder.path(), script).contains("Linear(in_features=2"));
}
