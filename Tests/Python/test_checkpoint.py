"""What `train-aae` writes, read by Python's own safetensors.

The trainer runs for one epoch on some of the test set, laid out as a training set: no downloads.
"""

import gzip
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save

PACKAGE = Path(__file__).resolve().parents[2]
TRAIN = PACKAGE / ".build" / "release" / "train-aae"
STYLE_SIZE = 3

ENCODER = {
    "_seq.0.0.weight": (16, 1, 5, 5),
    "_seq.0.1.weight": (16,),
    "_seq.0.1.bias": (16,),
    "_seq.1.0.weight": (32, 16, 3, 3),
    "_seq.1.1.weight": (32,),
    "_seq.1.1.bias": (32,),
    "_seq.4.weight": (10 + STYLE_SIZE, 1568),
    "_seq.4.bias": (10 + STYLE_SIZE,),
}
DECODER = {
    "fc.weight": (1568, 10 + STYLE_SIZE),
    "fc.bias": (1568,),
    "conv1.0.weight": (32, 32, 3, 3),
    "conv1.1.weight": (32,),
    "conv1.1.bias": (32,),
    "conv2.0.weight": (4, 32, 3, 3),
    "conv2.1.weight": (4,),
    "conv2.1.bias": (4,),
    "conv3.weight": (1, 4, 3, 3),
    "conv3.bias": (1,),
}
DISCRIMINATOR = {
    "_seq.0.weight": (64, 10 + STYLE_SIZE),
    "_seq.0.bias": (64,),
    "_seq.2.weight": (8, 64),
    "_seq.2.bias": (8,),
    "_seq.4.weight": (1, 8),
    "_seq.4.bias": (1,),
}
NETWORKS = [("encoder", ENCODER), ("decoder", DECODER), ("discriminator", DISCRIMINATOR)]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data directory whose training set is the test set."""
    folder = tmp_path_factory.mktemp("data")
    for name in ("images-idx3-ubyte", "labels-idx1-ubyte"):
        packed = (PACKAGE / "share" / "mnist" / f"t10k-{name}.gz").read_bytes()
        (folder / f"t10k-{name}.gz").write_bytes(packed)
        (folder / f"train-{name}").write_bytes(gzip.decompress(packed))
    return folder


@pytest.fixture(scope="module")
def checkpoint(data, tmp_path_factory):
    """The directory that a short training leaves."""
    folder = tmp_path_factory.mktemp("trained") / "pt-aae"
    run = subprocess.run(
        [
            TRAIN, "--data-dir", data, "--ckpt-dir", folder, "--limit", "256",
            "--epochs", "1", "--feat-size", str(STYLE_SIZE),
        ],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.endswith("Done!\n")
    return folder


@pytest.mark.parametrize("network, shapes", NETWORKS)
def test_tensors_have_the_names_shapes_and_type_of_pytorch(checkpoint, network, shapes):
    tensors = load_file(checkpoint / f"{network}.safetensors")
    assert {name: tensor.shape for name, tensor in tensors.items()} == shapes
    assert {str(tensor.dtype) for tensor in tensors.values()} == {"float32"}
    assert all(np.isfinite(tensor).all() for tensor in tensors.values())


@pytest.mark.parametrize("network", [network for network, _ in NETWORKS])
def test_saving_again_gives_the_same_bytes(checkpoint, network):
    path = checkpoint / f"{network}.safetensors"
    with safe_open(path, framework="np") as file:
        metadata = file.metadata()
    assert save(load_file(path), metadata=metadata) == path.read_bytes()


def test_trainer_state_can_be_looked_into(checkpoint):
    path = checkpoint / "trainer-state.safetensors"
    with safe_open(path, framework="np") as file:
        metadata = file.metadata()
    assert metadata["format"] == "mnist-style trainer state"
    position = json.loads(metadata["state"])
    assert (position["epoch"], position["step"]) == (1, 0)
    assert position["options"]["limit"] == 256
    assert position["options"]["styleSize"] == STYLE_SIZE

    state = load_file(path)
    for network, shapes in NETWORKS:
        count = sum(int(np.prod(shape)) for shape in shapes.values())
        for block in ("values", "first_moments", "second_moments"):
            assert state[f"{network}.{block}"].shape == (count,)
        saved = load_file(checkpoint / f"{network}.safetensors")
        if f"{network}.average" not in state:
            blocks = np.concatenate([saved[name].ravel() for name in shapes])
            assert np.array_equal(blocks, state[f"{network}.values"])
