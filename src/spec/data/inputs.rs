use crate::base::Finite;

/// How features are scaled, always fitted on the training part alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scaling {
    /// As they come (pixels in 0 to 1).
    #[default]
    None,
    /// Each column to mean 0 and standard deviation 1 (divisor n).
    Standardise,
    /// Each column from 0 to 1.
    MinMax,
    /// Each column to median 0 and interquartile range 1.
    Robust,
}

impl Scaling {
    /// All ways, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::None, Self::Standardise, Self::MinMax, Self::Robust];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Standardise => "standardise",
            Self::MinMax => "min–max",
            Self::Robust => "robust",
        }
    }
}

/// A further input computed from features before they are scaled. Features are named by their
/// place among the inputs of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Derived {
    /// `x^exponent`; the exponent is 2 to 9.
    Power {
        /// Which feature.
        feature: usize,
        /// To which power.
        exponent: u32,
    },
    /// `a · b`.
    Product {
        /// One feature.
        a: usize,
        /// The other.
        b: usize,
    },
    /// `sin x`.
    Sin {
        /// Which feature.
        feature: usize,
    },
    /// `cos x`.
    Cos {
        /// Which feature.
        feature: usize,
    },
}

/// One step of what is done to images, in order. Random steps act on the training part alone and
/// only while training; evaluation sees [`Transform::steady`] in their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transform {
    /// To this size, whatever the sides' ratio.
    Resize {
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
    },
    /// The middle of this size; what is beyond the edges is black.
    CentreCrop {
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
    },
    /// One channel of brightness (ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B).
    Greyscale,
    /// `(x − mean) / std` for each channel.
    Normalise(Normalise),
    /// Random rotation by up to so many degrees either way; corners become black.
    Rotation {
        /// Largest angle.
        degrees: Finite,
    },
    /// A random part of the picture, resized.
    ResizedCrop {
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
        /// Least share of the area, 0 to 1.
        least: Finite,
    },
    /// Left and right change places with this probability.
    Flip {
        /// 0 to 1.
        probability: Finite,
    },
    /// Random shift by up to this share of the side; what comes in is black.
    Shift {
        /// 0 to 1.
        fraction: Finite,
    },
    /// Normal noise of this standard deviation, pixels being in 0 to 1.
    Noise {
        /// Standard deviation.
        std: Finite,
    },
}

/// Mean and standard deviation of each channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Normalise {
    /// Those of the training part.
    Computed,
    /// These, one for each channel or one for all.
    Given {
        /// Means.
        mean: Vec<Finite>,
        /// Standard deviations.
        std: Vec<Finite>,
    },
}

impl Transform {
    /// Whether it acts at random, and so in training only.
    #[must_use]
    pub fn is_random(&self) -> bool {
        matches!(
            self,
            Self::Rotation { .. }
                | Self::ResizedCrop { .. }
                | Self::Flip { .. }
                | Self::Shift { .. }
                | Self::Noise { .. }
        )
    }

    /// What stands in its place when nothing is random: itself, nothing, or a plain resize.
    #[must_use]
    pub fn steady(&self) -> Option<Self> {
        match self {
            Self::ResizedCrop { width, height, .. } => {
                Some(Self::Resize { width: *width, height: *height })
            }
            other if other.is_random() => None,
            other => Some(other.clone()),
        }
    }

    /// Name shown to the user.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Resize { .. } => "Resize",
            Self::CentreCrop { .. } => "Centre crop",
            Self::Greyscale => "Greyscale",
            Self::Normalise(_) => "Normalise",
            Self::Rotation { .. } => "Random rotation",
            Self::ResizedCrop { .. } => "Random resized crop",
            Self::Flip { .. } => "Random horizontal flip",
            Self::Shift { .. } => "Random shift",
            Self::Noise { .. } => "Random noise",
        }
    }
}
