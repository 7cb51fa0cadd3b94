"""Drawing with a real mouse, real keys and a real policy, at the width of a phone and of a desk."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from playwright.sync_api import Browser, Locator, Page
from pyproj import Geod
from shapely.geometry import shape

from hatang.network.models import Mast
from tests.browser.test_pages import CONTRAST, TOO_WIDE
from tests.browser.test_pages import FADED as FADED_OF_ALL
from tests.conftest import World
from tests.pages.drawing import HOLE, NEAR, SQUARE

Visit = Callable[..., Page]
EDITOR = "[data-editor]"
FADED = FADED_OF_ALL.replace("button, input", "button:enabled, input")
GEOD = Geod(ellps="WGS84")
WITHOUT_WEBGL = """const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith("webgl") ? null : real.call(this, kind, ...rest);
};"""


@pytest.fixture
def drawing(settings: Any, visit: Visit) -> Iterator[Visit]:
    """Open the page with one drawn field; at the end the browser must have had nothing to complain about.

    The end waits for the last answers: one still on its way would keep its connection to the database.
    """
    settings.ROOT_URLCONF = "tests.pages.drawing"
    told: list[str] = []
    pages: list[Page] = []

    def open_page(address: str, *, editor: bool = True, **options: Any) -> Page:
        page = visit(**options)
        pages.append(page)
        listen(page, told)
        page.goto(address)
        if editor:
            page.wait_for_selector(EDITOR)
        return page

    yield open_page
    for page in pages:
        page.wait_for_load_state("networkidle")
    assert told == []


def listen(page: Page, told: list[str]) -> None:
    """Collect what the browser complains about, and every request to another server."""
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: told.append(request.url) if is_elsewhere(request.url) else None)


def is_elsewhere(url: str) -> bool:
    return not url.startswith(("http://localhost", "http://127.0.0.1", "data:", "blob:"))


def click(page: Page, *spots: tuple[int, int]) -> None:
    """Click on the map, slowly enough that no two clicks are one double click."""
    for x, y in spots:
        page.locator(".draw__map canvas").click(position={"x": x, "y": y})
        page.wait_for_timeout(20)


def save(page: Page) -> dict[str, Any]:
    """Save, and give what the server took."""
    page.click("#save")
    return dict(json.loads(page.text_content("#saved") or ""))


def news(page: Page) -> str:
    return page.text_content(".draw__news") or ""


def drag(page: Page, handle: Locator, dx: int, dy: int) -> None:
    """Take a handle in its middle and let it go elsewhere."""
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_polygon_by_mouse(drawing: Visit, width: int) -> None:
    page = drawing("/ve/MULTIPOLYGON", width=width)
    assert page.evaluate(TOO_WIDE) + page.evaluate(CONTRAST) + page.evaluate(FADED) == []
    click(page, (40, 90), (200, 100), (220, 250))
    page.locator(".draw__map canvas").dblclick(position={"x": 60, "y": 260})
    assert page.locator(".draw__handle--vertex").count() == 4
    before = page.input_value("textarea")
    drag(page, page.locator(".draw__handle--between").first, 4, -30)
    assert page.locator(".draw__handle--vertex").count() == 5
    page.keyboard.press("Control+z")
    assert page.input_value("textarea") == before
    page.keyboard.press("Control+y")
    told = news(page)
    saved = save(page)
    assert saved["type"] == "MultiPolygon"
    assert len(saved["coordinates"][0][0]) == 6
    area_m2, length_m = GEOD.geometry_area_perimeter(shape(saved))
    assert f"Diện tích {abs(area_m2) / 1e6:.0f} km²" in told
    assert f"chu vi {length_m / 1000:.1f} km".replace(".", ",") in told
    assert page.evaluate(TOO_WIDE) == []


def test_a_line_by_keyboard_alone(drawing: Visit) -> None:
    page = drawing("/ve/LINESTRING")
    page.locator(".draw__map canvas").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.is_visible(".draw__cross")
    page.keyboard.press("Enter")
    for key in ("ArrowRight", "ArrowRight", "Space", "ArrowDown", "Space", "ArrowUp", "Shift+ArrowUp", "Space"):
        page.keyboard.press(key)
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    assert "Đã vẽ xong đường 3 đỉnh" in news(page)
    page.keyboard.press("n")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    first, second, third = save(page)["coordinates"]
    assert first[0] < NEAR[0]
    assert first[1] == pytest.approx(NEAR[1], abs=1e-3)
    assert second[0] > NEAR[0]
    assert second[1] == pytest.approx(first[1], abs=1e-3)
    assert third[0] == pytest.approx(second[0], abs=1e-3)
    assert third[1] < second[1]


def test_a_polygon_by_keyboard_alone_and_deleting_asks_once(drawing: Visit) -> None:
    page = drawing("/ve/POLYGON")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.locator(".draw__map canvas").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    assert page.locator(".draw__handle").count() == 0
    for key in ("Space", "ArrowRight", "Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    assert page.locator(".draw__handle--vertex").count() == 3
    page.click("text=Xóa tất cả")
    assert page.input_value("textarea") == ""
    assert len(asked) == 1
    assert "3 đỉnh" in asked[0]
    page.click("text=Hoàn tác")
    assert len(save(page)["coordinates"][0]) == 4


def test_a_hole_is_kept_while_the_outline_is_corrected(drawing: Visit) -> None:
    page = drawing("/ve/POLYGON?co=1", width=1280)
    assert page.locator(".draw__handle--vertex").count() == 7
    assert "lỗ" in page.input_value("textarea")
    drag(page, page.locator("[aria-label^='Đỉnh 3: 106,8; 21,9']"), 30, 0)
    page.locator("[aria-label^='Đỉnh 4: 106,7; 21,9']").click()
    page.keyboard.press("Delete")
    outer, hole = save(page)["coordinates"]
    assert len(outer) == 4
    assert outer[2][0] > 106.8
    assert hole == HOLE
    assert outer[:2] == SQUARE[:2]


def test_what_is_typed_moves_the_drawing_and_a_wrong_line_is_named(drawing: Visit) -> None:
    page = drawing("/ve/POLYGON")
    page.fill("textarea", "106,7; 21,8\n106,8; 21,8\n106,8; 21,9")
    page.locator("h1").click()
    assert page.locator(".draw__handle--vertex").count() == 3
    page.fill("textarea", "106,7; 21,8\n106,8; 21,8\n106,8; x")
    page.locator("h1").click()
    assert "Dòng 3" in news(page)
    page.click("#save")
    page.wait_for_selector(EDITOR)
    assert "Dòng 3: “106,8; x” không phải hai số" in page.inner_text(".field__error")
    assert "106,8; x" in page.input_value("textarea")
    page.fill("textarea", "106,7; 21,8\n106,8; 21,9\n106,8; 21,8\n106,7; 21,9")
    page.click("#save")
    assert "Các cạnh cắt nhau tại 106,75; 21,85" in page.inner_text(".field__error")


def test_a_vertex_snaps_to_the_neighbours_corner(drawing: Visit) -> None:
    page = drawing("/ve/LINESTRING?nen=1", width=1280)
    box = page.locator(".draw__map canvas").bounding_box()
    assert box is not None
    tall = box["height"] / 2 - 40
    wide = tall * math.cos(math.radians(21.85))
    west, east = round(box["width"] / 2 - wide), round(box["width"] / 2 + wide)
    click(page, (west + 5, round(box["height"]) - 45))
    page.uncheck(".draw__snap input")
    click(page, (east - 5, 45))
    page.click("text=Xong")
    corner, beside = save(page)["coordinates"]
    assert corner == SQUARE[0]
    assert beside != SQUARE[2]
    assert beside == pytest.approx(SQUARE[2], abs=4e-3)


def test_a_finger_on_a_phone_sets_and_drags_a_point(drawing: Visit) -> None:
    page = drawing("/ve/POINT", has_touch=True, is_mobile=True)
    page.locator(".draw__map canvas").tap(position={"x": 150, "y": 150})
    page.wait_for_selector(".draw__handle--vertex")
    first = page.input_value("textarea")
    style = page.locator(".draw__handle--vertex").evaluate("e => getComputedStyle(e).touchAction")
    assert style == "none"
    page.locator(".draw__map canvas").tap(position={"x": 200, "y": 200})
    assert page.input_value("textarea") != first
    assert page.locator(".draw__handle--vertex").count() == 1
    assert save(page)["type"] == "Point"


def test_without_webgl_a_sentence_says_so_and_typing_still_works(drawing: Visit) -> None:
    page = drawing("about:blank", editor=False)
    page.add_init_script(WITHOUT_WEBGL)
    page.goto("/ve/LINESTRING")
    page.wait_for_selector(".map__sorry")
    assert "Trình duyệt này không vẽ được bản đồ" in page.inner_text(".map__sorry")
    page.fill("textarea", "106,7; 21,8\n106,8; 21,8")
    assert save(page)["coordinates"] == [[106.7, 21.8], [106.8, 21.8]]


def test_without_a_script_the_lines_are_typed(drawing: Visit) -> None:
    page = drawing("/ve/POLYGON?co=1", editor=False, java_script_enabled=False)
    assert page.input_value("textarea").splitlines()[4] == "lỗ"
    assert len(save(page)["coordinates"]) == 2


def test_a_place_is_moved_on_the_map(drawing: Visit, world: World) -> None:
    page = drawing(f"/dia-ban/{world.village.pk}/sua", who="department_officer")
    assert (page.input_value("#id_lon"), page.input_value("#id_lat")) == ("106,7", "21,95")
    page.fill("#id_lon", "106,71")
    page.locator("h1").click()
    assert "106,71; 21,95" in news(page)
    drag(page, page.locator(".draw__handle--vertex"), 0, -40)
    assert page.input_value("#id_lon").startswith("106,71")
    lat = page.input_value("#id_lat")
    assert "," in lat
    page.click("text=Lưu")
    page.wait_for_selector(".notice--success")
    world.village.refresh_from_db()
    assert world.village.lon == pytest.approx(106.71, abs=1e-4)
    assert world.village.lat == pytest.approx(float(lat.replace(",", ".")))
    assert world.village.lat > 21.95


def test_a_mast_is_set_by_keyboard(drawing: Visit, world: World) -> None:
    here = {"province": world.province, "commune": world.commune, "owner": world.operator}
    mast = Mast.objects.create(code="LS001", lon=106.7, lat=21.95, built_on=date(2020, 1, 1), **here)
    page = drawing(f"/ha-tang/cot/{mast.pk}/sua", who="department_officer", width=1280)
    assert page.input_value("#id_lon") == "106,7"
    page.locator(".draw__map canvas").focus()
    for key in ("ArrowRight", "Space"):
        page.keyboard.press(key)
    page.click("text=Lưu")
    page.wait_for_url("**/ha-tang/cot/*/")
    mast.refresh_from_db()
    assert mast.lon > 106.7
    assert mast.lat == pytest.approx(21.95, abs=1e-4)


class Threads(ThreadingMixIn, WSGIServer):
    """A server that answers the page's requests side by side; each leaves no connection to the database behind."""

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        connections.close_all()


class Silent(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture
def hashed(settings: Any, tmp_path: Path) -> Iterator[str]:
    """Serve the whole application, static files under hashed names as in a real installation."""
    settings.ROOT_URLCONF = "tests.pages.drawing"
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "hatang.config.staticfiles.HashedFiles"}}
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = False
    settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("js", "mjs", "css", "svg", "woff2")
    call_command("collectstatic", interactive=False, verbosity=0)
    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=Threads, handler_class=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_under_hashed_names_and_the_policy_on_every_file(hashed: str, browser: Browser) -> None:
    """Modules find each other, and the worker is one that may be kept for ever."""
    page = browser.new_page()
    told: list[str] = []
    asked: list[str] = []
    listen(page, told)
    page.on("request", lambda request: asked.append(request.url.removeprefix(hashed)))
    page.goto(f"{hashed}/ve/POLYGON")
    page.wait_for_selector(EDITOR)
    scripts = [url for url in asked if url.endswith((".js", ".mjs"))]
    bare = [url for url in scripts if len(url.rsplit("/")[-1].split(".")[-2]) != 12]
    assert bare == []
    assert sum("maplibre-gl-worker" in url for url in scripts) == 1
    assert sum("/basemap." in url for url in scripts) == 1
    assert told == []
