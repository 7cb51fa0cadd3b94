"""What a reader's browser says: policy, width, contrast, keyboard, paper, and life without scripts."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from hatang.indicators.models import Value
from tests.web.filled import LAST_YEAR, Filled

Visit = Callable[..., Page]

CONTRAST = """() => {
  const channel = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = parts(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0.99) return c;
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    const apart = e.closest("script, svg, .visually-hidden, .skip");
    if (!walker.currentNode.data.trim() || !e.checkVisibility() || apart) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(parts(style.color)), light(ground(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) poor.add(`${walker.currentNode.data.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return [...poor];
}"""
TOO_WIDE = """() => {
  const width = document.scrollingElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("main *")]
    .filter((e) => e.getBoundingClientRect().right > width + 1 && !e.closest(".scroll"))
    .map((e) => e.outerHTML.slice(0, 80));
}"""
FADED = """() => [...document.querySelectorAll("a[href], button, input, select")]
  .filter((e) => e.checkVisibility())
  .filter((e) => { e.focus({ focusVisible: true }); return getComputedStyle(e).outlineStyle === "none"; })
  .map((e) => e.outerHTML.slice(0, 80))"""


def addresses(filled: Filled) -> dict[str, str]:
    """Name every kind of page."""
    value = Value.objects.get(indicator=filled.villages, place=filled.world.province, year=LAST_YEAR)
    return {
        "cac-tinh": "/?tinh=moi",
        "tinh": "/tinh/20/",
        "tinh-hop-nhat": "/tinh/08/",
        "chi-tieu": "/tinh/20/chi-tieu/thon-co-song/",
        "chi-tieu-hop-nhat": "/tinh/08/chi-tieu/dien-thoai/",
        "xa": filled.world.commune.get_absolute_url(),
        "thon": filled.world.village.get_absolute_url(),
        "xa-cu": filled.old_commune.get_absolute_url(),
        "tim": "/tim?q=n",
        "gioi-thieu": "/gioi-thieu",
        "cac-xa": "/dia-ban/20/",
        "cac-chi-tieu": "/so-lieu/",
        "mot-con-so": f"/so-lieu/{value.pk}/",
        "ke-hoach": "/ke-hoach/lang-son/",
        "nhiem-vu": f"/ke-hoach/nhiem-vu/{filled.task.pk}/",
    }


def officers_addresses() -> dict[str, str]:
    """Name the pages that only officers have."""
    return {
        "cot": "/ha-tang/20/cot",
        "tai-len": "/ha-tang/20/tai-len",
        "doc-van-ban": "/ke-hoach/20/doc-van-ban",
        "ghi": "/so-lieu/20/ghi",
        "duyet": "/so-lieu/20/duyet",
        "bao-cao": f"/ke-hoach/lang-son/bao-cao/{LAST_YEAR}/",
        "toi": "/nguoi-dung/toi",
        "lich": "/viec/lich",
        "ngay-trong-lich": "/viec/lich/them",
        "thong-bao": "/viec/thong-bao",
    }


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("who", ["", "department_head"])
def test_every_page_obeys_the_policy_fits_and_can_be_read(who: str, width: int, visit: Visit, filled: Filled) -> None:
    page = visit(width=width, who=who)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    wrong: dict[str, object] = {}
    for name, address in {**addresses(filled), **(officers_addresses() if who else {})}.items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"
        if page.locator("#trend-data").count():
            page.wait_for_selector("#trend svg")
        found = [*told, *page.evaluate(TOO_WIDE), *page.evaluate(CONTRAST), *page.evaluate(FADED)]
        told.clear()
        if found:
            wrong[name] = found
    assert wrong == {}


def test_a_keyboard_is_enough(visit: Visit, filled: Filled) -> None:
    page = visit()
    page.goto("/tinh/20/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Tới nội dung chính"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search-box"
    page.keyboard.type("dong da")
    page.wait_for_selector("#search-suggest [role=option]")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#search-box", "aria-activedescendant") == "goi-y-1"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{filled.world.commune.get_absolute_url()}")
    assert page.inner_text("h1") == "Xã Đồng Đăng"


def test_escape_closes_the_suggestions_and_enter_searches(visit: Visit, filled: Filled) -> None:
    page = visit(width=1280)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("nà")
    page.wait_for_selector("#search-suggest [role=option]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#search-suggest", state="hidden")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim?q=n*")
    assert "Thôn Nà Lầm" in page.inner_text("main")


def test_reading_needs_no_script(visit: Visit, filled: Filled) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/tinh/20/chi-tieu/thon-co-song/")
    assert not page.is_visible("#trend")
    assert f"{LAST_YEAR}" in page.inner_text("[aria-label='Số liệu theo năm']")
    page.fill("#search-box", "dong dang")
    page.press("#search-box", "Enter")
    assert "Xã Đồng Đăng" in page.inner_text("main")


def test_motion_is_still_where_it_is_not_wanted(visit: Visit, filled: Filled) -> None:
    page = visit(reduced_motion="reduce")
    page.goto("/")
    assert page.evaluate("getComputedStyle(document.querySelector('.btn')).transitionDuration") == "0s"


def printed(page: Page) -> list[str]:
    """Print the page and read each sheet's text."""
    if shutil.which("pdftotext") is None:
        pytest.skip("không có pdftotext (poppler-utils)")
    sheet = page.pdf(prefer_css_page_size=True)
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=sheet, check=True, capture_output=True)
    return told.stdout.decode().split("\f")[:-1]


def test_on_paper_a_heading_stays_with_the_first_row_of_its_table(visit: Visit, filled: Filled) -> None:
    """Wherever the sheet ends, no heading, sentence or table's head is left alone at its foot."""
    page = visit(width=1280)
    page.goto("/tinh/20/chi-tieu/thon-co-song/")
    for millimetres in range(0, 180, 5):
        page.evaluate("(mm) => { document.querySelector('h1').style.paddingTop = `${mm}mm`; }", millimetres)
        for sheet in printed(page):
            foot = " ".join([line for line in sheet.splitlines() if line.strip()][-2:])
            assert not any(words in foot for words in ("Theo xã, phường", "Kém nhất xếp trước")), f"{millimetres} mm"


def test_the_simulated_mark_is_not_cut_on_a_narrow_screen(visit: Visit, filled: Filled) -> None:
    width = 360
    Value.objects.update(simulated=True, how="counted", value=123_456.78)
    page = visit(width=width)
    page.goto(filled.world.commune.get_absolute_url())
    assert page.locator("main .sim").count()
    rights = page.eval_on_selector_all("main .sim", "all => all.map((e) => e.getBoundingClientRect().right)")
    assert max(rights) <= width


def test_paper_has_no_navigation_and_says_on_every_sheet_that_data_are_simulated(visit: Visit, filled: Filled) -> None:
    page = visit(width=1280)
    page.goto("/tinh/08/chi-tieu/dien-thoai/")
    sheets = printed(page)
    assert all("DỮ LIỆU MÔ PHỎNG" in sheet for sheet in sheets)
    assert "Đăng nhập" not in "".join(sheets)
    page.goto("/tinh/20/")
    plain = "".join(printed(page))
    assert "DỮ LIỆU MÔ PHỎNG" not in plain
    assert "thon-co-song" in plain
    assert "90%" in plain
