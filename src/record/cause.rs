use std::fmt;

use crate::base::Step;
use crate::spec::{EarlyStopping, Part, Quantity, Target};

/// Why a run ended by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// The rule that was met.
    pub rule: EndRule,
    /// The best epoch, where early stopping keeps its weights.
    pub best: Option<BestEpoch>,
}

/// A rule that ended a run.
#[derive(Clone, Debug, PartialEq)]
pub enum EndRule {
    /// So many passes over the training part are done.
    Epochs(u64),
    /// So many updates are done.
    Steps(u64),
    /// So many seconds were spent on training.
    Seconds(f64),
    /// A measurement is good enough.
    Target {
        /// What was asked for.
        target: Target,
        /// What was measured.
        value: f64,
        /// The part that was measured: that of the target, or the test part where there is no
        /// validation part.
        part: Part,
    },
    /// A measurement no longer got better.
    Early {
        /// What was asked for.
        early: EarlyStopping,
        /// The part that was measured, as for a target.
        part: Part,
    },
}

/// The epoch with the best measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BestEpoch {
    /// What was measured, and on which part.
    pub part: Part,
    /// See `part`.
    pub quantity: Quantity,
    /// The best value.
    pub value: f64,
    /// Complete passes over the training part at that time.
    pub epoch: u64,
    /// Updates made by then.
    pub step: Step,
    /// Whether its weights were put back. They are there already where the last epoch was the
    /// best.
    pub is_back: bool,
}

impl From<EndRule> for Cause {
    fn from(rule: EndRule) -> Self {
        Self { rule, best: None }
    }
}

impl Cause {
    /// The epoch whose weights were put back, if any were.
    #[must_use]
    pub fn restored(&self) -> Option<&BestEpoch> {
        self.best.as_ref().filter(|best| best.is_back)
    }
}

/// A sentence without capital and full stop: “stopped after 20 epochs”.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rule.fmt(f)?;
        let Some(best) = &self.best else { return Ok(()) };
        match self.rule {
            // What got no better was named already.
            EndRule::Early { .. } => write!(f, "; best {}", figure(best.value))?,
            _ => {
                let (part, quantity) = (best.part.adjective(), best.quantity.label());
                write!(f, "; best {part} {quantity} {}", figure(best.value))?;
            }
        }
        write!(f, " at epoch {}", best.epoch)?;
        if best.is_back { f.write_str(", its weights are back") } else { Ok(()) }
    }
}

impl fmt::Display for EndRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Epochs(count) => write!(f, "stopped after {}", counted(*count, "epoch")),
            Self::Steps(count) => write!(f, "stopped after {}", counted(*count, "step")),
            Self::Seconds(seconds) => write!(f, "stopped after {} s of training", figure(*seconds)),
            Self::Target { target, value, part } => {
                let sign = if target.quantity.is_cost() { "≤" } else { "≥" };
                let measured = measured(*part, target.quantity, target.part);
                write!(f, "target reached: {measured} {} {sign} {}", figure(*value), target.value)
            }
            Self::Early { early, part } => {
                let measured = measured(*part, early.quantity, early.part);
                let epochs = counted(u64::from(early.patience.max(1)), "epoch");
                write!(f, "no better {measured} for {epochs}")
            }
        }
    }
}

/// What was measured, and why on another part than was asked for.
fn measured(part: Part, quantity: Quantity, wanted: Part) -> String {
    let name = format!("{} {}", part.adjective(), quantity.label());
    match part == wanted {
        true => name,
        false => format!("{name} (the data have no {})", wanted.label()),
    }
}

fn counted(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// A number in four significant digits.
fn figure(value: f64) -> String {
    let magnitude = value.abs();
    if value != 0.0 && !(1e-3..1e6).contains(&magnitude) {
        return format!("{value:.2e}");
    }
    let whole = if magnitude < 1.0 { 0 } else { magnitude.log10() as usize + 1 };
    let text = format!("{value:.*}", 4_usize.saturating_sub(whole));
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').into(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Finite;

    fn best(is_back: bool) -> Option<BestEpoch> {
        let (part, quantity) = (Part::Validation, Quantity::Loss);
        Some(BestEpoch { part, quantity, value: 0.33712, epoch: 21, step: Step(630), is_back })
    }

    #[test]
    fn the_end_is_told_in_words() {
        let early = EarlyStopping::default();
        let (part, quantity) = (Part::Validation, Quantity::Accuracy);
        let target = Target { part, quantity, value: Finite::lit(0.98) };
        let cases: [(EndRule, Option<BestEpoch>, &str); 7] = [
            (EndRule::Epochs(20), None, "stopped after 20 epochs"),
            (EndRule::Steps(1), None, "stopped after 1 step"),
            (EndRule::Seconds(1.5), None, "stopped after 1.5 s of training"),
            (
                EndRule::Target { target, value: 0.981, part },
                None,
                "target reached: validation accuracy 0.981 ≥ 0.98",
            ),
            (
                EndRule::Early { early, part },
                best(true),
                "no better validation loss for 10 epochs; best 0.3371 at epoch 21, its weights \
                 are back",
            ),
            (
                EndRule::Early { early, part: Part::Test },
                None,
                "no better test loss (the data have no validation part) for 10 epochs",
            ),
            (
                EndRule::Epochs(30),
                best(true),
                "stopped after 30 epochs; best validation loss 0.3371 at epoch 21, its weights \
                 are back",
            ),
        ];
        for (rule, best, expected) in cases {
            assert_eq!(Cause { rule, best }.to_string(), expected);
        }
    }

    #[test]
    fn figures_have_four_digits() {
        for (value, expected) in [
            (0.0, "0"),
            (0.98, "0.98"),
            (12.345_6, "12.35"),
            (1234.56, "1235"),
            (-0.5, "-0.5"),
            (1e-5, "1.00e-5"),
            (100.0, "100"),
        ] {
            assert_eq!(figure(value), expected);
        }
    }
}
