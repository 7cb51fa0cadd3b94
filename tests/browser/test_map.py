"""The map in a real browser, under the real policy, with real tiles."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.test_pages import CONTRAST, FADED, TOO_WIDE
from tests.web.filled import LAST_YEAR, Filled
from tests.web.mapped import map_out

Visit = Callable[..., Page]
MAP = "/tinh/20/ban-do/"
SLOW_MS = 60_000
# Wide enough for a touch beside the card of the chosen place; fewer pixels are drawn sooner.
MIDDLE = 700


@pytest.fixture
def drawn(filled: Filled) -> Filled:
    """Give the small world boundaries."""
    map_out(filled)
    return filled


def told_by(page: Page) -> list[str]:
    """Collect whatever the browser complains about."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("requestfailed", lambda request: told.append(f"{request.url}: {request.failure}"))
    return told


def show(page: Page, address: str) -> None:
    """Open a map and wait until it is drawn."""
    page.goto(address)
    page.wait_for_selector("#map[data-drawn]", timeout=SLOW_MS)


@pytest.mark.parametrize(("width", "who"), [(360, ""), (1280, "department_head")])
def test_it_is_drawn_obeys_the_policy_fits_and_can_be_read(
    width: int, who: str, visit: Visit, drawn: Filled, tmp_path: Path
) -> None:
    page = visit(width=width, who=who)
    told = told_by(page)
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    wrong: dict[str, object] = {}
    for address in (f"{MAP}?ct=dien-thoai", f"{MAP}?hoi=thon&noi={drawn.world.commune.pk}", "/ban-do/"):
        show(page, address)
        page.screenshot(path=tmp_path / f"{width}-{len(hosts)}.png", full_page=True)
        found = [page.evaluate(question) for question in (CONTRAST, TOO_WIDE, FADED)]
        if any(found):
            wrong[address] = found
    assert not wrong
    assert told == []
    assert len(hosts) == 1


def test_a_year_is_one_click_or_one_key_away_and_stays_in_the_address(visit: Visit, drawn: Filled) -> None:
    page = visit(width=MIDDLE)
    show(page, f"{MAP}?ct=thon-co-song")
    page.click(f"#map-years a[data-year='{LAST_YEAR - 1}']")
    assert f"nam={LAST_YEAR - 1}" in page.url
    assert f"Năm {LAST_YEAR - 1}" in page.inner_text("#map-finding")
    assert page.inner_text("#map-rows tbody tr:first-child td").startswith("40%")
    page.keyboard.press("ArrowRight")
    assert f"nam={LAST_YEAR}" in page.url
    assert page.inner_text("#map-rows tbody tr:first-child td").startswith("50%")
    assert page.inner_text("#map-years [aria-current]") == str(LAST_YEAR)


def test_a_place_is_found_marked_and_led_to_and_the_view_is_kept(visit: Visit, drawn: Filled) -> None:
    commune = drawn.world.commune
    page = visit(width=MIDDLE)
    show(page, f"{MAP}?ct=dien-thoai")
    page.fill("#map-search", "dong da")
    page.wait_for_selector("#map-suggest [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#map-panel h2")).to_have_text("Xã Đồng Đăng")
    expect(page.locator("#map-rows tr[aria-current]")).to_contain_text("Xã Đồng Đăng")
    page.wait_for_url(re.compile(rf"noi={commune.pk}&tam=106\.6900,21\.9"))
    kept = page.url
    page.reload()
    page.wait_for_selector("#map[data-drawn]", timeout=SLOW_MS)
    expect(page.locator("#map-panel h2")).to_have_text("Xã Đồng Đăng")
    assert page.url == kept
    page.click("#map-panel a:has-text('Trang của nơi này')")
    page.wait_for_url(f"**{commune.get_absolute_url()}")


def test_touching_the_map_says_what_is_there(visit: Visit, drawn: Filled) -> None:
    world = drawn.world
    page = visit(width=MIDDLE)
    show(page, f"{MAP}?ct=dien-thoai&tam={world.neighbour.lon},{world.neighbour.lat},11")
    canvas = page.locator("#map canvas")
    canvas.click()
    expect(page.locator("#map-panel h2")).to_have_text("Phường Kỳ Lừa")
    expect(page.locator("#map-panel")).to_contain_text("85%")
    expect(page.locator("#map-panel")).to_contain_text("Điểm đã bấm")
    assert f"noi={world.neighbour.pk}" in page.url
    page.click("#map-panel button")
    expect(page.locator("#map-panel")).to_be_hidden()
    canvas.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#map-panel h2")).to_have_text("Phường Kỳ Lừa")


def test_a_village_without_5g_is_touched_and_the_back_button_returns_to_the_question_before(
    visit: Visit, drawn: Filled
) -> None:
    dark = drawn.world.dark_village
    page = visit(width=MIDDLE)
    show(page, f"{MAP}?ct=dien-thoai&tam={dark.lon},{dark.lat},13")
    page.select_option("select[name=hoi]", "thon")
    expect(page.locator("#map-title")).to_have_text("Thôn nào chưa có 5G?")
    expect(page.locator("#map-rows tbody")).to_contain_text("1 / 2")
    page.wait_for_selector("#map[data-settled='thon']", timeout=SLOW_MS)
    page.locator("#map canvas").click()
    expect(page.locator("#map-panel h2")).to_have_text("Thôn Khơ Đa")
    expect(page.locator("#map-panel")).to_contain_text("chưa có 5G")
    page.go_back()
    expect(page.locator("#map-panel")).to_be_hidden()
    expect(page.locator("#map-title")).to_have_text("Thôn nào chưa có 5G?")
    page.go_back()
    expect(page.locator("#map-title")).to_have_text("Người trưởng thành có điện thoại thông minh")


def test_a_row_of_the_table_marks_its_place_on_the_map(visit: Visit, drawn: Filled) -> None:
    page = visit(width=MIDDLE, reduced_motion="reduce")
    show(page, f"{MAP}?ct=dien-thoai")
    page.focus("#map-rows tbody tr:nth-child(2) th a")
    page.keyboard.press("Enter")
    expect(page.locator("#map-panel h2")).to_have_text("Phường Kỳ Lừa")
    page.wait_for_url(re.compile(r"tam=106\.7600,21\.8"))


def test_what_cannot_be_loaded_or_drawn_is_said(visit: Visit, drawn: Filled) -> None:
    page = visit(width=1280)
    page.route("**/ban-do/o/communes/**", lambda route: route.abort())
    page.goto(MAP)
    expect(page.locator("#map-progress")).to_contain_text("không tải được", timeout=SLOW_MS)
    page = visit(width=360)
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(f"{MAP}?ct=dien-thoai")
    expect(page.locator("#map")).to_contain_text("không vẽ được bản đồ")
    assert "60%" in page.inner_text("#map-rows")
    page = visit(java_script_enabled=False)
    page.goto(f"{MAP}?ct=dien-thoai&nam={LAST_YEAR}")
    assert "60%" in page.inner_text("#map-rows")
    page.click("#map-rows tbody tr:nth-child(2) th a")
    assert page.inner_text("#map-panel h2") == "Phường Kỳ Lừa"


PAPERS = {"a4-ngang": (842, 595), "a4-doc": (595, 842), "a3-ngang": (1191, 842), "a3-doc": (842, 1191)}


def sheets_of(content: bytes) -> list[tuple[int, int]]:
    """Measure the sheets of a PDF in points."""
    return [(round(p.mediabox.width), round(p.mediabox.height)) for p in PdfReader(io.BytesIO(content)).pages]


def test_every_paper_is_one_sheet_of_its_size(visit: Visit, drawn: Filled) -> None:
    page = visit(width=1280, java_script_enabled=False)
    for paper, points in PAPERS.items():
        page.goto(f"{MAP}in?ct=dien-thoai&giay={paper}")
        assert sheets_of(page.pdf(prefer_css_page_size=True)) == [points]


def test_it_is_printed_on_one_sheet_and_kept_as_a_picture(visit: Visit, drawn: Filled, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("không có pdftotext (poppler-utils)")
    page = visit(width=1280)
    told = told_by(page)
    page.goto(f"{MAP}in?ct=dien-thoai")
    page.wait_for_selector("#sheet[data-ready]", timeout=SLOW_MS)
    paper = page.pdf(prefer_css_page_size=True)
    assert sheets_of(paper) == [PAPERS["a4-ngang"]]
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=paper, check=True, capture_output=True)
    words = read.stdout.decode()
    for said in ("Chú giải", "kém nhất: Xã Đồng Đăng (60%)", "km", "lập ngày", "Ranh giới: Sở Nội vụ"):
        assert said in words
    assert "Đăng nhập" not in words
    pictures = page.eval_on_selector_all("#sheet img", "all => all.map((i) => i.naturalWidth / i.clientWidth)")
    assert len(pictures) == 2
    assert min(pictures) >= 2
    with page.expect_download() as download:
        page.click("#sheet-png")
    kept = tmp_path / "map.png"
    download.value.save_as(kept)
    with Image.open(kept) as picture:
        width, height = picture.size
    assert width / height == pytest.approx(297 / 210, rel=0.01)
    assert width > 2500
    assert told == []
