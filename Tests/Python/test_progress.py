"""What a trainer shows of a long epoch: a line on a terminal, and nothing where there is none."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
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


def set_width(terminal, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))


def train_on_a_terminal(
    data, place, *flags, program=TRAIN, stop=None, columns=(), **environment
):
    """Standard output, and what a terminal as standard error gets.

    With `stop`, a signal, the training is sent that once its steps are under way. The terminal has
    the widths of `columns`, one after the other: the next when a line has been drawn in the last.
    """
    terminal, theirs = pty.openpty()
    widths = list(columns)
    if widths:
        set_width(terminal, widths.pop(0))
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
        if widths:
            set_width(terminal, widths.pop(0))
    os.close(terminal)
    out = process.stdout.read().decode()
    assert process.wait() == status, shown
    return out, shown.decode()


def test_a_terminal_shows_bar_rate_and_time_left(data, tmp_path):
    out, shown = train_on_a_terminal(data, tmp_path, NO_COLOR="")
    assert out.endswith("Done!\n") and "\x1b" not in out
    assert COLOUR in shown
    lines = drawn_lines(shown)
    bar = re.compile(r"Epoch [12]/2 \[=* *\] \d+ images/s, \d+ s left")
    assert len([line for line in lines if bar.fullmatch(line)]) >= 2, lines
    # The line is taken away before an epoch's text.
    assert shown.endswith("\r\x1b[K")


def drawn_lines(shown):
    """What stood in the line, each time it was drawn, without colours."""
    return [line for line in re.sub(r"\x1b\[[\d;]*[mK]", "", shown).split("\r") if line]


@pytest.mark.parametrize("columns", [1, 9, 20, 45, 79, 200])
def test_the_line_is_shorter_than_the_terminal_is_wide(data, tmp_path, columns):
    shown = train_on_a_terminal(data, tmp_path, columns=[columns], COLUMNS="500")[1]
    assert max(map(len, drawn_lines(shown)), default=0) < columns
    assert ("left" in shown) == (columns >= 45)


def test_the_line_follows_the_width(data, tmp_path):
    shown = train_on_a_terminal(data, tmp_path, "--batch-size", "1", columns=[100, 30])[1]
    lines = drawn_lines(shown)
    assert max(map(len, lines[:1])) > 30 > max(map(len, lines[-3:]))


def test_columns_count_where_the_terminal_says_no_width(data, tmp_path):
    shown = train_on_a_terminal(data, tmp_path, COLUMNS="20")[1]
    assert 0 < max(map(len, drawn_lines(shown))) < 20


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
