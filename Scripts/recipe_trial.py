#!/usr/bin/env python3
"""Trains an AAE on MNIST's first 50,000 training images and measures it on the 10,000 others.

    Scripts/recipe_trial.py [--test] [--keep DIR] TRAIN-AAE-OPTION...

So options are chosen without the test set. --test trains on all 60,000 and measures on the test set
instead: for the chosen ones, once. The measures are those of `vis check`. Prints one line of JSON.
Needs built programs and the data that `vis data` fetches.
"""

import argparse
import csv
import gzip
import json
import statistics
import struct
import subprocess
import tempfile
from pathlib import Path

HELD_OUT = 10_000
ROOT = Path(__file__).resolve().parent.parent
MEASURES = [
    "l1", "crossEntropy", "accuracy", "distributionError", "recognised", "frechet", "precision",
    "recall", "leak",
]  # fmt: skip


def hold_out(data, place):
    """Writes the last training images and their labels where a test set would be."""
    for name in ("images-idx3-ubyte", "labels-idx1-ubyte"):
        content = gzip.decompress((data / "MNIST" / "raw" / f"train-{name}.gz").read_bytes())
        header = 4 + 4 * content[3]
        (count,) = struct.unpack(">I", content[4:8])
        size = (len(content) - header) // count
        (place / f"t10k-{name}").write_bytes(
            content[:4] + struct.pack(">I", HELD_OUT) + content[8:header]
            + content[-HELD_OUT * size :])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=ROOT / "data")
    parser.add_argument("--test", action="store_true")
    parser.add_argument("--keep", type=Path, help="where the checkpoint stays")
    parser.add_argument("--programs", type=Path, default=ROOT / ".build" / "release")
    arguments, options = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        checkpoint = arguments.keep or place / "model"
        training = ["--quiet", "--ckpt-dir", checkpoint, "--data-dir", arguments.data]
        if not arguments.test:
            hold_out(arguments.data, place)
            training += ["--hold-out", str(HELD_OUT)]
        subprocess.run([arguments.programs / "train-aae", *training, *options], check=True)
        subprocess.run(
            [arguments.programs / "vis", "check", "--ckpt", checkpoint, "--out", place,
             "--data-dir", arguments.data if arguments.test else place],
            check=True, stdout=subprocess.DEVNULL)
        (model,) = json.loads((place / "report.json").read_text())["checkpoints"]
        epochs = list(csv.DictReader((checkpoint / "history.csv").open()))
    found = {"options": " ".join(options), "test": arguments.test}
    found |= {name: model[name] for name in MEASURES}
    found["frechetReconstructed"] = model["reconstructed"]["frechet"]
    found["secondsPerEpoch"] = statistics.median(float(e["seconds_training"]) for e in epochs)
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
