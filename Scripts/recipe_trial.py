#!/usr/bin/env python3
"""Trains an AAE on MNIST's first 50,000 training images and measures it on the 10,000 others.

    Scripts/recipe_trial.py --judge DIR [--test] [--keep DIR] TRAIN-AAE-OPTION...

So options are chosen without the test set. --test trains on all 60,000 and measures on the test set
instead: for the chosen ones, once. The judge is an encoder of other weights, as `train-sae --feat-size 54
--seed 54` makes: what it makes of an image are the features that generated digits are compared by.
Prints one line of JSON. Needs numpy and built programs.
"""

import argparse
import csv
import gzip
import itertools
import json
import math
import struct
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

CLASSES, HELD_OUT, NEIGHBOURS = 10, 10_000, 5
ROOT = Path(__file__).resolve().parent.parent


# Files


def idx(path):
    """The bytes of a gzip IDX file in its own shape."""
    data = gzip.decompress(path.read_bytes())
    shape = struct.unpack(f">{data[3]}I", data[4 : 4 + 4 * data[3]])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


def images_and_labels(data, is_test):
    folder, name = data / "MNIST" / "raw", "t10k" if is_test else "train"
    images = idx(folder / f"{name}-images-idx3-ubyte.gz")[-HELD_OUT:]
    labels = idx(folder / f"{name}-labels-idx1-ubyte.gz")[-HELD_OUT:]
    return images.astype(np.float32)[..., None] / 127.5 - 1, labels.astype(int)


def tensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    entries = json.loads(data[8 : 8 + length])
    entries.pop("__metadata__", None)
    return {
        name: np.frombuffer(
            data[8 + length + entry["data_offsets"][0] : 8 + length + entry["data_offsets"][1]],
            "<f4",
        ).reshape(entry["shape"])
        for name, entry in entries.items()
    }


# The networks, N x H x W x C


def windows(x, kernel, stride, padding, outside=0):
    """For each tap of a kernel, what of x it sees."""
    (n, h, w, _), p = x.shape, padding
    x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)), constant_values=outside)
    taps = itertools.product(range(kernel), repeat=2)
    return [x[:, dy : dy + h : stride, dx : dx + w : stride] for dy, dx in taps]


def convolution(x, weight, stride, padding):
    seen = np.concatenate(windows(x, weight.shape[2], stride, padding), axis=3)
    return seen @ weight.transpose(2, 3, 1, 0).reshape(-1, len(weight))


def block(x, parts, name, stride, padding, groups):
    x = convolution(x, parts[f"{name}.0.weight"], stride, padding)
    n, h, w, c = x.shape
    x = x.reshape(n, h * w, groups, c // groups)
    x = x - x.mean(axis=(1, 3), keepdims=True)
    x = x / np.sqrt((x * x).mean(axis=(1, 3), keepdims=True) + 1e-5)
    x = x.reshape(n, h, w, c) * parts[f"{name}.1.weight"] + parts[f"{name}.1.bias"]
    return np.maximum(x, 0)


def in_parts(function):
    """The function of N rows, fifty at a time, so that they stay in cache."""

    def whole(parts, *rows):
        ends = range(0, len(rows[0]), 50)
        return np.concatenate([function(parts, *(r[e : e + 50] for r in rows)) for e in ends])

    return whole


@in_parts
def encode(parts, x):
    """Logits and styles, N x (10 + S)."""
    x = block(x, parts, "_seq.0", 2, 2, 4)
    x = block(x, parts, "_seq.1", 1, 1, 8)
    x = np.max(windows(x, 3, 2, 1, outside=-np.inf), axis=0)
    x = x.transpose(0, 3, 1, 2).reshape(len(x), -1)
    return x @ parts["_seq.4.weight"].T + parts["_seq.4.bias"]


@in_parts
def decode(parts, codes):
    """Images of class probabilities and styles."""
    x = codes @ parts["fc.weight"].T + parts["fc.bias"]
    x = x.reshape(-1, 32, 7, 7).transpose(0, 2, 3, 1)
    x = block(x.repeat(2, 1).repeat(2, 2), parts, "conv1", 1, 1, 8)
    x = block(x.repeat(2, 1).repeat(2, 2), parts, "conv2", 1, 1, 2)
    return np.clip(convolution(x, parts["conv3.weight"], 1, 1) + parts["conv3.bias"], -1, 1)


# Measures


def frechet(a, b):
    """|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)) (Heusel et al. 2017, eq. 6)."""
    c1, c2 = np.cov(a.T), np.cov(b.T)
    values, vectors = np.linalg.eigh(c1)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    shared = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ c2 @ root), 0)).sum()
    return ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(c1) + np.trace(c2) - 2 * shared


def squared_distances(a, b):
    return (a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T


def covered(balls, points):
    """The share of points in some ball around the others, out to its 5th nearest neighbour
    (Kynkaanniemi et al. 2019)."""
    own = squared_distances(balls, balls)
    np.fill_diagonal(own, 0)
    radii = np.partition(own, NEIGHBOURS, axis=1)[:, NEIGHBOURS]
    return (squared_distances(points, balls) <= radii).any(axis=1).mean()


def measures(checkpoint, judge, images, labels, scale, seed=1):
    random = np.random.default_rng(seed)
    order = random.permutation(len(images))
    a, b = order[: len(order) // 2], order[len(order) // 2 :]
    encoder, decoder = (
        tensors(checkpoint / f"{name}.safetensors") for name in ("encoder", "decoder"))
    reference = encode(judge, images[a])
    mean, deviation = reference.mean(0), reference.std(0)
    reference = ((reference - mean) / deviation).astype(float)

    codes = encode(encoder, images[b])
    styles = codes[:, CLASSES:].copy()
    odds = np.exp(codes[:, :CLASSES] - codes[:, :CLASSES].max(1, keepdims=True))
    codes[:, :CLASSES] = odds / odds.sum(1, keepdims=True)
    digits = np.eye(CLASSES, dtype=np.float32)[labels[b]]
    drawn = random.normal(0, scale, styles.shape).astype(np.float32)
    generated = encode(judge, decode(decoder, np.concatenate([digits, drawn], 1)))
    again = encode(judge, decode(decoder, codes))
    features, reconstructed = ((x - mean) / deviation for x in (generated, again))
    named = generated[:, :CLASSES].argmax(1) == labels[b]
    return {
        "recognised": named.mean(),
        "frechet": frechet(reference, features.astype(float)),
        "frechetReconstructed": frechet(reference, reconstructed.astype(float)),
        "precision": covered(reference, features),
        "recall": covered(features, reference),
        "recognisedOfDigit": [round(float(named[labels[b] == d].mean()), 3) for d in range(CLASSES)],
    }


# A trial


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--judge", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=ROOT / "data")
    parser.add_argument("--test", action="store_true")
    parser.add_argument("--keep", type=Path, help="where the checkpoint stays")
    parser.add_argument("--program", default=str(ROOT / ".build/release/train-aae"))
    arguments, options = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as scratch:
        checkpoint = arguments.keep or Path(scratch)
        held_out = [] if arguments.test else ["--hold-out", str(HELD_OUT)]
        start = time.time()
        subprocess.run(
            [arguments.program, "--quiet", "--ckpt-dir", checkpoint, "--data-dir", arguments.data]
            + held_out + options, check=True)
        seconds = time.time() - start
        epochs = list(csv.DictReader((checkpoint / "history.csv").open()))
        found = {"options": " ".join(options), "test": arguments.test, "minutes": seconds / 60}
        for name in ("l1", "crossEntropy", "accuracy", "distributionError"):
            found[name] = float(epochs[-1][f"validation_{name}"])
        found["secondsPerEpoch"] = np.median([float(e["seconds_training"]) for e in epochs])
        scale = float(options[options.index("--prior-scale") + 1]) if "--prior-scale" in options else 2
        found |= measures(
            checkpoint, tensors(arguments.judge / "encoder.safetensors"),
            *images_and_labels(arguments.data, arguments.test), scale)
    rounded = {
        name: float(f"{value:.5g}") if isinstance(value, float) and math.isfinite(value) else value
        for name, value in found.items()
    }
    print(json.dumps(rounded), flush=True)


if __name__ == "__main__":
    main()
