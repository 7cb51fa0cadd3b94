"""Doubles are decided from the keyboard, before a map that shows both masts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page, expect

from hatang.accounts.models import Person
from hatang.network.models import DuplicateCase, Mast
from hatang.network.services import find_duplicates
from tests.conftest import World


def test_a_letter_decides_and_the_map_shows_both(
    world: World, people: dict[str, Person], visit: Callable[..., Page]
) -> None:
    """Phím k ghi nhận hai cột khác nhau; gõ k trong ô lý do thì chỉ là chữ."""
    for code, owner, lon in (("A1", world.operator, 106.7), ("B1", world.rival, 106.7001)):
        facts = {"province": world.province, "commune": world.commune, "lat": 21.95, "built_on": date(2020, 1, 1)}
        Mast.objects.create(code=code, owner=owner, lon=lon, **facts)
    find_duplicates(actor=people["department_officer"], province=world.province)
    case = DuplicateCase.objects.get()
    page = visit(width=360, who="department_officer")
    page.goto(f"/ha-tang/cot-trung/{case.pk}/")
    page.wait_for_selector(".around[data-ready]")
    page.get_by_label("Lý do").press_sequentially("kk")
    expect(page.get_by_role("heading", name="Một cột hay hai cột?")).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("k")
    expect(page.get_by_text("Đã ghi nhận là hai cột khác nhau")).to_be_visible()
    case.refresh_from_db()
    assert (case.state, case.note) == ("different", "kk")
