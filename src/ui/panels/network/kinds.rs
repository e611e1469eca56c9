//! The settings of each kind of layer: what stands in the first line of its card, what in the
//! lines below, and what only when more is asked for.

use egui::Ui;

use crate::spec::{BatchNormSpec, ConvSpec, DenseSpec, LayerKind, NormSpec, Padding, PoolSpec};
use crate::ui::fields::{self, Real};

use super::form::Form;
use super::starts::{self, Start, unusual};
use super::{Room, card};

/// Most units or channels that can be typed; the check refuses more.
const MAX_UNITS: usize = 65_536;
/// Largest kernel, stride, padding or dilation that can be typed.
const MAX_SIDE: usize = 1024;
/// Most layers that a connection leads around.
const MAX_OVER: usize = 64;
/// Width of the list of paddings.
const PADDING: f32 = 78.0;

/// The name of a layer, and what has room beside it.
pub fn head(ui: &mut Ui, form: &Form<'_>, kind: &mut LayerKind) {
    match kind {
        LayerKind::Activation(activation) => starts::function(ui, form, "", activation),
        _ => card::kind(ui, kind.label()),
    }
    if stands_in_head(kind, form.room) {
        numbers(ui, form, kind);
    }
}

/// Whether the few numbers of a layer have room beside its name.
fn stands_in_head(kind: &LayerKind, room: Room) -> bool {
    match kind {
        LayerKind::MaxPool2d(_) | LayerKind::AvgPool2d { .. } => room == Room::Wide,
        LayerKind::GroupNorm { .. } | LayerKind::Skip { .. } | LayerKind::Activation(_) => {
            room != Room::Tiny
        }
        _ => true,
    }
}

/// The few numbers that say most of a layer.
fn numbers(ui: &mut Ui, form: &Form<'_>, kind: &mut LayerKind) {
    match kind {
        LayerKind::Dense(dense) => counted(ui, form, "units", &mut dense.units),
        LayerKind::Conv2d(conv) => counted(ui, form, "channels", &mut conv.channels),
        LayerKind::MaxPool2d(pool) | LayerKind::AvgPool2d { pool, .. } => windows(ui, form, pool),
        LayerKind::GroupNorm { groups, .. } => {
            let help = "Groups of channels that are brought to mean 0 and variance 1 together";
            form.whole(ui, "groups", help, groups, 1..=MAX_UNITS);
        }
        LayerKind::Dropout { p } => {
            let help = "Probability that a value is set to zero while training";
            form.real(ui, "p", help, p, Real::linear(0.0..=0.99, 0.05));
        }
        LayerKind::Skip { over } => {
            form.whole(ui, "over", "How many layers it leads around", over, 1..=MAX_OVER);
            form.unit(ui, if *over == 1 { "layer" } else { "layers" });
        }
        LayerKind::Activation(activation) => starts::constant(ui, form, activation),
        LayerKind::GlobalAvgPool
        | LayerKind::BatchNorm(_)
        | LayerKind::LayerNorm(_)
        | LayerKind::Flatten => {}
    }
}

fn counted(ui: &mut Ui, form: &Form<'_>, what: &str, now: &mut usize) {
    let edited = fields::whole(ui, form.theme, &form.name(what), *now, 1..=MAX_UNITS);
    *now = edited.unwrap_or(*now);
    form.unit(ui, what);
}

/// What stands below the first line, whether more is asked for or not.
pub fn body(ui: &mut Ui, form: &Form<'_>, kind: &mut LayerKind) {
    if !stands_in_head(kind, form.room) {
        fields::flow(ui, |ui| numbers(ui, form, kind));
    }
    match kind {
        LayerKind::Dense(dense) => start_of_dense(ui, form, dense),
        LayerKind::Conv2d(conv) => convolution(ui, form, conv),
        _ => {}
    }
}

/// Whether there is anything below the first line.
pub fn has_body(kind: &LayerKind, room: Room) -> bool {
    match kind {
        LayerKind::Dense(_) | LayerKind::Conv2d(_) => true,
        LayerKind::Activation(activation) => {
            starts::has_constant(*activation) && !stands_in_head(kind, room)
        }
        _ => !stands_in_head(kind, room),
    }
}

fn start_of_dense(ui: &mut Ui, form: &Form<'_>, dense: &mut DenseSpec) {
    let DenseSpec { bias, init, bias_init, .. } = *dense;
    let mut start = Start { weights: init, has_bias: bias, biases: bias_init };
    start.show(ui, form);
    let Start { weights, has_bias, biases } = start;
    (dense.init, dense.bias, dense.bias_init) = (weights, has_bias, biases);
}

fn convolution(ui: &mut Ui, form: &Form<'_>, conv: &mut ConvSpec) {
    fields::flow(ui, |ui| {
        form.pair(ui, "kernel", "Size of the kernels", &mut conv.kernel, 1..=MAX_SIDE);
        let help = "Step from one place of the kernel to the next";
        form.pair(ui, "stride", help, &mut conv.stride, 1..=MAX_SIDE);
        padding(ui, form, &mut conv.padding);
    });
    let mut start = Start { weights: conv.init, has_bias: conv.bias, biases: conv.bias_init };
    start.show(ui, form);
    let Start { weights, has_bias, biases } = start;
    (conv.init, conv.bias, conv.bias_init) = (weights, has_bias, biases);
}

fn padding(ui: &mut Ui, form: &Form<'_>, now: &mut Padding) {
    let help = "Zeros beyond the edges";
    let list = (padding_label(*now), PADDING);
    let chosen = form.list(ui, "padding", help, list, |ui| paddings(ui, *now));
    if let Padding::Of(sides) = now {
        fields::item(ui, form.theme, "", "", 52.0, |ui| {
            let name = form.name("zeros");
            let field = crate::ui::widgets::PairField::new(&name, *sides).range(0..=MAX_SIDE);
            let field = field.tip("Zeros at both ends: 1, or 1×2 for rows × columns");
            *sides = field.show(ui, form.theme).unwrap_or(*sides);
        });
    }
    *now = chosen.unwrap_or(*now);
}

fn padding_label(padding: Padding) -> &'static str {
    match padding {
        Padding::Valid => "valid",
        Padding::Same => "same",
        Padding::Of(_) => "zeros",
    }
}

fn paddings(ui: &mut Ui, now: Padding) -> Option<Padding> {
    let help = |padding| match padding {
        Padding::Valid => "none: kernels stay inside the image",
        Padding::Same => "as many zeros as keep the size, with stride 1",
        Padding::Of(_) => "so many zeros at both ends",
    };
    let all = [Padding::Valid, Padding::Same, Padding::Of([1, 1])];
    super::form::kinds(ui, &all, now, padding_label, help)
}

/// Size and stride of windows. While both are equal, a new size brings its stride along.
fn windows(ui: &mut Ui, form: &Form<'_>, pool: &mut PoolSpec) {
    let side_by_side = pool.stride == pool.kernel;
    let before = pool.kernel;
    form.pair(ui, "size", "Size of a window", &mut pool.kernel, 1..=MAX_SIDE);
    if side_by_side && pool.kernel != before {
        pool.stride = pool.kernel;
    }
    let help = "Step from one window to the next; equal to the size, windows stand side by side";
    form.pair(ui, "stride", help, &mut pool.stride, 1..=MAX_SIDE);
}

/// What is seldom needed.
pub fn more(ui: &mut Ui, form: &Form<'_>, kind: &mut LayerKind) {
    match kind {
        LayerKind::Conv2d(conv) => {
            let help = "Distance between neighbouring values that a kernel sees";
            form.pair(ui, "dilation", help, &mut conv.dilation, 1..=MAX_SIDE);
            let help = "Groups of channels that do not see each other";
            form.whole(ui, "groups", help, &mut conv.groups, 1..=MAX_UNITS);
        }
        LayerKind::MaxPool2d(pool) => pooling(ui, form, pool),
        LayerKind::AvgPool2d { pool, count_padding } => {
            pooling(ui, form, pool);
            let help = "Whether padding counts as zeros of the mean, as PyTorch does";
            form.tick(ui, "count padding", help, count_padding);
        }
        LayerKind::BatchNorm(norm) => batch_norm(ui, form, norm),
        LayerKind::LayerNorm(norm) | LayerKind::GroupNorm { norm, .. } => {
            let NormSpec { epsilon, affine } = norm;
            small(ui, form, epsilon);
            learnt(ui, form, affine);
        }
        LayerKind::Dense(_)
        | LayerKind::GlobalAvgPool
        | LayerKind::Dropout { .. }
        | LayerKind::Flatten
        | LayerKind::Activation(_)
        | LayerKind::Skip { .. } => {}
    }
}

fn pooling(ui: &mut Ui, form: &Form<'_>, pool: &mut PoolSpec) {
    let help = "Padding at both ends, at most half a window";
    form.pair(ui, "padding", help, &mut pool.padding, 0..=MAX_SIDE);
    let help = "Whether a window may reach over the end, so that no value is left out (ceil_mode)";
    form.tick(ui, "round up", help, &mut pool.ceil);
}

fn batch_norm(ui: &mut Ui, form: &Form<'_>, norm: &mut BatchNormSpec) {
    let help = "Weight of the newest batch in the running mean and variance";
    form.real(ui, "momentum", help, &mut norm.momentum, Real::linear(0.0..=1.0, 0.01));
    small(ui, form, &mut norm.epsilon);
    learnt(ui, form, &mut norm.affine);
}

fn small(ui: &mut Ui, form: &Form<'_>, epsilon: &mut crate::base::Finite) {
    let help = "Added to the variance under the root, so that nothing is divided by 0";
    form.constant(ui, ["ε", "epsilon"], help, epsilon, Real::ratio(1e-12..=1.0, 1e-12));
}

fn learnt(ui: &mut Ui, form: &Form<'_>, affine: &mut bool) {
    form.tick(ui, "affine", "Whether a weight and a bias are learnt for each feature", affine);
}

/// Settings that only stand where more is asked for and are not as usual, so that a card hides
/// nothing that matters.
pub fn hidden(kind: &LayerKind) -> Vec<String> {
    let mut words = Vec::new();
    match kind {
        LayerKind::Conv2d(conv) => {
            if conv.dilation != [1, 1] {
                words.push(format!("dilation {}", sides(conv.dilation)));
            }
            if conv.groups != 1 {
                words.push(format!("{} groups", conv.groups));
            }
        }
        LayerKind::MaxPool2d(pool) => hidden_pool(&mut words, *pool),
        LayerKind::AvgPool2d { pool, count_padding } => {
            hidden_pool(&mut words, *pool);
            if !count_padding {
                words.push("padding does not count".into());
            }
        }
        LayerKind::BatchNorm(BatchNormSpec { momentum, epsilon, affine }) => {
            unusual(&mut words, "momentum", *momentum, 0.1);
            hidden_norm(&mut words, NormSpec { epsilon: *epsilon, affine: *affine });
        }
        LayerKind::LayerNorm(norm) | LayerKind::GroupNorm { norm, .. } => {
            hidden_norm(&mut words, *norm);
        }
        _ => {}
    }
    words
}

fn hidden_pool(words: &mut Vec<String>, pool: PoolSpec) {
    if pool.padding != [0, 0] {
        words.push(format!("padding {}", sides(pool.padding)));
    }
    if pool.ceil {
        words.push("rounded up".into());
    }
}

fn hidden_norm(words: &mut Vec<String>, norm: NormSpec) {
    unusual(words, "ε", norm.epsilon, 1e-5);
    if !norm.affine {
        words.push("not affine".into());
    }
}

fn sides([rows, columns]: [usize; 2]) -> String {
    if rows == columns { rows.to_string() } else { format!("{rows}×{columns}") }
}

/// Whether a layer of this kind can have anything to learn.
pub fn can_learn(kind: &LayerKind) -> bool {
    match kind {
        LayerKind::Dense(_)
        | LayerKind::Conv2d(_)
        | LayerKind::BatchNorm(_)
        | LayerKind::LayerNorm(_)
        | LayerKind::GroupNorm { .. } => true,
        LayerKind::MaxPool2d(_)
        | LayerKind::AvgPool2d { .. }
        | LayerKind::GlobalAvgPool
        | LayerKind::Dropout { .. }
        | LayerKind::Flatten
        | LayerKind::Activation(_)
        | LayerKind::Skip { .. } => false,
    }
}
