"""The judge that ships with the programs is missing, another network, or damaged; sets for which a
measure has too few images."""

import json
import shutil
import struct
import subprocess

import numpy
import pictures
import pytest
from conftest import ROOT, VIS

SHARE = ROOT / "share"


@pytest.fixture
def installed(tmp_path):
    """An installation whose judge is put in by the test: the program and the judge's path."""
    (tmp_path / "bin").mkdir()
    shutil.copy(VIS, tmp_path / "bin" / "vis")
    share = tmp_path / "share" / "mnist-style"
    (share / "judge").mkdir(parents=True)
    for path in [ROOT / "templates", *SHARE.iterdir()]:
        if path.name != "judge":
            (share / path.name).symlink_to(path)
    return tmp_path / "bin" / "vis", share / "judge" / "encoder.safetensors"


def report(program, place, *arguments):
    result = subprocess.run(
        [program, "report", "--ckpt", SHARE / "pt-aae", "--out", place / "out", *arguments],
        capture_output=True, text=True, cwd=place)
    numbers = place / "out" / "report.json"
    return result, json.loads(numbers.read_text()) if numbers.exists() else None


def test_a_missing_judge_is_told_and_its_measures_are_null(installed, tmp_path):
    program, judge = installed
    result, numbers = report(program, tmp_path)
    assert result.returncode == 0
    assert f"{judge.parent} is not there" in result.stderr
    model = numbers["checkpoints"][0]
    assert numbers["reference"]["judge"] is None
    assert model["recognised"] is None and model["frechet"] is None
    assert model["leak"] is not None and model["accuracy"] > 0.99
    assert {missing["measure"] for missing in model["unmeasured"]} >= {"recognised", "frechet"}


def test_another_network_is_no_judge(installed, tmp_path):
    program, judge = installed
    for content, reason in [
        ((SHARE / "pt-aae" / "encoder.safetensors").read_bytes(), "4 style features, expected 54"),
        ((SHARE / "judge" / "encoder.safetensors").read_bytes()[:-1], ""),
        (b"no safetensors", ""),
    ]:
        judge.write_bytes(content)
        result, numbers = report(program, tmp_path)
        lines = result.stderr.splitlines()
        assert (result.returncode, numbers) == (1, None)
        assert len(lines) == 1 and lines[0].startswith(f"vis: {judge}: ") and reason in lines[0]


@pytest.mark.parametrize(
    "labels, expected",
    [([3] * 40, {"leak"}), ([0, 1, 2, 3], {"precision", "recall", "leak"}), ([7], {"recognised", "leak"})])
def test_sets_too_small_for_a_measure_have_null(tmp_path, labels, expected):
    images, digits = pictures.test_set(SHARE / "mnist")
    chosen = [numpy.flatnonzero(digits == digit)[place] for place, digit in enumerate(labels)]
    data = tmp_path / "data"
    data.mkdir()
    count = len(labels)
    (data / "t10k-images-idx3-ubyte").write_bytes(
        struct.pack(">IIII", 0x803, count, 28, 28) + images[chosen].tobytes())
    (data / "t10k-labels-idx1-ubyte").write_bytes(
        struct.pack(">II", 0x801, count) + digits[chosen].tobytes())
    result, numbers = report(VIS, tmp_path, "--data-dir", data)
    assert result.returncode == 0, result.stderr
    model = numbers["checkpoints"][0]
    missing = {one["measure"] for one in model["unmeasured"]}
    assert expected <= missing
    assert all(model[measure] is None for measure in missing)
    page = (tmp_path / "out" / "index.html").read_text()
    assert ">NaN" not in page and ">nan" not in page
