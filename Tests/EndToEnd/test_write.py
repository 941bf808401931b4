"""A hand from pictures: what vis transfer makes of several, and numbers that vis write writes."""

import re
import struct
import subprocess
import zlib

import numpy
import pictures
import pytest
from conftest import ROOT, VIS, files_below

CKPT = ["--ckpt", str(ROOT / "share" / "pt-aae")]


def run(vis, place, *arguments):
    result = vis(*arguments, *CKPT, cwd=place)
    assert result.status == 0, result.err
    assert result.err == ""
    return result.out


def sheet(vis, place, *arguments):
    """The digits of a picture that a command draws, and what it prints."""
    told = run(vis, place, *arguments, "-o", "sheet.png")
    pixels = pictures.grey_pixels((place / "sheet.png").read_bytes())
    return pixels.reshape(28, -1, 28).swapaxes(0, 1).astype(int), told


def ink(data):
    """Where a PNG file of at most 256 colours is dark."""
    kinds = pictures.chunks(data)
    width, height, depth, kind = struct.unpack(">IIBB", dict(kinds)[b"IHDR"][:10])
    assert (depth, kind) == (8, 3)
    rows = zlib.decompress(b"".join(body for name, body in kinds if name == b"IDAT"))
    indices = numpy.frombuffer(rows, numpy.uint8).reshape(height, width + 1)[:, 1:]
    palette = numpy.frombuffer(dict(kinds)[b"PLTE"], numpy.uint8).reshape(-1, 3)
    return palette[indices].mean(axis=2) < 128


def written(vis, place, *arguments):
    run(vis, place, "write", *arguments, "-o", "line.png")
    return ink((place / "line.png").read_bytes())


def glyphs(line):
    """The first and the last column of everything that is apart from what is beside it."""
    columns = numpy.flatnonzero(numpy.diff(numpy.pad(line.any(axis=0), 1).astype(int)))
    return columns.reshape(-1, 2).tolist()


# MARK: Hands


def test_a_picture_keeps_its_own_digit(vis, tmp_path):
    """#42 is a four."""
    drawn, told = sheet(vis, tmp_path, "transfer", "#42")
    assert len(drawn) == 10
    style = re.search("style (.*)", run(vis, tmp_path, "encode", "#42")).group(1)
    own, _ = sheet(vis, tmp_path, "generate", "--digit", "4", "--style", style)
    # The style is printed with four decimals.
    assert abs(drawn[4] - own[0]).max() <= 2
    assert re.fullmatch(r"hand (-?\d+\.\d{4},){3}-?\d+\.\d{4}\n", told)
    some, _ = sheet(vis, tmp_path, "transfer", "#42", "--digit", "7,0")
    assert (some == drawn[[7, 0]]).all()


def test_several_pictures_make_one_hand(vis, tmp_path):
    one, hand_of_one = sheet(vis, tmp_path, "transfer", "#42")
    twice, hand_of_two = sheet(vis, tmp_path, "transfer", "#42", "#42")
    assert (one == twice).all()
    assert hand_of_two.startswith(hand_of_one)
    assert "2 samples with a spread of 0.00;" in hand_of_two
    other, hand_of_other = sheet(vis, tmp_path, "transfer", "#17")
    both, told = sheet(vis, tmp_path, "transfer", "#42", "#17")
    numbers = [
        numpy.array([float(number) for number in hand.split()[1].split(",")])
        for hand in (hand_of_one, hand_of_other, told)
    ]
    assert abs((numbers[0] + numbers[1]) / 2 - numbers[2]).max() < 1e-4
    # The mean of two samples is half their distance from each.
    spread = numpy.sqrt(2 * ((numbers[0] - numbers[1]) ** 2).sum() / 4)
    assert f"2 samples with a spread of {spread:.2f};" in told and "would be 2.00" in told
    assert len(both) == 10 and (both != one).any() and (both != other).any()


def test_nothing_is_told_where_the_picture_goes(vis, tmp_path):
    completed = subprocess.run(
        [VIS, "transfer", "#42", "-o", "-", *CKPT], cwd=tmp_path, capture_output=True)
    assert completed.stdout.startswith(pictures.SIGNATURE)
    assert pictures.chunks(completed.stdout)[-1][0] == b"IEND"


# MARK: Writing


@pytest.mark.parametrize("hand", [[], ["--random", "--seed", "7"], ["--like", "#42"]])
def test_digits_are_read_as_themselves(vis, tmp_path, hand):
    names = [f"{digit}.png" for digit in range(10)]
    for name in names:
        run(vis, tmp_path, "write", name[0], *hand, "-o", name)
    answers = run(vis, tmp_path, "encode", *names).splitlines()
    assert [re.search(r"digit (\d)", answer).group(1) for answer in answers] == list("0123456789")


def test_a_hand_can_be_given_again(vis, tmp_path):
    told = run(vis, tmp_path, "write", "31", "--like", "#42", "--like", "#17", "-o", "a.png")
    assert told == sheet(vis, tmp_path, "transfer", "#42", "#17")[1]
    hand = told.split()[1]
    again = written(vis, tmp_path, "31", "--hand", hand)
    first = ink((tmp_path / "a.png").read_bytes())
    assert again.shape[0] == first.shape[0] and abs(again.shape[1] - first.shape[1]) <= 1
    assert abs(int(again.sum()) - int(first.sum())) < first.sum() / 100
    # Another hand is told apart.
    assert abs(int(written(vis, tmp_path, "31").sum()) - int(first.sum())) > first.sum() / 100


def test_a_random_style_is_told_and_repeats(vis, tmp_path):
    options = ["2026-11-27", "--random", "--seed", "3", "-o", "a.svg"]
    told = run(vis, tmp_path, "write", *options)
    picture = (tmp_path / "a.svg").read_bytes()
    assert run(vis, tmp_path, "write", *options) == told
    assert (tmp_path / "a.svg").read_bytes() == picture
    sheet_told = run(
        vis, tmp_path, "generate", "--random", "1", "--seed", "3", "-o", "sheet.png")
    assert sheet_told == told
    run(vis, tmp_path, "write", *options[:2], "--seed", "4", "-o", "a.svg")
    assert (tmp_path / "a.svg").read_bytes() != picture


def test_jitter_varies_each_digit_from_the_seed(vis, tmp_path):
    def shapes(*options):
        line = written(vis, tmp_path, "7:7:7", *options)
        return [
            line[:, start:end]
            for start, end in glyphs(line)
            if end - start > 60
        ]

    plain = shapes()
    assert len(plain) == 3
    assert len({shape.shape[1] for shape in plain}) == 1
    varied = shapes("--jitter", "0.5")
    assert len({(shape.shape[1], int(shape.sum())) for shape in varied}) == 3
    for one, same in zip(varied, shapes("--jitter", "0.5", "--seed", "0")):
        assert numpy.array_equal(one, same)
    assert [int(shape.sum()) for shape in shapes("--jitter", "0.5", "--seed", "1")] != [
        int(shape.sum()) for shape in varied]


def test_marks_stand_where_they_belong(vis, tmp_path):
    line = written(vis, tmp_path, "1.1,1:1-1 1")
    found = glyphs(line)
    assert len(found) == 10
    rows = [numpy.flatnonzero(line[:, start:end].any(axis=1)) for start, end in found]
    one, stop, _, comma, _, colon, _, hyphen = rows[:8]
    top, base = one[0], one[-1]
    height = base - top
    assert abs(stop[-1] - base) <= 3 and stop[0] > base - height / 4
    assert base < comma[-1] < base + height / 3
    assert (numpy.diff(colon) > 1).sum() == 1 and colon[0] > top and colon[-1] < base
    assert top + height / 3 < hyphen[0] and hyphen[-1] < base - height / 3
    gaps = [after[0] - before[1] for before, after in zip(found, found[1:])]
    assert gaps[-1] > 2 * max(gaps[:-1])


def test_files_and_formats(vis, tmp_path):
    starts = {"png": pictures.SIGNATURE, "svg": b"<?xml", "pdf": b"%PDF-"}
    for ending, start in starts.items():
        run(vis, tmp_path, "write", "12", "-o", f"x.{ending}")
        data = (tmp_path / f"x.{ending}").read_bytes()
        assert data.startswith(start)
        completed = subprocess.run(
            [VIS, "write", "12", "-o", "-", "--format", ending, *CKPT], cwd=tmp_path,
            capture_output=True)
        assert completed.stdout == data
    run(vis, tmp_path, "write", "-5", "-o", "minus.svg")
    run(vis, tmp_path, "write", "-5", "-o", "dark.svg", "--theme", "dark")
    assert (tmp_path / "minus.svg").read_bytes() != (tmp_path / "dark.svg").read_bytes()


@pytest.mark.parametrize(
    "arguments, says, status",
    [
        (["2026a-b-a"], ["'a' and 'b'"], 64),
        (["1\n2"], [r"\u{a}"], 64),
        (["٣"], ["'٣'"], 64),
        ([""], ["1 to 200 characters", "not 0"], 64),
        (["1" * 201], ["not 201"], 64),
        (["12", "--like", "missing.png"], ["missing.png"], 1),
        (["12", "--like", "#1", "--random"], ["only one of", "--like"], 64),
        (["12", "--style", "1,2,3,4", "--hand", "1,2,3,4"], ["only one of"], 64),
        (["12", "--style", "1,2"], ["2 components", "4"], 64),
        (["12", "--hand", "-1,2"], ["2 components", "4"], 64),
        (["12", "--jitter", "-0.1"], ["--jitter must be from 0 to 1"], 64),
        (["12", "--jitter", "nan"], ["--jitter"], 64),
        (["12", "--like", "-", "--like", "-"], ["only once"], 64),
        (["12", "-o", "x.gif"], [".png"], 64),
        (["12", "-o", "nowhere/x.png"], ["nowhere/x.png"], 1),
        ([], ["text"], 64),
    ],
)  # fmt: skip
def test_bad_requests(vis, tmp_path, arguments, says, status):
    output = [] if "-o" in arguments else ["-o", "x.png"]
    result = vis("write", *arguments, *output, *CKPT, cwd=tmp_path)
    assert result.status == status, result
    lines = result.err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("vis: "), result.err
    for word in says:
        assert word in lines[0], lines[0]
    assert not files_below(tmp_path)


def test_a_file_is_named(vis, tmp_path):
    assert "--output is missing" in vis("write", "12", cwd=tmp_path).err
