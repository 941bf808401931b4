"""What `make install` puts where."""

import os
import re
import shutil
import subprocess

import pytest
from conftest import ROOT

PROGRAMS = ["train-aae", "train-sae", "vis"]
COMPLETIONS = {
    "bash": "share/bash-completion/completions/{}",
    "fish": "share/fish/vendor_completions.d/{}.fish",
    "zsh": "share/zsh/site-functions/_{}",
}


def run(*command, **options):
    """Runs a program that must neither fail nor complain, and returns what it printed."""
    completed = subprocess.run(
        [*map(str, command)], capture_output=True, text=True, timeout=600, **options)
    assert (completed.returncode, completed.stderr) == (0, ""), completed
    return completed.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    place = tmp_path_factory.mktemp("install")
    # The second of January, wherever it is read.
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "86400", "TZ": "America/Los_Angeles"}
    subprocess.run(
        ["make", "install", f"DESTDIR={place}", "PREFIX=/opt/it"], cwd=ROOT, env=environment,
        stdout=subprocess.DEVNULL, check=True, timeout=1800)
    return place / "opt" / "it"


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs_run(installed, tmp_path, program):
    assert re.fullmatch(
        r"\d+\.\d+\.\d+\n", run(installed / "bin" / program, "--version", cwd=tmp_path))


def test_the_installed_program_finds_its_data(installed, tmp_path):
    answer = run(installed / "bin" / "vis", "encode", "#17", cwd=tmp_path)
    assert answer.startswith("#17: digit 7")


def test_there_is_a_page_for_each_program(installed):
    pages = sorted(path.name for path in (installed / "share" / "man" / "man1").iterdir())
    assert pages == [f"{program}.1" for program in PROGRAMS]


@pytest.mark.parametrize("program", PROGRAMS)
def test_manual_pages_are_well_formed(installed, program):
    if not shutil.which("groff"):
        pytest.skip("needs groff")
    page = installed / "share" / "man" / "man1" / f"{program}.1"
    text = run("groff", "-mandoc", "-Tutf8", "-ww", "-P-cbou", page)
    assert "January 2, 1970" in text and f"{program} — " in text
    for flag in re.findall(r"--[a-z0-9-]+", run(installed / "bin" / program, "--help")):
        assert flag in text
    assert ("subcommand" in text) == (program == "vis")
    assert "Exit status: 0" in text and "64 for" in text
    assert ("vis check or vis verify" in " ".join(text.split())) == (program == "vis")
    assert ("130, 143, 129 or 138" in " ".join(text.split())) == (program != "vis")


def test_the_manual_page_tells_of_every_command(installed, vis, tmp_path):
    listed = re.findall(r"^  ([a-z]+)  ", vis("--help", cwd=tmp_path).out, re.MULTILINE)
    page = (installed / "share" / "man" / "man1" / "vis.1").read_text()
    assert "verify" in listed
    assert re.findall(r"^\.It Em (.*)$", page, re.MULTILINE) == listed


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("shell", COMPLETIONS)
def test_completions_are_well_formed(installed, shell, program):
    if not shutil.which(shell):
        pytest.skip(f"needs {shell}")
    path = installed / COMPLETIONS[shell].format(program)
    assert path.stat().st_size > 1000
    run(shell, "-n", path)
