"""Writes pt-sae/expected.json and pt-aae/expected.json: what PyTorch and SciPy say of the
checkpoints that come with the package, on the whole test set.

To be run again when the checkpoints in share/ are replaced. Needs torch, numpy, scipy and
safetensors (Debian: python3-torch, python3-scipy, python3-safetensors):  python3 make_expected.py
"""

import json
import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from scipy import stats
from torch.nn import functional

from model import SHARE, Decoder, Encoder, normalized, test_set

PRIOR = stats.norm(scale=2)
# Images whose logits and styles are written out, and those whose decoded images are.
SHOWN, DECODED = 8, 2


def load(name):
    """Encoder and decoder of a checkpoint."""
    folder = SHARE / name
    weights = load_file(folder / "encoder.safetensors")
    style_size = len(weights["_seq.4.bias"]) - 10
    encoder, decoder = Encoder(style_size), Decoder(style_size)
    encoder.load_state_dict(weights)
    decoder.load_state_dict(load_file(folder / "decoder.safetensors"))
    return encoder.double(), decoder.double()


def ks_test(values):
    """The distance, and -log10 of the probability where SciPy's does not underflow."""
    result = stats.kstest(values, PRIOR.cdf)
    p = result.pvalue
    return {"D": result.statistic, "neglog10p": -math.log10(p) if p > 1e-300 else None}


def ks_rows(styles, labels):
    rows = {"all": styles} | {str(digit): styles[labels == digit] for digit in range(10)}
    return {
        name: {"pooled": ks_test(row.ravel())}
        | {str(feature): ks_test(row[:, feature]) for feature in range(row.shape[1])}
        for name, row in rows.items()
    }


def expected(name):
    encoder, decoder = load(name)
    pixels, labels = test_set(10_000)
    images = normalized(pixels, torch.float64)
    with torch.inference_mode():
        logits, styles = (torch.cat(parts) for parts in zip(*map(encoder, images.split(1000))))
        probabilities = torch.softmax(logits, dim=1)
        outputs = torch.cat(
            [decoder(*part) for part in zip(probabilities.split(1000), styles.split(1000))]
        )
    hits = (logits.argmax(dim=1) == labels).numpy()
    digits = labels.numpy()
    return {
        "accuracy": hits.mean(),
        "accuracy_per_digit": [hits[digits == digit].mean() for digit in range(10)],
        "l1": functional.l1_loss(outputs, images).item(),
        "cross_entropy": functional.cross_entropy(logits, labels).item(),
        # Of the styles as float32 holds them, which is what the Swift side tests.
        "ks": ks_rows(styles.float().double().numpy(), digits),
        "logits": logits[:SHOWN].float().tolist(),
        "styles": styles[:SHOWN].float().tolist(),
        "images": outputs[:DECODED].double().numpy().reshape(DECODED, 784).round(6).tolist(),
    }


def main():
    for name in ("pt-sae", "pt-aae"):
        path = Path(__file__).parent / name / "expected.json"
        lines = [f'"{key}": {json.dumps(value)}' for key, value in expected(name).items()]
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
