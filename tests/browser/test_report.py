"""A telephone without an account reports a problem by its own position and reads the answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hatang.accounts.models import Person
from hatang.network.models import ProblemReport
from hatang.network.services.report_answers import Answer, answer_report
from tests.conftest import World


@pytest.mark.django_db(transaction=True)
def test_a_telephone_reports_by_its_position(
    visit: Callable[..., Page], world: World, people: dict[str, Person]
) -> None:
    where = {"longitude": 106.7012, "latitude": 21.9503}
    page = visit(width=360, geolocation=where, permissions=["geolocation"], has_touch=True, is_mobile=True)
    page.goto(f"/ha-tang/20/bao-su-co?xa={world.commune.pk}")
    page.get_by_label("cáp, cột treo cáp nguy hiểm").check()
    page.get_by_label("Mô tả").fill("Cáp sà xuống đường")
    page.get_by_role("button", name="Lấy vị trí của tôi").click()
    expect(page.get_by_text("Đã lấy vị trí")).to_be_visible()
    expect(page.get_by_label("Kinh độ")).to_have_value("106,701200")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_role("heading", name="Đã nhận báo cáo")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    report = ProblemReport.objects.get()
    assert (report.lon, report.lat, report.commune) == (106.7012, 21.9503, world.commune)
    answer_report(actor=people["department_officer"], report=report, answer=Answer("checked", "Đang cử người ra xem"))
    page.reload()
    expect(page.get_by_text("Đang cử người ra xem")).to_be_visible()
    page.get_by_label("Viết thêm").fill("Gần cột điện số 5")
    page.get_by_role("button", name="Gửi thêm").click()
    expect(page.get_by_text("Đã ghi điều bạn viết thêm")).to_be_visible()
