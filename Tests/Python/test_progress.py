"""What a trainer shows of a long epoch: a line on a terminal, and nothing where there is none."""

import os
import pty
import re
import signal
import subprocess
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2]
TRAIN = PACKAGE / ".build" / "release" / "train-sae"
COLOUR = "\x1b[36m"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data directory whose training set is the test set."""
    folder = tmp_path_factory.mktemp("data")
    for subset in ("t10k", "train"):
        for name in ("images-idx3-ubyte", "labels-idx1-ubyte"):
            packed = (PACKAGE / "share" / "mnist" / f"t10k-{name}.gz").read_bytes()
            (folder / f"{subset}-{name}.gz").write_bytes(packed)
    return folder


def train_on_a_terminal(data, place, *flags, program=TRAIN, stop=None, **environment):
    """Standard output, and what a terminal as standard error gets.

    With `stop`, a signal, the training is sent that once its steps are under way.
    """
    terminal, theirs = pty.openpty()
    process = subprocess.Popen(
        [program, "--data-dir", data, "--limit", "3000", "--epochs", "2", *flags],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", **environment},
    )
    os.close(theirs)
    shown = b""
    status = 128 + stop if stop else 0
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # how a terminal says that nobody has it open any more
            break
        if not piece:
            break
        shown += piece
        if stop and b"images/s" in shown:
            process.send_signal(stop)
            stop = None
    os.close(terminal)
    out = process.stdout.read().decode()
    assert process.wait() == status, shown
    return out, shown.decode()


def test_a_terminal_shows_bar_rate_and_time_left(data, tmp_path):
    out, shown = train_on_a_terminal(data, tmp_path, NO_COLOR="")
    assert out.endswith("Done!\n") and "\x1b" not in out
    assert COLOUR in shown
    lines = re.sub(r"\x1b\[[\d;]*[mK]", "", shown).split("\r")
    bar = re.compile(r"Epoch [12]/2 \[=* *\] \d+ images/s, \d+ s left")
    assert len([line for line in lines if bar.fullmatch(line)]) >= 2, lines
    # The line is taken away before an epoch's text.
    assert shown.endswith("\r\x1b[K")


def test_no_color_is_honoured(data, tmp_path):
    _, shown = train_on_a_terminal(data, tmp_path, NO_COLOR="1")
    assert "left" in shown and COLOUR not in shown


@pytest.mark.parametrize(
    "flags, environment", [(["--quiet"], {}), ([], {"TERM": "dumb"})], ids=["quiet", "dumb"]
)
def test_nothing_is_shown_to_who_wants_or_can_show_nothing(data, tmp_path, flags, environment):
    assert train_on_a_terminal(data, tmp_path, *flags, **environment)[1] == ""


def test_a_terminal_is_told_of_a_model_that_will_be_replaced(data, tmp_path):
    first = train_on_a_terminal(data, tmp_path)[1]
    second = train_on_a_terminal(data, tmp_path)[1]
    assert "holds a model already" in second and "holds a model already" not in first


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_training_stopped_in_its_first_epoch_leaves_the_model_that_was_there(data, tmp_path):
    folder = ["--ckpt-dir", "model"]
    train_on_a_terminal(data, tmp_path, *folder, program=TRAIN.with_name("train-aae"))
    before = files(tmp_path / "model")
    # Steps of one image, so that the first epoch takes long enough to be stopped in it.
    slow = ["--batch-size", "1", "--limit", "10000"]
    out, shown = train_on_a_terminal(data, tmp_path, *folder, *slow, stop=signal.SIGTERM)
    assert out == "" and "stopped in epoch 1, nothing saved" in shown
    assert files(tmp_path / "model") == before
