"""The map of a run in a real browser: the threshold changes what is drawn, two maps are compared by keyboard."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.test_map import SLOW_MS, told_by
from tests.browser.test_pages import CONTRAST, FADED, TOO_WIDE
from tests.conftest import World
from tests.coverage.drawn import Drawn, draw, found, run_of

Visit = Callable[..., Page]
LEVEL_COLOURS = [(65, 182, 196), (29, 145, 192), (34, 94, 168), (12, 44, 132)]
RASTER_OPACITY = 0.8


@pytest.fixture
def drawn(world: World) -> Drawn:
    """Make the run, and one before it that served the other village."""
    made = draw(world)
    earlier = run_of(world, made.terrain, "Quý IV/2025")
    found(earlier, world.village, world.operator, -120.0, 0.01)
    found(earlier, world.dark_village, world.operator, -100.0, 1.0)
    return made


def open_map(page: Page, drawn: Drawn, **asked: object) -> None:
    """Open the map and wait until it is drawn."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    page.goto(f"/vung-phu/luot/{drawn.run.pk}/ban-do?dn={drawn.world.operator.pk}&{query}")
    page.wait_for_selector("#run-map[data-drawn='0']", timeout=SLOW_MS)


def painted(page: Page) -> int:
    """Count the pixels of the map that have a colour of the levels over the land's."""
    picture = np.asarray(Image.open(io.BytesIO(page.locator("#run-after").screenshot())).convert("RGB")).astype(int)
    land = np.array([255, 255, 252])
    wanted = [RASTER_OPACITY * np.array(colour) + (1 - RASTER_OPACITY) * land for colour in LEVEL_COLOURS]
    return int(sum((np.abs(picture - colour).max(axis=2) <= 6).sum() for colour in wanted))


def test_the_threshold_moved_by_keyboard_draws_less_and_counts_anew(visit: Visit, drawn: Drawn) -> None:
    page = visit(width=700, who="department_head")
    told = told_by(page)
    open_map(page, drawn)
    before = painted(page)
    expect(page.locator("#run-finding")).to_contain_text("phục vụ 1 trong 2 thôn")
    page.locator("#run-slider").focus()
    for _ in range(4):
        page.keyboard.press("PageUp")
    page.wait_for_selector("#run-map:not([data-drawn='0'])", timeout=SLOW_MS)
    expect(page.locator("#run-finding")).to_contain_text("phục vụ 0 trong 2 thôn; 2 thôn, 500 người")
    expect(page.locator("#run-rows tr")).to_have_count(2)
    assert "nguong=" in page.url
    after = painted(page)
    assert 0 < after < 0.8 * before
    assert told == []


def test_on_a_phone_two_runs_are_compared_by_keyboard_within_the_policy(visit: Visit, drawn: Drawn) -> None:
    page = visit(width=360, who="department_head")
    told = told_by(page)
    earlier = drawn.run.pk + 1
    open_map(page, drawn, voi=earlier)
    divider = page.get_by_role("slider", name="Vạch chia hai bản đồ")
    expect(divider).to_have_attribute("aria-valuenow", "50")
    expect(page.locator(".notice")).to_contain_text("được thêm 1 thôn (400 người), mất 1 thôn (100 người)")
    divider.focus()
    page.keyboard.press("ArrowLeft")
    expect(divider).to_have_attribute("aria-valuenow", "48")
    page.keyboard.press("End")
    expect(divider).to_have_attribute("aria-valuetext", "bên trái 100 %")
    assert page.locator("#run-before").evaluate("element => element.style.clipPath") == "inset(0px 0% 0px 0px)"
    looks = [page.evaluate(question) for question in (CONTRAST, TOO_WIDE, FADED)]
    page.goto(f"/vung-phu/luot/{drawn.run.pk}/noi/{drawn.world.dark_village.pk}/")
    page.wait_for_selector(".profile__svg")
    looks += [page.evaluate(question) for question in (CONTRAST, TOO_WIDE, FADED)]
    assert not any(looks)
    assert told == []
