"""Numbers about public tables, as pandas, numpy and scipy compute them: tables.json.

    DESCENT_DATA=… python tests/golden/make_tables.py

needs pandas, numpy and scipy. Only counts and statistics of columns are written, no cell of any
table.
"""

import json
import os
import pathlib
import sys

import numpy as np
import pandas as pd
from scipy import stats

FOLDER = pathlib.Path(os.environ["DESCENT_DATA"])
WORDS = ["?", "-", "missing", "none"]
MAX_BINS = 24

# File, the label's place, how pandas has to be told to read it.
TABLES = {
    "csv/iris_header.csv": (4, {}),
    "csv/iris_headerless.csv": (4, {"header": None}),
    "csv/winequality-red_semicolon.csv": (11, {"sep": ";"}),
    "csv/titanic.csv": (1, {}),
    "csv/pima-indians-diabetes.csv": (8, {"header": None}),
    "csv/breast_cancer_wisconsin_kaggle.csv": (1, {"usecols": range(32)}),
    "csv/boston_housing_whitespace.data": (13, {"header": None, "sep": r"\s+"}),
    "csv/auto-mpg_whitespace_tab.data": (0, {"header": None, "sep": r"\s+", "quoting": 3, "usecols": range(8)}),
    "csv/penguins.csv": (0, {}),
    "csv/bank_comma_bom.csv": (16, {"encoding": "utf-8-sig"}),
    "csv/adult.data": (14, {"header": None, "skipinitialspace": True}),
    "csv/concrete_crlf.csv": (8, {}),
    "csv/video_game_sales_latin1.csv": (9, {"encoding": "cp1252"}),
    "csv/spiral_PeganovAnton.csv": (2, {}),
    "csv/mnist_train_100.csv": (0, {"header": None}),
    "lab7/digit123.csv": (36, {"header": None}),
    "lab7/digit01.csv": (12, {"header": None}),
}
# Of very wide tables some columns do.
WIDE, STEP = 100, 97


def is_number(column):
    return pd.api.types.is_numeric_dtype(column)


def summary(values):
    return {
        "min": float(values.min()),
        "mean": float(values.mean()),
        "median": float(values.median()),
        "max": float(values.max()),
        "std": float(values.std(ddof=1)),
    }


def histogram(values):
    whole = bool((values % 1 == 0).all())
    spread = values.max() - values.min()
    bins = int(spread) + 1 if whole and spread < MAX_BINS else MAX_BINS
    counts, edges = np.histogram(values.to_numpy(float), bins=bins)
    return {"low": float(edges[0]), "high": float(edges[-1]), "counts": counts.tolist()}


def is_classes(label):
    if not is_number(label):
        return True
    values = label.dropna().unique()
    return len(values) <= 20 and all(value % 1 == 0 for value in values) and 2 * len(values) < len(label)


def eta(groups, values):
    """From the F statistic: the between-groups share of the sum of squares is F·b / (F·b + w)."""
    known = ~(groups.isna() | values.isna())
    groups, values = groups[known], values[known]
    parts = [values[groups == group].to_numpy(float) for group in groups.unique()]
    between, within = len(parts) - 1, len(values) - len(parts)
    ratio = stats.f_oneway(*parts).statistic * between
    return float(np.sqrt(ratio / (ratio + within)))


def association(column, label):
    known = ~column.isna()
    column, label = column[known], label[known]
    if column.nunique() < 2:
        return None
    if is_number(column) and is_classes(label) and label.nunique() > 2:
        return eta(label, column)
    if is_number(column):
        numbers = label if is_number(label) and not is_classes(label) else label.rank(method="dense")
        return float(stats.pearsonr(column, numbers.astype(float)).statistic)
    if is_classes(label):
        table = pd.crosstab(column, label)
        return float(stats.contingency.association(table, method="cramer", correction=False))
    return eta(column, label)


def describe(column, label):
    known = column.dropna()
    found = {
        "number": is_number(column),
        "missing": int(column.isna().sum()),
        "distinct": int(known.nunique()),
        "top": known.value_counts().head(10).tolist(),
        "association": association(column, label) if column is not label else None,
    }
    if is_number(column):
        found["summary"] = summary(known)
        found["histogram"] = histogram(known)
    return found


def table(file, label, options):
    frame = pd.read_csv(FOLDER / file, na_values=WORDS, **options)
    count = frame.shape[1]
    chosen = range(count) if count < WIDE else sorted({label, *range(0, count, STEP)})
    series = [frame.iloc[:, place] for place in range(count)]
    return {
        "rows": len(frame),
        "columns": count,
        "described": {str(place): describe(series[place], series[label]) for place in chosen},
    }


def main():
    found = {file: table(file, label, options) for file, (label, options) in TABLES.items()}
    versions = {"pandas": pd.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
    out = pathlib.Path(__file__).with_name("tables.json")
    out.write_text(json.dumps({"made with": versions, "tables": found}, indent=None) + "\n")


if __name__ == "__main__":
    main()
