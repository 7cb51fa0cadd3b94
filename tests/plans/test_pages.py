"""The plan's page and a task's page: what they say, who may see and change what."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from hatang.accounts.models import Grant, Organisation, OrganisationSuccession, Person
from hatang.accounts.roles import Role
from hatang.indicators.models import Indicator, Value
from hatang.places.models import LegalReference
from hatang.plans.models import Baseline, Duty, Plan, Target, Task
from tests.conftest import HEADER, World


def browser(person: Person | None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def text_of(content: bytes) -> str:
    """Give a page's text as read."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content.decode()))


def indicator(number: int, **more: Any) -> Indicator:
    traits = {"component": "telecom", "unit_code": "percent", "rollup": "ratio_of_sums", "source": "reported"}
    name = f"Chỉ tiêu {number}"
    return Indicator.objects.create(
        code=f"chi-tieu-{number}", number=number, name=name, short_name=name, **(traits | more)
    )


@pytest.fixture
def plan(world: World) -> Plan:
    """A plan with two targets, a task of a dissolved body, a duty and a base."""
    plan = Plan.objects.create(
        code="lang-son",
        title="Kế hoạch hạ tầng số",
        issuer="UBND tỉnh Lạng Sơn",
        territory=world.province,
        province=world.province,
        year_from=2025,
        year_to=2030,
        published=True,
    )
    villages = indicator(1)
    Target.objects.create(plan=plan, indicator=villages, year=2025, comparator="ge", value=98, section="II.1")
    Target.objects.create(plan=plan, indicator=villages, year=2030, comparator="ge", value=98, section="II.2", order=1)
    Value.objects.create(
        indicator=villages,
        place=world.province,
        year=2025,
        value=98.5,
        on=date(2025, 12, 31),
        how="counted",
        simulated=True,
        state="published",
        known_from=timezone.now(),
    )
    gone = Organisation.objects.create(
        kind="department", name="Sở Thông tin và Truyền thông", province=world.province, valid_to=date(2025, 2, 28)
    )
    OrganisationSuccession.objects.create(predecessor=gone, successor=world.department, on=date(2025, 3, 1))
    Task.objects.create(plan=plan, title="Lập quy hoạch", lead=gone, due_on=date(2025, 12, 31), section="III.1")
    Duty.objects.create(
        plan=plan, body=gone, title="Gửi kế hoạch năm", is_report=True, rhythm="yearly", due_month=12, due_day=20
    )
    plan.bases.add(LegalReference.objects.create(number="1132/QĐ-TTg", issuer="Thủ tướng", date=date(2024, 10, 9)))
    return plan


def test_the_plan_page_says_how_it_stands_who_owes_what_and_what_is_late(plan: Plan) -> None:
    response = browser(None).get(reverse("plans:plan", args=[plan.code]))
    text = text_of(response.content)
    assert "Trong 1 mục tiêu đã đến hạn: 1 đạt." in text
    assert "0 trong 1 nhiệm vụ đã hoàn thành, 1 quá hạn" in text
    assert "Sở Thông tin và Truyền thông (nay: Sở Khoa học và Công nghệ Lạng Sơn)" in text
    assert "– hằng năm, trước ngày 20/12" in text
    assert "1132/QĐ-TTg ngày 09/10/2024" in text
    assert "98,5%" in text
    assert "DỮ LIỆU MÔ PHỎNG" in text


def test_oddities_are_for_those_who_may_see_them(plan: Plan, people: dict[str, Person]) -> None:
    address = reverse("plans:plan", args=[plan.code])
    shown = {who: b'id="diem-la"' in browser(person).get(address).content for who, person in people.items()}
    seeing = {who for who, shows in shown.items() if shows}
    assert seeing == {"department_officer", "department_head", "analyst", "auditor"}
    assert b'id="diem-la"' not in browser(None).get(address).content
    text = text_of(browser(people["analyst"]).get(address).content)
    assert "Mục tiêu năm 2030 bằng mục tiêu năm 2025" in text


def test_hidden_and_absent_plans_answer_the_same(plan: Plan, people: dict[str, Person]) -> None:
    Plan.objects.update(published=False)
    address, task = reverse("plans:plan", args=[plan.code]), reverse("plans:task", args=[plan.tasks.get().pk])
    for person in (None, people["stranger"], people["commune_officer"]):
        hidden, absent = browser(person).get(address), browser(person).get(reverse("plans:plan", args=["khong-co"]))
        assert text_of(hidden.content) == text_of(absent.content)
        assert hidden.status_code == absent.status_code == 404
        assert browser(person).get(task).status_code == 404
    assert browser(people["department_officer"]).get(address).status_code == 200


def test_the_plan_page_takes_twelve_queries_however_long_it_is(
    plan: Plan, people: dict[str, Person], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    bodies = [Organisation.objects.create(kind="department", name=f"Sở {n}", province=plan.province) for n in range(10)]
    for n, body in enumerate(bodies):
        of = indicator(n + 10)
        Target.objects.create(plan=plan, indicator=of, year=2030, comparator="ge", value=98, order=n)
        Baseline.objects.create(plan=plan, indicator=of, label="", year=2024, value=90)
        Task.objects.create(plan=plan, title=f"Việc {n}", lead=body, order=n)
        Duty.objects.create(plan=plan, body=body, title=f"Việc {n}")
    client = browser(people["department_officer"])
    with django_assert_max_num_queries(12 + HEADER):
        assert client.get(reverse("plans:plan", args=[plan.code])).status_code == 200


def test_an_officer_records_progress_and_the_history_tells_it(plan: Plan, people: dict[str, Person]) -> None:
    task, client = plan.tasks.get(), browser(people["department_officer"])
    address = reverse("plans:task", args=[task.pk])
    typed = {
        "lead": task.lead_id,
        "due_on": "2026-06-30",
        "state": "under_way",
        "progress_text": "Đã họp thẩm định",
        "estimate_vnd": "1.500.000.000",
    }
    assert client.post(address, typed).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.estimate_vnd, task.due_on) == ("under_way", 1_500_000_000, date(2026, 6, 30))
    text = text_of(client.get(address).content)
    assert "trạng thái: chưa bắt đầu → đang làm" in text
    assert "dự toán, đồng: – → 1.500.000.000" in text
    assert "can_bo_so" in text


@pytest.mark.parametrize("typed", ["N/A", "1,5", "1.5", "-3", "12.34.567", "9" * 20])
def test_a_wrong_amount_is_refused_in_words_and_kept(plan: Plan, people: dict[str, Person], typed: str) -> None:
    task, client = plan.tasks.get(), browser(people["department_officer"])
    fields = {"state": "under_way", "estimate_vnd": typed}
    response = client.post(reverse("plans:task", args=[task.pk]), fields)
    assert response.status_code == 422
    assert "Chưa lưu được" in response.content.decode()
    assert typed in response.content.decode()
    task.refresh_from_db()
    assert (task.state, task.estimate_vnd) == ("not_started", None)


def test_a_stopped_task_needs_its_reason(plan: Plan, people: dict[str, Person]) -> None:
    task, client = plan.tasks.get(), browser(people["department_officer"])
    response = client.post(reverse("plans:task", args=[task.pk]), {"state": "stopped"})
    assert "Nhiệm vụ dừng thì ghi lý do ở đây." in response.content.decode()


def test_the_body_that_leads_reports_but_does_not_pass_the_task_on(plan: Plan, world: World) -> None:
    """An operator reports on its own task, cannot change who leads or the date, and on others' it reads only."""
    person = Person.objects.create_user("dn_a", "a@example.vn", "mat-khau-rat-dai")
    Grant.objects.create(person=person, role=Role.OPERATOR, province=world.province, organisation=world.operator)
    client, others = browser(person), plan.tasks.get()
    own = Task.objects.create(plan=plan, title="Phủ sóng 5G", lead=world.operator, due_on=date(2026, 1, 1))
    fields = {"state": "done", "progress_text": "Đã phủ", "lead": world.rival.pk, "due_on": "2030-01-01"}
    assert client.post(reverse("plans:task", args=[own.pk]), fields).status_code == 302
    own.refresh_from_db()
    assert (own.state, own.lead, own.due_on) == ("done", world.operator, date(2026, 1, 1))
    address = reverse("plans:task", args=[others.pk])
    assert client.post(address, fields).status_code == 404
    assert '<form class="form"' not in client.get(address).content.decode()


def test_obstacles_money_and_history_stay_inside(plan: Plan, people: dict[str, Person]) -> None:
    task = plan.tasks.get()
    task.obstacle_text, task.estimate_vnd, task.progress_text = "Chưa có mặt bằng", 987_654_321, "Đang khảo sát"
    task.save()
    address = reverse("plans:task", args=[task.pk])
    public, inside = (text_of(browser(p).get(address).content) for p in (None, people["auditor"]))
    assert "Đang khảo sát" in public
    assert "Chưa có mặt bằng" not in public
    assert "987.654.321" not in public
    assert "Chưa có mặt bằng" in inside
    assert "987.654.321 đồng" in inside
