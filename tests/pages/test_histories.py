"""Many rows with their history: the same lines as django-simple-history writes one by one, on either database."""

from __future__ import annotations

from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from django.db.models import F
from django.test import RequestFactory
from simple_history import utils as library
from simple_history.models import HistoricalRecords

from hatang.accounts.models import Person
from hatang.pages import histories
from hatang.places.models import Place
from tests.conftest import World

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 3, 4, 5, 678901, tzinfo=UTC)
WAYS = pytest.mark.parametrize("way", [library, histories], ids=["library", "ours"])


def villages(world: World, *names: str) -> list[Place]:
    rows = [Place(kind="village", code=f"H{n}", name=name, parent=world.commune) for n, name in enumerate(names)]
    for row in rows:
        row.province, row.lon, row.lat, row.households = world.province, 106.7, 21.8, 40
        row.fill_keys()
    return rows


def lines(rows: list[Place]) -> list[dict[str, Any]]:
    """Give the lines of the history of rows in order, without the keys that differ between two runs."""
    found = Place.history.filter(id__in=[row.pk for row in rows]).order_by("history_id")
    first = min(row.pk for row in rows)
    return [line | {"id": line["id"] - first} | {"history_id": None} for line in found.values()]


def test_the_lines_are_the_librarys(world: World, people: dict[str, Person]) -> None:
    told = []
    for way in (library, histories):
        rows = villages(world, "Nà Sla", "Bản Ổ", "Pò Mã")
        said = {"default_user": people["department_officer"], "default_change_reason": "Thử", "default_date": AT}
        made = list(way.bulk_create_with_history(rows, Place, batch_size=2, **said))
        for row in made[:2]:
            row.name, row.households = f"{row.name} mới", None
        way.bulk_update_with_history(made[:2], Place, ["name", "households"], **said)
        told.append(lines(made))
        assert [row.name for row in Place.objects.filter(pk__in=[m.pk for m in made]).order_by("code")] == [
            "Nà Sla mới",
            "Bản Ổ mới",
            "Pò Mã",
        ]
        Place.objects.filter(pk__in=[m.pk for m in made]).delete()
    assert told[0] == told[1]
    assert [line["history_type"] for line in told[1]] == ["+", "+", "+", "~", "~"]


@WAYS
def test_without_an_actor_it_is_who_sent_the_request(
    way: ModuleType, world: World, people: dict[str, Person], rf: RequestFactory
) -> None:
    HistoricalRecords.context.request = rf.get("/")
    HistoricalRecords.context.request.user = people["department_officer"]
    try:
        made = way.bulk_create_with_history(villages(world, "Nà Sla"), Place)
    finally:
        del HistoricalRecords.context.request
    assert {line["history_user_id"] for line in lines(made)} == {people["department_officer"].pk}


@WAYS
def test_a_row_may_bring_its_own_person_and_reason(way: ModuleType, world: World, people: dict[str, Person]) -> None:
    rows: list[Any] = villages(world, "Nà Sla", "Bản Ổ")
    rows[0]._history_user, rows[1]._change_reason = people["department_head"], "riêng"
    made = way.bulk_create_with_history(
        rows, Place, default_user=people["department_officer"], default_change_reason="chung"
    )
    told = [(line["history_user_id"], line["history_change_reason"]) for line in lines(made)]
    assert told == [(people["department_head"].pk, "chung"), (people["department_officer"].pk, "riêng")]


def test_the_database_may_work_a_value_out(world: World) -> None:
    made = histories.bulk_create_with_history(villages(world, "Nà Sla", "Bản Ổ"), Place)
    for row in made:
        row.households = F("households") + 1  # type: ignore[assignment]
    histories.bulk_update_with_history(made, Place, ["households"])
    assert [line["households"] for line in lines(made)] == [40, 40, 41, 41]


def test_nothing_to_write_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert histories.bulk_create_with_history([], Place) == []
        histories.bulk_update_with_history([], Place, ["name"])
