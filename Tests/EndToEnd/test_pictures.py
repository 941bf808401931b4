"""Pictures of every kind, format and orientation, of several digits and of none.

`Tests/Fixtures/pictures/make_pictures.py` makes them.
"""

import collections
import json
import struct
import subprocess
import zlib

import numpy
import pictures
import pytest
from conftest import ROOT, VIS, files_below

FIXTURES = ROOT / "Tests" / "Fixtures" / "pictures"
THREE = FIXTURES / "three.jpg"  # 7, 2, 1


def answers(vis, place, *arguments, **options):
    """What `vis encode` says and the lines of its standard error."""
    result = vis("encode", "--json", *arguments, cwd=place, **options)
    assert result.status == 0, result.err
    return json.loads(result.out), result.err.splitlines()


def refused(vis, place, *arguments, says):
    before = files_below(place)
    result = vis(*arguments, cwd=place)
    assert (result.status, result.out) == (1, ""), result
    lines = result.err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("vis: "), result.err
    for word in says:
        assert word in lines[0], lines[0]
    assert files_below(place) == before


# MARK: Kinds


def told_of(lines):
    """The files that lines of standard error are about."""
    return {line.removeprefix("vis: ").split(": ")[0].split("#")[0] for line in lines}


@pytest.fixture(scope="module")
def kinds(vis):
    """For each kind of picture, how many are read rightly and how many are doubted, of six."""
    files = sorted((FIXTURES / "digits").glob("*/*"))
    result = vis("encode", "--json", *files, cwd=FIXTURES)
    read = {answer["image"]: answer for answer in json.loads(result.out)}
    told = told_of(result.err.splitlines())
    counts = collections.defaultdict(collections.Counter)
    for file in files:
        answer = read.get(str(file))
        is_right = answer and answer["prediction"] == int(file.stem.split("-")[1])
        count = counts[file.parent.name]
        count["right"] += bool(is_right)
        count["told"] += str(file) in told
        count["sure and wrong"] += bool(
            answer and not is_right and answer["probability"] > 0.9 and str(file) not in told)
    return counts


def test_kinds_of_pictures_are_read(kinds):
    assert len(kinds) == 21
    assert [kind for kind, count in kinds.items() if count["right"] < 4] == []
    assert sum(count["right"] for count in kinds.values()) >= 0.95 * 6 * len(kinds), kinds


def test_few_digits_are_doubted(kinds):
    assert sum(count["told"] for count in kinds.values()) <= 0.15 * 6 * len(kinds), kinds


def test_hardly_any_answer_is_sure_and_wrong(kinds):
    assert sum(count["sure and wrong"] for count in kinds.values()) <= 1, kinds


@pytest.mark.parametrize("kind", ["blank", "noise", "disc", "letter", "scene"])
def test_pictures_of_no_digit_are_told_of(vis, kind):
    files = list(map(str, sorted((FIXTURES / "none" / kind).iterdir())))
    result = vis("encode", *files, cwd=FIXTURES)
    lines = result.err.splitlines()
    assert told_of(lines) <= set(files) and len(told_of(lines)) >= len(files) - 1, result
    refusals = sum("no digit is found in it" in line for line in lines)
    assert result.status == (1 if refusals else 0)


# MARK: Formats


def test_formats_are_told_by_the_first_bytes(vis):
    files = sorted((FIXTURES / "formats").iterdir())
    read, lines = answers(vis, FIXTURES, *files)
    assert [answer["prediction"] for answer in read] == [7] * len(files) == [7] * 16
    assert lines == []


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_pictures_are_turned_upright(vis, form):
    files = [FIXTURES / "turned" / f"{form}-{orientation}" for orientation in range(1, 9)]
    read, _ = answers(vis, FIXTURES, *files)
    assert [answer["prediction"] for answer in read] == [7] * 8
    # The boxes are of the picture as it is seen: 250 x 150, the digit on the right.
    upright = numpy.array([[answer["box"][key] for key in ("x", "y", "width", "height")]
                           for answer in read])
    assert numpy.abs(upright - upright[0]).max() <= 3
    x, y, width, height = upright[0]
    assert 115 <= x < x + width <= 240 and 10 <= y < y + height <= 140 and width < height


UNREADABLE = {
    "photo.heic": (b"\0\0\0\x18ftypheic" + bytes(100), "a HEIC picture"),
    "scan.pdf": (b"%PDF-1.4\n" + bytes(100), "a PDF document"),
    "drawing.svg": (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'>", "an SVG"),
    "photo.avif": (b"\0\0\0\x18ftypavif" + bytes(100), "an AVIF picture"),
    "old.jp2": (bytes.fromhex("0000000c6a5020200d0a870a") + bytes(50), "a JPEG 2000 picture"),
}


def test_other_files_are_named_with_what_to_do(vis, tmp_path):
    for name, (content, words) in UNREADABLE.items():
        (tmp_path / name).write_bytes(content)
        refused(vis, tmp_path, "encode", name, says=[f"{name}: ", words, "export"])
    for name, content in {"notes.txt": b"no picture, but some text", "short.png": b"\x89P"}.items():
        (tmp_path / name).write_bytes(content)
        refused(vis, tmp_path, "encode", name, says=[f"{name}: expected a PNG, JPEG"])
    (tmp_path / "empty.png").touch()
    refused(vis, tmp_path, "encode", "empty.png", says=["empty.png: is empty"])
    (tmp_path / "lfs.png").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    refused(vis, tmp_path, "encode", "lfs.png", says=["run git lfs pull"])


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP"])
def test_damaged_pictures_are_one_line(vis, tmp_path, form):
    whole = (FIXTURES / "formats" / f"{form}.txt").read_bytes()
    for length in [30, 60, len(whole) // 2]:
        (tmp_path / "cut").write_bytes(whole[:length])
        name = {"WEBP": "WebP"}.get(form, form)
        refused(vis, tmp_path, "encode", "cut", says=[f"cut: a damaged {name} picture"])


def test_large_claims_are_refused_before_decoding(vis, tmp_path):
    bmp = bytearray((FIXTURES / "formats" / "BMP.txt").read_bytes())
    bmp[18:26] = struct.pack("<ii", 60_000, -60_000)
    gif = bytearray((FIXTURES / "formats" / "GIF.txt").read_bytes())
    frame = gif.index(b"\x2c\0\0\0\0")
    gif[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
    header = pictures.chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0))
    png = pictures.SIGNATURE + header + pictures.chunk(b"IDAT", b"") + pictures.chunk(b"IEND", b"")
    for name, content in {"bmp": bmp, "gif": gif, "png": png}.items():
        (tmp_path / name).write_bytes(content)
        refused(vis, tmp_path, "encode", name, says=[f"{name}: ", "at most 67108864"])


@pytest.mark.parametrize("size", [(1, 1), (500, 1), (3, 3), (2, 20_000)])
def test_odd_shapes_are_one_line(vis, tmp_path, size):
    levels = numpy.random.default_rng(1).integers(0, 256, size)
    (tmp_path / "odd.png").write_bytes(pictures.png(levels))
    says = "too narrow" if size == (2, 20_000) else "no digit is found"
    refused(vis, tmp_path, "encode", "odd.png", says=["odd.png: ", says])


# MARK: Decoders kept within bounds

# All that a decoder may take for a small picture.
SECONDS, MEMORY = 5, 500 << 20


def bounded(vis, place, content):
    (place / "bomb").write_bytes(content)
    script = f'ulimit -v {MEMORY >> 10} -t {SECONDS}; exec "$0" "$@"'
    return subprocess.run(
        ["sh", "-c", script, VIS, "encode", "bomb"], cwd=place, capture_output=True, text=True)


def test_texts_in_png_files_are_not_unpacked(vis, tmp_path):
    kinds = pictures.chunks((FIXTURES / "formats" / "PNG.txt").read_bytes())
    text = pictures.chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(7_900_000), 9))
    (first, data), *rest = kinds
    content = pictures.SIGNATURE + pictures.chunk(first, data) + 300 * text + b"".join(
        pictures.chunk(*one) for one in rest)
    assert bounded(vis, tmp_path, content).stdout.startswith("bomb: digit 7 ")


def test_only_the_first_frame_of_gif_files_is_decoded(vis, tmp_path):
    whole = (FIXTURES / "formats" / "GIF.txt").read_bytes()
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 60_000, 60_000, 0) + b"\x02\x02\x4c\x01\0"
    result = bounded(vis, tmp_path, whole[:-1] + 100 * frame + b";")
    assert result.stdout.startswith("bomb: digit 7 "), result


def test_thousands_of_scans_are_refused(vis, tmp_path):
    whole = (FIXTURES / "formats" / "JPEG-progressive.txt").read_bytes()
    last = whole.rindex(b"\xff\xda")
    assert bounded(vis, tmp_path, whole).stdout.startswith("bomb: digit 7 ")
    result = bounded(vis, tmp_path, whole[:last] + 2000 * whole[last:-2] + whole[-2:])
    assert (result.returncode, result.stdout) == (1, "") and "a damaged JPEG" in result.stderr


def test_strips_that_share_their_bytes_are_refused(vis, tmp_path):
    # 1,000 rows, a strip each, all of the same 100,000 bytes.
    rows, length = 1_000, 100_000
    data = 8 + 2 + 12 * 9 + 4
    counts, places = data + length, data + length + 4 * rows
    entries = [(256, 4, 1, 60), (257, 4, 1, rows), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
               (273, 4, rows, places), (277, 3, 1, 1), (278, 4, 1, 1), (279, 4, rows, counts)]
    content = b"II*\0" + struct.pack("<IH", 8, len(entries)) + b"".join(
        struct.pack("<HHII", *entry) for entry in entries) + bytes(4 + length)
    content += struct.pack(f"<{rows}I", *[length] * rows) + struct.pack(f"<{rows}I", *[data] * rows)
    result = bounded(vis, tmp_path, content)
    assert (result.returncode, result.stdout) == (1, "") and "a damaged TIFF" in result.stderr


def test_directories_that_list_strips_again_and_again_are_refused(vis, tmp_path):
    # 60,000 lists, each of a megabyte of strips without a byte.
    count, length = 60_000, 1 << 20
    entry = struct.pack("<HHII", 279, 1, length, 8 + 2 + 12 * count)
    content = b"II*\0" + struct.pack("<IH", 8, count) + count * entry + bytes(length)
    result = bounded(vis, tmp_path, content)
    assert (result.returncode, result.stdout) == (1, "") and "a damaged TIFF" in result.stderr


def test_old_headers_are_understood(vis, tmp_path):
    # The picture of OS/2's BMP header is not read, but its size is not misread either.
    (tmp_path / "os2.bmp").write_bytes(
        b"BM" + struct.pack("<IIIIHHHH", 100, 0, 26, 12, 60, 60, 1, 24) + bytes(100))
    refused(vis, tmp_path, "encode", "os2.bmp", says=["os2.bmp: a damaged BMP", "as PNG"])
    turned = (FIXTURES / "turned" / "JPEG-6").read_bytes()
    block = turned.index(b"\xff\xe1")
    (tmp_path / "fill.jpg").write_bytes(turned[:block] + b"\xff\xff" + turned[block:])
    read, _ = answers(vis, tmp_path, "fill.jpg")
    assert read[0]["prediction"] == 7


# MARK: Several digits


def sheet_of(images, places, size):
    """Digits three times as large, dark on a sheet of height x width, at (top, left) places."""
    sheet = numpy.full(size, 240.0)
    for image, (top, left) in zip(images, places):
        part = sheet[top : top + 84, left : left + 84]
        part -= 220 * pictures.enlarged(image, 3)
    return sheet


def test_lines_are_read_one_after_the_other(vis, tmp_path):
    images, labels = pictures.test_set(ROOT / "share" / "mnist")
    places = [(20, 40), (40, 220), (30, 400), (240, 30), (220, 230), (245, 390)]
    sheet = sheet_of(images[:6], places, (360, 520))
    (tmp_path / "lines.png").write_bytes(pictures.png(sheet))
    read, _ = answers(vis, tmp_path, "lines.png")
    assert [answer["prediction"] for answer in read] == list(labels[:6])


def test_many_digits_are_all_answered_for(vis, tmp_path):
    images, labels = pictures.test_set(ROOT / "share" / "mnist")
    places = [(20 + 120 * (n // 10), 20 + 100 * (n % 10)) for n in range(60)]
    sheet = sheet_of(numpy.resize(images[:3], (60, 28, 28)), places, (760, 1040))
    (tmp_path / "many.png").write_bytes(pictures.png(sheet))
    read, _ = answers(vis, tmp_path, "many.png")
    assert [answer["prediction"] for answer in read] == [7, 2, 1] * 20


@pytest.mark.parametrize("width", [1, 2, 4, 6])
def test_rules_on_paper_hide_no_digit(vis, tmp_path, width):
    images, _ = pictures.test_set(ROOT / "share" / "mnist")
    sheet = sheet_of(images[[0, 1]], [(300, 200), (300, 400)], (800, 1000))
    sheet[20:780, 100 : 100 + width] = 60
    sheet[420 : 420 + width, 150:960] = 60
    (tmp_path / "ruled.png").write_bytes(pictures.png(sheet))
    read, _ = answers(vis, tmp_path, "ruled.png")
    assert [answer["prediction"] for answer in read] == [7, 2]


def test_a_lone_thin_one_is_no_rule(vis, tmp_path):
    sheet = numpy.full((1000, 800), 240)
    sheet[30:970, 400:403] = 20
    (tmp_path / "one.png").write_bytes(pictures.png(sheet))
    read, _ = answers(vis, tmp_path, "one.png")
    assert [answer["prediction"] for answer in read] == [1]



def test_several_digits_from_left_to_right(vis):
    read, _ = answers(vis, THREE.parent, THREE.name)
    assert [answer["image"] for answer in read] == [f"three.jpg#{n}" for n in (1, 2, 3)]
    assert [answer["prediction"] for answer in read] == [7, 2, 1]
    places = [answer["box"]["x"] for answer in read]
    assert places == sorted(places)
    lines = vis("encode", THREE.name, cwd=THREE.parent).out.splitlines()
    assert [line.split(" (")[0] for line in lines] == [
        "three.jpg#1: digit 7", "three.jpg#2: digit 2", "three.jpg#3: digit 1"]


def test_one_of_several_is_chosen(vis, tmp_path):
    (tmp_path / "three.jpg").symlink_to(THREE)
    everything, _ = answers(vis, tmp_path, "three.jpg")
    second, _ = answers(vis, tmp_path, "three.jpg#2")
    assert second == everything[1:2]
    refused(vis, tmp_path, "encode", "three.jpg#4", says=["three.jpg#4", "from 1 to 3"])
    refused(
        vis, tmp_path, "morph", "three.jpg", "#1", "-o", "out.png",
        says=["three.jpg: shows 3 digits", "choose one, as three.jpg#3"])
    for command in [["transfer", "three.jpg#2"], ["morph", "three.jpg#1", "three.jpg#3"]]:
        assert vis(*command, "-o", "out.png", cwd=tmp_path).status == 0


def test_a_file_of_that_name_comes_first(vis, tmp_path):
    (tmp_path / "a#2").symlink_to(FIXTURES / "formats" / "PNG.txt")
    read, _ = answers(vis, tmp_path, "a#2")
    assert (read[0]["image"], read[0]["prediction"]) == ("a#2", 7)


def test_a_picture_of_no_digit_does_not_hide_the_others(vis, tmp_path):
    (tmp_path / "blank.png").write_bytes(pictures.png(numpy.full((90, 90), 200)))
    (tmp_path / "seven.png").symlink_to(FIXTURES / "formats" / "PNG.txt")
    result = vis("encode", "blank.png", "seven.png", cwd=tmp_path)
    assert result.status == 1 and result.out.startswith("seven.png: digit 7 (")
    assert result.err == "vis: blank.png: no digit is found in it\n"


def test_a_doubtful_digit_is_told_of_and_answered_for(vis, tmp_path):
    image = 255 - pictures.test_set(ROOT / "share" / "mnist")[0][17]
    first_row = numpy.argwhere(image < 255).min(0)[0]
    (tmp_path / "cut.png").write_bytes(pictures.png(numpy.roll(image, -first_row, 0)))
    read, lines = answers(vis, tmp_path, "cut.png")
    assert len(read) == 1
    assert len(lines) == 1 and lines[0].startswith("vis: cut.png: the digit may be cut off")


def test_rivals_are_shown_below(vis, tmp_path):
    result = vis("encode", THREE, "--show", "seen.png", cwd=tmp_path)
    assert result.status == 0
    seen = pictures.grey_pixels((tmp_path / "seen.png").read_bytes())
    assert seen.shape[1] == 3 * 28 and seen.shape[0] > 28
    assert seen[:28].max() == 255 and 100 <= seen[28:].max() <= 127
    lines = result.err.splitlines()
    assert [line.split(",")[0] for line in lines] == [
        f"vis: {THREE}#{number}: dark ink" for number in (1, 2, 3)]
    assert all("misfit 0." in line for line in lines)


def test_answers_do_not_depend_on_the_run(vis):
    first = vis("encode", "--json", THREE, cwd=THREE.parent)
    assert vis("encode", "--json", THREE, cwd=THREE.parent) == first
