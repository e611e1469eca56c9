"""Writes toys.json: generated sets as scikit-learn and numpy compute them.

Run with numpy and scikit-learn: python make_toys.py > toys.json
"""

import json

import numpy as np
from sklearn.datasets import make_moons


def hills(x, y):
    """TensorFlow Playground's `regressGaussian` without noise, from its description."""
    tops = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]
    heights = [
        sign * np.interp(np.linalg.norm([x - at_x, y - at_y]), [0, 2], [1, 0])
        for at_x, at_y, sign in tops
    ]
    return max(heights, key=abs)


def main():
    moons, classes = make_moons(n_samples=250, shuffle=False, noise=None)
    x = np.linspace(-np.pi, np.pi, 2000)
    rows = [0, 1, 2, 499, 776, 999, 1000, 1500, 1998, 1999]
    grid = [(a, b) for a in np.linspace(-6, 6, 13) for b in np.linspace(-6, 6, 9)]
    print(
        json.dumps(
            {
                "moons": {"points": moons.tolist(), "classes": classes.tolist()},
                "sine": {
                    "rows": rows,
                    "x": x[rows].tolist(),
                    "y": np.sin(x)[rows].tolist(),
                    "sum_of_squares": float(np.sum(np.sin(x) ** 2)),
                },
                "hills": [[a, b, float(hills(a, b))] for a, b in grid],
            }
        )
    )


main()
