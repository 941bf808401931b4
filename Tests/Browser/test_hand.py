"""The reader's hand: samples drawn and taken from pictures, and what is written in it."""

import base64
import pathlib
import re
import struct
import time
import urllib.parse

import numpy
import pictures
import pytest
from alterations import altered_section, split_payload
from conftest import ROOT
from live import (
    box, choose, click, drawn, in_every_browser, open_live, settle, slide, text, type_text, wait,
    write,
)  # fmt: skip

ONE = [[(14, y) for y in range(4, 24)]]
SEVEN = [[(x, 5) for x in range(7, 20)] + [(13, 22)]]


@pytest.fixture(scope="module")
def test_images():
    """An image of each digit that is not in the page."""
    images, labels = pictures.test_set(ROOT / "share" / "mnist")
    return [images[numpy.flatnonzero(labels == digit)[40]] for digit in range(10)]


def picture(image, zoom=10):
    """A sheet of paper with a digit on it, from 0 to 255."""
    return 235 - numpy.round(200 * pictures.enlarged(image, zoom)).astype(numpy.uint8)


def numbers(said):
    return [float(number) for number in re.findall(r"-?\d+\.\d+", said.replace("−", "-"))]


def style(browser, model):
    """The style that a model shows of what is chosen."""
    return numbers(text(browser, f"[data-vector='{model}']"))


def hand(browser, model):
    """The mean style of the samples."""
    return numbers(text(browser, f"[data-hand-vector='{model}']"))


def written(browser):
    """What each model wrote: rows of opacity from 0 to 255."""
    lines = browser.run(
        """return [...document.querySelectorAll('canvas[data-hand]')].map(canvas => {
          const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return [canvas.width, Array.from(data.filter((_, i) => i % 4 === 3))];
        })""")
    return [numpy.array(opacity).reshape(-1, width) for width, opacity in lines]


def glyphs(line):
    """The top, bottom, left and right of each piece of ink, by columns without ink."""
    ink = line > 127
    columns = numpy.flatnonzero(numpy.diff(numpy.pad(ink.any(axis=0).astype(int), 1)))
    found = []
    for left, right in columns.reshape(-1, 2):
        rows = numpy.flatnonzero(ink[:, left:right].any(axis=1))
        found.append((rows[0], rows[-1], left, right))
    return found


def send(browser, how, *files):
    """Gives the page files, (name, type, bytes), `dropped` on it or `chosen`."""
    browser.run(
        """const [how, files] = arguments;
        const transfer = new DataTransfer();
        for (const [name, type, text] of files) {
          const bytes = new Uint8Array(text.length);
          for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
          transfer.items.add(new File([bytes], name, {type}));
        }
        if (how === 'chosen') {
          const field = document.getElementById('picture-files');
          field.files = transfer.files;
          field.dispatchEvent(new Event('change', {bubbles: true}));
        } else {
          document.getElementById('draw').dispatchEvent(new DragEvent('drop', {
            dataTransfer: transfer, bubbles: true, cancelable: true}));
        }""",
        how, [[name, kind, data.decode("latin-1")] for name, kind, data in files])


def samples(browser):
    return browser.run(
        "return [...document.querySelectorAll('#hand-samples button')].map(b => b.ariaLabel)")


@in_every_browser
def test_keeps_drawings_and_writes_in_their_mean_style(browser, page):
    open_live(browser, page)
    _, header, _, _ = split_payload(pathlib.Path(page).read_text())
    assert text(browser, "#hand-status") == "No samples yet: this is the average hand."
    average = written(browser)
    standardised = []
    for strokes, digit in [(ONE, 1), (SEVEN, 7)]:
        write(browser, strokes)
        wait(browser, f"document.getElementById('draw-reading').innerText.includes('a {digit} ')")
        usual = [model["digitStyles"][digit] for model in header["models"]]
        standardised.append([
            [(value - moments["mean"]) / moments["deviation"]
             for value, moments in zip(style(browser, model), usual[model])]
            for model in (0, 1)])  # fmt: skip
        click(browser, "#add-sample")
        # The paper is free for the next.
        wait(browser, "document.getElementById('draw-reading').innerText === 'Nothing drawn yet.'")
    said = text(browser, "#hand-status")
    assert said.startswith("2 samples, taken as 1 and 7. The spread of their styles is ")
    assert samples(browser) == ["Remove sample 1, taken as 1", "Remove sample 2, taken as 7"]
    for model in (0, 1):
        mean = numpy.mean(standardised, axis=0)[model]
        assert hand(browser, model) == pytest.approx(mean, abs=0.02)
    apart = numpy.array(standardised)[:, 1]
    assert numbers(said) == pytest.approx(
        [numpy.sqrt(((apart[0] - apart[1]) ** 2).sum() / 2), 2], abs=0.07)
    for before, after in zip(average, written(browser)):
        assert before.shape != after.shape or (before != after).any()


def test_samples_are_removed_and_all_is_undone(browser, page):
    open_live(browser, page)
    disabled = """return ['undo-drawing', 'add-sample'].map(
      id => document.getElementById(id).ariaDisabled)"""
    assert browser.run(disabled) == ["true", "true"]
    for digit in (3, 5):
        click(browser, f"button[data-sample='{digit}']")
        assert browser.run(disabled)[1] == "false"
        click(browser, "#add-sample")
    both = written(browser)
    click(browser, "#hand-samples li:first-child button")
    assert samples(browser) == ["Remove sample 1, taken as 5"]
    # The keyboard goes on from there.
    assert browser.run("return document.activeElement.ariaLabel") == "Remove sample 1, taken as 5"
    assert any(
        a.shape != b.shape or (a != b).any() for a, b in zip(both, written(browser)))
    click(browser, "#undo-drawing")
    assert samples(browser) == ["Remove sample 1, taken as 3", "Remove sample 2, taken as 5"]
    assert all((a == b).all() for a, b in zip(both, written(browser)))
    # What was added is back on the paper; so is a drawing, stroke by stroke.
    click(browser, "#undo-drawing")
    assert samples(browser) == ["Remove sample 1, taken as 3"]
    assert "reads a 5" in text(browser, "#draw-reading")
    write(browser, [*ONE, [(4, 14), (24, 14)]])
    crossed = drawn(browser, "#draw")
    click(browser, "#undo-drawing")
    assert "pt-aae reads a 1" in text(browser, "#draw-reading")
    click(browser, "#clear-drawing")
    assert text(browser, "#draw-reading") == "Nothing drawn yet."
    click(browser, "#undo-drawing")
    assert "pt-aae reads a 1" in text(browser, "#draw-reading")
    assert drawn(browser, "#draw") != crossed
    # Nothing that is not on the paper or is kept already can be added.
    click(browser, "#clear-drawing")
    click(browser, "#add-sample")
    assert len(samples(browser)) == 1


@in_every_browser
def test_writes_a_text_while_it_is_typed(browser, page):
    open_live(browser, page, "#hand=image:1~image:2")
    assert browser.run("return document.getElementById('hand-text').value") == "0123456789"
    lines = []
    for characters in ("1", "18", "18:", "18:-"):
        type_text(browser, characters)
        wait(browser, f"document.querySelector('[data-hand]').ariaLabel.startsWith('{characters} ')")
        lines.append(written(browser))
    assert [[len(glyphs(line)) for line in models] for models in lines] == [
        [1, 1], [2, 2], [3, 3], [4, 4]]
    ratio = browser.run("return devicePixelRatio")
    for line in lines[-1]:
        one, eight, colon, hyphen = glyphs(line)
        # Digits stand on one line and are equally tall; marks are of the same pen.
        assert abs(one[1] - eight[1]) <= ratio and abs(one[0] - eight[0]) <= ratio
        assert one[1] - one[0] == pytest.approx(60 * ratio, abs=2 * ratio)
        assert one[0] < colon[0] and colon[1] <= one[1] + ratio
        assert one[0] < hyphen[0] and hyphen[1] < one[1]
        pen = hyphen[1] - hyphen[0] + 1
        assert one[3] - one[2] >= pen and 4 * ratio < pen < 16 * ratio
    # A space is no ink, but room.
    type_text(browser, "1 8")
    spaced = [glyphs(line) for line in written(browser)]
    for apart, together in zip(spaced, lines[1]):
        assert apart[1][2] - apart[0][3] > glyphs(together)[1][2] - glyphs(together)[0][3] + 20


def test_says_what_cannot_be_written_and_writes_the_rest(browser, page):
    open_live(browser, page)
    type_text(browser, "42")
    plain = written(browser)
    assert text(browser, "#hand-message") == ""
    type_text(browser, "4xé2x")
    assert text(browser, "#hand-message") == (
        "Left out: x é – a hand writes digits, spaces and - . , : / only.")
    assert all((a == b).all() for a, b in zip(plain, written(browser)))
    type_text(browser, " ")
    assert browser.run("return document.querySelector('[data-png]').ariaDisabled") == "true"


@pytest.mark.parametrize("width", [390, 1440])
def test_a_long_text_is_broken_into_lines(browser, page, width):
    open_live(browser, page, f"#text={'0123456789' * 6}", width=width)
    assert browser.run("return document.documentElement.scrollWidth") <= width
    for line in written(browser):
        assert not (line[:, [0, -1]] > 127).any()
        gaps = numpy.diff(numpy.flatnonzero((line > 127).any(axis=1)))
        assert (gaps > 3).sum() >= 1
    # What fits is one line, and smaller.
    choose(browser, "#hand-text", "0123456789")
    slide(browser, "#hand-text", "0123456789")
    for line in written(browser):
        assert len(glyphs(line)) == 10


def test_saves_what_each_model_wrote_as_png(browser, page, tmp_path):
    open_live(browser, page, "#hand=image:1&text=7%2F11", scheme="dark")
    browser.devtools("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    saved = []
    for model, name in enumerate(["pt-sae", "pt-aae"]):
        click(browser, f"[data-png='{model}']")
        file = tmp_path / f"{name}-7-11.png"
        end = time.monotonic() + 10
        while not file.exists() and time.monotonic() < end:
            time.sleep(0.05)
        saved.append(dict(pictures.chunks(file.read_bytes())))
        corner, darkest = browser.run_async(
            """const [text, done] = arguments;
            const image = new Image();
            image.onload = () => {
              const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
              context.drawImage(image, 0, 0);
              const {data} = context.getImageData(0, 0, image.width, image.height);
              done([Array.from(data.slice(0, 4)), data.reduce((a, b) => Math.min(a, b))]);
            };
            image.src = 'data:image/png;base64,' + text;""",
            base64.b64encode(file.read_bytes()).decode())
        # The ink of the page, which is dark, would be light.
        assert corner == [255] * 4 and darkest == 0
    for header in saved:
        width, height = struct.unpack(">II", header[b"IHDR"][:8])
        # A line of digits of 160 pixels, with room above and below.
        assert height == 8 * 34 and width > 300
    assert saved[0][b"IDAT"] != saved[1][b"IDAT"]
    browser.prefer("light")


@in_every_browser
def test_reads_pictures_that_are_dropped_or_chosen(browser, page, test_images):
    open_live(browser, page)
    sheets = [picture(image) for image in test_images]
    # With a frame at the edge, a shadow, light on dark, with a frame on the paper.
    sheets[1][:, :3] = sheets[1][:, -3:] = sheets[1][:3] = sheets[1][-3:] = 20
    sheets[2] = (sheets[2] * numpy.linspace(1, 0.45, 280)).astype(numpy.uint8)
    sheets[3] = 255 - sheets[3]
    sheets[4][20:24, 20:260] = sheets[4][256:260, 20:260] = 90
    sheets[4][20:260, 20:24] = sheets[4][20:260, 256:260] = 90
    files = [
        (f"{digit}.png", "image/png", pictures.png(sheet)) for digit, sheet in enumerate(sheets)]
    for how, first, count in [("dropped", 0, 7), ("chosen", 7, 10)]:
        send(browser, how, *files[first:count])
        wait(browser, f"document.querySelectorAll('#hand-samples li').length === {count}")
    assert samples(browser) == [
        f"Remove sample {digit + 1}, taken as {digit}" for digit in range(10)]
    # The last is on the paper, and is not added twice.
    settle(browser)
    assert "pt-aae reads a 9" in text(browser, "#draw-reading")
    assert browser.run("return document.getElementById('add-sample').ariaDisabled") == "true"
    assert text(browser, "#hand-status").startswith("10 samples, taken as 0, 1, 2, ")
    click(browser, "#undo-drawing")
    assert len(samples(browser)) == 7


@in_every_browser
def test_turns_a_photograph_as_it_says(browser, page, test_images):
    open_live(browser, page)
    # What is stored is turned to the left; the orientation says to turn it to the right.
    data = browser.run_async(
        """const [text, done] = arguments;
        const image = new Image();
        image.onload = () => {
          const canvas = document.createElement('canvas');
          canvas.width = image.width;
          canvas.height = image.height;
          canvas.getContext('2d').drawImage(image, 0, 0);
          done(canvas.toDataURL('image/jpeg', 0.9));
        };
        image.src = 'data:image/png;base64,' + text;""",
        base64.b64encode(pictures.png(numpy.rot90(picture(test_images[3])))).decode())
    jpeg = base64.b64decode(data.partition(",")[2])
    orientation = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    segment = b"Exif\0\0" + orientation
    turned = jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]
    send(browser, "dropped", ("photo.jpg", "image/jpeg", turned))
    wait(browser, "document.querySelectorAll('#hand-samples li').length === 1")
    assert samples(browser) == ["Remove sample 1, taken as 3"]


def test_says_of_which_pictures_it_read_nothing(browser, page):
    open_live(browser, page)
    blank = numpy.full((60, 40), 255, numpy.uint8)
    grid = numpy.full((200, 200), 255, numpy.uint8)
    for line in (50, 80, 110, 140):
        grid[line : line + 8, 40:160] = grid[40:160, line : line + 8] = 0
    send(
        browser, "dropped", ("<b>.png", "image/png", b"no picture"),
        ("blank.png", "image/png", pictures.png(blank)),
        ("grid.png", "image/png", pictures.png(grid)))
    said = wait(
        browser, """(said => said.includes('grid') && said)(
          document.getElementById('hand-status').innerText)""")
    assert said.startswith(
        "“<b>.png” is not a picture that this browser can read; “blank.png” shows no digit;"
        " “grid.png” hardly looks like one digit: add it if it is one. No samples yet")
    # It lies on the paper, and is said once.
    click(browser, "#add-sample")
    assert text(browser, "#hand-status").startswith("One sample, taken as ")


def test_reads_white_ink_on_nothing(browser, page, test_images):
    open_live(browser, page)
    opacity = numpy.round(255 * pictures.enlarged(test_images[4], 5))
    white = numpy.dstack([numpy.full_like(opacity, 255)] * 3 + [opacity])
    send(browser, "dropped", ("four.png", "image/png", pictures.png(white)))
    wait(browser, "document.querySelectorAll('#hand-samples li').length === 1")
    assert samples(browser) == ["Remove sample 1, taken as 4"]


def test_keeps_pictures_in_the_address(browser, page, test_images):
    open_live(browser, page)
    send(browser, "dropped", ("4.png", "image/png", pictures.png(picture(test_images[4]))))
    wait(browser, "/now=picture:[0-9a-f]{784}&.*&hand=picture:[0-9a-f]{784}&/.test(location.hash)")
    shown = [drawn(browser, "#draw-seen"), hand(browser, 0), hand(browser, 1)]
    open_live(browser, page, browser.run("return location.hash"))
    assert [drawn(browser, "#draw-seen"), hand(browser, 0), hand(browser, 1)] == shown
    assert samples(browser) == ["Remove sample 1, taken as 4"]


def test_a_hand_has_thirty_samples_at_most(browser, page):
    open_live(browser, page, "#hand=" + "~".join(["image:1"] * 40))
    assert len(samples(browser)) == 30
    click(browser, "button[data-sample='3']")
    click(browser, "#add-sample")
    assert len(samples(browser)) == 30
    send(browser, "dropped", ("x.png", "image/png", b""))
    wait(browser, "document.getElementById('hand-status').innerText.includes('at most 30 samples')")


def test_samples_are_removed_by_keyboard(browser, page):
    open_live(browser, page, "#hand=image:1~image:2")
    browser.run("document.querySelector('#hand-samples button').focus()")
    browser.press("Enter")
    settle(browser)
    browser.press("Enter")
    settle(browser)
    assert samples(browser) == []
    assert browser.run("return document.activeElement.id") == "add-sample"
    assert box(browser, "#hand-samples")["height"] == 0


def test_what_takes_the_place_of_a_drawing_is_undone(browser, page):
    open_live(browser, page)
    write(browser, [*ONE, [(4, 14), (14, 20), (24, 14)], [(5, 20)]])
    paper = drawn(browser, "#draw")
    for selector, value in [("#slider-1", 1), ("#morph-at", 0.5), ("#map-index", 7)]:
        for kind in ("input", "change"):
            choose(browser, selector, value, kind)
        assert drawn(browser, "#draw") != paper
        click(browser, "#undo-drawing")
        assert drawn(browser, "#draw") == paper, selector
    for selector in ("button[data-sample='3']", "#random-style", "#zero-style", "#map"):
        click(browser, selector)
        assert drawn(browser, "#draw") != paper
        click(browser, "#undo-drawing")
        assert drawn(browser, "#draw") == paper, selector
    # Each stroke is one step, however many points it has.
    for _ in range(3):
        assert text(browser, "#draw-reading") != "Nothing drawn yet."
        click(browser, "#undo-drawing")
    assert text(browser, "#draw-reading") == "Nothing drawn yet."


def test_a_hundred_steps_are_undone(browser, page):
    open_live(browser, page)
    write(browser, [[(x, y)] for x in range(6, 26, 2) for y in range(6, 28, 2)])
    browser.run("for (let i = 0; i < 200; i += 1) document.getElementById('undo-drawing').click()")
    settle(browser)
    assert browser.run("return document.getElementById('undo-drawing').ariaDisabled") == "true"
    wait(browser, "/now=drawing:[0-9a-f]{4}(-[0-9a-f]{4}){9}&/.test(location.hash)")


@in_every_browser
def test_a_dot_is_drawn(browser, page):
    open_live(browser, page)
    write(browser, [ONE[0], [(6, 20)]])
    with_dot = drawn(browser, "#draw")
    click(browser, "#undo-drawing")
    assert drawn(browser, "#draw") != with_dot


def test_pictures_that_are_read_at_once_are_thirty_at_most(browser, page, test_images):
    open_live(browser, page)
    for name in ("a", "b"):
        send(browser, "dropped", *[
            (f"{name}.png", "image/png", pictures.png(test_images[digit % 10]))
            for digit in range(20)])  # fmt: skip
    wait(browser, "document.querySelectorAll('#hand-samples li').length >= 30")
    assert len(samples(browser)) == 30
    assert text(browser, "#hand-status").startswith("A hand has at most 30 samples")


def test_nothing_is_added_twice(browser, page):
    open_live(browser, page)
    for _ in range(2):
        click(browser, "button[data-sample='3']")
        click(browser, "#add-sample")
    assert len(samples(browser)) == 1
    write(browser, ONE)
    click(browser, "#add-sample")
    click(browser, "#undo-drawing")
    click(browser, "#add-sample")
    wait(browser, r"/&hand=image:\d+~drawing:[0-9a-f]+&/.test(location.hash)")
    open_live(browser, page, browser.run("return location.hash"))
    click(browser, "button[data-sample='3']")
    click(browser, "#add-sample")
    assert len(samples(browser)) == 2


@pytest.mark.parametrize("height, width", [(1, 1), (3, 4)])
def test_thousands_of_dots_do_not_freeze_the_page(browser, page, height, width):
    dots = numpy.full((384, 384), 255, numpy.uint8)
    for y in range(height):
        for x in range(width):
            dots[y :: height + 1, x :: width + 1] = 0
    open_live(browser, page)
    begin = time.monotonic()
    send(browser, "dropped", ("dots.png", "image/png", pictures.png(dots)))
    wait(browser, "document.getElementById('hand-status').innerText.includes('dots')")
    assert time.monotonic() - begin < 8


def test_lets_go_of_pictures(browser, page, test_images):
    open_live(browser, page)
    browser.run(
        """const make = createImageBitmap;
        window.made = [];
        window.createImageBitmap = async (file) => {
          made.push(await make(file));
          return made.at(-1);
        };""")
    send(browser, "dropped", ("3.png", "image/png", pictures.png(picture(test_images[3]))))
    wait(browser, "document.querySelectorAll('#hand-samples li').length === 1")
    assert browser.run("return made.map(bitmap => bitmap.width)") == [0]


def test_marks_are_as_thick_as_digits(browser, page):
    open_live(browser, page)
    type_text(browser, "0123456789-")
    for line in written(browser):
        left = glyphs(line)[-1][2] - 1
        digits, hyphen = line[:, :left] / 255, line[:, left:] / 255
        # A stroke's ink is its length by its thickness, its border twice its length.
        down = numpy.diff(digits[:, 1:] + digits[:, :-1], axis=0) / 2
        across = numpy.diff(digits[1:] + digits[:-1], axis=1) / 2
        thickness = 2 * digits.sum() / numpy.hypot(down, across).sum()
        assert hyphen.sum(axis=0).max() == pytest.approx(thickness, rel=0.02)


def test_a_text_is_not_cut_within_a_character(browser, page):
    given = "1" * 59 + "𝟘𝟙"
    open_live(browser, page, f"#text={urllib.parse.quote(given)}")
    assert browser.run("return document.getElementById('hand-text').value") == given[:60]
    click(browser, "button[data-sample='3']")
    wait(browser, f"location.hash.includes('&text={urllib.parse.quote(given[:60])}&')")


def test_is_drawn_without_the_size_of_the_map(browser, page):
    added = browser.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        source="window.ResizeObserver = class { observe() {} }")
    open_live(browser, page)
    browser.devtools("Page.removeScriptToEvaluateOnNewDocument", identifier=added["identifier"])
    assert text(browser, "#draw-reading") == "Nothing drawn yet."


def test_takes_a_picture_as_it_is_only_if_it_is_made_as_the_test_images_are(
        browser, page, test_images):
    open_live(browser, page)
    four = test_images[4]
    seen = []
    for place, image in enumerate([four, 255 - four, numpy.roll(four, (1, -1), axis=(0, 1))]):
        send(browser, "dropped", (f"{place}.png", "image/png", pictures.png(image)))
        wait(browser, f"document.querySelectorAll('#hand-samples li').length === {place + 1}")
        settle(browser)
        levels = drawn(browser, "#draw-seen")["draw-seen-"].split(",")[3::4]
        seen.append(numpy.array(levels, float).reshape(28, 28))
    for levels in seen[:2]:
        assert abs(levels - four).max() <= 9
    assert seen[2].mean() < 80
    for coordinate in numpy.indices((28, 28)):
        assert (seen[2] * coordinate).sum() / seen[2].sum() == pytest.approx(14, abs=0.6)


def test_a_test_image_counts_as_its_own_digit(browser, page):
    html = pathlib.Path(page).read_text()
    for model in (0, 1):
        html = altered_section(
            lambda header: header["models"][model]["predictions"]["offset"], lambda _: 3)(html)
    pathlib.Path(page).write_text(html)
    open_live(browser, page, "#hand=image:0")
    assert samples(browser) == ["Remove sample 1, taken as 7"]
