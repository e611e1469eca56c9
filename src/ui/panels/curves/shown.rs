//! What can be drawn over the course of training, and with which strokes.

use egui::{Color32, Stroke};
use egui_plot::LineStyle;

use crate::record::{Metric, Part, Position, Quantity, Series};
use crate::spec::{Loss, Task};
use crate::ui::format;
use crate::ui::theme::Theme;

/// What is drawn over the course of training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(into = "String", from = "String")]
pub enum Shown {
    /// What is measured on each part of the data.
    Of(Quantity),
    /// The learning rate of each update.
    LearningRate,
    /// The L1 and the L2 penalty, apart from the data loss.
    Penalties,
}

impl Default for Shown {
    fn default() -> Self {
        Self::LOSS
    }
}

impl Shown {
    /// The data loss.
    pub const LOSS: Self = Self::Of(Quantity::Loss);

    /// Everything, in the order it is offered.
    pub fn all() -> impl Iterator<Item = Self> {
        let measured = Quantity::ALL.into_iter().map(Self::Of);
        measured.chain([Self::LearningRate, Self::Penalties])
    }

    /// Whether it can be drawn where `task` is learnt by `loss`.
    #[must_use]
    pub fn applies(self, task: Task, loss: Loss) -> bool {
        match self {
            Self::Of(quantity) => quantity.applies(task, loss),
            Self::LearningRate | Self::Penalties => true,
        }
    }

    /// Whether it is among the few that are looked at most, and has a button of its own.
    #[must_use]
    pub fn is_common(self) -> bool {
        let common =
            [Quantity::Loss, Quantity::Objective, Quantity::Accuracy, Quantity::R2, Quantity::Mae];
        common.into_iter().any(|quantity| self == Self::Of(quantity))
    }

    /// Name on a button.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Of(Quantity::Loss) => "Loss",
            Self::Of(Quantity::Objective) => "Objective",
            Self::Of(Quantity::Accuracy) => "Accuracy",
            Self::Of(Quantity::Mae) => "MAE",
            Self::LearningRate => "Learning rate",
            Self::Penalties => "Penalties",
            Self::Of(quantity) => capitalised(quantity),
        }
    }

    /// Name in full, as it stands beside an axis.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Of(quantity) => quantity.label(),
            Self::LearningRate => "learning rate",
            Self::Penalties => "penalties",
        }
    }

    /// What it means, in a sentence.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Of(quantity) => quantity.meaning(),
            Self::LearningRate => "The learning rate of each update, after warm-up and schedule",
            Self::Penalties => "The L1 and L2 penalties of the weights, apart from the data loss",
        }
    }

    /// The metrics that are drawn, those in front last.
    pub fn metrics(self) -> impl DoubleEndedIterator<Item = Metric> {
        let [first, second, third, last] = match self {
            Self::Of(quantity) => {
                let of = |part| Some(Metric::Of(part, quantity));
                let batch = match quantity {
                    Quantity::Loss => Some(Metric::BatchLoss),
                    Quantity::Objective => Some(Metric::BatchObjective),
                    _ => None,
                };
                [batch, of(Part::Train), of(Part::Validation), of(Part::Test)]
            }
            Self::LearningRate => [Some(Metric::LearningRate), None, None, None],
            Self::Penalties => [Some(Metric::L1Penalty), Some(Metric::L2Penalty), None, None],
        };
        [first, second, third, last].into_iter().flatten()
    }

    /// Where the best value of a series was measured, and that value; `None` of what is neither
    /// good nor bad.
    #[must_use]
    pub fn best(self, series: &Series) -> Option<(Position, f64)> {
        let Self::Of(quantity) = self else { return None };
        let best = if quantity.is_cost() { series.min() } else { series.max() };
        best.map(|sample| (sample.at, sample.value))
    }

    /// Whether it is drawn in percent.
    #[must_use]
    pub fn is_percentage(self) -> bool {
        matches!(self, Self::Of(quantity) if quantity.is_accuracy())
    }

    /// A value of it, in words of the reader.
    #[must_use]
    pub fn value(self, value: f64) -> String {
        if self.is_percentage() { format::percent(value / 100.0) } else { format::measured(value) }
    }

    /// What stands beside the y axis.
    #[must_use]
    pub fn axis_label(self) -> &'static str {
        match self {
            Self::Of(Quantity::Accuracy) => "accuracy (%)",
            Self::Of(Quantity::Top2) => "top-2 accuracy (%)",
            Self::Of(Quantity::Top3) => "top-3 accuracy (%)",
            Self::Of(Quantity::Top5) => "top-5 accuracy (%)",
            Self::Of(Quantity::BalancedAccuracy) => "balanced accuracy (%)",
            _ => self.name(),
        }
    }
}

/// Names of quantities at the beginning of a line.
fn capitalised(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Top2 => "Top-2 accuracy",
        Quantity::Top3 => "Top-3 accuracy",
        Quantity::Top5 => "Top-5 accuracy",
        Quantity::BalancedAccuracy => "Balanced accuracy",
        Quantity::Precision => "Precision (macro)",
        Quantity::Recall => "Recall (macro)",
        Quantity::Mse => "Mean squared error",
        Quantity::Rmse => "Root mean squared error",
        _ => quantity.label(),
    }
}

impl From<Shown> for String {
    /// The word under which it is remembered.
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::Of(quantity) => format!("{quantity:?}"),
            other => format!("{other:?}"),
        }
    }
}

impl From<String> for Shown {
    /// What is remembered under a word; the loss where the word is not known.
    fn from(word: String) -> Self {
        Self::all().find(|&shown| String::from(shown) == word).unwrap_or_default()
    }
}

/// How one kind of curve is drawn, whatever the run: test solid and strong, training dashed,
/// validation dotted, single batches faint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen {
    /// What it stands for, in a word.
    pub word: &'static str,
    width: f32,
    opacity: f32,
    /// What its line is made of.
    pub dash: Dash,
}

/// What a line is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dash {
    /// One line.
    Solid,
    /// Dashes.
    Dashed,
    /// Dots.
    Dotted,
}

impl Dash {
    /// As a plot wants it.
    #[must_use]
    pub fn style(self, theme: &Theme) -> LineStyle {
        match self {
            Self::Solid => LineStyle::Solid,
            Self::Dashed => LineStyle::Dashed { length: theme.dash(6.0) },
            Self::Dotted => LineStyle::Dotted { spacing: theme.dash(4.5) },
        }
    }

    /// Columns that are drawn and left out in turn where a line is too rough to be dashed along
    /// its path; `None` for a line without gaps.
    #[must_use]
    pub fn columns(self) -> Option<[usize; 2]> {
        match self {
            Self::Solid => None,
            Self::Dashed => Some([6, 4]),
            Self::Dotted => Some([2, 3]),
        }
    }
}

impl Pen {
    const TEST: Self = Self { word: "test", width: 2.0, opacity: 1.0, dash: Dash::Solid };
    const TRAIN: Self = Self { word: "training", width: 1.5, opacity: 1.0, dash: Dash::Dashed };
    const VALIDATION: Self =
        Self { word: "validation", width: 2.0, opacity: 1.0, dash: Dash::Dotted };
    /// Single batches.
    pub const BATCH: Self = Self { word: "batch", width: 1.0, opacity: 0.35, dash: Dash::Solid };

    /// The pen of a metric.
    #[must_use]
    pub fn of(metric: Metric) -> Self {
        match metric {
            Metric::BatchLoss | Metric::BatchObjective => Self::BATCH,
            Metric::Of(Part::Test, _) => Self::TEST,
            Metric::Of(Part::Validation, _) => Self::VALIDATION,
            Metric::Of(Part::Train, _) => Self::TRAIN,
            Metric::LearningRate => Self { word: "rate", ..Self::TEST },
            Metric::L1Penalty => Self { word: "L1", ..Self::TRAIN },
            Metric::L2Penalty => Self { word: "L2", ..Self::TEST },
        }
    }

    /// For what was measured, behind what was smoothed.
    #[must_use]
    pub fn faint(self) -> Self {
        const BEHIND: f32 = 0.28;
        Self { width: self.width.min(1.0), opacity: self.opacity * BEHIND, ..self }
    }

    /// Its stroke in the colour of a run.
    #[must_use]
    pub fn stroke(self, theme: &Theme, colour: Color32) -> Stroke {
        theme.stroke(self.width, colour.gamma_multiply(self.opacity))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_accuracies_are_percentages() {
        for shown in Shown::all() {
            let is_accuracy = shown.name().contains("accuracy");
            assert_eq!(shown.value(50.0).contains('%'), is_accuracy, "{shown:?}");
            assert_eq!(shown.axis_label().contains('%'), is_accuracy, "{shown:?}");
        }
        assert_eq!(Shown::Of(Quantity::Accuracy).value(98.0), "98.0\u{2009}%");
    }

    #[test]
    fn what_is_offered_fits_the_task_and_has_curves() {
        let classes = Task::Classification { classes: 3 };
        let applying = |task, loss| Shown::all().filter(move |shown| shown.applies(task, loss));
        let offered: Vec<_> = applying(classes, Loss::CROSS_ENTROPY).collect();
        assert!(offered.contains(&Shown::Of(Quantity::Top2)));
        assert!(!offered.contains(&Shown::Of(Quantity::R2)));
        assert!(offered.iter().all(|shown| shown.metrics().next().is_some()));
        let names = offered.iter().filter(|one| one.is_common()).map(|one| one.label());
        assert_eq!(names.collect::<Vec<_>>(), ["Loss", "Objective", "Accuracy"]);
        let numbers: Vec<_> = applying(Task::Regression, Loss::Mse).collect();
        assert!(numbers.contains(&Shown::Penalties) && numbers.contains(&Shown::LearningRate));
        assert!(!numbers.contains(&Shown::Of(Quantity::Accuracy)));
    }

    #[test]
    fn names_on_buttons_are_those_of_the_quantities() {
        for quantity in Quantity::ALL {
            let (label, name) = (Shown::Of(quantity).label(), quantity.label());
            assert!(label == "MAE" || label.to_lowercase() == name.to_lowercase(), "{label}");
        }
    }

    #[test]
    fn what_is_shown_is_remembered_by_a_word() {
        for shown in Shown::all() {
            assert_eq!(Shown::from(String::from(shown)), shown);
        }
        assert_eq!(String::from(Shown::Of(Quantity::Accuracy)), "Accuracy");
        assert_eq!(Shown::from("Something newer".to_string()), Shown::LOSS);
    }
}
