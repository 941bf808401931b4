"""The page as servers show it that send a content policy of their own."""

import contextlib
import functools
import http.server
import threading

import live
import pytest

STRICT = (
    "default-src 'none'; img-src 'self'; style-src 'self'; "
    "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
)
# https://www.jenkins.io/doc/book/security/configuring-content-security-policy/
JENKINS = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';"
ADVICE = "vis report --assets files"


@contextlib.contextmanager
def served(directory, policy):
    """The address of a server that shows a directory under a policy."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self):
            self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=directory))
    threading.Thread(target=server.serve_forever).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def look(browser, address):
    """Opens a page and waits until it has said whether it runs."""
    browser.size(1440)
    browser.prefer("light")
    browser.devtools("Page.navigate", url=address)
    return live.verdict(browser)


def shown(browser):
    """Whether the page is styled, how many of its pictures are whole, and the text in sight."""
    return browser.run(
        """return [
          getComputedStyle(document.body).getPropertyValue('--page') !== '',
          [...document.images].filter(image => image.naturalWidth > 0).length,
          document.images.length,
          document.body.innerText]""")


@pytest.mark.parametrize("policy, verdict", [(STRICT, "pass"), (JENKINS, "none")])
def test_files_beside_the_page_are_let_through(browser, beside, policy, verdict):
    with served(beside, policy) as address:
        assert look(browser, f"{address}/index.html") == verdict
        is_styled, whole, pictures, text = shown(browser)
        barred = [e for e in browser.log("browser") if "Content Security Policy" in e["message"]]
    assert is_styled and whole == pictures > 100
    assert ADVICE not in text
    # Where no script may run, the page says so and offers nothing that would need one.
    assert ("no script runs in this page" in text) == (verdict == "none")
    assert ("Move the sliders" in text) == (verdict == "pass")
    assert barred == [] or verdict == "none"


def test_a_page_that_is_barred_says_what_to_do(browser, single):
    with served(single, JENKINS) as address:
        look(browser, f"{address}/index.html")
        is_styled, whole, pictures, text = shown(browser)
    assert not is_styled and whole == 0 and pictures > 100
    assert ADVICE in text and "no script runs in this page" in text
    assert "Move the sliders" not in text
    assert look(browser, f"file://{single}/index.html") == "pass"
    assert ADVICE not in shown(browser)[3]
    browser.log("browser")


def test_files_beside_the_page_are_found_without_a_server(browser, beside):
    browser.log("browser")
    assert look(browser, f"file://{beside}/index.html") == "pass"
    is_styled, whole, pictures, _ = shown(browser)
    assert is_styled and whole == pictures
    assert browser.log("browser") == []


def test_a_page_without_its_files_says_so(browser, beside, tmp_path):
    (tmp_path / "index.html").write_bytes((beside / "index.html").read_bytes())
    look(browser, f"file://{tmp_path}/index.html")
    assert "are not beside this page" in shown(browser)[3]
    browser.log("browser")
