"""A checkpoint says for which prior it was trained, and every command takes it from there."""

import json
import re
import shutil
import subprocess

import checkpoints
import pytest
from conftest import ROOT, VIS

SHIPPED = ROOT / "share" / "pt-aae"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The package's model, said to have been trained for N(0, 1)."""
    place = tmp_path_factory.mktemp("prior") / "narrow"
    shutil.copytree(SHIPPED, place)
    path = place / "encoder.safetensors"
    header, data = checkpoints.read(path)
    checkpoints.write(path, {"__metadata__": {"prior_scale": "1.0"}, **header}, data)
    return place


@pytest.fixture(scope="module")
def narrow(vis, model):
    """The report on it."""
    result = vis("report", "--ckpt", model, "--out", "out", cwd=model.parent)
    assert (result.status, result.err) == (0, ""), result
    return model.parent / "out"


def load(out):
    return json.loads((out / "report.json").read_text())["checkpoints"][0]


def test_the_trainer_writes_it_and_the_report_reads_it(vis, tmp_path):
    images = (ROOT / "share" / "mnist").glob("t10k-*")
    for path in images:
        for name in (path.name, path.name.replace("t10k", "train")):
            shutil.copy(path, tmp_path / name)
    subprocess.run(
        [
            VIS.with_name("train-aae"), "--data-dir", ".", "--limit", "256", "--epochs", "1",
            "--prior-scale", "0.5", "--quiet",
        ],
        cwd=tmp_path, check=True)  # fmt: skip
    header, _ = checkpoints.read(tmp_path / "pt-aae" / "encoder.safetensors")
    assert header["__metadata__"] == {"prior_scale": "0.5"}
    assert vis("report", "--data-dir", ".", cwd=tmp_path).status == 0
    model = load(tmp_path / "out")
    assert model["ks"]["priorScale"] == model["generated"]["scale"] == 0.5
    # What the trainer found out and what the report finds out are one number.
    last = model["training"]["epochs"][-1]["validation"]["distributionError"]
    assert last == pytest.approx(model["distributionError"], rel=1e-6)


def test_tests_styles_and_text_are_of_the_prior(narrow, single):
    model, usual = load(narrow), load(single)
    assert model["ks"]["priorScale"] == 1 and usual["ks"]["priorScale"] == 2
    # Styles of deviation 2 do not follow N(0, 1).
    assert model["distributionError"] > 100 > usual["distributionError"]
    assert model["generated"]["scale"] == 1
    for half, whole in zip(model["generated"]["styles"], usual["generated"]["styles"]):
        assert half == pytest.approx([value / 2 for value in whole], rel=1e-6)
    page = (narrow / "index.html").read_text()
    text = re.sub(r"<[^>]*>", "", page)
    assert "N(0, 1²)" in text and "N(0, 2²)" not in text
    assert "N(0, 2²)" in re.sub(r"<[^>]*>", "", (single / "index.html").read_text())


def test_the_report_is_made_again(vis, narrow):
    assert vis("verify", ".", cwd=narrow).status == 0


def test_random_styles_are_of_the_prior(vis, tmp_path, model):
    def styles(*options):
        result = vis("generate", "--random", "3", "-o", "a.png", *options, cwd=tmp_path)
        assert result.status == 0, result.err
        return result.out

    assert styles("--ckpt", model) == styles("--ckpt", SHIPPED, "--scale", "1")
    assert styles("--ckpt", model, "--scale", "2") == styles("--ckpt", SHIPPED)
    assert styles("--ckpt", model) != styles("--ckpt", SHIPPED)


@pytest.mark.parametrize(
    "command", [["report"], ["check"], ["figure", "--list"]], ids=lambda words: words[0])
def test_priors_are_not_compared(vis, tmp_path, model, command):
    result = vis(*command, "--ckpt", SHIPPED, "--ckpt", model, cwd=tmp_path)
    assert (result.status, result.out) == (1, "")
    (line,) = result.err.splitlines()
    assert "N(0, 1²)" in line and "N(0, 2²)" in line
    assert str(SHIPPED) in line and str(model) in line


def test_a_baseline_of_another_prior_is_refused(vis, tmp_path, model, single):
    result = vis(
        "check", "--ckpt", model, "--baseline", single / "report.json", cwd=tmp_path)
    assert result.status == 1 and "prior" in result.err


@pytest.mark.parametrize("scale", ["", "two", "nan", "0", "1e9"])
def test_a_bad_prior_is_refused(vis, tmp_path, scale):
    shutil.copytree(SHIPPED, tmp_path / "model")
    path = tmp_path / "model" / "encoder.safetensors"
    header, data = checkpoints.read(path)
    checkpoints.write(path, {"__metadata__": {"prior_scale": scale}, **header}, data)
    result = vis("encode", "#0", "--ckpt", "model", cwd=tmp_path)
    assert (result.status, result.out) == (1, "")
    assert f'encoder.safetensors: prior_scale is "{scale}", expected' in result.err
