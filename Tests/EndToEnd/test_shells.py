"""What shells, pipes, terminals and spreadsheets bring: how the programs meet them."""

import csv
import io
import json
import os
import shutil

import pytest
from conftest import ROOT, VIS, files_below

SHIPPED = ROOT / "share" / "pt-aae"


@pytest.fixture(scope="session")
def seven(vis, tmp_path_factory):
    """A PNG file of a digit."""
    place = tmp_path_factory.mktemp("seven")
    assert vis("generate", "--digit", "7", "-o", "seven.png", cwd=place).status == 0
    return (place / "seven.png").read_bytes()


# MARK: Spreadsheets


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_names_that_a_spreadsheet_would_compute_are_defused(vis, tmp_path, seven):
    names = ["=1+1.png", "+x.png", "-2.png", "@a.png", "-3", "plain.png"]
    for name in names:
        (tmp_path / name).write_bytes(seven)
    result = vis("encode", "--csv", "--", *names, cwd=tmp_path)
    assert result.status == 0, result.err
    assert [row["image"] for row in rows(result.out)] == [
        "'=1+1.png", "'+x.png", "'-2.png", "'@a.png", "-3", "plain.png"]


def test_models_that_a_spreadsheet_would_compute_are_defused(vis, tmp_path):
    for name in ["=1+1", "model"]:
        shutil.copytree(SHIPPED, tmp_path / name)
    result = vis("report", "--ckpt", "=1+1", "--ckpt", "model", cwd=tmp_path)
    assert result.status == 0, result.err
    table = rows((tmp_path / "out" / "encodings.csv").read_text())
    assert {row["checkpoint"] for row in table} == {"'=1+1", "model"}
