"""The curve and the tornado: computed by a job, told in words, kept only while they fit."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.planning.models import Scenario
from hatang.planning.services.curves import curve_told, swings_told
from hatang.work.models import Job
from tests.conftest import World
from tests.planning.solved import solved_scenario

pytestmark = pytest.mark.django_db


def free_scenario(world: World, **more: Any) -> Scenario:
    """Make a solved scenario that no budget binds."""
    scenario = solved_scenario(world, **more)
    scenario.budgets.all().delete()
    return scenario


def test_the_curve_is_computed_and_says_where_a_dong_buys_least(
    client: Client, world: World, people: dict[str, Person]
) -> None:
    scenario = free_scenario(world)
    client.force_login(people["department_officer"])
    job = client.post(f"/phuong-an/so/{scenario.pk}/duong-chi-phi")
    assert Job.objects.get().state == Job.State.DONE, Job.objects.get().message
    assert job["Location"] == f"/viec/{Job.objects.get().pk}/"
    scenario.refresh_from_db()
    told = curve_told(scenario)
    assert told.rows == sorted(told.rows, key=lambda row: row.cost_vnd)
    assert told.rows[0].served_weight == 400
    assert told.rows[-1].served_weight == 1500
    gains = [row.per_billion for row in told.rows if row.per_billion is not None]
    assert gains == sorted(gains, reverse=True)
    assert told.sentences[0].startswith("Đồng tiếp theo mua được ít nhất ở đoạn cuối: từ ")
    page = client.get(scenario.get_absolute_url()).content.decode()
    last = told.rows[-1]
    assert last.capital_vnd == (600 + 2000 + 300 + 90) * 1_000_000
    asked = f"/phuong-an/{scenario.province.code}/lap?tu={scenario.pk}&kinh-phi=2990000000"
    assert asked.replace("&", "&amp;") in page
    form = client.get(asked).content.decode()
    assert 'value="2.990.000.000"' in form and "với 3 tỷ đồng" in form and scenario.title in form
    assert told.sentences[0] in page


def test_the_tornado_names_the_price_that_moves_the_answer_most(
    client: Client, world: World, people: dict[str, Person]
) -> None:
    scenario = free_scenario(world, share_percent=70)
    for candidate in scenario.candidates.all():
        candidate.cost_lines[0]["item"] = "mast_45m" if candidate.kind == "new_mast" else "radio_4g"
        candidate.save()
    client.force_login(people["department_head"])
    client.post(f"/phuong-an/so/{scenario.pk}/gia-dinh")
    assert Job.objects.get().state == Job.State.DONE, Job.objects.get().message
    scenario.refresh_from_db()
    told = swings_told(scenario)
    assert {row.label for row in told.rows} == {row["label"] for row in scenario.tornado["rows"]}
    assert told.rows[0].swing >= told.rows[-1].swing
    assert told.sentences[0].startswith(f"Giả định làm đổi kết quả nhiều nhất là “{told.rows[0].label}”")
    assert told.sentences[0] in client.get(scenario.get_absolute_url()).content.decode()


def test_what_was_computed_for_an_older_answer_is_not_kept(
    client: Client, world: World, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = free_scenario(world)

    def solved_meanwhile(*args: Any, **more: Any) -> list[Any]:
        Scenario.objects.filter(pk=scenario.pk).update(solved_at=timezone.now())
        return []

    monkeypatch.setattr("hatang.planning.services.curves.cost_curve", solved_meanwhile)
    client.force_login(people["department_officer"])
    client.post(f"/phuong-an/so/{scenario.pk}/duong-chi-phi")
    assert Job.objects.get().state == Job.State.FAILED
    assert "tính lại hoặc sửa" in Job.objects.get().message


def test_nothing_is_drawn_for_a_scenario_without_an_answer(
    client: Client, world: World, people: dict[str, Person]
) -> None:
    scenario = solved_scenario(world)
    Scenario.objects.update(state=Scenario.State.DRAFT)
    client.force_login(people["department_officer"])
    page = client.post(f"/phuong-an/so/{scenario.pk}/duong-chi-phi", follow=True).content.decode()
    assert "Tính phương án xong rồi" in page
    assert not Job.objects.exists()


def test_an_end_that_is_impossible_is_said(world: World) -> None:
    price = {"label": "Cột", "per": "cột", "source": "giả định", "low_vnd": 1, "base_vnd": 2, "high_vnd": 3}
    ends = {"low_cost_vnd": 10e9, "base_cost_vnd": 20e9, "high_cost_vnd": None}
    row = price | ends | {"changed_works_low": 0, "changed_works_high": 2}
    told = swings_told(solved_scenario(world, tornado={"at": timezone.now().isoformat(), "rows": [row]}))
    assert "từ 10 tỷ đồng đến không đạt được" in told.sentences[0]
    assert told.chart["rows"] == [["Cột", 10.0, None]]
