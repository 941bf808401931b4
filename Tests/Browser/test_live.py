"""The live part of the page, worked by keyboard, mouse and finger in a real browser."""

import csv
import json
import pathlib
import re
import shutil
import time

import axe_playwright_python
import pytest
from alterations import (
    altered_byte, altered_number, altered_section, highest_byte_of_weight, joined_payload,
    lowest_byte_of_weight, split_payload,
)  # fmt: skip
from browser import Browser

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "live"
ZERO = "#now=style:0,0,0,0&ink=grey"


@pytest.fixture(scope="module")
def browser():
    with Browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def report(comparison):
    """The numbers of the page."""
    return json.loads((comparison / "report.json").read_text())


@pytest.fixture
def page(comparison, tmp_path):
    """The page of two models, alone in a folder."""
    return shutil.copy(comparison / "index.html", tmp_path)


def wait(browser, condition):
    """Waits until a script's value is true, and returns it."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if value := browser.run(f"return {condition}"):
            return value
        time.sleep(0.02)
    raise AssertionError(f"never true: {condition}")


def settle(browser):
    """Waits until what was changed is drawn."""
    browser.run_async("requestAnimationFrame(() => requestAnimationFrame(() => arguments[0]()))")


def open_live(browser, page, fragment="", width=1440, scheme="light"):
    """Opens the page and waits for its verdict, which is returned."""
    browser.size(width)
    browser.prefer(scheme)
    browser.devtools("Emulation.setTouchEmulationEnabled", enabled=width < 600)
    browser.open("/dev/null")
    browser.open(f"{page}{fragment}")
    verdict = wait(
        browser, """(verdict => verdict !== 'pending' && verdict)(
          document.getElementById('self-check').dataset.verdict)""")
    settle(browser)
    return verdict


def drawn(browser, selector="canvas[data-digit]"):
    """The bytes of every canvas, red, green, blue and opacity, as text by its attributes."""
    return browser.run(
        """return Object.fromEntries([...document.querySelectorAll(arguments[0])].map(canvas => [
          `${canvas.dataset.checkpoint ?? canvas.id}-${canvas.dataset.digit ?? ''}`,
          Array.from(canvas.getContext('2d')
            .getImageData(0, 0, canvas.width, canvas.height).data).join()]))""",
        selector)


def box(browser, selector):
    """Where an element stands in the window, once it was scrolled to the middle."""
    return browser.run(
        """const element = document.querySelector(arguments[0]);
        element.scrollIntoView({block: 'center'});
        const {x, y, width, height} = element.getBoundingClientRect();
        return {x, y, width, height};""",
        selector)


def mouse(browser, kind, x, y, buttons=0):
    browser.devtools(
        "Input.dispatchMouseEvent", type=kind, x=x, y=y, buttons=buttons, clickCount=1,
        button="left" if buttons or kind == "mouseReleased" else "none")


def click(browser, selector):
    place = box(browser, selector)
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    mouse(browser, "mouseMoved", x, y)
    mouse(browser, "mousePressed", x, y, buttons=1)
    mouse(browser, "mouseReleased", x, y)
    settle(browser)


def press(browser, key, code):
    for kind in ("rawKeyDown", "keyUp"):
        browser.devtools(
            "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)


def write(browser, strokes):
    """Writes strokes in pixels of 28 x 28 with the mouse."""
    place = box(browser, "#draw")
    scale = place["width"] / 28
    for stroke in strokes:
        points = [(place["x"] + (x + 0.5) * scale, place["y"] + (y + 0.5) * scale)
                  for x, y in stroke]  # fmt: skip
        mouse(browser, "mousePressed", *points[0], buttons=1)
        for point in points[1:]:
            mouse(browser, "mouseMoved", *point, buttons=1)
        mouse(browser, "mouseReleased", *points[-1])
    settle(browser)


def complaints(browser):
    """What the browser logged, but for advice about how these tests read canvases."""
    return [entry for entry in browser.log("browser") if entry["source"] != "rendering"]


def text(browser, selector):
    return browser.run("return document.querySelector(arguments[0]).innerText", selector)


# Whether the page checks itself

OTHER_DATA = "The data in this page are not those that it was made with"


def test_agrees_with_itself(browser, page):
    browser.log("browser"), browser.log("performance")
    assert open_live(browser, page) == "pass"
    numbers, images = map(int, re.findall(r"\d+", text(browser, "#self-check")))
    # Both models: accuracy, its intervals and confusions, and D of 11 x 5 samples.
    assert numbers > 2 * (33 + 100 + 55) and images == 2 * 30
    assert complaints(browser) == []
    messages = [json.loads(entry["message"])["message"] for entry in browser.log("performance")]
    requests = [
        message["params"]["request"]["url"] for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
    assert [url.partition("#")[0] for url in requests if not url.startswith("data:")] == [
        "file:///dev/null", f"file://{page}"]


@pytest.mark.parametrize(
    "alter, complaint",
    [
        (altered_byte, "The live part of this page cannot run: its data are damaged."),
        (
            altered_number("checkpoints.1.accuracy"),
            r"Accuracy of pt-aae is printed as 99\.3\d.% and comes out as 99\.32.%"
            r" \(checkpoints\.1\.accuracy\)",
        ),
        (
            altered_number("checkpoints.0.ks.rows.3.features.2.d"),
            "D of style 3 of pt-sae, images of a 2, is printed as .*rows.3.features.2.d",
        ),
        (
            altered_number("checkpoints.1.ks.rows.0.pooled.d"),
            "D of the pooled styles of pt-aae, all images, is printed",
        ),
        (
            altered_number("checkpoints.0.confusion.4.9"),
            "The number of images of a 4 that pt-sae reads as a 9 is printed",
        ),
        (
            altered_number("checkpoints.1.generated.styles.0.2"),
            "Number 3 of the first random style of pt-aae is printed",
        ),
        (altered_number("checkpoints.1.l1"), "is not the one that the page was made with"),
        (altered_section(highest_byte_of_weight(5), lambda b: b ^ 64), "reads another style"),
        (altered_section(highest_byte_of_weight(50_000), lambda b: b ^ 64), "draws a"),
        (
            altered_section(
                lambda header: header["models"][0]["predictions"]["offset"] + 77,
                lambda digit: (digit + 1) % 10),
            "Accuracy of pt-sae is printed",
        ),
        (
            altered_section(
                lambda header: header["models"][1]["styles"]["offset"] + 3 * 40_000 + 1234,
                lambda byte: byte ^ 128),
            "is printed as",
        ),
        # The least that can be changed, in data that are packed again.
        (altered_section(lowest_byte_of_weight(9), lambda b: b ^ 1, seal=False), OTHER_DATA),
        (
            altered_section(
                lambda header: header["models"][0]["styles"]["offset"] + 7, lambda byte: byte ^ 1,
                seal=False),
            OTHER_DATA,
        ),
        (
            altered_section(
                lambda header: header["models"][0]["goldenImages"]["offset"] + 7,
                lambda level: level + 1, seal=False),
            OTHER_DATA,
        ),
        (
            # Of the four bytes that say what it is, so that the network cannot run.
            altered_section(lambda header: header["network"]["offset"], lambda b: 1, seal=False),
            "its data are damaged",
        ),
        (
            lambda html: re.sub(r'(id="payload-sha256">)\w', r"\g<1>x", html),
            "The SHA-256 under Provenance is not that of the data",
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
        const pictures = [...table.tBodies[row].querySelectorAll('img')];
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
    open_live(browser, page)
    # A step of a slider draws ten digits for each of two models, and the map.
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
    assert sorted(times)[len(times) // 2] <= 40, times


# Sliders


def test_sliders_by_keyboard_change_every_canvas(browser, page):
    open_live(browser, page)
    before = drawn(browser)
    assert len(before) == 20
    for feature in range(1, 5):
        browser.run(f"document.querySelector('input[data-style=\"{feature}\"]').focus()")
        press(browser, "PageUp", 33)
        press(browser, "ArrowRight", 39)
        settle(browser)
        after = drawn(browser)
        assert all(after[canvas] != before[canvas] for canvas in before)
        before = after
        assert "σ" in text(browser, f"input[data-style=\"{feature}\"] + output")


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
        write(browser, image["strokes"])
        # The best bar of each model.
        read = browser.run(
            """return [...document.querySelectorAll('.live-bars')].map(
              bars => Number(bars.querySelector('.best').innerText))""")
        right.append([digit == image["digit"] for digit in read])
    assert len(images) == 20
    for model in (0, 1):
        assert sum(row[model] for row in right) >= 19, right


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
    return [
        (int(row["digit"]), int(row["prediction"]), [float(row[f"style_{i}"]) for i in range(1, 5)])
        for row in rows
    ]


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


def test_pointing_at_an_image_shows_it(browser, page, encodings, outlier):
    open_live(browser, page, ZERO)
    digit, prediction, style = encodings[outlier]
    before = drawn(browser, "#map-digit")
    mouse(browser, "mouseMoved", *place_on_map(browser, style))
    settle(browser)
    assert text(browser, "#map-reading") == (
        f"Test image {outlier}: a {digit}, read as a {prediction}.")
    assert drawn(browser, "#map-digit") != before
    zero = drawn(browser)
    click_at = place_on_map(browser, style)
    mouse(browser, "mousePressed", *click_at, buttons=1)
    mouse(browser, "mouseReleased", *click_at)
    settle(browser)
    assert all(drawn(browser)[canvas] != zero[canvas] for canvas in zero)
    # What was pointed at is what the ten digits are now written in.
    assert drawn(browser, "#map-digit")["map-digit-"] == drawn(browser)[f"1-{prediction}"]
    shown = text(browser, "[data-vector='1']").replace("−", "-").split()
    assert [float(v) for v in shown] == pytest.approx(style, abs=0.0051)


def test_pointing_at_nothing_decodes_that_place(browser, page):
    open_live(browser, page, ZERO + "&digit=5")
    limit = float(browser.run("return document.getElementById('map').dataset.limit"))
    mouse(browser, "mouseMoved", *place_on_map(browser, [-limit * 0.98, limit * 0.98]))
    settle(browser)
    assert text(browser, "#map-reading").startswith("No image here: a 5 at style 1 −")
    there = drawn(browser, "#map-digit")
    open_live(
        browser, page, f"#now=style:{-limit * 0.98:.3f},{limit * 0.98:.3f},0,0&ink=grey&digit=5")
    assert drawn(browser)["1-5"].count(",0,") > 0 and there != drawn(browser, "#nothing")


def test_map_by_keyboard(browser, page):
    open_live(browser, page, ZERO)
    zero = drawn(browser)
    browser.run("document.getElementById('map').focus()")
    for _ in range(4):
        press(browser, "ArrowRight", 39)
    settle(browser)
    assert text(browser, "#map-reading") != ""
    press(browser, "Enter", 13)
    settle(browser)
    assert drawn(browser) != zero


def test_map_shows_the_features_that_are_chosen(browser, page, encodings):
    open_live(browser, page, "#now=image:1234&map=3,4")
    assert browser.run(
        "return [document.getElementById('map-across').value, document.getElementById('map-up').value]"
    ) == ["2", "3"]
    dots = drawn(browser, "#map-dots")
    browser.run(
        """const select = document.getElementById('map-across');
        select.value = 0; select.dispatchEvent(new Event('change'));""")
    settle(browser)
    assert drawn(browser, "#map-dots") != dots
    assert text(browser, "#map-reading").startswith("Test image 1234:")


# Morphing


def test_morphs_from_one_style_to_another(browser, page):
    open_live(browser, page, "#now=morph:0&a=image:3&b=image:61&ink=grey")
    ends = []
    for at in (0, 0.5, 1):
        browser.run(
            """const slider = document.getElementById('morph-at');
            slider.value = arguments[0];
            slider.dispatchEvent(new Event('input', {bubbles: true}));""",
            at)
        settle(browser)
        ends.append(drawn(browser))
    assert ends[0] != ends[1] != ends[2]
    open_live(browser, page, "#now=image:61&ink=grey")
    assert drawn(browser) == ends[2]
    click(browser, "#keep-a")
    assert "A is test image 61" in text(browser, "#morph-ends")


# The address


def test_a_link_shows_the_same_view(browser, page):
    open_live(browser, page)
    write(browser, [[(8, 6), (20, 6), (12, 22)], [(9, 14), (18, 14)]])
    browser.run("document.querySelector('input[name=digit][value=\"3\"]').click()")
    browser.run(
        """const select = document.getElementById('palette');
        select.value = 'heat'; select.dispatchEvent(new Event('change'));""")
    wait(browser, "/now=drawing:.*digit=3.*ink=heat/.test(location.hash)")
    selectors = ["canvas[data-digit]", "#map-digit", "#draw-seen", ".live-strip canvas"]
    shown = [drawn(browser, selector) for selector in selectors]
    fragment = browser.run("return location.hash")
    open_live(browser, page, fragment)
    assert [drawn(browser, selector) for selector in selectors] == shown
    assert browser.run("return document.querySelector('input[name=digit]:checked').value") == "3"


def test_follows_a_new_address(browser, page):
    open_live(browser, page, ZERO)
    zero = drawn(browser)
    browser.run("location.hash = 'now=style:2,2,2,2&ink=grey'")
    wait(browser, "document.querySelector('[data-vector=\"0\"]').innerText.startsWith('2.00')")
    assert drawn(browser) != zero


@pytest.mark.parametrize(
    "fragment",
    ["#now=style:NaN,1", "#now=image:99999999", "#now=image:-1", "#now=drawing:zz", "#now=morph:7",
     "#a=morph:0.5&digit=11&map=0,9&model=7&only=x&ink=pink", "#%", "#now", "#style", "#=&=&"],
)  # fmt: skip
def test_takes_no_nonsense_from_an_address(browser, page, fragment):
    open_live(browser, page)
    usual = drawn(browser)
    assert open_live(browser, page, fragment) == "pass"
    assert drawn(browser) == usual
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_is_accessible_while_it_lives(browser, page, width, scheme):
    open_live(browser, page, "#now=image:2&only=4", width, scheme)
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


def test_is_hidden_without_scripts(browser, page):
    browser.allow_scripts(False)
    browser.size(1440)
    browser.open("/dev/null")
    browser.open(page)
    snapshot = browser.devtools("DOMSnapshot.captureSnapshot", computedStyles=[])
    browser.allow_scripts(True)
    pieces = [snapshot["strings"][i] for i in snapshot["documents"][0]["layout"]["text"] if i >= 0]
    assert "Try it" not in pieces and "At a glance" in pieces


def test_opens_quickly(browser, page):
    assert pathlib.Path(page).stat().st_size <= 3_000_000
    browser.size(1440)
    browser.prefer("light")
    loaded, tasks = [], []
    # The best of several, since other programs run too.
    for _ in range(5):
        browser.open("/dev/null")
        browser.open(page)
        wait(browser, "document.getElementById('self-check').dataset.verdict === 'pass'")
        time, longest = browser.run_async(
            """const done = arguments[0];
            const tasks = [];
            new PerformanceObserver(list => tasks.push(...list.getEntries()))
              .observe({type: 'longtask', buffered: true});
            setTimeout(() => done([
              performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
              Math.max(0, ...tasks.map(task => task.duration))]), 200);""")
        loaded.append(time), tasks.append(longest)
    assert min(loaded) < 500, loaded
    assert min(tasks) <= 200, tasks
