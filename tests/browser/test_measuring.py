"""On a telephone: measure against the real test server with M-Lab's own client, keep, share; with consent or not."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.conf import LazySettings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from hatang.quality.models import KeptTest
from tests.config.test_serve import free_port
from tests.conftest import World
from tests.places.drawings import bound

SECONDS = "0.7"
HERE = {"longitude": 106.6912345, "latitude": 21.9419876}
Visit = Callable[..., Page]


@pytest.fixture
def test_server(live_server: LiveServer, settings: LazySettings, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the province's test server beside the live server, each direction short and small."""
    port = free_port()
    settings.DATA = tmp_path
    settings.NDT7_ORIGIN = f"ws://localhost:{port}"
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives | {"connect-src": ["'self'", settings.NDT7_ORIGIN]}}
    words = [sys.executable, "-m", "hatang.core.ndt7", "--folder", str(tmp_path / "ndt7"), "--port", str(port)]
    words += ["--origins", live_server.url, "--seconds", SECONDS, "--cap-mb", "20"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as server:
        assert server.stdout and b"ndt7" in server.stdout.readline()
        yield server
        server.terminate()
        server.wait(10)


@pytest.fixture
def placed(world: World) -> World:
    """Give the commune a boundary in which HERE lies."""
    bound(world.commune, shapely.box(106.6, 21.9, 106.75, 22.0))
    return world


def opened(visit: Visit, **options: Any) -> tuple[Page, list[str]]:
    """Open the page, and note what the browser complains of."""
    page, complaints = visit(**options), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.goto("/chat-luong/do")
    expect(page.get_by_role("button", name="Bắt đầu đo")).to_be_visible()
    return page, complaints


def measure(page: Page) -> None:
    page.get_by_role("button", name="Bắt đầu đo").press("Enter")
    expect(page.locator("[data-result]")).to_be_visible(timeout=30_000)


def shown(page: Page, name: str) -> float:
    return float(page.locator(f"[data-of-{name}]").inner_text().replace(".", "").replace(",", "."))


def test_measured_kept_and_shared_with_consent(visit: Visit, placed: World, test_server: Any) -> None:
    page, complaints = opened(visit, geolocation=HERE, permissions=["geolocation"])
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    assert "tối đa 250 MB" in page.inner_text("main")
    measure(page)
    assert shown(page, "down") > 1 and shown(page, "up") > 1
    assert page.evaluate("document.activeElement.id") == "headline", "the answer is read out"
    assert page.locator("[data-uses] li").count() == 8
    assert not [text for text in sent if "lon=106" in text], "no position before somebody agrees"
    page.get_by_role("button", name="Dùng vị trí của máy").click()
    expect(page.locator("[data-place-said]")).to_contain_text("Đã chọn Xã Đồng Đăng", timeout=10_000)
    assert any("lon=106.691&lat=21.942" in text for text in sent)
    page.get_by_label("Cách vào mạng").select_option(label="Di động 4G")
    page.get_by_role("button", name="Giữ kết quả").click()
    expect(page.locator("[data-shared]")).to_be_visible(timeout=10_000)
    assert not [text for text in sent if "106.6912" in text or "21.9419" in text], "never finer than three decimals"
    page.locator("[data-link]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tải xuống")
    assert "Xã Đồng Đăng" in page.inner_text("main")
    row = KeptTest.objects.get()
    assert (row.commune, row.lon, row.lat, row.technology) == (placed.commune, 106.691, 21.942, "4G")
    assert row.ip_family in (4, 6) and row.download_mbps > 1
    page.goto("/chat-luong/do")
    expect(page.locator("[data-lines] tr")).to_have_count(1)
    assert complaints == []


def test_consent_denied_the_commune_is_typed_with_the_keyboard(visit: Visit, placed: World, test_server: Any) -> None:
    page, complaints = opened(visit)
    measure(page)
    page.get_by_role("button", name="Dùng vị trí của máy").press("Enter")
    expect(page.locator("[data-place-said]")).to_contain_text("không được phép lấy vị trí", timeout=10_000)
    expect(page.get_by_label("Hoặc xã, phường")).to_be_focused()
    page.keyboard.type("dong dang", delay=30)
    expect(page.locator("#commune-list [role=option]")).to_have_count(1, timeout=10_000)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Hoặc xã, phường")).to_have_value("Xã Đồng Đăng, Tỉnh Lạng Sơn")
    page.get_by_role("button", name="Giữ kết quả").press("Enter")
    expect(page.locator("[data-shared]")).to_be_visible(timeout=10_000)
    row = KeptTest.objects.get()
    assert (row.commune, row.lon, row.lat) == (placed.commune, None, None)
    assert complaints == []


def test_without_a_place_it_says_what_is_missing_and_keeps_what_was_measured(
    visit: Visit, placed: World, test_server: Any
) -> None:
    page, _ = opened(visit)
    measure(page)
    page.get_by_role("button", name="Giữ kết quả").click()
    expect(page.get_by_role("alert")).to_contain_text("Chọn xã, phường nơi đo")
    page.get_by_text("Không muốn nói rõ xã?").click()
    page.get_by_label("Chỉ nói tỉnh").select_option(label="Tỉnh Lạng Sơn")
    page.get_by_role("button", name="Giữ kết quả").click()
    expect(page.locator("[data-shared]")).to_be_visible(timeout=10_000)
    assert KeptTest.objects.get().commune is None


def test_stopped_midway_nothing_is_left_and_it_can_begin_again(visit: Visit, placed: World, test_server: Any) -> None:
    page, complaints = opened(visit)
    page.get_by_role("button", name="Bắt đầu đo").click()
    page.keyboard.press("Escape")
    expect(page.locator("[data-failed]")).to_contain_text("Đã dừng đo")
    expect(page.locator("[data-result]")).to_be_hidden()
    assert page.evaluate("localStorage.getItem('hatang-do')") is None
    measure(page)
    assert complaints == []


def test_a_server_that_does_not_answer_is_told_in_words(visit: Visit, placed: World, test_server: Any) -> None:
    test_server.terminate()
    test_server.wait(10)
    page, _ = opened(visit)
    page.get_by_role("button", name="Bắt đầu đo").click()
    expect(page.locator("[data-failed]")).to_contain_text("Không đo được", timeout=20_000)
    expect(page.get_by_role("button", name="Bắt đầu đo")).to_be_focused()


def test_demand_knows_the_devices_own_test(visit: Visit, placed: World, live_server: LiveServer) -> None:
    page = visit()
    page.goto("/chat-luong/do")
    own = {"at": "2026-11-20T03:00:00Z", "down": 3.2, "up": 1.1, "delay": 40, "jitter": 5, "loss": 0.1}
    page.evaluate("own => localStorage.setItem('hatang-do', own)", json.dumps({"tests": [own]}))
    page.goto(f"/chat-luong/nhu-cau?purpose=class&commune={placed.commune.pk}")
    said = page.locator("[data-own]")
    expect(said).to_contain_text(
        "chưa đủ: tải xuống cần từ 5 Mbit/s, đo được 3,2; tải lên cần từ 3 Mbit/s, đo được 1,1"
    )
    page.get_by_role("button", name="Đăng ký nhu cầu").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã đăng ký")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
