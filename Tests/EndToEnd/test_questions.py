"""The commands that answer single questions: encode, generate, transfer, morph, figure."""

import csv
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib

import checkpoints
import numpy
import pictures
import pytest
from conftest import ROOT, VIS, files_below, style_of

SHARE = ROOT / "share"


@pytest.fixture(scope="session")
def test_set():
    return pictures.test_set(SHARE / "mnist")


@pytest.fixture(scope="session")
def encodings(single):
    """The report's own encodings: a row for each test image."""
    with open(single / "encodings.csv", newline="") as file:
        return [
            [row["prediction"], float(row["probability"]), *style_of(row)] for row in csv.DictReader(file)
        ]


def answers(vis, place, *arguments):
    result = vis("encode", "--json", *arguments, cwd=place)
    assert result.status == 0, result.err
    # It may say of a digit that it doubts it.
    assert all(": it may be no digit: " in line or ": the digit may be cut off: " in line
               for line in result.err.splitlines()), result.err
    return json.loads(result.out)


def refused(vis, place, *arguments, says, status=1, **options):
    before = files_below(place)
    result = vis(*arguments, cwd=place, **options)
    assert result.status == status, result
    lines = result.err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("vis: "), result.err
    for word in says:
        assert word in lines[0], lines[0]
    assert files_below(place) == before


# MARK: encode


def test_a_test_image_saved_as_png_has_the_encoding_of_the_report(
    vis, tmp_path, test_set, encodings
):
    images, _ = test_set
    chosen = list(range(0, 10_000, 97))
    variants = {
        "grey": lambda image: image,
        "inverted": lambda image: 255 - image,
        "sixteen-bits": lambda image: image.astype(numpy.uint16) * 257,
        "colour": lambda image: numpy.stack([image] * 3, axis=2),
    }
    for name, variant in variants.items():
        files = []
        for index in chosen:
            file = tmp_path / f"{name}-{index}.png"
            file.write_bytes(pictures.png(variant(images[index])))
            files.append(file)
        for index, answer in zip(chosen, answers(vis, tmp_path, *files)):
            found = [str(answer["prediction"]), answer["probability"], *answer["style"]]
            assert numpy.allclose(
                [float(x) for x in found], [float(x) for x in encodings[index]], rtol=1e-6, atol=0
            ), (name, index)


def test_test_images_by_number(vis, tmp_path, test_set, encodings):
    _, labels = test_set
    found = answers(vis, tmp_path, "#17", "--index", "0", "--index", "9999")
    assert [answer["image"] for answer in found] == ["#17", "#0", "#9999"]
    for answer, index in zip(found, [17, 0, 9999]):
        assert answer["digit"] == labels[index]
        assert answer["style"] == pytest.approx(encodings[index][2:], rel=1e-6)
        assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5)
        assert answer["probability"] == answer["probabilities"][answer["prediction"]]


def drawn(ink, paper, zoom=6, margins=((0, 0), (0, 0)), noise=0.0):
    """Renders a test image in colours."""

    def render(image, random):
        share = numpy.pad(pictures.enlarged(image, zoom), margins)[..., None]
        picture = share * numpy.array(ink) + (1 - share) * numpy.array(paper)
        picture = picture + random.normal(0, noise, picture.shape[:2] + (1,)) * (noise > 0)
        return numpy.clip(picture.round(), 0, 255).astype(numpy.uint8)

    return render


def transparent(level):
    def render(image, random):
        alpha = (pictures.enlarged(image, 5) * 255).round()
        return numpy.stack([numpy.full_like(alpha, level)] * 3 + [alpha], axis=2).astype(
            numpy.uint8)

    return render


def shifted(image, random):
    rows, columns = numpy.nonzero(image)
    top, left = rows.min(), columns.min()
    return numpy.roll(image, (-top, -left), (0, 1))


def lit_from_the_side(image, random):
    """Ink on paper whose one side gets less than half of the light of the other."""
    share = numpy.pad(pictures.enlarged(image, 9), ((40, 60), (50, 90)))
    angle = random.uniform(0, 2 * numpy.pi)
    rows, columns = numpy.indices(share.shape)
    place = numpy.cos(angle) * columns + numpy.sin(angle) * rows
    light = 90 + 145 * (place - place.min()) / (place.max() - place.min())
    picture = light * (1 - 0.75 * share) + random.normal(0, 2, share.shape)
    return numpy.clip(picture.round(), 0, 255).astype(numpy.uint8)


def on_a_dark_table(image, random):
    picture = drawn([50] * 3, [225] * 3, zoom=9, margins=((40, 60), (50, 90)))(image, random)
    edge = random.integers(15, 40)
    side = [numpy.s_[:edge], numpy.s_[-edge:], numpy.s_[:, :edge], numpy.s_[:, -edge:]]
    picture[side[random.integers(4)]] = 40
    return picture


def on_squared_paper(image, random):
    share = numpy.pad(pictures.enlarged(image, 9), ((40, 60), (50, 90)))
    paper = numpy.full(share.shape, 240)
    step = random.integers(22, 40)
    paper[random.integers(step) :: step] = 185
    paper[:, random.integers(step) :: step] = 185
    return (paper * (1 - share) + 50 * share).round().astype(numpy.uint8)


WAYS = {
    "lit from the side": lit_from_the_side,
    "on a dark table": on_a_dark_table,
    "on squared paper": on_squared_paper,
    "large": drawn([255] * 3, [0] * 3, zoom=12),
    "dark on light": drawn([0] * 3, [255] * 3),
    "on a large sheet": drawn([20] * 3, [250] * 3, margins=((30, 300), (200, 5))),
    "shifted": shifted,
    "small": lambda image, random: image.reshape(14, 2, 14, 2).mean((1, 3)).round(),
    "yellow on blue": drawn([250, 220, 30], [20, 30, 120]),
    "red on green, as bright": drawn([200, 40, 30], [40, 130, 40]),
    "pencil, uneven paper": drawn([90] * 3, [225] * 3, noise=4),
    "black on transparent": transparent(0),
    "white on transparent": transparent(255),
}


@pytest.mark.parametrize("way", WAYS)
def test_digits_are_read_however_they_are_drawn(vis, tmp_path, test_set, way):
    images, labels = test_set
    random = numpy.random.default_rng(7)
    chosen = random.choice(10_000, 100, replace=False)
    files = []
    for index in chosen:
        file = tmp_path / f"{index}.png"
        file.write_bytes(pictures.png(WAYS[way](images[index], random)))
        files.append(file)
    found = {answer["image"]: answer["prediction"] for answer in answers(vis, tmp_path, *files)}
    right = [found.get(str(file)) == labels[index] for index, file in zip(chosen, files)]
    assert numpy.mean(right) >= 0.95, way


def test_text_and_csv_say_the_same_as_json(vis, tmp_path):
    names = ["a,b.png", 'quote".png']
    for index, name in enumerate(names):
        vis("generate", "--digit", index + 3, "-o", tmp_path / name, cwd=tmp_path)
    exact = answers(vis, tmp_path, *names)
    text = vis("encode", *names, cwd=tmp_path).out.splitlines()
    table = list(csv.DictReader(io.StringIO(vis("encode", "--csv", *names, cwd=tmp_path).out)))
    for name, answer, line, row in zip(names, exact, text, table):
        style = ",".join(f"{value:.4f}" for value in answer["style"]).replace("-0.0000", "0.0000")
        assert line == (
            f"{name}: digit {answer['prediction']} ({100 * answer['probability']:.2f} %), "
            f"style {style}")
        assert row["image"] == name and row["digit"] == ""
        assert int(row["prediction"]) == answer["prediction"]
        assert [float(row[f"style_{i}"]) for i in range(1, 5)] == answer["style"]


@pytest.mark.parametrize("form", ["--text", "--json", "--csv"])
def test_bad_pictures_do_not_hide_the_good(vis, tmp_path, form):
    for name in ["a.png", "c.png"]:
        vis("generate", "--digit", "3", "-o", name, cwd=tmp_path)
    (tmp_path / "bad.png").write_text("no picture")
    good = vis("encode", form, "a.png", "c.png", cwd=tmp_path)
    assert good.status == 0
    result = vis("encode", form, "a.png", "bad.png", "c.png", "missing.png", cwd=tmp_path)
    assert (result.status, result.out) == (1, good.out)
    assert [line.split(":")[:2] for line in result.err.splitlines()] == [
        ["vis", " bad.png"], ["vis", " missing.png"]]


def test_what_the_network_is_shown_can_be_seen(vis, tmp_path, test_set):
    images, _ = test_set
    large = WAYS["dark on light"](images[3], numpy.random.default_rng(1))
    (tmp_path / "large.png").write_bytes(pictures.png(large))
    options = ["#17", "large.png", "#4", "--show", "seen.png"]
    result = vis("encode", *options, cwd=tmp_path)
    assert (result.status, len(result.out.splitlines())) == (0, 3), result
    seen = tiles(pictures.grey_pixels((tmp_path / "seen.png").read_bytes()))
    assert seen.shape[1] == 3
    assert (seen[0, 0] == images[17]).all() and (seen[0, 2] == images[4]).all()
    (tmp_path / "again.png").write_bytes(pictures.png(seen[0, 1]))
    one, again = answers(vis, tmp_path, "large.png", "again.png")
    assert one["style"] == again["style"]
    refused(vis, tmp_path, "encode", "#1", "--show", "a.jpg", says=[".png"], status=64)
    refused(vis, tmp_path, "encode", "#1", "--show", "-", says=["--show"], status=64)


@pytest.mark.parametrize("command", [["encode", "#1"], ["generate", "-o", "a.png"]])
def test_a_terminal_is_told_which_model_answers(tmp_path, command):
    def told(*options):
        import os
        import pty

        main, side = pty.openpty()
        subprocess.run(
            [VIS, *command, *options], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=side,
            check=True)
        os.close(side)
        try:
            return os.read(main, 4096).decode()
        except OSError:
            return ""
        finally:
            os.close(main)

    assert told().strip() == f"Asking {SHARE / 'pt-aae'}"
    assert told("--ckpt", SHARE / "pt-sae") == ""


def test_standard_input_is_read_once(vis, tmp_path):
    picture = vis_bytes("generate", "--digit", "5", "-o", "-", cwd=tmp_path)
    result = vis("encode", "-", cwd=tmp_path, input=picture)
    assert result.out.startswith("standard input: digit 5 (")
    refused(vis, tmp_path, "encode", "-", "-", says=["once"], status=64)


@pytest.mark.parametrize("name", sorted(p.name for p in (ROOT / "Tests/Fixtures/png").glob("bad*")))
def test_bad_pictures(vis, tmp_path, name):
    path = ROOT / "Tests" / "Fixtures" / "png" / name
    # That signature is a GIF file's.
    kind = "GIF" if "signature" in name else "PNG"
    refused(vis, tmp_path, "encode", path, says=[name, f"{kind} picture"])


@pytest.mark.parametrize(
    "arguments, says, status",
    [
        (["encode", "empty.png"], ["empty.png: is empty"], 1),
        (["encode"], ["no picture"], 64),
        (["encode", "missing.png"], ["missing.png", "No such file"], 1),
        (["encode", "."], [".", "directory"], 1),
        (["encode", "blank.png"], ["blank.png", "no digit"], 1),
        (["encode", "#10000"], ["10000", "9999"], 64),
        (["encode", "#99999999999999999999"], ["9999"], 64),
        (["encode", "--index", "-1"], ["--index"], 64),
        (["encode", "#1", "--ckpt", "nowhere"], ["nowhere"], 1),
        (["encode", "#1", "--data-dir", "nowhere"], ["nowhere"], 1),
        (["encode", "#1", "--json", "--csv"], ["--csv"], 64),
    ],
)
def test_bad_questions(vis, tmp_path, arguments, says, status):
    (tmp_path / "blank.png").write_bytes(pictures.png(numpy.full((30, 40), 200)))
    (tmp_path / "empty.png").write_bytes(b"")
    refused(vis, tmp_path, *arguments, says=says, status=status)


def peak_memory(place, *arguments):
    """The most memory that one run took, in megabytes, and its exit status."""
    # A process counts the memory of the one that became it, so a small one has to.
    script = """import os, sys
child = os.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
with open("usage", "w") as file:
    print(usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status), file=file)
"""
    with open(place / "log", "w") as log:
        subprocess.run(
            [sys.executable, "-S", "-c", script, VIS, *arguments], cwd=place, stdout=log,
            stderr=log, check=True, timeout=120)
    memory, status = (place / "usage").read_text().split()
    return float(memory), int(status)


def test_photographs_of_twenty_megapixels(tmp_path, test_set):
    images, labels = test_set
    photo = numpy.full((4000, 5200), 240, numpy.uint8)
    photo[600:3400, 1000:3800] -= numpy.kron(images[17], numpy.ones((100, 100), numpy.uint8)) // 2
    (tmp_path / "photo.png").write_bytes(pictures.png(photo))
    memory, status = peak_memory(tmp_path, "encode", "photo.png")
    assert status == 0
    assert f"photo.png: digit {labels[17]}" in (tmp_path / "log").read_text()
    # Five bytes a pixel, and the program itself.
    assert memory < 5 * photo.size / 2**20 + 100


def test_a_claim_of_many_pixels_takes_no_memory(tmp_path):
    header = struct.pack(">IIBBBBB", 8192, 8192, 8, 0, 0, 0, 0)
    (tmp_path / "claim.png").write_bytes(
        pictures.SIGNATURE + pictures.chunk(b"IHDR", header)
        + pictures.chunk(b"IDAT", zlib.compress(b"\0" * 100)) + pictures.chunk(b"IEND", b""))
    memory, status = peak_memory(tmp_path, "encode", "claim.png")
    assert status == 1 and memory < 200


# MARK: generate, transfer, morph


def vis_bytes(*arguments, cwd):
    """What `vis` writes to standard output, as it is."""
    completed = subprocess.run([VIS, *arguments], cwd=cwd, capture_output=True, timeout=120)
    assert completed.returncode == 0, completed.stderr
    return completed.stdout


def drawn_pixels(vis, place, *arguments):
    result = vis(*arguments, "-o", "picture.png", cwd=place)
    assert result.status == 0, result.err
    return pictures.grey_pixels((place / "picture.png").read_bytes())


def morph_styles(vis, place, *options):
    result = vis(
        "morph", *options, "--frames", "3", "-o", "m.png", "--", "-2,0,0,0", "2,0,0,0", cwd=place)
    assert result.status == 0, result.err
    return pictures.grey_pixels((place / "m.png").read_bytes())


def tiles(sheet):
    """The images of a sheet, by row and column."""
    height, width = sheet.shape
    return sheet.reshape(height // 28, 28, width // 28, 28).swapaxes(1, 2)


def test_a_generated_digit_is_read_as_itself(vis, tmp_path):
    for digit in range(10):
        pixels = drawn_pixels(vis, tmp_path, "generate", "--digit", digit, "--style", "-0.5,1,0,.5")
        assert pixels.shape == (28, 28)
        assert answers(vis, tmp_path, "picture.png")[0]["prediction"] == digit


def test_rows_are_styles_and_columns_digits(vis, tmp_path):
    sheet = tiles(
        drawn_pixels(
            vis, tmp_path, "generate", "--digit", "3,8", "--style", "1,0,0,0",
            "--style=-1,0,0,0", "--random", "2", "--seed", "4"))
    assert sheet.shape[:2] == (4, 2)
    single = drawn_pixels(vis, tmp_path, "generate", "--digit", "8", "--style", "-1,0,0,0")
    assert (sheet[1, 1] == single).all()


def test_random_styles_are_told_and_repeat(vis, tmp_path):
    options = ["generate", "--digit", "2", "--random", "3", "--scale", "1.5", "-o", "a.png"]
    first = vis(*options, "--seed", "9", cwd=tmp_path)
    picture = (tmp_path / "a.png").read_bytes()
    assert vis(*options, "--seed", "9", cwd=tmp_path) == first
    assert (tmp_path / "a.png").read_bytes() == picture
    assert vis(*options, "--seed", "10", cwd=tmp_path) != first
    styles = [line.removeprefix("style ") for line in first.out.splitlines()]
    assert len(styles) == 3
    again = drawn_pixels(
        vis, tmp_path, "generate", "--digit", "2", *[f"--style={style}" for style in styles])
    # The styles are printed with four decimals.
    difference = again.astype(int) - pictures.grey_pixels(picture)
    assert abs(difference).max() <= 2


def test_enlarged_pixels_stay_squares(vis, tmp_path):
    plain = drawn_pixels(vis, tmp_path, "generate", "--random", "2")
    large = drawn_pixels(vis, tmp_path, "generate", "--random", "2", "--upscale", "3")
    assert (large == numpy.kron(plain, numpy.ones((3, 3), numpy.uint8))).all()


def test_a_morph_begins_and_ends_with_the_reconstructions(vis, tmp_path, single):
    strip = tiles(drawn_pixels(vis, tmp_path, "morph", "#0", "#1", "--frames", "5"))
    assert strip.shape[:2] == (1, 5)
    back = tiles(drawn_pixels(vis, tmp_path, "morph", "#1", "#0", "--frames", "5"))
    assert (strip[0, 0] == back[0, -1]).all() and (strip[0, -1] == back[0, 0]).all()
    # It moves at every step.
    for one, next_one in zip(strip[0], strip[0][1:]):
        assert (one != next_one).any()


def test_a_morph_between_styles_keeps_the_digits(vis, tmp_path):
    strip = tiles(morph_styles(vis, tmp_path, "--digit", "4,9"))
    assert strip.shape[:2] == (2, 3)
    middle = drawn_pixels(vis, tmp_path, "generate", "--digit", "9")
    assert (strip[1, 1] == middle).all()
    assert morph_styles(vis, tmp_path).shape == (280, 84)


def test_a_morph_from_a_picture_to_a_style_keeps_the_pictures_digit(vis, tmp_path):
    strip = tiles(drawn_pixels(vis, tmp_path, "morph", "#17", "0,0,0,0", "--frames", "2"))
    difference = strip[0, 1].astype(int) - drawn_pixels(vis, tmp_path, "generate", "--digit", "7")
    assert abs(difference).max() <= 3


def test_an_animation_goes_there_and_back(vis, tmp_path):
    result = vis(
        "morph", "#0", "#1", "--animate", "--frames", "4", "--rate", "9", "--upscale", "2", "-o",
        "a.png", cwd=tmp_path)
    assert result.status == 0, result.err
    kinds = pictures.chunks((tmp_path / "a.png").read_bytes())
    assert [kind for kind, _ in kinds][:4] == [b"IHDR", b"acTL", b"fcTL", b"IDAT"]
    assert dict(kinds)[b"acTL"] == bytes([0, 0, 0, 6, 0, 0, 0, 0])
    frames = [body[4:] if kind == b"fdAT" else body for kind, body in kinds
              if kind in (b"IDAT", b"fdAT")]
    assert len(frames) == 6
    assert frames[1] == frames[5] and frames[2] == frames[4] and frames[0] != frames[3]
    strip = tiles(drawn_pixels(vis, tmp_path, "morph", "#0", "#1", "--frames", "4"))
    still = pictures.grey_pixels(
        pictures.SIGNATURE + b"".join(
            pictures.chunk(kind, body) for kind, body in kinds if kind in (b"IHDR", b"IDAT")))
    assert (still == numpy.kron(strip[0, 0], numpy.ones((2, 2), numpy.uint8))).all()


@pytest.mark.parametrize(
    "arguments, says, status",
    [
        (["generate"], ["output"], 64),
        (["generate", "--style", "1,2", "-o", "x.png"], ["2 components", "4"], 64),
        (["generate", "--style", "1,nan,2,3", "-o", "x.png"], ["--style"], 64),
        (["generate", "--style", "1,,2,3", "-o", "x.png"], ["--style"], 64),
        (["generate", "--style", "1e99,0,0,0", "-o", "x.png"], ["--style"], 64),
        (["generate", "--digit", "10", "-o", "x.png"], ["--digit"], 64),
        (["generate", "--digit", "", "-o", "x.png"], ["--digit"], 64),
        (["generate", "--random", "-1", "-o", "x.png"], ["--random"], 64),
        (["generate", "--scale", "nan", "-o", "x.png"], ["--scale"], 64),
        (["generate", "--upscale", "0", "-o", "x.png"], ["--upscale"], 64),
        (["generate", "--random", "10000", "--upscale", "64", "-o", "x.png"], ["pixels"], 64),
        (["generate", "-o", "nowhere/x.png"], ["nowhere/x.png"], 1),
        (["generate", "-o", "."], ["."], 1),
        (["transfer", "-o", "x.png"], ["image"], 64),
        (["transfer", "missing.png", "-o", "x.png"], ["missing.png"], 1),
        (["morph", "#1", "-o", "x.png"], ["<b>"], 64),
        (["morph", "#1", "1,2", "-o", "x.png"], ["2 components"], 64),
        (["morph", "#1", "#2", "--frames", "1", "-o", "x.png"], ["--frames"], 64),
        (["morph", "#1", "#2", "--animate", "--rate", "0", "-o", "x.png"], ["--rate"], 64),
        (["figure"], ["--list"], 64),
        (["figure", "nonsense", "-o", "x.png"], ["nonsense", "--list"], 64),
        (["figure", "accuracy", "-o", "x.gif"], [".png"], 64),
        (["figure", "accuracy"], ["--output"], 64),
        (["figure", "accuracy", "--theme", "pink", "-o", "x.png"], ["pink"], 64),
    ],
)
def test_bad_requests(vis, tmp_path, arguments, says, status):
    ckpt = ["--ckpt", SHARE / "pt-aae"]
    refused(vis, tmp_path, *arguments, *ckpt, says=says, status=status)


def test_a_full_disk_is_told(vis, tmp_path):
    refused(vis, tmp_path, "generate", "-o", "/dev/full", says=["/dev/full", "No space"])


# MARK: figure


def test_listed_figures_are_those_of_the_report(vis, tmp_path, single):
    result = vis("figure", "--list", "--ckpt", SHARE / "pt-aae", cwd=tmp_path)
    names = result.out.split()
    files = {
        path.name.removeprefix("pt-aae-").removesuffix("-light.png")
        for path in (single / "figures").glob("*-light.png")
    }
    assert set(names) == files and len(names) == len(files)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["pair-grid", "confusion", "accuracy", "generated"])
def test_a_figure_is_that_of_the_report(vis, tmp_path, single, name, theme):
    full = name if name == "accuracy" else f"pt-aae-{name}"
    for ending in ["png", "svg"]:
        expected = single / "figures" / f"{full}-{theme}.{ending}"
        if not expected.exists():
            continue
        result = vis(
            "figure", name, "--theme", theme, "--ckpt", SHARE / "pt-aae", "-o", f"a.{ending}",
            cwd=tmp_path)
        assert result.status == 0, result.err
        assert (tmp_path / f"a.{ending}").read_bytes() == expected.read_bytes()


def test_a_figure_as_pdf_and_to_standard_output(vis, tmp_path):
    arguments = ["figure", "confusion", "--ckpt", str(SHARE / "pt-aae"), "-o"]
    assert vis(*arguments, "a.PDF", cwd=tmp_path).status == 0
    assert (tmp_path / "a.PDF").read_bytes().startswith(b"%PDF-")
    assert b"<svg" in vis_bytes(*arguments, "-", "--format", "svg", cwd=tmp_path)[:200]


def test_a_name_that_several_checkpoints_share(vis, tmp_path):
    models = ["--ckpt", SHARE / "pt-sae", "--ckpt", SHARE / "pt-aae"]
    refused(
        vis, tmp_path, "figure", "cdf", *models, "-o", "a.svg",
        says=["cdf may be pt-sae-cdf or pt-aae-cdf"], status=64)
    # Only one of the two says how it was trained.
    history = tmp_path / "pt-aae" / "history.csv"
    shutil.copytree(SHARE / "pt-aae", history.parent)
    history.write_text(checkpoints.history(3))
    models[1] = tmp_path / "plain"
    shutil.copytree(SHARE / "pt-sae", models[1])
    (models[1] / "history.csv").unlink(missing_ok=True)
    models[3] = history.parent
    for name in ["training", "pt-aae-training"]:
        result = vis("figure", name, *models, "-o", f"{name}.svg", cwd=tmp_path)
        assert result.status == 0, result.err
    assert (tmp_path / "training.svg").read_bytes() == (
        tmp_path / "pt-aae-training.svg").read_bytes()


def test_shells_complete_the_names_of_figures(vis, tmp_path):
    script = vis("--generate-completion-script", "bash", cwd=tmp_path).out
    listed = vis("figure", "--list", "--ckpt", SHARE / "pt-aae", cwd=tmp_path).out.split()
    for name in listed:
        assert re.search(rf"['\\n ]{re.escape(name)}['\\n ]", script), name


def test_a_figure_of_a_comparison(vis, tmp_path, comparison):
    models = ["--ckpt", SHARE / "pt-sae", "--ckpt", SHARE / "pt-aae"]
    result = vis("figure", "pt-sae-cdf", *models, "-o", "a.svg", cwd=tmp_path)
    assert result.status == 0, result.err
    expected = comparison / "figures" / "pt-sae-cdf-light.svg"
    assert (tmp_path / "a.svg").read_bytes() == expected.read_bytes()
