"""The browsers of a run of tests, each started once when it is first asked for; and the page."""

import contextlib
import functools
import shutil

import pytest
from browser import Chromium


@pytest.fixture(scope="session")
def started():
    """The running browser of a class."""
    with contextlib.ExitStack() as stack:
        yield functools.cache(lambda kind: stack.enter_context(kind()))


@pytest.fixture
def browser(request, started):
    """Chromium, or the browser that a test is marked with."""
    return started(getattr(request, "param", Chromium))


@pytest.fixture
def page(comparison, tmp_path):
    """The page of two models, alone in a folder."""
    return shutil.copy(comparison / "index.html", tmp_path)
