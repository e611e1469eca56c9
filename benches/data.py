"""Seconds and peak memory (KiB) of loading MNIST with a library of Python.

    data.py pandas|polars TABLE.csv
    data.py numpy FOLDER

Ends, as Descent does, with 80 % and 20 % of the rows as float32 in 0 to 1, and their labels (IDX
files bring their own parts). `benches/data.rs` calls it. Importing the library is not counted.
"""

import gzip
import resource
import sys
import time
from pathlib import Path

import numpy as np


def parts(labels, pixels):
    order = np.random.default_rng(0).permutation(len(labels))
    test, train = order[: len(order) // 5], order[len(order) // 5 :]
    return (pixels[train], labels[train]), (pixels[test], labels[test])


def from_pandas(path):
    import pandas

    def load():
        table = pandas.read_csv(path)
        pixels = table.iloc[:, 1:].to_numpy(dtype=np.float32) / np.float32(255)
        return parts(table.iloc[:, 0].to_numpy(), pixels)

    return load


def from_polars(path):
    import polars

    def load():
        table = polars.read_csv(path)
        pixels = table.select(table.columns[1:]).to_numpy().astype(np.float32) / np.float32(255)
        return parts(table[table.columns[0]].to_numpy(), pixels)

    return load


def from_numpy(folder):
    def read(name, offset):
        with gzip.open(Path(folder) / name) as file:
            return np.frombuffer(file.read(), np.uint8, offset=offset)

    def load():
        return [
            (
                read(f"{part}-images-idx3-ubyte.gz", 16).astype(np.float32) / np.float32(255),
                read(f"{part}-labels-idx1-ubyte.gz", 8),
            )
            for part in ("train", "t10k")
        ]

    return load


if __name__ == "__main__":
    library, place = sys.argv[1:]
    load = {"pandas": from_pandas, "polars": from_polars, "numpy": from_numpy}[library](place)
    start = time.perf_counter()
    loaded = load()
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
