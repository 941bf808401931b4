#!/usr/bin/env python3
"""Makes the JSON files beside this script: what NumPy, SciPy and mpmath say of the statistics.

    python3 make_statistics.py

Needs numpy >= 2, scipy >= 1.17 and mpmath; takes about a minute. Rows are lists whose columns the
key `columns` names.
"""

import json
import math
import pathlib

import mpmath
import numpy as np
import scipy.stats
from scipy.stats import kstwo, norm

HERE = pathlib.Path(__file__).parent
mpmath.mp.dps = 60


def write(name, contents):
    """Writes one row a line, so that a change shows what changed."""
    sections = []
    for key, value in contents.items():
        if isinstance(value, list):
            rows = ",\n  ".join(json.dumps(row) for row in value)
            sections.append(f"{json.dumps(key)}: [\n  {rows}\n ]")
        else:
            sections.append(f"{json.dumps(key)}: {json.dumps(value)}")
    (HERE / name).write_text("{\n " + ",\n ".join(sections) + "\n}\n")


# The distribution of D.


def exact_survival(n, d):
    """2 P(D+ >= d), the exact two-sided probability for d >= 1/2 and its limit for large n d²."""
    n, d = mpmath.mpf(n), mpmath.mpf(d)
    total = mpmath.mpf(0)
    for j in range(int(mpmath.floor(n * (1 - d))) + 1):
        total += mpmath.binomial(n, j) * (d + j / n) ** (j - 1) * (1 - d - j / n) ** (n - j)
    return 2 * d * total


def exact_negative_log10(n, d):
    return float(-mpmath.log10(exact_survival(n, d)))


def durbin_negative_log10(n, d):
    """-log10 P(D >= d) by Durbin's matrix in 60 digits."""
    t = n * mpmath.mpf(d)
    k = int(mpmath.ceil(t))
    h = k - t
    m = 2 * k - 1
    matrix = mpmath.zeros(m, m)
    for i in range(m):
        for j in range(min(i + 2, m)):
            value = mpmath.mpf(1)
            if j == 0:
                value -= h ** (i + 1)
            if i == m - 1:
                value -= h ** (m - j)
            if j == 0 and i == m - 1 and 2 * h > 1:
                value += (2 * h - 1) ** m
            matrix[i, j] = value / mpmath.factorial(i - j + 1)
    power = matrix**n
    cdf = power[k - 1, k - 1] * mpmath.factorial(n) / mpmath.mpf(n) ** n
    return float(-mpmath.log10(1 - cdf))


def distribution():
    counts = [1, 2, 3, 4, 5, 7, 10, 20, 50, 100, 139, 140, 141, 142, 200, 500, 1000, 2000, 5000,
              10000, 40000, 99999, 100000, 100001, 640000]  # fmt: skip
    pairs = set()

    def add(n, d):
        if 0 <= d <= 1:
            pairs.add((n, float(d)))

    for n in counts:
        # Either side of every limit between methods.
        limits = [0.5 / n, 1 / n, 0.5, (n - 1) / n, (1.4 / n) ** (2 / 3)]
        limits += [math.sqrt(c / n) for c in (0.754693, 2.2, 4.0, 18.0)]
        for limit in limits:
            for factor in (1 - 1e-4, 1 - 1e-9, 1, 1 + 1e-9, 1 + 1e-4):
                add(n, limit * factor)
        for z in (0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0, 1.2, 1.358, 1.45, 1.49, 1.7, 2.1, 3, 4.5, 7, 12, 18):
            add(n, z / math.sqrt(n))
        for d in (0.05, 0.25, 0.4, 0.6, 0.75, 0.9, 0.999):
            add(n, d)
    rows = []
    for n, d in sorted(pairs):
        p = float(kstwo.sf(d, n))
        if p > 1e-300:
            rows.append([n, d, max(0.0, -math.log10(p))])

    precise = []
    deep = [(50, 0.9999999), (100, 0.9999), (1000, 0.52), (1000, 0.595), (1000, 0.75), (1000, 0.99), (1009, 0.61803),
            (1135, 0.95), (5000, 0.3), (10000, 0.25), (10000, 0.74), (10000, 0.9058878977),
            (10000, 0.99999), (40000, 0.1)]  # fmt: skip
    for n, d in deep:
        precise.append([n, d, exact_negative_log10(n, d)])
    # Near p = 1 the logarithm is tiny, and 1 - cdf in double precision would lose it.
    for n, d in [(5, 0.15), (10, 0.11), (20, 0.07), (50, 0.05), (139, 0.03), (140, 0.05), (141, 0.02), (200, 0.03)]:
        precise.append([n, d, durbin_negative_log10(n, d)])

    critical = []
    for n in (1, 2, 3, 5, 10, 40, 140, 141, 892, 1000, 10000, 40000, 640000):
        for alpha in (0.5, 0.1, 0.05, 0.01, 0.001) if n <= 10000 else (0.5, 0.05):
            critical.append([n, alpha, float(kstwo.isf(alpha, n))])

    normal = []
    for z in (-37, -20, -8.3, -5, -2, -1, -0.1, 0, 0.1, 1, 2, 5, 8.3, 20, 37):
        normal.append([z, float(norm.cdf(z)), float(norm.sf(z)), float(norm.pdf(z))])
    write("distribution.json", {
        "columns": {"scipy": "n, d, -log10 p", "mpmath": "n, d, -log10 p", "critical": "n, alpha, d",
                    "normal": "z, below, above, density"},
        "scipy": rows, "mpmath": precise, "critical": critical, "normal": normal,
    })  # fmt: skip


# Samples: made from integers, so that the tests make the same ones and no numbers need storing.


def sample(seed, count, scale, shift, step=0.0):
    """Sums of four uniform numbers, less 2, times scale, plus shift; rounded to `step` if not 0."""
    state = seed
    values = []
    for _ in range(count):
        total = 0
        for _ in range(4):
            state = (state * 1664525 + 1013904223) % 2**32
            total += state >> 8
        value = (total / 2**24 - 2) * scale + shift
        values.append(math.floor(value / step) * step if step else value)
    return np.array(values)


RECIPES = [
    # seed, count, scale, shift, step
    [1, 1, 3.5, 0.0, 0.0],
    [2, 2, 3.5, 0.0, 0.0],
    [3, 3, 3.5, 0.0, 0.0],
    [4, 5, 3.5, 1.0, 0.0],
    [5, 16, 3.5, -1.0, 0.0],
    [6, 100, 3.5, 0.0, 0.0],
    [7, 127, 0.25, 0.0, 0.0],
    [8, 128, 8.0, 4.0, 0.0],
    [9, 1000, 3.5, 0.0625, 0.0],
    [10, 1024, 3.5, 0.0, 0.5],
    [11, 1000, 3.5, 0.0, 16.0],
    [12, 9999, 3.375, 0.0, 0.0],
    [13, 10000, 3.5, 0.25, 0.0],
    [14, 10000, 1e-30, 1e-31, 0.0],
    [15, 10000, 1.0, 7.0, 0.0],
    [16, 40000, 3.5, 0.03125, 0.0078125],
    [17, 100, 0.0, 3.0, 0.0],
    [18, 256, 1.0, 0.0, 1.0],
    # Where the form of the interpolation shows in the last bit.
    [21, 6, 2.3, 0.1, 0.0],
    [23, 6, 2.3, 0.1, 0.0],
    [24, 6, 2.3, 0.1, 0.0],
    # Where values lie on edges and rounding would put them into either neighbour.
    [23, 200, 2.3, 0.1, 0.1],
    [30, 333, 0.3, 0.7, 0.01],
    [88, 640, 0.7, -0.3, 0.05],
]


def samples():
    tests, bins, quantiles = [], [], []
    for recipe in RECIPES:
        values = sample(*recipe)
        floats = values.astype(np.float32).astype(np.float64)
        for kind, x in (("double", values), ("float", floats)):
            result = scipy.stats.kstest(x, "norm", args=(0, 2))
            tests.append(recipe + [kind, float(result.statistic), -math.log10(result.pvalue) if result.pvalue > 1e-300
                                   else exact_negative_log10(len(x), result.statistic)])  # fmt: skip
            edges = np.histogram_bin_edges(x, "auto")
            counts, _ = np.histogram(x, edges)
            same, _ = np.histogram(x, "auto")
            # All edges and counts in one number each, and some as they are.
            weights = np.arange(1, len(counts) + 1)
            bins.append(recipe + [kind, len(counts), float(edges[0]), float(edges[len(edges) // 2]), float(edges[-1]),
                                  float(math.fsum(edges)), int((same * weights).sum()), int(same.max())])  # fmt: skip
            assert (counts == same).all()
        for q in (0, 0.01, 0.25, 0.5, 0.75, 0.9, 1):
            quantiles.append(recipe + [q, float(np.quantile(values, q))])

    outlier = np.append(sample(13, 10000, 3.5, 0.25), 1e30)
    zero = np.append(np.zeros(1000), [-1.0, 3.0])
    special = [["outlier", *edges_of(outlier)], ["mostly zero", *edges_of(zero)]]
    write("samples.json", {
        "columns": {
            "tests": "seed, count, scale, shift, step, kind, d, -log10 p",
            "bins": "seed, count, scale, shift, step, kind, bins, first, middle, last, sum of edges, "
                    "sum of counts times number from 1, largest count",
            "quantiles": "seed, count, scale, shift, step, q, quantile",
            "special": "name, bins, first, last, counts of the first five",
        },
        "tests": tests, "bins": bins, "quantiles": quantiles, "special": special,
    })  # fmt: skip


def edges_of(x):
    counts, edges = np.histogram(x, "auto")
    return [len(counts), float(edges[0]), float(edges[-1]), counts[:5].tolist()]


def proportions():
    rows = []
    for successes, trials in [(0, 1), (1, 1), (1, 2), (0, 10), (3, 10), (10, 10), (17, 40), (891, 892), (974, 980),
                              (9904, 10000), (9875, 10000), (10000, 10000), (0, 10000), (1, 60000)]:  # fmt: skip
        interval = scipy.stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
        rows.append([successes, trials, float(interval.low), float(interval.high)])
    write("proportions.json", {"columns": "successes, trials, low, high", "wilson": rows})


distribution()
samples()
proportions()
