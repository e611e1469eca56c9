//! How weights and biases start, as it stands in the table of a layer.

use crate::base::Finite;
use crate::files::error::FileError;
use crate::spec::{BiasInit, Init, words};

use super::fields::Section;
use super::read::optional_choice;
use super::write::{number, quoted};

/// Keys of one distribution.
struct Keys {
    kind: &'static str,
    mean: &'static str,
    std: &'static str,
    low: &'static str,
    high: &'static str,
    value: &'static str,
}

const WEIGHTS: Keys =
    Keys { kind: "init", mean: "mean", std: "std", low: "low", high: "high", value: "value" };
const BIASES: Keys = Keys {
    kind: "bias-init",
    mean: "bias-mean",
    std: "bias-std",
    low: "bias-low",
    high: "bias-high",
    value: "bias-value",
};

/// All keys, for the tables of layers that have weights.
pub(super) const START_KEYS: [&str; 12] = [
    WEIGHTS.kind,
    WEIGHTS.mean,
    WEIGHTS.std,
    WEIGHTS.low,
    WEIGHTS.high,
    WEIGHTS.value,
    BIASES.kind,
    BIASES.mean,
    BIASES.std,
    BIASES.low,
    BIASES.high,
    BIASES.value,
];

/// A distribution, of weights or biases, under its entries.
type Entries = Vec<(&'static str, String)>;

/// Reads how weights and biases start.
///
/// # Errors
/// When a word is unknown, a number is missing, or one stands there that goes with another
/// distribution.
pub(super) fn read_start(section: &Section<'_>) -> Result<(Init, BiasInit), FileError> {
    let weights = optional_choice(section, WEIGHTS.kind, &Init::ALL, words::init)?;
    let biases = optional_choice(section, BIASES.kind, &BiasInit::ALL, words::bias_init)?;
    let (mut weights, mut biases) = (weights.unwrap_or_default(), biases.unwrap_or_default());
    let keys = &WEIGHTS;
    match &mut weights {
        Init::Normal { mean, std } => keys.normal(section, mean, std)?,
        Init::Uniform { low, high } => keys.uniform(section, low, high)?,
        Init::Constant { value } => keys.constant(section, value)?,
        _ => {}
    }
    let keys = &BIASES;
    match &mut biases {
        BiasInit::Normal { mean, std } => keys.normal(section, mean, std)?,
        BiasInit::Uniform { low, high } => keys.uniform(section, low, high)?,
        BiasInit::Constant { value } => keys.constant(section, value)?,
        _ => {}
    }
    WEIGHTS.refuse_others(section, words::init(weights))?;
    BIASES.refuse_others(section, words::bias_init(biases))?;
    Ok((weights, biases))
}

impl Keys {
    fn normal(
        &self,
        section: &Section<'_>,
        mean: &mut Finite,
        std: &mut Finite,
    ) -> Result<(), FileError> {
        *mean = section.get(self.mean).map_or(Ok(Finite::ZERO), |field| field.finite())?;
        *std = self.need(section, self.std, "normal")?;
        Ok(())
    }

    fn uniform(
        &self,
        section: &Section<'_>,
        low: &mut Finite,
        high: &mut Finite,
    ) -> Result<(), FileError> {
        *low = self.need(section, self.low, "uniform")?;
        *high = self.need(section, self.high, "uniform")?;
        Ok(())
    }

    fn constant(&self, section: &Section<'_>, value: &mut Finite) -> Result<(), FileError> {
        *value = self.need(section, self.value, "constant")?;
        Ok(())
    }

    fn need(
        &self,
        section: &Section<'_>,
        key: &'static str,
        word: &str,
    ) -> Result<Finite, FileError> {
        let missing =
            || section.wrong(format!("“{key}” is missing: {} = \"{word}\" needs it.", self.kind));
        section.get(key).ok_or_else(missing)?.finite()
    }

    /// Numbers of a distribution other than `word` say that something else was meant.
    fn refuse_others(&self, section: &Section<'_>, word: &str) -> Result<(), FileError> {
        let owners = [
            (self.mean, "normal"),
            (self.std, "normal"),
            (self.low, "uniform"),
            (self.high, "uniform"),
            (self.value, "constant"),
        ];
        for (key, owner) in owners {
            if let Some(field) = section.get(key).filter(|_| owner != word) {
                return Err(field.wrong(format!("goes with {} = \"{owner}\" only.", self.kind)));
            }
        }
        Ok(())
    }

    fn write(&self, word: &str, numbers: &[(&'static str, Finite)]) -> Entries {
        let mut entries = vec![(self.kind, quoted(word))];
        for &(key, value) in numbers {
            if key != self.mean || value != Finite::ZERO {
                entries.push((key, number(value)));
            }
        }
        entries
    }
}

/// How weights start, as entries of a table.
pub(super) fn weights(init: Init) -> Entries {
    let keys = &WEIGHTS;
    let word = words::init(init);
    match init {
        Init::Normal { mean, std } => keys.write(word, &[(keys.mean, mean), (keys.std, std)]),
        Init::Uniform { low, high } => keys.write(word, &[(keys.low, low), (keys.high, high)]),
        Init::Constant { value } => keys.write(word, &[(keys.value, value)]),
        Init::PyTorch
        | Init::KaimingUniform
        | Init::KaimingNormal
        | Init::XavierUniform
        | Init::XavierNormal
        | Init::Zeros => keys.write(word, &[]),
    }
}

/// How biases start, as entries of a table.
pub(super) fn biases(init: BiasInit) -> Entries {
    let keys = &BIASES;
    let word = words::bias_init(init);
    match init {
        BiasInit::Normal { mean, std } => keys.write(word, &[(keys.mean, mean), (keys.std, std)]),
        BiasInit::Uniform { low, high } => keys.write(word, &[(keys.low, low), (keys.high, high)]),
        BiasInit::Constant { value } => keys.write(word, &[(keys.value, value)]),
        BiasInit::PyTorch | BiasInit::Zeros => keys.write(word, &[]),
    }
}
