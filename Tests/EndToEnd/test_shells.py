"""What shells, pipes, terminals and spreadsheets bring: how the programs meet them."""

import csv
import fcntl
import hashlib
import html
import io
import json
import os
import pathlib
import pty
import pwd
import re
import shutil
import struct
import subprocess
import tempfile
import termios

import pytest
from conftest import ROOT, VIS, files_below, make_data

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


# MARK: Arguments that begin with a minus


@pytest.mark.parametrize(
    "arguments",
    [
        ["-2,0,0,0", "2,0,0,0", "--digit", "3"], ["--digit", "3", "-2,0,0,0", "2,0,0,0"],
        ["--digit", "3", "--", "-2,0,0,0", "2,0,0,0"], ["-2,0,0,0", "--digit", "3", "2,0,0,0"],
        ["-2,-0,0,-.0", "--digit", "3", "2,0,0,-0e0"],
    ],
)  # fmt: skip
def test_a_morph_begins_with_a_style_that_begins_with_a_minus(vis, tmp_path, arguments):
    assert vis("morph", "-o", "a.png", *arguments, cwd=tmp_path).status == 0
    result = vis(
        "morph", "--digit", "3", "-o", "b.png", "--", "-2,0,0,0", "2,0,0,0", cwd=tmp_path)
    assert result.status == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_flags_before_and_after_styles_stay_flags(vis, tmp_path):
    result = vis(
        "morph", "--animate", "-2,0,0,0", "-1,0,0,0", "--digit", "3", "-o", "-1,5", cwd=tmp_path)
    assert result.status == 0, result.err
    assert list(files_below(tmp_path)) == ["-1,5"]
    for style in (["--style", "-2,0,0,0"], ["--style=-2,0,0,0"]):
        assert vis("generate", *style, "-o", "x.png", cwd=tmp_path).status == 0
    refused = vis("morph", "-2,0", "2,0", "-o", "y.png", cwd=tmp_path)
    assert refused.status == 64 and "2 components" in refused.err


# MARK: Names that are not UTF-8


BAD = "g\udcff"  # as Python keeps the byte 0xff


def names_in(place):
    return set(os.listdir(os.fsencode(place)))


def test_pictures_are_read_and_written_by_the_bytes_of_their_names(vis, tmp_path):
    names = [f"{BAD}.png", "\udce5\udcad.png", "\U0010feff.png", "größe.png"]
    for name in names:
        assert vis("generate", "--digit", "7", "-o", name, cwd=tmp_path).status == 0
    assert names_in(tmp_path) == {os.fsencode(name) for name in names}
    csv_lines = subprocess.run(
        [VIS, "encode", "--csv", *names], cwd=tmp_path, capture_output=True, check=True
    ).stdout.splitlines()
    assert [line.split(b",")[0] for line in csv_lines[1:]] == [*map(os.fsencode, names)]
    found = vis("encode", "--json", *names, cwd=tmp_path)
    images = [answer["image"] for answer in json.loads(found.out)]
    assert images[:2] == ["g\\xff.png", "\\xe5\\xad.png"] and images[3] == "größe.png"
    assert vis("encode", names[0], cwd=tmp_path).out.startswith("g\\xff.png: digit 7 ")
    result = vis("encode", f"no {BAD}", cwd=tmp_path)
    assert result.status == 1 and "no g\\xff: cannot open" in result.err


def test_a_report_among_such_names_is_the_same_and_is_verified(vis, tmp_path):
    shutil.copytree(SHIPPED, tmp_path / BAD)
    shutil.copytree(ROOT / "templates", tmp_path / f"t{BAD}")
    shutil.copytree(ROOT / "share" / "mnist", tmp_path / f"d{BAD}")
    result = vis(
        "report", "--ckpt", BAD, "--templates", f"t{BAD}", "--data-dir", f"d{BAD}", "--out",
        f"o{BAD}", "--title", f"title {BAD}", cwd=tmp_path)
    assert result.status == 0 and result.out == "Wrote og\\xff/index.html\n", result
    assert names_in(tmp_path) == {os.fsencode(start + BAD) for start in ("", "t", "d", "o")}
    out = tmp_path / f"o{BAD}"
    page = (out / "index.html").read_text()
    assert "<title>title g\\xff</title>" in page
    assert json.loads((out / "report.json").read_text())["checkpoints"][0]["name"] == "g\\xff"
    assert vis("verify", f"o{BAD}", cwd=tmp_path).status == 0
    # What the page says makes it again, in any shell.
    before = files_below(out)
    command = html.unescape(re.search(r"<pre><code>(.*?)</code></pre>", page)[1])
    subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, check=True, capture_output=True,
        env={**os.environ, "PATH": f"{VIS.parent}:{os.environ['PATH']}"})
    assert files_below(tmp_path / "out") == before


def test_a_training_is_kept_and_resumed_in_such_a_directory(tmp_path):
    (tmp_path / f"d{BAD}").mkdir()
    make_data(tmp_path / f"d{BAD}")
    command = [
        VIS.with_name("train-sae"), "--data-dir", f"d{BAD}", "--limit", "100", "--ckpt-dir", BAD]
    for flags in (["--epochs", "1"], ["--resume"]):
        subprocess.run([*command, *flags], cwd=tmp_path, check=True, capture_output=True)
    assert names_in(tmp_path) == {os.fsencode(BAD), os.fsencode(f"d{BAD}")}
    assert "history.csv" in os.listdir(tmp_path / BAD)


def test_a_figure_and_a_baseline_have_such_names(vis, tmp_path, single):
    result = vis("figure", "cdf", "--ckpt", SHIPPED, "-o", f"{BAD}.svg", cwd=tmp_path)
    assert result.status == 0, result.err
    shutil.copy(single / "report.json", tmp_path / f"{BAD}.json")
    result = vis(
        "check", "--ckpt", SHIPPED, "--baseline", f"{BAD}.json", "--out", BAD, cwd=tmp_path)
    assert result.status == 0, result.err
    assert names_in(tmp_path) == {os.fsencode(f"{BAD}{end}") for end in (".svg", ".json", "")}


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


# MARK: Figures of an earlier report


@pytest.fixture
def earlier(comparison, tmp_path):
    """A directory with a report of two models."""
    shutil.copytree(comparison, tmp_path / "out")
    return tmp_path / "out" / "figures"


def report_on_one_model(vis, place, status=0):
    result = vis("report", "--ckpt", SHIPPED, "--quiet", cwd=place)
    assert result.status == status, result.err


def test_figures_that_only_the_earlier_report_had_are_removed(
    vis, tmp_path, earlier, comparison, single
):
    (earlier / "mine.png").write_bytes(b"mine")
    edited = earlier / "pt-sae-confusion-light.png"
    edited.write_bytes(b"edited")
    report_on_one_model(vis, tmp_path)
    expected = files_below(single / "figures")
    assert files_below(earlier) == {
        **expected, "mine.png": b"mine", edited.name: b"edited"}
    assert len(expected) < len(files_below(comparison / "figures"))


def rewritten(report, figures):
    content = json.loads(report.read_text())
    content["figures"] = figures
    report.write_text(json.dumps(content))


@pytest.mark.parametrize("figures", [None, "all", [], [{"name": 3}]])
def test_figures_stay_without_a_report_that_says_whose_they_are(vis, tmp_path, earlier, figures):
    before = files_below(earlier)
    rewritten(earlier.parent / "report.json", figures)
    report_on_one_model(vis, tmp_path)
    assert files_below(earlier).keys() >= before.keys()


@pytest.mark.parametrize(
    "name", ["keep.png", "figures/../keep.png", "figures/deeper/keep.png", "{place}/keep.png"]
)
def test_a_report_names_no_file_elsewhere(vis, tmp_path, earlier, name):
    (earlier / "deeper").mkdir()
    places = [tmp_path / "keep.png", earlier.parent / "keep.png", earlier / "deeper" / "keep.png"]
    for place in places:
        place.write_bytes(b"x")
    sha256 = hashlib.sha256(b"x").hexdigest()
    rewritten(
        earlier.parent / "report.json",
        [{"name": name.format(place=tmp_path), "sha256": sha256}])
    report_on_one_model(vis, tmp_path)
    assert all(place.exists() for place in places)


def test_a_report_that_fails_removes_nothing(vis, tmp_path, earlier):
    (earlier.parent / "index.html").unlink()
    (earlier.parent / "index.html").mkdir()
    before = files_below(earlier)
    report_on_one_model(vis, tmp_path, status=1)
    assert files_below(earlier) == before


# MARK: Terminals


def shown_on_a_terminal(columns, *arguments, cwd):
    """What a terminal of so many columns gets as standard error."""
    terminal, theirs = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))
    process = subprocess.Popen(
        [VIS, *arguments], cwd=cwd, stderr=theirs, stdout=subprocess.DEVNULL)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:  # how a terminal says that nobody has it open any more
        pass
    os.close(terminal)
    assert process.wait() == 0
    return shown.decode()


def test_what_is_being_done_fits_the_terminal(tmp_path):
    name = "字" * 40
    shutil.copytree(SHIPPED, tmp_path / name)
    shown = shown_on_a_terminal(30, "report", "--ckpt", name, cwd=tmp_path)
    # What is worth keeping has lines of its own.
    shown = shown.replace("\x1b[K", "").replace("\r\n", "\n")
    lines = [line for line in shown.split("\r") if "\n" not in line]
    assert f"Running {'字' * 9} …" in lines
    assert max(len(line) + line.count("字") for line in lines) < 30


# MARK: Readers that go away


@pytest.mark.parametrize(
    "command",
    [
        "encode '#1' '#2'", "encode --csv '#1'", "figure --list", "generate --random 2 -o x.png",
        "generate -o -", "generate -o /dev/stdout", "report --seed 3", "--help", "--version",
        "check",
    ],
)  # fmt: skip
def test_a_reader_that_goes_away_ends_the_program_quietly(tmp_path, command):
    # The pipe has no reader when the program starts.
    read, write = os.pipe()
    os.close(read)
    completed = subprocess.run(
        ["sh", "-c", f"{VIS} {command}; echo $? >&2"], cwd=tmp_path, stdout=write,
        stderr=subprocess.PIPE, text=True, timeout=120)
    os.close(write)
    *notes, status = completed.stderr.splitlines()
    assert status == "141" and not any(note.startswith("vis: ") for note in notes)
    # What is no pipe's is there whole.
    written = files_below(tmp_path)
    assert ("out/index.html" in written) == command.startswith("report")
    assert ("x.png" in written) == ("x.png" in command)


def test_head_gets_its_line(vis, tmp_path):
    completed = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {VIS} figure --list | head -c 1"], cwd=tmp_path,
        capture_output=True, timeout=120)
    assert completed.returncode in (0, 141) and len(completed.stdout) == 1


def test_a_full_disk_is_told(vis, tmp_path):
    with open("/dev/full", "wb") as full:
        completed = subprocess.run(
            [VIS, "--version"], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True)
    assert completed.returncode == 1 and "standard output" in completed.stderr


@pytest.mark.parametrize("flags", [[], ["--json"]])
@pytest.mark.parametrize("connection", [os.pipe, pty.openpty], ids=["pipe", "terminal"])
def test_a_training_goes_on_when_nobody_reads(tmp_path, flags, connection):
    make_data(tmp_path)
    read, write = connection()
    os.close(read)
    completed = subprocess.run(
        [
            VIS.with_name("train-sae"), "--data-dir", ".", "--limit", "100", "--epochs", "2",
            *flags,
        ],
        cwd=tmp_path, stdout=write, stderr=subprocess.PIPE, text=True, timeout=120)  # fmt: skip
    os.close(write)
    assert (completed.returncode, completed.stderr) == (0, "")
    history = (tmp_path / "pt-sae" / "history.csv").read_text()
    assert len(history.splitlines()) == 3


def test_figures_behind_a_link_are_nobodys(vis, tmp_path):
    """An earlier report cannot have written what a link in its place leads to."""
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "a.png").write_bytes(b"mine")
    assert vis("report", "--ckpt", SHIPPED, cwd=tmp_path).status == 0
    report = tmp_path / "out" / "report.json"
    numbers = json.loads(report.read_text())
    numbers["figures"] = [
        {"name": "figures/a.png", "sha256": hashlib.sha256(b"mine").hexdigest()}]
    report.write_text(json.dumps(numbers))
    shutil.rmtree(tmp_path / "out" / "figures")
    (tmp_path / "out" / "figures").symlink_to("../private")
    assert vis("report", "--ckpt", SHIPPED, cwd=tmp_path).status == 0
    assert (tmp_path / "private" / "a.png").read_bytes() == b"mine"
