"""Signing in with a passkey in a real browser, under the real content security policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from hatang.accounts.models import Person

CHROMIUM = Path("/usr/bin/chromium")
VIRTUAL_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """Open a browser with a passkey device, at the width of a telephone."""
    if not CHROMIUM.exists():
        pytest.skip("không có /usr/bin/chromium")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    cache.clear()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 360, "height": 760}, locale="vi-VN")
        opened = context.new_page()
        device = context.new_cdp_session(opened)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL_KEY})
        yield opened
        browser.close()


def test_a_passkey_is_added_and_then_signs_in_alone(
    live_server: LiveServer, people: dict[str, Person], page: Page
) -> None:
    refused: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            refused.append(message.text)

    page.on("console", listen)
    page.goto(live_server.url + reverse("account_login"))
    page.get_by_label("Tên đăng nhập").fill("can_bo_so")
    page.get_by_label("Mật khẩu").fill("mat-khau-rat-dai")
    page.get_by_role("button", name="Đăng nhập", exact=True).click()

    page.goto(live_server.url + reverse("mfa_add_webauthn"))
    page.get_by_label("Mật khẩu").fill("mat-khau-rat-dai")
    page.get_by_role("button", name="Xác nhận").click()
    page.get_by_label("Đăng nhập không cần mật khẩu").check()
    page.get_by_role("button", name="Thêm").click()
    page.get_by_text("Đã thêm khóa.").wait_for()
    page.get_by_role("button", name="Thoát").click()

    page.goto(live_server.url + reverse("account_login"))
    page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    page.wait_for_url(re.compile(r"/tinh/20/$"))
    page.goto(live_server.url + reverse("accounts:me"))
    assert "khóa bảo mật" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert refused == []


def test_the_page_of_an_account_fits_a_telephone_and_obeys_the_policy(
    live_server: LiveServer, people: dict[str, Person], page: Page
) -> None:
    page.goto(live_server.url + reverse("account_login"))
    page.get_by_label("Tên đăng nhập").fill("quan_tri")
    page.get_by_label("Mật khẩu").fill("mat-khau-rat-dai")
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    for address in (
        people["analyst"].get_absolute_url(),
        reverse("accounts:people"),
        reverse("accounts:person_new"),
        reverse("accounts:organisations"),
    ):
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
    page.goto(live_server.url + people["analyst"].get_absolute_url())
    page.get_by_role("button", name="Tạo liên kết đặt mật khẩu").click()
    assert "/tai-khoan/password/reset/key/" in page.inner_text("code")
