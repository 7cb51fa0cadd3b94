"""A real browser before a live server with the filled world."""

from __future__ import annotations

import faulthandler
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from hatang.accounts.models import Person
from tests.conftest import World
from tests.web.filled import Filled, fill

CHROMIUM = Path("/usr/bin/chromium")
LONGEST_TEST_S = 300
"""What Playwright asks of a mouse or of closing has no time limit: a browser that hangs would hold up the run."""
FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]


@pytest.fixture
def filled(world: World) -> Filled:
    """Fill the small world."""
    return fill(world)


@contextmanager
def bounded() -> Iterator[None]:
    """End the whole process, with the stacks of its threads, where this takes longer than a test may."""
    faulthandler.dump_traceback_later(LONGEST_TEST_S, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="module")
def chromium(live_server: LiveServer) -> Iterator[Browser]:
    """Start the browser once for the tests of a file: each then opens a profile of its own in it.

    Its driver runs an event loop in this thread, which Django must be told to bear. Within that loop Django has a
    connection to the database of its own: it is closed before the loop ends.
    """
    if not CHROMIUM.exists():
        pytest.skip("không có /usr/bin/chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        with bounded():
            opened.close()
        connections.close_all()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Give the browser, close what the test opened in it, and let the server end what was asked until then.

    What a page asked last may still read the database in which the next test begins by throwing all rows away.
    """
    with bounded():
        yield chromium
        for context in chromium.contexts:
            context.close()
        for answering in [one for one in threading.enumerate() if "process_request_thread" in one.name]:
            answering.join()


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, people: dict[str, Person]) -> Callable[..., Page]:
    """Open a page at a width, signed in as somebody or as a visitor."""

    def open_page(*, width: int = 360, who: str = "", **options: object) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, locale="vi-VN", base_url=live_server.url, **options
        )
        if who:
            client = Client()
            client.force_login(people[who])
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        return context.new_page()

    return open_page
