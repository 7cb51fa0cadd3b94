"""The wall in a real browser at its own size: it turns, can be read from five metres, and bears a deaf server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hatang.plans.models import Task
from hatang.quality.models import Outage, OutagePlace
from tests.browser.test_map import SLOW_MS, told_by
from tests.sensors.things_needs import a_rule, a_stream, a_thing, an_alert
from tests.web.filled import Filled

Visit = Callable[..., Page]
WALL, A_VIEW_MS = "/trung-tam/20/?giay=3600", 3_600_000
"""So long does a view stay that none turns by the test's own time."""
VIEWS = ["muc-tieu", "ban-do", "nhiem-vu", "mat-lien-lac"]
PANELS = {"muc-tieu": ["Mục tiêu"], "ban-do": ["Bản đồ", "Cảnh báo"], "nhiem-vu": ["Nhiệm vụ quá hạn"]}
LEAST_PX = 44
SEEN = """() => [...document.querySelectorAll('main section')]
  .filter((s) => getComputedStyle(s).visibility === 'visible').map((s) => s.getAttribute('aria-label'))"""
SMALL = """(least) => [...document.querySelectorAll('body *')].filter((e) => {
  const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  const style = getComputedStyle(e);
  return own && e.checkVisibility({visibilityProperty: true}) && !e.closest('.maplibregl-ctrl, .skip, [aria-hidden]')
    && parseFloat(style.fontSize) < least;
}).map((e) => e.textContent.trim())"""
CUT = """() => {
  const low = (e) => e.getBoundingClientRect().bottom;
  const seen = [...document.querySelectorAll('main section')]
    .filter((s) => getComputedStyle(s).visibility === 'visible');
  const cut = seen.flatMap((s) => [...s.querySelectorAll('li, p')].filter((e) => low(e) > low(s) + 1));
  const page = document.documentElement.scrollHeight > innerHeight ? ['page'] : [];
  return [...cut.map((e) => e.textContent.trim()), ...page];
}"""


@pytest.fixture
def busy(filled: Filled) -> Filled:
    """Let more be the matter than a view has lines for."""
    world, now = filled.world, timezone.now()
    for n in range(7):
        named = f"Nguồn điện cột số {n} ở rất xa trên núi cao của xã"
        thing = a_thing(world, f"ND-{n}", name=named, lon=106.5 + n / 50)
        rule = a_rule(a_stream(thing, last_at=now), level="danger")
        an_alert(rule, title=f"Mất điện lưới, {named}: 0 V")
        Task.objects.create(
            plan=filled.plan,
            title=f"Nhiệm vụ thứ {n} có tên dài hơn một dòng của màn hình treo tường, dài hơn nhiều",
            lead=world.department,
            due_on=timezone.localdate() - timedelta(days=30),
        )
        began = {"began_at": now - timedelta(hours=9)}
        outage = Outage.objects.create(
            province=world.province, operator=world.operator, reference=f"SC-{n}", service="mobile", **began
        )
        OutagePlace.objects.create(outage=outage, commune=world.commune)
    return filled


@pytest.fixture
def wall(visit: Visit, busy: Filled) -> Page:
    """Hang the wall up, its clock in the test's hand."""
    page = visit(who="department_head", reduced_motion="reduce")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.set_default_timeout(SLOW_MS)
    page.clock.install()
    return page


def view_of(page: Page) -> str:
    """Give the view that is shown."""
    return str(page.evaluate("document.body.dataset.view"))


def test_it_turns_through_its_views_and_each_is_read_from_five_metres(wall: Page) -> None:
    told = told_by(wall)
    wall.goto(WALL)
    wall.wait_for_selector("#map[data-drawn]", state="attached", timeout=SLOW_MS)
    seen = []
    for _ in range(5):
        seen.append(view_of(wall))
        shown = wall.evaluate(SEEN)
        assert shown == PANELS.get(seen[-1], ["Mất liên lạc"])
        assert (wall.evaluate(SMALL, LEAST_PX), wall.evaluate(CUT)) == ([], []), seen[-1]
        expect(wall.locator("nav [aria-current]")).to_have_attribute("data-view-link", seen[-1])
        wall.clock.fast_forward(A_VIEW_MS)
    assert seen == [*VIEWS, VIEWS[0]]
    assert [one for one in told if "ERR_ABORTED" not in one] == [], "an hour that leaps ends what was asked before it"


def test_it_goes_on_when_the_server_does_not_answer(wall: Page) -> None:
    wall.goto(WALL)
    expect(wall.locator("#wall-shapes")).to_be_attached(timeout=SLOW_MS)
    wall.route("**/trung-tam/20/?phan=*", lambda route: route.abort())
    wall.clock.fast_forward(31_000)
    expect(wall.locator("[data-news]")).to_contain_text("Máy chủ không trả lời", timeout=SLOW_MS)
    before = view_of(wall)
    wall.clock.fast_forward(A_VIEW_MS)
    assert view_of(wall) != before
    wall.get_by_role("button", name="Dừng").click()
    wall.evaluate("document.body.dataset.view = 'nhiem-vu'")
    assert wall.evaluate(CUT) == [], "the word of the silence hides nothing"
    assert wall.locator(".wall__tasks li").count() == 4, "what was known stays"
    wall.unroute("**/trung-tam/20/?phan=*")
    wall.clock.fast_forward(31_000)
    expect(wall.locator("[data-news]")).to_have_text("", timeout=SLOW_MS)


def test_who_stands_before_it_can_hold_it(wall: Page) -> None:
    wall.goto(WALL)
    wall.get_by_role("link", name="Nhiệm vụ", exact=True).click()
    wall.clock.fast_forward(3 * A_VIEW_MS)
    assert view_of(wall) == "nhiem-vu"
    wall.get_by_role("button", name="Chạy tiếp").click()
    wall.clock.fast_forward(A_VIEW_MS)
    assert view_of(wall) == "mat-lien-lac"


def test_without_script_each_view_is_there(visit: Visit, busy: Filled) -> None:
    page = visit(width=1920, who="department_head", java_script_enabled=False)
    for view, words in zip(VIEWS, ("Mục tiêu", "Cảnh báo", "Nhiệm vụ quá hạn", "Mất liên lạc"), strict=True):
        page.goto(f"/trung-tam/20/?man={view}")
        expect(page.get_by_role("heading", name=words)).to_be_visible()
        assert page.locator("main h2:visible").count() == 1
