"""The browsers that a run of tests has started: each once, when it is first asked for."""

import contextlib
import functools

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
