"""What shells, pipes, terminals and spreadsheets bring: how the programs meet them."""

import csv
import io
import json
import os
import pathlib
import pwd
import shutil
import tempfile

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


# MARK: Modes and groups


@pytest.fixture
def nobody_and_folder():
    """A user who is in no group but his own, and a directory of his."""
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    nobody = pwd.getpwnam("nobody")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mnist-style-"))
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    yield {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}, folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("before, after", [(0o664, 0o644), (0o660, 0o600), (0o606, 0o606)])
def test_a_group_that_cannot_be_kept_leaves_its_rights_to_no_other(
    vis, nobody_and_folder, before, after
):
    nobody, folder = nobody_and_folder
    picture = folder / "x.png"
    picture.write_bytes(b"")
    picture.chmod(before)
    assert vis("generate", "-o", "x.png", cwd=folder, **nobody).status == 0
    assert picture.stat().st_mode & 0o7777 == after
    assert picture.stat().st_gid == nobody["group"]
