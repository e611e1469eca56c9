//! Layers as modules of PyTorch, in Python. Each layer is one module, so that the numbers in the
//! names of the parameters are the places of the layers.

use crate::spec::{
    Activation, BatchNormSpec, ConvSpec, LayerInfo, LayerKind, NormSpec, Padding, PoolSpec,
    SampleShape, ValidRun,
};

/// What PyTorch lacks, and the class that takes its place.
const CLASSES: [(&str, &str); 5] = [
    (
        "UnitStep",
        "class UnitStep(nn.Module):
    \"\"\"1 from 0 on, else 0.\"\"\"

    def forward(self, x):
        return (x >= 0).to(x.dtype)
",
    ),
    (
        "Sign",
        "class Sign(nn.Module):
    \"\"\"1, 0 or -1.\"\"\"

    def forward(self, x):
        return torch.sign(x)
",
    ),
    (
        "PiecewiseLinear",
        "class PiecewiseLinear(nn.Module):
    \"\"\"x + 1/2, kept between 0 and 1.\"\"\"

    def forward(self, x):
        return (x + 0.5).clamp(0, 1)
",
    ),
    (
        "Skip",
        "class Skip(nn.Module):
    \"\"\"Adds what went into the layer so many places before.\"\"\"

    def __init__(self, over):
        super().__init__()
        self.over = over

    def forward(self, x, before):
        return x + before

    def extra_repr(self):
        return f\"over={self.over}\"
",
    ),
    (
        "Stack",
        "class Stack(nn.Sequential):
    \"\"\"Keeps what went into each layer, for those that add it again.\"\"\"

    def forward(self, x):
        inputs = []
        for layer in self:
            inputs.append(x)
            x = layer(x, inputs[-1 - layer.over]) if isinstance(layer, Skip) else layer(x)
        return x
",
    ),
];

/// The modules of the network in order, as Python.
pub(super) fn modules(run: &ValidRun) -> Vec<String> {
    let model = &run.spec().model;
    let stack = model.hidden.iter().zip(run.layers());
    let mut modules: Vec<String> = stack
        .map(|(layer, info)| match layer.off {
            true => "nn.Identity()".into(),
            false => module(&layer.kind, info),
        })
        .collect();
    modules.push(linear(run.output(), model.output.bias));
    if model.output.activation != Activation::Linear {
        modules.push(activation(model.output.activation));
    }
    modules
}

/// The class that holds `modules`.
pub(super) fn container(modules: &[String]) -> &'static str {
    match modules.iter().any(|module| is_call(module, "Skip")) {
        true => "Stack",
        false => "nn.Sequential",
    }
}

/// The classes that `modules` use and PyTorch lacks, each with two blank lines before it.
pub(super) fn classes(modules: &[String]) -> String {
    let container = container(modules);
    let is_used = |name: &str| name == container || modules.iter().any(|one| is_call(one, name));
    let used = CLASSES.iter().filter(|(name, _)| is_used(name));
    used.map(|(_, text)| format!("\n\n{text}")).collect()
}

fn is_call(module: &str, class: &str) -> bool {
    module.strip_prefix(class).is_some_and(|rest| rest.starts_with('('))
}

/// Places of the modules that do not learn.
pub(super) fn frozen(run: &ValidRun) -> Vec<usize> {
    let model = &run.spec().model;
    let layers = model.hidden.iter().zip(run.layers()).enumerate();
    let mut places: Vec<usize> = layers
        .filter(|(_, (layer, info))| layer.frozen && !layer.off && info.parameters > 0)
        .map(|(place, _)| place)
        .collect();
    if model.output.frozen {
        places.push(model.hidden.len());
    }
    places
}

fn module(kind: &LayerKind, info: &LayerInfo) -> String {
    match kind {
        LayerKind::Dense(dense) => linear(info, dense.bias),
        LayerKind::Conv2d(spec) => conv(spec, &info.input),
        LayerKind::MaxPool2d(spec) => pool("MaxPool2d", *spec, true),
        LayerKind::AvgPool2d { pool: spec, count_padding } => {
            pool("AvgPool2d", *spec, *count_padding)
        }
        LayerKind::GlobalAvgPool => "nn.AdaptiveAvgPool2d(1)".into(),
        LayerKind::BatchNorm(spec) => batch_norm(*spec, &info.input),
        LayerKind::LayerNorm(spec) => {
            let mut arguments = vec![format!("{:?}", info.input.0)];
            arguments.extend(norm(*spec, "elementwise_affine"));
            call("LayerNorm", &arguments)
        }
        LayerKind::GroupNorm { groups, norm: spec } => {
            let mut arguments = vec![groups.to_string(), channels(&info.input).to_string()];
            arguments.extend(norm(*spec, "affine"));
            call("GroupNorm", &arguments)
        }
        LayerKind::Dropout { p } => format!("nn.Dropout({:?})", p.get()),
        LayerKind::Flatten => "nn.Flatten()".into(),
        LayerKind::Activation(function) => activation(*function),
        LayerKind::Skip { over } => format!("Skip({over})"),
    }
}

fn call(class: &str, arguments: &[String]) -> String {
    format!("nn.{class}({})", arguments.join(", "))
}

fn linear(info: &LayerInfo, bias: bool) -> String {
    let (inputs, outputs) = (info.input.len(), info.output.len());
    let bias = if bias { "" } else { ", bias=False" };
    format!("nn.Linear({inputs}, {outputs}{bias})")
}

fn channels(input: &SampleShape) -> usize {
    input.0.first().copied().unwrap_or_default()
}

/// One number for both sides, or a tuple.
fn pair([rows, columns]: [usize; 2]) -> String {
    if rows == columns { rows.to_string() } else { format!("({rows}, {columns})") }
}

fn conv(spec: &ConvSpec, input: &SampleShape) -> String {
    let mut arguments =
        vec![channels(input).to_string(), spec.channels.to_string(), pair(spec.kernel)];
    if spec.stride != [1, 1] {
        arguments.push(format!("stride={}", pair(spec.stride)));
    }
    match spec.padding {
        Padding::Valid | Padding::Of([0, 0]) => {}
        Padding::Same => arguments.push("padding=\"same\"".into()),
        Padding::Of(both) => arguments.push(format!("padding={}", pair(both))),
    }
    if spec.dilation != [1, 1] {
        arguments.push(format!("dilation={}", pair(spec.dilation)));
    }
    if spec.groups != 1 {
        arguments.push(format!("groups={}", spec.groups));
    }
    if !spec.bias {
        arguments.push("bias=False".into());
    }
    call("Conv2d", &arguments)
}

fn pool(class: &str, spec: PoolSpec, count_padding: bool) -> String {
    let mut arguments = vec![pair(spec.kernel)];
    if spec.stride != spec.kernel {
        arguments.push(format!("stride={}", pair(spec.stride)));
    }
    if spec.padding != [0, 0] {
        arguments.push(format!("padding={}", pair(spec.padding)));
    }
    if spec.ceil {
        arguments.push("ceil_mode=True".into());
    }
    if !count_padding {
        arguments.push("count_include_pad=False".into());
    }
    call(class, &arguments)
}

fn batch_norm(spec: BatchNormSpec, input: &SampleShape) -> String {
    let BatchNormSpec { momentum, epsilon, affine } = spec;
    let usual = BatchNormSpec::default();
    let class = if input.is_flat() { "BatchNorm1d" } else { "BatchNorm2d" };
    let mut arguments = vec![channels(input).to_string()];
    if epsilon != usual.epsilon {
        arguments.push(format!("eps={:?}", epsilon.get()));
    }
    if momentum != usual.momentum {
        arguments.push(format!("momentum={:?}", momentum.get()));
    }
    if !affine {
        arguments.push("affine=False".into());
    }
    call(class, &arguments)
}

fn norm(NormSpec { epsilon, affine }: NormSpec, word: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    if epsilon != NormSpec::default().epsilon {
        arguments.push(format!("eps={:?}", epsilon.get()));
    }
    if !affine {
        arguments.push(format!("{word}=False"));
    }
    arguments
}

fn activation(function: Activation) -> String {
    match function {
        Activation::LeakyRelu { slope } => return format!("nn.LeakyReLU({:?})", slope.get()),
        Activation::Elu { alpha } => return format!("nn.ELU({:?})", alpha.get()),
        Activation::Linear => "nn.Identity()",
        Activation::UnitStep => "UnitStep()",
        Activation::Sign => "Sign()",
        Activation::PiecewiseLinear => "PiecewiseLinear()",
        Activation::Sigmoid => "nn.Sigmoid()",
        Activation::LogSigmoid => "nn.LogSigmoid()",
        Activation::HardSigmoid => "nn.Hardsigmoid()",
        Activation::Tanh => "nn.Tanh()",
        Activation::HardTanh => "nn.Hardtanh()",
        Activation::Softsign => "nn.Softsign()",
        Activation::Relu => "nn.ReLU()",
        Activation::Relu6 => "nn.ReLU6()",
        Activation::Selu => "nn.SELU()",
        Activation::Gelu => "nn.GELU()",
        Activation::GeluTanh => "nn.GELU(approximate=\"tanh\")",
        Activation::Silu => "nn.SiLU()",
        Activation::Softplus => "nn.Softplus()",
        Activation::Mish => "nn.Mish()",
        Activation::Softmax => "nn.Softmax(dim=1)",
        Activation::LogSoftmax => "nn.LogSoftmax(dim=1)",
        Activation::Softmin => "nn.Softmin(dim=1)",
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Finite;
    use crate::spec::{
        DataFacts, DenseSpec, LayerSpec, OutputSpec, RunSpec, Task, preset, validate_run,
    };

    fn valid(shape: &[usize], run: &RunSpec) -> ValidRun {
        let facts = DataFacts {
            input: SampleShape(shape.to_vec()),
            task: Task::Classification { classes: 3 },
            train_rows: 10,
            validation_rows: 0,
            test_rows: 0,
        };
        validate_run(run, &facts).expect("valid")
    }

    fn stack(hidden: Vec<LayerSpec>) -> RunSpec {
        let mut run = preset("spiral-relu").expect("built in").runs[0].clone();
        run.model.hidden = hidden;
        run.model.output = OutputSpec::default();
        run
    }

    #[test]
    fn every_layer_of_an_image_is_one_module() {
        let conv = ConvSpec {
            kernel: [2, 3],
            stride: [2, 1],
            padding: Padding::Of([1, 0]),
            dilation: [1, 2],
            groups: 2,
            bias: false,
            ..ConvSpec::new(4, 1)
        };
        let same = ConvSpec { padding: Padding::Same, ..ConvSpec::new(4, 3) };
        let pool = PoolSpec { kernel: [2, 3], stride: [1, 1], padding: [1, 1], ceil: true };
        let norm = NormSpec { epsilon: Finite::lit(1e-3), affine: false };
        let momentum = Finite::lit(0.2);
        let batch = BatchNormSpec { momentum, epsilon: Finite::lit(1e-3), affine: false };
        let kinds = [
            LayerKind::Conv2d(conv),
            LayerKind::Conv2d(same),
            LayerKind::BatchNorm(BatchNormSpec::default()),
            LayerKind::BatchNorm(batch),
            LayerKind::GroupNorm { groups: 2, norm: NormSpec::default() },
            LayerKind::GroupNorm { groups: 1, norm },
            LayerKind::LayerNorm(norm),
            LayerKind::Skip { over: 3 },
            LayerKind::MaxPool2d(pool),
            LayerKind::AvgPool2d { pool: PoolSpec::new(2), count_padding: false },
            LayerKind::GlobalAvgPool,
            LayerKind::Flatten,
            LayerKind::BatchNorm(BatchNormSpec::default()),
            LayerKind::Dropout { p: Finite::lit(0.25) },
        ];
        let run = valid(&[2, 9, 12], &stack(kinds.map(LayerSpec::new).into()));
        let modules = modules(&run);
        assert_eq!(
            modules,
            [
                "nn.Conv2d(2, 4, (2, 3), stride=(2, 1), padding=(1, 0), dilation=(1, 2), \
                 groups=2, bias=False)",
                "nn.Conv2d(4, 4, 3, padding=\"same\")",
                "nn.BatchNorm2d(4)",
                "nn.BatchNorm2d(4, eps=0.001, momentum=0.2, affine=False)",
                "nn.GroupNorm(2, 4)",
                "nn.GroupNorm(1, 4, eps=0.001, affine=False)",
                "nn.LayerNorm([4, 5, 8], eps=0.001, elementwise_affine=False)",
                "Skip(3)",
                "nn.MaxPool2d((2, 3), stride=1, padding=1, ceil_mode=True)",
                "nn.AvgPool2d(2, count_include_pad=False)",
                "nn.AdaptiveAvgPool2d(1)",
                "nn.Flatten()",
                "nn.BatchNorm1d(4)",
                "nn.Dropout(0.25)",
                "nn.Linear(4, 3)",
            ]
        );
        assert_eq!(container(&modules), "Stack");
        assert!(classes(&modules).contains("class Skip(") && !classes(&modules).contains("Sign"));
    }

    #[test]
    fn every_activation_is_a_module_and_stays_in_its_place() {
        let mut hidden: Vec<LayerSpec> = Activation::ALL.map(LayerSpec::from).into();
        hidden.push(LayerSpec { off: true, ..DenseSpec::new(7).into() });
        let mut spec = stack(hidden);
        spec.model.output.activation = Activation::LogSoftmax;
        spec.model.output.bias = false;
        let modules = modules(&valid(&[2], &spec));
        assert_eq!(modules.len(), Activation::ALL.len() + 3);
        assert_eq!(modules[0], "nn.Identity()");
        assert_eq!(modules[2], "nn.LeakyReLU(0.01)");
        let last = ["nn.Identity()", "nn.Linear(2, 3, bias=False)", "nn.LogSoftmax(dim=1)"];
        assert_eq!(modules[Activation::ALL.len()..], last);
        assert_eq!(container(&modules), "nn.Sequential");
        let text = classes(&modules);
        for class in ["UnitStep", "Sign", "PiecewiseLinear"] {
            assert!(text.contains(&format!("class {class}(nn.Module)")), "{text}");
        }
    }

    #[test]
    fn what_does_not_learn_is_known_by_its_place() {
        let frozen_layer = |units| LayerSpec { frozen: true, ..DenseSpec::new(units).into() };
        let mut spec = stack(vec![
            frozen_layer(4),
            LayerSpec { frozen: true, ..Activation::Relu.into() },
            LayerSpec { off: true, ..frozen_layer(5) },
        ]);
        assert_eq!(frozen(&valid(&[2], &spec)), [0]);
        spec.model.output.frozen = true;
        assert_eq!(frozen(&valid(&[2], &spec)), [0, 3]);
    }

    #[test]
    fn numbers_are_written_as_python() {
        let slope = Finite::lit(1e-9);
        assert_eq!(activation(Activation::LeakyRelu { slope }), "nn.LeakyReLU(1e-9)");
        assert_eq!(activation(Activation::Elu { alpha: Finite::ONE }), "nn.ELU(1.0)");
    }
}
