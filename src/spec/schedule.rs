use crate::base::Finite;

/// What becomes of the learning rate while training. Epochs count complete passes from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Schedule {
    /// It stays.
    #[default]
    Constant,
    /// After every so many epochs it is multiplied by γ: `StepLR`.
    Step {
        /// Epochs between two changes.
        every: u32,
        /// Factor.
        gamma: Finite,
    },
    /// After every epoch it is multiplied by γ: `ExponentialLR`.
    Exponential {
        /// Factor.
        gamma: Finite,
    },
    /// Half a cosine from its full value to a least share within so many epochs, and back:
    /// `CosineAnnealingLR`.
    Cosine {
        /// Epochs of half a period.
        epochs: u32,
        /// Least share of the learning rate.
        floor: Finite,
    },
    /// A cosine that begins anew after so many epochs: `CosineAnnealingWarmRestarts`.
    Restarts {
        /// Epochs of a period.
        epochs: u32,
        /// Least share of the learning rate.
        floor: Finite,
    },
    /// Falls to zero within so many epochs as a power of what is left: `PolynomialLR`.
    Polynomial {
        /// Epochs until zero.
        epochs: u32,
        /// Power; 1 for a straight line.
        power: Finite,
    },
    /// Multiplied by a factor when the loss has not become smaller for more than so many epochs:
    /// `ReduceLROnPlateau` with its relative threshold of 1e-4. The loss is that of the
    /// validation part where there is one, else of the training part.
    Plateau {
        /// Factor.
        factor: Finite,
        /// Epochs without a smaller loss that are borne.
        patience: u32,
    },
    /// Rises from a share of its value to the full value and falls to almost nothing, within so
    /// many epochs and with every update: `OneCycleLR` (with `cycle_momentum=False`).
    OneCycle {
        /// Epochs of the whole cycle.
        epochs: u32,
        /// Share of the updates that rise.
        rise: Finite,
    },
}

impl Schedule {
    /// All kinds with their usual settings, in the order they are offered.
    pub const ALL: [Self; 8] = [
        Self::Constant,
        Self::Step { every: 10, gamma: Finite::lit(0.1) },
        Self::Exponential { gamma: Finite::lit(0.95) },
        Self::Cosine { epochs: 50, floor: Finite::ZERO },
        Self::Restarts { epochs: 10, floor: Finite::ZERO },
        Self::Polynomial { epochs: 50, power: Finite::ONE },
        Self::Plateau { factor: Finite::lit(0.1), patience: 10 },
        Self::OneCycle { epochs: 20, rise: Finite::lit(0.3) },
    ];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Constant => "Constant",
            Self::Step { .. } => "Step",
            Self::Exponential { .. } => "Exponential",
            Self::Cosine { .. } => "Cosine",
            Self::Restarts { .. } => "Cosine with restarts",
            Self::Polynomial { .. } => "Polynomial",
            Self::Plateau { .. } => "Reduce on plateau",
            Self::OneCycle { .. } => "One cycle",
        }
    }
}
