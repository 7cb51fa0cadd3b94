"""What stands against making a plan of a reading, and what should be known before it, with the row to mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import day
from hatang.indicators.models import Indicator
from hatang.plans.forms.reading import AMENDS, REPLACES
from hatang.plans.governing import name_of
from hatang.plans.models import Plan, PlanReading, Statement
from hatang.plans.services.readings.arriving import day_of
from hatang.plans.services.readings.making import Facts, Making, faults, planned
from hatang.plans.services.readings.standing import Problem, goes_in, head_problems, short, target_problems, warnings

Kind, State = Statement.Kind, Statement.State
FAR_YEARS = 3
"""How many years before or after its period a plan may be dated without a question."""


def publishing_problems(reading: PlanReading) -> list[Problem]:
    """List what is missing or cannot be stored, then what should be known; an unlooked statement blocks nothing."""
    rows = list(reading.statements.exclude(state=State.REJECTED))
    head = [*head_problems(reading), *relation_faults(reading)]
    missing = list(target_problems(rows))
    asked = {problem.statement for problem in missing}
    going = [row for row in rows if row.pk not in asked and goes_in(row)]
    tried = [] if head else trial_faults(reading, going)
    return [*head, *missing, *tried, *warnings(rows, reading), *date_warnings(reading)]


def relation_faults(reading: PlanReading) -> Iterator[Problem]:
    """Refuse to amend or replace a draft, another territory's plan, or a plan of a later day."""
    against, facts = reading.against, reading.facts
    if against is None or facts.get("relation") not in (AMENDS, REPLACES):
        return
    if not against.published:
        yield Problem("Kế hoạch được sửa đổi hoặc thay thế còn là bản nháp: công bố kế hoạch ấy trước.")
    if against.territory_id != facts["territory"]:
        yield Problem(
            f"Văn bản này là của địa bàn khác với {name_of(against)} nên không sửa hay thay kế hoạch ấy được: "
            "chọn lại địa bàn hoặc quan hệ."
        )
    signed = day_of(facts)
    if signed and against.date and signed < against.date:
        yield Problem(
            f"Văn bản ghi ngày {day(signed)}, trước {name_of(against)} ngày {day(against.date)} mà nó sửa hoặc thay: "
            "kiểm tra lại ngày hoặc quan hệ."
        )


def trial_faults(reading: PlanReading, rows: Iterable[Statement]) -> list[Problem]:
    """Make the plan and its rows without storing them, and say what could not be stored."""
    plan = planned(reading)
    return [*(Problem(message) for message in faults(plan)), *Trial(plan, reading).faults(rows)]


class Trial(Making):
    """Makes the rows of a plan without storing anything."""

    def __init__(self, plan: Plan, reading: PlanReading) -> None:
        super().__init__(plan, None, reading, {})

    def faults(self, rows: Iterable[Statement]) -> Iterator[Problem]:
        """Say of each row why it could not be stored."""
        for row in rows:
            try:
                messages = [message for made in self.made_of(row) for message in faults(made)]
            except ValidationError as error:
                messages = error.messages
            yield from (Problem(f"{message} – “{short(row)}”", row.pk) for message in dict.fromkeys(messages))

    def made_of(self, row: Statement) -> list[Any]:
        """Give what a row would become."""
        makers: dict[str, Any] = {
            Kind.TARGET: lambda: [self.target(row)],
            Kind.BASELINE: lambda: [self.baseline(row)],
            Kind.TASK: lambda: [self.task(row)],
            Kind.DUTY: lambda: list(self.report_duties(row)),
            Kind.BODY: lambda: list(self.standing_duties(row, [])),
            Kind.BASIS: lambda: [self.cited(row.facts)],
        }
        found: list[Any] = makers[row.kind]()
        return found

    def store(self, indicator: Indicator) -> None:
        """Only ask whether the indicator could be stored."""
        messages = faults(indicator)
        if messages:
            raise ValidationError([f"Chỉ tiêu mới: {message}" for message in messages])

    def parties(self, parties: Iterable[Facts]) -> list[Organisation]:
        """Let one body stand for all: who it is makes no difference to what can be stored."""
        return [Organisation()] if list(parties) else []


def date_warnings(reading: PlanReading) -> Iterator[Problem]:
    """Tell of a day in the future, or far from the plan's period."""
    signed, today = day_of(reading.facts), timezone.localdate()
    if signed is None:
        return
    if signed > today:
        yield Problem(f"Ngày ban hành {day(signed)} còn ở tương lai: đối chiếu với văn bản.", blocks=False)
    elif far_from(signed, reading.facts):
        told = f"Ngày ban hành {day(signed)} cách thời kỳ của kế hoạch quá {FAR_YEARS} năm: đối chiếu với văn bản."
        yield Problem(told, blocks=False)


def far_from(signed: date, facts: Facts) -> bool:
    """Tell whether a day lies years outside a plan's period."""
    first, last = facts.get("year_from") or signed.year, facts.get("year_to") or signed.year
    return signed.year < first - FAR_YEARS or signed.year > last + FAR_YEARS
