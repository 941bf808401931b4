"""Arguments that make no sense end with status 64, and are told in one line."""

import subprocess

import pytest
from conftest import VIS

def refused(program, place, *arguments, says):
    completed = subprocess.run(
        [VIS.with_name(program), *map(str, arguments)], cwd=place, capture_output=True, text=True,
        timeout=60)
    assert (completed.returncode, completed.stdout) == (64, ""), completed
    (line,) = completed.stderr.splitlines()
    assert line.startswith(f"{program}: "), line
    for word in says:
        assert word in line, line
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    "program, arguments, says",
    [
        ("vis", ["report", "--scale", "-2"], ["--scale must be above 0"]),
        ("vis", ["report", "--seed", "-1"], ["'-1'", "--seed"]),
        ("vis", ["report", "--rows", "-1"], ["--rows must be from 1"]),
        ("vis", ["report", "--samples", "-1"], ["--samples must be from 1"]),
        ("vis", ["report", "--threads", "-1"], ["--threads must be from 1"]),
        ("vis", ["check", "--tolerance", "-1"], ["--tolerance must be a number from 0"]),
        ("vis", ["check", "--tolerance", "1"], ["--tolerance is of no use without --baseline"]),
        ("vis", ["check", "--distribution-tolerance", "1"], ["of no use without --baseline"]),
        ("vis", ["check", "--min-accuracy", "-1"], ["--min-accuracy must be from 0"]),
        ("vis", ["check", "--max-l1", "-1"], ["--max-l1 must be a number from 0"]),
        ("vis", ["check", "--max-cross-entropy", "-1"], ["--max-cross-entropy must be"]),
        ("vis", ["check", "--max-distribution-error", "-1"], ["--max-distribution-error must"]),
        ("vis", ["encode", "--index", "-1"], ["--index must be from 0, not -1"]),
        ("vis", ["generate", "--random", "-1", "-o", "-"], ["--random must be from 0"]),
        ("vis", ["generate", "--scale", "-1", "-o", "-"], ["--scale must be above 0"]),
        ("vis", ["generate", "--upscale", "-1", "-o", "-"], ["--upscale must be from 1"]),
        ("vis", ["generate", "--digit", "-1", "-o", "-"], ["'-1'", "--digit"]),
        ("vis", ["morph", "1", "2", "--frames", "-1", "-o", "-"], ["--frames must be from 2"]),
        ("vis", ["morph", "1", "2", "--rate", "-1", "-o", "-"], ["--rate must be from 1"]),
        ("train-sae", ["--epochs", "-1"], ["--epochs must be from 1"]),
        ("train-aae", ["--epochs", "-1"], ["--epochs must be from 1"]),
        ("train-aae", ["--lr", "-1"], ["--lr must be above 0"]),
        ("train-aae", ["--seed", "-1"], ["'-1'", "--seed"]),
        ("train-aae", ["--batch-size", "-1"], ["--batch-size must be from 1"]),
        ("train-aae", ["--feat-size", "-1"], ["--feat-size must be from 1"]),
        ("train-aae", ["--weight-decay", "-1"], ["--weight-decay must be from 0 to 1"]),
        ("train-aae", ["--average-decay", "-1"], ["--average-decay must be at least 0"]),
        ("train-aae", ["--prior-scale", "-1"], ["--prior-scale must be from 0.001"]),
        ("train-aae", ["--gen-loss-factor", "-1"], ["--gen-loss-factor must be from 0"]),
        ("train-aae", ["--limit", "-1"], ["--limit must be from 1"]),
        ("train-aae", ["--threads", "-1"], ["--threads must be from 1"]),
    ],
)
def test_negative_numbers_are_told_their_range(tmp_path, program, arguments, says):
    refused(program, tmp_path, *arguments, says=says)


@pytest.mark.parametrize("command", [["generate"], ["transfer", "#1"], ["morph", "#1", "#2"]])
@pytest.mark.parametrize("name", ["x.jpg", "x.svg", "x.png.pdf", "a.png/x.gif", ""])
def test_pictures_are_png_files(tmp_path, command, name):
    refused("vis", tmp_path, *command, "-o", name, says=["--output must"])


@pytest.mark.parametrize("name", ["x.png", "X.PNG", "x", ".x", "x."])
def test_names_without_another_ending_will_do(vis, tmp_path, name):
    result = vis("generate", "-o", name, cwd=tmp_path)
    assert result.status == 0, result
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "arguments",
    [
        ["report", "--ckpt", ""], ["report", "--out", ""], ["report", "--templates", ""],
        ["report", "--data-dir", ""], ["check", "--baseline", ""], ["check", "--out", ""],
        ["encode", "#1", "--ckpt", ""], ["encode", "#1", "--data-dir", ""], ["encode", ""],
        ["figure", "cdf", "--format", "png", "--output", ""], ["data", "--data-dir", ""],
        ["verify", ""],
    ],
)  # fmt: skip
def test_empty_names_are_mistakes(tmp_path, arguments):
    refused("vis", tmp_path, *arguments, says=[arguments[-2] if len(arguments) > 2 else "("])
