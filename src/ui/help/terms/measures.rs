use super::{Term, term};

/// How well a network does.
#[rustfmt::skip]
pub const TERMS: &[Term] = &[
    term("accuracy", &["class accuracy", "share of right answers"], "The share of samples whose most likely class is the right one. With rare classes it can be high although they are never found.", "accuracy = right answers / samples", &["balanced accuracy", "confusion matrix", "loss", "top-k accuracy"]),
    term("top-k accuracy", &["top-2 accuracy", "top-3 accuracy", "top-5 accuracy"], "The share of samples whose right class is among the k most likely ones.", "", &["accuracy", "probability"]),
    term("balanced accuracy", &[], "The mean of the recalls of all classes, so that rare classes count as much as frequent ones.", "(1/K) · Σ recall of class k", &["accuracy", "recall", "class balance"]),
    term("error rate", &["mistake", "mistakes", "misclassified"], "The share of samples that are answered wrongly.", "error rate = 1 − accuracy", &["accuracy", "confusion matrix"]),
    term("confusion matrix", &["confusion"], "A table of how often samples of each true class were taken for each class. Right answers stand on its diagonal, each kind of mistake has a cell of its own.", "", &["true positive", "precision", "recall", "accuracy"]),
    term("true positive", &["false positive", "true negative", "false negative", "TP", "FP", "FN", "TN"], "For one class: samples of it that were found are true positives, those missed are false negatives, and others taken for it are false positives.", "", &["confusion matrix", "precision", "recall"]),
    term("precision", &["precision (macro)"], "Of all samples that were taken for a class, the share that belongs to it.", "precision = TP / (TP + FP)", &["recall", "F1 score", "true positive", "macro average"]),
    term("recall", &["recall (macro)", "sensitivity", "true positive rate"], "Of all samples of a class, the share that was found.", "recall = TP / (TP + FN)", &["precision", "F1 score", "true positive", "macro average"]),
    term("specificity", &["false positive rate"], "Of all samples that do not belong to a class, the share that was not taken for it; what it lacks to 1 is the false positive rate.", "specificity = TN / (TN + FP) = 1 − FPR", &["recall", "ROC curve"]),
    term("F1 score", &["F1", "F1 (macro)", "F-score", "harmonic mean"], "The harmonic mean of precision and recall: high only when both are.", "F1 = 2·precision·recall / (precision + recall)", &["precision", "recall", "weighted average"]),
    term("macro average", &["macro"], "The plain mean over all classes, each counting alike.", "", &["weighted average", "precision", "recall"]),
    term("weighted average", &["F1 (weighted)", "weighted"], "The mean over all classes, each counting by its number of samples.", "", &["macro average", "F1 score", "support"]),
    term("support", &[], "How many samples of a class were measured. With few of them, a score of the class says little.", "", &["class balance", "weighted average", "confusion matrix"]),
    term("threshold", &["decision threshold"], "The probability from which on a sample is taken for the positive class; usually 0.5. Lowering it finds more and errs more.", "", &["ROC curve", "precision", "recall", "probability"]),
    term("ROC curve", &["ROC", "receiver operating characteristic"], "For every threshold, how many positives are found (upwards) at the price of how many false alarms (to the right). The diagonal is guessing, the upper left corner is perfect.", "(FPR, TPR) for all thresholds", &["AUC", "threshold", "recall", "specificity"]),
    term("AUC", &["ROC AUC", "area under the curve", "area under the ROC curve"], "The area under the ROC curve: the chance that a random positive gets a higher score than a random negative. 0.5 is guessing, 1 is perfect.", "AUC = P(score of a positive > score of a negative)   (ties count half)", &["ROC curve", "threshold"]),
    term("calibration", &["calibrated", "reliability diagram", "calibration plot"], "Whether probabilities mean what they say: of all answers given with 0.8, eight in ten should be right. Training for long often makes networks too sure.", "", &["expected calibration error", "probability", "label smoothing"]),
    term("expected calibration error", &["ECE", "calibration error"], "Answers are sorted into bins by how sure they were; the mean gap between certainty and accuracy, weighted by the size of the bins.", "ECE = Σ (nᵦ/n) · |accuracy of bin − confidence of bin|", &["calibration", "maximum calibration error", "Brier score"]),
    term("maximum calibration error", &["MCE", "largest gap"], "The largest gap between certainty and accuracy among the bins. One bin with few samples can make it large, so it is read beside the expected calibration error.", "MCE = maxᵦ |accuracy of bin − confidence of bin|", &["expected calibration error", "calibration"]),
    term("Brier score", &["brier"], "The mean squared distance of the predicted probabilities from 0 and 1, as it turned out.", "(1/n) · Σ (p − y)²", &["calibration", "mean squared error"]),
    term("root mean squared error", &["RMSE"], "The root of the mean squared error: a typical size of the error, in the unit of the label.", "RMSE = √MSE", &["mean squared error", "mean absolute error"]),
    term("R²", &["R2", "coefficient of determination"], "The share of the spread of the labels that the predictions explain: 1 is perfect, 0 no better than always answering the mean.", "R² = 1 − Σ(ŷ − y)² / Σ(y − mean)²", &["mean squared error", "regression", "baseline"]),
    term("residual", &["residuals"], "What a prediction of a number is off by. Where residuals show a pattern, there is more to learn.", "residual = y − ŷ", &["regression", "mean squared error"]),
    term("baseline", &["guessing", "chance level"], "What the simplest answer reaches: always the most frequent class, or always the mean. A network has to beat it to have learned anything.", "", &["accuracy", "R²", "class balance"]),
    term("test loss", &[], "The loss on the test part, measured without training on it. When it rises while the training loss falls, the network overfits.", "", &["loss", "test part", "overfitting"]),
];
