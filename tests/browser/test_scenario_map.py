"""The map of a scenario in a browser: a work that is chosen without a mouse says and draws what it serves."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.conftest import World
from tests.planning.solved import solved_scenario


def test_a_work_chosen_by_keyboard_tells_whom_it_serves(world: World, visit: Callable[..., Page]) -> None:
    scenario = solved_scenario(world)
    page = visit(width=360, who="department_officer")
    page.goto(f"/phuong-an/so/{scenario.pk}/ban-do")
    page.wait_for_selector("#scenmap[data-drawn]")
    work = scenario.candidates.get(kind="new_mast")
    page.select_option("#scen-work", str(work.pk))
    told = page.locator("#scen-told")
    expect(told).to_contain_text("Công trình số 3")
    expect(told.get_by_role("link", name="Thôn Bản 1")).to_be_visible()
    page.select_option("#scen-year", "2027")
    expect(told).to_be_empty()
    expect(page.locator("#scen-later")).to_contain_text("2")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
