"""What the pages of the plan reader hold out against: rows that are gone, absurd figures, two officers at one row."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.plans.models import PlanReading, Statement
from hatang.plans.services import readings
from tests.conftest import World
from tests.plans.reading import kept_reading

HUGE = 10**30
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def reading(world: World, people: dict[str, Person]) -> PlanReading:
    return kept_reading(people["department_officer"], world.province)


@pytest.fixture
def officer(people: dict[str, Person], client: Client) -> Client:
    client.force_login(people["department_officer"])
    return client


def send(client: Client, reading: PlanReading, row: int, act: str, data: dict[str, Any]) -> Any:
    return client.post(reverse("plans:reading_row_act", args=[reading.pk, row, act]), data, **JSON)  # type: ignore[arg-type]


def typed(**more: str) -> dict[str, str]:
    traits = {"new_name": "Tỷ lệ thôn có cáp quang", "new_unit": "percent", "new_component": "telecom"}
    return {"comparator": "ge", "value": "5", "unit": "percent"} | traits | more


@pytest.mark.parametrize("act", ["nhan", "bo", "lay-lai", "sua", "tach", "gop", "loai", "tao-co-quan"])
@pytest.mark.parametrize("row", [HUGE, 999_999])
def test_a_row_that_is_gone_says_so(officer: Client, reading: PlanReading, act: str, row: int) -> None:
    answer = send(officer, reading, row, act, {"voi": "1", "kind": "task", "tu": "a", "at": "1"})
    assert answer.status_code == 422
    assert answer.json()["said"] == readings.GONE
    assert not reading.acts.exists()


@pytest.mark.parametrize("figure", ["9" * 400, "1" + "0" * 16])
def test_an_absurd_figure_is_refused_in_words(officer: Client, reading: PlanReading, figure: str) -> None:
    row = reading.statements.filter(kind="target")[0]
    for name in ("value", "condition_value"):
        answer = send(officer, reading, row.pk, "sua", typed(**{name: figure}))
        assert answer.status_code == 422
        assert "Số này quá lớn" in answer.json()["open"][str(row.pk)]


def test_a_row_changed_meanwhile_is_not_overwritten(officer: Client, reading: PlanReading) -> None:
    row = reading.statements.filter(kind="task")[0]
    shown = readings.stamp_of(row)
    first = send(officer, reading, row.pk, "sua", {"title": "Kéo cáp trước", "da-xem": shown})
    assert first.status_code == 200
    second = send(officer, reading, row.pk, "sua", {"title": "Kéo cáp sau", "da-xem": shown})
    assert second.status_code == 422
    form = second.json()["open"][str(row.pk)]
    assert "Có người vừa sửa dòng này." in form
    assert "Nay là: “Kéo cáp trước" in form
    assert ">\nKéo cáp sau</textarea>" in form
    row.refresh_from_db()
    assert row.facts["title"] == "Kéo cáp trước"
    again = send(officer, reading, row.pk, "sua", {"title": "Kéo cáp sau", "da-xem": readings.stamp_of(row)})
    assert again.status_code == 200


def test_a_row_carries_its_stamp(officer: Client, reading: PlanReading) -> None:
    row = reading.statements.filter(kind="task")[0]
    html = officer.get(reverse("plans:reading", args=[reading.pk]), {"muc": row.pk}).content.decode()
    assert f'<input type="hidden" name="da-xem" value="{readings.stamp_of(row)}">' in html
    send(officer, reading, row.pk, "nhan", {})
    assert readings.stamp_of(Statement.objects.get(pk=row.pk)) == readings.stamp_of(row)


def test_the_head_changed_meanwhile_is_not_overwritten(officer: Client, reading: PlanReading) -> None:
    names = ("title", "plan_kind", "number", "date", "issuer", "territory", "year_from", "year_to", "code")
    typed_head = {name: reading.facts[name] for name in names} | {"da-xem": readings.head_stamp_of(reading)}
    url = reverse("plans:reading_act", args=[reading.pk, "thong-tin"])
    assert officer.post(url, typed_head | {"number": "13/KH-UBND"}, **JSON).status_code == 200  # type: ignore[arg-type]
    answer = officer.post(url, typed_head | {"number": "14/KH-UBND"}, **JSON)  # type: ignore[arg-type]
    assert answer.status_code == 422
    form = answer.json()["parts"]["thong-tin"]
    assert "Có người vừa sửa phần này." in form
    assert "· 13/KH-UBND ·" in form
    assert 'value="14/KH-UBND"' in form
    reading.refresh_from_db()
    assert reading.facts["number"] == "13/KH-UBND"
    assert f'name="da-xem" value="{readings.head_stamp_of(reading)}"' in form
