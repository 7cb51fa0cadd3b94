"""What bodies owe opens by itself, is seen by who owes it and the department alone, ends once, and keeps its trail."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.plans.models import Obligation
from hatang.plans.services.obligations import (
    LATE_DAYS,
    answer_obligation,
    excuse_obligation,
    obligation_due,
    open_in,
    open_obligations,
    reopen_obligation,
)
from hatang.work.models import Notice
from tests.conftest import World
from tests.plans.obliged import duty_of, operators_work, owed, plan_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
IN_TIME = date(TODAY.year, 12, 10)
State = Obligation.State


def test_each_operator_owes_for_itself_and_is_told_once(world: World, people: dict[str, Person]) -> None:
    first, second = owed(world, IN_TIME)
    assert (first.body, second.body) == (world.operator, world.rival)
    assert date(TODAY.year, 12, 19) <= first.clock.due_on <= date(TODAY.year, 12, 22)
    assert Notice.objects.filter(to=people["operator"], subject__contains="Gửi kế hoạch năm").count() == 1
    assert open_in(world.province, IN_TIME) == 0
    assert len(mail.outbox) == Notice.objects.filter(mailed_at__isnull=False).count()


def test_nothing_opens_long_before_or_after_its_day(world: World) -> None:
    assert not owed(world, date(TODAY.year, 11, 1))
    open_in(world.province, date(TODAY.year + 1, 1, 25))
    assert not Obligation.objects.filter(duty__isnull=False).exists()


def test_a_day_that_no_text_names_is_marked_as_ours(world: World) -> None:
    duty_of(plan_of(world), world.department, title="Báo cáo", due_month=None, due_day=None)
    open_in(world.province, IN_TIME)
    found = Obligation.objects.whole().get(title="Báo cáo")
    assert found.due_assumed
    assert found.clock.due_on >= date(TODAY.year, 12, 31)


def test_the_law_asks_operators_and_the_department(world: World) -> None:
    plan_of(world)
    operators_work(world)
    open_in(world.province, date(TODAY.year, 11, 25))
    rows = Obligation.objects.filter(rule__startswith="nd163")
    assert {row.body for row in rows} == {world.operator, world.rival, world.department}
    assert all("163/2024" in row.basis and row.due_assumed for row in rows)


def test_communes_owe_each_for_itself(world: World) -> None:
    communes = Organisation.objects.create(kind="group", name="UBND các xã", key="thu/ubnd-xa")
    duty_of(plan_of(world), communes)
    open_in(world.province, IN_TIME)
    assert {o.commune for o in Obligation.objects.filter(commune__isnull=False)} == {world.commune, world.neighbour}


def test_a_rival_never_learns_of_it(world: World, people: dict[str, Person], client: Client) -> None:
    first, second = owed(world, IN_TIME)
    client.force_login(people["operator"])
    page = client.get(reverse("plans:obligations", args=[world.province.code])).text
    assert str(world.operator) in page
    assert str(world.rival) not in page
    assert client.get(second.get_absolute_url()).status_code == 404
    with pytest.raises(PermissionDenied):
        answer_obligation(actor=people["rival"], obligation=first, words="1/KH", file=None)


def test_it_is_answered_once_and_stops_its_clock(world: World, people: dict[str, Person]) -> None:
    found = owed(world, IN_TIME)[0]
    with pytest.raises(ValidationError, match="số ký hiệu"):
        answer_obligation(actor=people["operator"], obligation=found, words=" ", file=None)
    answer_obligation(actor=people["operator"], obligation=found, words="125/KH-VT", file=None)
    found.refresh_from_db()
    assert (found.state, found.done_by) == (State.DONE, people["operator"])
    assert found.clock.stopped_at is not None
    with pytest.raises(ValidationError, match="đã xong"):
        excuse_obligation(actor=people["department_officer"], obligation=found, reason="không cần nữa")


def test_the_department_excuses_and_moves_the_day_with_a_reason(world: World, people: dict[str, Person]) -> None:
    first, second = owed(world, IN_TIME)
    officer, later = people["department_officer"], TODAY + timedelta(days=40)
    excuse_obligation(actor=officer, obligation=first, reason="Mới vào tỉnh")
    reopen_obligation(actor=officer, obligation=second, reason="Thiếu phụ lục", due_on=later)
    second.refresh_from_db()
    assert second.state == State.OPEN
    assert second.clock.due_on >= later
    assert Notice.objects.filter(to=people["rival"], subject__contains="Hạn mới").exists()
    with pytest.raises(PermissionDenied):
        excuse_obligation(actor=people["operator"], obligation=second, reason="xin miễn")
    assert [row.state for row in first.history.order_by("history_date")] == [State.OPEN, State.EXCUSED]


def test_who_answers_and_who_hears_of_it_when_it_stays_undone(world: World, people: dict[str, Person]) -> None:
    about = obligation_due(owed(world, IN_TIME)[0].clock)
    assert about is not None
    assert list(about.to) == [people["operator"]]
    assert people["department_officer"] in about.superiors
    assert people["rival"] not in about.superiors


def test_what_stays_undone_too_long_is_closed_as_missed(world: World) -> None:
    found = owed(world, date(TODAY.year - 1, 12, 10))[0]
    assert found.year == TODAY.year - 1
    open_obligations(date(TODAY.year, 1, 5) + timedelta(days=LATE_DAYS))
    found.refresh_from_db()
    assert found.state == State.MISSED


def test_an_operator_answers_on_the_page(world: World, people: dict[str, Person], client: Client) -> None:
    found = owed(world, IN_TIME)[0]
    client.force_login(people["operator"])
    assert client.post(found.get_absolute_url(), {"viec": "nop"}).status_code == 422
    assert client.post(found.get_absolute_url(), {"viec": "mien", "reason": "a"}).status_code == 404
    assert client.post(found.get_absolute_url(), {"viec": "nop", "words": "125/KH-VT"}).status_code == 302
    page = client.get(found.get_absolute_url()).text
    assert "đã nộp" in page
    assert "125/KH-VT" in page
