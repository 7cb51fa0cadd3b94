"""Looking through a document with a real mouse and real keys: words lead to rows, rows to words, nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route

from hatang.accounts.models import Organisation, Person
from hatang.plans.models import PlanReading, Statement
from hatang.work.models import Job
from tests.browser.test_draw import FADED, listen
from tests.browser.test_pages import CONTRAST, TOO_WIDE
from tests.conftest import World
from tests.plans.reading import LINES, kept_reading

Open = Callable[..., Page]
State = Statement.State
SELECT = """([block, from, to]) => {
  const element = document.getElementById(`doan-${block}`);
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, {
    acceptNode: (n) => (n.parentElement.closest(".sign") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT),
  });
  const range = document.createRange();
  let count = 0;
  while (walker.nextNode()) {
    const { length } = walker.currentNode;
    if (from >= count && from <= count + length) range.setStart(walker.currentNode, from - count);
    if (to >= count && to <= count + length) range.setEnd(walker.currentNode, to - count);
    count += length;
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  element.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
}"""
IN_SIGHT = """(element) => {
  const pane = element.closest(".paper, .found__list").getBoundingClientRect();
  const box = element.getBoundingClientRect();
  return box.top >= Math.max(pane.top, 0) - 1 && box.top < Math.min(pane.bottom, innerHeight);
}"""
LONG = 120
"""How many paragraphs make a document that has to be scrolled."""


@pytest.fixture
def reading(live_server: object, world: World, people: dict[str, Person]) -> PlanReading:
    """Keep a document that is longer than any screen, what was found first and last in it far apart."""
    Organisation.objects.create(kind="department", name="Sở Xây dựng", province=world.province)
    kept = kept_reading(people["department_officer"], world.province)
    blocks = kept.document["blocks"]
    filler = blocks[8] | {
        "text": "- Lời văn để văn bản dài hơn một màn hình, không có gì để đọc ra.",
        "section": "III.-9",
    }
    kept.document["blocks"] = [*blocks[:9], *([filler] * LONG), *blocks[9:]]
    kept.save()
    for row in kept.statements.filter(block__gte=9):
        duties = [d | {"block": d["block"] + LONG} for d in row.facts.get("duties", [])]
        more = {"facts": row.facts | {"duties": duties}} if duties else {}
        Statement.objects.filter(pk=row.pk).update(block=(row.block or 0) + LONG, **more)
    return kept


@pytest.fixture
def desk(visit: Open, reading: PlanReading) -> Iterator[Open]:
    """Open the review; at the end the browser must have had nothing to complain about."""
    told: list[str] = []
    pages: list[Page] = []

    def open_page(query: str = "", *, script: bool = True, **options: object) -> Page:
        page = visit(who="department_officer", java_script_enabled=script, **options)
        pages.append(page)
        listen(page, told)
        page.goto(f"/ke-hoach/doc/{reading.pk}/{query}")
        if script:
            page.wait_for_selector("[data-ready]")
        return page

    yield open_page
    for page in pages:
        page.wait_for_load_state("networkidle")
    assert [line for line in told if "422" not in line] == []


def rows(reading: PlanReading, kind: str) -> list[Statement]:
    return list(reading.statements.filter(kind=kind).order_by("order", "pk"))


def wait_in_sight(page: Page, selector: str) -> None:
    look = f"(selector) => {{ const found = document.querySelector(selector); return found && ({IN_SIGHT})(found); }}"
    page.wait_for_function(look, arg=selector)


def wait_for_state(page: Page, pk: int, state: str) -> None:
    page.wait_for_selector(f"#dong-{pk}[data-state={state}]")


def chosen(page: Page) -> str:
    return page.get_attribute(".row.is-chosen", "data-row") or ""


@pytest.mark.parametrize("width", [360, 1366])
def test_it_fits_and_can_be_read(desk: Open, reading: PlanReading, width: int) -> None:
    page = desk(width=width, reduced_motion="reduce")
    page.locator(".row__main:visible").first.click()
    page.wait_for_selector(".row__open")
    assert page.evaluate(TOO_WIDE) + page.evaluate(CONTRAST) + page.evaluate(FADED) == []
    if width == 360:
        page.click("[data-show=paper]")
        assert page.evaluate(TOO_WIDE) + page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", [360, 1366])
def test_the_pages_around_it_fit_and_can_be_read(desk: Open, reading: PlanReading, width: int) -> None:
    reading.statements.filter(kind="target").update(state=State.CONFIRMED)
    page = desk(width=width, reduced_motion="reduce")
    own = f"/ke-hoach/doc/{reading.pk}"
    wrong = {}
    page.goto(f"{own}/cong-bo")
    wrong["cong-bo"] = page.evaluate(TOO_WIDE) + page.evaluate(CONTRAST) + page.evaluate(FADED)
    page.click("main .actions button")
    page.wait_for_selector("text=Xem kế hoạch")
    for address in (f"{own}/", f"/ke-hoach/{reading.facts['code']}/van-ban", f"/ke-hoach/{reading.facts['code']}/"):
        page.goto(address)
        wrong[address] = page.evaluate(TOO_WIDE) + page.evaluate(CONTRAST) + page.evaluate(FADED)
    officer = Person.objects.get(username="can_bo_so")
    later = kept_reading(officer, reading.province)
    page.goto(f"/ke-hoach/doc/{later.pk}/so-sanh")
    page.select_option("[name=voi]", reading.facts["code"])
    page.click("button:has-text('So sánh')")
    page.wait_for_selector("h2")
    wrong["so-sanh"] = page.evaluate(TOO_WIDE) + page.evaluate(CONTRAST) + page.evaluate(FADED)
    assert {address: found for address, found in wrong.items() if found} == {}


def test_what_is_typed_of_the_head_outlasts_acts_on_rows(desk: Open, reading: PlanReading) -> None:
    page = desk("?loai=chung", width=1366)
    page.fill("#chung-number", "77/KH-UBND")
    page.click(".found__tabs [data-kind=task]")
    page.wait_for_selector("#loai-task .row")
    page.keyboard.press("j")
    page.keyboard.press("y")
    page.wait_for_selector(".row--confirmed")
    assert page.input_value("#chung-number") == "77/KH-UBND"
    page.reload()
    page.wait_for_selector("[data-ready]")
    page.click(".found__tabs [data-kind=chung]")
    assert page.input_value("#chung-number") == "77/KH-UBND"
    page.click("text=Ghi thông tin chung")
    page.wait_for_function("() => document.getElementById('review-said').textContent.includes('Đã ghi thông tin')")
    reading.refresh_from_db()
    assert reading.facts["number"] == "77/KH-UBND"


def test_a_click_on_words_shows_the_row_and_a_click_on_a_row_its_words(desk: Open, reading: PlanReading) -> None:
    page = desk("?loai=target", width=1366)
    last = rows(reading, "task")[-1]
    page.locator(f".mark[data-of~='{last.pk}']").first.scroll_into_view_if_needed()
    page.locator(f".mark[data-of~='{last.pk}']").first.click(position={"x": 60, "y": 8})
    page.wait_for_selector(f"#dong-{last.pk}.is-chosen")
    assert page.get_attribute(".found__tabs [aria-current]", "data-kind") == "task"
    wait_in_sight(page, f"#dong-{last.pk}")
    page.click(".found__tabs [data-kind=target]")
    first = rows(reading, "target")[0]
    page.click(f"#dong-{first.pk} .row__main")
    wait_in_sight(page, f".mark.is-chosen[data-of~='{first.pk}']")
    page.click(".found__tabs [data-kind=body]")
    body = rows(reading, "body")[-1]
    page.click(f"#dong-{body.pk} .row__main")
    wait_in_sight(page, f".mark.is-chosen[data-of~='{body.pk}']")
    assert page.evaluate("scrollY") == 0


def test_the_keyboard_looks_everything_through(desk: Open, reading: PlanReading) -> None:
    page = desk("?loai=task", width=1366)
    one, two = rows(reading, "task")
    page.keyboard.press("j")
    order = [chosen(page)]
    page.keyboard.press("j")
    order.append(chosen(page))
    page.keyboard.press("k")
    assert sorted(order) == sorted([str(one.pk), str(two.pk)])
    page.keyboard.press("y")
    wait_for_state(page, int(order[0]), "confirmed")
    page.wait_for_selector(f"#dong-{order[1]}.is-chosen")
    page.keyboard.press("x")
    wait_for_state(page, int(order[1]), "rejected")
    assert {s.state for s in rows(reading, "task")} == {State.CONFIRMED, State.REJECTED}
    assert "Hoàn tác: bỏ “" in page.inner_text("[data-press=undo]")
    page.keyboard.press("u")
    wait_for_state(page, int(order[1]), "proposed")
    page.keyboard.press("Control+z")
    wait_for_state(page, int(order[0]), "proposed")
    page.keyboard.press("Control+y")
    wait_for_state(page, int(order[0]), "confirmed")
    assert "Đã làm lại" in page.inner_text("#review-said")
    page.keyboard.press("?")
    assert page.is_visible("#phim")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "loc"
    page.keyboard.type("danh muc")
    assert page.locator("[data-list=task] .row:not([hidden])").count() == 1


def test_a_row_is_corrected_in_place_by_keyboard(desk: Open, reading: PlanReading) -> None:
    page = desk("?loai=task", width=1366)
    page.keyboard.press("j")
    pk = int(chosen(page))
    page.keyboard.press("Enter")
    page.wait_for_selector(".row__open")
    page.fill(f"#dong{pk}-title", "")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".field__error")
    page.fill(f"#dong{pk}-title", "Tên mới của nhiệm vụ")
    page.keyboard.press("Control+Enter")
    wait_for_state(page, pk, "confirmed")
    assert "Tên mới của nhiệm vụ" in page.inner_text(f"#dong-{pk}")
    assert reading.statements.get(pk=pk).facts["title"] == "Tên mới của nhiệm vụ"


def test_what_the_reader_is_sure_of_is_confirmed_at_once(desk: Open, reading: PlanReading) -> None:
    page = desk("?loai=duty&xep=van-ban", width=1366)
    page.click("#gon-duty button")
    page.wait_for_selector("#loai-duty .row--confirmed")
    assert {s.kind for s in reading.statements.filter(state=State.CONFIRMED)} == {"duty"}


def test_words_are_added_with_the_mouse(desk: Open, reading: PlanReading) -> None:
    page = desk("?loai=target", width=1366)
    line = LINES[6][0]
    words = "nền tảng cảm biến"
    start = line.index(words)
    page.evaluate(SELECT, [6, start, start + len(words)])
    page.click("#marking button:has-text('Nhiệm vụ')")
    page.wait_for_selector(".row__open")
    made = reading.statements.get(by_hand=True)
    assert (made.kind, made.quote, made.block, made.start) == (
        "task",
        "Nền tảng cảm biến",
        6,
        start,
    ) or made.quote == words
    assert chosen(page) == str(made.pk)
    assert page.locator(f".mark[data-of~='{made.pk}']").count() >= 1
    assert page.is_hidden("#marking")


def test_words_are_added_with_the_keyboard(desk: Open, reading: PlanReading) -> None:
    page = desk("?loai=target", width=1366)
    page.keyboard.press("j")
    block = int(page.get_attribute(".row.is-chosen", "data-block-of") or 0)
    page.keyboard.press("a")
    page.wait_for_selector("#marking:not([hidden])")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    words = LINES[block][0].split()[1:3]
    assert page.evaluate("getSelection().toString()").split() == words
    page.keyboard.press("3")
    page.wait_for_selector(".row__open")
    made = reading.statements.get(by_hand=True)
    assert (made.kind, made.block) == ("task", block)
    assert made.quote.split() == words


def test_a_row_is_split_at_the_caret_and_merged_again(desk: Open, reading: PlanReading) -> None:
    page = desk("?loai=task", width=1366)
    task = rows(reading, "task")[0]
    page.click(f"#dong-{task.pk} .row__main")
    page.wait_for_selector(".row__open")
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.wait_for_function("() => document.activeElement.matches('[data-quote]')")
    for _ in range(len("Kéo cáp quang ")):
        page.keyboard.press("ArrowRight")
    assert "tới mọi thôn" in page.inner_text("[data-cut]")
    page.click("text=Tách ở đây")
    page.wait_for_function("() => document.querySelectorAll('#loai-task > .row').length === 3")
    assert rows(reading, "task")[0].quote == "Kéo cáp quang"
    assert chosen(page) == str(task.pk)
    page.keyboard.press("g")
    page.wait_for_function("() => document.activeElement.matches('[data-merge] button')")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('#loai-task > .row').length === 2")
    assert rows(reading, "task")[0].quote == task.quote


def test_nothing_is_lost_when_the_browser_closes(desk: Open, reading: PlanReading) -> None:
    page = desk("?loai=task", width=1366)
    task = rows(reading, "task")[0]
    page.keyboard.press("j")
    page.keyboard.press("y")
    page.wait_for_selector(".row--confirmed")
    page.click(f"#dong-{task.pk} .row__main")
    page.wait_for_selector(".row__open")
    page.fill(f"#dong{task.pk}-deadline", "quý II năm 2027, gõ dở")
    page.reload()
    page.wait_for_selector("[data-ready]")
    assert page.locator(".row--confirmed").count() == 1
    assert chosen(page) == str(task.pk)
    assert page.input_value(f"#dong{task.pk}-deadline") == "quý II năm 2027, gõ dở"


def test_on_a_phone_rows_and_document_are_two_tabs(desk: Open, reading: PlanReading) -> None:
    page = desk("?loai=task", has_touch=True, is_mobile=True)
    assert page.is_hidden("#van-ban")
    task = rows(reading, "task")[0]
    page.tap(f"#dong-{task.pk} .row__main")
    page.wait_for_selector(".row__open")
    page.tap("[data-where]")
    assert page.is_hidden("#cac-dong")
    wait_in_sight(page, f".mark[data-of~='{task.pk}']")
    other = rows(reading, "target")[0]
    page.locator(f".mark[data-of~='{other.pk}']").first.tap()
    assert page.is_hidden("#van-ban")
    page.wait_for_selector(f"#dong-{other.pk}.is-chosen")


def test_on_a_phone_three_rows_are_in_sight_at_once(desk: Open, reading: PlanReading) -> None:
    task = rows(reading, "task")[0]
    kept = {name: getattr(task, name) for name in ("reading", "kind", "block", "start", "end", "quote", "facts")}
    Statement.objects.bulk_create(Statement(**kept, order=task.order, sure=0.7) for _ in range(6))
    page = desk("?loai=task", width=360, has_touch=True, is_mobile=True)
    bottoms = "() => [...document.querySelectorAll('#loai-task .row')].map((row) => row.getBoundingClientRect().bottom)"
    assert sum(bottom <= 740 for bottom in page.evaluate(bottoms)) >= 3


def test_rows_of_another_tab_come_when_it_is_chosen(desk: Open, reading: PlanReading) -> None:
    page = desk("?loai=target", width=1366)
    assert page.locator("#loai-task .row").count() == 0
    page.fill("#loc", "danh muc")
    page.click(".found__tabs [data-kind=task]")
    page.wait_for_selector("#loai-task .row")
    assert page.locator("#loai-task .row:not([hidden])").count() == 1
    page.click("#loai-task .row:not([hidden]) >> text=Bỏ")
    page.wait_for_selector("#loai-task .row--rejected")
    page.click(".found__tabs [data-kind=body]")
    page.wait_for_selector("#loai-body .row", state="attached")
    page.click("[data-press=undo]")
    page.wait_for_selector("#loai-task .row--proposed:not([hidden])")


def test_the_filter_finds_words_that_stand_together_and_the_button_takes_what_is_shown(
    desk: Open, reading: PlanReading
) -> None:
    lead = [{"id": 1, "name": "Sở Xây dựng", "new": False, "known_as": "Sở Xây dựng", "today": ""}]
    one, two = rows(reading, "task")
    for task in (one, two):
        Statement.objects.filter(pk=task.pk).update(sure=0.95, facts=task.facts | {"lead": lead})
    page = desk("?loai=task&xep=van-ban", width=1366)
    assert "Nhận 2 dòng máy chắc" in page.inner_text("#gon-task")
    page.fill("#loc", "lap vi tri")
    assert page.locator("#loai-task .row:not([hidden])").count() == 0
    assert page.is_hidden("#gon-task button")
    page.fill("#loc", "danh muc vi")
    assert page.locator("#loai-task .row:not([hidden])").count() == 1
    assert "Nhận 1 dòng máy chắc đang hiện" in page.inner_text("#gon-task")
    page.click("#gon-task button")
    wait_for_state(page, two.pk, "confirmed")
    assert [s.state for s in rows(reading, "task")] == [State.PROPOSED, State.CONFIRMED]


def test_what_is_half_typed_is_told_on_the_row_in_the_bar_and_before_publishing(
    desk: Open, reading: PlanReading
) -> None:
    page = desk("?loai=task", width=1366)
    task = rows(reading, "task")[0]
    page.click(f"#dong-{task.pk} .row__main")
    page.fill(f"#dong{task.pk}-deadline", "gõ dở")
    page.click(f"#dong-{task.pk} .row__main")
    assert "đang sửa dở" in page.inner_text(f"#dong-{task.pk} .row__note")
    assert "1 dòng đang sửa dở, chưa ghi." in page.inner_text("#review-bar")
    page.goto(f"/ke-hoach/doc/{reading.pk}/cong-bo")
    page.wait_for_selector("text=Trên máy này còn 1 dòng đang sửa dở")
    page.goto(f"/ke-hoach/doc/{reading.pk}/?loai=task&muc={task.pk}")
    page.wait_for_selector("[data-ready]")
    page.click("[data-cancel]")
    assert "đang sửa dở" not in page.inner_text("#review")


def test_a_finished_job_leads_to_its_result_once(visit: Open, reading: PlanReading, people: dict[str, Person]) -> None:
    result = f"/ke-hoach/doc/{reading.pk}/"
    job = Job.objects.create(title="Đọc", asked_by=people["department_officer"], state="running", message="Đang đọc.")
    page = visit(who="department_officer")
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if sent.url.endswith(result) else None)
    page.route(f"**{result}", slowly)
    page.goto(f"/viec/{job.pk}/")
    Job.objects.filter(pk=job.pk).update(state="done", result_url=result)
    page.wait_for_selector("[data-ready]")
    assert len(asked) == 1


def slowly(route: Route) -> None:
    """Answer later than the next poll would come."""
    time.sleep(2.5)
    route.continue_()


def test_without_a_script_everything_is_a_link_or_a_form(desk: Open, reading: PlanReading) -> None:
    page = desk("?loai=task", width=1366, script=False)
    task = rows(reading, "task")[0]
    page.click(f"#dong-{task.pk} >> text=Nhận")
    assert "Đã nhận." in page.inner_text(".notice--success")
    page.click(f"#dong-{task.pk} .row__main")
    page.fill(f"#dong{task.pk}-deadline", "trong năm 2027")
    page.click("text=Ghi và nhận")
    assert reading.statements.get(pk=task.pk).facts["deadline"] == "trong năm 2027"
    page.click("[data-press=undo]")
    page.click(".found__tabs [data-kind=target]")
    assert page.is_hidden("#loai-task")
    assert page.locator("#loai-target .row").count() == len(rows(reading, "target"))
    page.click("text=Thêm một dòng máy không thấy")
    page.fill("#them-chu", "nền tảng cảm biến")
    page.click("button:has-text('Thêm dòng')")
    assert reading.statements.filter(by_hand=True).count() == 1


def test_a_dark_system_leaves_the_page_white(desk: Open, reading: PlanReading) -> None:
    page = desk(width=1366, color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(CONTRAST) == []
