"""Plans with duties and money, and what addresses of them need for the access table."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.network.models import Mast, Station
from hatang.plans.models import Duty, Funding, Obligation, Plan, Task
from hatang.plans.services.obligations import open_in
from hatang.work.services import store_file
from tests.access_needs import People
from tests.conftest import World

LONG_AGO = date(2020, 1, 1)


def plan_of(world: World, **more: Any) -> Plan:
    """Make a published plan of the province."""
    facts = {"code": "ke-hoach", "title": "Kế hoạch hạ tầng số", "year_from": 2024, "year_to": 2030, "published": True}
    return Plan.objects.create(province=world.province, territory=world.province, **facts | more)


def operators_work(world: World) -> None:
    """Give both operators a station in the province, so that they are at work there."""
    for k, operator in enumerate((world.operator, world.rival)):
        mast = Mast.objects.create(
            code=f"C{k}",
            owner=operator,
            commune=world.commune,
            province=world.province,
            lon=106.7,
            lat=21.9,
            built_on=LONG_AGO,
        )
        Station.objects.create(mast=mast, code=f"S{k}", operator=operator, technology="4G", on_air_on=LONG_AGO)


def duty_of(plan: Plan, body: Organisation, **more: Any) -> Duty:
    """Give a plan a yearly report duty, due 20 December."""
    facts = {"title": "Gửi kế hoạch năm", "is_report": True, "rhythm": "yearly", "due_month": 12, "due_day": 20}
    return Duty.objects.create(plan=plan, body=body, recipient="Sở", section="VII.8", **facts | more)


def owed(world: World, today: date) -> list[Obligation]:
    """Open what the two operators owe by a plan's duty."""
    operators_work(world)
    group = Organisation.objects.create(kind="group", name="Các doanh nghiệp", key="thu/doanh-nghiep")
    duty_of(plan_of(world), group)
    open_in(world.province, today)
    return list(Obligation.objects.whole().filter(duty__isnull=False).order_by("body__name"))


def operators_obligation(world: World, people: People) -> dict[str, Any]:
    """Address what the first operator owes."""
    return {"pk": owed(world, date(timezone.localdate().year, 12, 10))[0].pk}


def answered_obligation(world: World, people: People) -> dict[str, Any]:
    """Address the paper that it sent."""
    keys = operators_obligation(world, people)
    file = store_file(actor=None, name="a.txt", content=b"a", province=world.province, organisation=world.operator)
    Obligation.objects.filter(**keys).update(file=file)
    return keys


def money_of_plan(world: World, people: People) -> dict[str, Any]:
    """Address the money of a plan."""
    task = Task.objects.create(plan=plan_of(world), title="Kéo cáp")
    Funding.objects.create(task=task, year=2026, source="budget", estimate_vnd=1_000_000)
    return {"code": "ke-hoach"}


def line_of_money(world: World, people: People) -> dict[str, Any]:
    """Address one line of it."""
    return money_of_plan(world, people) | {"pk": Funding.objects.get().pk}
