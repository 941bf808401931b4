#!/usr/bin/env python3
"""Makes the JSON files beside this script: what NumPy, SciPy, scikit-image and scikit-learn say of
ink, of rank correlations and of areas under ROC curves.

    python3 make_handwriting.py

Needs numpy, scipy, scikit-image and scikit-learn; takes some seconds.
"""

import gzip
import json
import pathlib

import numpy as np
import scipy.ndimage
import scipy.stats
import skimage.measure
import skimage.morphology
import sklearn.metrics

HERE = pathlib.Path(__file__).parent
SHIPPED = HERE.parents[2] / "share" / "mnist" / "t10k-images-idx3-ubyte.gz"


def write(name, rows):
    """Writes one row a line, so that a change shows what changed."""
    (HERE / name).write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


# Ink.


def enlarged(image):
    """64 times the image at four times its size, interpolated between the pixels' centres."""
    padded = np.pad(image.astype(int), 1)
    wide = np.zeros((30, 112), int)
    for phase, (own, other, side) in enumerate([(5, 3, -1), (7, 1, -1), (7, 1, 1), (5, 3, 1)]):
        wide[:, phase::4] = own * padded[:, 1:29] + other * padded[:, 1 + side:29 + side]
    fine = np.zeros((112, 112), int)
    for phase, (own, other, side) in enumerate([(5, 3, -1), (7, 1, -1), (7, 1, 1), (5, 3, 1)]):
        fine[phase::4] = own * wide[1:29] + other * wide[1 + side:29 + side]
    return fine


def line_length(lines):
    """1 or sqrt 2 for each two pixels that touch, the latter where no pixel lies beside both."""
    lines = np.pad(lines, 1)
    here, below = lines[:-1], lines[1:]
    straight = (lines[:, :-1] & lines[:, 1:]).sum() + (here & below).sum()
    falling = here[:, :-1] & below[:, 1:] & ~here[:, 1:] & ~below[:, :-1]
    rising = here[:, 1:] & below[:, :-1] & ~here[:, :-1] & ~below[:, 1:]
    return straight + np.sqrt(2) * (falling.sum() + rising.sum())


def ink(image):
    grey = image.astype(float)
    y, x = np.mgrid[:28, :28]
    total = grey.sum()
    if total == 0:
        return [0.0] * 7
    dx, dy = x - (grey * x).sum() / total, y - (grey * y).sum() / total
    vertical = (grey * dy * dy).sum()
    shear = (grey * dx * dy).sum() / vertical if vertical > 1e-9 else 0.0

    fine = np.pad(enlarged(image) >= 128 * 64, 1)
    lines = skimage.morphology.thin(fine)
    distances = scipy.ndimage.distance_transform_edt(fine)
    rows, columns = np.nonzero(fine)
    width = height = thickness = 0.0
    if len(rows):
        # A pixel reaches from its place to the next one.
        lefts, rights = columns - shear * rows, columns + 1 - shear * rows
        width, height = rights.max() - lefts.min(), rows.max() - rows.min() + 1
        thickness = 2 * distances[lines].mean()
    loops = skimage.measure.label(~fine, connectivity=1).max() - 1
    # Upwards, so that ink that leans to the right has a positive slant.
    slant = np.degrees(np.arctan(-shear))
    return [float(value) for value in (
        grey.mean() / 255, thickness / 4, slant, width / 4, height / 4, line_length(lines) / 4,
        loops)]


images = np.frombuffer(gzip.decompress(SHIPPED.read_bytes()), np.uint8, offset=16)
images = images.reshape(-1, 28, 28)
write("ink.json", [{"image": index, "measures": ink(images[index])} for index in range(0, 10000, 50)])


# Rank correlations, ranks taken within groups.

generator = np.random.default_rng(1)


def correlation(a, b, groups):
    """Of the shares of a group that are less, ties halved; SciPy's if there is but one group."""
    ranks = np.zeros((2, len(groups)))
    for group in set(groups):
        places = np.nonzero(np.array(groups) == group)[0]
        for row, values in enumerate((a, b)):
            ranks[row, places] = (
                (scipy.stats.rankdata(np.array(values)[places]) - 0.5) / len(places))
    deviations = ranks - 0.5
    norms = np.sqrt((deviations**2).sum(axis=1))
    if not norms.all():
        return None
    rho = float((deviations[0] * deviations[1]).sum() / norms.prod())
    if len(set(groups)) == 1:
        assert abs(rho - scipy.stats.spearmanr(a, b).statistic) < 1e-12
    return rho


def correlations():
    for count, groups, levels in [
        (2, 1, 0), (5, 1, 3), (40, 1, 0), (40, 1, 4), (60, 3, 0), (60, 3, 2), (200, 10, 6),
        (12, 10, 0), (7, 2, 1),
    ]:  # fmt: skip
        a = generator.normal(size=count)
        b = 0.7 * a + generator.normal(size=count)
        if levels:
            a, b = np.floor(a * levels), np.floor(b)
        if levels == 1:
            a = np.zeros(count)
        labels = [int(g) for g in generator.integers(groups, size=count)]
        a, b = a.round(3).tolist(), b.round(3).tolist()
        yield {"a": a, "b": b, "groups": labels, "rho": correlation(a, b, labels)}


write("ranks.json", correlations())


# Areas under ROC curves: distances of pairs by one writer and by two, and the writers' weights.


def areas():
    for writers, levels in [(2, 0), (5, 3), (20, 0), (20, 5), (60, 8)]:
        def distances(count, shift):
            values = generator.gamma(3, size=count) + shift
            return (np.floor(values * levels) if levels else values).round(3).tolist()

        same = [[w, d] for w in range(writers) for d in distances(2, 0)]
        pairs = [
            [w, (w + step) % writers] for w in range(writers) for step in range(1, min(4, writers))]
        other = [[*pair, d] for pair, d in zip(pairs, distances(len(pairs), 1))]
        weights = [int(w) for w in generator.poisson(1, size=writers)]
        weights[:2] = [1, 2]

        def area(weights):
            # Nearer is more likely of one writer.
            truth = [1] * len(same) + [0] * len(other)
            score = [-d for *_, d in same + other]
            weight = [weights[w] for w, _ in same] + [weights[a] * weights[b] for a, b, _ in other]
            return float(sklearn.metrics.roc_auc_score(truth, score, sample_weight=weight))

        yield {
            "same": same, "other": other, "weights": weights,
            "area": area([1] * writers), "weightedArea": area(weights)}


write("areas.json", areas())
