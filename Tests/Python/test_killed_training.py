"""A training that is killed again and again: what it has saved is always whole.

The data set is so small that the trainer saves most of the time, so that most kills hit a save.
"""

import json
import random
import signal
import struct
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file

PACKAGE = Path(__file__).resolve().parents[2]
TRAIN = PACKAGE / ".build" / "release" / "train-aae"
NETWORKS = ["encoder", "decoder", "discriminator"]
STATE = "trainer-state.safetensors"


@pytest.fixture
def data(tmp_path):
    """A data directory of eight images in all."""
    folder = tmp_path / "data"
    folder.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (4, 784), np.uint8).tobytes()
    for subset in ["train", "t10k"]:
        images = struct.pack(">4I", 0x803, 4, 28, 28) + pixels
        labels = struct.pack(">2I", 0x801, 4) + bytes([3, 1, 4, 1])
        (folder / f"{subset}-images-idx3-ubyte").write_bytes(images)
        (folder / f"{subset}-labels-idx1-ubyte").write_bytes(labels)
    return folder


def epoch_of(checkpoint: Path) -> int:
    """Checks that the files belong together.

    Returns the epoch that they belong to.
    """
    state = load_file(checkpoint / STATE)
    with safe_open(checkpoint / STATE, framework="np") as file:
        epoch = json.loads(file.metadata()["state"])["epoch"]
    for network in NETWORKS:
        tensors = load_file(checkpoint / f"{network}.safetensors")
        saved = np.sort(np.concatenate([tensor.ravel() for tensor in tensors.values()]))
        # Of an auto-encoder, the average is the model.
        trained = state.get(f"{network}.average", state[f"{network}.values"])
        assert np.array_equal(saved, np.sort(trained)), network
    return epoch


def test_a_killed_training_leaves_a_whole_checkpoint_and_goes_on(data, tmp_path):
    checkpoint = tmp_path / "pt-aae"
    foreign = checkpoint / "notes.txt"
    checkpoint.mkdir()
    foreign.write_text("mine")
    command = [TRAIN, "--data-dir", data, "--ckpt-dir", checkpoint, "--epochs", "100000"]
    command += ["--feat-size", "1", "--threads", "1", "--json"]
    moments = random.Random(1)
    last = 0
    for _ in range(20):
        resume = ["--resume"] if last else []
        process = subprocess.Popen(
            [*command, *resume], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        # The first line tells that the training is under way and has saved.
        line = process.stdout.readline()
        assert line, process.stderr.read()
        json.loads(line)
        time.sleep(moments.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        epoch = epoch_of(checkpoint)
        assert epoch >= last + 1
        last = epoch
    assert foreign.read_text() == "mine"
