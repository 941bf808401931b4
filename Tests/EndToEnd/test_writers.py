"""A report that knows who wrote the test images."""

import gzip
import json
import shutil
import struct

import numpy
import pytest
from conftest import ROOT
from pictures import test_set as read_test_set

SHIPPED = ROOT / "share"
NAME = "qmnist-test-labels-idx2-int"


def table(rows=60_000, images_each=25):
    """A file like QMNIST's, in which as many images that follow one another are by one writer."""
    _, labels = read_test_set(SHIPPED / "mnist")
    numbers = numpy.zeros((rows, 8), ">i4")
    numbers[:10_000, 0] = labels[:rows]
    numbers[:, 2] = numpy.arange(rows) // images_each
    return struct.pack(">3I", 0xC02, *numbers.shape) + numbers.tobytes()


@pytest.fixture
def data(tmp_path):
    return shutil.copytree(SHIPPED / "mnist", tmp_path / "data")


def test_a_report_says_how_well_style_tells_a_writer(vis, tmp_path, data):
    (data / f"{NAME}.gz").write_bytes(gzip.compress(table(), 1))
    result = vis(
        "report", "--ckpt", SHIPPED / "pt-sae", "--ckpt", SHIPPED / "pt-aae", "--data-dir", "data",
        cwd=tmp_path)
    assert (result.status, result.err) == (0, ""), result.err
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["writers"]["count"] == 400
    assert report["data"]["files"][-1]["name"] == f"{NAME}.gz"
    _, labels = read_test_set(SHIPPED / "mnist")
    for example in report["writers"]["examples"]:
        assert [labels[image] for image in example] == list(range(10))
        assert len({image // 25 for image in example}) == 1
    for model in report["checkpoints"]:
        assert [group["digits"] for group in model["writer"]] == [1, 3, 10]
        for group in model["writer"]:
            assert group["writers"] == 400
            interval = group["interval"]
            assert 0.4 < interval["lower"] < group["area"] < interval["upper"] < 1
    page = (tmp_path / "out" / "index.html").read_text()
    assert '<section id="writers">' in page and "can identify its writer" in page
    assert (tmp_path / "out" / "figures" / "writers-light.png").exists()
    assert vis("verify", "out", cwd=tmp_path).status == 0


def test_too_few_writers_are_a_dash_and_a_reason(vis, tmp_path, data):
    (data / NAME).write_bytes(table(images_each=1500))
    result = vis("report", "--ckpt", SHIPPED / "pt-aae", "--data-dir", "data", cwd=tmp_path)
    assert result.status == 0, result.err
    [model] = json.loads((tmp_path / "out" / "report.json").read_text())["checkpoints"]
    assert all(
        group["area"] is None and group["interval"] is None and group["writers"] == 7
        for group in model["writer"])
    page = (tmp_path / "out" / "index.html").read_text()
    section = page.partition('<section id="writers">')[2].partition("</section>")[0]
    assert "fewer than 10 have 20 images" in section and "NaN" not in section
    assert section.count(">–</span>") == 3


def test_without_the_file_there_is_no_section(single):
    report = json.loads((single / "report.json").read_text())
    assert report["writers"] is None and report["checkpoints"][0]["writer"] is None
    assert 'id="writers"' not in (single / "index.html").read_text()


@pytest.mark.parametrize("command", ["report", "check"])
def test_a_damaged_file_is_named_in_one_line(vis, tmp_path, data, command):
    (data / f"{NAME}.gz").write_bytes(gzip.compress(table(rows=10_000), 1))
    result = vis(command, "--ckpt", SHIPPED / "pt-aae", "--data-dir", "data", cwd=tmp_path)
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        f"vis: data/{NAME}.gz: 10000 rows of 8 numbers, expected 60000 of 8\n")
    assert not (tmp_path / "out").exists()
    # Who asks for no report is not troubled.
    assert vis("encode", "#17", "--data-dir", "data", cwd=tmp_path).status == 0
