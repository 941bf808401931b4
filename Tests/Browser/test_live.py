"""The live part of the page, worked by keyboard, mouse and finger in a real browser."""

import csv
import json
import pathlib
import re
import statistics

import axe_playwright_python
import numpy
import pytest
from alterations import (
    altered_byte, altered_section, highest_byte_of_weight, joined_payload, split_payload,
)  # fmt: skip
from browser import Chromium
from conftest import ROOT, style_of
from live import (
    ZERO, box, choose, click, digit, drawn, in_every_browser, open_live, settle, slide, text,
    type_text, value, wait, write,
)  # fmt: skip
from pictures import png

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "live"


@pytest.fixture(scope="module")
def report(comparison):
    """The numbers of the page."""
    return json.loads((comparison / "report.json").read_text())


def complaints(browser):
    """What the browser logged, but for advice about how these tests read canvases."""
    return [entry for entry in browser.log("browser") if entry["source"] != "rendering"]


# Whether the page checks itself


@in_every_browser
def test_runs_as_the_native_network_did(browser, page):
    browser.requests()
    assert open_live(browser, page) == "pass"
    said = text(browser, "#self-check")
    # For both models, ten digits in each of two styles, and ten readings.
    assert said.startswith("Self-check passed") and re.findall(r"\d+", said) == [str(2 * 30)]
    # Chromium tells of files too.
    assert browser.requests() == ([f"file://{page}"] if isinstance(browser, Chromium) else [])


def test_complains_of_nothing(browser, page):
    browser.log("browser")
    open_live(browser, page)
    assert complaints(browser) == []


@in_every_browser
def test_a_request_would_be_noticed(browser, tmp_path):
    page = tmp_path / "index.html"
    page.write_text("<img src='http://mnist-style.invalid/'>")
    browser.requests()
    browser.open(page)
    assert any("mnist-style.invalid" in address for address in browser.requests())


@pytest.mark.parametrize(
    "alter, complaint",
    [
        (altered_byte, "The live part of this page cannot run: its data are damaged."),
        (altered_section(highest_byte_of_weight(5), lambda b: b ^ 64), "reads another style"),
        (altered_section(highest_byte_of_weight(50_000), lambda b: b ^ 64), "draws a"),
        (
            altered_section(
                lambda header: header["models"][0]["goldenImages"]["offset"] + 7,
                lambda level: level ^ 64),
            "pt-sae draws a 0 that is off by 64 grey levels",
        ),
        (
            # Of the four bytes that say what it is, so that the network cannot run.
            altered_section(lambda header: header["network"]["offset"], lambda b: 1),
            "The live part of this page cannot run: ",
        ),
    ],
)  # fmt: skip
def test_turns_red_when_altered(browser, page, alter, complaint):
    html = pathlib.Path(page).read_text()
    changed = alter(html)
    assert changed != html
    pathlib.Path(page).write_text(changed)
    assert open_live(browser, page) == "fail"
    said = text(browser, "#self-check")
    assert said.startswith("Self-check failed") and re.search(complaint, said), said
    # What cannot work is not offered.
    is_dead = "cannot run" in said
    assert is_dead == (box(browser, ".live-tools")["height"] == 0)
    browser.log("browser")


WITHOUT_WEBASSEMBLY = "delete window.WebAssembly"
WITHOUT_VECTORS = "WebAssembly.validate = () => false"
WITHOUT_INFLATION = "delete window.DecompressionStream"


@pytest.mark.parametrize(
    "script, reason",
    [
        (WITHOUT_WEBASSEMBLY, "this browser has no WebAssembly"),
        (WITHOUT_VECTORS, "this browser’s WebAssembly has no vectors"),
        (WITHOUT_INFLATION, "this browser cannot inflate their data"),
    ],
)
def test_says_calmly_that_it_is_not_run_in_an_older_browser(browser, page, script, reason):
    added = browser.devtools("Page.addScriptToEvaluateOnNewDocument", source=script)
    assert open_live(browser, page) == "none"
    browser.devtools("Page.removeScriptToEvaluateOnNewDocument", identifier=added["identifier"])
    expect_not_run(browser, reason)
    assert complaints(browser) == []


def test_says_calmly_that_a_content_policy_bars_it(browser, page):
    """As a page shown by a host that sends a stricter policy of its own."""
    html = pathlib.Path(page).read_text()
    assert html.count(" &#39;wasm-unsafe-eval&#39;") + html.count(" 'wasm-unsafe-eval'") == 1
    html = html.replace(" &#39;wasm-unsafe-eval&#39;", "").replace(" 'wasm-unsafe-eval'", "")
    pathlib.Path(page).write_text(html)
    assert open_live(browser, page) == "none"
    expect_not_run(browser, "a content policy bars WebAssembly from this page")
    browser.log("browser")


def expect_not_run(browser, reason):
    """The page says why, in no colour of warning, and offers nothing that would not work."""
    said = text(browser, "#self-check")
    assert said.startswith("Not run here") and reason in said and "fail" not in said
    assert box(browser, ".live-tools")["height"] == 0
    assert browser.run(
        "return [...document.querySelectorAll('[data-live]')].every(link => link.hidden)")
    colours = browser.run(
        """return ['.verdict', '.summary'].map(
          name => getComputedStyle(document.querySelector('#self-check ' + name)).color)""")
    fail = browser.run(
        """document.getElementById('self-check').dataset.verdict = 'fail';
        return getComputedStyle(document.querySelector('#self-check .verdict')).color""")
    assert fail not in colours


def test_is_as_it_was_when_the_payload_is_put_together_again(browser, page):
    html = pathlib.Path(page).read_text()
    pathlib.Path(page).write_text(joined_payload(*split_payload(html)))
    assert open_live(browser, page) == "pass"


# The network


@pytest.mark.parametrize("model", [0, 1])
@pytest.mark.parametrize("row", [0, 3, 6])
def test_draws_what_the_native_network_drew(browser, page, report, model, row):
    """Every pixel within 1/255 of the pictures that the report shows."""
    styles = [*report["checkpoints"][model]["generated"]["styles"], [0, 0, 0, 0]]
    open_live(browser, page, f"#now=style:{','.join(map(repr, styles[row]))}&ink=grey")
    largest = browser.run_async(
        """const [model, row, done] = arguments;
        const table = document.querySelectorAll('#generated table')[model];
        // The zero style is shown at the head of the page.
        const place = table.tBodies[row] ?? document.querySelectorAll('.specimen')[model];
        const pictures = [...place.querySelectorAll('img')];
        const levels = (image) => {
          const canvas = new OffscreenCanvas(28, 28);
          canvas.getContext('2d').drawImage(image, 0, 0);
          return canvas.getContext('2d').getImageData(0, 0, 28, 28).data;
        };
        Promise.all(pictures.map(picture => picture.decode())).then(() => done(
          pictures.map((picture, digit) => {
            const native = levels(picture);
            const live = levels(document.querySelector(
              `canvas[data-checkpoint="${model}"][data-digit="${digit}"]`));
            return native.reduce((most, v, i) => Math.max(most, Math.abs(v - live[i])), 0);
          })))""",
        model, row)
    assert len(largest) == 10
    assert max(largest) <= 1


def test_draws_ten_digits_in_20_milliseconds(browser, page):
    """By the page's own scripts and data, in a network loaded for the purpose."""
    open_live(browser, page)
    scripts = "".join(
        (ROOT / "templates" / "live" / f"{name}.js").read_text() for name in ("payload", "network"))
    measured = browser.devtools(
        "Runtime.evaluate", awaitPromise=True, returnByValue=True,
        expression=f"""(async () => {{
          {scripts}
          const payload = await Payload.read(document.getElementById("payload"));
          const network = await Network.load(payload.bytes(payload.header.network));
          const times = [];
          for (const header of payload.header.models) {{
            const model = network.add(header.styleSize, payload.parameters(header));
            for (let i = 0; i < 60; i += 1) {{
              const style = new Float32Array(header.styleSize).fill(Math.sin(i));
              const start = performance.now();
              const levels = model.decode(style);
              times.push(performance.now() - start);
              if (levels.length !== 10 * 28 * 28) throw new Error("no ten digits");
            }}
          }}
          return times;
        }})()""")
    times = measured["result"]["value"]
    assert len(times) == 120
    assert 0 < statistics.median(times) <= 20, times


def test_a_step_of_a_slider_takes_two_frames_at_most(browser, page):
    open_live(browser, page)
    # It draws ten digits for each of two models, and the map.
    times = browser.run_async(
        """const done = arguments[0];
        const slider = document.querySelector('input[data-style]');
        const times = [];
        const step = () => {
          if (times.length === 20) return done(times);
          slider.value = Math.sin(times.length);
          slider.dispatchEvent(new Event('input', {bubbles: true}));
          let start;
          requestAnimationFrame(() => {
            times.push(performance.now() - start);
            setTimeout(step);
          });
          // The page's own frame callback was asked for before this one: it runs in between.
          start = performance.now();
        };
        step();""")
    assert statistics.median(times) <= 33, times


def test_pointing_at_the_map_takes_a_frame_at_most(browser, page):
    open_live(browser, page)
    before = drawn(browser, "#map")
    times = browser.run(
        """const map = document.getElementById('map');
        const {left, top, width, height} = map.getBoundingClientRect();
        return Array.from({length: 60}, (_, i) => {
          const [clientX, clientY] = [left + width * (0.3 + i / 150), top + height * 0.45];
          const start = performance.now();
          map.dispatchEvent(new PointerEvent('pointermove', {clientX, clientY, bubbles: true}));
          return performance.now() - start;
        });""")
    # The handler does all of it at once.
    assert drawn(browser, "#map") != before
    assert 0 < statistics.median(times) <= 16, times


# Sliders


@in_every_browser
def test_sliders_by_keyboard_change_every_canvas(browser, page):
    open_live(browser, page)
    before = drawn(browser)
    assert len(before) == 20
    for feature in range(1, 5):
        browser.run(f"document.querySelector('input[data-style=\"{feature}\"]').focus()")
        browser.press("PageUp")
        browser.press("ArrowRight")
        settle(browser)
        after = drawn(browser)
        assert all(after[canvas] != before[canvas] for canvas in before)
        before = after
        assert "σ" in text(browser, f"input[data-style=\"{feature}\"] + output")


def test_keys_move_a_slider_by_fixed_steps(browser, page):
    open_live(browser, page)
    browser.run("document.querySelector('input[data-style=\"2\"]').focus()")
    shown = []
    for key in [
        "ArrowRight", "ArrowUp", "ArrowLeft", "PageUp", "PageUp", "PageDown", "ArrowDown", "End",
        "ArrowRight", "Home",
    ]:  # fmt: skip
        browser.press(key)
        settle(browser)
        shown.append(text(browser, "input[data-style=\"2\"] + output"))
    assert shown == [
        "0.05 σ", "0.10 σ", "0.05 σ", "0.55 σ", "1.05 σ", "0.55 σ", "0.50 σ", "4.00 σ", "4.00 σ",
        "−4.00 σ"]  # fmt: skip


def test_features_are_named_as_the_chosen_model_means_them(browser, page, comparison):
    models = json.loads((comparison / "report.json").read_text())["checkpoints"]
    names = [
        [f"style {number}" + (f": {feature['name']}" if feature["name"] else "")
         for number, feature in enumerate(model["meaning"], start=1)]
        for model in models]
    for index, model in enumerate(names):
        open_live(browser, page, f"#model={index + 1}")
        for selector in [".live-slider label", "#map-across option", "#map-up option"]:
            shown = browser.run(
                f"return [...document.querySelectorAll('{selector}')].map(e => e.textContent)")
            assert shown == model, selector


@pytest.mark.parametrize("width", [320, 390, 1024, 1440])
def test_a_style_beyond_the_scale_says_so_in_one_line(browser, page, width):
    open_live(browser, page, "#now=style:9,-24.68,8,0", width)
    outputs = "[...document.querySelectorAll('.live-slider output')]"
    assert browser.run(f"return {outputs}.map(o => o.innerText)") == [
        "4.50 σ »", "« −12.34 σ", "4.00 σ", "0.00 σ"]
    heights = browser.run(f"return {outputs}.map(o => o.getBoundingClientRect().height)")
    assert len(set(heights)) == 1
    assert browser.run(f"return {outputs}.every(o => o.scrollWidth <= o.clientWidth)")
    assert browser.run(
        """return [...document.querySelectorAll('input[data-style]')].map(
          s => s.getAttribute('aria-valuetext').includes('off the scale'))"""
    ) == [True, True, False, False]


def test_sliders_are_filled_from_a_mark_in_the_middle(browser, page):
    open_live(browser, page, "#now=style:4,-4,0,0")
    shares = browser.run(
        """return [...document.querySelectorAll('input[data-style]')].map(
          s => Number(getComputedStyle(s).getPropertyValue('--share')))""")
    assert shares == [0.75, 0.25, 0.5, 0.5]
    mark = browser.run(
        """const style = getComputedStyle(document.querySelector('input[data-style]'));
        return [style.backgroundImage.includes('gradient'), style.backgroundPosition];""")
    assert mark == [True, "50% 50%"]


def test_one_vector_drives_every_model(browser, page):
    open_live(browser, page, "#now=style:1.25,-0.5,2,0&model=1")
    vectors = [text(browser, f"[data-vector='{model}']").split() for model in (0, 1)]
    assert vectors[0] == vectors[1] == ["1.25", "−0.50", "2.00", "0.00"]
    shown = drawn(browser)
    assert all(shown[f"0-{digit}"] != shown[f"1-{digit}"] for digit in range(10))


def test_random_zero_and_copy(browser, page):
    open_live(browser, page)
    zero = drawn(browser)
    click(browser, "#random-style")
    assert all(drawn(browser)[canvas] != zero[canvas] for canvas in zero)
    browser.devtools(
        "Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    click(browser, "#copy-style")
    vector = text(browser, "[data-vector='1']").replace("−", "-").split()
    wait(browser, "document.getElementById('slider-message').textContent")
    copied = browser.run_async("navigator.clipboard.readText().then(arguments[0])")
    # Copied to three places, shown to two: each rounded from the number itself.
    assert [float(value) for value in copied.split(",")] == pytest.approx(
        [float(value) for value in vector], abs=0.0056)
    click(browser, "#zero-style")
    assert drawn(browser) == zero


# Writing


@pytest.mark.parametrize("width", [390, 1440])
def test_reads_the_strokes_of_test_images(browser, page, width):
    images = json.loads((FIXTURES / "strokes.json").read_text())
    open_live(browser, page, width=width)
    right = []
    for image in images:
        click(browser, "#clear-drawing")
        assert text(browser, "#draw-reading") == "Nothing drawn yet."
        write(browser, image["strokes"])
        # The best bar of each model.
        read = browser.run(
            """return [...document.querySelectorAll('.live-bars')].map(
              bars => Number(bars.querySelector('.best').innerText))""")
        right.append([digit == image["digit"] for digit in read])
    assert len(images) == 20
    for model in (0, 1):
        assert sum(row[model] for row in right) >= 19, right


@in_every_browser
def test_writes_ten_digits_in_the_readers_hand(browser, page):
    open_live(browser, page)
    zero = drawn(browser)
    assert text(browser, "#draw-reading") == "Nothing drawn yet."
    write(browser, [[(20, y) for y in range(4, 24)]])
    assert all(drawn(browser)[canvas] != zero[canvas] for canvas in zero)
    reading = text(browser, "#draw-reading")
    assert re.fullmatch(
        r"pt-sae reads a 1 \(\d+\.\d %\), pt-aae reads a 1 \(\d+\.\d %\)\.", reading)
    # The sliders follow: they show the style that the chosen model read.
    sigmas = browser.run(
        "return [...document.querySelectorAll('input[data-style]')].map(s => Number(s.value))")
    vector = text(browser, "[data-vector='1']").replace("−", "-").split()
    for sigma, value in zip(sigmas, vector):
        assert sigma == pytest.approx(float(value) / 2, abs=0.01) or abs(sigma) == 4
    # Its pixels lie in the middle of 28 x 28, within a box of 20 x 20.
    levels = [int(v) for v in drawn(browser, "#draw-seen")["draw-seen-"].split(",")][3::4]
    inked = [i for i, level in enumerate(levels) if level > 20]
    assert {i % 28 for i in inked} <= set(range(11, 17))
    assert min(inked) // 28 == 4 and max(inked) // 28 == 23


def test_takes_test_images(browser, page):
    open_live(browser, page)
    click(browser, "button[data-sample='3']")
    assert "pt-aae reads a 3" in text(browser, "#draw-reading")
    assert digit(browser) == 3


def test_clears_only_drawings(browser, page):
    open_live(browser, page, "#now=style:1,2,-1,0.5&ink=grey")
    for _ in range(2):
        before = drawn(browser)
        assert browser.run("return document.getElementById('clear-drawing').ariaDisabled") == "true"
        click(browser, "#clear-drawing")
        assert drawn(browser) == before
        click(browser, "button[data-sample='3']")
    write(browser, [[(14, y) for y in range(4, 24)]])
    assert browser.run("return document.getElementById('clear-drawing').ariaDisabled") == "false"
    click(browser, "#clear-drawing")
    assert text(browser, "#draw-reading") == "Nothing drawn yet."
    assert set(drawn(browser, "#draw-seen")["draw-seen-"].split(",")[:3]) == {"0"}


def test_the_digit_follows_what_was_read(browser, page, encodings):
    open_live(browser, page)
    assert digit(browser) == 7
    write(browser, [[(14, y) for y in range(4, 24)]])
    assert digit(browser) == 1
    click(browser, "button[data-sample='5']")
    assert digit(browser) == 5
    choose(browser, "#map-index", 1234)
    assert digit(browser) == encodings[1234][1]
    # A style by hand says nothing of the digit.
    slide(browser, "input[data-style='1']", 1)
    assert digit(browser) == encodings[1234][1]


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_what_the_network_sees_is_beside_the_paper(browser, page, width):
    open_live(browser, page, "#now=image:3", width)
    paper, seen, label = browser.run(
        """return ['#draw', '#draw-seen', '#draw-seen-label'].map(selector => {
          const {left, top, right, bottom} =
            document.querySelector(selector).getBoundingClientRect();
          return {left, top, right, bottom};
        })""")
    assert seen["top"] >= paper["bottom"] or seen["left"] >= paper["right"]
    assert label["right"] > label["left"] >= seen["right"]
    assert text(browser, "#draw-seen-label") == "what the network sees"


def test_one_pointer_at_a_time_writes(browser, page):
    open_live(browser, page)
    send = """const [kind, id, x, y, isPrimary] = arguments;
      const canvas = document.getElementById('draw');
      const box = canvas.getBoundingClientRect();
      canvas.setPointerCapture = () => {};
      canvas.dispatchEvent(new PointerEvent(kind, {pointerId: id, isPrimary, bubbles: true,
        clientX: box.left + x * box.width, clientY: box.top + y * box.height, button: 0}));"""

    def strokes():
        browser.run_async("setTimeout(arguments[0], 400)")
        return re.search(r"now=drawing:([0-9a-f-]*)", browser.run("return location.hash"))[1]

    browser.run(send, "pointerdown", 1, 0.5, 0.2, True)
    browser.run(send, "pointermove", 1, 0.5, 0.4, True)
    first = strokes()
    # A palm: neither where it is set down, nor where it goes, nor that it leaves, counts.
    for is_primary in (False, True):
        browser.run(send, "pointerdown", 2, 0.9, 0.9, is_primary)
        browser.run(send, "pointermove", 2, 0.1, 0.9, is_primary)
        browser.run(send, "pointerup", 2, 0.1, 0.9, is_primary)
        assert strokes() == first
    browser.run(send, "pointermove", 1, 0.5, 0.8, True)
    longer = strokes()
    assert longer.startswith(first) and len(longer) == len(first) + 4
    browser.run(send, "pointerup", 1, 0.5, 0.8, True)
    browser.run(send, "pointermove", 1, 0.9, 0.8, True)
    assert strokes() == longer


@pytest.mark.parametrize(
    "strokes",
    [
        [[(9, y) for y in range(4, 24)] + [(x, 23) for x in range(9, 19)]],
        [[(x, 5) for x in range(7, 20)], [(19, 5), (13, 22)]],
        [[(x, 22) for x in range(4, 25)], [(22, 22), (22, 8)]],
    ],
    ids=["L", "7", "wide"],
)  # fmt: skip
def test_makes_a_drawing_as_mnist_was_made(browser, page, vis, tmp_path, strokes):
    """`vis encode` takes the page's image as it is, which it does of none that is not laid by the
    rule of MNIST's, and reads it as the page read it."""
    open_live(browser, page, "#now=drawing:&ink=ink")
    write(browser, strokes)
    levels = numpy.array(drawn(browser, "#draw-seen")["draw-seen-"].split(","), int)[3::4]
    (tmp_path / "drawing.png").write_bytes(png(levels.reshape(28, 28).astype(numpy.uint8)))
    result = vis(
        "encode", "drawing.png", "--ckpt", ROOT / "share" / "pt-aae", "--json", cwd=tmp_path)
    assert result.status == 0, result.err
    [picture] = json.loads(result.out)
    # Of what it makes itself, it says how badly it fits.
    assert "misfit" not in picture
    shown = text(browser, "[data-vector='1']").replace("−", "-").split()
    assert [float(v) for v in shown] == pytest.approx(picture["style"], abs=0.03)


# Map


def place_on_map(browser, style, x=0, y=1):
    map_box = box(browser, "#map")
    limit = float(browser.run("return document.getElementById('map').dataset.limit"))
    return (
        map_box["x"] + (style[x] / limit + 1) / 2 * map_box["width"],
        map_box["y"] + (1 - style[y] / limit) / 2 * map_box["height"],
    )


@pytest.fixture(scope="module")
def encodings(comparison):
    """What the second model says of every image: digit, prediction, style."""
    with (comparison / "encodings.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["checkpoint"] == "pt-aae"]
    return [(int(row["digit"]), int(row["prediction"]), style_of(row)) for row in rows]


@pytest.fixture(scope="module")
def outlier(encodings):
    """An image that stands alone on the map of the first two features."""

    def distance_to_next(index):
        x, y = encodings[index][2][:2]
        return min(
            (x - other[2][0]) ** 2 + (y - other[2][1]) ** 2
            for i, other in enumerate(encodings) if i != index)

    far = sorted(range(len(encodings)), key=lambda i: -sum(v * v for v in encodings[i][2][:2]))
    return max(far[:30], key=distance_to_next)


@in_every_browser
def test_pointing_at_an_image_shows_it(browser, page, encodings, outlier):
    open_live(browser, page, ZERO)
    digit, prediction, style = encodings[outlier]
    before = drawn(browser, "#map-digit")
    browser.mouse(place_on_map(browser, style))
    settle(browser)
    assert text(browser, "#map-reading") == (
        f"Test image {outlier}: a {digit}, read as a {prediction}.")
    assert drawn(browser, "#map-digit") != before
    zero = drawn(browser)
    click_at = place_on_map(browser, style)
    browser.mouse(click_at, "Down", "Up")
    settle(browser)
    assert all(drawn(browser)[canvas] != zero[canvas] for canvas in zero)
    # What was pointed at is what the ten digits are now written in.
    assert drawn(browser, "#map-digit")["map-digit-"] == drawn(browser)[f"1-{prediction}"]
    shown = text(browser, "[data-vector='1']").replace("−", "-").split()
    assert [float(v) for v in shown] == pytest.approx(style, abs=0.0051)


def test_pointing_at_nothing_decodes_that_place(browser, page):
    open_live(browser, page, ZERO + "&digit=5")
    limit = float(browser.run("return document.getElementById('map').dataset.limit"))
    browser.mouse(place_on_map(browser, [-limit * 0.98, limit * 0.98]))
    settle(browser)
    assert text(browser, "#map-reading").startswith("No image here: a 5 at style 1 −")
    there = drawn(browser, "#map-digit")["map-digit-"]
    # The pointer is on a whole pixel: the sentence says where that is.
    x, y = re.findall(r"(−?[\d.]+) σ", text(browser, "#map-reading"))
    click_at = place_on_map(browser, [-limit * 0.98, limit * 0.98])
    browser.mouse(click_at, "Down", "Up")
    settle(browser)
    shown = text(browser, "[data-vector='1']").replace("−", "-").split()
    assert [float(v) / 2 for v in shown] == pytest.approx(
        [float(x.replace("−", "-")), float(y), 0, 0], abs=0.011)
    right = drawn(browser)
    assert there == right["1-5"]
    assert there not in [right[f"1-{digit}"] for digit in range(10) if digit != 5]


@in_every_browser
def test_map_by_keyboard(browser, page):
    open_live(browser, page, ZERO)
    zero = drawn(browser)
    browser.run("document.getElementById('map').focus()")
    for _ in range(4):
        browser.press("ArrowRight")
    settle(browser)
    assert text(browser, "#map-reading") != ""
    browser.press("Enter")
    settle(browser)
    assert drawn(browser) != zero


def test_map_shows_the_features_that_are_chosen(browser, page, encodings):
    open_live(browser, page, "#now=image:1234&map=3,4")
    assert browser.run(
        "return [document.getElementById('map-across').value, document.getElementById('map-up').value]"
    ) == ["2", "3"]
    dots = drawn(browser, "#map-dots")
    choose(browser, "#map-across", 0)
    assert drawn(browser, "#map-dots") != dots
    assert text(browser, "#map-reading").startswith("Test image 1234:")


def test_axes_of_one_feature_change_places(browser, page):
    open_live(browser, page, "#map=3,4")
    axes = "return [document.getElementById('map-across').value, document.getElementById('map-up').value]"
    choose(browser, "#map-across", 3)
    assert browser.run(axes) == ["3", "2"]
    choose(browser, "#map-up", 3)
    assert browser.run(axes) == ["2", "3"]
    choose(browser, "#map-up", 0)
    assert browser.run(axes) == ["2", "0"]
    open_live(browser, page, "#map=2,2")
    assert browser.run(axes) == ["0", "1"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_circles_and_axes_lie_over_the_dots(browser, page, scheme):
    open_live(browser, page, scheme=scheme)
    shares = browser.run(
        """const canvas = document.getElementById('map-dots');
        const {width, height} = canvas;
        const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
        const line = getComputedStyle(document.documentElement)
          .getPropertyValue('--secondary-ink').trim();
        const colour = [1, 3, 5].map(start => parseInt(line.slice(start, start + 2), 16));
        const isLine = (x, y) => {
          for (let dy = -1; dy <= 1; dy += 1) for (let dx = -1; dx <= 1; dx += 1) {
            const at = 4 * ((Math.round(y) + dy) * width + Math.round(x) + dx);
            if (colour.every((c, i) => Math.abs(pixels[at + i] - c) < 40)) return true;
          }
          return false;
        };
        const limit = Number(document.getElementById('map').dataset.limit);
        const share = (points) => points.filter(p => isLine(...p)).length / points.length;
        const turn = Array.from({length: 360}, (_, i) => i * Math.PI / 180);
        const circles = [1, 2, 3].map(deviations => {
          const radius = deviations * 2 / limit * width / 2;
          return share(turn.map(a => [width / 2 + radius * Math.cos(a), height / 2 + radius * Math.sin(a)]));
        });
        const across = Array.from({length: width - 4}, (_, i) => [i + 2, height / 2]);
        return [...circles, share(across)];""")
    assert min(shares) > 0.9, shares


def test_takes_the_nearest_image_for_a_number_that_none_has(browser, page):
    open_live(browser, page)
    for asked, taken in [("123456", "9999"), ("-5", "0"), ("17.9", "17")]:
        choose(browser, "#map-index", asked)
        assert value(browser, "#map-index") == taken
        assert text(browser, "#map-reading").startswith(f"Test image {taken}:")


def test_a_digit_of_the_legend_filters_and_says_so(browser, page):
    open_live(browser, page)
    assert text(browser, ".live-legend").startswith("Show only the images of")
    labels = browser.run(
        "return [...document.querySelectorAll('[data-only]')].map(b => b.ariaLabel)")
    assert labels == [f"Only digit {digit}" for digit in range(10)]
    dots = drawn(browser, "#map-dots")
    click(browser, "[data-only='4']")
    assert drawn(browser, "#map-dots") != dots
    click(browser, "[data-only='4']")
    assert drawn(browser, "#map-dots") == dots


# Morphing


def test_morphs_from_one_style_to_another(browser, page):
    open_live(browser, page, "#now=morph:0&a=image:3&b=image:61&ink=grey")
    ends = []
    for at in (0, 0.5, 1):
        slide(browser, "#morph-at", at)
        assert browser.run("return document.getElementById('morph-at').ariaValueText") == (
            f"{at * 100:.0f} % of the way from A to B")
        ends.append(drawn(browser))
    assert ends[0] != ends[1] != ends[2]
    open_live(browser, page, "#now=image:61&ink=grey")
    assert drawn(browser) == ends[2]
    click(browser, "#keep-a")
    assert "A is test image 61" in text(browser, "#morph-ends")


@pytest.mark.parametrize("end, place", [("a", "0"), ("b", "1")])
def test_a_blend_that_is_kept_stays_what_it_is_in_every_model(browser, page, end, place):
    open_live(browser, page, "#now=morph:0.4&a=image:3&b=image:61&ink=grey")
    blend = drawn(browser)
    vectors = [text(browser, f"[data-vector='{model}']") for model in (0, 1)]
    assert vectors[0] != vectors[1]
    click(browser, f"#keep-{end}")
    assert drawn(browser) == blend
    assert value(browser, "#morph-at") == place
    assert "is a blend that was kept" in text(browser, "#morph-ends")
    # That end of the strips is now what was kept, in each model.
    strips = drawn(browser, ".live-strip canvas")
    step = 0 if end == "a" else 8
    for model in (0, 1):
        assert strips[f"{model}-{step}"] == blend[f"{model}-{digit(browser)}"]
    # The slider begins there, and a link says it all.
    slide(browser, "#morph-at", place)
    assert drawn(browser) == blend
    wait(browser, f"location.hash.includes('{end}=styles:')")
    fragment = browser.run("return location.hash")
    open_live(browser, page, fragment)
    assert [text(browser, f"[data-vector='{model}']") for model in (0, 1)] == vectors
    assert value(browser, "#morph-at") == place


def test_an_end_that_is_kept_again_is_itself(browser, page):
    open_live(browser, page, "#now=morph:1&a=image:3&b=image:61")
    click(browser, "#keep-a")
    assert "A is test image 61, B is test image 61" in text(browser, "#morph-ends")


# The address


def view(browser):
    """All that a link should show again."""
    canvases = {
        selector: drawn(browser, selector)
        for selector in (
            "canvas[data-digit]", "#map-digit", "#map-dots", "#draw", "#draw-seen",
            ".live-strip canvas", "canvas[data-hand]")
    }
    assert len(canvases[".live-strip canvas"]) == 18
    settings = browser.run(
        """return {
          choices: [...document.querySelectorAll('#live input:checked')].map(i => i.name + i.value),
          fields: [...document.querySelectorAll('#live select, #live input[data-style]')]
            .map(field => field.value),
          only: [...document.querySelectorAll('[data-only]')].map(b => b.ariaPressed),
          texts: ['#morph-ends', '#map-reading', '#draw-reading', '#hand-status']
            .map(selector => document.querySelector(selector).innerText),
        }""")
    return {**canvases, **settings}


def test_a_link_shows_the_same_view(browser, page):
    open_live(browser, page)
    usual = view(browser)
    # Every setting becomes another: a, then b, then what is shown now.
    click(browser, "button[data-sample='6']")
    click(browser, "#add-sample")
    write(browser, [[(14, y) for y in range(4, 24)]])
    click(browser, "#add-sample")
    type_text(browser, "19:30 Uhr")
    click(browser, "button[data-sample='4']")
    click(browser, "#keep-a")
    slide(browser, "input[data-style='2']", 1.5)
    click(browser, "#keep-b")
    write(browser, [[(8, 6), (20, 6), (12, 22)], [(9, 14), (18, 14)]])
    browser.run("document.querySelector('input[name=digit][value=\"3\"]').click()")
    browser.run("document.querySelector('input[name=reader][value=\"0\"]').click()")
    choose(browser, "#map-across", 3)
    choose(browser, "#map-up", 2)
    click(browser, "[data-only='8']")
    choose(browser, "#palette", "heat")
    browser.run("document.activeElement.blur()")
    wait(
        browser, """/^#now=drawing:[0-9a-f-]+&a=image:\\d+&b=style:[-\\d.,]+&digit=3&model=1/
          .test(location.hash.replace(/&hand=image:\\d+~drawing:[0-9a-f]+&text=19%3A30%20Uhr/, ''))
          && location.hash.endsWith('&map=4,3&only=8&ink=heat')""")
    shown = view(browser)
    assert all(shown[part] != usual[part] for part in usual)
    fragment = browser.run("return location.hash")
    open_live(browser, page, fragment)
    assert view(browser) == shown
    # Each part of the link counts: without it, that part of the view is as usual.
    for part in fragment[1:].split("&"):
        open_live(browser, page, "#" + "&".join(p for p in fragment[1:].split("&") if p != part))
        assert view(browser) != shown, part


def test_a_link_in_an_open_page_resets_what_it_does_not_say(browser, page):
    open_live(browser, page, ZERO)
    usual = view(browser)
    everything = "#now=image:8&a=image:12&b=style:1,1,1,1&digit=3&model=1&map=4,3&only=8&ink=heat"
    open_live(browser, page, everything)
    assert view(browser) != usual
    browser.run("location.hash = arguments[0]", ZERO)
    wait(browser, "document.getElementById('palette').value === 'grey'")
    settle(browser)
    assert view(browser) == usual


@in_every_browser
def test_links_in_the_page_keep_the_state(browser, page):
    fragment = "#now=image:8&a=image:12&ink=heat"
    open_live(browser, page, fragment)
    shown = drawn(browser)
    click(browser, "nav a[href='#generated']")
    assert browser.run("return location.hash") == fragment
    assert abs(browser.run("return document.getElementById('generated').getBoundingClientRect().top")) < 2
    assert browser.run("return document.activeElement.id") == "generated"
    assert drawn(browser) == shown


def test_links_in_the_page_work_without_scripts(browser, page):
    browser.allow_scripts(False)
    browser.size(1440)
    browser.leave()
    browser.open(f"{page}#generated")
    top = browser.devtools("Page.getLayoutMetrics")["cssVisualViewport"]["pageY"]
    browser.allow_scripts(True)
    assert top > 1000


def test_an_address_holds_no_style_beyond_20_deviations(browser, page):
    open_live(browser, page, "#now=style:1000,-1000,40,0")
    assert text(browser, "[data-vector='1']").split() == ["40.00", "−40.00", "40.00", "0.00"]


@in_every_browser
def test_follows_a_new_address(browser, page):
    open_live(browser, page, ZERO)
    zero = drawn(browser)
    browser.run("location.hash = 'now=style:2,2,2,2&ink=grey'")
    wait(browser, "document.querySelector('[data-vector=\"0\"]').innerText.startsWith('2.00')")
    assert drawn(browser) != zero


@pytest.mark.parametrize(
    "fragment",
    ["#now=style:NaN,1", "#now=image:99999999", "#now=image:-1", "#now=drawing:zz", "#now=morph:7",
     "#a=morph:0.5&digit=11&map=0,9&model=7&only=x&ink=pink", "#%", "#now", "#style", "#=&=&",
     "#hand=image:1~drawing:zz&text=%E0", "#hand=picture:00&text",
     "#now=styles:1,2,3,4", "#now=styles:1~x", "#now=styles:~", "#now=style:1e999", "#now=style:,"],
)  # fmt: skip
def test_takes_no_nonsense_from_an_address(browser, page, fragment):
    open_live(browser, page)
    usual = drawn(browser)
    assert open_live(browser, page, fragment) == "pass"
    assert drawn(browser) == usual
    assert text(browser, "#hand-status").startswith("No samples yet")
    assert complaints(browser) == []


# Readers and their machines


def test_works_with_a_finger_on_a_telephone(browser, page):
    open_live(browser, page, width=390)
    assert browser.run("return document.documentElement.scrollWidth") <= 390
    place = box(browser, "#draw")
    zero = drawn(browser)

    def touch(kind, *points):
        browser.devtools(
            "Input.dispatchTouchEvent", type=kind,
            touchPoints=[{"x": x, "y": y} for x, y in points])

    x = place["x"] + place["width"] * 0.6
    tops = [place["y"] + place["height"] * share / 20 for share in range(3, 18)]
    touch("touchStart", (x, tops[0]))
    for y in tops[1:]:
        touch("touchMove", (x, y))
    touch("touchEnd")
    settle(browser)
    assert "pt-aae reads a 1" in text(browser, "#draw-reading")
    assert drawn(browser) != zero
    place = box(browser, "#map")
    touch("touchStart", (place["x"] + 30, place["y"] + 30))
    touch("touchEnd")
    wait(browser, "!document.getElementById('draw-reading').innerText.includes('reads')")


@pytest.mark.parametrize("width", [320, 390])
def test_controls_are_large_enough_for_a_finger(browser, page, width):
    open_live(browser, page, "#hand=image:0~image:1", width=width)
    small = browser.run(
        """return [...document.querySelectorAll(
            '#live button, #live select, #live input, .live-choice span')]
          .filter(e => e.offsetParent && !e.closest('[hidden]') && e.type !== 'radio')
          .map(e => [e.id || e.outerHTML.slice(0, 60), e.offsetWidth, e.offsetHeight])
          .filter(([, width, height]) => height < 44 || width < 44)""")
    assert small == []
    # Ten digits stand in two rows of five, or in one.
    rows = browser.run(
        """return [...document.querySelectorAll('.live-ten')].map(list => {
          const tops = [...list.children].map(e => e.offsetTop);
          return [...new Set(tops)].map(top => tops.filter(t => t === top).length);
        })""")
    assert rows == [[5, 5]] * 3


def test_nothing_that_has_the_focus_is_below_the_strip(browser, page):
    open_live(browser, page)
    browser.run("document.getElementById('map').focus()")
    seen = []
    for _ in range(40):
        browser.press("Shift", "Tab")
        settle(browser)
        found = browser.run(
            """const element = document.activeElement;
            if (!element.closest('.live-tools, .live-settings')) return null;
            const {left, top, width, height} = element.getBoundingClientRect();
            const strip = document.querySelector('.live-digits').getBoundingClientRect();
            const hit = document.elementFromPoint(left + width / 2, top + height / 2);
            return [element.id || element.outerHTML.slice(0, 60),
              element.contains(hit) || hit?.closest('label') === element.closest('label'),
              top >= strip.bottom];""")
        if found is None:
            break
        seen.append(found)
    assert len(seen) > 20
    assert [name for name, is_hit, is_below in seen if not (is_hit and is_below)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_choices_are_seen_in_forced_colours(browser, page, scheme):
    open_live(browser, page, "#only=4", scheme=scheme)
    browser.devtools(
        "Emulation.setEmulatedMedia",
        features=[{"name": "forced-colors", "value": "active"},
                  {"name": "prefers-color-scheme", "value": scheme}])  # fmt: skip
    colours = browser.run(
        """const colour = selector =>
          getComputedStyle(document.querySelector(selector)).backgroundColor;
        return [
          [colour('input[name=digit]:checked + span'), colour('input[name=digit]:not(:checked) + span')],
          [colour('input[name=reader]:checked + span'), colour('input[name=reader]:not(:checked) + span')],
          [colour('[data-only="4"]'), colour('[data-only="5"]')]]""")
    mark = browser.run(
        "return getComputedStyle(document.getElementById('self-check'), '::before').content")
    browser.prefer("light")
    assert all(chosen != other for chosen, other in colours)
    assert "✓" in mark


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_is_accessible_while_it_lives(browser, page, width, scheme):
    open_live(browser, page, "#now=image:2&only=4&hand=image:0~image:1&text=a7", width, scheme)
    axe = pathlib.Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
    browser.run(axe)
    violations = browser.run_async(
        """axe.run('#live', {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})
          .then(results => arguments[0](
            results.violations.map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html)])))""")
    assert violations == []


def test_follows_the_readers_theme(browser, page):
    open_live(browser, page)
    light = drawn(browser)
    browser.prefer("dark")
    settle(browser)
    dark = drawn(browser)
    assert all(dark[canvas] != light[canvas] for canvas in light)


def test_says_calmly_that_no_script_runs(browser, page):
    browser.allow_scripts(False)
    browser.size(1440)
    browser.leave()
    browser.open(page)
    snapshot = browser.devtools("DOMSnapshot.captureSnapshot", computedStyles=[])
    browser.allow_scripts(True)
    pieces = [snapshot["strings"][i] for i in snapshot["documents"][0]["layout"]["text"] if i >= 0]
    shown = " ".join(pieces)
    assert "Not run here" in shown and "no script runs in this page" in shown
    # Nothing is offered that would not work.
    assert "Move the sliders" not in shown and "Self-check" not in shown


def test_is_small_and_opens(browser, page):
    """How long that takes is measured by Benchmarks/page_opening.py."""
    assert pathlib.Path(page).stat().st_size <= 3_000_000
    assert open_live(browser, page) == "pass"
