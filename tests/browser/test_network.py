"""The register in a real browser: a pole line drawn and saved, and the map narrowed down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from hatang.network.kinds import OF_MODEL
from hatang.network.models import PoleLine
from tests.browser.test_map import SLOW_MS, show, told_by
from tests.browser.test_pages import CONTRAST, FADED, TOO_WIDE
from tests.network.things import PATH, make_thing
from tests.web.filled import Filled
from tests.web.mapped import map_out

Visit = Callable[..., Page]
POLE_LINE = OF_MODEL[PoleLine]


def test_a_pole_line_is_drawn_from_anothers_end_and_saved(visit: Visit, filled: Filled) -> None:
    """The second line begins where the click missed the first one's end by a few pixels."""
    make_thing(POLE_LINE, filled.world, "CO-SAN")
    page = visit(width=700, who="operator")
    told = told_by(page)
    page.goto(f"/ha-tang/20/tuyen-cot/them?xa={filled.world.commune.pk}")
    page.wait_for_selector(".draw__map[data-editor]", timeout=SLOW_MS)
    page.fill("[name=code]", "VE-MOI")
    page.select_option("[name=kind]", "C2")
    page.fill("[name=built_on]", "01/02/2024")
    page.locator(".draw__map canvas").scroll_into_view_if_needed()
    spot = place_of(page)
    page.click("button >> text=Vẽ lại đường")
    end = spot(*PATH[-1])
    page.mouse.click(end[0] + 3, end[1] + 3)
    page.mouse.click(end[0] + 60, end[1] + 60)
    page.keyboard.press("Enter")
    assert not page.evaluate(TOO_WIDE)
    page.click("main .form button.btn >> text=Lưu")
    page.wait_for_selector("#spot[data-drawn]", timeout=SLOW_MS)
    assert "VE-MOI" in page.inner_text("h1")
    row = PoleLine.objects.get(code="VE-MOI")
    assert row.owner == filled.world.operator
    assert row.path.coords[0] == PATH[-1]
    assert told == []


def place_of(page: Page) -> Callable[[float, float], tuple[float, float]]:
    """Draw two corners far from everything, and from what they read give where on the screen a position lies."""
    box = page.locator(".draw__map canvas").bounding_box()
    assert box is not None
    (x, y), (right, down) = corners = [
        (box["x"] + part * box["width"], box["y"] + part * box["height"]) for part in (0.1, 0.9)
    ]
    for corner in corners:
        page.mouse.click(*corner)
    page.keyboard.press("Enter")
    typed = page.input_value(".draw textarea").replace(",", ".").splitlines()
    (west, north), (east, south) = [[float(number) for number in line.split(";")] for line in typed]
    return lambda lon, lat: (
        x + (lon - west) / (east - west) * (right - x),
        y + (lat - north) / (south - north) * (down - y),
    )


def test_the_map_is_narrowed_down_and_the_address_tells_it(visit: Visit, filled: Filled) -> None:
    map_out(filled)
    world = filled.world
    make_thing(POLE_LINE, world, "L-A", spare=1, capacity=2)
    make_thing(POLE_LINE, world, "L-B", world.rival, spare=0, capacity=2)
    page = visit(width=1280, who="department_head")
    told = told_by(page)
    show(page, "/tinh/20/ban-do/")
    page.select_option("[name=hoi]", "tuyen-cot")
    expect(page.locator("#map-finding")).to_contain_text("trong 2 (")
    page.click("summary >> text=Lọc công trình")
    with page.expect_response(lambda answer: "pole_line" in answer.url and f"dn={world.rival.pk}" in answer.url):
        page.select_option("[name=dn]", str(world.rival.pk))
    expect(page.locator("#map-finding")).to_contain_text("trong 1 (0,5 km) tuyến cột treo cáp")
    assert f"dn={world.rival.pk}" in page.url
    assert not [wrong for wrong in (page.evaluate(ask) for ask in (CONTRAST, TOO_WIDE, FADED)) if wrong]
    page.set_viewport_size({"width": 360, "height": 800})
    assert not page.evaluate(TOO_WIDE)
    page.reload()
    page.wait_for_selector("#map[data-drawn]", timeout=SLOW_MS)
    assert page.input_value("[name=dn]") == str(world.rival.pk)
    assert told == []


def test_the_map_goes_back_to_what_the_register_held_and_to_works(visit: Visit, filled: Filled) -> None:
    map_out(filled)
    line = make_thing(POLE_LINE, filled.world, "L-A", spare=1, capacity=2)
    line.history.update(history_date=datetime(2026, 1, 1, tzinfo=UTC))
    make_thing(POLE_LINE, filled.world, "L-B", spare=0, capacity=2)
    page = visit(width=1280, who="department_head")
    told = told_by(page)
    show(page, "/tinh/20/ban-do/?hoi=tuyen-cot")
    expect(page.locator("#map-finding")).to_contain_text("trong 2 (")
    with page.expect_response(lambda answer: "pole_line" in answer.url and "luc=2026-03-01T08" in answer.url):
        page.fill("[name=luc]", "2026-03-01T08:00")
        page.locator("[name=luc]").blur()
    expect(page.locator("#map-former")).to_contain_text("Sổ như đã ghi lúc 08:00 01/03/2026")
    expect(page.locator("#map-finding")).to_contain_text("trong 1 (")
    assert "luc=2026-03-01T08:00" in page.url
    assert not [wrong for wrong in (page.evaluate(ask) for ask in (CONTRAST, TOO_WIDE, FADED)) if wrong]
    page.click("#map-former a")
    expect(page.locator("#map-former")).to_be_hidden()
    assert "luc=" not in page.url
    with page.expect_response(lambda answer: "/o/work_shapes/" in answer.url):
        page.select_option("[name=hoi]", "viec-khac")
    expect(page.locator("[name=luc]")).to_be_hidden()
    assert told == []
