"""A dataset's page draws its map, and no page of open data is wider than a telephone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import World
from tests.opendata.needs import published


@pytest.fixture
def villages(world: World) -> World:
    """Publish before the browser starts its loop."""
    published(world)
    return world


def test_a_dataset_on_a_telephone(villages: World, visit: Callable[..., Page]) -> None:
    page = visit(width=360)
    for address in ("/du-lieu-mo/", "/du-lieu-mo/thon/20/bao-loi", "/du-lieu-mo/thon/20/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.locator("[data-show][data-drawn]")).to_be_attached(timeout=60_000)
    page.get_by_role("searchbox", name="Tìm trong các dòng").fill("kho da")
    page.get_by_role("button", name="Tìm").last.click()
    expect(page.get_by_role("cell", name="Thôn Khơ Đa")).to_be_visible()
    expect(page.get_by_role("cell", name="Thôn Nà Lầm")).to_have_count(0)
