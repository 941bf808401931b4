"""Titles and names of any length and script, which the page breaks rather than grow wider."""

import shutil

import checkpoints
import pytest
from conftest import ROOT
from live import open_live

# No line may be broken within these but anywhere. Names of files have at most 255 bytes.
LETTERS, CJK, RTL = "W", "漢", "ش"
MODELS = [LETTERS * 200, CJK * 80, RTL * 120]
CLASSES = [f"{[LETTERS, CJK, RTL][number % 3] * 39}{number}" for number in range(10)]


@pytest.fixture(scope="module")
def page(vis, tmp_path_factory):
    """A page of three models whose title, names and classes cannot be broken between words."""
    place = tmp_path_factory.mktemp("names")
    for name in MODELS:
        shutil.copytree(ROOT / "share" / "pt-aae", place / name)
        checkpoints.name_classes(place / name, CLASSES)
    options = [option for name in MODELS for option in ["--ckpt", name]]
    result = vis("report", *options, "--title", LETTERS * 400, cwd=place)
    assert result.status == 0, result.err
    return place / "out" / "index.html"


@pytest.mark.parametrize("width", [320, 375, 1440])
def test_names_never_widen_the_page(browser, page, width):
    assert open_live(browser, page, "#now=image:3", width) == "pass"
    browser.run("for (const part of document.querySelectorAll('details')) part.open = true")
    assert browser.run("return document.documentElement.scrollWidth") <= width
    wide = browser.run(
        """return [...document.querySelectorAll('body *')].filter(element => {
          if (element.closest('.skip, .hidden') || !element.offsetParent) return false;
          // What scrolls within the page may be wider, but no name makes it so.
          const isInside = element.closest('.scroll') && !element.matches('.scroll');
          const {left, right} = element.getBoundingClientRect();
          return isInside
            ? element.matches('th:not(.headline th)') && right > innerWidth && right - left > 160
            : left < -1 || right > innerWidth + 1;
        }).map(element => element.outerHTML.slice(0, 120))""")
    assert wide == []
