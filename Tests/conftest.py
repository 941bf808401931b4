"""What the tests in Python share: the built program, and reports that it made."""

import os
import pathlib
import shutil
import subprocess
from dataclasses import dataclass

import checkpoints
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
VIS = ROOT / ".build" / "release" / "vis"


@dataclass
class Result:
    status: int
    out: str
    err: str


def run_vis(*arguments, cwd, env=None, **options):
    """Runs `vis` and returns what it said."""
    completed = subprocess.run(
        [VIS, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        timeout=120,
        **options,
    )
    return Result(
        completed.returncode, completed.stdout.decode(), completed.stderr.decode())


def files_below(directory):
    """Every file below a directory, by its relative path."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def style_of(row):
    """The style features of a row of encodings.csv, whatever they are called."""
    return [float(value) for name, value in row.items() if name.startswith("style_")]


def make_data(place):
    """Gives a directory a training set: the test set."""
    for subset in ("t10k", "train"):
        for name in ("images-idx3-ubyte", "labels-idx1-ubyte"):
            (place / f"{subset}-{name}.gz").symlink_to(
                ROOT / "share" / "mnist" / f"t10k-{name}.gz")


@pytest.fixture(scope="session")
def vis():
    assert VIS.exists(), "build it first: make build"
    return run_vis


@pytest.fixture(scope="session")
def comparison(vis, tmp_path_factory):
    """The report of the models that come with the program: a comparison of two."""
    place = tmp_path_factory.mktemp("comparison")
    result = vis("report", cwd=place)
    assert result.status == 0, result.err
    return place / "out"


@pytest.fixture(scope="session")
def single(vis, tmp_path_factory):
    """The report of one model."""
    place = tmp_path_factory.mktemp("single")
    result = vis("report", "--ckpt", ROOT / "share" / "pt-aae", cwd=place)
    assert result.status == 0, result.err
    return place / "out"


@pytest.fixture(scope="session")
def beside(vis, tmp_path_factory):
    """The report of one model, its style, script and pictures in files beside the page."""
    place = tmp_path_factory.mktemp("beside")
    result = vis("report", "--ckpt", ROOT / "share" / "pt-aae", "--assets", "files", cwd=place)
    assert result.status == 0, result.err
    return place / "out"


@pytest.fixture(scope="session")
def trained(vis, tmp_path_factory):
    """The report of three models of which two say how they were trained."""
    place = tmp_path_factory.mktemp("trained")
    for name, epochs in [("pt-sae", 10), ("pt-aae", 15)]:
        shutil.copytree(ROOT / "share" / name, place / name)
        (place / name / "history.csv").write_text(
            checkpoints.history(epochs, adversarial=name == "pt-aae"))
    shutil.copytree(
        ROOT / "share" / "pt-aae", place / "unknown",
        ignore=shutil.ignore_patterns("history.csv"),
    )
    result = vis(
        "report", "--ckpt", "pt-sae", "--ckpt", "unknown", "--ckpt", "pt-aae", cwd=place)
    assert result.status == 0, result.err
    return place / "out"
