"""What a reader does on the live part of the page, and sees of it."""

import time

import pytest
from browser import Chromium, Firefox, WebKit

ZERO = "#now=style:0,0,0,0&ink=grey"

# Marks a test of what no browser may do otherwise.
in_every_browser = pytest.mark.parametrize(
    "browser", [Chromium, Firefox, WebKit], indirect=True, ids=lambda kind: kind.__name__)


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
    browser.leave()
    browser.open(f"{page}{fragment}")
    said = verdict(browser)
    settle(browser)
    return said


def verdict(browser):
    """What a page says of whether it runs, once it does."""
    return wait(
        browser, """document.readyState === 'complete' && (verdict => verdict !== 'pending' && verdict)(
          document.getElementById('self-check')?.dataset.verdict)""")


def drawn(browser, selector="canvas[data-digit]"):
    """The bytes of every canvas, red, green, blue and opacity, as text by its attributes."""
    return browser.run(
        """return Object.fromEntries([...document.querySelectorAll(arguments[0])].map(canvas => [
          // A step of a strip has no name of its own.
          canvas.dataset.digit || canvas.id || canvas.dataset.hand
            ? `${canvas.dataset.checkpoint ?? canvas.dataset.hand ?? canvas.id}-`
              + (canvas.dataset.digit ?? '')
            : `${canvas.parentElement.dataset.strip ?? canvas.parentElement.dataset.sample}-`
              + [...canvas.parentElement.children].indexOf(canvas),
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


def click(browser, selector):
    place = box(browser, selector)
    browser.mouse(
        (place["x"] + place["width"] / 2, place["y"] + place["height"] / 2), "Down", "Up")
    settle(browser)


def write(browser, strokes):
    """Writes strokes in pixels of 28 x 28 with the mouse."""
    place = box(browser, "#draw")
    scale = place["width"] / 28
    for stroke in strokes:
        first, *others = [
            (place["x"] + (x + 0.5) * scale, place["y"] + (y + 0.5) * scale) for x, y in stroke]
        browser.mouse(first, "Down", *others, "Up")
    settle(browser)


def choose(browser, selector, value, event="change"):
    browser.run(
        """const [selector, value, event] = arguments;
        const control = document.querySelector(selector);
        control.value = value;
        control.dispatchEvent(new Event(event, {bubbles: true}));""",
        selector, value, event)
    settle(browser)


def slide(browser, selector, value):
    choose(browser, selector, value, "input")


def type_text(browser, characters):
    """Writes a text in place of that in the field of the hand."""
    browser.run("const field = document.getElementById('hand-text'); field.focus(); field.select()")
    browser.type(characters)
    settle(browser)


def value(browser, selector):
    return browser.run("return document.querySelector(arguments[0]).value", selector)


def digit(browser):
    """The digit of map and morph."""
    return int(value(browser, "input[name=digit]:checked"))


def text(browser, selector):
    return browser.run("return document.querySelector(arguments[0]).innerText", selector)
