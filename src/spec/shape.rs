//! What each layer makes of the shape of a sample, how many parameters it has and what it costs.

use super::data::SampleShape;
use super::init::{BiasInit, Init};
use super::model::{
    BatchNormSpec, ConvSpec, DenseSpec, LayerInfo, LayerKind, NormSpec, Padding, PoolSpec,
};
use super::validate::{Field, MAX_UNITS, SpecIssue};

/// Most values along one side that a window reaches over or steps by, and that are added at an
/// edge: larger than any image here, and small enough that a padded image fits the memory.
const MAX_WINDOW: usize = 1024;

/// Where issues of one layer go.
pub(super) struct Report<'a> {
    pub field: Field,
    pub issues: &'a mut Vec<SpecIssue>,
}

impl Report<'_> {
    pub(super) fn refuse(&mut self, message: impl Into<String>) {
        self.issues.push(SpecIssue { field: self.field, message: message.into() });
    }
}

/// Shapes, parameters and costs of one layer that gets `input`. `before` are the inputs of the
/// layers before it, from the first on. A layer that cannot work is reported and taken as if it
/// passed on what the next layers can best be shown with.
pub(super) fn layer_info(
    kind: &LayerKind,
    input: &SampleShape,
    before: &[SampleShape],
    report: &mut Report<'_>,
) -> LayerInfo {
    match kind {
        LayerKind::Dense(dense) => dense_info(dense, input, report),
        LayerKind::Conv2d(conv) => conv_info(conv, input, report),
        LayerKind::MaxPool2d(pool) | LayerKind::AvgPool2d { pool, .. } => {
            pool_info(*pool, input, report)
        }
        LayerKind::GlobalAvgPool => global_info(input, report),
        LayerKind::BatchNorm(norm) => batch_norm_info(*norm, input, report),
        LayerKind::LayerNorm(norm) => layer_norm_info(*norm, input, report),
        LayerKind::GroupNorm { groups, norm } => group_norm_info(*groups, *norm, input, report),
        LayerKind::Dropout { p } => {
            if !(0.0..1.0).contains(&p.get()) {
                report.refuse(format!("Dropout takes a share from 0 to below 1, not {p}."));
            }
            same(input, 0)
        }
        LayerKind::Flatten => LayerInfo {
            input: input.clone(),
            output: SampleShape(vec![input.len()]),
            ..LayerInfo::default()
        },
        LayerKind::Activation(activation) => {
            check_activation(*activation, input, report);
            same(input, 0)
        }
        LayerKind::Skip { over } => skip_info(*over, input, before, report),
    }
}

/// A layer that keeps the shape.
pub(super) fn same(input: &SampleShape, parameters: usize) -> LayerInfo {
    LayerInfo { input: input.clone(), output: input.clone(), parameters, ..LayerInfo::default() }
}

/// A dense layer of `dense.units` units on `input`.
pub(super) fn dense_info(
    dense: &DenseSpec,
    input: &SampleShape,
    report: &mut Report<'_>,
) -> LayerInfo {
    let units = dense.units;
    if units == 0 || units > MAX_UNITS {
        report.refuse(format!("A dense layer takes 1 to {MAX_UNITS} units, not {units}."));
    }
    if !input.is_flat() {
        report.refuse(format!(
            "A dense layer needs one row of values, but gets {input}. Add a Flatten layer before \
             it."
        ));
    }
    check_start(dense.init, dense.bias.then_some(dense.bias_init), report);
    let per_unit = input.len().saturating_add(usize::from(dense.bias));
    LayerInfo {
        input: input.clone(),
        output: SampleShape(vec![units]),
        parameters: per_unit.saturating_mul(units),
        multiply_adds: (input.len() as u64).saturating_mul(units as u64),
        arithmetic: String::new(),
    }
}

/// `[channels, height, width]` of an image.
fn image(input: &SampleShape, what: &str, report: &mut Report<'_>) -> Option<[usize; 3]> {
    match input.0[..] {
        [channels, height, width] => Some([channels, height, width]),
        _ => {
            report.refuse(format!(
                "{what} needs an image (channels × height × width), but gets {input}. Put it \
                 before any Flatten or Dense layer, or choose images as data."
            ));
            None
        }
    }
}

fn conv_info(conv: &ConvSpec, input: &SampleShape, report: &mut Report<'_>) -> LayerInfo {
    check_start(conv.init, conv.bias.then_some(conv.bias_init), report);
    if conv.channels == 0 || conv.channels > MAX_UNITS {
        let channels = conv.channels;
        report.refuse(format!("A convolution takes 1 to {MAX_UNITS} channels, not {channels}."));
    }
    let Some([channels, height, width]) = image(input, "A convolution", report) else {
        return same(input, 0);
    };
    let groups = conv.groups.max(1);
    if conv.groups == 0 || !channels.is_multiple_of(groups) || !conv.channels.is_multiple_of(groups)
    {
        report.refuse(format!(
            "{} groups do not divide {channels} and {} channels.",
            conv.groups, conv.channels
        ));
    }
    if conv.padding == Padding::Same && conv.stride != [1, 1] {
        report.refuse("Padding “same” goes with stride 1 only, as in PyTorch. Type a padding.");
    }
    let mut sides = [0, 0];
    let mut words = Vec::new();
    for (axis, (side, from)) in sides.iter_mut().zip([height, width]).enumerate() {
        let window = Window {
            kernel: conv.kernel[axis],
            stride: conv.stride[axis],
            dilation: conv.dilation[axis],
            padding: conv.pads(axis),
            ceil: false,
        };
        *side = window.places(from, report);
        words.push(window.arithmetic(from, *side));
    }
    words.dedup();
    let per_kernel =
        (channels / groups).saturating_mul(conv.kernel[0]).saturating_mul(conv.kernel[1]);
    let parameters =
        per_kernel.saturating_add(usize::from(conv.bias)).saturating_mul(conv.channels);
    let output = SampleShape(vec![conv.channels, sides[0], sides[1]]);
    let multiply_adds = (per_kernel as u64).saturating_mul(output.len() as u64);
    let arithmetic = words.join(", ");
    LayerInfo { input: input.clone(), output, parameters, multiply_adds, arithmetic }
}

impl ConvSpec {
    /// Zeros before and after the values along an axis (0 for rows, 1 for columns).
    #[must_use]
    pub fn pads(&self, axis: usize) -> [usize; 2] {
        match self.padding {
            Padding::Valid => [0, 0],
            Padding::Of(both) => [both[axis]; 2],
            Padding::Same => {
                let total = self.dilation[axis].saturating_mul(self.kernel[axis].max(1) - 1);
                [total / 2, total - total / 2]
            }
        }
    }
}

/// A window that slides along one axis.
#[derive(Clone, Copy)]
struct Window {
    kernel: usize,
    stride: usize,
    dilation: usize,
    padding: [usize; 2],
    ceil: bool,
}

impl Window {
    /// How many places it takes along `side` values; at least 1, so that later layers can be
    /// shown.
    fn places(self, side: usize, report: &mut Report<'_>) -> usize {
        if self.kernel == 0 || self.stride == 0 || self.dilation == 0 {
            report.refuse("Kernel, stride and dilation are at least 1.");
            return side.max(1);
        }
        let reach = self.reach();
        let [before, after] = self.padding;
        if [reach, self.stride, before, after].into_iter().any(|length| length > MAX_WINDOW) {
            report.refuse(format!(
                "A window reaches over {MAX_WINDOW} values at most, moves by {MAX_WINDOW} at most, \
                 and {MAX_WINDOW} at most are added at an edge."
            ));
            return side.max(1);
        }
        let over = if self.ceil { self.stride - 1 } else { 0 };
        let Some(free) = self.padded(side).saturating_add(over).checked_sub(reach) else {
            report.refuse(format!(
                "A window of {reach} does not fit on {side} values with {} of padding.",
                before.saturating_add(after)
            ));
            return 1;
        };
        let places = (free / self.stride).saturating_add(1);
        // As in PyTorch, the last window must begin inside the image or its left padding.
        let last = (places - 1).saturating_mul(self.stride);
        let begins_outside = self.ceil && last >= side.saturating_add(self.padding[0]);
        (places - usize::from(begins_outside)).max(1)
    }

    /// From the first value that a window sees to the last.
    fn reach(self) -> usize {
        self.dilation.saturating_mul(self.kernel.max(1) - 1).saturating_add(1)
    }

    fn padded(self, side: usize) -> usize {
        side.saturating_add(self.padding[0]).saturating_add(self.padding[1])
    }

    /// `(32 − 5 + 2·0)/1 + 1 = 28`, as the course writes it.
    fn arithmetic(self, side: usize, places: usize) -> String {
        let Self { stride, padding: [before, after], .. } = self;
        let reach = self.reach();
        let pads = match before == after {
            true => format!("2·{before}"),
            false => before.saturating_add(after).to_string(),
        };
        let quotient = format!("({side} − {reach} + {pads})/{stride}");
        let floor = self.padded(side).checked_sub(reach).map(|free| (free, free / stride.max(1)));
        match floor {
            Some((free, _)) if stride > 0 && free % stride == 0 => {
                format!("{quotient} + 1 = {places}")
            }
            Some((_, floor)) if floor.saturating_add(1) == places => {
                format!("⌊{quotient}⌋ + 1 = {places}")
            }
            _ => format!("⌈{quotient}⌉ + 1 = {places}"),
        }
    }
}

fn pool_info(pool: PoolSpec, input: &SampleShape, report: &mut Report<'_>) -> LayerInfo {
    let Some([channels, height, width]) = image(input, "A pooling layer", report) else {
        return same(input, 0);
    };
    let mut sides = [0, 0];
    let mut words = Vec::new();
    for (axis, (side, from)) in sides.iter_mut().zip([height, width]).enumerate() {
        let padding = pool.padding[axis];
        if padding.saturating_mul(2) > pool.kernel[axis] {
            report.refuse("The padding of a pooling layer is at most half of its window.");
        }
        let window = Window {
            kernel: pool.kernel[axis],
            stride: pool.stride[axis],
            dilation: 1,
            padding: [padding; 2],
            ceil: pool.ceil,
        };
        *side = window.places(from, report);
        words.push(window.arithmetic(from, *side));
    }
    words.dedup();
    LayerInfo {
        input: input.clone(),
        output: SampleShape(vec![channels, sides[0], sides[1]]),
        arithmetic: words.join(", "),
        ..LayerInfo::default()
    }
}

fn global_info(input: &SampleShape, report: &mut Report<'_>) -> LayerInfo {
    match image(input, "Global average pooling", report) {
        Some([channels, ..]) => LayerInfo {
            input: input.clone(),
            output: SampleShape(vec![channels, 1, 1]),
            ..LayerInfo::default()
        },
        None => same(input, 0),
    }
}

fn batch_norm_info(norm: BatchNormSpec, input: &SampleShape, report: &mut Report<'_>) -> LayerInfo {
    if !(0.0..=1.0).contains(&norm.momentum.get()) {
        report.refuse(format!("The momentum lies in 0 to 1, not at {}.", norm.momentum));
    }
    check_epsilon(norm.epsilon.get(), report);
    let features = input.0.first().copied().unwrap_or_default();
    let values = input.len() as u64;
    let parameters = if norm.affine { features.saturating_mul(2) } else { 0 };
    LayerInfo { multiply_adds: values, ..same(input, parameters) }
}

fn layer_norm_info(norm: NormSpec, input: &SampleShape, report: &mut Report<'_>) -> LayerInfo {
    check_epsilon(norm.epsilon.get(), report);
    let parameters = if norm.affine { input.len().saturating_mul(2) } else { 0 };
    LayerInfo { multiply_adds: input.len() as u64, ..same(input, parameters) }
}

fn group_norm_info(
    groups: usize,
    norm: NormSpec,
    input: &SampleShape,
    report: &mut Report<'_>,
) -> LayerInfo {
    check_epsilon(norm.epsilon.get(), report);
    let channels = input.0.first().copied().unwrap_or_default();
    if groups == 0 || !channels.is_multiple_of(groups) {
        report.refuse(format!("{groups} groups do not divide {channels} channels."));
    }
    let parameters = if norm.affine { channels.saturating_mul(2) } else { 0 };
    LayerInfo { multiply_adds: input.len() as u64, ..same(input, parameters) }
}

fn check_epsilon(epsilon: f64, report: &mut Report<'_>) {
    if epsilon <= 0.0 {
        report.refuse(format!("ε is greater than 0, not {epsilon}: it keeps from dividing by 0."));
    }
}

fn skip_info(
    over: usize,
    input: &SampleShape,
    before: &[SampleShape],
    report: &mut Report<'_>,
) -> LayerInfo {
    if over == 0 || over > before.len() {
        report.refuse(format!(
            "A skip connection leads around 1 to {} layers here, not {over}.",
            before.len()
        ));
        return same(input, 0);
    }
    let from = &before[before.len() - over];
    if from != input {
        report.refuse(format!(
            "A skip connection adds {from} to {input}: both must have the same shape."
        ));
    }
    same(input, 0)
}

fn check_activation(
    activation: super::activation::Activation,
    input: &SampleShape,
    report: &mut Report<'_>,
) {
    use super::activation::Activation;

    match activation {
        Activation::LeakyRelu { slope } if !(0.0..1.0).contains(&slope.get()) => {
            report.refuse(format!("The slope of a leaky ReLU lies in 0 to 1, not at {slope}."));
        }
        Activation::Elu { alpha } if alpha.get() <= 0.0 => {
            report.refuse(format!("The α of an ELU is greater than 0, not {alpha}."));
        }
        rowwise if rowwise.is_rowwise() && !input.is_flat() => report.refuse(format!(
            "{} needs one row of values, but gets {input}. Add a Flatten layer before it.",
            rowwise.label()
        )),
        _ => {}
    }
}

/// Checks the distributions that weights and biases start from.
pub(super) fn check_start(init: Init, bias: Option<BiasInit>, report: &mut Report<'_>) {
    match init {
        Init::Normal { std, .. } if std.get() < 0.0 => negative_std(std.get(), report),
        Init::Uniform { low, high } if low > high => reversed(low.get(), high.get(), report),
        _ => {}
    }
    match bias {
        Some(BiasInit::Normal { std, .. }) if std.get() < 0.0 => negative_std(std.get(), report),
        Some(BiasInit::Uniform { low, high }) if low > high => {
            reversed(low.get(), high.get(), report);
        }
        _ => {}
    }
}

fn negative_std(std: f64, report: &mut Report<'_>) {
    report.refuse(format!("A standard deviation cannot be negative ({std})."));
}

fn reversed(low: f64, high: f64, report: &mut Report<'_>) {
    report.refuse(format!("The lower end {low} lies above the upper end {high}."));
}
