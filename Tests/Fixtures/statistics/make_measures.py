#!/usr/bin/env python3
"""Makes measures.json beside this script: what scikit-learn, SciPy and prdc say of the measures.

    python3 make_measures.py

Needs numpy, scipy, scikit-learn and prdc. Points are made from a recipe, so that the tests make the
same ones: a row of `sample` numbers each, every component plus half of the one before it.
"""

import contextlib
import io
import json
import pathlib

import numpy as np
from make_statistics import sample, write
from prdc import compute_prdc
from scipy.linalg import sqrtm
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import r2_score


def points(seed, count, dimension, scale, shift):
    """N x D numbers."""
    values = sample(seed, count * dimension, scale, shift).reshape(count, dimension)
    for i in range(1, dimension):
        values[:, i] += 0.5 * values[:, i - 1]
    return values


def frechet(a, b):
    (m1, m2), (c1, c2) = (a.mean(0), b.mean(0)), (np.atleast_2d(np.cov(a.T)), np.atleast_2d(np.cov(b.T)))
    return float(((m1 - m2) ** 2).sum() + np.trace(c1 + c2 - 2 * sqrtm(c1 @ c2).real))


def fidelity(a, b):
    with contextlib.redirect_stdout(io.StringIO()):
        found = compute_prdc(a, b, nearest_k=5)
    return [float(found[name]) for name in ("precision", "recall", "density", "coverage")]


# Seed, count, dimension, scale and shift of the reference; the same of the others but the dimension.
PAIRS = [
    [1, 300, 4, 1.0, 0.0, 2, 300, 1.0, 0.0],
    [3, 500, 4, 1.0, 0.0, 4, 300, 0.5, 0.2],
    [5, 203, 1, 2.0, 1.0, 6, 207, 2.0, 1.5],
    [7, 611, 64, 1.0, 0.0, 8, 611, 0.9, 0.05],
    [9, 300, 64, 1.0, 0.0, 10, 400, 1.2, -0.1],
    [11, 7, 3, 1.0, 0.0, 12, 9, 1.0, 0.0],
    [13, 200, 8, 1.0, 0.0, 14, 200, 0.1, 4.0],
]


def pairs():
    rows = []
    for seed, count, dimension, scale, shift, *other in PAIRS:
        a = points(seed, count, dimension, scale, shift)
        b = points(other[0], other[1], dimension, *other[2:])
        rows.append([seed, count, dimension, scale, shift, *other, frechet(a, b), *fidelity(a, b)])
    return rows


# Seed, count, dimension, classes, and how far the means of neighbouring classes are apart.
CLASSES = [[21, 400, 4, 10, 0.3], [22, 400, 1, 3, 1.0], [23, 300, 16, 10, 0.1], [24, 200, 2, 2, 0.0]]


def classes():
    rows = []
    for seed, count, dimension, number, step in CLASSES:
        # Fewer of the last classes.
        labels = np.arange(count) * 7 % (number + number // 2) % number
        values = points(seed, count, dimension, 1.0, 0.0)
        values[:, 0] += step * labels
        half = count // 2
        found = LinearDiscriminantAnalysis().fit(values[:half], labels[:half]).predict(values[half:])
        rows.append([seed, count, dimension, number, step, [int(label) for label in found]])
    return rows


def determinations():
    rows = []
    for seed, count, scale in [(31, 50, 0.1), (32, 1000, 1.0), (33, 2, 3.0)]:
        x = sample(seed, count, 1.0, 0.5)
        y = x + sample(seed + 100, count, scale, 0.0)
        rows.append([seed, count, scale, float(r2_score(x, y))])
    return rows


if __name__ == "__main__":
    write("measures.json", {
        "columns": {
            "pairs": "seed, count, dimension, scale, shift; seed, count, scale, shift of the others; "
            "Frechet distance, precision, recall, density, coverage",
            "classes": "seed, count, dimension, classes, step; labels of the second half",
            "determinations": "seed, count, scale of the error; R2",
        },
        "pairs": pairs(), "classes": classes(), "determinations": determinations(),
    })  # fmt: skip
