//! The settings of each kind under their keys, in the order they are written. Files are read and
//! written through the same lists, so that no setting can be read and not written.

use crate::base::Finite;
use crate::spec::{
    Activation, AdamSpec, BatchNormSpec, ConvSpec, DenseSpec, LayerKind, Loss, NormSpec, Optimizer,
    Padding, PoolSpec, Schedule,
};

/// A setting, to be read or changed.
pub(super) enum Constant<'a> {
    Number(&'a mut Finite),
    Flag(&'a mut bool),
    /// Epochs.
    Count(&'a mut u32),
    /// Units, channels, groups.
    Size(&'a mut usize),
    /// Rows and columns: one number where both are equal.
    Pair(&'a mut [usize; 2]),
    /// A word, or rows and columns.
    Padding(&'a mut Padding),
}

use Constant::{Count, Flag, Number, Pair, Size};

/// Settings under their keys.
pub(super) type Constants<'a> = Vec<(&'static str, Constant<'a>)>;

/// Settings of a layer, without those of how it starts. Where the first has the word of the kind
/// for its key, it says what kind it is, too: `{ dense = 100 }`.
pub(super) fn layer(kind: &mut LayerKind) -> Constants<'_> {
    match kind {
        LayerKind::Dense(DenseSpec { units, bias, .. }) => {
            vec![("dense", Size(units)), ("bias", Flag(bias))]
        }
        LayerKind::Conv2d(spec) => conv(spec),
        LayerKind::MaxPool2d(spec) => pool("max-pool", spec),
        LayerKind::AvgPool2d { pool: spec, count_padding } => {
            let mut settings = pool("avg-pool", spec);
            settings.push(("count-padding", Flag(count_padding)));
            settings
        }
        LayerKind::BatchNorm(BatchNormSpec { momentum, epsilon, affine }) => vec![
            ("momentum", Number(momentum)),
            ("epsilon", Number(epsilon)),
            ("affine", Flag(affine)),
        ],
        LayerKind::LayerNorm(spec) => norm(spec),
        LayerKind::GroupNorm { groups, norm: spec } => {
            let mut settings = vec![("group-norm", Size(groups))];
            settings.extend(norm(spec));
            settings
        }
        LayerKind::Dropout { p } => vec![("dropout", Number(p))],
        LayerKind::Skip { over } => vec![("skip", Size(over))],
        LayerKind::Activation(function) => activation(function),
        LayerKind::GlobalAvgPool | LayerKind::Flatten => Vec::new(),
    }
}

fn conv(spec: &mut ConvSpec) -> Constants<'_> {
    let ConvSpec { channels, kernel, stride, padding, dilation, groups, bias, .. } = spec;
    vec![
        ("conv", Size(channels)),
        ("kernel", Pair(kernel)),
        ("stride", Pair(stride)),
        ("padding", Constant::Padding(padding)),
        ("dilation", Pair(dilation)),
        ("groups", Size(groups)),
        ("bias", Flag(bias)),
    ]
}

fn pool<'a>(word: &'static str, spec: &'a mut PoolSpec) -> Constants<'a> {
    let PoolSpec { kernel, stride, padding, ceil } = spec;
    vec![
        (word, Pair(kernel)),
        ("stride", Pair(stride)),
        ("padding", Pair(padding)),
        ("ceil", Flag(ceil)),
    ]
}

fn norm(NormSpec { epsilon, affine }: &mut NormSpec) -> Constants<'_> {
    vec![("epsilon", Number(epsilon)), ("affine", Flag(affine))]
}

fn activation(function: &mut Activation) -> Constants<'_> {
    match function {
        Activation::LeakyRelu { slope } => vec![("leaky-relu", Number(slope))],
        Activation::Elu { alpha } => vec![("elu", Number(alpha))],
        _ => Vec::new(),
    }
}

/// The settings of a layer that are always written and must stand in a file.
pub(super) fn required(kind: &LayerKind) -> &'static [&'static str] {
    match kind {
        LayerKind::Dense(_) => &["dense"],
        LayerKind::Conv2d(_) => &["conv", "kernel"],
        LayerKind::MaxPool2d(_) => &["max-pool"],
        LayerKind::AvgPool2d { .. } => &["avg-pool"],
        LayerKind::GroupNorm { .. } => &["group-norm"],
        LayerKind::Dropout { .. } => &["dropout"],
        LayerKind::Skip { .. } => &["skip"],
        LayerKind::Activation(Activation::LeakyRelu { .. }) => &["leaky-relu"],
        LayerKind::Activation(Activation::Elu { .. }) => &["elu"],
        LayerKind::GlobalAvgPool
        | LayerKind::BatchNorm(_)
        | LayerKind::LayerNorm(_)
        | LayerKind::Flatten
        | LayerKind::Activation(_) => &[],
    }
}

/// A layer with the required settings of `kind` and usual others.
pub(super) fn plain(kind: &LayerKind) -> LayerKind {
    match kind {
        LayerKind::Dense(spec) => LayerKind::Dense(DenseSpec::new(spec.units)),
        LayerKind::Conv2d(spec) => {
            let usual = ConvSpec::new(spec.channels, 1);
            LayerKind::Conv2d(ConvSpec { kernel: spec.kernel, ..usual })
        }
        LayerKind::MaxPool2d(spec) => LayerKind::MaxPool2d(plain_pool(*spec)),
        LayerKind::AvgPool2d { pool, .. } => {
            LayerKind::AvgPool2d { pool: plain_pool(*pool), count_padding: true }
        }
        LayerKind::BatchNorm(_) => LayerKind::BatchNorm(BatchNormSpec::default()),
        LayerKind::LayerNorm(_) => LayerKind::LayerNorm(NormSpec::default()),
        LayerKind::GroupNorm { groups, .. } => {
            LayerKind::GroupNorm { groups: *groups, norm: NormSpec::default() }
        }
        LayerKind::GlobalAvgPool
        | LayerKind::Dropout { .. }
        | LayerKind::Flatten
        | LayerKind::Activation(_)
        | LayerKind::Skip { .. } => kind.clone(),
    }
}

/// Windows side by side.
fn plain_pool(PoolSpec { kernel, .. }: PoolSpec) -> PoolSpec {
    PoolSpec { kernel, stride: kernel, ..PoolSpec::new(1) }
}

pub(super) fn loss(loss: &mut Loss) -> Constants<'_> {
    match loss {
        Loss::CrossEntropy { smoothing } => vec![("smoothing", Number(smoothing))],
        Loss::Huber { delta } => vec![("delta", Number(delta))],
        Loss::SmoothL1 { beta } => vec![("beta", Number(beta))],
        Loss::BinaryCrossEntropy
        | Loss::BinaryFromProbability
        | Loss::Nll
        | Loss::Mse
        | Loss::HalfSquared
        | Loss::Mae
        | Loss::Hinge
        | Loss::Perceptron => Vec::new(),
    }
}

pub(super) fn optimizer(optimizer: &mut Optimizer) -> Constants<'_> {
    match optimizer {
        Optimizer::Sgd { momentum, dampening, nesterov } => vec![
            ("momentum", Number(momentum)),
            ("dampening", Number(dampening)),
            ("nesterov", Flag(nesterov)),
        ],
        Optimizer::RmsProp { alpha, epsilon, momentum, centred } => vec![
            ("alpha", Number(alpha)),
            ("epsilon", Number(epsilon)),
            ("momentum", Number(momentum)),
            ("centred", Flag(centred)),
        ],
        Optimizer::Adagrad { decay, initial, epsilon } => vec![
            ("decay", Number(decay)),
            ("initial", Number(initial)),
            ("epsilon", Number(epsilon)),
        ],
        Optimizer::Adadelta { rho, epsilon } => {
            vec![("rho", Number(rho)), ("epsilon", Number(epsilon))]
        }
        Optimizer::Adam(AdamSpec { beta1, beta2, epsilon, amsgrad })
        | Optimizer::AdamW(AdamSpec { beta1, beta2, epsilon, amsgrad }) => {
            let mut settings = adaptive(beta1, beta2, epsilon);
            settings.push(("amsgrad", Flag(amsgrad)));
            settings
        }
        Optimizer::Adamax { beta1, beta2, epsilon }
        | Optimizer::RAdam { beta1, beta2, epsilon } => adaptive(beta1, beta2, epsilon),
        Optimizer::NAdam { beta1, beta2, epsilon, momentum_decay } => {
            let mut settings = adaptive(beta1, beta2, epsilon);
            settings.push(("momentum-decay", Number(momentum_decay)));
            settings
        }
        Optimizer::Rprop { shrink, grow, min_step, max_step } => vec![
            ("shrink", Number(shrink)),
            ("grow", Number(grow)),
            ("min-step", Number(min_step)),
            ("max-step", Number(max_step)),
        ],
    }
}

fn adaptive<'a>(
    beta1: &'a mut Finite,
    beta2: &'a mut Finite,
    epsilon: &'a mut Finite,
) -> Constants<'a> {
    vec![("beta1", Number(beta1)), ("beta2", Number(beta2)), ("epsilon", Number(epsilon))]
}

pub(super) fn schedule(schedule: &mut Schedule) -> Constants<'_> {
    match schedule {
        Schedule::Constant => Vec::new(),
        Schedule::Step { every, gamma } => {
            vec![("every", Count(every)), ("gamma", Number(gamma))]
        }
        Schedule::Exponential { gamma } => vec![("gamma", Number(gamma))],
        Schedule::Cosine { epochs, floor } | Schedule::Restarts { epochs, floor } => {
            vec![("epochs", Count(epochs)), ("floor", Number(floor))]
        }
        Schedule::Polynomial { epochs, power } => {
            vec![("epochs", Count(epochs)), ("power", Number(power))]
        }
        Schedule::Plateau { factor, patience } => {
            vec![("factor", Number(factor)), ("patience", Count(patience))]
        }
        Schedule::OneCycle { epochs, rise } => {
            vec![("epochs", Count(epochs)), ("rise", Number(rise))]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::words;

    #[test]
    fn what_is_required_is_a_setting_and_the_first_has_the_word_of_the_kind() {
        let functions = Activation::ALL.map(LayerKind::Activation);
        for mut kind in LayerKind::usual().into_iter().chain(functions) {
            let required = required(&kind);
            if let Some(first) = required.first() {
                assert_eq!(*first, words::layer(&kind));
            }
            let keys: Vec<&str> = layer(&mut kind).iter().map(|setting| setting.0).collect();
            assert!(keys.starts_with(required), "{keys:?}");
        }
    }

    #[test]
    fn usual_layers_are_plain() {
        for kind in LayerKind::usual() {
            assert_eq!(plain(&kind), kind);
        }
    }
}
