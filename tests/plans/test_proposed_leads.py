"""Who leads a task by the reader's proposal: shown as one, published only when somebody has confirmed it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Organisation, Person
from hatang.plans.models import Plan, PlanReading, Statement
from hatang.plans.services import readings
from tests.conftest import World
from tests.plans.reading import kept_reading, plan_read

Kind = Statement.Kind
PROPOSED = "chủ trì (máy đề nghị từ phần tổ chức): Sở Khoa học và Công nghệ"
WARNING = "1 nhiệm vụ có cơ quan chủ trì do máy đề nghị, chưa ai nhận, sẽ công bố không có chủ trì."


@pytest.fixture
def reading(world: World, officer: Person) -> PlanReading:
    """A reading whose first task names its lead; for the second, lead and support are proposed."""
    Organisation.objects.create(kind="department", name="Sở Xây dựng", province=world.province)
    named, other = plan_read().tasks
    marks = {"lead_proposed": True, "support_proposed": True, "sure": 0.5}
    led = replace(other, lead="Sở Khoa học và Công nghệ", support=("Sở Xây dựng",), **marks)
    return kept_reading(officer, world.province, plan_read(tasks=(named, led), targets=(), mentions=()))


def the_proposal(reading: PlanReading) -> Statement:
    return reading.statements.get(kind=Kind.TASK, facts__lead_proposed=True)


def published(reading: PlanReading, officer: Person) -> Plan:
    return readings.publish_reading(actor=officer, reading=reading)


def warnings(reading: PlanReading) -> list[str]:
    return [problem.message for problem in readings.publishing_problems(reading)]


def test_an_unlooked_proposal_is_not_published(reading: PlanReading, officer: Person, world: World) -> None:
    assert WARNING in warnings(reading)
    named, other = published(reading, officer).tasks.all()
    assert (named.lead, [body.name for body in named.support.all()]) == (world.department, ["Sở Xây dựng"])
    assert (other.lead, list(other.support.all())) == (None, [])


def test_a_confirmed_proposal_is_published(reading: PlanReading, officer: Person, world: World) -> None:
    readings.confirm(actor=officer, reading=reading, statements=[the_proposal(reading).pk])
    assert WARNING not in warnings(reading)
    other = published(reading, officer).tasks.all()[1]
    assert (other.lead, [body.name for body in other.support.all()]) == (world.department, ["Sở Xây dựng"])


def test_a_confirmation_taken_back_leaves_a_proposal(reading: PlanReading, officer: Person) -> None:
    proposal = the_proposal(reading)
    readings.confirm(actor=officer, reading=reading, statements=[proposal.pk])
    readings.restore(actor=officer, reading=reading, statements=[proposal.pk])
    assert WARNING in warnings(reading)


def test_the_plan_is_compared_without_what_is_only_proposed(reading: PlanReading, officer: Person) -> None:
    plan = published(reading, officer)
    again = kept_reading(officer, reading.province, plan_read(targets=(), mentions=()), against=plan)
    proposal = again.statements.filter(kind=Kind.TASK)[1]
    proposal.facts |= {"lead": again.statements.filter(kind=Kind.TASK)[0].facts["lead"], "lead_proposed": True}
    proposal.save()
    assert not [line for line in readings.compare(again, plan).changed if line.kind == Kind.TASK]


@pytest.mark.parametrize("first", [0, 1])
def test_merged_tasks_take_who_is_named_before_who_is_proposed(
    reading: PlanReading, officer: Person, first: int
) -> None:
    rows = list(reading.statements.filter(kind=Kind.TASK))
    rows[0].facts, rows[1].facts = rows[first].facts, rows[1 - first].facts
    Statement.objects.bulk_update(rows, ["facts"])
    merged = readings.merge(actor=officer, reading=reading, statements=[row.pk for row in rows])
    assert (merged.facts["lead_proposed"], merged.facts["support_proposed"]) == (False, False)
    assert [party["name"] for party in merged.facts["lead"]] == ["Sở Khoa học và Công nghệ"]


def test_a_merged_task_that_names_nobody_keeps_the_proposal_as_one(reading: PlanReading, officer: Person) -> None:
    rows = list(reading.statements.filter(kind=Kind.TASK))
    rows[0].facts |= {"lead": [], "support": []}
    rows[0].save()
    merged = readings.merge(actor=officer, reading=reading, statements=[row.pk for row in rows])
    assert merged.facts["lead"] and merged.facts["lead_proposed"]


def test_the_row_says_that_it_is_a_proposal_until_it_is_corrected(
    client: Client, reading: PlanReading, officer: Person
) -> None:
    client.force_login(officer)
    proposal = the_proposal(reading)
    asked = {"loai": Kind.TASK, "muc": proposal.pk}
    url = reverse("plans:reading", args=[reading.pk])
    html = client.get(url, asked).content.decode()
    assert html.count(PROPOSED) == 1
    assert f"C{PROPOSED[1:]}" in html
    form = {name: proposal.facts[name] or "" for name in ("title", "component", "deadline", "due")}
    body = proposal.facts["lead"][0]["id"]
    corrected = reverse("plans:reading_row_act", args=[reading.pk, proposal.pk, "sua"])
    client.post(corrected, form | {"lead": [body]})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.facts["lead_proposed"]) == (Statement.State.CONFIRMED, False)
    assert "máy đề nghị" not in client.get(url, asked).content.decode()


def test_the_publishing_page_says_what_is_left_out(client: Client, reading: PlanReading, officer: Person) -> None:
    client.force_login(officer)
    assert WARNING in client.get(reverse("plans:reading_publish", args=[reading.pk])).content.decode()
