"""Writes rankings.json: ROC and precision–recall curves, calibration curves and Brier scores by
scikit-learn, expected calibration errors by numpy.

    python tests/golden/make_rankings.py

All probabilities are rounded to 32 bits first, as a network gives them."""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.calibration import calibration_curve
from sklearn.metrics import (average_precision_score, brier_score_loss, precision_recall_curve,
                             roc_auc_score, roc_curve)

warnings.filterwarnings("ignore")
rng = np.random.default_rng(6)
GRID = np.arange(401) / 400


def single(values):
    return np.asarray(values, dtype=np.float32).astype(np.float64)


def curve(name, truth, scores):
    fpr, tpr, thresholds = roc_curve(truth, scores, drop_intermediate=False)
    corners = roc_curve(truth, scores, drop_intermediate=True)
    precision, recall, _ = precision_recall_curve(truth, scores)
    return dict(
        name=name, truth=truth.tolist(), scores=scores.tolist(),
        fpr=fpr.tolist(), tpr=tpr.tolist(), thresholds=thresholds[1:].tolist(),
        corners=len(corners[0]), precision=precision.tolist(), recall=recall.tolist(),
        area=roc_auc_score(truth, scores), average_precision=average_precision_score(truth, scores),
    )


def ece(confidence, right, bins):
    """Guo et al. 2017, equation 5, bins open below and closed above."""
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return total


def calibration(name, truth, scores, bins):
    case = dict(name=name, truth=truth.tolist(), scores=scores.tolist(), bins=bins,
                brier=brier_score_loss(truth, scores), ece=ece(scores, truth, bins))
    for strategy in ("uniform", "quantile"):
        true, predicted = calibration_curve(truth, scores, n_bins=bins, strategy=strategy)
        case[strategy] = dict(true=true.tolist(), predicted=predicted.tolist())
    return case


def several(name, classes, rows, sharp):
    truth = np.concatenate([np.arange(classes), rng.integers(0, classes, rows - classes)])
    logits = rng.normal(size=(rows, classes))
    logits[np.arange(rows), truth] += sharp
    outputs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    outputs = single(outputs)
    each = [roc_curve(truth == k, outputs[:, k], drop_intermediate=False) for k in range(classes)]
    mean = np.mean([np.interp(GRID, fpr, tpr) for fpr, tpr, _ in each], axis=0)
    hot = np.eye(classes)[truth]
    predicted = outputs.argmax(axis=1)
    confidence = outputs.max(axis=1)
    # scikit-learn wants rows that sum to one more exactly than 32 bits do.
    brier = ((outputs - hot) ** 2).sum(axis=1).mean()
    wide = outputs / outputs.sum(axis=1, keepdims=True)
    if classes > 2:
        assert abs(brier - brier_score_loss(truth, wide)) < 1e-6
    return dict(
        name=name, truth=truth.tolist(), outputs=outputs.tolist(),
        areas=[roc_auc_score(truth == k, outputs[:, k]) for k in range(classes)],
        precisions=[average_precision_score(truth == k, outputs[:, k]) for k in range(classes)],
        macro_area=roc_auc_score(hot, outputs, average="macro"), macro_tpr=mean.tolist(),
        brier=brier if classes > 2 else brier_score_loss(truth, outputs[:, 1]),
        ece=ece(confidence, (predicted == truth).astype(float), 10),
    )


def main():
    truth = rng.integers(0, 2, 200)
    noisy = single(1 / (1 + np.exp(-(rng.normal(size=200) + 1.5 * truth - 0.7))))
    rare = (np.arange(150) % 50 == 3).astype(int)
    cases = dict(
        curves=[
            curve("noisy", truth, noisy),
            curve("tied", truth, single(np.round(noisy, 1))),
            curve("all equal", np.array([0, 1, 1, 0, 1]), single([0.5] * 5)),
            curve("perfect", np.array([0, 0, 1, 1]), single([0.1, 0.2, 0.8, 0.9])),
            curve("upside down", np.array([1, 1, 0, 0]), single([0.1, 0.2, 0.8, 0.9])),
            curve("rare", rare, single(rng.random(150))),
            curve("ends", np.array([0, 1, 0, 1, 1]), single([0.0, 0.0, 1.0, 1.0, 0.5])),
        ],
        calibrations=[
            calibration("noisy, ten bins", truth, noisy, 10),
            calibration("tied, ten bins", truth, single(np.round(noisy, 1)), 10),
            calibration("eighths on edges", truth, single(np.round(noisy * 8) / 8), 8),
            calibration("noisy, seven bins", truth, noisy, 7),
            calibration("few", np.array([0, 1, 1]), single([0.2, 0.7, 0.9]), 10),
        ],
        several=[several("two", 2, 120, 1.0), several("three", 3, 150, 1.2),
                 several("ten", 10, 300, 2.0)],
    )
    out = dict(schema="rankings/1", sklearn=sklearn.__version__, numpy=np.__version__, **cases)
    path = Path(__file__).parent / "rankings.json"
    path.write_text(json.dumps(out, separators=(",", ":")) + "\n")


main()
