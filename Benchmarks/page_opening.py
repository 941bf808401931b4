"""Times how a report's page opens in headless Chromium: `make bench-page`.

Prints the medians of several openings, in milliseconds: until DOMContentLoaded, and the longest time
for which the page answers nothing.
"""

import pathlib
import statistics
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Browser"))

from browser import Chromium

OPENINGS = 9


def opening(browser, page):
    """Milliseconds until DOMContentLoaded, and of the longest task until the page has checked itself."""
    browser.leave()
    browser.open(page)
    verdict = "return document.getElementById('self-check').dataset.verdict"
    end = time.monotonic() + 20
    while browser.run(verdict) == "pending" and time.monotonic() < end:
        time.sleep(0.02)
    return browser.run_async(
        """const done = arguments[0];
        const tasks = [];
        new PerformanceObserver(list => tasks.push(...list.getEntries()))
          .observe({type: 'longtask', buffered: true});
        setTimeout(() => done([
          performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
          Math.max(0, ...tasks.map(task => task.duration))]), 200);""")


def main():
    page = pathlib.Path(sys.argv[1]).resolve()
    with Chromium() as browser:
        browser.size(1440)
        loaded, longest = zip(*[opening(browser, page) for _ in range(OPENINGS)])
    print(f"DOMContentLoaded: {statistics.median(loaded):.0f} ms")
    print(f"longest task:     {statistics.median(longest):.0f} ms")


if __name__ == "__main__":
    main()
