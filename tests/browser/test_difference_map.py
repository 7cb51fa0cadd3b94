"""Two scenarios on a map in a browser: chosen without a mouse, on a phone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.conftest import World
from tests.planning.test_compare import two


def test_what_only_one_scenario_builds_is_found_by_keyboard(world: World, visit: Callable[..., Page]) -> None:
    one, other = two(world)
    page = visit(width=360, who="department_officer")
    page.goto(f"/phuong-an/so/{one.pk}/khac/{other.pk}")
    page.wait_for_selector("#diffmap[data-drawn]")
    page.select_option("#diff-what", "a")
    page.select_option("#diff-work", "0")
    told = page.locator("#diff-told")
    expect(told).to_contain_text("Chỉ A làm: năm 2028")
    expect(told.get_by_role("link", name="Thôn Bản 1")).to_be_visible()
    expect(told).to_contain_text("chỉ A phục vụ")
    page.select_option("#diff-what", "both")
    expect(told).to_be_empty()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
