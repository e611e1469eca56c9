use super::data::Task;
use super::train::Loss;

/// A part of the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The rows that are trained on.
    Train,
    /// The rows that are held out to choose by.
    Validation,
    /// The rows that are held out.
    #[default]
    Test,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Train => "training part",
            Self::Validation => "validation part",
            Self::Test => "test part",
        }
    }

    /// As it stands before the name of a quantity.
    #[must_use]
    pub fn adjective(self) -> &'static str {
        match self {
            Self::Train => "training",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// What is measured on a part of the data. Shares lie between 0 and 1; what divides by nothing is
/// 0, as in scikit-learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantity {
    /// Data loss, with the reduction of the run.
    Loss,
    /// Data loss plus penalties.
    Objective,
    /// Share of right answers.
    Accuracy,
    /// Share of rows whose true class is among the two best.
    Top2,
    /// … among the three best.
    Top3,
    /// … among the five best.
    Top5,
    /// Mean of the recalls of all classes that occur.
    BalancedAccuracy,
    /// Mean of the precisions of all classes.
    Precision,
    /// Mean of the recalls of all classes.
    Recall,
    /// Mean of the F1 scores of all classes.
    F1,
    /// Mean of the F1 scores, weighted by the rows of each class.
    WeightedF1,
    /// Area under the ROC curve, for two classes.
    RocAuc,
    /// Mean squared error.
    Mse,
    /// Its root.
    Rmse,
    /// Mean absolute error.
    Mae,
    /// Coefficient of determination; at most 1.
    R2,
}

impl Quantity {
    /// All quantities, in the order they are offered.
    pub const ALL: [Self; 16] = [
        Self::Loss,
        Self::Objective,
        Self::Accuracy,
        Self::Top2,
        Self::Top3,
        Self::Top5,
        Self::BalancedAccuracy,
        Self::Precision,
        Self::Recall,
        Self::F1,
        Self::WeightedF1,
        Self::RocAuc,
        Self::Mse,
        Self::Rmse,
        Self::Mae,
        Self::R2,
    ];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Objective => "objective",
            Self::Accuracy => "accuracy",
            Self::Top2 => "top-2 accuracy",
            Self::Top3 => "top-3 accuracy",
            Self::Top5 => "top-5 accuracy",
            Self::BalancedAccuracy => "balanced accuracy",
            Self::Precision => "precision (macro)",
            Self::Recall => "recall (macro)",
            Self::F1 => "F1 (macro)",
            Self::WeightedF1 => "F1 (weighted)",
            Self::RocAuc => "ROC AUC",
            Self::Mse => "mean squared error",
            Self::Rmse => "root mean squared error",
            Self::Mae => "mean absolute error",
            Self::R2 => "R²",
        }
    }

    /// What it means, in a sentence without its end.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Loss => "The loss on the data, without any penalty",
            Self::Objective => "The loss plus the penalties: what training minimises",
            Self::Accuracy => "Share of right answers",
            Self::Top2 => "Share of rows whose true class is among the two best",
            Self::Top3 => "Share of rows whose true class is among the three best",
            Self::Top5 => "Share of rows whose true class is among the five best",
            Self::BalancedAccuracy => {
                "Mean recall of the classes that occur: rare ones count alike"
            }
            Self::Precision => {
                "Of the rows taken for a class, the share that belongs to it; mean of all classes"
            }
            Self::Recall => {
                "Of the rows of a class, the share that was recognised; mean of all classes"
            }
            Self::F1 => "Harmonic mean of precision and recall; mean of all classes",
            Self::WeightedF1 => "F1 of the classes, weighted by their rows",
            Self::RocAuc => {
                "Probability that a row of the second class scores higher than one of the first"
            }
            Self::Mse => "Mean of the squared errors of the outputs",
            Self::Rmse => "Root of the mean squared error, in units of the label",
            Self::Mae => "Mean of the absolute errors, in units of the label",
            Self::R2 => "Coefficient of determination: 1 is perfect, 0 is no better than the mean",
        }
    }

    /// Whether it can be measured where `task` is learnt by `loss`. Distances of outputs say
    /// something about classes only where the loss is a distance, too.
    #[must_use]
    pub fn applies(self, task: Task, loss: Loss) -> bool {
        let Task::Classification { classes } = task else {
            return matches!(
                self,
                Self::Loss | Self::Objective | Self::Mse | Self::Rmse | Self::Mae | Self::R2
            );
        };
        match self {
            Self::Top2 => classes > 2,
            Self::Top3 => classes > 3,
            Self::Top5 => classes > 5,
            Self::RocAuc => classes == 2,
            Self::Mse | Self::Rmse | Self::Mae => loss.is_distance(),
            Self::R2 => false,
            _ => true,
        }
    }

    /// Whether it is an accuracy, which people read in percent.
    #[must_use]
    pub fn is_accuracy(self) -> bool {
        matches!(
            self,
            Self::Accuracy | Self::Top2 | Self::Top3 | Self::Top5 | Self::BalancedAccuracy
        )
    }

    /// Whether smaller is better.
    #[must_use]
    pub fn is_cost(self) -> bool {
        matches!(self, Self::Loss | Self::Objective | Self::Mse | Self::Rmse | Self::Mae)
    }

    /// Whether `a` is better than `b`. Nothing is better than by a NaN.
    #[must_use]
    pub fn is_better(self, a: f64, b: f64) -> bool {
        if self.is_cost() { a < b } else { a > b }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applying(task: Task, loss: Loss) -> Vec<Quantity> {
        Quantity::ALL.into_iter().filter(|quantity| quantity.applies(task, loss)).collect()
    }

    #[test]
    fn what_applies_follows_from_task_and_loss() {
        use Quantity::{
            Accuracy, BalancedAccuracy, F1, Mae, Mse, Objective, Precision, R2, Recall,
        };
        use Quantity::{Rmse, RocAuc, Top2, Top3, Top5, WeightedF1};
        let of_classes = [Accuracy, BalancedAccuracy, Precision, Recall, F1, WeightedF1];
        let two = applying(Task::Classification { classes: 2 }, Loss::CROSS_ENTROPY);
        assert!(of_classes.iter().all(|quantity| two.contains(quantity)));
        assert!(two.contains(&RocAuc) && !two.contains(&Top2) && !two.contains(&Mse));
        let six = applying(Task::Classification { classes: 6 }, Loss::Mse);
        assert!([Top2, Top3, Top5, Mse, Rmse, Mae].iter().all(|one| six.contains(one)));
        assert!(!six.contains(&RocAuc) && !six.contains(&R2));
        let numbers = applying(Task::Regression, Loss::Mse);
        assert_eq!(numbers, [Quantity::Loss, Objective, Mse, Rmse, Mae, R2]);
    }
}
