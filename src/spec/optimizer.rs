use crate::base::Finite;

/// How parameters are updated from their gradients `g`, with PyTorch's formulas; `t` counts
/// updates from 1. `weight_decay` is a setting of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Optimizer {
    /// `b ← μb + (1−d)g` (`b = g` at first); `p ← p − lr·b`, with Nesterov `p − lr·(g + μb)`
    Sgd {
        /// μ; 0 gives plain gradient descent.
        momentum: Finite,
        /// d
        dampening: Finite,
        /// Whether the step looks ahead.
        nesterov: bool,
    },
    /// `v ← αv + (1−α)g²; p ← p − lr·g/(√v + ε)`; centred: `√(v − ḡ²)` with the mean gradient ḡ;
    /// with momentum the quotient goes through `b ← μb + …`
    RmsProp {
        /// Decay of the mean square.
        alpha: Finite,
        /// Added to the root.
        epsilon: Finite,
        /// μ
        momentum: Finite,
        /// Whether the variance takes the place of the mean square.
        centred: bool,
    },
    /// `s ← s + g²; p ← p − lr/(1 + (t−1)·decay)·g/(√s + ε)`
    Adagrad {
        /// Decay of the learning rate.
        decay: Finite,
        /// Sum of squares at the start.
        initial: Finite,
        /// Added to the root.
        epsilon: Finite,
    },
    /// `v ← ρv + (1−ρ)g²; d = g·√(u+ε)/√(v+ε); u ← ρu + (1−ρ)d²; p ← p − lr·d`
    Adadelta {
        /// Decay of both mean squares.
        rho: Finite,
        /// Added under the roots.
        epsilon: Finite,
    },
    /// Adam with bias correction; ε is added after the correction of the root.
    Adam(AdamSpec),
    /// Adam whose weight decay shrinks the parameters instead of changing the gradient.
    AdamW(AdamSpec),
    /// Adam with the largest of the decayed gradients in place of the mean square.
    Adamax {
        /// Decay of the mean.
        beta1: Finite,
        /// Decay of the maximum.
        beta2: Finite,
        /// Added to the magnitude.
        epsilon: Finite,
    },
    /// Adam with Nesterov momentum.
    NAdam {
        /// Decay of the mean.
        beta1: Finite,
        /// Decay of the mean square.
        beta2: Finite,
        /// Added to the root.
        epsilon: Finite,
        /// Decay of the momentum.
        momentum_decay: Finite,
    },
    /// Adam that waits with its adaptive step until the mean square is reliable.
    RAdam {
        /// Decay of the mean.
        beta1: Finite,
        /// Decay of the mean square.
        beta2: Finite,
        /// Added to the root.
        epsilon: Finite,
    },
    /// Only the sign of the gradient counts: each parameter has a step size that grows while the
    /// sign stays and shrinks when it turns. For full batches. The learning rate is the first step
    /// size; a schedule has no effect on later ones.
    Rprop {
        /// Factor when the sign turns.
        shrink: Finite,
        /// Factor while it stays.
        grow: Finite,
        /// Smallest step size.
        min_step: Finite,
        /// Largest step size.
        max_step: Finite,
    },
}

/// Constants of Adam and AdamW.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AdamSpec {
    /// Decay of the mean.
    pub beta1: Finite,
    /// Decay of the mean square.
    pub beta2: Finite,
    /// Added to the root.
    pub epsilon: Finite,
    /// Whether the largest mean square so far takes the place of the present one.
    pub amsgrad: bool,
}

impl AdamSpec {
    /// PyTorch's defaults.
    pub const USUAL: Self =
        Self { beta1: BETA1, beta2: BETA2, epsilon: Finite::lit(1e-8), amsgrad: false };
}

const BETA1: Finite = Finite::lit(0.9);
const BETA2: Finite = Finite::lit(0.999);
const EPSILON: Finite = Finite::lit(1e-8);

impl Optimizer {
    /// Plain gradient descent.
    pub const SGD: Self = Self::sgd(Finite::ZERO);
    /// PyTorch's defaults for RMSprop.
    pub const RMSPROP: Self = Self::RmsProp {
        alpha: Finite::lit(0.99),
        epsilon: EPSILON,
        momentum: Finite::ZERO,
        centred: false,
    };
    /// PyTorch's defaults for Adam.
    pub const ADAM: Self = Self::Adam(AdamSpec::USUAL);
    /// All optimizers with PyTorch's defaults, in the order they are offered.
    pub const ALL: [Self; 10] = [
        Self::SGD,
        Self::ADAM,
        Self::AdamW(AdamSpec::USUAL),
        Self::RMSPROP,
        Self::Adagrad { decay: Finite::ZERO, initial: Finite::ZERO, epsilon: Finite::lit(1e-10) },
        Self::NAdam {
            beta1: BETA1,
            beta2: BETA2,
            epsilon: EPSILON,
            momentum_decay: Finite::lit(0.004),
        },
        Self::RAdam { beta1: BETA1, beta2: BETA2, epsilon: EPSILON },
        Self::Adamax { beta1: BETA1, beta2: BETA2, epsilon: EPSILON },
        Self::Adadelta { rho: Finite::lit(0.9), epsilon: Finite::lit(1e-6) },
        Self::Rprop {
            shrink: Finite::lit(0.5),
            grow: Finite::lit(1.2),
            min_step: Finite::lit(1e-6),
            max_step: Finite::lit(50.0),
        },
    ];

    /// Gradient descent with momentum.
    #[must_use]
    pub const fn sgd(momentum: Finite) -> Self {
        Self::Sgd { momentum, dampening: Finite::ZERO, nesterov: false }
    }

    /// What is added to denominators; 0 where nothing is.
    #[must_use]
    pub fn epsilon(self) -> Finite {
        match self {
            Self::Sgd { .. } | Self::Rprop { .. } => Finite::ZERO,
            Self::RmsProp { epsilon, .. }
            | Self::Adagrad { epsilon, .. }
            | Self::Adadelta { epsilon, .. }
            | Self::Adam(AdamSpec { epsilon, .. })
            | Self::AdamW(AdamSpec { epsilon, .. })
            | Self::Adamax { epsilon, .. }
            | Self::NAdam { epsilon, .. }
            | Self::RAdam { epsilon, .. } => epsilon,
        }
    }

    /// What makes no sense about its settings, in sentences.
    #[must_use]
    pub fn complaints(self) -> Vec<String> {
        let mut complaints = self.decays().into_iter().filter_map(check_decay).collect();
        if self.epsilon().get() < 0.0 {
            push(&mut complaints, format!("ε cannot be negative ({}).", self.epsilon()));
        }
        match self {
            Self::Sgd { momentum, dampening, nesterov } => {
                check_momentum(momentum, dampening, nesterov, &mut complaints);
            }
            Self::Adagrad { decay, initial, .. } => {
                check_sign("decay of the learning rate", decay, &mut complaints);
                check_sign("sum of squares at the start", initial, &mut complaints);
            }
            Self::NAdam { momentum_decay, .. } => {
                check_sign("decay of the momentum", momentum_decay, &mut complaints);
            }
            Self::Rprop { shrink, grow, min_step, max_step } => {
                check_sizes([shrink, grow], [min_step, max_step], &mut complaints);
            }
            _ => {}
        }
        complaints
    }

    /// Constants that lie between 0 and 1, under their names.
    fn decays(self) -> Vec<(&'static str, Finite)> {
        match self {
            Self::Sgd { momentum, .. } => vec![("The momentum", momentum)],
            Self::RmsProp { alpha, momentum, .. } => {
                vec![("α", alpha), ("The momentum", momentum)]
            }
            Self::Adam(AdamSpec { beta1, beta2, .. })
            | Self::AdamW(AdamSpec { beta1, beta2, .. })
            | Self::Adamax { beta1, beta2, .. }
            | Self::NAdam { beta1, beta2, .. }
            | Self::RAdam { beta1, beta2, .. } => vec![("β₁", beta1), ("β₂", beta2)],
            Self::Adadelta { rho, .. } => vec![("ρ", rho)],
            Self::Adagrad { .. } | Self::Rprop { .. } => Vec::new(),
        }
    }

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Sgd { .. } => "SGD",
            Self::RmsProp { .. } => "RMSprop",
            Self::Adagrad { .. } => "Adagrad",
            Self::Adadelta { .. } => "Adadelta",
            Self::Adam(_) => "Adam",
            Self::AdamW(_) => "AdamW",
            Self::Adamax { .. } => "Adamax",
            Self::NAdam { .. } => "NAdam",
            Self::RAdam { .. } => "RAdam",
            Self::Rprop { .. } => "Rprop",
        }
    }
}

fn push(complaints: &mut Vec<String>, complaint: impl Into<String>) {
    complaints.push(complaint.into());
}

fn check_decay((name, value): (&str, Finite)) -> Option<String> {
    let is_share = (0.0..1.0).contains(&value.get());
    (!is_share).then(|| format!("{name} lies in 0 to 1 (1 excluded), not at {value}."))
}

fn check_sign(name: &str, value: Finite, complaints: &mut Vec<String>) {
    if value.get() < 0.0 {
        push(complaints, format!("The {name} cannot be negative ({value})."));
    }
}

fn check_momentum(
    momentum: Finite,
    dampening: Finite,
    nesterov: bool,
    complaints: &mut Vec<String>,
) {
    if !(0.0..=1.0).contains(&dampening.get()) {
        push(complaints, format!("The dampening lies in 0 to 1, not at {dampening}."));
    }
    if nesterov && (momentum.get() <= 0.0 || dampening != Finite::ZERO) {
        push(complaints, "Nesterov's step takes a momentum above 0 and no dampening.");
    }
}

fn check_sizes(
    [shrink, grow]: [Finite; 2],
    [least, most]: [Finite; 2],
    complaints: &mut Vec<String>,
) {
    if shrink.get() <= 0.0 || shrink.get() >= 1.0 {
        push(
            complaints,
            format!("The factor when the sign turns lies between 0 and 1, not at {shrink}."),
        );
    }
    if grow.get() <= 1.0 {
        push(complaints, format!("The factor while the sign stays is above 1, not {grow}."));
    }
    if least.get() < 0.0 || least > most {
        push(
            complaints,
            format!(
                "The smallest step size is at least 0 and at most the largest, not {least} and \
                 {most}."
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_settings_make_sense() {
        for optimizer in Optimizer::ALL {
            assert_eq!(optimizer.complaints(), [""; 0], "{optimizer:?}");
        }
    }

    #[test]
    fn every_setting_out_of_range_is_named() {
        let [two, minus] = [Finite::lit(2.0), Finite::lit(-1.0)];
        let (one, zero) = (Finite::ONE, Finite::ZERO);
        let spec = AdamSpec { beta1: one, beta2: minus, epsilon: minus, amsgrad: false };
        for (optimizer, words) in [
            (Optimizer::sgd(one), &["momentum"][..]),
            (Optimizer::Sgd { momentum: zero, dampening: two, nesterov: false }, &["dampening"]),
            (Optimizer::Sgd { momentum: zero, dampening: zero, nesterov: true }, &["Nesterov"]),
            (
                Optimizer::RmsProp { alpha: one, epsilon: zero, momentum: two, centred: true },
                &["α", "momentum"],
            ),
            (Optimizer::AdamW(spec), &["β₁", "β₂", "ε"]),
            (
                Optimizer::Adagrad { decay: minus, initial: minus, epsilon: zero },
                &["learning rate", "squares"],
            ),
            (Optimizer::Adadelta { rho: one, epsilon: zero }, &["ρ"]),
            (
                Optimizer::NAdam { beta1: zero, beta2: zero, epsilon: zero, momentum_decay: minus },
                &["momentum"],
            ),
            (
                Optimizer::Rprop { shrink: one, grow: one, min_step: two, max_step: one },
                &["turns", "stays", "smallest"],
            ),
        ] {
            let found = optimizer.complaints();
            assert_eq!(found.len(), words.len(), "{found:?}");
            for (complaint, word) in found.iter().zip(words) {
                assert!(complaint.contains(word), "{complaint}");
            }
        }
    }
}
