"""Whatever officers do to a reading, taking it all back gives what was read, and doing it again what they had made."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hatang.accounts.models import Organisation, Person
from hatang.plans.models import PlanReading, Statement
from hatang.plans.services import readings
from tests.conftest import World
from tests.plans.reading import LINES, confirm_all, kept_reading

NUMBER = st.integers(0, 30)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "confirm",
                "reject",
                "restore",
                "split",
                "merge",
                "add",
                "retype",
                "correct",
                "head",
                "all",
                "bodies",
                "undo",
                "redo",
            ]
        ),
        NUMBER,
        NUMBER,
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture
def reading(world: World, people: dict[str, Person]) -> PlanReading:
    Organisation.objects.create(kind="department", name="Sở Xây dựng", province=world.province)
    return kept_reading(people["department_officer"], world.province)


def do(actor: Person, reading: PlanReading, act: str, first: int, second: int) -> None:
    """Do one act on whatever stands there; what the rules refuse changes nothing."""
    rows = list(reading.statements.all())
    row, other = rows[first % len(rows)], rows[second % len(rows)]
    kinds = Statement.Kind.values
    doings: dict[str, Any] = {
        "confirm": lambda: readings.confirm(actor=actor, reading=reading, statements=[row.pk, other.pk]),
        "reject": lambda: readings.reject(actor=actor, reading=reading, statements=[row.pk]),
        "restore": lambda: readings.restore(actor=actor, reading=reading, statements=[row.pk]),
        "split": lambda: readings.split(actor=actor, reading=reading, statement=row.pk, at=row.start + second),
        "merge": lambda: readings.merge(actor=actor, reading=reading, statements=[row.pk, other.pk]),
        "add": lambda: readings.add(
            actor=actor,
            reading=reading,
            kind=kinds[second % len(kinds)],
            block=first % len(LINES),
            start=2,
            end=9 + second,
        ),
        "retype": lambda: readings.retype(
            actor=actor, reading=reading, statement=row.pk, kind=kinds[second % len(kinds)]
        ),
        "correct": lambda: readings.correct(
            actor=actor, reading=reading, statement=row.pk, facts={"scope": str(second)}
        ),
        "head": lambda: readings.correct_head(actor=actor, reading=reading, facts={"number": f"{second}/KH-UBND"}),
        "all": lambda: confirm_all(actor=actor, reading=reading, kind=kinds[second % len(kinds)]),
        "bodies": lambda: readings.make_missing_bodies(actor=actor, reading=reading),
        "undo": lambda: readings.undo(actor=actor, reading=reading),
        "redo": lambda: readings.redo(actor=actor, reading=reading),
    }
    before = picture(reading)
    try:
        doings[act]()
    except ValidationError:
        assert picture(reading) == before


def picture(reading: PlanReading) -> Any:
    """Give everything of a reading that an act may touch."""
    fields = [f.name for f in Statement._meta.fields if f.name != "reading"]
    reading.refresh_from_db(fields=["facts"])
    return sorted(reading.statements.values(*fields), key=lambda row: row["id"]), reading.facts


class TakenBackError(Exception):
    """Leaves an example's transaction, so that the next one begins as this one did."""


def back_and_forth(actor: Person, reading: PlanReading, acts: list[tuple[str, int, int]]) -> None:
    first = picture(reading)
    for act in acts:
        do(actor, reading, *act)
    last = picture(reading)
    count = reading.acts.filter(undone=False).count()
    for _ in range(count):
        readings.undo(actor=actor, reading=reading)
    assert picture(reading) == first
    for _ in range(count):
        readings.redo(actor=actor, reading=reading)
    assert picture(reading) == last


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(acts=ACTS)
def test_all_acts_can_be_taken_back_and_done_again(
    reading: PlanReading, people: dict[str, Person], acts: list[tuple[str, int, int]]
) -> None:
    try:
        with transaction.atomic():
            back_and_forth(people["department_officer"], reading, acts)
            raise TakenBackError
    except TakenBackError:
        reading.refresh_from_db()
