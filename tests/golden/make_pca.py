"""Writes pca.json: principal components of clouds of points, as scikit-learn computes them.

    make_pca.py > pca.json

The points are not written: a value is a sum over a few waves whose numbers are all integers, so that anyone
can make the same ones (see `cloud`). Directions have scikit-learn's signs. Of wide clouds only every
seventeenth loading is written.
"""

import json

import numpy as np
import sklearn
from sklearn.decomposition import PCA


def cloud(rows, cols, waves, offset):
    """Row i, column j: offset·j + Σ over k of w · ((i·(3k² + 5) + 7k) mod 23 − 11) · ((j·(2k + 3) + k) mod 19 − 9), all of it / 64, where w is 2^(waves − k), or waves − k where there are more than ten."""
    i, j = np.arange(rows)[:, None], np.arange(cols)[None]
    values = offset * j + np.zeros((rows, 1))
    for k in range(waves):
        weight = 2 ** (waves - k) if waves <= 10 else waves - k
        values += weight * ((i * (3 * k * k + 5) + 7 * k) % 23 - 11) * ((j * (2 * k + 3) + k) % 19 - 9)
    return values / 64


def case(rows, cols, waves, offset, count):
    x = cloud(rows, cols, waves, offset)
    pca = PCA(n_components=count, svd_solver="full").fit(x)
    stride = 1 if cols <= 20 else 17
    return {
        "rows": rows,
        "cols": cols,
        "waves": waves,
        "offset": offset,
        "stride": stride,
        "directions": [direction[::stride].tolist() for direction in pca.components_],
        "explained": pca.explained_variance_ratio_.tolist(),
        "points": pca.transform(x)[:5].tolist(),
    }


cases = [
    case(40, 2, 3, 0, 2),
    case(60, 5, 5, 1, 3),
    case(100, 20, 6, 1000, 2),
    case(50, 48, 6, 0, 2),
    case(30, 100, 6, 0, 2),
    case(300, 200, 7, 100, 3),
    case(500, 784, 7, 1, 2),
    case(200, 150, 18, 1, 2),
    case(60, 300, 18, 1, 2),
]
print(json.dumps({"sklearn": sklearn.__version__, "cases": cases}, separators=(",", ":")))
