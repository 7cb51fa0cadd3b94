"""A return that is filled in a browser: the network goes and comes, two people type into one cell."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from hatang.accounts.models import Person
from hatang.accounts.roles import Role
from hatang.indicators.models import FormItem, Return
from tests.conftest import World, make_person
from tests.indicators.conftest import make_indicator
from tests.indicators.cycle import an_item, make_cell, make_form, make_period, make_return

Visit = Callable[..., Page]
COUNTED = {"numerator": None, "denominator": None, "value": 7, "on": "2025-12-31", "simulated": False, "lacking": ""}


def communes_return(world: World) -> Return:
    """Make a return with a number, a ratio and what a register counts."""
    ratio = FormItem.Kind.INDICATOR
    items = [
        an_item("so-ho"),
        an_item("dt", ratio, indicator=make_indicator("dt")),
        an_item("tram", FormItem.Kind.EXTRACT, extract="tram-4g", unit_code="count"),
    ]
    row = make_return(make_period(make_form(world.province, items, filer="commune")), world.commune)
    make_cell(row, "tram", revision=0, counted=COUNTED)
    return row


def typed_into(page: Page, row: Return, item: str, text: str, part: str = "") -> None:
    """Type into a field and leave it."""
    box = page.locator(f'[name="{item}.{row.place_id}{part}"]')
    box.fill(text)
    box.press("Tab")


def test_what_is_typed_without_a_network_is_kept_and_sent_when_it_is_back(
    world: World, people: dict[str, Person], visit: Visit
) -> None:
    row = communes_return(world)
    page = visit(who="commune_officer")
    page.goto(row.get_absolute_url())
    state = page.locator("[data-state]")
    typed_into(page, row, "so-ho", "1.250")
    expect(state).to_contain_text("Đã lưu mọi ô")
    page.context.set_offline(True)
    typed_into(page, row, "dt", "30")
    typed_into(page, row, "dt", "40", ".mau")
    page.get_by_label("Không đồng ý", exact=True).check()
    typed_into(page, row, "tram", "trạm A1 đã ngừng", ".ly-do")
    expect(state).to_contain_text("2 ô giữ trên máy này")
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(row.get_absolute_url())
    expect(again.locator("[data-state]")).to_contain_text("Đã lưu mọi ô")
    assert again.locator(f'[name="dt.{row.place_id}"]').input_value() == "30"
    assert again.evaluate("localStorage.length") == 0, "nothing is left behind on the machine"
    assert again.evaluate("document.documentElement.scrollWidth <= innerWidth"), "360 px wide"
    cells = {cell.item.code: cell for cell in row.cells.select_related("item")}
    assert (cells["so-ho"].value, cells["dt"].value) == (1250, 75)
    assert (cells["tram"].answer, cells["tram"].note) == ("disputed", "trạm A1 đã ngừng")


def test_two_people_in_one_cell_choose(world: World, people: dict[str, Person], visit: Visit) -> None:
    row = communes_return(world)
    people["colleague"] = make_person("can_bo_2", Role.COMMUNE_OFFICER, province=world.province, place=world.commune)
    first, second = visit(who="commune_officer", width=1280), visit(who="colleague", width=1280)
    for page in (first, second):
        page.goto(row.get_absolute_url())
    typed_into(first, row, "so-ho", "100")
    expect(first.locator("[data-state]")).to_contain_text("Đã lưu mọi ô")
    typed_into(second, row, "so-ho", "200")
    expect(second.get_by_role("alert")).to_contain_text("vừa ghi “100”")
    assert row.cells.get(item__code="so-ho").value == 100
    second.get_by_role("button", name="Dùng “200” của tôi").click()
    expect(second.locator("[data-state]")).to_contain_text("Đã lưu mọi ô")
    assert row.cells.get(item__code="so-ho").value == 200
    typed_into(first, row, "so-ho", "300")
    first.get_by_role("button", name="Giữ “200”").click()
    expect(first.locator(f'[name="so-ho.{row.place_id}"]')).to_have_value("200")
    assert row.cells.get(item__code="so-ho").value == 200
    first.locator(f'[name="so-ho.{row.place_id}"]').fill("400")
    first.get_by_role("button", name="Kiểm tra thử").click()
    first.wait_for_load_state()
    expect(first.locator(f'[name="so-ho.{row.place_id}.goc"]')).to_have_value("400")
    assert row.cells.get(item__code="so-ho").value == 400, "a step waits for what was just typed"
